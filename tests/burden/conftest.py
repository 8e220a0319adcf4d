"""Two enterprises, and a product whose industry is declared to be its enterprise's."""

from collections.abc import Iterator

import pytest

from gongxing.domains.firms.models import Firm
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.testing.office import Office
from tests.burden.forms import declare


@pytest.fixture
def firm(office: Office) -> Firm:
    raw = {"name": "青禾试填电机有限公司", "unit": "东园", "industry": "3812", "phone": "13800000000"}
    row = save(ledger_named("firms.firm"), office.actor("gongxin"), raw)
    assert isinstance(row, Firm)
    return row


@pytest.fixture
def other(office: Office) -> Firm:
    row = save(
        ledger_named("firms.firm"),
        office.actor("gongxin"),
        {"name": "青禾另填食品有限公司", "unit": "西园", "industry": "1432"},
    )
    assert isinstance(row, Firm)
    return row


@pytest.fixture
def same(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    declare(monkeypatch, same_as="firms.firm.industry")
    yield
