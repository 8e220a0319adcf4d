"""Periods of figures, and the latest yearly figures a firm's list row repeats."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from gongxing.kernel.cells.fault import Fault

_PERIOD = re.compile(r"(?P<year>20\d\d)(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")
TRUST = ("stat", "dept", "self")


def period_bounds(period: str) -> tuple[date, date]:
    """First and last day of 2025, 2025H1, 2025Q1 or 2025-06. Raises Fault ``figure.period``."""
    match = _PERIOD.fullmatch(period)
    if match is None:
        raise Fault("figure.period", text=period[:20])
    year = int(match["year"])
    if match["half"]:
        first, months = 6 * int(match["half"]) - 5, 6
    elif match["quarter"]:
        first, months = 3 * int(match["quarter"]) - 2, 3
    elif match["month"]:
        first, months = int(match["month"]), 1
    else:
        first, months = 1, 12
    after = first + months
    end = date(year + (after > 12), (after - 1) % 12 + 1, 1) - timedelta(days=1)
    return date(year, first, 1), end


@dataclass(frozen=True)
class Latest:
    """The figures a list row repeats: one period, one source. Money in 万元, land in 亩; None is unknown."""

    period: str = ""
    source: str = ""
    revenue: Decimal | None = None
    tax: Decimal | None = None
    assets: Decimal | None = None
    employees: int | None = None
    land_mu: Decimal | None = None

    @property
    def tax_per_mu(self) -> Decimal | None:
        """Tax per 亩 in 万元; None when either is unknown or the land is nought."""
        if self.tax is None or not self.land_mu:
            return None
        return round(self.tax / self.land_mu, 2)


def latest(figures: list[Latest]) -> Latest:
    """The newest year, and within it the most trusted source (statistics, department, the firm itself). Never a mixture."""
    years = [one for one in figures if len(one.period) == 4]
    if not years:
        return Latest()
    return min(years, key=lambda one: (-int(one.period), TRUST.index(one.source)))
