"""What the invented county's firms spend on research: by industry and size, the same for the same seed, and different enough for conditions to tell."""

from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.domains.policy.demo import _research
from gongxing.domains.policy.tests.cases import LAST, County
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

MEDICINE, FOOD = "2720", "1453"


@pytest.fixture
def county(office: Office) -> County:
    """Eighty makers of medicine and eighty of food of three sizes, each tenth recognised as high-tech, and a shop."""
    made = County(office)
    sizes = (("large", "60000"), ("medium", "12000"), ("small", "3000"), ("micro", "300"))
    with as_system() as ctx:
        for at in range(160):
            industry, (size, revenue) = (MEDICINE, FOOD)[at % 2], sizes[at // 2 % 4]
            above = size != "micro"
            made.firm(ctx, f"厂{at:03d}", section="C", industry=industry, size=size, revenue=Decimal(revenue), above_scale=above, hi_tech=at % 10 == 0, invented=True)  # fmt: skip
            for year in (LAST - 1, LAST):
                made.figures(ctx, f"厂{at:03d}", year=year, revenue=revenue, invented=True)
        made.firm(ctx, "店", section="F", industry="5211", size="large", revenue=Decimal(60000), invented=True)
        made.figures(ctx, "店", revenue="60000", invented=True)
        made.firm(ctx, "真厂", section="C", industry=MEDICINE, size="large", revenue=Decimal(60000))
        made.figures(ctx, "真厂", revenue="60000")
    return made


def drawn(seed: int) -> tuple[dict[str, str], dict[tuple[str, str], Decimal | None]]:
    with as_system() as ctx:
        _research(ctx, Random(f"{seed} research"))
    titles = dict(Firm.objects.values_list("name", "specialised"))
    figures: Any = FirmFigure.objects.values_list("firm__name", "period", "rd")
    return titles, {(name, period): rd for name, period, rd in figures}


def test_research_differs_by_industry_and_size(county: County) -> None:
    titles, spent = drawn(7)
    share = {name: float(spent[name, str(LAST)] / firm.revenue * 100) for name, firm in county.firms.items() if spent[name, str(LAST)]}  # type: ignore[operator]  # fmt: skip
    assert {"店", "真厂"}.isdisjoint(share) and titles["真厂"] == "none", (
        "who makes nothing, and real firms, stay as they are"
    )
    assert len({round(one, 2) for one in share.values()}) > 40
    plain = {name: one for name, one in share.items() if not county.firms[name].hi_tech}
    medicine = [one for name, one in plain.items() if county.firms[name].industry == MEDICINE]
    food = [one for name, one in plain.items() if county.firms[name].industry == FOOD]
    assert min(medicine) >= 2.4 * 0.92 and max(medicine) <= 6.5 * 1.1
    assert min(food) >= 0.4 * 0.92 and max(food) <= 1.8 * 1.1
    does = Counter(county.firms[name].size for name in plain)
    assert does["large"] > does["small"] > does["micro"]
    none = [name for name, firm in county.firms.items() if spent[name, str(LAST)] == 0]
    unknown = [name for name, firm in county.firms.items() if firm.invented and spent[name, str(LAST)] is None]
    assert none and all(county.firms[name].above_scale for name in none) and len(unknown) > 20


def test_titles_go_to_those_who_do_research(county: County) -> None:
    titles, spent = drawn(7)
    assert set(titles.values()) == {"none", "innovative", "specialised", "giant", "champion"}
    for name, title in titles.items():
        if title != "none":
            assert spent[name, str(LAST)], name
        if title in ("specialised", "giant"):
            assert county.firms[name].size in ("small", "medium")
        assert (title == "champion") <= (county.firms[name].size == "large")
    assert 0.05 < sum(one != "none" for one in titles.values()) / len(titles) < 0.35


def test_the_same_seed_draws_the_same(county: County) -> None:
    first = drawn(7)
    with as_system() as ctx:
        for firm in Firm.objects.exclude(specialised="none"):
            ctx.update(firm, specialised="none")
    assert drawn(7) == first
