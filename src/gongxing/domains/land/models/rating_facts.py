"""RatingFact: what the rating per mu asks of an enterprise beyond its yearly figures."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.firms.models import Firm
from gongxing.domains.land.models.parks import amount
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class RatingFact(Row):
    """Emissions, electricity, tenants, vetoes and reasons to set an enterprise aside, for one year (rulebook 6.5). Unknown is left open, never nought.

    ``vetoes`` are names of rows of ``per-mu/adjustments``; each needs its document, because it settles a grade.
    """

    scope: ClassVar[str | None] = "firm__unit"
    anchor: ClassVar[str] = "firm_id"

    class Aside(models.TextChoices):
        NONE = "", pgettext_lazy("rating", "照常参评")
        UTILITY = "utility", _("公用事业")
        POLICY = "policy", _("政策性企业")
        STARTUP = "startup", _("初创企业")
        BUILDING = "building", _("在建企业")

    ref = models.CharField(_("编号"), max_length=40, unique=True, editable=False)
    firm = models.ForeignKey(Firm, verbose_name=_("企业"), on_delete=models.CASCADE, related_name="rating_facts")
    year = models.PositiveSmallIntegerField(_("年度"))
    emission_t = amount(_("排放当量"), 4)
    power_10k_kwh = amount(_("用电量"), 4)
    extra_tenants = models.PositiveIntegerField(_("多出的承租户"), null=True)
    vetoes = models.JSONField(_("一票否决"), default=list, blank=True)
    aside = models.CharField(_("不分档的原因"), max_length=10, choices=Aside.choices, blank=True)
    document = models.CharField(_("依据文件"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("评价补充资料")
        indexes: ClassVar = ledger_indexes("land_ratingfact", sorts=("year",), facets=("aside",), scope="")

    def __str__(self) -> str:
        return f"{self.firm} · {self.year}"
