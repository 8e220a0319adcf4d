"""Batches, maturity and staleness: exact values, the edges of years and lines, unknown that is not nought, renewals that are nobody's change."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gongxing import engines
from gongxing.domains.chain.models import Chain, Node
from gongxing.domains.projects import jobs
from gongxing.domains.projects.handlers import after_rules, after_write
from gongxing.domains.projects.ledgers.projects import ProjectLedger
from gongxing.domains.projects.maturing import maturity_box
from gongxing.domains.projects.models import NodeLink, Project
from gongxing.domains.projects.pool import entry_sizes, members, overview, quiet, ripeness
from gongxing.domains.projects.reckoning import (
    RECKON,
    Step,
    batch_of,
    days_of,
    reckon,
    rules_on,
    stale_of,
)
from gongxing.domains.projects.sentences import SENTENCES
from gongxing.domains.projects.tests.pooled import DAY, a_move, a_pooled, allow, an_owner
from gongxing.engines.stages import seven_batch
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import at, today
from gongxing.kernel.jobs.daily import run_daily
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.packs.events import RulesChanged
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

LogIn = Callable[[str], Client]
NOON = datetime(2026, 6, 30, 4, tzinfo=UTC)


def stale_after(days: int, stage: str = "reserve", **more: Any) -> str:
    return stale_of(Project(stage=stage, moved_on=DAY - timedelta(days=days), **more), DAY, rules_on(DAY))


@pytest.mark.parametrize(
    ("days", "state"), [(0, "fresh"), (89, "fresh"), (90, "remind"), (179, "remind"), (180, "amber"), (364, "amber"), (365, "exit"), (900, "exit")]
)  # fmt: skip
def test_days_without_a_change_in_the_pool(office: Office, days: int, state: str) -> None:
    assert stale_after(days) == state


def test_what_is_being_built_has_its_own_lines_and_is_never_proposed_for_exit(office: Office) -> None:
    """The stages pack says 35 and 70 days for construction, building and completed; nobody leaves the pool from there."""
    assert [stale_after(days, "building") for days in (34, 35, 69, 70, 365, 2000)] == ["fresh", "remind", "remind", "amber", "amber", "amber"]  # fmt: skip


def test_who_is_never_stale(office: Office) -> None:
    assert {stale_after(2000, stage) for stage in ("production", "full_capacity", "reviewed", "removed", "transferred")} == {"fresh"}  # fmt: skip
    assert stale_after(2000, "paused", paused_until=DAY) == "fresh"
    assert stale_after(2000, "paused", paused_until=DAY - timedelta(days=1)) == "exit"


def test_a_change_nobody_dated_wants_an_update(office: Office) -> None:
    assert stale_of(Project(stage="reserve", moved_on=None, stage_on=None), DAY, rules_on(DAY)) == "remind"
    assert stale_of(Project(stage="reserve", moved_on=None, stage_on=DAY), DAY, rules_on(DAY)) == "fresh"


def seven(project: Project, moves: list[Step], year: int, day: date) -> str:
    return seven_batch(days_of(project, moves, min(day, date(year, 12, 31))), year, day).code


def test_the_last_day_of_a_year_and_the_first_of_the_next() -> None:
    """Started on 31 December it is started in that year and building in the next; on 1 January of the new year it is started in the new one."""
    for started, then, after in ((date(2025, 12, 31), "started", "building"), (date(2026, 1, 1), "signed", "started")):
        project = Project(
            stage="construction", stage_on=started, started_on=started, signed_on=date(2025, 2, 1), plan_start=date(2025, 12, 1)
        )  # fmt: skip
        moves = [Step("concept", date(2025, 1, 1)), Step("signed", date(2025, 2, 1)), Step("construction", started)]
        assert seven(project, moves, 2025, DAY) == then
        assert seven(project, moves, 2026, DAY) == after


def test_a_project_that_fell_back_is_where_it_is_now_and_was_where_it_was() -> None:
    project = Project(stage="reserve", stage_on=date(2026, 3, 1), admitted_on=date(2025, 1, 1))
    moves = [Step("reserve", date(2025, 1, 1)), Step("negotiation", date(2025, 6, 1)), Step("reserve", date(2026, 3, 1))]  # fmt: skip
    assert seven(project, moves, 2025, DAY) == "negotiation"
    assert seven(project, moves, 2026, DAY) == "concept"


def test_on_hold_and_gone_are_in_no_batch_but_were_in_one() -> None:
    project = Project(stage="paused", stage_on=date(2026, 2, 1), signed_on=date(2025, 2, 1), plan_start=date(2025, 11, 1))  # fmt: skip
    moves = [Step("signed", date(2025, 2, 1)), Step("paused", date(2026, 2, 1))]
    assert seven(project, moves, 2026, DAY) == ""
    assert seven(project, moves, 2025, DAY) == "signed"
    project.stage = "removed"
    assert seven_batch(days_of(project, moves, DAY), 2026, DAY).reason.code == "stages.removed"


def test_a_project_without_moves_is_dated_by_its_present_stage() -> None:
    project = Project(stage="negotiation", stage_on=date(2026, 5, 5))
    assert seven(project, [], 2026, DAY) == "negotiation"
    assert days_of(project, [], DAY).negotiation == date(2026, 5, 5)


def test_three_batches_ask_for_the_entry_size_of_the_type(office: Office) -> None:
    """Henan's lines: 30,000 万元 for manufacturing, 10,000 when attracted or strategic; a type nobody knows is not told apart."""
    rules = rules_on(DAY)

    def three(strategic: bool = False, **more: Any) -> tuple[str, str]:
        fields: dict[str, Any] = {"kind": "industry", "section": "C", "origin": "local", **more}
        project = Project(stage="signed", stage_on=DAY, signed_on=DAY, **fields)
        found = batch_of("three", days_of(project, [], DAY), 2026, DAY, rules, project, strategic)
        return found.code, found.reason.code

    assert three(total_investment=Decimal(29999)) == ("", "stages.below_entry_size")
    assert three(total_investment=Decimal(30000)) == ("signed", "stages.signed")
    assert three(total_investment=Decimal(10000), strategic=True) == ("signed", "stages.signed")
    assert three(total_investment=Decimal("9999.99"), origin="attracted") == ("", "stages.below_entry_size")
    assert three(total_investment=None) == ("", "stages.investment_unknown")
    assert three(total_investment=Decimal(99999), section="") == ("", "stages.type_unknown")
    assert three(total_investment=Decimal(99999), section="D") == ("", "stages.no_entry_size")
    assert three(total_investment=Decimal(99999), kind="agriculture") == ("", "stages.no_entry_size")


