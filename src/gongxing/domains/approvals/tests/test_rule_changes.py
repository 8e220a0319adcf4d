"""A change of an item's rules: which cases keep the old ones, what the page says, and that a desk is told once."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongxing.domains.approvals.actions.intake import accept, receive
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.rule_changes import changes_of
from gongxing.domains.approvals.rule_telling import after_items, tell_desks
from gongxing.domains.approvals.tests.desks import Desks, clocks, desks, moment
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import at
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.office.rules import RuleName, clean_cells, on_day, versions, write_rule
from gongxing.kernel.org.models import User
from gongxing.kernel.packs.events import RulesChanged
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
FROM = date(2025, 11, 10)


@pytest.fixture
def world(office: Office) -> Desks:
    return desks(office)


def begun(world: Desks, day: date) -> Case:
    version = type(world.project).objects.get(pk=world.project.pk).version
    raw = {"item": "plan.permit", "received_on": day.isoformat()}
    made: Case = perform(receive, world.actor("window"), raw, key=world.project.pk, version=version)
    return world.do("window", accept, made, accepted_on=day.isoformat())


def rewritten(day: date, **cells: str) -> None:
    """The county's own version of 建设工程规划许可证 from a day on."""
    name = RuleName.read("approvals/items/plan.permit")
    found = on_day(versions(name), day)
    assert found is not None
    with as_system() as ctx:
        write_rule(ctx, name, clean_cells(name, {**found.row, **cells}), valid_from=day, source="县政府文件（演示）")


def test_a_case_keeps_its_rules_and_is_listed_beside_the_new_ones(world: Desks) -> None:
    """Begun on 3 November by 20 and 5 working days; from 10 November 15 and 4. The old case stays at 1 December."""
    with at(moment(2025, 11, 3)):
        case = begun(world, date(2025, 11, 3))
    rewritten(FROM, limit="15", promised="4", extension="5", materials="土地证明；设计方案；审定图；日照分析")
    with at(moment(2025, 11, 7)):
        assert changes_of(Case.objects.all(), date(2025, 11, 7)) == {}, "it does not hold yet"
    with at(moment(2025, 11, 12)):
        (change,) = changes_of(Case.objects.all(), date(2025, 11, 12)).values()
        said = [(one.label, one.old, one.new) for one in change.differences]
        assert said == [
            ("法定时限", "20 工作日", "15 工作日"), ("承诺时限", "5 工作日", "4 工作日"), ("可以延长", "10 工作日", "5 工作日"), ("材料", "—", "日照分析"),
        ]  # fmt: skip
        assert clocks(case)["statutory"] == ("running", "2025-12-01")
        reader = Client()
        reader.force_login(User.objects.get(username="window"))
        reader.get("/approvals/changes/")
        with CaptureQueriesContext(connection) as queries:
            page = reader.get("/approvals/changes/").content.decode()
        assert len(queries) <= 20
        for words in ("20 工作日", "15 工作日", "审批样项目", "按开始那天的规定办完"):
            assert words in page, words


def test_a_decided_case_is_not_listed_and_who_sees_no_case_is_refused(world: Desks) -> None:
    with at(moment(2025, 11, 3)):
        case = begun(world, date(2025, 11, 3))
    rewritten(FROM, limit="15")
    with as_system() as ctx:
        ctx.update(Case.objects.get(pk=case.pk), state="decided")
    with at(moment(2025, 11, 12)):
        assert changes_of(Case.objects.all(), date(2025, 11, 12)) == {}
        nobody, window = Client(), Client()
        nobody.force_login(User.objects.get(username="nobody"))
        window.force_login(User.objects.get(username="window"))
        assert nobody.get("/approvals/changes/").status_code == 403
        assert "没有在办件受规则变动影响" in window.get("/approvals/changes/").content.decode()


def test_a_desk_is_told_once_of_one_change_and_again_of_another(world: Desks) -> None:
    with at(moment(2025, 11, 3)):
        begun(world, date(2025, 11, 3))
    rewritten(FROM, limit="15")
    with at(moment(2025, 11, 7)):
        after_items(RulesChanged("approvals", "items", 0))
        assert not Notice.objects.filter(key__startswith="approvals.rules").exists()
    with at(moment(2025, 11, 12)):
        after_items(RulesChanged("approvals", "greenlane", 0))
        assert tell_desks() == 1
        after_items(RulesChanged("approvals", "items", 0))
        (told,) = Notice.objects.filter(key__startswith="approvals.rules")
        assert (told.post, "法定时限 20 工作日 → 15 工作日" in told.title) == (world.window, True)
        rewritten(date(2025, 11, 12), limit="12")
        after_items(RulesChanged("approvals", "items", 0))
        assert Notice.objects.filter(key__startswith="approvals.rules").count() == 2


def test_an_item_taken_out_is_said(world: Desks) -> None:
    with at(moment(2025, 11, 3)):
        begun(world, date(2025, 11, 3))
    name = RuleName.read("approvals/items/plan.permit")
    found = on_day(versions(name), FROM)
    assert found is not None
    with as_system() as ctx:
        write_rule(ctx, name, dict(found.row), valid_from=FROM, source="县政府文件（演示）", withdrawn=True)
    (change,) = changes_of(Case.objects.all(), FROM).values()
    assert (change.name, change.words) == ("建设工程规划许可证", "事项库 有 → 没有")
