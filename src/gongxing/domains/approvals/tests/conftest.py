"""Fixtures of the tests of approvals."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gongxing.domains.approvals.mining import conforming, keeping


def _forget() -> None:
    keeping.forget()
    conforming.forget()


@pytest.fixture
def folder_of_processes(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A data folder of the test's own, and nothing kept of processes that others read."""
    settings.DATA_DIR = tmp_path
    _forget()
    yield
    _forget()
