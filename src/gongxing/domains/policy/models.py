"""Policy and Clause, the items of the official lists, findings of the fair-competition check, and batches of awards."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class Policy(Row):
    """A document that gives or asks something: its number, who issued it, and from when to when it holds."""

    class Level(models.TextChoices):
        NATION = "nation", pgettext_lazy("level", "国家")
        PROVINCE = "province", pgettext_lazy("level", "省（区）")
        CITY = "city", pgettext_lazy("level", "市")
        COUNTY = "county", pgettext_lazy("level", "县")

    class State(models.TextChoices):
        DRAFT = "draft", _("起草")
        IN_FORCE = "in_force", pgettext_lazy("policy", "执行")
        ENDED = "ended", pgettext_lazy("policy", "废止")

    class Checked(models.TextChoices):
        """How well its text was read (packs/vocab status)."""

        VERIFIED = "verified", _("依据已核对")
        EXCERPT = "excerpt", _("依据待复核")
        RECALLED = "recalled", _("依据未核实")
        LOCAL = "local", _("待本地填写")

    number = models.CharField(_("文号"), max_length=60, unique=True)
    title = models.CharField(_("政策名称"), max_length=120)
    level = models.CharField(_("层级"), max_length=8, choices=Level.choices, default=Level.COUNTY)
    authority = models.CharField(_("发文机关"), max_length=80)
    unit = models.ForeignKey(
        "org.Unit", verbose_name=_("主办单位"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DRAFT, editable=False)
    issued_on = models.DateField(_("印发日期"), null=True)
    starts_on = models.DateField(_("施行日期"), null=True)
    ends_on = models.DateField(_("截止日期"), null=True)
    contact = models.CharField(_("咨询电话"), max_length=80, blank=True)
    checked = models.CharField(_("核实情况"), max_length=8, choices=Checked.choices, default=Checked.RECALLED)
    where = models.CharField(_("出处"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("政策文件")
        indexes: ClassVar = ledger_indexes(
            "policy_policy", sorts=("number", "ends_on"), facets=("level", "state"), scope=""
        )

    def __str__(self) -> str:
        return self.title


class Clause(Row):
    """One thing a policy gives, as typed predicates over a register (rulebook 2.14), in one of its versions.

    ``condition`` is the JSON of ``engines.conditions``; ``amount`` that of ``engines.matching``. A new wording is a new row with the
    next ``edition`` under the same ``code``; the one that holds on a day is the latest whose ``starts_on`` has come. ``automatic``: 免申即享, nobody applies.
    The review (公平竞争审查条例 13–16) is about one clause as it stood: ``review_digest`` says which (``review_basis``).
    What was never in force is read by those who work on clauses, by the unit that owns the document and the post that handles the clause.
    """

    drafted: ClassVar[tuple[str, ...]] = ("policy.clause", "policy.finding")

    class Subject(models.TextChoices):
        FIRM = "firm", pgettext_lazy("policy", "企业")
        PROJECT = "project", pgettext_lazy("policy", "项目")

    class Kind(models.TextChoices):
        GRANT = "grant", _("奖补资金")
        LOAN = "loan", _("融资支持")
        FACTOR = "factor", _("要素支持")
        TALENT = "talent", _("人才用工")
        TITLE = "title", _("资格认定")
        FUND = "fund", _("上级资金申报条件")
        SERVICE = "service", _("服务事项")

    class State(models.TextChoices):
        DRAFT = "draft", _("起草")
        REVIEW = "review", _("待公平竞争审查")
        IN_FORCE = "in_force", pgettext_lazy("clause", "执行")
        ENDED = "ended", pgettext_lazy("clause", "停用")

    ref = models.CharField(_("编号"), max_length=40, unique=True, editable=False)
    policy = models.ForeignKey(
        Policy, verbose_name=_("政策文件"), on_delete=models.CASCADE, related_name="clauses", db_index=False
    )
    code = models.CharField(_("条款代码"), max_length=30)
    edition = models.PositiveSmallIntegerField(_("版本"), default=1, editable=False)
    name = models.CharField(_("条款名称"), max_length=80)
    article = models.CharField(_("原文条目"), max_length=40)
    text = models.TextField(_("原文"))
    subject = models.CharField(_("给谁"), max_length=8, choices=Subject.choices)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    condition = models.JSONField(_("条件"), default=list)
    amount = models.JSONField(_("标准"), default=dict)
    starts_on = models.DateField(_("施行日期"), null=True)
    ends_on = models.DateField(_("截止日期"), null=True)
    opens_on = models.DateField(_("申报开始"), null=True)
    closes_on = models.DateField(_("申报截止"), null=True)
    automatic = models.BooleanField(_("免申即享"), default=False)
    contact = models.CharField(_("联系人"), max_length=80, blank=True)
    post = models.ForeignKey(
        "org.Post", verbose_name=_("经办岗位"), null=True, on_delete=models.PROTECT, related_name="policy_clauses"
    )
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DRAFT, editable=False)
    first_opinion = models.CharField(_("起草单位初审意见"), max_length=300, blank=True, editable=False)
    heard = models.CharField(_("听取意见情况"), max_length=300, blank=True, editable=False)
    review_opinion = models.CharField(_("审查结论"), max_length=300, blank=True, editable=False)
    reviewer = models.CharField(_("审查人"), max_length=80, blank=True, editable=False)
    reviewed_on = models.DateField(_("审查日期"), null=True, editable=False)
    review_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("政策条款")
        indexes: ClassVar = [
            *ledger_indexes("policy_clause", sorts=("closes_on",), facets=("subject", "kind", "state"), scope=""),
            models.Index(fields=["policy", "code", "edition"], name="policy_clause_edition"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def public(cls, units: Sequence[int], posts: Sequence[int], works: Collection[str] = ()) -> Q:
        return Q(state__in=(cls.State.IN_FORCE, cls.State.ENDED)) | Q(policy__unit__in=units) | Q(post__in=posts)


class GuideItem(Row):
    """One line of an official list the county loaded from its text: the guidance catalogue, the market-access list, conditions of bonds and funds.

    ``book`` says which list. Nothing is invented: of a list nobody loaded the pages say 未载入. ``classes`` and ``words`` are the county's own help to find the item.
    """

    class Book(models.TextChoices):
        CATALOGUE = "catalogue", _("产业结构调整指导目录")
        ACCESS = "access", _("市场准入负面清单")
        BOND = "bond", _("专项债券投向与负面清单")
        CENTRAL = "central", _("中央资金支持方向")
        PARK = "park", _("园区产业导向")

    class Category(models.TextChoices):
        ENCOURAGED = "encouraged", _("鼓励类")
        RESTRICTED = "restricted", _("限制类")
        ELIMINATED = "eliminated", _("淘汰类")
        PROHIBITED = "prohibited", _("禁止准入")
        LICENSED = "licensed", _("许可准入")
        SUPPORTED = "supported", _("支持")
        BARRED = "barred", _("不得")

    ref = models.CharField(_("编号"), max_length=80, unique=True, editable=False)
    book = models.CharField(_("清单"), max_length=10, choices=Book.choices)
    edition = models.CharField(_("版本"), max_length=40)
    category = models.CharField(_("类别"), max_length=10, choices=Category.choices)
    number = models.CharField(_("条目号"), max_length=30)
    sector = models.CharField(_("行业分组"), max_length=60, blank=True)
    text = models.TextField(_("条目内容"))
    classes = models.JSONField(_("行业小类"), default=list)
    words = models.JSONField(_("识别词"), default=list)
    starts_on = models.DateField(_("施行日期"), null=True)
    ends_on = models.DateField(_("截止日期"), null=True)
    source = models.CharField(_("依据"), max_length=200)
    checked = models.CharField(
        _("核实情况"), max_length=8, choices=Policy.Checked.choices, default=Policy.Checked.RECALLED
    )

    class Meta:
        verbose_name = _("政策清单条目")
        indexes: ClassVar = ledger_indexes(
            "policy_guideitem", sorts=("number",), facets=("book", "category", "checked"), scope=""
        )

    def __str__(self) -> str:
        return f"{self.get_book_display()} {self.number}"


class Finding(Row):
    """What the fair-competition check found in a text: the clause of a policy, of an agreement, or a batch of awards.

    ``ledger`` and ``row`` name the text, ``digest`` its wording (SHA-256): another wording is checked anew and old clearances do not hold for it. A red one blocks until a
    named reviewer clears it with article, exception ground and end date (公平竞争审查条例 12). It cites its text, so it is read by those who read that.
    """

    drafted: ClassVar[tuple[str, ...]] = ("policy.finding",)

    class Severity(models.TextChoices):
        RED = "red", _("红")
        AMBER = "amber", _("黄")

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        CLEARED = "cleared", _("已消除")
        CONFIRMED = "confirmed", _("确认违反")
        GONE = "gone", _("条款已改")

    class Ground(models.TextChoices):
        """条例 12, or the finding does not apply."""

        SECURITY = "security", _("维护国家安全和发展利益")
        SCIENCE = "science", _("促进科学技术进步、增强自主创新能力")
        GREEN = "green", _("节能、环保、救灾等社会公共利益")
        LAW = "law", _("法律、行政法规另有规定或国务院批准")
        OPEN_TERMS = "open_terms", _("条件公平合理、客观明确、非排他")
        NOT_MEANT = "not_meant", _("字面命中，不是这个意思")

    ref = models.CharField(_("编号"), max_length=120, unique=True, editable=False)
    ledger = models.CharField(_("台账"), max_length=60)
    row = models.BigIntegerField(_("记录"))
    subject = models.CharField(_("条款"), max_length=200)
    digest = models.CharField(max_length=64, editable=False)
    rule = models.CharField(_("规则"), max_length=12)
    severity = models.CharField(_("程度"), max_length=5, choices=Severity.choices)
    article = models.CharField(_("条文"), max_length=120)
    sentence = models.CharField(_("命中的句子"), max_length=300)
    words = models.JSONField(_("命中的词"), default=list)
    found_on = models.DateField(_("发现日期"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    reviewer = models.CharField(_("审查人"), max_length=80, blank=True, editable=False)
    ground = models.CharField(_("例外理由"), max_length=10, choices=Ground.choices, blank=True, editable=False)
    cleared_article = models.CharField(_("适用条文"), max_length=120, blank=True, editable=False)
    reason = models.CharField(_("说明"), max_length=300, blank=True, editable=False)
    ends_on = models.DateField(_("例外到期"), null=True, editable=False)
    decided_on = models.DateField(_("处理日期"), null=True, editable=False)

    class Meta:
        verbose_name = _("公平竞争审查")
        indexes: ClassVar = [
            *ledger_indexes(
                "policy_finding",
                sorts=("found_on",),
                facets=("severity", "state", "ledger"),
                scope="",
            ),
            models.Index(fields=["ledger", "row"], name="policy_finding_row"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"[:80]

    @classmethod
    def public(cls, units: Sequence[int], posts: Sequence[int], works: Collection[str] = ()) -> Q:
        condition = ~Q(ledger__in=("policy.clause", "policy.awardbatch"))
        for name, model in (("policy.clause", Clause), ("policy.awardbatch", AwardBatch)):
            if any(one in works for one in model.drafted):
                condition |= Q(ledger=name)
            else:
                rows = model._default_manager.filter(model.public(units, posts)).order_by()
                condition |= Q(ledger=name, row__in=rows.values("pk"))
        return condition


class AwardBatch(Row):
    """A list of firms to be paid under one clause: checked as a whole before anything is signed.

    What nobody approved is read by those who work on awards, by the unit that owns the document and the post that handles the clause.
    """

    drafted: ClassVar[tuple[str, ...]] = ("policy.awardline", "policy.awardbatch", "policy.finding")

    class State(models.TextChoices):
        DRAFT = "draft", _("草拟")
        APPROVED = "approved", _("已通过")
        DROPPED = "dropped", pgettext_lazy("award", "不发")

    number = models.CharField(_("批次号"), max_length=30, unique=True)
    clause = models.ForeignKey(Clause, verbose_name=_("政策条款"), on_delete=models.PROTECT, related_name="batches")
    title = models.CharField(_("名称"), max_length=80)
    reason = models.TextField(_("理由和办法"), blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.DRAFT, editable=False)
    made_on = models.DateField(_("拟定日期"))
    approved_on = models.DateField(_("通过日期"), null=True, editable=False)
    approved_by = models.CharField(_("谁通过的"), max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = _("奖补批次")
        indexes: ClassVar = ledger_indexes("policy_awardbatch", sorts=("made_on",), facets=("state",), scope="")

    def __str__(self) -> str:
        return self.title

    @classmethod
    def public(cls, units: Sequence[int], posts: Sequence[int], works: Collection[str] = ()) -> Q:
        return Q(state=cls.State.APPROVED) | Q(clause__policy__unit__in=units) | Q(clause__post__in=posts)


class AwardLine(Row):
    """One firm in a batch and the amount, with the figure it rests on."""

    scope: ClassVar[str | None] = "firm__unit"
    anchor: ClassVar[str] = "firm_id"
    drafted: ClassVar[tuple[str, ...]] = AwardBatch.drafted

    ref = models.CharField(_("编号"), max_length=40, unique=True, editable=False)
    batch = models.ForeignKey(
        AwardBatch, verbose_name=_("奖补批次"), on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    firm = models.ForeignKey("firms.Firm", verbose_name=_("企业"), on_delete=models.PROTECT, related_name="awards")
    amount = models.DecimalField(_("金额"), max_digits=14, decimal_places=2)
    basis = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("奖补明细")
        indexes: ClassVar = [
            *ledger_indexes("policy_awardline", sorts=("amount",), facets=(), scope=""),
            models.Index(fields=["batch", "firm"], name="policy_award_firm"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} · {self.firm}"

    @classmethod
    def public(cls, units: Sequence[int], posts: Sequence[int], works: Collection[str] = ()) -> Q:
        settled = ~Q(batch__state__in=(AwardBatch.State.DRAFT, AwardBatch.State.DROPPED))
        return settled | Q(batch__clause__policy__unit__in=units) | Q(batch__clause__post__in=posts)
