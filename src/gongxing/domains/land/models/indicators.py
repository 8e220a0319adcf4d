"""ParkIndicator: one figure of a park of the county or of a peer elsewhere, for comparing them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxing.domains.land.models.parks import Park
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class ParkIndicator(Row):
    """A figure of ``park``, or of the peer called ``peer_name`` where there is none, for one year, in the unit its indicator has in ``park-indicators``.

    Peers are what the county loads; none is shipped.
    """

    ref = models.CharField(_("编号"), max_length=120, unique=True, editable=False)
    park = models.ForeignKey(
        Park, verbose_name=_("本县园区"), null=True, blank=True, on_delete=models.CASCADE, related_name="indicators"
    )
    peer_name = models.CharField(_("对标园区"), max_length=60, blank=True)
    indicator = models.CharField(_("指标"), max_length=30)
    year = models.PositiveSmallIntegerField(_("年度"))
    value = models.DecimalField(_("数值"), max_digits=16, decimal_places=4)
    source = models.CharField(_("来源"), max_length=200)

    class Meta:
        verbose_name = _("园区指标")
        indexes: ClassVar = ledger_indexes(
            "land_parkindicator", sorts=("year",), facets=("park", "indicator"), scope=""
        )

    def __str__(self) -> str:
        return f"{self.park or self.peer_name} · {self.indicator} {self.year}"
