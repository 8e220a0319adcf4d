"""A published and a posted round of the rating per mu, invented vetoes and emissions, and invented peers of the parks.

Peers are marked 演示 in their names and sources: they exist nowhere. Of the county's parks nothing is made up here: their figures come from their firms.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random

from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.domains.land.actions.ratings import (
    answer_objection,
    make_rating,
    object_to_line,
    post_rating,
    publish_rating,
)
from gongxing.domains.land.clearing_jobs import renew_units
from gongxing.domains.land.models import ClearanceUnit, ParkIndicator, Rating, RatingFact
from gongxing.domains.land.ratings import INDUSTRY
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.org.actor import SYSTEM, actor_for
from gongxing.kernel.org.models import Post, Unit, User

WHY = "生成演示亩均评价（全部虚构）"
AGO, POSTED_AGO = 60, 1
FAMILY, OFFICER = "MU2A", "gongxin"
PEERS: Mapping[str, Mapping[str, str]] = {
    "演示对标园甲（虚构）": {"output_per_mu": "412", "tax_per_mu": "21.6", "added_per_mu": "98", "energy_per_output": "0.082", "rd_share": "3.1", "labour": "31", "above_scale": "126", "hi_tech": "48", "built_share": "91", "far": "1.42"},
    "演示对标园乙（虚构）": {"output_per_mu": "356", "tax_per_mu": "17.9", "added_per_mu": "84", "energy_per_output": "0.097", "rd_share": "2.6", "labour": "27", "above_scale": "88", "hi_tech": "31", "built_share": "84", "far": "1.28"},
    "演示对标园丙（虚构）": {"output_per_mu": "288", "tax_per_mu": "12.4", "added_per_mu": "66", "energy_per_output": "0.118", "rd_share": "1.9", "labour": "22", "built_share": "76", "far": "1.15"},
}  # fmt: skip


def build_ratings(seed: int, units: Mapping[str, Unit], posts: Mapping[str, Post]) -> None:
    """Build them on the firms and, where they are there already, the parks of the demonstration. Same seed, same rows."""
    years = sorted(
        {
            int(one)
            for one in FirmFigure.objects.filter(period__regex=r"^\d{4}$").values_list("period", flat=True).distinct()
        }
    )
    renew_units(ClearanceUnit.objects.values_list("pk", flat=True))
    if not years:
        return
    latest = years[-1]
    with writing(SYSTEM, "demo", WHY) as ctx:
        _facts(ctx, Random(seed + latest), latest)
        for number, (name, values) in enumerate(PEERS.items(), start=1):
            for indicator, value in values.items():
                ctx.create(
                    ParkIndicator(
                        ref=f"{name}:{indicator}:{latest}", peer_name=name, indicator=indicator, year=latest, value=Decimal(value),
                        source=f"演示公报第{number}号（虚构）", invented=True,
                    )
                )  # fmt: skip
    officer = actor_for(User.objects.get(username=OFFICER), today())
    if latest > years[0]:
        moment = now() - timedelta(days=AGO)
        with at(moment), writing(officer, "demo", WHY) as ctx:
            before = post_rating(ctx, rating=_round(ctx, latest - 1))
            line = before.lines.exclude(place=None).order_by("place")[before.lines.exclude(place=None).count() // 2]
            object_to_line(ctx, line=line, reason="演示异议：用地面积含未交付的部分，请按实际交付面积核算。")
            answer_objection(ctx, line=line, answer="演示答复：经核对交地确认书，面积无误，维持原结果。")
        with at(moment + timedelta(days=20)), writing(officer, "demo", WHY) as ctx:
            before.refresh_from_db()
            publish_rating(ctx, rating=before)
    with at(now() - timedelta(days=POSTED_AGO)), writing(officer, "demo", WHY) as ctx:
        posted = post_rating(ctx, rating=_round(ctx, latest))
        line = posted.lines.exclude(place=None).order_by("-place")[0]
        object_to_line(ctx, line=line, reason="演示异议：当年停产检修两个月，税收不能反映正常水平。")


def _round(ctx: Ctx, year: int) -> Rating:
    """A drafted round; of invented firms alone it is invented itself."""
    return make_rating(ctx, year=year, family=FAMILY, source=FirmFigure.Source.STATISTICS)


def _facts(ctx: Ctx, random: Random, year: int) -> None:
    """Of the larger industrial enterprises a few that are set aside, vetoed or let to others."""
    firms = list(Firm.objects.filter(above_scale=True, section__in=INDUSTRY, invented=True).order_by("pk"))
    chosen = random.sample(firms, min(len(firms), 12))
    for number, firm in enumerate(chosen):
        fields: dict[str, object] = {"extra_tenants": random.randint(1, 3)}
        if number < 2:
            fields = {
                "vetoes": ["严重环境违法" if number else "发生较大安全责任事故"],
                "document": f"演示决定书第{number + 1}号（虚构）",
            }
        elif number < 5:
            aside = (RatingFact.Aside.UTILITY, RatingFact.Aside.STARTUP, RatingFact.Aside.BUILDING)[number - 2]
            fields = {"aside": aside, "document": f"演示情况说明第{number}号（虚构）"}
        ctx.create(RatingFact(ref=f"{firm.pk}:{year}", firm=firm, year=year, invented=True, **fields))
