"""What hangs on the pool as a whole: budgets of this year and the next, last year's vetting, projects that look alike."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from random import Random

from django.db.models import Sum
from django.utils import timezone

from gongxing.domains.projects.models import Budget, Project, Vetting, VettingItem
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Unit

SHARES = {
    "land_mu": "0.45",
    "energy_tce": "0.5",
    "power_kwh": "0.6",
    "cod": "0.6",
    "nox": "0.6",
    "vocs": "0.55",
    "fund_county": "0.5",
}
FUNDS = (("中央预算内投资", 6000), ("超长期特别国债（设备更新）", 4000))
EARLY = ("reserve", "negotiation", "signed", "pre_construction")
OFFICE = "发改科员岗（演示）"


def build_pool(random: Random, units: Mapping[str, Unit], posts: Mapping[str, Post]) -> None:
    """Budgets and last year's round."""
    with writing(SYSTEM, "demo", "生成演示年度要素额度（全部虚构）") as ctx:
        for row in _budgets(units):
            ctx.create(row)
    _vetting(random)


def _budgets(units: Mapping[str, Unit]) -> list[Budget]:
    """Less than what all waiting projects would take, so that there is something to choose."""
    year, made = today().year, []
    waiting = Project.objects.filter(stage__in=EARLY)
    for resource, share in SHARES.items():
        field = "total_investment" if resource == "fund_county" else resource
        wanted = waiting.aggregate(all=Sum(field))["all"] or Decimal(0)
        scale = Decimal("0.01") if resource == "fund_county" else Decimal(1)
        amount = (wanted * Decimal(share) * scale).quantize(Decimal("0.01"))
        made.append(_budget(year, resource, "", None, amount))
    for park in (unit for unit in units.values() if unit.kind == Unit.Kind.PARK):
        wanted = waiting.filter(site=park).aggregate(all=Sum("land_mu"))["all"] or Decimal(0)
        made.append(_budget(year, "land_mu", "", park, (wanted * Decimal("0.55")).quantize(Decimal("0.01"))))
    made += [_budget(year, "fund", name, None, Decimal(amount)) for name, amount in FUNDS]
    return made


def _budget(year: int, resource: str, fund: str, park: Unit | None, amount: Decimal) -> Budget:
    ref = f"{year}:{resource}:{fund}:{park.pk if park else ''}"
    return Budget(
        ref=ref,
        year=year,
        resource=resource,
        fund=fund,
        park=park,
        amount=amount,
        source="演示额度，不是真实指标",
        invented=True,
    )


def _vetting(random: Random) -> None:
    """Last December's round, decided and closed."""
    year = today().year - 1
    opened, closed = date(year, 12, 1), date(year, 12, 26)
    known = list(Project.objects.filter(moves__to_stage="reserve", moves__on__lt=opened, stage__in=("reserve", "negotiation", "removed")).order_by("number").distinct()[:60])  # fmt: skip
    moment = min(timezone.make_aware(datetime.combine(closed, time(17))), now())
    with at(moment), writing(SYSTEM, "demo", "生成演示清库（全部虚构）") as ctx:
        round_ = ctx.create(
            Vetting(year=year, state="closed", opened_on=opened, closed_on=closed, note="演示", invented=True)
        )
        for project in known:
            advice = random.choices(("keep", "amend", "exit"), (6, 3, 1))[0]
            decision = (
                "exit"
                if project.stage == "removed" and project.stage_on and project.stage_on <= closed
                else "keep"
                if advice == "keep"
                else "amend"
            )
            ctx.create(
                VettingItem(
                    ref=f"{round_.pk}:{project.pk}", vetting=round_, project=project, advice=advice, decision=decision, reason_code=project.reason_code if decision == "exit" else "",
                    decided_by=OFFICE, decided_on=closed, invented=True,
                )
            )  # fmt: skip