def known(office: Office, **more: Any) -> Project:
    """Every part of the maturity known: 15 + 10 + 5 + 5 + 5 + 2.5 + 10 + 4 + 0 + 0.75 + 5 + 5 + 4 × 1 = 71.25."""
    fields: dict[str, Any] = {
        "firm": an_owner(office, "青禾成熟食品有限公司"), "total_investment": 10000, "funds_in_place": 5000, "land_planning": "done", "land_class": "construction",
        "clearance_share": 100, "land_supply": "submitted", "conformity": "conforms", "eia_state": "done", "energy_state": "none", "soil_state": "preparing",
        "design_depth": "feasibility", "catalogue": "encouraged", "power_state": "planned", "water_state": "planned", "gas_state": "planned",
        "sewage_state": "planned", **more,
    }  # fmt: skip
    return a_pooled(office, "成熟项目", **fields)


def test_maturity_by_hand(office: Office) -> None:
    found = reckon([known(office)], DAY)
    one = next(iter(found.values()))
    assert (one.maturity, one.maturity_class) == (71, "pre")


def test_what_is_unknown_is_a_range_and_not_nought(office: Office) -> None:
    """Without the 20 points of money 61.25 to 81.25: three classes away, so no class and no number."""
    project = known(office, funds_in_place=None)
    one = reckon([project], DAY)[project.pk]
    assert (one.maturity, one.maturity_class) == (None, "")
    box = maturity_box(project)
    assert (box.score, box.known) == ("61–82", False)
    assert [(ask.label, ask.gain) for ask in box.asks] == [("资金落实", "20")]
    assert next(part.points for part in box.parts if part.label == "资金落实") == "0–20"


def test_the_cheapest_step_comes_first(office: Office) -> None:
    """Gain by working day: soil 3 × 0.25 ÷ 10 = 0.075; water 2.5 × 0.3 ÷ 10 = 0.075; gas the same; supply 5 × 0.5 ÷ 30 = 0.083; the money 10 points of
    15 days = 0.667."""
    box = maturity_box(known(office))
    assert [(step.label, step.to, step.gain, step.days) for step in box.steps] == [
        ("资金落实", "做完", "10", "15"), ("可研、设计深度", "初步设计已完成", "3", "30"), ("用地：供地", "已办结", "2.5", "30"),
    ]  # fmt: skip


