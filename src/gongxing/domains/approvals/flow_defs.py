"""Flows as this stage writes them: which one is in force for an item, whose desks they name, and which facts their conditions may ask for.

A desk of a definition is the code of a post, ``@case`` (the post that has the case) or ``@head`` (the post above it). When a case begins, desks become the
ids of posts as texts; a desk then is a post whoever holds it, and whoever it is lent to.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.models import Case, CaseFlow, FlowVersion
from gongxing.domains.projects.facts import facts_of
from gongxing.engines.flows import Flow, FlowRefused, faults_of, flow_from_json, state_from_json
from gongxing.engines.flows.state import State
from gongxing.engines.reasons import Reason
from gongxing.kernel.access.models import ANY, Grant
from gongxing.kernel.clock import today
from gongxing.kernel.org.models import Post

HOLDER, HEAD = "@case", "@head"
DESKS: Mapping[str, Lazy] = {HOLDER: _("承办岗位"), HEAD: _("承办岗位的上级岗位")}
FACTS: Mapping[str, Lazy] = {
    "total_investment": _("总投资（万元）"),
    "land_need_mu": _("用地（亩）"),
    "electricity_kwh": _("年用电（千瓦时）"),
    "energy_tce": _("年综合能耗（吨标准煤）"),
    "earthwork_m3": _("土石方（立方米）"),
    "forest_ha": _("用林地（公顷）"),
    "new_building": _('有新建房屋（"yes"、"no"）'),
    "special_fire": _('特殊建设工程（"yes"、"no"）'),
    "occ_hazard": _('有职业病危害（"yes"、"no"）'),
    "turn": _("第几次申请"),
}
"""What a condition may ask for: facts of the project, and of the case. Written as ``land_need_mu >= 50``."""
ACCEPT = "accept"
"""The key of the step that is closed by accepting or refusing the case."""
TIED: Mapping[str, str] = {"decide": "decide", "deliver": "deliver"}
"""Kinds of steps that are closed by a verb of the case itself."""


def in_force(item: str) -> FlowVersion | None:
    """The version in force for an item. One query."""
    rows = FlowVersion.objects.filter(state=FlowVersion.State.IN_FORCE).order_by("code")
    return next((one for one in rows if item in one.items), None)


def flow_of(definition: Any) -> Flow | None:
    """The flow of a stored definition; None where it is not one (nobody but a hand in the database makes such)."""
    try:
        return flow_from_json(definition)
    except FlowRefused:
        return None


def post_codes(flow: Flow) -> set[str]:
    """The codes of posts a definition names."""
    return {desk for one in flow.steps for desk in one.desks if desk and desk not in DESKS}


def faults_in(flow: Flow) -> tuple[Reason, ...]:
    """What is wrong with a definition: the engine's faults, and desks of posts that are not there (``flows.no_post``). One query."""
    codes = post_codes(flow)
    known = set(Post.objects.filter(code__in=codes).values_list("code", flat=True))
    lost = [
        Reason.of("flows.no_post", step=one.key, desk=desk)
        for one in flow.steps
        for desk in dict.fromkeys(one.desks)
        if desk in codes - known
    ]
    return (*faults_of(flow, FACTS.keys()), *lost)


def able(posts: Collection[int]) -> set[int]:
    """Which of these posts hold the right to act on steps today. One query."""
    day, any_of = today(), Q(end__isnull=True) | Q(end__gte=today())
    held = Grant.objects.filter(
        any_of, post__in=posts, start__lte=day, verb__in=("act", ANY), target__in=("approvals.casestep", ANY)
    )
    return set(held.values_list("post_id", flat=True))


def for_case(flow: Flow, case: Case) -> tuple[Flow | None, Reason | None]:
    """The flow with the desks of a case, or why there is none: ``flows.no_head``, ``flows.no_post``, ``flows.no_right`` (a post that
    may not act on steps), or the first fault of the engine. Two queries."""
    ids = dict(Post.objects.filter(code__in=post_codes(flow)).values_list("code", "pk"))
    known: dict[str, int | None] = {**ids, HOLDER: case.post_id, HEAD: case.post.superior_id}
    may = able([post for post in known.values() if post is not None])
    steps = []
    for one in flow.steps:
        for desk in one.desks:
            if known.get(desk) is None:
                code = "flows.no_head" if desk == HEAD else "flows.no_post"
                return None, Reason.of(code, step=one.key, desk=desk)
            if known[desk] not in may:
                return None, Reason.of("flows.no_right", step=one.key, desk=desk)
        steps.append(replace(one, desks=tuple(str(known[desk]) for desk in one.desks)))
    made = replace(flow, steps=tuple(steps))
    wrong = faults_of(made, FACTS.keys())
    return (None, wrong[0]) if wrong else (made, None)


def running_of(case: Case) -> CaseFlow | None:
    """The flow of a case that is not over; None where none runs. One query."""
    open_ = (CaseFlow.Status.RUNNING, CaseFlow.Status.SUSPENDED)
    return CaseFlow.objects.filter(case=case.pk, status__in=open_).first()


def engine_of(one: CaseFlow) -> tuple[Flow, State]:
    """The flow and the state of a case as the engine reads them. ValueError where somebody wrote past the program."""
    flow = flow_from_json(one.definition)
    return flow, state_from_json(one.state)


def case_facts(case: Case) -> dict[str, Any]:
    """What conditions are read with; unknown is None. A query or two."""
    known = {**facts_of(case.project), "turn": case.turn}
    return {name: known.get(name) for name in FACTS}


def tied_verb(case: Case, key: str, kind: str) -> str:
    """The verb of the case that closes a step; "" where the desk itself does, or where that was done before the case came here again."""
    if key == ACCEPT and kind == "single":
        return "" if case.accepted_on or case.refused_on else "accept"
    if kind == "decide":
        return "" if case.decided_on else "decide"
    return "deliver" if kind == "deliver" and not case.delivered_on else ""
