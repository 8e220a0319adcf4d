"""Needs of a link by hand: the county's own rows first, then its firms of the class, then the profile; and relatedness by hand."""

import json
import math
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.test import Client

from gongxing.domains.chain import jobs
from gongxing.domains.chain.analysis.feasible import Basis, Need, size
from gongxing.domains.chain.analysis.planning import Asked, Possible, possible, problem
from gongxing.domains.chain.analysis.relating import nearness
from gongxing.domains.chain.queries import graded
from gongxing.domains.chain.tests.small_county import LAST, County
from gongxing.domains.firms.models import FirmFigure
from gongxing.engines.chain.lengthening import lengthen
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.office.rules import RuleName, write_rule
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
URL = "/chain/lengthen/"
CHEM, LITHIUM = "2614", "bat.lithium_salt"
"""The link has the profile chem: 1–50 亿元 of revenue, 2–30 亿元 of investment, 100–800 people."""


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver without its own process; its result as it comes back from there."""
    monkeypatch.setattr(jobs, "run_solver", lambda given: json.loads(json.dumps(asdict(lengthen(given)))))


def used(made: County, ctx: Ctx, name: str, revenue: float, **figures: float) -> None:
    """A year of a firm's figures by the statistics office."""
    firm = made.firms[name]
    ctx.create(
        FirmFigure(
            firm=firm, ref=f"{firm.pk}:{LAST}:stat", period=str(LAST), period_start=date(LAST, 1, 1), source="stat",
            revenue=Decimal(str(revenue)), **{key: Decimal(str(value)) for key, value in figures.items()},
        )
    )  # fmt: skip


@pytest.fixture
def county(office: Office) -> County:
    """Three chemical firms: 10,000 万元 of revenue, 600 tce, 40 mu in all; two of them tell their people. p buys from the lithium link and
    from ``own``, a link of no class and no profile."""
    made = County(office)
    with made.write() as ctx:
        made.chain(ctx, "bat", "strategic", p={}, own={}, **{LITHIUM: {"classes": ["2613"], "land_class": "B"}})
        for link in (LITHIUM, "own"):
            made.edge(ctx, link, "p", weight="0.3", weight_source="editor")
        made.firm(ctx, "龙头厂", at=["p"], revenue=1000, figure_source="stat", figure_period=str(LAST))
        for name, code, revenue, energy, land in (
            ("甲", "2614", 5000, 300, 10),
            ("乙", "2614", 3000, 200, 10),
            ("丙", "2619", 2000, 100, 20),
        ):
            made.firm(ctx, name, industry=code)
            people = {} if name == "丙" else {"employees": 50}
            used(made, ctx, name, revenue, energy=energy, land_mu=land, **people)
    return made


def found(code: str = LITHIUM) -> Possible:
    return next(one for one in possible() if one.node.code == code)


def test_local_firms_of_the_group_are_the_first_suggestion(county: County) -> None:
    """2613 itself has no firm, 261 has three: 600 tce and 40 mu of 1 亿元. A project has 1–50 亿元, √50 in the middle. Only two told their
    people: those stay the profile's."""
    one = found()
    assert one.energy is not None
    assert one.energy.basis == Basis("local", "261", 3, 600)
    assert (one.energy.low, one.energy.high, one.energy.value) == pytest.approx((600, 30000, 600 * math.sqrt(50)))
    assert one.land is not None
    assert one.land.value == pytest.approx(40 * math.sqrt(50))
    assert one.labour == Need(100, 800, 450)
    assert (found("own").energy, found("own").land, found("own").labour) == (None, None, None)


def test_two_firms_are_too_few_to_say_anything(county: County) -> None:
    with county.write() as ctx:
        ctx.update(county.firms["丙"], status="closed")
    one = found()
    assert one.energy is None
    assert one.land == Need(40, 600, 320), "the profile's: 2–30 亿元 × 20"


def rule(ctx: Ctx, of: str, resource: str, value: str) -> None:
    cells = {"of": of, "resource": resource, "value": value}
    write_rule(ctx, RuleName("chains", "needs", ""), cells, valid_from=date(2024, 1, 1), source="节能评估汇总")


def test_the_countys_own_rows_outrank_its_firms(county: County) -> None:
    """By division 26: 900 tce per 亿元, by group 261: 800, by the link: 700 and a project of 2 亿元. The narrowest is taken."""
    with county.write() as ctx:
        rule(ctx, "26", "energy_tce", "900")
    by_division = found().energy
    assert by_division is not None
    assert by_division.basis == Basis("county", "26", 0, 900, "节能评估汇总")
    assert (by_division.low, by_division.high, by_division.value) == pytest.approx((900, 45000, 900 * math.sqrt(50)))
    with county.write() as ctx:
        rule(ctx, "261", "energy_tce", "800")
    assert found().energy.basis.of == "261"  # type: ignore[union-attr]
    with county.write() as ctx:
        rule(ctx, LITHIUM, "energy_tce", "700")
        rule(ctx, LITHIUM, "revenue", "2")
        rule(ctx, "own", "energy_tce", "不知道")
    assert found().energy == Need(1400, 1400, 1400, Basis("county", LITHIUM, 0, 700, "节能评估汇总"))
    assert found("own").energy is None, "a word is no figure"


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("年营收500万–1亿元", (0.05, 1, math.sqrt(0.05))),
        ("年营收3000万–10亿元", (0.3, 10, math.sqrt(3))),
        ("年营收2亿–500亿元", (2, 500, math.sqrt(1000))),
        ("年营收5亿元", (5, 5, 5)),
    ],
)
def test_a_band_of_revenue_is_read_in_yi(text: str, ends: tuple[float, float, float]) -> None:
    one = size(text)
    assert one is not None
    assert (one.low, one.high, one.value) == pytest.approx(ends)


