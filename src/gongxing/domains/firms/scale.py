"""Size class and near-scale watch of a firm from its latest yearly figures, by dated pack rules."""

from decimal import Decimal
from typing import Any

from gongxing.domains.firms.figures import Latest
from gongxing.domains.firms.models import Firm
from gongxing.engines.sizes import SizeRule, near_scale, size_class
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import Table, table

REFRESH = "firms.refresh"
"""Verb of the entries by which a firm's list values follow its figures: nobody's own change."""


class Scales:
    """The size rules and scale lines of today."""

    def __init__(self) -> None:
        day = today()
        self._rules = tuple(SizeRule.from_row(row) for row in table("sizes", "thresholds", day))
        lines = table("parameters", "parameters", day)
        self._line, self._watch = (_value(lines, code) for code in ("stat.above_scale", "stat.near_scale"))

    def fields(self, firm: Firm, latest: Latest) -> dict[str, Any]:
        """Firm fields that follow from its latest yearly figures."""
        size = size_class(firm.industry, latest.employees, latest.revenue, latest.assets, self._rules)
        near = near_scale(firm.industry, latest.revenue, above=firm.above_scale, line=self._line, watch=self._watch)
        refuted = firm.near_scale_refuted != "" and firm.near_scale_refuted == latest.period
        return {
            "size": size.size,
            "near_scale": near and not refuted,
            "revenue": latest.revenue,
            "tax": latest.tax,
            "employees": latest.employees,
            "land_mu": latest.land_mu,
            "tax_per_mu": latest.tax_per_mu,
            "figure_period": latest.period,
            "figure_source": latest.source,
        }


def _value(lines: Table, code: str) -> Decimal:
    row = lines.by_key(code)
    if row is None:
        raise LookupError(f"parameters/parameters has no row {code!r} today")
    return Decimal(row["value"])