def test_an_eliminated_industry_has_no_points(office: Office) -> None:
    project = known(office, catalogue="eliminated")
    one = reckon([project], DAY)[project.pk]
    assert (one.maturity, one.maturity_class) == (0, "concept")
    assert "淘汰类" in maturity_box(project).blocked


def test_the_renewal_writes_what_differs_and_nothing_else(office: Office) -> None:
    with at(NOON):
        project = a_pooled(office, "久未更新", moved_on=date(2025, 6, 30), stage_on=date(2025, 1, 5), plan_start=DAY)
        other = a_pooled(office, "刚动过")
        assert jobs.reckon_projects([project.pk, other.pk]) == 2
        before = Project.objects.get(pk=project.pk)
        assert (before.batch, before.stale, before.moved_on) == ("concept", "exit", date(2025, 6, 30))
        assert jobs.reckon_projects([project.pk, other.pk]) == 0
        assert Project.objects.get(pk=project.pk).version == before.version
    entry = Entry.objects.filter(ledger="projects.project", row=project.pk).order_by("-id").first()
    assert entry is not None
    assert (entry.verb, entry.user_id) == (RECKON, 0)
    assert ProjectLedger.renewals == {RECKON}


def test_a_write_renews_its_projects_and_the_systems_own_does_not(office: Office) -> None:
    with at(NOON):
        project = a_pooled(office, "新登记")
        move = a_move(project, "negotiation", date(2026, 6, 2))
        after_write(RowsWritten("demo", 0, {"projects.project": (project.pk,)}))
        assert Project.objects.get(pk=project.pk).batch == "none"
        after_write(RowsWritten("projects.attach_paper", 5, {"projects.move": (move.pk,)}))
        assert Project.objects.get(pk=project.pk).batch == "concept"
        after_write(RowsWritten("import", 5, {"projects.project": None}))
    assert list(Job.objects.filter(kind=RECKON).values_list("state", flat=True)) == ["ready"]


def test_typing_on_the_page_reckons(office: Office, client_of: LogIn, django_capture_on_commit_callbacks: Any) -> None:
    allow(office, "gongxin", "projects.project", "add", "change")
    with django_capture_on_commit_callbacks(execute=True):
        client = client_of("gongxin")
        answer = client.post("/l/projects-project/add/", {"name": "手工登记的项目", "unit": "东园", "industry": "1431"})
    assert answer.status_code in (204, 302), answer.content.decode()[:300]
    made = Project.objects.get(name="手工登记的项目")
    assert (made.batch, made.stale, made.maturity) == ("concept", "fresh", None)


def test_every_day_and_new_rules_queue_one_reckoning(office: Office) -> None:
    run_daily()
    assert Job.objects.filter(kind=RECKON).count() == 0
    a_pooled(office, "有了")
    run_daily()
    run_daily()
    assert Job.objects.filter(kind=RECKON).count() == 1
    Job.objects.all().delete()
    after_rules(RulesChanged("sizes", "thresholds", 1))
    assert Job.objects.count() == 0
    after_rules(RulesChanged("parameters", "parameters", 1))
    after_rules(RulesChanged("gates", "maturity", 1))
    assert list(Job.objects.values_list("kind", flat=True)) == [RECKON]


def _a_pool(office: Office) -> None:
    """东园: two concepts (one of unknown size) and one started this year; 西园: one that is being built since last year."""
    a_pooled(office, "储备一", total_investment=None)
    a_pooled(office, "储备二", total_investment=4000, moved_on=date(2025, 12, 1))
    started = a_pooled(
        office,
        "开工",
        stage="construction",
        stage_on=date(2026, 3, 1),
        started_on=date(2026, 3, 1),
        total_investment=8000,
    )
    built = a_pooled(
        office,
        "在建",
        "西园",
        stage="building",
        stage_on=date(2025, 9, 1),
        started_on=date(2025, 5, 1),
        total_investment=20000,
    )
    for project, signed in ((started, date(2025, 11, 1)), (built, date(2025, 2, 1))):
        with as_system() as ctx:
            ctx.update(project, signed_on=signed, plan_start=date(2025, 12, 1))
    jobs.reckon_projects(Project.objects.values_list("pk", flat=True))


