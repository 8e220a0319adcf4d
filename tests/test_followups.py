"""What a change of figures or industry brings with it, through whichever door it came."""

from datetime import date
from decimal import Decimal

import pytest

from gongxing.domains.firms.jobs import queue_refresh
from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.audit.write import TOLD, writing
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.events import _handlers, handles
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import User
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.django_db(databases=["default", "ops"], transaction=True)


def firm(office: Office, **more: str) -> Firm:
    row = save(
        ledger_named("firms.firm"), office.actor("gongxin"), {"name": "青禾机械有限公司", "unit": "东园", "industry": "3411", **more}
    )  # fmt: skip
    assert isinstance(row, Firm)
    return row


def figure(office: Office, of: Firm, period: str = "2025", **more: str) -> FirmFigure:
    given = {"firm": of.name, "period": period, "source": "self", "revenue": "1900", "employees": "30", **more}
    row = save(ledger_named("firms.firmfigure"), office.actor("gongxin"), given)
    assert isinstance(row, FirmFigure)
    return row


def test_a_figure_typed_in_shows_on_its_firm_at_once(office: Office) -> None:
    one = firm(office)
    assert (one.size, one.revenue) == ("unknown", None)
    typed = figure(office, one)
    one.refresh_from_db()
    assert (one.size, one.revenue, one.figure_period, one.near_scale) == ("small", Decimal(1900), "2025", True)
    save(
        ledger_named("firms.firmfigure"),
        office.actor("gongxin"),
        {"employees": "10"},
        key=typed.pk,
        version=typed.version,
    )
    one.refresh_from_db()
    assert one.size == "micro"
    assert check_chain().sound


def test_another_industry_is_judged_by_another_rule(office: Office) -> None:
    one = firm(office)
    figure(office, one, revenue="600", employees="6")
    one.refresh_from_db()
    assert one.size == "micro"
    save(ledger_named("firms.firm"), office.actor("gongxin"), {"industry": "5191"}, key=one.pk, version=one.version)
    one.refresh_from_db()
    assert one.size == "micro"  # wholesale: 1,000 万元 and 5 people
    figure(office, one, period="2026", revenue="1200", employees="6")
    one.refresh_from_db()
    assert (one.size, one.figure_period) == ("small", "2026")


def test_figures_refuted_by_a_check_put_the_firm_on_no_watch_again(office: Office) -> None:
    one = firm(office)
    figure(office, one)
    one.refresh_from_db()
    actor = office.actor("gongxin")
    perform(action_named("firms.start_scale_check"), actor, {}, key=one.pk)
    perform(action_named("firms.finish_scale_check"), actor, {"finding": "wrong"}, key=one.pk)
    one.refresh_from_db()
    assert not one.near_scale
    assert Deadline.objects.get().state == "met"
    queue_refresh(actor.user_id or 0, figures=True)
    while run_next():
        pass
    one.refresh_from_db()
    assert not one.near_scale
    figure(office, one, period="2026", revenue="1950")
    one.refresh_from_db()
    assert one.near_scale


def test_the_event_names_what_was_written_and_only_once(office: Office) -> None:
    seen: list[RowsWritten] = []
    handles(RowsWritten)(seen.append)
    try:
        with writing(SYSTEM, "test", "") as ctx:
            people = [ctx.create(User(username=f"u{number}", name="某", password="!")) for number in range(3)]
            ctx.update(people[0], name="某某")
        with writing(SYSTEM, "test", "") as ctx:
            ctx.update(people[0], name="某某")  # nothing differs
        with writing(SYSTEM, "test", "") as ctx:
            ctx.create_many([User(username=f"m{number}", name="某", password="!") for number in range(TOLD + 1)])
    finally:
        _handlers[RowsWritten].remove(seen.append)
    assert [one.rows for one in seen] == [{"org.user": tuple(sorted(one.pk for one in people))}, {"org.user": None}]


def test_many_changed_firms_are_left_to_a_job(office: Office) -> None:
    rows = [
        Firm(name=f"青禾机械{number}有限公司", folded=f"青禾机械{number}", unit=office.units["东园"], industry="3411")
        for number in range(150)
    ]
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create_many(rows)
        ctx.create_many(
            [
                FirmFigure(
                    firm=row, ref=f"{row.pk}:2025:self", period="2025", period_start=date(2025, 1, 1), source="self", revenue=Decimal(1), employees=1,
                )
                for row in rows
            ]
        )  # fmt: skip
    assert Firm.objects.exclude(figure_period="").count() == 0
    assert Job.objects.filter(kind="firms.figures").count() == 1
    while run_next():
        pass
    assert Firm.objects.filter(figure_period="2025", size="micro").count() == 150
    with writing(SYSTEM, "test", "") as ctx:
        ctx.delete_many(list(FirmFigure.objects.all()))
    while run_next():
        pass
    assert Firm.objects.exclude(figure_period="").count() == 0
