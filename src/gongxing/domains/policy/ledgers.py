"""The declarations of policies, clauses, official lists, findings and awards."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.policy.guides import BOOKS
from gongxing.domains.policy.models import AwardBatch, AwardLine, Clause, Finding, GuideItem, Policy
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import half_width
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, Preset, ledger

ZERO = Decimal(0)
CLASS_DIGITS = (2, 3, 4)
CHECKED = {"verified": "good", "excerpt": "warn", "recalled": "warn", "local": "idle"}
REVIEW = _("公平竞争审查")
ISSUED = frozenset(
    {"policy_id", "code", "name", "article", "text", "subject", "kind", "starts_on", "ends_on", "opens_on", "closes_on", "automatic"}
)  # fmt: skip
"""What of a clause in force is fixed: another wording, or other days, are another edition, reviewed anew."""


def ordered(values: Mapping[str, Any], row: Row | None, first: str, last: str) -> list[FieldFault]:
    """A fault where a period ends before it begins."""
    ends = [values.get(name, getattr(row, name, None)) for name in (first, last)]
    if all(ends) and ends[1] < ends[0]:
        return [FieldFault(last, Fault("policy.window_order", day=ends[1].isoformat(), before=ends[0].isoformat()))]
    return []


def _changed(values: Mapping[str, Any], row: Row, fixed: frozenset[str], code: str) -> list[FieldFault]:
    """A fault for each fixed cell that is to become another one."""
    names = [one for one in values if one in fixed and (values[one] or None) != (getattr(row, one) or None)]
    return [FieldFault(name.removesuffix("_id"), Fault(code)) for name in names]


@ledger
class PolicyLedger(Ledger[Policy]):
    """Documents that give or ask something."""

    model = Policy
    label = _("政策文件")
    counter = pgettext_lazy("counter", "份")
    stage = "谋"
    icon = "book-2"
    key, title, order = "number", "title", "number"
    related = ("unit",)
    facets = ("level", "state")
    columns = (
        Column("title", _("政策名称"), required=True, max_length=120, synonyms=("文件名称", "名称")),
        Column("number", _("文号"), required=True, max_length=60, sort=True, help=_("照原文写，如 青政办发〔2026〕12号。")),
        Column("level", _("层级"), Kind.CHOICE, choices=tuple(Policy.Level.choices), required=True),
        Column("authority", _("发文机关"), required=True, max_length=80),
        Column("unit", _("主办单位"), Kind.REFERENCE, target="org.unit", help=_("县里谁负责这份政策。")),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(Policy.State.choices), states={"in_force": "good", "ended": "idle"}, editable=False),
        Column("issued_on", _("印发日期"), Kind.DATE, shown=False),
        Column("starts_on", _("施行日期"), Kind.DATE),
        Column("ends_on", _("截止日期"), Kind.DATE, sort=True),
        Column("contact", _("咨询电话"), shown=False, max_length=80),
        Column("checked", _("核实情况"), Kind.CHOICE, choices=tuple(Policy.Checked.choices), states=CHECKED),
        Column("where", _("出处"), shown=False, max_length=200),
    )  # fmt: skip

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        return ordered(values, row, "starts_on", "ends_on")

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        if "checked" in values and not values["checked"]:
            values["checked"] = Policy.Checked.RECALLED
        return values


@ledger
class ClauseLedger(Ledger[Clause]):
    """What policies give, clause by clause; conditions are made on the clause's own page."""

    model = Clause
    label = _("政策条款")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "list-tree"
    key, title, order = "ref", "name", "closes_on"
    related = ("policy", "post__unit")
    facets = ("subject", "kind", "state")
    columns = (
        Column("name", _("条款名称"), required=True, max_length=80),
        Column("policy", _("政策文件"), Kind.REFERENCE, target="policy.policy", required=True, synonyms=("文号", "政策名称")),
        Column("code", _("条款代码"), required=True, max_length=30, help=_("同一条款换版本时代码不变。")),
        Column("edition", _("版本"), Kind.INTEGER, editable=False, shown=False, plain=True),
        Column("article", _("原文条目"), required=True, max_length=40, help=_("如 第三条第二款。")),
        Column("text", _("原文"), Kind.LONG, required=True, shown=False, max_length=4000),
        Column("subject", _("给谁"), Kind.CHOICE, choices=tuple(Clause.Subject.choices), required=True),
        Column("kind", _("类别"), Kind.CHOICE, choices=tuple(Clause.Kind.choices), required=True),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(Clause.State.choices), states={"in_force": "good", "review": "warn", "ended": "idle"}, editable=False),
        Column("starts_on", _("施行日期"), Kind.DATE, shown=False, same_as="policy.policy.starts_on"),
        Column("ends_on", _("截止日期"), Kind.DATE, shown=False, same_as="policy.policy.ends_on"),
        Column("opens_on", _("申报开始"), Kind.DATE, shown=False),
        Column("closes_on", _("申报截止"), Kind.DATE, sort=True),
        Column("automatic", _("免申即享"), Kind.FLAG),
        Column("contact", _("联系人"), shown=False, max_length=80, same_as="policy.policy.contact", help=_("写科室和电话，不写个人手机。")),
        Column("post", _("经办岗位"), Kind.REFERENCE, target="org.post", shown=False),
        Column("first_opinion", _("起草单位初审意见"), shown=False, editable=False, group=REVIEW),
        Column("heard", _("听取意见情况"), shown=False, editable=False, group=REVIEW),
        Column("review_opinion", _("审查结论"), shown=False, editable=False, group=REVIEW),
        Column("reviewer", _("审查人"), shown=False, editable=False, group=REVIEW),
        Column("reviewed_on", _("审查日期"), Kind.DATE, shown=False, editable=False, group=REVIEW),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip
    presets = (
        Preset(_("执行中"), "f.state=in_force"),
        Preset(_("已送公平竞争审查"), "f.state=review"),
        Preset(_("起草中"), "f.state=draft"),
    )

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"policy", "code"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        parts = [values.get(name) for name in ("policy_id", "code")]
        return f"{parts[0]}:{parts[1]}:{values.get('edition') or 1}" if all(parts) else None

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        faults = [*ordered(values, row, "starts_on", "ends_on"), *ordered(values, row, "opens_on", "closes_on")]
        if row is not None and getattr(row, "state", "") in (Clause.State.IN_FORCE, Clause.State.ENDED):
            faults += _changed(values, row, ISSUED, "policy.clause_issued")
        return faults

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        values.setdefault("edition", getattr(row, "edition", 1))
        names = ("policy_id", "code", "edition")
        values["ref"] = self.key_of({name: values.get(name, getattr(row, name, None)) for name in names}) or ""
        if "automatic" in values and values["automatic"] is None:
            values["automatic"] = bool(getattr(row, "automatic", False))
        return values