def test_the_pool_at_a_glance_counts_what_its_lists_show(office: Office) -> None:
    with at(NOON):
        _a_pool(office)
        actor = office.actor("gongxin")
        for kind, year in (("seven", 2026), ("seven", 2025), ("four", 2026), ("three", 2025)):
            lines = overview(actor, kind, year, DAY)
            assert sum(line.whole.n for line in lines) == 4
            for line in lines:
                code = "" if line.code == "none" and (kind, year) != ("seven", 2026) else line.code
                rows, found = members(actor, kind, year, code, None, DAY)
                assert rows.count() == line.whole.n, (kind, year, line.code)
                assert all(one.pk in found for one in rows)
        told = {line.code: (line.whole.n, line.whole.money, line.whole.untold) for line in overview(actor, "seven", 2026, DAY)}  # fmt: skip
        assert told["concept"] == (2, Decimal(4000), 1)
        assert told["started"] == (1, Decimal(8000), 0)
        assert told["building"] == (1, Decimal(20000), 0)
        assert told["full"] == (0, None, 0)
        east = {line.code: line.units for line in overview(actor, "seven", 2026, DAY)}
        assert east["concept"][office.units["东园"].pk].url.endswith(
            f"f.batch=concept&f.unit={office.units['东园'].pk}"
        )
        assert {line.code: line.whole.n for line in overview(actor, "seven", 2025, DAY)} == {
            "concept": 0, "negotiation": 0, "signed": 1, "started": 1, "building": 0, "production": 0, "full": 0, "none": 2,
        }  # fmt: skip
        assert [(group.code, group.n) for group in quiet(actor, DAY)] == [("exit", 0), ("amber", 1), ("remind", 0)]
        sizes = {one.label: one for one in entry_sizes(actor, DAY)}
        assert (sizes["工业"].least, sizes["工业"].below.n, sizes["工业"].below.untold) == (Decimal(5000), 1, 1)
        assert sizes["工业"].basis == "取自青田的规定，本县可改"
        assert sizes["基础设施"].least is None
        assert [(label, cell.n) for label, cell in ripeness(actor)][-1] == ("还定不了档", 2)


def test_a_park_sees_its_own_numbers_and_who_has_no_right_none(office: Office, client_of: LogIn) -> None:
    _a_pool(office)
    west = overview(office.actor("yuanqu2"), "four", today().year, today())
    assert sum(line.whole.n for line in west) == 1
    page = client_of("gongxin").get("/projects/pool/?kind=four&year=2025")
    assert page.status_code == 200
    assert "走到的最远阶段" in page.content.decode()
    assert client_of("gongxin").get("/projects/pool/batch/?kind=seven&batch=concept").status_code == 200
    assert client_of("gongxin").get("/projects/pool/?kind=%00&year=99999999999999999999").status_code == 200
    assert client_of("nobody").get("/projects/pool/").status_code == 403
    assert client_of("nobody").get("/projects/pool/book/").status_code == 403
    book = client_of("gongxin").get("/projects/pool/book/")
    assert (book.status_code, book.content[:2]) == (200, b"PK")


def test_a_strategic_chain_lowers_the_line(office: Office) -> None:
    with at(NOON):
        project = a_pooled(
            office, "战新", stage="signed", stage_on=date(2026, 6, 5), signed_on=date(2026, 6, 5), section="C", origin="local", total_investment=12000, plan_start=DAY
        )  # fmt: skip
        actor = office.actor("gongxin")
        before = {line.code: line.whole.n for line in overview(actor, "three", 2026, DAY)}
        with as_system() as ctx:
            chain = ctx.create(Chain(code="zx", name="战新链", kind="strategic"))
            node = ctx.create(Node(chain=chain, code="ZX1", name="环节", segment="2"))
            ctx.create(NodeLink(project=project, node=node, ref="1"))
        after = {line.code: line.whole.n for line in overview(actor, "three", 2026, DAY)}
    assert (before["signed"], before["none"], after["signed"], after["none"]) == (0, 1, 1, 0)


@pytest.mark.parametrize("engine", ["stages/batches.py", "maturity/scoring.py"])
def test_every_code_of_the_engines_has_its_words(engine: str) -> None:
    """The codes are read out of the engines' own text."""
    text = (Path(next(iter(engines.__path__))) / engine).read_text(encoding="utf-8")
    codes = set(re.findall(r'"((?:stages|maturity)\.\w+)"', text)) | {
        f"stages.{one}" for one in ("removed", "transferred", "paused")
    }
    assert len(codes) > 5
    assert codes - set(SENTENCES) == set()
