"""The sample files of the tour do what the README says."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.write import writing
from gongxing.kernel.exchange.flow import start_check, start_write, upload
from gongxing.kernel.exchange.models import ImportFault, ImportSession
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.office.ledgers import next_path
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Unit
from gongxing.kernel.testing.office import Office

SAMPLES = Path(__file__).resolve().parents[2] / "docs" / "samples"
pytestmark = pytest.mark.django_db(databases=["default", "ops"])


@pytest.fixture
def county(office: Office) -> Office:
    """The office with the parks and towns the samples name."""
    with writing(SYSTEM, "test", "") as ctx:
        for name in ("产业投资发展园", "高新技术产业园", "经济技术合作区", "云岭镇"):
            ctx.create(
                Unit(
                    name=name,
                    code=name,
                    kind=Unit.Kind.PARK,
                    parent=office.units["县"],
                    path=next_path(office.units["县"].pk),
                )
            )
    return office


def imported(county: Office, name: str) -> ImportSession:
    actor = county.actor("gongxin")
    session = upload(ledger_named("firms.firm"), actor, name, [(SAMPLES / name).read_bytes()])
    start_check(session, actor)
    while run_next():
        pass
    checked = ImportSession.objects.get(pk=session.pk)
    start_write(checked, actor)
    while run_next():
        pass
    return ImportSession.objects.get(pk=session.pk)


def found(session: ImportSession) -> Counter[str]:
    return Counter(ImportFault.objects.filter(session=session).values_list("code", flat=True))


def test_the_tour_says_what_happens(county: Office) -> None:
    first = imported(county, "messy-register.xlsx")
    assert found(first) == {
        "uscc.check": 1,
        "row.repeated": 1,
        "date.impossible": 1,
        "money.unreadable": 1,
        "uscc.length": 1,
    }
    assert (first.counts["rows"], first.counts["new"], first.counts["stops"]) == (60, 55, 1)
    assert Firm.objects.filter(capital_currency="USD").exists()
    assert Firm.objects.get(name="青禾禾盛东糖业有限公司").industry
    second = imported(county, "old-system-gb18030.csv")
    assert found(second) == {}
    assert (second.counts["rows"], second.counts["new"], second.counts["update"]) == (40, 21, 19)
    assert Firm.objects.count() == 76


def test_the_preview_and_the_trail_read_as_people_write(county: Office, client_of: Callable[[str], Client]) -> None:
    session = imported(county, "messy-register.xlsx")
    assert [row[0] for row in session.head["rows"][4:7]] == ["1", "2", "3"]
    firm = Firm.objects.get(name="青禾禾盛东糖业有限公司")
    page = client_of("gongxin").get(ledger_named("firms.firm").row_url(firm.pk)).content.decode()
    history = page[page.index("gx-log") :]
    assert "导入" in history and "messy-register.xlsx" in history
    assert "导入 messy-register.xlsx" not in history