@ledger
class GuideItemLedger(Ledger[GuideItem]):
    """The lines of official lists, loaded from their text."""

    model = GuideItem
    label = _("政策清单")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "checklist"
    key, title, order = "ref", "text", "number"
    in_menu = False
    facets = ("book", "category", "checked")
    columns = (
        Column("text", _("条目内容"), Kind.LONG, required=True, max_length=4000, synonyms=("条目", "内容", "事项")),
        Column("book", _("清单"), Kind.CHOICE, choices=tuple(GuideItem.Book.choices), required=True),
        Column("edition", _("版本"), required=True, max_length=40, help=_("如 2024年本。")),
        Column("category", _("类别"), Kind.CHOICE, choices=tuple(GuideItem.Category.choices), required=True, states={"restricted": "warn", "eliminated": "bad", "prohibited": "bad", "barred": "bad"}),
        Column("number", _("条目号"), required=True, max_length=30, sort=True, synonyms=("序号", "编号")),
        Column("sector", _("行业分组"), max_length=60, synonyms=("行业", "领域")),
        Column("classes", _("行业小类"), Kind.LIST, shown=False, help=_("县里自己对应的 GB/T 4754 代码，可写两位、三位或四位；官方文本里没有。")),
        Column("words", _("识别词"), Kind.LIST, shown=False, help=_("项目名称或建设内容里出现就提示核对的词。")),
        Column("starts_on", _("施行日期"), Kind.DATE, shown=False),
        Column("ends_on", _("截止日期"), Kind.DATE, shown=False),
        Column("source", _("依据"), required=True, max_length=200, help=_("文号和公布的网址或公报期号。")),
        Column("checked", _("核实情况"), Kind.CHOICE, choices=tuple(Policy.Checked.choices), states=CHECKED),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"book", "edition", "category", "number"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        parts = [values.get(name) for name in ("book", "edition", "category", "number")]
        return ":".join(str(part) for part in parts)[:80] if all(parts) else None

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        book, category = (values.get(name, getattr(row, name, "")) for name in ("book", "category"))
        faults = ordered(values, row, "starts_on", "ends_on")
        if book and category and category not in BOOKS[GuideItem.Book(book)]:
            names = [GuideItem.Category(one).label for one in BOOKS[GuideItem.Book(book)]]
            faults.append(
                FieldFault(
                    "category",
                    Fault(
                        "policy.category",
                        book=GuideItem.Book(book).label,
                        choices="、".join(str(name) for name in names),
                    ),
                )
            )
        wrong = [
            one
            for one in values.get("classes") or ()
            if not (len(half_width(one)) in CLASS_DIGITS and half_width(one).isdecimal())
        ]
        if wrong:
            faults.append(FieldFault("classes", Fault("policy.class_code", text=wrong[0][:20])))
        return faults  # fmt: skip

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        names = ("book", "edition", "category", "number")
        values["ref"] = self.key_of({name: values.get(name, getattr(row, name, None)) for name in names}) or ""
        if values.get("classes"):
            values["classes"] = [half_width(one) for one in values["classes"]]
        if "checked" in values and not values["checked"]:
            values["checked"] = Policy.Checked.RECALLED
        return values


@ledger
class FindingLedger(Ledger[Finding]):
    """What the fair-competition check found and how it ended. Written by the check and its reviewer alone."""

    model = Finding
    label = _("公平竞争审查")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "clipboard-check"
    key, title, order = "ref", "subject", "-found_on"
    in_menu = False
    facets = ("severity", "state", "ledger")
    searchable = False
    verbs = frozenset({"export"})
    columns = (
        Column("subject", _("条款")),
        Column("severity", _("程度"), Kind.CHOICE, choices=tuple(Finding.Severity.choices), states={"red": "bad", "amber": "warn"}),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(Finding.State.choices), states={"open": "warn", "cleared": "good", "confirmed": "bad", "gone": "idle"}),
        Column("rule", _("规则"), max_length=12),
        Column("article", _("条文")),
        Column("sentence", _("命中的句子")),
        Column("words", _("命中的词"), Kind.LIST),
        Column("ledger", _("台账"), shown=False),
        Column("found_on", _("发现日期"), Kind.DATE, sort=True),
        Column("reviewer", _("审查人")),
        Column("ground", _("例外理由"), Kind.CHOICE, choices=tuple(Finding.Ground.choices), shown=False),
        Column("cleared_article", _("适用条文"), shown=False),
        Column("reason", _("说明"), shown=False),
        Column("ends_on", _("例外到期"), Kind.DATE),
        Column("decided_on", _("处理日期"), Kind.DATE, shown=False),
        Column("ref", _("编号"), shown=False),
    )  # fmt: skip
    presets = (Preset(_("待处理的红项"), "f.severity=red&f.state=open"),)


