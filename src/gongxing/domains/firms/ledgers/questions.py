"""The declarations of what people decided about enterprises: confirmed wordings and possible duplicates."""

from django.utils.translation import gettext_lazy as _

from gongxing.domains.firms.industry import CODES
from gongxing.domains.firms.models import DuplicateQuestion, IndustryPattern
from gongxing.domains.firms.reasons import pattern_words
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger, ledger


@ledger
class PatternLedger(Ledger[IndustryPattern]):
    """Confirmed wordings: one answer, many firms."""

    model = IndustryPattern
    label = _("已确认的行业字样")
    icon = "tags"
    key, title, order = "pattern", "pattern", "-confirmed_at"
    verbs = frozenset({"export"})
    searchable = False
    in_menu = False
    columns = (
        Column("pattern", _("字样"), editable=False, max_length=160),
        Column("industry", _("行业"), Kind.PACK, pack=CODES, editable=False),
        Column("firms", _("涉及企业"), Kind.INTEGER, unit="家", editable=False),
        Column("confirmed_at", _("确认时间"), Kind.MOMENT, sort=True, editable=False),
    )

    def row_title(self, row: Row) -> str:
        """The wording as people read it, not as it is stored."""
        return pattern_words(row.pattern) if isinstance(row, IndustryPattern) else super().row_title(row)


@ledger
class DuplicateLedger(Ledger[DuplicateQuestion]):
    """Rows that may be one enterprise, waiting for a person."""

    model = DuplicateQuestion
    label = _("疑似重复企业")
    icon = "copy"
    key, title, order = "ref", "ref", "-likeness"
    related = ("one", "other")
    verbs = frozenset({"export"})
    searchable = False
    in_menu = False
    facets = ("answer",)
    columns = (
        Column("ref", _("编号"), editable=False),
        Column("one", _("企业甲"), Kind.REFERENCE, target="firms.firm", editable=False),
        Column("other", _("企业乙"), Kind.REFERENCE, target="firms.firm", editable=False),
        Column("ground", _("依据"), Kind.CHOICE, choices=(("code", _("代码相同")), ("name", _("名称相同")), ("address", _("名称相近、地址相同"))), editable=False),
        Column("likeness", _("相似度"), Kind.DECIMAL, digits=3, sort=True, editable=False),
        Column("answer", _("结论"), Kind.CHOICE, choices=tuple(DuplicateQuestion.Answer.choices), states={"open": "warn", "same": "good", "different": "idle"}, editable=False),
    )  # fmt: skip
