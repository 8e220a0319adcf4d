"""The pages of flows: all versions, the editor with the checker's word beside each line, and the walk on paper."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxing.domains.approvals.flow_defs import faults_in, flow_of
from gongxing.domains.approvals.flow_drawing import draw, levels
from gongxing.domains.approvals.flow_forms import Desks, stored_form
from gongxing.domains.approvals.models import FlowVersion
from gongxing.domains.approvals.tests.desks import desks
from gongxing.domains.approvals.tests.flow_desks import JOINT_ARROWS, JOINT_STEPS, definition, version
from gongxing.engines.flows import flow_from_json
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.models import User
from gongxing.kernel.packs.tables import shipped_rows
from gongxing.kernel.testing.office import Office


@pytest.fixture
def window(office: Office) -> Client:
    desks(office)
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username="window"))
    return client


def typed(one: FlowVersion, **changes: Any) -> dict[str, Any]:
    """The form as the editor shows it, some cells changed."""
    flow = flow_of(one.definition)
    assert flow is not None
    form = stored_form(one.name, one.items, flow, Desks.load())
    sent: dict[str, Any] = {
        "version": str(one.version),
        "name": form.name,
        "items": form.items,
        "returns": form.returns,
    }
    for kind, rows in (("s", form.steps), ("a", form.arrows)):
        sent |= {f"{kind}-{n}-{cell}": text for n, row in enumerate(rows) for cell, text in row.items()}
    return {**sent, **changes}


def test_shipped_flows_have_no_fault(office: Office) -> None:
    for row in shipped_rows("approvals", "flows"):
        flow = flow_from_json({**json.loads(row["definition"]), "code": row["flow"], "version": 1})
        assert faults_in(flow) == ()
        assert row.status == "design"


def test_drafting_opens_the_editor_and_saving_it_untouched_changes_nothing(window: Client) -> None:
    answer = window.post(reverse("approvals-flows"), {"code": "plan.permit", "name": "规划许可", "template": "joint"})
    made = FlowVersion.objects.get()
    assert answer.headers["Location"] == reverse("approvals-flow-edit", args=[made.pk])
    page = window.get(answer.headers["Location"]).content.decode()
    assert "检查没有问题" in page
    assert "承办岗位；承办岗位的上级岗位" in page
    before = Entry.objects.count()
    assert window.post(answer.headers["Location"], typed(made)).status_code == 302
    assert (Entry.objects.count(), FlowVersion.objects.get().definition) == (before, made.definition)
    assert "系统建议值" in window.get(ledger_named("approvals.flowversion").row_url(made.pk)).content.decode()


def test_faults_stand_beside_their_lines(window: Client) -> None:
    """A dead end, a step nobody owns and a condition that cannot be read, each under its own line; the draft is kept, and does not come into force."""
    made = version(state="draft")
    url = reverse("approvals-flow-edit", args=[made.pk])
    answer = window.post(
        url,
        typed(
            made,
            **{
                "s-2-desks": "",
                "a-2-when": "land_mu >= 5",
                "s-6-key": "lost",
                "s-6-name": "无路",
                "s-6-kind": "single",
                "s-6-desks": "没有的岗",
            },
        ),
    )
    assert answer.status_code == 302
    page = window.get(url)
    steps = {line["key"]: line["errors"] for line in page.context["steps"] if line["errors"]}
    assert set(steps) == {"joint", "lost"}
    assert "没有写由哪个岗位办。每个环节都要有岗位，结束环节除外。" in steps["joint"]
    assert {
        "从申请走不到这里。",
        "走到这里就走不出去了：没有同意以后的去向，或者到不了结束。",
        "没有“没有的岗”这个岗位。",
    } <= set(steps["lost"])
    arrows = [line["errors"] for line in page.context["arrows"]]
    assert "land_mu" in arrows[2][0]
    tried = window.get(reverse("approvals-flow-try", args=[made.pk]))
    assert tried.status_code == 200
    assert "不能走" in tried.content.decode()


def test_what_cannot_be_read_is_kept_and_not_written(window: Client) -> None:
    made = version(state="draft")
    url, before = reverse("approvals-flow-edit", args=[made.pk]), Entry.objects.count()
    answer = window.post(
        url, typed(made, **{"s-1-limit": "五天", "returns": "-", "s-2-kind": "vote", "a-0-target": ""})
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(
        said in page
        for said in (
            "环节时限“五天”不是整数。",
            "退回次数“-”不是整数。",
            "请选环节的种类。",
            "请写从哪个环节到哪个环节。",
        )
    )
    assert 'value="五天"' in page
    unknown = window.post(url, typed(made, items=["no.such"]))
    assert (unknown.status_code, "事项库里没有“no.such”" in unknown.content.decode()) == (422, True)
    for word in ('"><script>', "\x00", "9" * 40, "长" * 5000):
        assert window.post(url, typed(made, **{"s-1-key": word, "name": word})).status_code in (302, 422)
        made.refresh_from_db()
    assert Entry.objects.count() >= before


def test_an_old_form_is_stale(window: Client) -> None:
    made = version(state="draft")
    url, old = reverse("approvals-flow-edit", args=[made.pk]), typed(made, name="我改的")
    assert window.post(url, typed(made, name="别人改的")).status_code == 302
    answer = window.post(url, old)
    assert (
        answer.status_code,
        "有人保存过" in answer.content.decode(),
        'value="我改的"' in answer.content.decode(),
    ) == (409, True, True)
    assert FlowVersion.objects.get().name == "别人改的"


def test_what_was_in_force_is_not_edited(window: Client, client_of: Any) -> None:
    made = version()
    assert window.get(reverse("approvals-flow-edit", args=[made.pk])).status_code == 302
    assert window.get(reverse("approvals-flow-edit", args=[10_000])).status_code == 404
    for name in ("approvals-flow-edit", "approvals-flow-try"):
        assert client_of("nobody").get(reverse(name, args=[made.pk])).status_code == 403
    assert client_of("nobody").get(reverse("approvals-flows")).status_code == 403
    assert client_of("gongxin").get(reverse("approvals-flow-edit", args=[made.pk])).status_code == 403
    answer = window.post(reverse("approvals-flows"), {"code": "规划", "name": "x"})
    assert (answer.status_code, "流程代码“规划”" in answer.content.decode()) == (422, True)


def test_a_walk_on_paper(window: Client) -> None:
    """Apply, accept, both sign, decide, deliver, finish; a return to 受理 and straight back; nonsense ends the walk with a sentence."""
    made = version(state="draft")
    url = reverse("approvals-flow-try", args=[made.pk])
    before = Entry.objects.count()
    acts = ["agree|0.0", "agree|1.0", "agree|2.0", "return|2.1|accept|direct", "agree|4.0"]
    page = window.get(url, {"a": acts})
    assert (page.context["at"], page.context["wrong"]) == ("会签", "")
    rest = [*acts, "agree|5.0", "agree|5.1", "agree|7.0", "deliver|8.0", "finish|9.0"]
    assert window.get(url, {"a": rest}).context["finished"] is True
    for bad in ("agree|99.0", "", "|||", "vote|0.0", "return|0.0|x|y"):
        shown = window.get(url, {"a": [bad]})
        assert (shown.status_code, bool(shown.context["wrong"]), shown.context["at"]) == (200, True, "申请"), bad
    assert Entry.objects.count() == before


def test_a_walk_asks_for_its_facts(window: Client) -> None:
    """50 mu and more go to 会签, less straight to the decision; unknown is asked for."""
    ways = [one for one in JOINT_ARROWS if one["source"] != "accept"] + [
        {"source": "accept", "target": "joint", "when": "land_need_mu >= 50"}, {"source": "accept", "target": "decide"},
    ]  # fmt: skip
    made = version(arrows=ways, state="draft")
    url, acts = reverse("approvals-flow-try", args=[made.pk]), ["agree|0.0", "agree|1.0"]
    assert "用地（亩）" in window.get(url, {"a": acts}).context["wrong"]
    found = {mu: window.get(url, {"a": acts, "f.land_need_mu": mu}).context["at"] for mu in ("49.99", "50", "多")}
    assert found == {"49.99": "决定", "50": "会签", "多": "受理"}


def test_the_drawing_goes_forward_and_names_everybody() -> None:
    flow = flow_from_json(definition("joint", JOINT_STEPS, JOINT_ARROWS))
    assert levels(flow) == {"apply": 0, "accept": 1, "joint": 2, "decide": 3, "deliver": 4, "done": 5}
    drawn = draw(flow, {"@case": "承办岗位"}, "joint", ("apply", "accept", "joint"))
    assert [box.standing for box in drawn.boxes] == ["been", "been", "here", "ahead", "ahead", "ahead"]
    assert len(drawn.lines) == len(JOINT_ARROWS)
    assert all(box.x >= 0 and box.x + 136 <= drawn.width and box.y + 48 <= drawn.height for box in drawn.boxes)


def test_pages_ask_few_queries(window: Client, django_assert_max_num_queries: Any) -> None:
    """However many versions there are. Session, account, posts, grants and the pack's edits are among them."""
    made = version(state="draft")
    for n in range(20):
        version(f"more.{n}", state="draft")
    for url, most in (
        (reverse("approvals-flows"), 14),
        (reverse("approvals-flow-edit", args=[made.pk]), 14),
        (reverse("approvals-flow-try", args=[made.pk]), 14),
        (ledger_named("approvals.flowversion").row_url(made.pk), 18),
    ):
        window.get(url)
        with django_assert_max_num_queries(most):
            assert window.get(url).status_code == 200
