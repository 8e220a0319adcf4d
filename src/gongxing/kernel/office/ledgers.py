"""The kernel's own nouns as ledgers, so that administrators get the same lists, forms, imports and history as everybody."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.access.models import Grant
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.names import pause_name
from gongxing.kernel.ledger.column import Column, Initial, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, Panel, ledger
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import PATH_DIGITS, Delegation, Handover, Post, Tenure, Unit, User
from gongxing.kernel.packs.models import PackEdit

OFFICE = "office"
ROLES = ("roles", "roles")


@ledger
class UnitLedger(Ledger[Unit]):
    """The tree of units."""

    model = Unit
    label = _("单位")
    stage = OFFICE
    icon = "building"
    key, title, order = "code", "name", "path"
    facets = ("kind",)
    columns = (
        Column("name", _("名称"), required=True, max_length=80),
        Column("code", _("代码"), required=True, max_length=20),
        Column("kind", _("类别"), Kind.CHOICE, choices=tuple(Unit.Kind.choices), required=True),
        Column("parent", _("上级单位"), Kind.REFERENCE, target="org.unit"),
        Column("path", _("路径"), editable=False, shown=False, sort=True),
    )

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        parent = values.get("parent_id")
        if row is None and parent is None and Unit.objects.filter(parent__isnull=True).exists():
            return [FieldFault("parent", Fault("unit.one_root"))]
        if row is not None and "parent_id" in values and values["parent_id"] != getattr(row, "parent_id", None):
            return [FieldFault("parent", Fault("unit.no_move"))]
        return []

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        if row is None:
            values["path"] = next_path(values.get("parent_id"))
        return values


def next_path(parent_id: int | None) -> str:
    """The materialised path of a new unit under a parent (None: the root)."""
    head = "" if parent_id is None else Unit.objects.get(pk=parent_id).path
    last = Unit.objects.filter(parent_id=parent_id).order_by("-path").values_list("path", flat=True).first()
    number = 1 if last is None else int(last[len(head) : len(head) + PATH_DIGITS]) + 1
    return f"{head}{number:0{PATH_DIGITS}d}."


@ledger
class PostLedger(Ledger[Post]):
    """Positions."""

    model = Post
    label = _("岗位")
    stage = OFFICE
    icon = "id-badge-2"
    key, title, order = "code", "title", "code"
    facets = ("role", "unit")
    related = ("unit", "superior")
    columns = (
        Column("title", _("岗位"), required=True, max_length=60),
        Column("code", _("代码"), required=True, max_length=40, sort=True),
        Column("unit", _("单位"), Kind.REFERENCE, target="org.unit", required=True),
        Column("role", _("角色"), Kind.PACK, pack=ROLES, required=True),
        Column("superior", _("上级岗位"), Kind.REFERENCE, target="org.post"),
    )


@ledger
class UserLedger(Ledger[User]):
    """Accounts. Passwords are never shown, exported or imported: they are set by an action."""

    model = User
    label = _("账号")
    stage = OFFICE
    icon = "user"
    key, title, order = "username", "name", "username"
    searchable = False
    verbs = frozenset({"add", "change", "export"})
    columns = (
        Column("name", _("显示名"), required=True, max_length=60),
        Column("username", _("账号"), required=True, max_length=60, sort=True),
        Column("phone", _("电话"), max_length=30, sensitive=True, shown=False),
        Column("is_active", _("启用"), Kind.FLAG),
        Column("second_factor_required", _("须二次验证"), Kind.FLAG),
    )

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        if row is None:
            values.setdefault("password", "!")
        for name, default in (("is_active", True), ("second_factor_required", False)):
            if values.get(name, False) is None:
                values[name] = default if row is None else getattr(row, name)
        return values


@ledger
class TenureLedger(Ledger[Tenure]):
    """Who holds which post when."""

    model = Tenure
    label = _("任职")
    stage = OFFICE
    icon = "user-check"
    key, title, order = "id", "id", "-start"
    related = ("user", "post", "post__unit")
    searchable = False
    verbs = frozenset({"add", "change", "export"})
    columns = (
        Column("id", _("编号"), Kind.INTEGER, editable=False, shown=True),
        Column("user", _("账号"), Kind.REFERENCE, target="org.user", required=True),
        Column("post", _("岗位"), Kind.REFERENCE, target="org.post", required=True),
        Column("start", _("开始"), Kind.DATE, required=True, initial=Initial.TODAY, sort=True),
        Column("end", _("结束"), Kind.DATE),
    )

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        return date_order(values, row)


@ledger
class DelegationLedger(Ledger[Delegation]):
    """Posts lent between two dates."""

    model = Delegation
    label = _("委托代办")
    stage = OFFICE
    icon = "user-share"
    key, title, order = "id", "id", "-start"
    related = ("post", "to_user", "post__unit")
    searchable = False
    verbs = frozenset({"add", "change", "export"})
    columns = (
        Column("id", _("编号"), Kind.INTEGER, editable=False),
        Column("post", _("岗位"), Kind.REFERENCE, target="org.post", required=True),
        Column("to_user", _("受托账号"), Kind.REFERENCE, target="org.user", required=True),
        Column("start", _("开始"), Kind.DATE, required=True, initial=Initial.TODAY, sort=True),
        Column("end", _("结束"), Kind.DATE, required=True),
        Column("reason", _("事由"), required=True),
    )

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        return date_order(values, row)


@ledger
class HandoverLedger(Ledger[Handover]):
    """Slips of changes of hands. They are made by handing a post on, and confirmed by those who give and take."""

    model = Handover
    label = _("交接单")
    stage = OFFICE
    icon = "arrows-right-left"
    key, title, order = "number", "number", "-last_day"
    facets = ("state",)
    related = ("post", "to_post", "from_user", "to_user", "post__unit")
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("number", _("编号"), editable=False),
        Column("post", _("岗位"), Kind.REFERENCE, target="org.post", editable=False),
        Column("from_user", _("移交人"), Kind.REFERENCE, target="org.user", editable=False),
        Column("to_user", _("接收人"), Kind.REFERENCE, target="org.user", editable=False),
        Column("to_post", _("移到的岗位"), Kind.REFERENCE, target="org.post", editable=False),
        Column("last_day", _("移交人最后一天"), Kind.DATE, sort=True, editable=False),
        Column("first_day", _("接收人第一天"), Kind.DATE, editable=False, shown=False),
        Column("count", _("件数"), Kind.INTEGER, editable=False),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(Handover.State.choices), states={"drafted": "warn", "handed": "fill", "received": "good", "void": "idle"}, editable=False),
        Column("given_at", _("移交人确认时间"), Kind.MOMENT, editable=False),
        Column("taken_at", _("接收人确认时间"), Kind.MOMENT, editable=False),
        Column("made_at", _("开单时间"), Kind.MOMENT, editable=False, shown=False),
        Column("made_by", _("开单人"), editable=False, shown=False),
        Column("note", _("说明"), editable=False, shown=False),
    )  # fmt: skip


def date_order(values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
    """A fault when the end lies before the start."""
    start = values.get("start", getattr(row, "start", None))
    end = values.get("end", getattr(row, "end", None))
    if start is not None and end is not None and end < start:
        return [FieldFault("end", Fault("dates.order", start=start.isoformat(), end=end.isoformat()))]
    return []


@ledger
class GrantLedger(Ledger[Grant]):
    """What posts may do."""

    model = Grant
    label = _("授权")
    stage = OFFICE
    icon = "key"
    key, title, order = "id", "id", "-start"
    facets = ("post", "verb", "target")
    related = ("post", "unit", "post__unit")
    searchable = False
    verbs = frozenset({"add", "change", "export"})
    columns = (
        Column("id", _("编号"), Kind.INTEGER, editable=False),
        Column("post", _("岗位"), Kind.REFERENCE, target="org.post", required=True),
        Column("verb", _("可做的事"), required=True, max_length=60, help=_("view、add、change、import、export、unmask，或某个动作的权限名；* 表示全部。")),
        Column("target", _("台账"), required=True, max_length=60, help=_("例如 firms.firm；* 表示全部台账。")),
        Column("unit", _("单位范围"), Kind.REFERENCE, target="org.unit", required=True),
        Column("thing", _("仅限一条记录"), Kind.INTEGER, shown=False),
        Column("start", _("开始"), Kind.DATE, required=True, initial=Initial.TODAY, sort=True),
        Column("end", _("结束"), Kind.DATE),
    )  # fmt: skip

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        return date_order(values, row)


@ledger
class DeadlineLedger(Ledger[Deadline]):
    """Every running and ended clock."""

    model = Deadline
    label = _("时限")
    stage = OFFICE
    icon = "clock"
    key, title, order = "id", "title", "due_at"
    facets = ("state", "post")
    related = ("post", "post__unit")
    searchable = False
    verbs = frozenset({"export"})
    columns = (
        Column("title", _("事项"), editable=False),
        Column("id", _("编号"), Kind.INTEGER, editable=False, shown=False),
        Column("post", _("责任岗位"), Kind.REFERENCE, target="org.post", editable=False),
        Column("limit", _("时限"), Kind.INTEGER, editable=False),
        Column("unit", _("时限单位"), Kind.CHOICE, choices=(("wd", _("工作日")), ("day", _("自然日")), ("month", _("月")), ("hour", _("小时")), ("minute", _("分钟")), ("agreed", _("约定日期"))), editable=False),
        Column("agreed_on", _("约定日期"), Kind.DATE, editable=False, shown=False),
        Column("started_at", _("起算时间"), Kind.MOMENT, editable=False),
        Column("due_at", _("到期时间"), Kind.MOMENT, sort=True, editable=False),
        Column("ended_at", _("完成时间"), Kind.MOMENT, editable=False),
        Column("provisional", _("暂定"), Kind.FLAG, editable=False, shown=False),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(Deadline.State.choices), states={"running": "fill", "passed": "bad", "met": "good", "met_late": "warn", "cancelled": "idle"}, editable=False),
        Column("basis", _("依据"), editable=False, shown=False),
    )  # fmt: skip

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        assert isinstance(row, Deadline)
        pauses = list(row.pauses.order_by("start"))
        lines = [
            {"ground": pause_name(one.reason), "proof": one.proof, "start": one.start, "end": one.end} for one in pauses
        ]
        data = {"pauses": lines, "proof_url": reverse("deadline-proof", args=[row.pk])}
        return [Panel("pauses", _t("暂停"), "office/pauses_panel.html", data, len(lines))]


@ledger
class PackEditLedger(Ledger[PackEdit]):
    """The county's own edits of rules."""

    model = PackEdit
    label = _("规则修改")
    stage = OFFICE
    icon = "edit"
    key, title, order = "id", "row_key", "-id"
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("id", _("编号"), Kind.INTEGER, editable=False, sort=True),
        Column("pack", _("规则包"), editable=False),
        Column("table", _("表"), editable=False),
        Column("row_key", _("主键"), editable=False),
        Column("valid_from", _("生效"), Kind.DATE, editable=False),
        Column("valid_to", _("失效"), Kind.DATE, editable=False),
        Column("source", _("依据"), editable=False),
        Column("withdrawn", _("停用"), Kind.FLAG, editable=False),
    )
