"""ClearanceUnit: what must be cleared on a parcel, counted, never by the names of households; and ClearanceStep: the steps of the law it has taken."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.land.models.parcels import Parcel
from gongxing.domains.land.models.parks import amount
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class ClearanceUnit(Row):
    """One stretch of a parcel to be cleared (rulebook 6.10, E): households and floor area, how far it is, and what makes it hard.

    What makes it hard is measured as ``engines.clearance`` asks for it; unknown ones stay empty and widen the index. ``difficulty`` repeats for lists
    the middle of its range.
    """

    scope: ClassVar[str | None] = "parcel__unit"

    class Permit(models.TextChoices):
        NONE = "none", _("不涉及或已办")
        PENDING = "pending", _("农用地转用未批")
        FOREST = "forest", _("使用林地未批")
        PERMANENT = "permanent", _("涉及永久基本农田")

    class Regime(models.TextChoices):
        COLLECTIVE = "collective", _("集体土地征收")
        STATE_OWNED = "state_owned", _("国有土地上房屋征收")

    class Legacy(models.TextChoices):
        NONE = "none", pgettext_lazy("legacy", "没有")
        SETTLED = "settled", _("有过，已了结")
        OPEN = "open", _("未了结")
        REPEATED = "repeated", _("多次或多人信访")

    ref = models.CharField(_("编号"), max_length=40, unique=True)
    parcel = models.ForeignKey(Parcel, verbose_name=_("地块"), on_delete=models.CASCADE, related_name="clearances")
    regime = models.CharField(_("征收类型"), max_length=12, choices=Regime.choices, blank=True)
    land_mu = amount(_("涉及土地"))
    households = models.PositiveIntegerField(_("户数"), null=True)
    floor_m2 = amount(_("房屋面积"))
    agreed = models.PositiveIntegerField(_("签协议户数"), null=True)
    vacated = models.PositiveIntegerField(_("腾空户数"), null=True)
    cleared_mu = amount(_("已清面积"))
    compensation_wan = amount(_("应付补偿"))
    paid_wan = amount(_("已付补偿"))
    disputed_share = amount(_("有权属争议的面积"))
    graves = models.PositiveIntegerField(_("坟墓"), null=True)
    crops_share = amount(_("青苗面积"))
    livestock = models.PositiveIntegerField(_("养殖场"), null=True)
    stoppage_wan = amount(_("企业每月停产损失"))
    farmland_forest = models.CharField(_("农田与林地手续"), max_length=10, choices=Permit.choices, blank=True)
    funds_share = amount(_("补偿资金到位"))
    legacy = models.CharField(_("历史遗留与信访"), max_length=10, choices=Legacy.choices, blank=True)
    owner = models.ForeignKey(
        "org.Post",
        verbose_name=_("责任岗位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="clearances",
    )
    hard_point = models.CharField(_("难点"), max_length=300, blank=True)
    risk_assessed_on = models.DateField(_("社会稳定风险评估"), null=True)
    notice_on = models.DateField(_("补偿安置方案公告"), null=True)
    decided_on = models.DateField(_("征收决定"), null=True)
    started_on = models.DateField(_("开始"), null=True)
    cleared_on = models.DateField(_("完成"), null=True)
    cost_wan = amount(_("实际费用"))
    difficulty = amount(_("难度指数"))

    class Meta:
        verbose_name = _("征拆单元")
        indexes: ClassVar = ledger_indexes("land_clearanceunit", sorts=("difficulty",), facets=("owner",), scope="")

    def __str__(self) -> str:
        return self.ref


class ClearanceStep(Row):
    """One step of the law a unit has taken, on its day, with its document. ``step`` is a code of ``clearance/steps``."""

    scope: ClassVar[str | None] = "unit__parcel__unit"

    class Step(models.TextChoices):
        """The steps of both regimes; which belong to which, in what order, stands in the pack."""

        PRENOTICE = "prenotice", _("征收土地预公告")
        SURVEY = "survey", _("土地现状调查")
        RISK = "risk", _("社会稳定风险评估")
        PLAN = "plan", _("拟定补偿方案")
        CONSULT = "consult", _("补偿方案征求意见")
        PLAN_NOTICE = "plan_notice", _("补偿安置方案公告")
        FUNDS = "funds", _("补偿费用足额到位")
        APPROVAL = "approval", _("农用地转用与征收批准")
        DECISION = "decision", _("房屋征收决定")
        POSTNOTICE = "postnotice", _("征收土地公告")
        NOTICE = "notice", _("征收决定公告")
        AGREEMENTS = "agreements", _("签订补偿安置协议")
        PAID = "paid", _("补偿支付")
        MOVING = "moving", _("搬迁腾空")

    ref = models.CharField(_("编号"), max_length=60, unique=True, editable=False)
    unit = models.ForeignKey(ClearanceUnit, verbose_name=_("征拆单元"), on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(_("步骤"), max_length=12, choices=Step.choices)
    done_on = models.DateField(_("日期"))
    document = models.CharField(_("文件"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("征拆步骤")
        indexes: ClassVar = ledger_indexes("land_clearancestep", sorts=("done_on",), facets=("step",), scope="")

    def __str__(self) -> str:
        return f"{self.unit} · {self.step}"
