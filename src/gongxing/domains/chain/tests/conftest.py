"""Every test of the chains begins without what an earlier one kept."""

from collections.abc import Iterator

import pytest

from gongxing.domains.chain.tests.small_county import forget


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget()
    yield
    forget()
