"""The yearly plan: rows into a problem, a plan out of it, its page, and adopting it."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gongxing.domains.projects.actions.pushing import adopt_plan
from gongxing.domains.projects.models import Budget, Move, Project, PushPlan, TwinQuestion, Vetting, VettingItem
from gongxing.domains.projects.push_jobs import choose_projects, explain_project
from gongxing.domains.projects.push_words import loss_words, mending, percent, plan_title, reason_words
from gongxing.domains.projects.pushing import Asked, needs, plain, problem, waiting
from gongxing.engines.portfolio import result_from_json
from gongxing.engines.reasons import Reason
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import Progress
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import acting_holder, holder
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
ONLY_OUTPUT = {"output": 1.0, "tax": 0.0, "jobs": 0.0, "maturity": 0.0}


class Quiet(Progress):
    """Progress nobody watches."""

    def __init__(self) -> None:
        super().__init__(Job())

    def step(self, done: int, total: int | None = None, message: str = "", force: bool = False) -> None:
        return


def a_candidate(office: Office, name: str, land: str, output: str, **more: Any) -> Project:
    fields: dict[str, Any] = {
        "number": f"XM{name}"[:12], "name": name, "folded": name, "initials": "x", "unit": office.units["东园"], "stage": "signed",
        "land_mode": "grant", "land_new_mu": Decimal(land), "output_planned": Decimal(output), "stage_on": today(), **more,
    }  # fmt: skip
    with as_system() as ctx:
        return ctx.create(Project(**fields))


def a_budget(resource: str, amount: str, **more: Any) -> Budget:
    with as_system() as ctx:
        ref = f"2026:{resource}:{more.get('fund', '')}:{more.get('park', '')}"
        return ctx.create(Budget(ref=ref, year=2026, resource=resource, amount=Decimal(amount), source="试", **more))


def logged_in(office: Office) -> Client:
    client = Client()
    client.force_login(holder(office))
    return client


def chosen(office: Office, asked: Asked) -> tuple[PushPlan, list[str]]:
    """The plan found and the names of the projects in the best of its plans."""
    found = choose_projects(acting_holder(office), {"asked": plain(asked), "title": "试"}, Quiet())
    plan = PushPlan.objects.get(pk=found["plan"])
    names = {str(one.pk): one.name for one in Project.objects.all()}
    return plan, sorted(names[one["key"]] for one in plan.result["plans"][0]["chosen"])


def test_the_best_set_under_one_budget(office: Office) -> None:
    """100 亩: 甲 and 乙 (60 + 40 亩, 500 + 450) beat 丙 alone (90 亩, 800), worked out by hand."""
    for name, land, output in (("甲", "60", "500"), ("乙", "40", "450"), ("丙", "90", "800")):
        a_candidate(office, name, land, output)
    a_budget("land_mu", "100")
    plan, names = chosen(office, Asked(year=2026, weights=ONLY_OUTPUT))
    assert names == ["乙", "甲"]
    assert plan.result["plans"][0]["value"] == pytest.approx(100 * 950 / 1750)
    (out,) = list(plan.result["left_out"])
    assert [short["lacks"] for short in out["short"]] == [pytest.approx(90.0)]


def test_what_lets_a_project_in(office: Office) -> None:
    """丙 comes in with 50 亩 more: 甲 + 丙 need 150 and are worth 1,300, the best without it at 150 is 950."""
    for name, land, output in (("甲", "60", "500"), ("乙", "40", "450"), ("丙", "90", "800")):
        a_candidate(office, name, land, output)
    a_budget("land_mu", "100")
    plan, _names = chosen(office, Asked(year=2026, weights=ONLY_OUTPUT))
    key = str(Project.objects.get(name="丙").pk)
    told = explain_project(acting_holder(office), {"plan": plan.pk, "key": key}, Quiet())["explanation"]
    assert told["loss"] == pytest.approx(100 * (950 - 800) / 1750)
    assert [extra["amount"] for extra in told["extras"]] == [pytest.approx(30.0)]  # 乙 + 丙: 130 亩, 1,250


def test_unknown_needs_are_set_aside_and_barred_ones_named(office: Office) -> None:
    a_candidate(office, "甲", "10", "100")
    unknown = a_candidate(office, "乙", "10", "100", energy_tce=None)
    barred = a_candidate(office, "丙", "10", "100", catalogue="restricted", energy_tce=Decimal(1))
    Project.objects.filter(name="甲").update(energy_tce=Decimal(5))
    a_budget("energy_tce", "100")
    plan, names = chosen(office, Asked(year=2026, weights=ONLY_OUTPUT))
    reasons = {one["key"]: [reason["code"] for reason in one["reasons"]] for one in plan.result["left_out"]}
    assert names == ["甲"]
    assert reasons == {
        str(unknown.pk): ["portfolio.aside.unknown_need"], str(barred.pk): ["portfolio.aside.barred"],
    }  # fmt: skip


def test_one_project_one_central_fund(office: Office) -> None:
    """Two projects of 60 each on one fund of 100: only one goes; with a second fund both, each by another."""
    for name in ("甲", "乙"):
        a_candidate(office, name, "1", "100", fund_central=Decimal(60), total_investment=Decimal(60))
    a_budget("fund", "100", fund="一号资金")
    assert len(chosen(office, Asked(year=2026, weights=ONLY_OUTPUT))[1]) == 1
    a_budget("fund", "100", fund="二号资金")
    plan, names = chosen(office, Asked(year=2026, weights=ONLY_OUTPUT))
    assert names == ["乙", "甲"]
    assert sorted(one["fund"] for one in plan.result["plans"][0]["chosen"]) == ["一号资金", "二号资金"]


def test_twins_exclude_each_other_until_they_are_judged_different(office: Office) -> None:
    one, other = a_candidate(office, "甲", "1", "100"), a_candidate(office, "乙", "1", "90")
    with as_system() as ctx:
        question = ctx.create(TwinQuestion(ref="t", one=one, other=other, score="0.9"))
    assert chosen(office, Asked(year=2026, weights=ONLY_OUTPUT))[1] == ["甲"]
    with as_system() as ctx:
        ctx.update(question, answer="different")
    assert chosen(office, Asked(year=2026, weights=ONLY_OUTPUT))[1] == ["乙", "甲"]


def test_decided_projects_that_do_not_fit_are_told(office: Office) -> None:
    """Two decided projects of 60 亩 under 100 亩: infeasible, 20 亩 too much."""
    keys = [a_candidate(office, name, "60", "100").pk for name in ("甲", "乙")]
    a_budget("land_mu", "100")
    found = choose_projects(acting_holder(office), {"asked": plain(Asked(year=2026, weights=ONLY_OUTPUT, must=tuple(keys))), "title": "试"}, Quiet())  # fmt: skip
    plan = PushPlan.objects.get(pk=found["plan"])
    assert plan.result["status"] == "infeasible"
    assert [one["lacks"] for one in plan.result["excess"]] == [pytest.approx(20.0)]


def test_own_land_and_hired_workshops_need_no_new_land(office: Office) -> None:
    hired = a_candidate(office, "甲", "0", "1", land_mode="lease_building", land_mu=Decimal(30), land_new_mu=None)
    asked_for = a_candidate(office, "乙", "0", "1", land_mu=Decimal(30), land_new_mu=None)
    untold = a_candidate(office, "丙", "0", "1", land_mu=None, land_new_mu=None)
    assert [needs(one)["land_mu"] for one in (hired, asked_for, untold)] == [0.0, 30.0, None]


def test_only_waiting_projects_are_candidates(office: Office) -> None:
    a_candidate(office, "甲", "1", "1")
    for stage in ("concept", "construction", "removed"):
        a_candidate(office, stage, "1", "1", stage=stage)
    assert [one.name for one in waiting()] == ["甲"]
    assert [one.key for one in problem(Asked(year=2026), waiting()).candidates] == [
        str(Project.objects.get(name="甲").pk)
    ]


def test_the_page_asks_for_weights_and_keeps_what_was_typed(office: Office) -> None:
    a_candidate(office, "甲", "1", "1")
    client = logged_in(office)
    refused = client.post("/projects/push/", {"year": "2026", "w_output": "0", "w_tax": "x", "title": "我的方案"})
    assert refused.status_code == 422
    assert "“x”不是数字" in refused.content.decode()
    assert 'value="我的方案"' in refused.content.decode()
    zero = client.post("/projects/push/", {"year": "2026", "w_output": "0"})
    assert "四个权重都是 0" in zero.content.decode()
    assert not Job.objects.filter(kind="projects.push").exists()
    taken = client.post("/projects/push/", {"year": "2026", "w_output": "1"})
    assert taken.status_code == 302
    assert Job.objects.filter(kind="projects.push").count() == 1


def test_a_plan_is_shown_and_adopted_once(office: Office) -> None:
    for name, land, output in (("甲", "60", "500"), ("丙", "90", "800")):
        a_candidate(office, name, land, output)
    a_budget("land_mu", "100")
    first, _names = chosen(office, Asked(year=2026, weights=ONLY_OUTPUT))
    PushPlan.objects.filter(pk=first.pk).update(number="FA1")
    second, _names = chosen(office, Asked(year=2026, weights=ONLY_OUTPUT))
    page = logged_in(office).get(f"/projects/push/{second.pk}/").content.decode()
    assert "1 个项目先推" in page
    assert "差 50 亩" in page
    actor: Actor = acting_holder(office)
    for plan in (first, second):
        perform(adopt_plan, actor, {"chosen": "best", "why": "会议定"}, key=plan.pk)
    states = dict(PushPlan.objects.values_list("pk", "state"))
    assert states == {first.pk: "replaced", second.pk: "adopted"}
    with pytest.raises(Refused):
        perform(adopt_plan, actor, {"chosen": "best", "why": "再来"}, key=second.pk)


def test_who_may_not_make_a_plan_is_told(office: Office, client_of: Any) -> None:
    client: Client = client_of("yuanqu")
    assert client.post("/projects/push/", {"year": "2026", "w_output": "1"}).status_code == 403
    with pytest.raises((Denied, LookupError)):
        perform(adopt_plan, office.actor("yuanqu"), {"chosen": "best", "why": "x"}, key=1)


def left_out(plan: PushPlan) -> dict[str, tuple[str, ...]]:
    """The words of the reasons why each was left out, by the name of the project."""
    names = {str(one.pk): one.name for one in Project.objects.all()}
    result = result_from_json(json.dumps(plan.result))
    return {names[one.key]: tuple(reason_words(reason, names, {}) for reason in one.reasons) for one in result.left_out}


def test_a_project_the_pool_proposes_to_remove_is_set_aside_unless_kept(office: Office) -> None:
    """乙, 977 days without a change, would score most; 丙, as silent, was kept in a vetting 10 days ago; 丁 was kept 400 days ago, which holds no more."""
    silent = today() - timedelta(days=977)
    a_candidate(office, "甲", "10", "100")
    a_candidate(office, "乙", "10", "900", stage_on=silent)
    kept = a_candidate(office, "丙", "10", "100", stage_on=silent)
    lapsed = a_candidate(office, "丁", "10", "100", stage_on=silent)
    a_candidate(office, "戊", "10", "100", stage_on=today() - timedelta(days=200))
    with as_system() as ctx:
        round_ = ctx.create(Vetting(year=2026, opened_on=today()))
        for project, choice, days in ((kept, "amend", 10), (lapsed, "keep", 400)):
            ctx.create(VettingItem(ref=f"v{project.pk}", vetting=round_, project=project, advice="exit", decision=choice, decided_on=today() - timedelta(days=days)))  # fmt: skip
    plan, names = chosen(office, Asked(year=2026, weights=ONLY_OUTPUT))
    assert names == sorted(["甲", "丙", "戊"])
    assert left_out(plan) == dict.fromkeys(("乙", "丁"), ("储备库建议退库：977 天没有动静，先决定去留",))
    assert plan.result["plans"][0]["value"] == pytest.approx(100)  # the shares are of those that may be chosen
    page = logged_in(office).get(f"/projects/push/{plan.pk}/").content.decode()
    assert page.count("黄灯：200 天没有动静") == 1
    assert page.count("到了退库线（977 天没有动静），已决定留库") == 1
    assert page.count("在年度清库里决定留库，或登记它的新进展，再算") == 2
    assert "2 个放在一边" in page
    assert "储备库建议退库的放在一边，除非清库时决定留库" in page


def test_the_day_of_the_line_of_exit(office: Office) -> None:
    a_candidate(office, "甲", "1", "1", stage_on=today() - timedelta(days=364))
    a_candidate(office, "乙", "1", "1", stage_on=today() - timedelta(days=365))
    plan, names = chosen(office, Asked(year=2026, weights=ONLY_OUTPUT))
    assert names == ["甲"]
    assert left_out(plan) == {"乙": ("储备库建议退库：365 天没有动静，先决定去留",)}


def test_a_project_on_hold_is_set_aside_with_its_day(office: Office) -> None:
    until = today() + timedelta(days=60)
    a_candidate(office, "甲", "1", "1")
    held = a_candidate(office, "乙", "1", "1", stage="paused", paused_until=until)
    on_site = a_candidate(office, "丙", "1", "1", stage="paused", paused_until=until)
    with as_system() as ctx:
        for project, before in ((held, "signed"), (on_site, "construction")):
            ctx.create(Move(ref=f"m{project.pk}", project=project, from_stage=before, to_stage="paused", on=today()))
    plan, names = chosen(office, Asked(year=2026, weights=ONLY_OUTPUT))
    assert names == ["甲"]
    assert left_out(plan) == {"乙": (f"暂缓到 {until:%Y-%m-%d}，恢复推进以后再比选",)}


def test_a_decided_project_the_pool_proposes_to_remove_is_told_in_words(office: Office) -> None:
    one = a_candidate(office, "甲", "1", "1", stage_on=today() - timedelta(days=500))
    plan, _asked = plan_of(office, Asked(year=2026, weights=ONLY_OUTPUT, must=(one.pk,)))
    page = logged_in(office).get(f"/projects/push/{plan.pk}/").content.decode()
    assert "已定要推的“甲”不能参加比选（储备库建议退库：500 天没有动静，先决定去留）" in page


def plan_of(office: Office, asked: Asked, title: str = "") -> tuple[PushPlan, str]:
    """A plan and the text its job ends with."""
    found = choose_projects(acting_holder(office), {"asked": plain(asked), "title": title}, Quiet())
    return PushPlan.objects.get(pk=found["plan"]), found["text"]


def test_what_is_short_is_told_with_its_unit() -> None:
    short = Reason.of("portfolio.left.short", project="1", resource="energy_tce", park="", need="1303.05")
    large = Reason.of("portfolio.left.too_large", project="1", resource="land_mu", park="", need="90", limit="60.5")
    over = Reason.of("portfolio.infeasible.over", kind="fund", name="一号资金", park="", limit="0", lacks="20")
    assert [reason_words(one, {}, {}) for one in (short, large, over)] == [
        "能耗要 1,303.05 吨标准煤，剩下的不够", "用地要 90 亩，全部额度才 60.5 亩，放不下", "已定要推的项目合起来超了：一号资金超出 20 万元",
    ]  # fmt: skip


def test_a_small_loss_is_never_nothing() -> None:
    assert loss_words(0.02, 0.0003) == "少 0.02 分（不到 0.1%）"
    assert loss_words(0.001, 0.00001) == "少不到 0.01 分（不到 0.1%）"
    assert loss_words(3.5, 0.0512) == "少 3.5 分（5.1%）"
    assert loss_words(0.0, 0.0) == "和最好的一样"
    assert (percent(0.0005), percent(0.0, 2), percent(0.004, 0)) == ("0.1%", "0.00%", "不到 1%")


def test_plans_of_one_day_have_different_names(office: Office) -> None:
    at = datetime(2026, 11, 27, 15, 4, tzinfo=timezone.get_default_timezone())
    assert plan_title("", 2026, at) == "2026 年推进方案（第 1 次，11-27 15:04）"
    with as_system() as ctx:
        for place, title in enumerate(("2026 年推进方案（第 1 次，11-27 15:01）", "会上用")):
            ctx.create(PushPlan(number=f"FA{place}", year=2026, title=title, made_on=today()))
    assert plan_title("", 2026, at) == "2026 年推进方案（第 2 次，11-27 15:04）"
    assert plan_title("", 2027, at) == "2027 年推进方案（第 1 次，11-27 15:04）"
    assert plan_title(" 会上用 ", 2026, at) == "会上用（第 2 次，11-27 15:04）"
    assert plan_title("局里用", 2026, at) == "局里用"


def test_the_reader_is_taken_to_the_plan_when_it_is_there(office: Office) -> None:
    a_candidate(office, "甲", "1", "1")
    client = logged_in(office)
    sent = client.post("/projects/push/", {"year": "2026", "w_output": "1"})
    job = Job.objects.get(kind="projects.push")
    assert sent["Location"] == f"/projects/push/?run={job.pk}"
    waits = client.get(sent["Location"]).content.decode()
    assert f'data-gx="job-page" data-url="/projects/push/?run={job.pk}"' in waits
    plan, text = plan_of(office, Asked(year=2026, weights=ONLY_OUTPUT))
    Job.objects.filter(pk=job.pk).update(
        state="done", result={"text": text, "url": f"/projects/push/{plan.pk}/", "plan": plan.pk}
    )
    there = client.get(sent["Location"], follow=True)
    assert there.redirect_chain == [(f"/projects/push/{plan.pk}/", 302)]
    assert f"方案已算好：{plan.title}" in there.content.decode()
    Job.objects.filter(pk=job.pk).update(state="failed", error="没有算完")
    failed = client.get(sent["Location"]).content.decode()
    assert "没有算完" in failed
    assert 'data-gx="job-page"' not in failed  # else the page would load itself again and again


def test_what_mends_a_project_set_aside() -> None:
    def one(code: str, **details: str) -> Reason:
        return Reason.of(f"portfolio.aside.{code}", project="1", **details)

    unknown = one("unknown_need", resource="cod")
    assert mending([one("barred", why="exit:977"), unknown]) == [
        "在年度清库里决定留库，或登记它的新进展，再算",
        "补上缺的数再算",
    ]
    assert mending([one("barred", why="hold:")]) == ["恢复推进以后再算"]
    assert mending([one("barred", why="restricted"), unknown]) == ["产业目录不允许，补了数也不比选"]
    assert mending([unknown]) == ["补上缺的数再算"]
