"""Quotients of links: worked out by hand from the published table, what they do to a state, what is left out and said, and a past day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from gongxing.domains.chain.models import Node
from gongxing.domains.chain.queries import graded
from gongxing.domains.chain.quotient_words import quotient_lines
from gongxing.domains.chain.tests.small_county import LAST, County
from gongxing.domains.firms.models import FirmFigure
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
INDUSTRY, SUGAR, WOOD, METAL = 12_297_015_679.84, 12_345_354.86, 163_638_485.16, 519_481_674.12
"""National output in 2020, 万元: the 97 sectors of mining, manufacturing and energy together; 015 sugar, 035 wood, 066 metal products."""


def register(made: County, ctx: Ctx) -> None:
    """Six sugar mills (three of them on link a), five sawmills, five workshops; sixteen firms of industry."""
    made.chain(
        ctx, "ttt", "traditional", a={"classes": ["1340"]}, both={"classes": ["1340", "2021"]}, none={}, farm={"classes": ["0133"]},
        metal={"classes": ["3311"]}, half={"classes": ["1340", "2624"]}, judged={"classes": ["3660", "3670"]},
    )  # fmt: skip
    for number in range(6):
        made.firm(ctx, f"糖{number}厂", at=["a"] if number < 3 else [], industry="1340", above_scale=True)
    for number in range(5):
        made.firm(ctx, f"木{number}厂", "西园", industry="2021")
        made.firm(ctx, f"铁{number}厂", at=["metal"], industry="3311", above_scale=True)


def figures(made: County, ctx: Ctx) -> None:
    """600 万元 of sugar, 390 of wood and 10 of metal last year, by the statistics office."""
    for number in range(6):
        made.figures(ctx, f"糖{number}厂", "stat", 100)
    for number in range(5):
        made.figures(ctx, f"木{number}厂", "stat", 78)
        made.figures(ctx, f"铁{number}厂", "stat", 2)


@pytest.fixture
def county(office: Office) -> County:
    made = County(office)
    with made.write() as ctx:
        register(made, ctx)
        figures(made, ctx)
    return made


def value(code: str, day: date | None = None) -> Any:
    found = graded(day=day)
    one = found.quotients.of_classes(found.node_by_code[code].classes).quotient
    return None if one is None else (one.value, one.firms)


def lines(code: str) -> list[str]:
    found = graded()
    return quotient_lines(found.quotients, found.quotients.of_classes(found.node_by_code[code].classes))


def state(code: str, day: date | None = None) -> str:
    return graded(day=day).grading.nodes[code].presence.state


def test_a_quotient_is_local_share_over_national_share_of_the_links_sector(county: County) -> None:
    """600 ÷ 1,000 = 0.6 of the county's industry; 12,345,354.86 ÷ 12,297,015,679.84 = 0.00100393 of the nation's: 597.65."""
    assert value("a") == (pytest.approx(0.6 / (SUGAR / INDUSTRY)), 6)
    assert value("a") == (pytest.approx(597.65, abs=0.01), 6)
    assert value("metal") == (pytest.approx(0.01 / (METAL / INDUSTRY)), 5)
    assert value("metal") == (pytest.approx(0.2367, abs=0.0001), 5)


def test_several_sectors_are_weighted_by_national_output(county: County) -> None:
    """Σ O·Q ÷ Σ O = (0.6 + 0.39) × industry ÷ (sugar + wood) = 0.99 × 12,297,015,679.84 ÷ 175,983,840.02 = 69.18 over eleven firms."""
    assert value("both") == (pytest.approx(0.99 * INDUSTRY / (SUGAR + WOOD)), 11)
    assert value("both") == (pytest.approx(69.18, abs=0.01), 11)
    assert lines("both")[:2] == [
        "69.18（11 家）",
        "“木材加工和木、竹、藤、棕、草制品”29.31（5 家）、“糖及糖制品”597.65（6 家），按全国总产出加权",
    ]


def test_a_link_turns_strong_by_its_quotient_and_weak_by_a_low_one(office: Office) -> None:
    """Three makers above scale and no survey: nothing weak is known, and only the quotient decides between normal and strong."""
    made = County(office)
    with made.write() as ctx:
        register(made, ctx)
    assert (state("a"), state("metal")) == ("normal", "normal")
    possible = graded().grading.nodes["a"].presence.possible
    assert possible == ("weak", "normal", "strong")
    with made.write() as ctx:
        figures(made, ctx)
    assert (state("a"), state("metal")) == ("strong", "weak")
    fired = [check.rule for check in graded().grading.nodes["metal"].presence.weak if check.fired]
    assert fired == ["location_quotient"]


def test_the_lines_of_the_pack_decide(county: County) -> None:
    assert graded({"chain.strong.lq": 598}).grading.nodes["a"].presence.state == "normal"
    assert graded({"chain.weak.lq": 0.2}).grading.nodes["metal"].presence.state == "normal"
    assert state("a") == "strong"


def test_a_sector_of_four_firms_says_nothing_whatever_a_reader_tries(county: County) -> None:
    with county.write() as ctx:
        for name in ("铁0厂", "铁1厂"):
            ctx.update(county.firms[name], status="closed")
    assert (value("metal"), state("metal")) == (None, "normal")
    assert graded({"chain.lq.min_firms": 1}).grading.nodes["metal"].presence.weak[1].value is None
    assert lines("metal") == [f"没有：部门“金属制品”3 家有 {LAST} 年统计局营业收入，少于 5 家"]


def test_a_county_of_few_firms_has_no_quotient(county: County) -> None:
    with county.write() as ctx:
        for number in range(5):
            ctx.update(county.firms[f"木{number}厂"], industry="5211")
            if number < 2:
                ctx.update(county.firms[f"铁{number}厂"], industry="5211")
    assert graded().quotients.firms == 9
    assert lines("a") == ["没有：全县有数的工业企业只有 9 家，少于 10 家"]


def test_what_cannot_be_counted_is_said(county: County) -> None:
    assert (value("none"), lines("none")) == (None, ["没有：环节没有登记行业小类"])
    assert (value("farm"), lines("farm")) == (None, ["没有：行业小类都不在工业范围"])
    assert value("half") is None
    assert lines("half") == [
        "没有：够 5 家的部门只占它行业小类的一半或更少，代表不了它",
        "没有算的部门：“肥料”0 家，少于 5 家",
    ]
    with county.write() as ctx:
        ctx.update(Node.objects.get(code="half"), classes=["1340", "1341", "0133", "2624", "1349"])
    assert value("half") == (pytest.approx(597.65, abs=0.01), 6)
    assert lines("half")[3:] == ["没有算的部门：“肥料”0 家，少于 5 家", "没有算的行业（不在工业范围）：0133"]


def test_a_judged_row_of_the_concordance_stays_flagged(county: County) -> None:
    """366 goes to the sector of car parts by judgement: the link's class does, whatever the firms' classes are."""
    with county.write() as ctx:
        for number in range(5):
            county.firm(ctx, f"车{number}厂", industry="3670")
            county.figures(ctx, f"车{number}厂", "stat", 10)
    assert value("judged") is not None
    assert lines("judged")[3] == "行业归部门存疑：366"
    assert "存疑" not in "".join(lines("a"))


def test_other_sources_and_closed_firms_do_not_count(county: County) -> None:
    before = value("a")
    with county.write() as ctx:
        county.figures(ctx, "糖0厂", "dept", 90_000)
        county.firm(ctx, "停产厂", industry="1340", status="closed")
        county.figures(ctx, "停产厂", "stat", 90_000)
    assert value("a") == before
    with county.write() as ctx:
        ctx.update(FirmFigure.objects.get(firm=county.firms["糖0厂"], source="stat"), revenue=400)
    assert value("a") == (pytest.approx(900 / 1300 / (SUGAR / INDUSTRY)), 6)


def test_a_past_day_knows_only_what_was_entered_by_then(office: Office) -> None:
    made, then = County(office), now() - timedelta(days=10)
    with at(then), made.write() as ctx:
        register(made, ctx)
        for number in range(6):
            made.figures(ctx, f"糖{number}厂", "stat", 50, last=LAST - 1)
        for number in range(5):
            made.figures(ctx, f"木{number}厂", "stat", 40, last=LAST - 1)
    with at(then + timedelta(days=4)), made.write() as ctx:
        figures(made, ctx)
        ctx.update(FirmFigure.objects.get(firm=made.firms["糖0厂"], period=str(LAST - 1)), revenue=250)
        ctx.update(made.firms["木0厂"], status="closed")
    early, late = today() - timedelta(days=8), today() - timedelta(days=1)
    assert graded(day=early).quotients.year == LAST - 1
    assert value("a", early) == (pytest.approx(300 / 500 / (SUGAR / INDUSTRY)), 6)
    assert (value("metal", early), state("metal", early)) == (None, "normal")
    assert graded(day=late).quotients.year == LAST
    assert value("a", late) == value("a") == (pytest.approx(600 / 922 / (SUGAR / INDUSTRY)), 6)
    assert graded(day=early - timedelta(days=9)).quotients.year is None


def test_a_corrected_row_of_the_concordance_moves_it(county: County) -> None:
    """The county says that 3311 belongs to sugar: the correction holds on both ways, from firms and from links."""
    cells = {
        "gb_prefix": "3311",
        "gb_name": "结构",
        "io153_code": "015",
        "io153_name": "糖",
        "io42_code": "06",
        "certainty": "name_match",
    }
    with county.write() as ctx:
        ctx.create(
            PackEdit(
                pack="input-output", table="concordance", row_key="3311", values=cells, source="县定", status="local"
            )
        )
    assert value("metal") == value("a") == (pytest.approx(0.61 / (SUGAR / INDUSTRY)), 11)


def test_the_drawer_and_the_method_say_what_it_rests_on(county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    html = client.get("/chain/node/a/").content.decode()
    assert "597.65（6 家）；部门“糖及糖制品”；" in html
    assert f"以产出计：本县 {LAST} 年统计局营业收入，全国 2020 年投入产出表（153 部门）总产出，都只算工业" in html
    assert "区位商 598，不低于 1.2（6 家）" in html
    assert "产业链图判薄弱、优势，用 153 部门" in client.get("/chain/structure/").content.decode()
