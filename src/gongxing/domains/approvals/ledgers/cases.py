"""The declarations of cases, of what stops them, and of their materials."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.approvals.case_now import CASE_TONES
from gongxing.domains.approvals.items import ground_on, item_code, item_names, item_on
from gongxing.domains.approvals.ledgers.status_words import OUTCOMES
from gongxing.domains.approvals.models import Case, Material, Stop
from gongxing.domains.approvals.panels import case_panels
from gongxing.domains.approvals.standing import state_of
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Initial, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, Panel, Preset, ledger
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Post

ORDER = ("contact_on", "received_on", "correction_on", "corrected_on", "accepted_on", "extended_on", "decided_on", "delivered_on")  # fmt: skip
DAYS = (*ORDER, "refused_on", "withdrawn_on")
PROJECT = ("项目代码", "投资项目代码", "项目统一代码", "项目名称")


@ledger
class CaseLedger(Ledger[Case]):
    """Cases of approval. Written by their verbs, or by the sheet of another platform: the project's code, the item and the turn say which case."""

    model = Case
    label = pgettext_lazy("several", "审批件")
    counter = pgettext_lazy("counter", "件")
    stage = "批"
    icon = "clipboard-check"
    key, title, order = "ref", "name", "-received_on"
    related = ("project", "unit", "post__unit")
    stand_ins: ClassVar[Mapping[str, str]] = {"received_on": "accepted_on"}
    facets = ("unit", "state", "item", "outcome")
    searchable = False
    panels_first = fold_empty = True
    presets = (
        Preset(_("待受理"), "f.state=handed_in"),
        Preset(_("办理中"), "f.state=running"),
        Preset(_("已停钟"), "f.state=stopped"),
        Preset(_("待送达"), "f.state=decided"),
    )
    columns = (
        Column("name", _("事项名称"), editable=False, max_length=120),
        Column("item", _("事项"), Kind.PACK, pack=("approvals", "items"), required=True, shown=False, parse=item_code, synonyms=("事项编码", "审批事项", "事项名称", "办理事项", "事项")),
        Column("project", _("项目"), Kind.REFERENCE, target="projects.project", required=True, synonyms=PROJECT),
        Column("turn", _("第几次申请"), Kind.INTEGER, shown=False, synonyms=("申请次数", "申报次数")),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(Case.State.choices), editable=False, states=CASE_TONES),
        Column("unit", _("承办单位"), Kind.REFERENCE, target="org.unit", editable=False),
        Column("post", _("承办岗位"), Kind.REFERENCE, target="org.post", required=True, initial=Initial.OWN_POST),
        Column("contact_on", _("首次接触"), Kind.DATE, shown=False),
        Column("received_on", _("收件日"), Kind.DATE, required=True, sort=True, synonyms=("收件时间", "申请日期", "申报时间")),
        Column("correction_on", _("告知补正日"), Kind.DATE, shown=False, synonyms=("补正告知日期",)),
        Column("corrected_on", _("补正齐全日"), Kind.DATE, shown=False),
        Column("accepted_on", _("受理日"), Kind.DATE, sort=True, synonyms=("受理时间", "受理日期")),
        Column("silent", _("逾期未告知，视为受理"), Kind.FLAG, shown=False, editable=False),
        Column("refused_on", _("不予受理日"), Kind.DATE, shown=False),
        Column("extension", _("延长"), Kind.INTEGER, shown=False, editable=False),
        Column("extended_on", _("延长日"), Kind.DATE, shown=False, editable=False),
        Column("extended_by", _("谁批准延长"), shown=False, editable=False, max_length=120),
        Column("promised", _("承诺时限（工作日）"), Kind.INTEGER, shown=False, editable=False),
        Column("decided_on", _("决定日"), Kind.DATE, sort=True, synonyms=("办结日", "办结时间", "办结日期")),
        Column("outcome", _("决定"), Kind.CHOICE, choices=tuple(Case.Outcome.choices), also=OUTCOMES, synonyms=("办理结果", "审批结果", "办结结果", "结果")),
        Column("delivered_on", _("送达日"), Kind.DATE, shown=False),
        Column("withdrawn_on", _("撤回日"), Kind.DATE, shown=False),
        Column("document", _("文号或证号"), shown=False, max_length=120, synonyms=("证照编号", "批复文号")),
        Column("ref", _("编号"), shown=False, editable=False, max_length=80),
    )  # fmt: skip

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"project", "item", "turn"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        project, item = values.get("project_id"), values.get("item")
        return f"{project}:{item}:{values.get('turn') or 1}" if project and item else None

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        merged = {
            name: values.get(name, getattr(row, name, None))
            for name in ("project_id", "item", "turn", "post_id", "received_on")
        }
        values["turn"] = merged["turn"] or 1
        values["ref"] = self.key_of({**merged, "turn": values["turn"]}) or ""
        post = Post.objects.filter(pk=merged["post_id"]).only("unit_id").first() if merged["post_id"] else None
        if post is not None:
            values["unit_id"] = post.unit_id
        if merged["received_on"] and (row is None or not getattr(row, "rules_on", None)):
            values["rules_on"] = merged["received_on"]
        day = values.get("rules_on") or getattr(row, "rules_on", None)
        if merged["item"] and day:
            values["name"] = item_names(day).get(merged["item"], merged["item"])[:120]
        case = Case(**{name: values.get(name, getattr(row, name, None)) for name in DAYS})
        values["state"] = state_of(case, row.stops.all() if isinstance(row, Case) and row.pk else ())
        return values

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        """Days in their order and none in the future; the item exists on the day of the hand-in; no decision without its outcome."""
        of = {name: values.get(name, getattr(row, name, None)) for name in (*DAYS, "item", "outcome", "rules_on")}
        faults = [
            FieldFault(name, Fault("case.future", day=of[name].isoformat()))
            for name in DAYS
            if of[name] and of[name] > today()
        ]
        before: tuple[str, date] | None = None
        for name in ORDER:
            if of[name] is None:
                continue
            if before is not None and of[name] < before[1]:
                what = str(self.column(before[0]).label)
                faults.append(
                    FieldFault(
                        name, Fault("case.before", day=of[name].isoformat(), what=what, before=before[1].isoformat())
                    )
                )
            before = (name, of[name])
        day = of["rules_on"] or of["received_on"]
        if of["item"] and day and item_on(of["item"], day) is None:
            faults.append(FieldFault("item", Fault("case.no_item", item=of["item"], day=day.isoformat())))
        if of["decided_on"] and not of["accepted_on"]:
            faults.append(FieldFault("decided_on", Fault("case.not_accepted")))
        if bool(of["decided_on"]) != bool(of["outcome"]):
            faults.append(FieldFault("outcome", Fault("case.outcome_with_day")))
        return faults

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        assert isinstance(row, Case)
        return case_panels(row, actor)


