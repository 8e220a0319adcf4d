"""What tests of long work share: progress nobody watches, and the day they stand on."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.utils import timezone

from gongxing.kernel.clock import at
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import Progress


class Quiet(Progress):
    """Progress nobody watches."""

    def __init__(self) -> None:
        super().__init__(Job())

    def step(self, done: int, total: int | None = None, message: str = "", force: bool = False) -> None:
        return


@pytest.fixture
def on_the_day() -> Iterator[None]:
    """10 January 2025, ten in the morning of the county."""
    with at(datetime(2025, 1, 10, 10, tzinfo=timezone.get_default_timezone())):
        yield
