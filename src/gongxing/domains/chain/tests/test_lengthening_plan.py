"""The lengthening plan: values and links by hand, the plan of a run in the solver's own process, parameters that are kept and mended."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxing.domains.chain import jobs
from gongxing.domains.chain.analysis.feasible import Need
from gongxing.domains.chain.analysis.planning import Asked, band, possible, problem
from gongxing.domains.chain.jobs import LENGTHEN, run_solver
from gongxing.domains.chain.queries import graded
from gongxing.domains.chain.tests.small_county import County
from gongxing.engines.chain.lengthening import lengthen
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import JobError, run_next
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
URL = "/chain/lengthen/"


@pytest.fixture
def county(office: Office) -> County:
    """p is here with 1000 万元 of revenue. Missing: a (30 % of p's inputs) and b (20 %), estimated; c, surveyed: 280 bought outside, 99 at
    a place nobody knows; d of which nothing is known. b would sell to a all that a buys."""
    made = County(office)
    with made.write() as ctx:
        made.chain(
            ctx, "ccc", "traditional", p={}, a={"county_fit": 4}, b={"county_fit": 2}, c={}, d={}, g={"generic": True}
        )
        made.edge(ctx, "a", "p", weight="0.3", weight_source="editor")
        made.edge(ctx, "b", "p", weight="0.2", weight_source="editor")
        made.edge(ctx, "b", "a", weight="1", weight_source="editor")
        made.edge(ctx, "p", "c")
        made.edge(ctx, "g", "p", weight="0.4", weight_source="editor")
        made.firm(ctx, "龙头厂", at=["p"], revenue=1000, figure_source="stat", figure_period="2025")
        made.bought(ctx, "龙头厂", "c", 200, "outside")
        made.bought(ctx, "龙头厂", "c", 80, "province")
        made.bought(ctx, "龙头厂", "c", 99, "unknown")
    return made


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver without its own process, which takes seconds to start; the tests about that process ask it themselves."""
    monkeypatch.setattr(jobs, "run_solver", lambda given: json.loads(json.dumps(asdict(lengthen(given)))))


def test_values_come_from_the_survey_first_then_from_the_estimate(county: County) -> None:
    """a: 1000 × 0.7 × 0.3; b: 1000 × 0.7 × 0.2; c: 200 + 80 of the survey. A generic service is no candidate, p is here."""
    found = {one.node.code: (one.value, one.source, one.unplaced) for one in possible()}
    assert found == {
        "c": (280, "survey", 99),
        "a": (pytest.approx(210), "estimate", 0),
        "b": (pytest.approx(140), "estimate", 0),
        "d": (None, "none", 0),
    }


def test_links_count_only_what_is_not_a_value_already(county: County) -> None:
    """a buys from b: 1 × 0.7 × 210. What a, b and g sell to p is their own value. p → c has no weight. g is generic and missing."""
    links = {(one.source, one.target): one.value for one in problem(graded(), Asked(k=2)).links}
    assert links == {("a", "p"): 0, ("b", "p"): 0, ("b", "a"): pytest.approx(147), ("p", "c"): None}


def test_the_best_pair_is_not_the_greedy_one(county: County) -> None:
    """{a, b} = 210 + 140 + 147 = 497 beats greedy's {c, a} = 490."""
    plan = lengthen(problem(graded(), Asked(k=2)))
    assert plan.second is not None
    assert [plan.best.nodes, plan.greedy.nodes, plan.second.nodes] == [("a", "b"), ("a", "c"), ("a", "c")]
    assert [plan.best.value, plan.greedy.value, plan.second.value] == pytest.approx([497, 490, 490])
    assert {choice.node: choice.adds for choice in plan.choices} == {"a": pytest.approx(357), "b": pytest.approx(287)}


@pytest.mark.slow
def test_the_solvers_own_process_says_the_same(county: County) -> None:
    given = problem(graded(), Asked(k=2, labour=None))
    plan = run_solver(given)
    assert (plan["status"], plan["best"]["nodes"], plan["best"]["value"]) == ("optimal", ["a", "b"], pytest.approx(497))


def test_a_solver_that_fails_is_a_sentence(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongxing.domains.chain.jobs.SOLVER", "gongxing.no_such_solver")
    with pytest.raises(JobError, match="求解程序没有算完"):
        run_solver(problem(graded(), Asked(k=2)))


@pytest.mark.slow
def test_neither_site_nor_worker_loads_the_solver() -> None:
    """Loading it takes about half as long as loading the whole site: only the process of a plan does (the modules of the site name it
    by a string)."""
    asked = (
        "import django, sys; django.setup(); print(sorted({'scipy', 'gongxing.domains.chain.jobs'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['gongxing.domains.chain.jobs']"


def test_needs_are_the_middle_of_the_profiles_ranges(office: Office) -> None:
    """bat.lithium_salt has the profile chem: 2–30 亿元, 100–800 people; land class B is 20 亩 per 亿元: 16 × 20 = 320 亩."""
    made = County(office)
    with made.write() as ctx:
        made.chain(
            ctx, "bat", "strategic", **{"bat.lithium_salt": {"land_class": "B"}, "own": {"land_class": "B"}, "p": {}}
        )
        made.firm(ctx, "某厂", at=["p"])
    found = {one.node.code: (one.land, one.labour) for one in possible()}
    assert found["bat.lithium_salt"] == (Need(40, 600, 320), Need(100, 800, 450))
    assert found["own"] == (None, None)
    assert (band("20–200"), band("5"), band("不详"), band("1–2–3")) == (Need(20, 200, 110), Need(5, 5, 5), None, None)


def run(client: Client, **given: Any) -> Any:
    """Ask for a plan, let the worker work, and open the address one was sent to."""
    answer = client.post(URL, given)
    assert answer.status_code == 302
    while run_next():
        pass
    return client.get(answer["Location"])


def test_from_the_form_to_the_plan_at_an_address_that_can_be_shared(county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    answer = client.post(URL, {"k": "2"})
    assert answer["Location"] == f"{URL}?k=2"
    waiting = client.get(answer["Location"])
    assert waiting.context["run"]["mine"]
    assert waiting.context["run"]["plan"] is None
    client.post(URL, {"k": "2"})
    assert Job.objects.filter(kind=LENGTHEN).count() == 1
    assert client_of("yuanqu").get(answer["Location"]).context["run"]["mine"] is False
    while run_next():
        pass
    page = client_of("yuanqu").get(answer["Location"])
    plan = page.context["run"]["plan"]
    assert (plan["value"], [one["name"] for one in plan["choices"]]) == ("497", ["a环节", "b环节"])
    assert (plan["greedy"]["nodes"], plan["greedy"]["loses"], plan["greedy_gap"]) == (["a环节", "c环节"], "7", "1.4%")
    assert (plan["second"]["nodes"], plan["second"]["loses"]) == (["a环节", "c环节"], "7")
    assert "已证明最优" in page.content.decode()
    assert [one["binding"] for one in plan["limits"]] == [True, False, False, False]
    assert "d环节：不知道值多少，没有考虑" in plan["aside"]


def test_the_title_says_what_share_of_the_sum_is_estimated(county: County, client_of: LogIn) -> None:
    """{a, c}: 210 estimated and 280 surveyed, so 210 ÷ 490; {a, b} and what b sells to a: nobody was asked; c alone: all surveyed."""
    client = client_of("gongxin")
    page = run(client, k="2", must=["a", "c"])
    assert (page.context["run"]["plan"]["value"], page.context["run"]["plan"]["estimated"]) == ("490", "42.9%")
    assert "每年约补上 490 万元（其中估计 42.9%）" in page.content.decode()
    assert [(one["name"], one["estimated"]) for one in page.context["run"]["plan"]["choices"]] == [
        ("a环节", True),
        ("c环节", False),
    ]
    assert run(client, k="2").context["run"]["plan"]["estimated"] == "100%"
    page = run(client, k="1", must="c")
    assert page.context["run"]["plan"]["estimated"] == "" and "其中估计 " not in page.content.decode()


def test_candidates_surveyed_first_and_no_column_mixes_two_kinds_of_money(county: County, client_of: LogIn) -> None:
    html = client_of("gongxin").get(URL).content.decode()
    table = html[html.index("gx-candidates") :]
    told = re.findall(
        r'data-l="每年从县外买">([^<]*)<.*?data-l="本地每年要买（估计）">([^<]*)<',
        table,
    )
    assert told == [("280", "—"), ("—", "210"), ("—", "140")]
    assert "从外面买" not in html


@pytest.mark.parametrize(("name", "typed", "said"), [("k", "二", "请填 1 到 20 的整数"), ("fit", "好", "请选 1 到 5"), ("land", "多", "不限就留空")])  # fmt: skip
def test_only_a_limit_is_said_to_be_left_empty(
    county: County, client_of: LogIn, name: str, typed: str, said: str
) -> None:
    errors = client_of("gongxin").post(URL, {"k": "3", name: typed}).context["errors"]
    assert [one.field for one in errors] == [name]
    assert said in str(errors[0].text) and ("不限" in str(errors[0].text)) == (name == "land")


def test_a_plan_says_when_the_rows_have_changed_since(county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    assert run(client, k="2").context["run"]["moved"] is False
    with county.write() as ctx:
        county.bought(ctx, "龙头厂", "d", 1000, "outside")
    old = client.get(f"{URL}?k=2")
    assert old.context["run"]["moved"] is True
    run(client, k="2")
    assert chosen(client.get(f"{URL}?k=2")) == ["c环节", "d环节"]


def chosen(page: Any) -> list[str]:
    return [one["name"] for one in page.context["run"]["plan"]["choices"]]


def test_must_leave_fit_and_chain(county: County, client_of: LogIn) -> None:
    client = client_of("gongxin")
    assert chosen(run(client, k="1", must="b")) == ["b环节"]
    assert chosen(run(client, k="2", leave="a")) == ["b环节", "c环节"]
    assert chosen(run(client, k="3", fit="4")) == ["a环节"]
    assert chosen(run(client, k="1", chain="ccc")) == ["c环节"]


def test_an_energy_limit_leaves_nothing_and_says_why(county: County, client_of: LogIn) -> None:
    page = run(client_of("gongxin"), k="2", energy="500")
    plan = page.context["run"]["plan"]
    assert not plan["feasible"]
    assert "a环节：不知道要用多少能耗（吨标煤），没有考虑" in plan["aside"]


def test_must_haves_beyond_k_are_refused_with_the_reason(county: County, client_of: LogIn) -> None:
    plan = run(client_of("gongxin"), k="1", must=["a", "b"]).context["run"]["plan"]
    assert (plan["status"], plan["reasons"]) == ("infeasible", ["必选的有 2 个，多于 1 个"])


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"k": "0"}, ["k"]),
        ({"k": " "}, ["k"]),
        ({"k": "二"}, ["k"]),
        ({"k": "2.5"}, ["k"]),
        ({"k": "21"}, ["k"]),
        ({"k": "2", "land": "-1", "labour": "多"}, ["land", "labour"]),
        ({"k": "2", "land": "nan"}, ["land"]),
        ({"k": "2", "fit": "9"}, ["fit"]),
        ({"k": "2", "chain": "没有"}, ["chain"]),
        ({"k": "2", "must": "p"}, ["must"]),
        ({"k": "2", "must": "a", "leave": "a"}, ["must"]),
    ],
)
def test_what_cannot_be_used_is_named_and_kept(
    county: County, client_of: LogIn, given: dict[str, str], fields: list[str]
) -> None:
    page = client_of("gongxin").post(URL, given)
    assert page.status_code == 422
    assert [one.field for one in page.context["errors"]] == fields
    for name in ("k", "land", "labour"):
        assert page.context["typed"].get(name, "") == given.get(name, "")
    assert Job.objects.filter(kind=LENGTHEN).count() == 0


def test_a_county_without_survey_and_weights_is_told_to_ask(office: Office, client_of: LogIn) -> None:
    empty = client_of("gongxin").get(URL)
    assert "没有缺失的环节" in empty.content.decode()
    made = County(office)
    with made.write() as ctx:
        made.chain(ctx, "ccc", "traditional", p={}, a={})
        made.firm(ctx, "某厂", at=["p"])
    page = client_of("gongxin").get(URL)
    assert "缺失的环节都不知道值多少" in page.content.decode()
    assert [one["name"] for one in page.context["unknown"]] == ["a环节"]


def test_who_may_not_see_links_sees_and_queues_nothing(county: County, client_of: LogIn) -> None:
    client = client_of("nobody")
    assert client.get(URL).status_code == 403
    assert client.post(URL, {"k": "2"}).status_code == 403
    assert Job.objects.filter(kind=LENGTHEN).count() == 0


def test_menu_has_the_four_analyses(county: County, client_of: LogIn) -> None:
    text = client_of("gongxin").get(URL).content.decode()
    for name in ("chain-fusion", "chain-growth", "chain-lengthen", "chain-structure"):
        assert f'href="{reverse(name)}"' in text
