"""The declarations of agreement clauses and promises."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.projects.ledgers.hanging import PROJECT, joined
from gongxing.domains.projects.models import AgreementClause, Promise
from gongxing.domains.projects.models.promises import Side
from gongxing.domains.projects.promise_panels import promise_panels
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, Panel, Preset, ledger
from gongxing.kernel.org.actor import Actor

ZERO = Decimal(0)
AGREED = ("project_id", "side", "text", "due_on", "amount")
"""What was promised; who looks after it may change."""
STATES = {"open": "fill", "claimed": "vow", "confirmed": "good", "refused": "bad", "cancelled": "idle"}


def _agreed_faults(values: Mapping[str, Any], row: Promise) -> list[FieldFault]:
    """What was promised is not rewritten by the side that owes it: not while the other side is asked to confirm, and after signing only on a new basis."""
    if row.state == Promise.State.CLAIMED:
        return [FieldFault("", Fault("promise.claimed"))]
    same = values.get("basis", row.basis) == row.basis
    return [FieldFault("basis", Fault("promise.agreed"))] if row.project.signed_on is not None and same else []


def promise_ref(project: int, side: str, text: str) -> str:
    """The number of a promise: the same promise of the same side on the same project has only one."""
    return f"CN{hashlib.sha256(f'{project}:{side}:{text}'.encode()).hexdigest()[:12].upper()}"


@ledger
class AgreementClauseLedger(Ledger[AgreementClause]):
    """Clauses of agreements, word for word."""

    model = AgreementClause
    label = _("协议条款")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "file-text"
    key, title, order = "ref", "number", "ref"
    related = ("project__unit",)
    facets = ("side",)
    searchable = False
    in_menu = False
    columns = (
        Column("project", _("项目"), Kind.REFERENCE, target="projects.project", required=True, synonyms=PROJECT),
        Column("number", _("条款号"), required=True, max_length=20),
        Column("side", _("谁的义务"), Kind.CHOICE, choices=tuple(Side.choices)),
        Column("text", _("条款内容"), Kind.LONG, required=True, max_length=4000),
        Column("ref", _("编号"), shown=False, editable=False),
    )

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"project", "number"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        return joined(values, None, "project_id", "number") or None

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        values["ref"] = joined(values, row, "project_id", "number")
        return values


@ledger
class PromiseLedger(Ledger[Promise]):
    """What government and enterprises promised each other."""

    model = Promise
    label = _("承诺台账")
    counter = pgettext_lazy("counter", "项")
    stage = "谋"
    icon = "diamond"
    key, title, order = "ref", "text", "due_on"
    related = ("project__unit", "post__unit", "clause")
    facets = ("side", "state", "post", "project")
    columns = (
        Column("project", _("项目"), Kind.REFERENCE, target="projects.project", required=True, synonyms=PROJECT),
        Column("side", _("承诺方"), Kind.CHOICE, choices=tuple(Side.choices), required=True),
        Column("text", _("承诺内容"), required=True, max_length=300),
        Column("post", _("责任岗位"), Kind.REFERENCE, target="org.post", required=True, same_as="projects.project.owner", help=_("企业的承诺填跟踪它的岗位。")),
        Column("due_on", _("到期日"), Kind.DATE, required=True, sort=True),
        Column("clause", _("协议条款"), Kind.REFERENCE, target="projects.agreementclause", shown=False),
        Column("basis", _("依据"), shown=False, max_length=200, help=_("协议第几条，或会议纪要的文号。")),
        Column("amount", _("金额"), Kind.DECIMAL, unit="万元", minimum=ZERO, sort=True, shown=False),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(Promise.State.choices), states=STATES, editable=False),
        Column("evidence", _("完成证明"), shown=False, editable=False),
        Column("file_name", _("证明文件"), shown=False, editable=False),
        Column("claimed_on", _("报完成日期"), Kind.DATE, shown=False, editable=False),
        Column("confirmed_on", _("确认日期"), Kind.DATE, shown=False, editable=False),
        Column("confirmed_by", _("谁确认的"), shown=False, editable=False),
        Column("answer", _("对方意见"), shown=False, editable=False),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip
    presets = (
        Preset(_("政府逾期未兑现"), "f.side=government&f.state=open&f.state=refused&max.due_on={yesterday}"),
        Preset(_("未到期（含今天到期）"), "f.state=open&f.state=refused&min.due_on={today}"),
        Preset(_("待对方确认"), "f.state=claimed"),
    )

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        assert isinstance(row, Promise)
        return promise_panels(row, actor)

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"project", "side", "text"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        """What is promised by whom on which project; the number itself says nothing."""
        return joined(values, None, "project_id", "side", "text") or None

    def find(self, keys: Any) -> dict[str, int]:
        wanted = set(keys)
        projects = {int(key.split(":", 1)[0]) for key in wanted if key.split(":", 1)[0].isdigit()}
        rows = Promise.objects.filter(project_id__in=projects).order_by("-pk")
        found = {
            f"{project}:{side}:{text}": pk
            for project, side, text, pk in rows.values_list("project_id", "side", "text", "pk")
        }
        return {key: found[key] for key in wanted if key in found}  # fmt: skip

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        faults = []
        clause = values.get("clause_id", getattr(row, "clause_id", None))
        project = values.get("project_id", getattr(row, "project_id", None))
        if clause is not None and not AgreementClause.objects.filter(pk=clause, project_id=project).exists():
            faults.append(FieldFault("clause", Fault("promise.foreign_clause")))
        if clause is None and not values.get("basis", getattr(row, "basis", "")):
            faults.append(FieldFault("basis", Fault("promise.basis_needed")))
        if row is not None and getattr(row, "state", "") in (Promise.State.CONFIRMED, Promise.State.CANCELLED):
            faults.append(FieldFault("", Fault("promise.settled")))
        elif isinstance(row, Promise) and any(name in values and values[name] != getattr(row, name) for name in AGREED):
            faults += _agreed_faults(values, row)
        return faults

    def check_typed(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        """A promise that was due before it was entered is a slip of the pen, except in a sheet of old ones."""
        due = values.get("due_on")
        if row is None and due is not None and due < today():
            return [FieldFault("due_on", Fault("promise.due_past", day=due.isoformat()))]
        return []

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        parts = [values.get(name, getattr(row, name, None)) for name in ("project_id", "side", "text")]
        values["ref"] = promise_ref(int(parts[0] or 0), str(parts[1]), str(parts[2])) if all(parts) else ""
        return values
