"""Every test of the policies begins without what an earlier one kept."""

from collections.abc import Iterator

import pytest

from gongxing.domains.policy.matching import forget


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget()
    yield
    forget()