@ledger
class AwardBatchLedger(Ledger[AwardBatch]):
    """Lists of firms to be paid under a clause."""

    model = AwardBatch
    label = _("奖补批次")
    counter = pgettext_lazy("counter", "批")
    stage = "谋"
    icon = "clipboard-list"
    key, title, order = "number", "title", "-made_on"
    related = ("clause__policy",)
    facets = ("state",)
    columns = (
        Column("title", _("名称"), required=True, max_length=80),
        Column("number", _("批次号"), required=True, max_length=30),
        Column("clause", _("政策条款"), Kind.REFERENCE, target="policy.clause", required=True),
        Column("reason", _("理由和办法"), Kind.LONG, shown=False, max_length=4000, help=_("按什么标准、怎么排出来的；公平竞争审查要读它。")),
        Column("made_on", _("拟定日期"), Kind.DATE, required=True, sort=True),
        Column("state", _("状态"), Kind.CHOICE, choices=tuple(AwardBatch.State.choices), states={"approved": "good", "dropped": "idle"}, editable=False),
        Column("approved_on", _("通过日期"), Kind.DATE, shown=False, editable=False),
        Column("approved_by", _("谁通过的"), shown=False, editable=False),
    )  # fmt: skip

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        if row is None or getattr(row, "state", "") == AwardBatch.State.DRAFT:
            return []
        return _changed(
            values, row, frozenset({"title", "number", "clause_id", "reason", "made_on"}), "policy.batch_fixed"
        )