def test_no_band_is_no_size() -> None:
    assert [size(text) for text in ("", "不详", "1–2–3")] == [None, None, None]


def plan(client: Client, **given: Any) -> Any:
    answer = client.post(URL, given)
    assert answer.status_code == 302
    while run_next():
        pass
    return client.get(answer["Location"])


def test_an_energy_limit_works_and_names_who_has_no_figure(county: County, client_of: LogIn) -> None:
    """The lithium project needs 4,243 tce: it fits into 5,000, not into 4,000; ``own`` is named either way."""
    client = client_of("gongxin")
    page = plan(client, k="2", energy="5000")
    assert [one["name"] for one in page.context["run"]["plan"]["choices"]] == [f"{LITHIUM}环节"]
    assert [[one["name"] for one in row["nodes"]] for row in page.context["without"]] == [["own环节"]]
    assert "261 类 3 家，600/亿元" in page.content.decode()
    tight = plan(client, k="2", energy="4000").context["run"]["plan"]
    assert not tight["feasible"]
    assert len(tight["aside"]) == 2


@pytest.fixture
def strong(office: Office) -> County:
    """Six sugar firms and five of wood: the county is strong in both. p buys from a link of paper, one of tea growing and one of wood."""
    made = County(office)
    with made.write() as ctx:
        made.chain(
            ctx,
            "ccc",
            "traditional",
            p={},
            paper={"classes": ["2221"]},
            grown={"classes": ["0164"]},
            board={"classes": ["2021", "2221"]},
        )
        for link in ("paper", "grown", "board"):
            made.edge(ctx, link, "p", weight="0.3", weight_source="editor")
        made.firm(ctx, "龙头厂", at=["p"], revenue=1000, figure_source="stat", figure_period=str(LAST))
        for number in range(6):
            made.firm(ctx, f"糖{number}", industry="1340")
            made.figures(ctx, f"糖{number}", "stat", 100)
        for number in range(5):
            made.firm(ctx, f"木{number}", industry="2021")
            made.figures(ctx, f"木{number}", "stat", 100)
    return made


def test_relatedness_is_the_share_of_the_nearest_that_are_strong_here(strong: County) -> None:
    """Counted again from the national coefficients: cosine of input columns, the ten nearest and the sector itself."""
    near = nearness()
    solution_names = near.near.names
    assert {near.given.national.accounts.names[one][0] for one in near.strong} == {
        "糖及糖制品",
        "木材加工和木、竹、藤、棕、草制品",
    }
    code = near.ways.find("2221").sector
    at = solution_names.index(code)
    column = near.near.values[:, at]
    assert np.count_nonzero(column) == 11
    whole = sum(column)
    held = sum(value for name, value in zip(solution_names, column, strict=True) if name in near.strong)
    paper = found("paper").related
    assert paper is not None
    assert paper.value == pytest.approx(held / whole)
    assert paper.near[0].sector == code
    wood = near.sector(near.ways.find("2021").sector)
    board = found("board").related
    assert board is not None
    assert board.value == pytest.approx(((wood or 0) + paper.value) / 2)
    assert found("grown").related is None


def test_a_least_relatedness_keeps_the_near_and_names_the_unknown(strong: County, client_of: LogIn) -> None:
    board, paper = found("board").related, found("paper").related
    assert board is not None
    assert paper is not None
    assert board.value > paper.value
    asked = Asked(k=3, related=round((board.value + paper.value) / 2, 4))
    assert [one.node for one in problem(graded(), asked).candidates] == [one.node.code for one in possible()]
    assert lengthen(problem(graded(), asked)).best.nodes == ("board",)
    page = plan(client_of("gongxin"), k="3", related=str(asked.related))
    assert [one["name"] for one in page.context["run"]["plan"]["choices"]] == ["board环节"]
    assert [row["label"] for row in page.context["without"]] == ["相关度"]
    assert {row["code"] for row in page.context["rows"] if row["left"]} == {"paper", "grown"}


def test_a_county_of_few_firms_has_no_relatedness(county: County) -> None:
    assert found().related is None


def test_relatedness_beyond_one_is_refused(strong: County, client_of: LogIn) -> None:
    page = client_of("gongxin").post(URL, {"k": "2", "related": "1.5"})
    assert (page.status_code, [one.field for one in page.context["errors"]]) == (422, ["related"])
    assert page.context["typed"]["related"] == "1.5"
