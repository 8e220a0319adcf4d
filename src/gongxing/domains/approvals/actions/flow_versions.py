"""Versions of flows: drafted, written, put in force by a second person, taken out of use."""

import json
import re
from typing import Annotated, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.flow_keeping import refuse
from gongxing.domains.approvals.flow_defs import faults_in, flow_of
from gongxing.domains.approvals.flow_words import cause, faults_said
from gongxing.domains.approvals.items import item_names
from gongxing.domains.approvals.models import FlowVersion
from gongxing.domains.approvals.remarks import hand
from gongxing.engines.flows import FlowRefused, flow_from_json, to_json
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import table

LEDGER = "approvals.flowversion"
WRITE, ENFORCE = f"{LEDGER}.draft", f"{LEDGER}.enforce"
CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
LONGEST = 60_000
STATE = FlowVersion.State
WROTE = ("approvals.draft_flow", "approvals.renew_flow", "approvals.save_flow")


def empty_flow() -> Any:
    """The shortest flow that can be put in force: what a draft begins with."""
    return {
        "steps": [
            {"key": "apply", "name": _t("申请"), "kind": "start", "desks": ["@case"]},
            {"key": "accept", "name": _t("受理"), "kind": "single", "desks": ["@case"]},
            {"key": "decide", "name": _t("决定"), "kind": "decide", "desks": ["@head"]},
            {"key": "done", "name": _t("办结"), "kind": "end", "desks": ["@case"]},
        ],
        "arrows": [
            {"source": "apply", "target": "accept"},
            {"source": "accept", "target": "decide"},
            {"source": "decide", "target": "done"},
            {"source": "decide", "target": "done", "on": "disagree"},
        ],
    }


def _state(*states: str) -> Any:
    return lambda one: one.state in states


def _items(text: str) -> list[str]:
    """Codes of items, each once; Refused for one the pack does not have."""
    known = item_names(today())
    found = list(dict.fromkeys(part for part in re.split(r"[;；,，\s]+", text) if part))
    for one in found:
        if one not in known:
            raise refuse("unknown_item", "items", item=one[:40])
    return found


def _made(ctx: Ctx, code: str, number: int, name: str, items: list[str], definition: Any, origin: str) -> FlowVersion:
    return ctx.create(
        FlowVersion(
            code=code, number=number, name=name, items=items, definition={**definition, "code": code, "version": number}, drafted_by=hand(ctx)[:120],
            origin=origin, ref=f"{code}@{number}",
        )
    )  # fmt: skip


@action(label=_("起草流程"), permission=WRITE, icon="plus", tone="primary", why="")
def draft_flow(
    ctx: Ctx,
    *,
    code: Annotated[str, Ask(_("流程代码"), max_length=40, help=_("小写字母、数字、点、横线，例如 plan.permit。"))],
    name: Annotated[str, Ask(_("流程名称"), max_length=60)],
    template: Annotated[str, Ask(_("从哪个样板起草"), pack=("approvals", "flows"), required=False)] = "",
) -> FlowVersion:
    """The first version of a flow, from a shipped example (系统建议值) or the shortest way there is. It binds nobody until it is put in force."""
    code = code.strip()
    if not CODE.fullmatch(code):
        raise refuse("bad_code", "code", text=code[:40])
    if FlowVersion.objects.filter(code=code).exists():
        raise refuse("code_taken", "code", text=code)
    definition, origin = empty_flow(), ""
    if template:
        row = table("approvals", "flows", today()).by_key(template)
        if row is None:
            raise refuse("no_template", "template", text=template[:40])
        definition, origin = json.loads(row["definition"]), row["name_zh"]
    return _made(ctx, code, 1, name.strip(), [], definition, origin)


@action(
    label=_("起草新版"),
    permission=WRITE,
    on=FlowVersion,
    icon="copy",
    why="",
    when=_state(STATE.IN_FORCE, STATE.REPLACED),
)
def renew_flow(ctx: Ctx, *, flow: FlowVersion) -> FlowVersion:
    """The next version begins as this one; cases that run keep theirs."""
    others = FlowVersion.objects.filter(code=flow.code)
    draft = others.filter(state=STATE.DRAFT).first()
    if draft is not None:
        raise refuse("draft_there", number=draft.number)
    number = max(others.values_list("number", flat=True)) + 1
    return _made(ctx, flow.code, number, flow.name, flow.items, flow.definition, flow.origin)


