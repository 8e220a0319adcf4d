"""The declarations of flows: their versions, the flow of a case, its tasks, and what was said."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.approvals.flow_panels import step_panels, version_panels
from gongxing.domains.approvals.flow_words import KIND_WORDS
from gongxing.domains.approvals.models import CaseFlow, CaseNote, CaseStep, FlowVersion
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger, Panel, Preset, ledger
from gongxing.kernel.org.actor import Actor

STEP_STATES = {"open": "vow", "waiting": "idle", "closed": "good"}
KINDS = tuple(KIND_WORDS.items())


@ledger
class FlowVersionLedger(Ledger[FlowVersion]):
    """Versions of flows. Written on their page and by their verbs alone."""

    model = FlowVersion
    label = _("流程版本")
    counter = pgettext_lazy("counter", "版")
    stage = "批"
    icon = "arrows-right-left"
    key, title, order = "ref", "name", "ref"
    facets = ("state",)
    searchable = False
    in_menu = False
    panels_first = fold_empty = True
    verbs = frozenset({"export"})
    columns = (
        Column("name", _("流程名称"), editable=False, max_length=60),
        Column("code", _("流程代码"), editable=False, max_length=40),
        Column("number", _("第几版"), Kind.INTEGER, editable=False),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(FlowVersion.State.choices), editable=False, states={"draft": "idle", "in_force": "good", "replaced": "idle"}),
        Column("items", _("用于哪些事项"), Kind.LIST, editable=False, shown=False),
        Column("in_force_on", _("开始使用"), Kind.DATE, editable=False, sort=True),
        Column("ended_on", _("停用日"), Kind.DATE, editable=False),
        Column("drafted_by", _("谁起草"), editable=False, shown=False),
        Column("enforced_by", _("谁批准使用"), editable=False, shown=False),
        Column("origin", _("来源"), editable=False, shown=False),
        Column("ref", _("编号"), editable=False, shown=False, max_length=60),
    )  # fmt: skip

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        assert isinstance(row, FlowVersion)
        return version_panels(row, actor)


@ledger
class CaseFlowLedger(Ledger[CaseFlow]):
    """Which version each case runs in, and where it stands."""

    model = CaseFlow
    label = _("办件流程")
    counter = pgettext_lazy("counter", "件")
    stage = "批"
    icon = "arrows-right-left"
    key, title, order = "ref", "at", "-begun_on"
    related = ("case__project", "flow")
    facets = ("status",)
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("case", pgettext_lazy("one", "审批件"), Kind.REFERENCE, target="approvals.case", editable=False),
        Column("flow", _("流程版本"), Kind.REFERENCE, target="approvals.flowversion", editable=False),
        Column("status", _("状态"), Kind.CHOICE, choices=tuple(CaseFlow.Status.choices), editable=False, states={"running": "vow", "suspended": "idle", "finished": "good", "ended": "idle"}),
        Column("at", _("现在的环节"), editable=False, max_length=60),
        Column("begun_on", _("进入流程"), Kind.DATE, editable=False, sort=True),
        Column("ended_on", _("流程结束"), Kind.DATE, editable=False),
        Column("ref", _("编号"), editable=False, shown=False, max_length=90),
    )  # fmt: skip


@ledger
class CaseStepLedger(Ledger[CaseStep]):
    """The tasks of desks in the flows of cases. Written by the verbs of flows alone."""

    model = CaseStep
    label = _("流程环节")
    counter = pgettext_lazy("counter", "个")
    stage = "批"
    icon = "list-check"
    key, title, order = "ref", "name", "-opened_on"
    related = ("flow__case__project", "post__unit")
    facets = ("state", "verdict")
    searchable = False
    verbs = frozenset({"export"})
    panels_first = fold_empty = True
    presets = (Preset(_("待办"), "f.state=open"), Preset(_("退回的"), "f.verdict=return"))
    columns = (
        Column("name", _("环节"), editable=False, max_length=60),
        Column("flow", _("办件流程"), Kind.REFERENCE, target="approvals.caseflow", editable=False),
        Column("post", _("承办岗位"), Kind.REFERENCE, target="org.post", editable=False),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(CaseStep.State.choices), editable=False, states=STEP_STATES),
        Column("verdict", _("结论"), Kind.CHOICE, choices=tuple(CaseStep.Verdict.choices), editable=False),
        Column("opened_on", _("到达日"), Kind.DATE, editable=False, sort=True),
        Column("due_on", _("环节时限"), Kind.DATE, editable=False),
        Column("acted_on", _("办理日"), Kind.DATE, editable=False),
        Column("round", _("第几轮"), Kind.INTEGER, editable=False, shown=False),
        Column("kind", _("环节种类"), Kind.CHOICE, choices=KINDS, editable=False, shown=False),
        Column("added", _("加签"), Kind.CHOICE, choices=tuple(CaseStep.Added.choices), editable=False, shown=False),
        Column("comment", _("意见"), Kind.LONG, editable=False, shown=False, max_length=2000),
        Column("acted_by", _("办理人"), editable=False, shown=False, max_length=160),
        Column("ref", _("编号"), editable=False, shown=False, max_length=60),
    )  # fmt: skip

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        assert isinstance(row, CaseStep)
        return step_panels(row, actor)


@ledger
class CaseNoteLedger(Ledger[CaseNote]):
    """What was done and said on the way of cases, in full."""

    model = CaseNote
    label = _("办理意见")
    counter = pgettext_lazy("counter", "条")
    stage = "批"
    icon = "message-reply"
    key, title, order = "ref", "verb", "-noted_on"
    related = ("case__project",)
    facets = ("verb",)
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("case", pgettext_lazy("one", "审批件"), Kind.REFERENCE, target="approvals.case", editable=False),
        Column("verb", _("做了什么"), Kind.CHOICE, choices=tuple(CaseNote.Verb.choices), editable=False),
        Column("step", _("环节"), editable=False, max_length=60),
        Column("target", _("给谁"), editable=False, max_length=200),
        Column("comment", _("意见"), Kind.LONG, editable=False, max_length=2000),
        Column("noted_on", _("日期"), Kind.DATE, editable=False, sort=True),
        Column("noted_by", _("谁"), editable=False, max_length=160),
        Column("withdrawn", _("已撤回"), Kind.FLAG, editable=False, shown=False),
        Column("number", _("第几步"), Kind.INTEGER, editable=False, shown=False),
        Column("ref", _("编号"), editable=False, shown=False, max_length=60),
    )  # fmt: skip

    def row_title(self, row: Row) -> str:
        assert isinstance(row, CaseNote)
        return str(row.get_verb_display())
