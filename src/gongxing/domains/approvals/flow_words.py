"""Words of flows: kinds of steps, what is wrong with a definition, and why an act is refused."""

from collections.abc import Mapping

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.flow_defs import DESKS, FACTS
from gongxing.engines.flows import Flow, FlowFault
from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

KIND_WORDS: Mapping[str, Lazy] = {
    "start": _("申请"),
    "single": _("一个岗位办"),
    "countersign": _("会签：都同意才过"),
    "either": _("或签：一个办了就过"),
    "decide": _("决定"),
    "deliver": _("送达"),
    "end": _("结束"),
}
VERDICT_WORDS: Mapping[str, Lazy] = {"agree": _("同意"), "disagree": _("不同意")}
CAUSES: Mapping[str, Lazy] = {
    "flows.no_start": _("没有申请环节。每个流程从一个“申请”开始。"),
    "flows.several_starts": _("申请环节不止一个：%(steps)s。只留一个。"),
    "flows.no_end": _("没有结束环节。"),
    "flows.no_decide": _("没有决定环节。"),
    "flows.key_empty": _("有一个环节没有代码。"),
    "flows.key_too_long": _("代码 %(length)s 个字，最多 %(longest)s 个。"),
    "flows.duplicate_step": _("代码“%(step)s”用了两次。"),
    "flows.name_empty": _("没有写环节名称。"),
    "flows.name_too_long": _("名称 %(length)s 个字，最多 %(longest)s 个。"),
    "flows.unknown_kind": _("没有“%(kind)s”这种环节。"),
    "flows.unowned": _("没有写由哪个岗位办。每个环节都要有岗位，结束环节除外。"),
    "flows.many_desks": _("一个岗位办的环节只写一个岗位；要几个岗位，改成会签或或签。"),
    "flows.alone": _("会签、或签至少要两个岗位。"),
    "flows.duplicate_desk": _("岗位“%(desk)s”写了两次。"),
    "flows.limit_not_positive": _("环节时限是 %(limit)s 个工作日，至少 1 个；没有就空着。"),
    "flows.arrow_to_nowhere": _("去的环节“%(step)s”不在表里。"),
    "flows.arrow_from_nowhere": _("来的环节“%(step)s”不在表里。"),
    "flows.duplicate_arrow": _("和前面的一条完全相同。"),
    "flows.into_start": _("不能用去向回到申请；要退回，用退回。"),
    "flows.out_of_end": _("结束环节后面不能再有去向。"),
    "flows.unknown_verdict": _("没有“%(verdict)s”这种结论。"),
    "flows.no_such_verdict": _("申请和送达没有“不同意”。"),
    "flows.bad_condition": _("条件读不懂：第 %(position)s 个字附近的“%(found)s”。只能用下面列出的名称。"),
    "flows.two_ways": _("同一个结论有两条没有条件的去向，不知道走哪一条。只留一条。"),
    "flows.no_otherwise": _("几条去向都有条件，条件都不成立时没有去处。请加一条没有条件的。"),
    "flows.no_way_to_disagree": _("会签、或签和决定要写不同意以后去哪里。"),
    "flows.unreachable": _("从申请走不到这里。"),
    "flows.dead_end": _("走到这里就走不出去了：没有同意以后的去向，或者到不了结束。"),
    "flows.unbounded_loop": _("%(steps)s 绕成圈，没有次数上限。请给圈里的一个环节写“最多进几次”。"),
    "flows.bound_by_default": _("这一条去有次数上限的环节，要写条件；次数用完了走没有条件的那一条。"),
    "flows.repeats_unknown": _("次数上限写在不存在的环节“%(step)s”上。"),
    "flows.bound_not_positive": _("“最多进几次”至少是 1。"),
    "flows.returns_negative": _("退回次数不能小于 0。"),
    "flows.no_post": _("没有“%(desk)s”这个岗位。"),
    "flows.no_right": _("岗位“%(desk)s”没有办理流程环节的授权，请管理员按角色授权。"),
    "flows.no_head": _("承办岗位没有上级岗位。"),
}
FORMS: Mapping[str, Lazy] = {
    "flows.shape": _("格式不对"),
    "flows.unknown_key": _("有多余的内容"),
    "flows.missing": _("缺内容"),
    "flows.text": _("应当是文字"),
    "flows.number": _("应当是整数"),
    "flows.kind": _("没有这种环节"),
    "flows.verdict": _("没有这种结论"),
    "flows.too_many": _("太多"),
}


def kind_word(kind: str) -> str:
    """A kind of steps in words."""
    return str(KIND_WORDS.get(kind, kind))


def step_name(flow: Flow, key: str) -> str:
    """What a step is called."""
    found = flow.step(key)
    return found.name if found is not None and found.name else key


def cause(fault: Reason) -> str:
    """What is wrong with a definition, in a sentence of its own line."""
    details = dict(fault.details)
    if fault.code in FORMS:
        return _t("%(where)s：%(what)s") % {"where": details.get("where", ""), "what": FORMS[fault.code]}
    if "desk" in details:
        details["desk"] = str(DESKS.get(details["desk"], details["desk"]))
    return str(CAUSES.get(fault.code, fault.code)) % details if fault.code in CAUSES else fault.code


def faults_said(flow: Flow, faults: tuple[Reason, ...]) -> str:
    """All faults in one line, each with its step or arrow."""
    said = []
    for one in faults[:5]:
        details = one.details
        where = step_name(flow, details["step"]) if details.get("step") else ""
        if "arrow" in details:
            where = _t("去向第 %(n)d 条") % {"n": int(details["arrow"]) + 1}
        said.append(_t("%(where)s：%(what)s") % {"where": where, "what": cause(one)} if where else cause(one))
    return " ".join(said)


def refusal(flow: Flow, fault: FlowFault, column: str = "") -> Refused:
    """Why an act is refused, as a fault of the dialog: ``flow.<code>`` with what it names in words."""
    params = dict(fault.params)
    if "step" in params:
        params["step"] = step_name(flow, params["step"])
    if "names" in params:
        params["names"] = str(_("、")).join(str(FACTS.get(one, one)) for one in params["names"].split())
    return Refused([FieldFault(column, Fault(f"flow.{fault.code}", **params))])