@action(label=_("保存流程"), permission=WRITE, on=FlowVersion, icon="check", why="", when=_state(STATE.DRAFT))
def save_flow(
    ctx: Ctx,
    *,
    flow: FlowVersion,
    name: Annotated[str, Ask(_("流程名称"), max_length=60)],
    definition: Annotated[str, Ask(_("流程内容"), long=True, max_length=LONGEST, help=_("JSON；一般在编辑页上填表。"))],
    items: Annotated[
        str, Ask(_("用于哪些事项"), max_length=2000, required=False, help=_("事项代码，用分号隔开。"))
    ] = "",
) -> FlowVersion:
    """What a draft is made of. Faults of the way are told and may stand until it is put in force; what is no flow at all is refused."""
    try:
        read = flow_from_json({**_object(definition), "code": flow.code, "version": flow.number})
    except FlowRefused as refused:
        raise refuse("not_json", "definition", why="；".join(cause(one) for one in refused.faults[:5])) from refused
    ctx.update(flow, name=name.strip(), items=_items(items), definition=to_json(read))
    return flow


def _object(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise refuse("not_json", "definition", why="JSON") from fault
    if not isinstance(data, dict):
        raise refuse("not_json", "definition", why="JSON")
    return data


def writers(flow: FlowVersion) -> set[int]:
    """The accounts that drafted a version or wrote in it. One query."""
    rows = Entry.objects.filter(ledger=LEDGER, row=flow.pk, verb__in=WROTE)
    return set(rows.values_list("user_id", flat=True))


@action(
    label=_("批准使用"),
    permission=ENFORCE,
    on=FlowVersion,
    icon="checks",
    tone="primary",
    why="optional",
    when=_state(STATE.DRAFT),
)
def enforce_flow(ctx: Ctx, *, flow: FlowVersion) -> None:
    """From today new cases of its items go this way: nothing wrong with it, items named, and by another hand than drafted it. The version before it goes out of use;
    cases that run keep theirs."""
    read = flow_of(flow.definition)
    if read is None:
        raise refuse("unreadable")
    faults = faults_in(read)
    if faults:
        raise refuse("faulty", faults=faults_said(read, faults))
    if not flow.items:
        raise refuse("items_needed")
    if ctx.actor.user_id in writers(flow):
        raise refuse("own_draft")
    names = item_names(today())
    for other in FlowVersion.objects.filter(state=STATE.IN_FORCE).exclude(code=flow.code):
        shared = next((one for one in flow.items if one in other.items), None)
        if shared is not None:
            raise refuse("item_taken", item=names.get(shared, shared), flow=other.name)
    for before in FlowVersion.objects.filter(state=STATE.IN_FORCE, code=flow.code):
        ctx.update(before, state=STATE.REPLACED, ended_on=today())
    ctx.update(flow, state=STATE.IN_FORCE, in_force_on=today(), ended_on=None, enforced_by=hand(ctx)[:120])


@action(
    label=_("停用"),
    permission=ENFORCE,
    on=FlowVersion,
    icon="x",
    tone="danger",
    why="required",
    when=_state(STATE.IN_FORCE),
)
def retire_flow(ctx: Ctx, *, flow: FlowVersion) -> None:
    """New cases of its items have no flow any more and are worked on as before; cases that run keep it to their end."""
    ctx.update(flow, state=STATE.REPLACED, ended_on=today())


@action(
    label=_("删掉草稿"), permission=WRITE, on=FlowVersion, icon="trash", tone="danger", why="", when=_state(STATE.DRAFT)
)
def discard_flow(ctx: Ctx, *, flow: FlowVersion) -> None:
    """A draft nobody needs goes; what was once in force stays."""
    ctx.delete(flow)
