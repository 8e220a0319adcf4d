"""补链, 强链, 延链, 固链: derived, and chosen by a person with a reason; both are shown wherever one of them is, today and of a past day."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from gongxing.domains.chain.doing import Doing, doing
from gongxing.domains.chain.editor.edits import edit_words, edits_of
from gongxing.domains.chain.models import Chain, Node
from gongxing.domains.chain.pages import report as report_pages
from gongxing.domains.chain.queries import graded
from gongxing.domains.chain.report.collect import collect, drawn_of
from gongxing.domains.chain.report.facts import Lines
from gongxing.domains.chain.tests.invented import node, sugar
from gongxing.domains.chain.tests.small import place, small_county
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
WHY = "县里只有一条供应线"
BOTH = "固链（人工指定；系统推出：补链）"


def choose(office: Office, code: str, act: str, why: str = WHY) -> None:
    perform(action_named("chain.choose_act"), office.actor("gongxin"), {"act": act, "why": why}, key=node(code).pk)


def todo(code: str) -> Doing:
    """What is to be done on a link, as the map of today has it."""
    found = graded()
    return doing(found.node_by_code[code], found.grading.nodes[code])


def dialog(client: Client, code: str, **raw: Any) -> int:
    row = node(code)
    given = {"key": row.pk, "version": row.version, "act": "secure_link", "why": WHY, **raw}
    return client.post(reverse("action-dialog", args=["chain.choose_act"]), given).status_code


def test_the_system_derives_and_nobody_has_chosen(office: Office) -> None:
    """Scent is missing and bought by the makers; drinks are missing and nobody here buys them; one firm alone grows; the makers are key."""
    small_county(office)
    derived = {code: todo(code).words for code in ("t.scent", "t.sell", "t.grow", "t.make", "t.pack")}
    assert derived == {"t.scent": "补链", "t.sell": "延链", "t.grow": "固链", "t.make": "强链", "t.pack": "补链"}
    assert not any(todo(code).chosen for code in derived)


def test_a_choice_needs_a_reason_the_right_and_what_stands_now(office: Office, client_of: LogIn) -> None:
    small_county(office)
    client, before = client_of("gongxin"), Entry.objects.count()
    assert dialog(client, "t.scent", why=" ") == 422
    assert dialog(client, "t.scent", act="buy_link") == 422
    assert dialog(client, "t.scent", version=node("t.scent").version + 1) == 409
    for who in ("yuanqu", "xiangzhen", "nobody"):
        assert dialog(client_of(who), "t.scent") == 403, who
    assert Entry.objects.count() == before
    assert dialog(client, "t.scent") == 204
    entry = Entry.objects.get(verb="chain.choose_act")
    assert (entry.ledger, entry.row, entry.why) == ("chain.node", node("t.scent").pk, WHY)
    assert entry.user == office.actor("gongxin").name
    assert not Job.objects.exists(), "no word of the link changed: no firm is placed anew"


def test_both_are_shown_on_every_page(office: Office, client_of: LogIn) -> None:
    small_county(office)
    choose(office, "t.scent", "secure_link")
    client, who = client_of("gongxin"), office.actor("gongxin").name
    said = f"{who} 于 {today().isoformat()} 指定为固链：{WHY}"
    for path in ("/chain/map/t/?node=t.scent", "/chain/node/t.scent/"):
        html = client.get(path).content.decode()
        assert "人工指定" in html, path
        assert said in html, path
        assert "系统推出：补链" in html, path
        assert "系统的理由：本地没有，下游有 1 个环节要买" in html, path
    assert f"，{BOTH}</h1>" in client.get("/chain/node/t.scent/").content.decode()
    for path in ("/chain/map/t/?view=table", "/chain/"):
        assert BOTH in client.get(path).content.decode(), path
    other = client.get("/chain/map/t/?node=t.sell").content.decode()
    assert "人工指定" not in other


def test_both_stand_in_workbook_lists_pictures_and_report(office: Office, client_of: LogIn) -> None:
    small_county(office)
    choose(office, "t.scent", "secure_link")
    choose(office, "t.make", "extend_link", "做成饮料")
    answer = client_of("gongxin").get("/chain/map/t/table.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = [[cell.value for cell in row] for row in book["环节"].iter_rows()]
    head = next(row for row in sheet if "怎么办" in row)
    acts = {row[3]: row[head.index("怎么办")] for row in sheet if row[3] in ("t.scent", "t.make", "t.sell")}
    assert acts == {"t.scent": BOTH, "t.make": "延链（人工指定；系统推出：强链）", "t.sell": "延链"}
    asked = report_pages._asked(RequestFactory().get("/chain/map/t/report.pdf"), "t", office.actor("gongxin"))
    assert asked is not None
    report = collect(asked)
    assert BOTH in next(row for row in report.links.rows if row[2] == "茶用香精")
    assert BOTH in next(row for row in report.lists[2].rows if row[2] == "茶用香精")
    page = next(one for one in report.pages if one.title.startswith("花茶精制"))
    assert isinstance(page.blocks[0], Lines)
    lead = page.blocks[0].texts[0]
    assert lead.startswith("延链（人工指定；系统推出：强链）；第 ")
    said = "指定为延链：做成饮料；留意：本地已有企业在做（一般），通常不用延链；系统的理由：关键环节，还不是优势"
    assert lead.endswith(said)
    drawn = {one.key: one for one in drawn_of(asked)}
    assert "固链·人工</text>" in drawn["targets"].picture.svg
    assert "系统：补链</text>" in drawn["targets"].picture.svg
    assert any(f"：{BOTH}；关键分" in line for line in drawn["targets"].words)
    assert "补链 1、延链 2、固链 2" in drawn["states"].words[0]
    assert drawn["states"].words[-1] == "其中 2 个环节的做法是人工指定的，见“全部环节”。"


@pytest.mark.parametrize(
    ("code", "act", "said"),
    [
        ("t.make", "fill_link", "留意：本地已有企业在做（一般），通常不用补链"),
        ("t.grow", "extend_link", "留意：本地已有企业在做（薄弱），通常不用延链"),
        ("t.scent", "strengthen_link", "留意：本地还没有企业在做（缺失），谈不上强链"),
        ("t.pack", "strengthen_link", "留意：本地还没有企业在做（在补），谈不上强链"),
        ("t.make", "secure_link", "留意：知道的来源不止一个，通常不用固链"),
        ("t.grow", "strengthen_link", ""),
        ("t.scent", "secure_link", ""),
        ("t.scent", "extend_link", ""),
    ],
)
def test_what_the_state_speaks_against_is_allowed_and_said(
    office: Office, client_of: LogIn, code: str, act: str, said: str
) -> None:
    """How many sell scent nobody was asked: what is not known speaks against nothing."""
    small_county(office)
    choose(office, code, act)
    assert (todo(code).act, todo(code).odd) == (act, said)
    html = client_of("gongxin").get(f"/chain/node/{code}/").content.decode()
    assert ("留意：" in html) is bool(said)
    assert f"{said}。" in html


def test_filling_an_advantage_is_said_too(office: Office) -> None:
    found = Node(chosen_act="fill_link", chosen_by="甲", chosen_why="乙", chosen_on=today())
    small = small_county(office)
    with writing(SYSTEM, "test", "") as ctx:
        for number in (5, 6):
            place(ctx, small.firms[number], small.nodes["t.scent"])
    grade = graded().grading.nodes["t.scent"]
    assert grade.presence.state == "weak"
    assert doing(found, grade).odd == "留意：本地已有企业在做（薄弱），通常不用补链"


def test_a_past_day_has_the_choice_of_that_day(office: Office, client_of: LogIn) -> None:
    with at(now() - timedelta(days=40)):
        small_county(office)
    with at(now() - timedelta(days=20)):
        choose(office, "t.scent", "secure_link")
    with at(now() - timedelta(days=5)):
        choose(office, "t.scent", "derived", "弄清了")
    client = client_of("gongxin")
    seen = {}
    for back in (30, 10, 0):
        day = (today() - timedelta(days=back)).isoformat()
        found = client.get(f"/chain/map/t/?node=t.scent&day={day}").context["evidence"]["doing"]
        seen[back] = found.words
        if back == 10:
            assert found.on == today() - timedelta(days=20)
    assert seen == {30: "补链", 10: BOTH, 0: "补链"}
    table = client.get(f"/chain/map/t/?view=table&day={(today() - timedelta(days=10)).isoformat()}").content.decode()
    assert BOTH in table


def test_back_to_the_system_and_only_where_somebody_chose(office: Office) -> None:
    small_county(office)
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        choose(office, "t.scent", "derived")
    assert [one.fault.code for one in refused.value.faults] == ["chain.act_derived"]
    assert Entry.objects.count() == before
    choose(office, "t.scent", "secure_link")
    choose(office, "t.scent", "derived", "有了第二家")
    row = node("t.scent")
    assert (row.chosen_act, row.chosen_by, row.chosen_why, row.chosen_on) == ("", "", "", None)
    assert todo("t.scent").words == "补链"


def test_a_choice_is_in_the_history_and_can_be_undone_and_done_again(office: Office, client_of: LogIn) -> None:
    chain, client = sugar(), client_of("gongxin")
    choose(office, "z.mill", "fill_link")
    latest = edits_of(chain)[0]
    assert (latest.verb, latest.why) == ("chain.choose_act", WHY)
    assert edit_words(latest) == "改“制糖”的人工指定的做法、谁指定的、哪天指定的、指定的理由"
    assert client.post("/chain/edit/z/", {"op": "undo", "tx": latest.tx}).status_code == 302
    assert (node("z.mill").chosen_act, node("z.mill").chosen_on) == ("", None)
    again = edits_of(Chain.objects.get(pk=chain.pk))[0]
    assert client.post("/chain/edit/z/", {"op": "undo", "tx": again.tx}).status_code == 302
    assert (node("z.mill").chosen_act, node("z.mill").chosen_why) == ("fill_link", WHY)
    choose(office, "z.mill", "secure_link", "又想了想")
    first = next(one for one in edits_of(chain) if one.why == WHY)
    answer = client.post("/chain/edit/z/", {"op": "undo", "tx": first.tx})
    assert answer.status_code == 422
    assert node("z.mill").chosen_act == "secure_link"


def test_a_choice_goes_along_with_a_merge(office: Office) -> None:
    sugar()
    actor = office.actor("gongxin")
    choose(office, "z.syrup", "secure_link")
    perform(action_named("chain.merge_node"), actor, {"into": "制糖", "why": "一回事"}, key=node("z.syrup").pk)
    one = node("z.mill")
    assert (one.chosen_act, one.chosen_by, one.chosen_why, one.chosen_on) == ("secure_link", actor.name, WHY, today())
    choose(office, "z.spirit", "extend_link", "酒精外运")
    perform(action_named("chain.merge_node"), actor, {"into": "制糖", "why": "一回事"}, key=node("z.spirit").pk)
    kept = node("z.mill")
    assert kept.chosen_act == "secure_link"
    assert kept.chosen_why == f"{WHY}；酒精（{actor.name} {today()}）指定为延链：酒精外运"
