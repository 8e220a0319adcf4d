"""ClearanceUnit: what must be cleared on a parcel, counted, never by the names of households."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.models.parcels import Parcel
from gongxing.domains.land.models.parks import amount
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class ClearanceUnit(Row):
    """One stretch of a parcel to be cleared (rulebook 6.10, E): households and floor area, how far it is, and what makes it hard.

    The eight measures of the difficulty index are shares or counts a person enters; unknown ones stay empty and widen the index.
    """

    scope: ClassVar[str | None] = "parcel__unit"

    ref = models.CharField(_("编号"), max_length=40, unique=True)
    parcel = models.ForeignKey(Parcel, verbose_name=_("地块"), on_delete=models.CASCADE, related_name="clearances")
    land_mu = amount(_("涉及土地"))
    households = models.PositiveIntegerField(_("户数"), null=True)
    floor_m2 = amount(_("房屋面积"))
    agreed = models.PositiveIntegerField(_("签协议户数"), null=True)
    vacated = models.PositiveIntegerField(_("腾空户数"), null=True)
    paid_share = amount(_("补偿到位"))
    disputes = models.PositiveIntegerField(_("权属争议"), null=True)
    graves = models.PositiveIntegerField(_("坟墓、青苗、养殖"), null=True)
    firms_stopped = models.PositiveIntegerField(_("要停产的企业"), null=True)
    permits_needed = models.BooleanField(_("还要农田或林地手续"), null=True)
    funds_share = amount(_("补偿资金到位"))
    legacy_cases = models.PositiveIntegerField(_("历史遗留与信访"), null=True)
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
        indexes: ClassVar = ledger_indexes(
            "land_clearanceunit", sorts=("difficulty",), facets=("owner",), scope="", order="ref"
        )

    def __str__(self) -> str:
        return self.ref