@ledger
class AwardLineLedger(Ledger[AwardLine]):
    """Who gets what in a batch."""

    model = AwardLine
    label = _("奖补明细")
    counter = pgettext_lazy("counter", "条")
    stage = "谋"
    icon = "table"
    key, title, order = "ref", "firm", "-amount"
    related = ("firm__unit", "batch")
    searchable = False
    in_menu = False
    columns = (
        Column("firm", _("企业"), Kind.REFERENCE, target="firms.firm", required=True, synonyms=("企业名称", "统一社会信用代码")),
        Column("batch", _("奖补批次"), Kind.REFERENCE, target="policy.awardbatch", required=True),
        Column("amount", _("金额"), Kind.DECIMAL, unit="万元", minimum=ZERO, required=True, sort=True, total=True),
        Column("basis", _("依据"), max_length=200),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"firm", "batch"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        ends = values.get("batch_id"), values.get("firm_id")
        return f"{ends[0]}:{ends[1]}" if all(ends) else None

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        batches = [one for one in (values.get("batch_id"), getattr(row, "batch_id", None)) if one is not None]
        done = AwardBatch.objects.filter(pk__in=batches, state=AwardBatch.State.APPROVED).first()
        return [] if done is None else [FieldFault("batch", Fault("policy.batch_settled", name=done.title))]

    def settled(self, rows: Sequence[Row], *, locked: bool = True) -> dict[int, Fault]:
        """Awards of a batch that was approved. The batches are locked first and looked at then: an approval going on is waited for."""
        batches = [getattr(row, "batch_id", None) for row in rows]
        found = AwardBatch.objects.filter(pk__in={one for one in batches if one is not None}).order_by("pk")
        found = found.select_for_update() if locked else found
        done = {one.pk: one.title for one in found if one.state == AwardBatch.State.APPROVED}
        return {at: Fault("policy.batch_settled", name=done[key]) for at, key in enumerate(batches) if key in done}

    def written(self, ctx: Ctx, rows: Sequence[Row]) -> None:
        """Each draft a line is in or was in gets a newer version: nobody approves lines that were written after the list was read. Says how many
        lines, not whose: who sees a batch does not see its draft lines."""
        lines: dict[int, set[int]] = {}
        for row in rows:
            lines.setdefault(getattr(row, "batch_id", 0), set()).add(row.pk)
        drafts = AwardBatch.objects.select_for_update().filter(pk__in=lines, state=AwardBatch.State.DRAFT)
        for batch in drafts.order_by("pk"):
            ctx.touch(batch, lines=_t("明细 %(n)d 条") % {"n": len(lines[batch.pk])})

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        names = ("batch_id", "firm_id")
        values["ref"] = self.key_of({name: values.get(name, getattr(row, name, None)) for name in names}) or ""
        return values
