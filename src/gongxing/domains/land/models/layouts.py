"""Layout: one asked layout of projects on parcels, with its plans; and Rating: one round of rating enterprises by what they yield per mu."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class Layout(Row):
    """Projects laid out on the parcels of all parks over some years: what was asked, the plans found, what was fixed by hand, which one holds.

    ``asked`` are weights and parameters, ``problem`` and ``answer`` the engine's own records as JSON, ``fixed`` project id → site chosen by hand.
    """

    drafted: ClassVar[tuple[str, ...]] = ("land.layout",)

    class State(models.TextChoices):
        WAITING = "waiting", _("在测算")
        READY = "ready", _("已算好")
        FAILED = "failed", _("没算成")
        PUBLISHED = "published", _("已发布")

    number = models.CharField(_("编号"), max_length=20, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=80)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING, editable=False)
    asked = models.JSONField(_("参数"), default=dict)
    problem = models.JSONField(_("题目"), default=dict)
    answer = models.JSONField(_("结果"), default=dict)
    fixed = models.JSONField(_("人工固定"), default=dict)
    chosen = models.PositiveSmallIntegerField(_("选用方案"), null=True, editable=False)
    placed = models.PositiveIntegerField(_("落位项目"), null=True, editable=False)
    candidates = models.PositiveIntegerField(_("参加项目"), null=True, editable=False)
    gap = models.FloatField(_("离最优"), null=True, editable=False)
    made_on = models.DateField(_("测算日期"), editable=False)
    made_by = models.CharField(_("谁测算的"), max_length=80, blank=True, editable=False)
    proposed = models.PositiveSmallIntegerField(_("建议方案"), null=True, editable=False)
    proposed_on = models.DateField(_("报请日期"), null=True, editable=False)
    proposed_by = models.CharField(_("谁报请的"), max_length=80, blank=True, editable=False)
    published_on = models.DateField(_("发布日期"), null=True, editable=False)
    published_by = models.CharField(_("谁发布的"), max_length=80, blank=True, editable=False)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    job = models.BigIntegerField(_("任务"), null=True, editable=False)

    class Meta:
        verbose_name = _("布局方案")
        indexes: ClassVar = ledger_indexes("land_layout", sorts=("made_on",), facets=("state",), scope="")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def public(cls, units: Sequence[int], posts: Sequence[int], works: Collection[str] = ()) -> Q:
        """Published layouts: which land goes to whom is no news before it was decided."""
        return Q(state=cls.State.PUBLISHED)


class Rating(Row):
    """One yearly round of the rating per mu: a formula family over a group of enterprises, drafted, posted for objections, published.

    ``benchmarks`` keeps the whole formula as it was: rows of the packs, benchmarks and means as exact fractions, the advice and what was left out.
    """

    drafted: ClassVar[tuple[str, ...]] = ("land.rating",)

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        POSTED = "posted", _("公示中")
        PUBLISHED = "published", _("已公布")

    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(_("年度"))
    family = models.CharField(_("公式"), max_length=20)
    source = models.CharField(
        _("数据来源"), max_length=8, choices=FirmFigure.Source.choices, blank=True, editable=False
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    posted_on = models.DateField(_("公示开始"), null=True, editable=False)
    posted_until = models.DateField(_("公示截止"), null=True, editable=False)
    published_on = models.DateField(_("公布日期"), null=True, editable=False)
    firms = models.PositiveIntegerField(_("参评企业"), null=True, editable=False)
    benchmarks = models.JSONField(_("基准值"), default=dict)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("亩均评价")
        indexes: ClassVar = ledger_indexes("land_rating", sorts=("year",), facets=("state",), scope="")

    def __str__(self) -> str:
        return f"{self.year} {self.family}"

    @classmethod
    def public(cls, units: Sequence[int], posts: Sequence[int], works: Collection[str] = ()) -> Q:
        """Rounds that were posted: a draft is for those who make it."""
        return ~Q(state=cls.State.DRAFT)


class RatingLine(Row):
    """One enterprise in a round: its terms as they were worked out, the score, the place and the grade, an objection and how it ended.

    ``given`` keeps the figures it was worked out of and the exact score: what changes in the registers later changes nothing here.
    """

    scope: ClassVar[str | None] = "firm__unit"
    anchor: ClassVar[str] = "firm_id"
    drafted: ClassVar[tuple[str, ...]] = ("land.rating",)

    class Grade(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"
        D = "D", "D"
        NONE = "", _("不分档")

    ref = models.CharField(_("编号"), max_length=80, unique=True, editable=False)
    rating = models.ForeignKey(Rating, verbose_name=_("评价"), on_delete=models.CASCADE, related_name="lines")
    firm = models.ForeignKey(Firm, verbose_name=_("企业"), on_delete=models.CASCADE, related_name="ratings")
    land_mu = models.DecimalField(_("用地"), max_digits=14, decimal_places=2, null=True)
    score = models.DecimalField(_("得分"), max_digits=14, decimal_places=3, null=True)
    place = models.PositiveIntegerField(_("名次"), null=True)
    grade = models.CharField(_("档"), max_length=1, choices=Grade.choices, blank=True)
    terms = models.JSONField(_("各项"), default=list)
    reasons = models.JSONField(_("说明"), default=list)
    given = models.JSONField(_("所用数据"), default=dict)
    objection = models.CharField(_("异议"), max_length=500, blank=True, editable=False)
    objected_on = models.DateField(_("异议日期"), null=True, editable=False)
    answer = models.CharField(_("答复"), max_length=500, blank=True, editable=False)
    answered_on = models.DateField(_("答复日期"), null=True, editable=False)

    class Meta:
        verbose_name = _("评价结果")
        indexes: ClassVar = ledger_indexes(
            "land_ratingline", sorts=("score", "place"), facets=("rating", "grade"), scope=""
        )

    def __str__(self) -> str:
        return f"{self.firm} · {self.rating}"

    @classmethod
    def public(cls, units: Sequence[int], posts: Sequence[int], works: Collection[str] = ()) -> Q:
        """Lines of rounds that were posted."""
        return ~Q(rating__state=Rating.State.DRAFT)
