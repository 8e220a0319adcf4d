"""The declarations of moves, duties, links of chains and papers."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.projects.issuing import issuing_role, not_issuer
from gongxing.domains.projects.models import Duty, Move, NodeLink, Paper, Project
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger
from gongxing.kernel.org.models import Post

DOCUMENTS = ("gates", "documents")
PROJECT = ("项目名称", "项目代码")


def joined(values: Mapping[str, Any], row: Row | None, *names: str) -> str:
    """The identifying text made of several fields, of the new values or else the stored row; "" while one is missing."""
    parts = [values.get(name, getattr(row, name, None)) for name in names]
    return ":".join(str(part) for part in parts) if all(part not in (None, "") for part in parts) else ""


@ledger
class MoveLedger(Ledger[Move]):
    """The way of every project through the stages. Written by the moves alone."""

    model = Move
    label = _("阶段经过")
    counter = pgettext_lazy("counter", "次")
    stage = "谋"
    icon = "history"
    key, title, order = "ref", "project", "-on"
    related = ("project__unit", "from_unit", "to_unit")
    facets = ("to_stage",)
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("project", _("项目"), Kind.REFERENCE, target="projects.project"),
        Column("from_stage", _("从"), Kind.CHOICE, choices=tuple(Project.Stage.choices)),
        Column("to_stage", _("到"), Kind.CHOICE, choices=tuple(Project.Stage.choices)),
        Column("on", _("日期"), Kind.DATE, sort=True),
        Column("reason_code", _("原因"), Kind.PACK, pack=("gates", "reasons")),
        Column("note", _("说明")),
        Column("from_unit", _("转出单位"), Kind.REFERENCE, target="org.unit", shown=False),
        Column("to_unit", _("承接单位"), Kind.REFERENCE, target="org.unit", shown=False),
        Column("outside", _("县外承接方"), shown=False, max_length=80),
        Column("missing", _("当时还缺"), Kind.LIST, pack=("gates", "requirements"), shown=False),
        Column("ref", _("编号"), shown=False, editable=False),
    )


@ledger
class DutyLedger(Ledger[Duty]):
    """Which unit has which duty on which project."""

    model = Duty
    label = _("项目分工")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "user-share"
    key, title, order = "ref", "project", "ref"
    related = ("project__unit", "unit", "post")
    facets = ("duty_class", "role")
    searchable = False
    in_menu = False
    columns = (
        Column("project", _("项目"), Kind.REFERENCE, target="projects.project", required=True, synonyms=PROJECT),
        Column("unit", _("单位"), Kind.REFERENCE, target="org.unit", required=True, synonyms=("责任单位", "部门")),
        Column("duty_class", _("职责类别"), Kind.CHOICE, choices=tuple(Duty.Class.choices), required=True),
        Column("role", pgettext_lazy("duty", "分工"), Kind.CHOICE, choices=tuple(Duty.Role.choices), required=True),
        Column("post", _("责任岗位"), Kind.REFERENCE, target="org.post"),
        Column("task", _("任务"), max_length=200),
        Column("ref", _("编号"), shown=False, editable=False),
    )

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"project", "unit", "duty_class"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        return joined(values, None, "project_id", "unit_id", "duty_class") or None

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        """One lead a class; the post is the unit's."""
        project, duty_class, role, unit, post = (
            values.get(name, getattr(row, name, None))
            for name in ("project_id", "duty_class", "role", "unit_id", "post_id")
        )
        faults = []
        if role == Duty.Role.LEAD:
            others = Duty.objects.filter(project=project, duty_class=duty_class, role=Duty.Role.LEAD).exclude(unit=unit)
            other = others.exclude(pk=row.pk if row is not None else 0).select_related("unit").first()
            if other is not None:
                faults.append(FieldFault("role", Fault("duty.two_leads_row", unit=other.unit.name)))
        if post is not None and not Post.objects.filter(pk=post, unit=unit).exists():
            faults.append(FieldFault("post", Fault("duty.foreign_post")))
        return faults

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        values["ref"] = joined(values, row, "project_id", "unit_id", "duty_class")
        return values


@ledger
class NodeLinkLedger(Ledger[NodeLink]):
    """Which links of chains a project stands on."""

    model = NodeLink
    label = _("项目所在环节")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "map-pin"
    key, title, order = "ref", "project", "ref"
    related = ("project__unit", "node__chain")
    searchable = False
    in_menu = False
    columns = (
        Column("project", _("项目"), Kind.REFERENCE, target="projects.project", required=True, synonyms=PROJECT),
        Column("node", _("产业链环节"), Kind.REFERENCE, target="chain.node", required=True),
        Column("note", _("说明"), max_length=200),
        Column("ref", _("编号"), shown=False, editable=False),
    )

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"project", "node"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        return joined(values, None, "project_id", "node_id") or None

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        values["ref"] = joined(values, row, "project_id", "node_id")
        return values


@ledger
class PaperLedger(Ledger[Paper]):
    """The documents the gates ask for."""

    model = Paper
    label = _("项目材料")
    counter = pgettext_lazy("counter", "份")
    stage = "谋"
    icon = "file-text"
    key, title, order = "ref", "kind", "-issued_on"
    related = ("project__unit",)
    facets = ("kind",)
    searchable = False
    in_menu = False
    columns = (
        Column("project", _("项目"), Kind.REFERENCE, target="projects.project", required=True, synonyms=PROJECT),
        Column("kind", _("材料"), Kind.PACK, pack=DOCUMENTS, required=True),
        Column("number", _("文号"), max_length=80),
        Column("issuer", _("出具单位"), max_length=80),
        Column("issued_on", _("出具日期"), Kind.DATE, required=True, sort=True),
        Column("valid_until", _("有效期至"), Kind.DATE, shown=False),
        Column("file_name", _("文件"), shown=False, editable=False),
        Column("note", _("说明"), shown=False, max_length=300),
        Column("ref", _("编号"), shown=False, editable=False),
    )

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"project", "kind"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        return joined(values, None, "project_id", "kind") or None

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        """Its days; and that another office's opinion is not typed or imported here, where nobody asks who brings it."""
        kinds = {str(one) for one in (values.get("kind"), getattr(row, "kind", "")) if one}
        faults = [one for kind in sorted(kinds) if issuing_role(kind) for one in not_issuer(kind, "paper.page_only")]
        return [*faults, *self._days(values, row)]

    def _days(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        issued = values.get("issued_on", getattr(row, "issued_on", None))
        until = values.get("valid_until", getattr(row, "valid_until", None))
        if issued is not None and issued > today():
            return [FieldFault("issued_on", Fault("project.future", day=issued.isoformat()))]
        if issued is not None and until is not None and until < issued:
            return [
                FieldFault(
                    "valid_until", Fault("project.paper_order", day=until.isoformat(), before=issued.isoformat())
                )
            ]
        return []  # fmt: skip

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        values["ref"] = joined(values, row, "project_id", "kind")
        return values