@ledger
class StopLedger(Ledger[Stop]):
    """What stopped the clocks of cases, each with its paper."""

    model = Stop
    label = _("停钟记录")
    counter = pgettext_lazy("counter", "次")
    stage = "批"
    icon = "clock-pause"
    key, title, order = "ref", "ground", "-start"
    related = ("case__project", "case__unit")
    facets = ("ground",)
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("case", pgettext_lazy("one", "审批件"), Kind.REFERENCE, target="approvals.case"),
        Column("ground", _("停钟事由"), Kind.PACK, pack=("approvals", "pauses")),
        Column("proof", _("凭证")),
        Column("start", _("告知日"), Kind.DATE, sort=True),
        Column("end", _("结束日"), Kind.DATE),
        Column("ref", _("编号"), shown=False, editable=False, max_length=120),
    )

    def row_title(self, row: Row) -> str:
        assert isinstance(row, Stop)
        item = item_on(row.case.item, row.case.rules_on)
        ground = None if item is None else ground_on(row.ground, item, row.case.rules_on)
        return row.ground if ground is None else ground.name


@ledger
class MaterialLedger(Ledger[Material]):
    """The papers of cases."""

    model = Material
    label = pgettext_lazy("several", "申请材料")
    counter = pgettext_lazy("counter", "份")
    stage = "批"
    icon = "file-text"
    key, title, order = "ref", "name", "ref"
    related = ("case__project", "case__unit")
    searchable = False
    in_menu = False
    verbs = frozenset({"change", "export"})
    columns = (
        Column("case", pgettext_lazy("one", "审批件"), Kind.REFERENCE, target="approvals.case", editable=False),
        Column("name", _("材料"), editable=False, max_length=120),
        Column("handed_on", _("交来日"), Kind.DATE, sort=True),
        Column("lacking", _("要补什么"), max_length=200),
        Column("later_on", _("容缺，承诺补交日"), Kind.DATE),
        Column("file_name", _("文件"), editable=False, shown=False),
        Column("ref", _("编号"), shown=False, editable=False, max_length=220),
    )
