"""What the demo county's projects ask of their land; all of it invented."""

from decimal import Decimal
from random import Random

from gongxing.domains.land.laying import seekers
from gongxing.domains.land.models import LandNeed
from gongxing.domains.projects.models import Project
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import SYSTEM

WHY = "生成演示用地要求（全部虚构）"
USES = {Project.Kind.INDUSTRY: "industry", Project.Kind.SERVICE: "commerce"}
TENTH = Decimal("0.1")


def build_needs(random: Random) -> int:
    """One need for nearly every project that seeks land: a few have told nothing yet. Returns how many were written."""
    year = today().year
    rows = []
    for one in seekers():
        mu = one.land_new_mu if one.land_new_mu is not None else one.land_mu
        if mu is None or hasattr(one, "land_need") or random.random() < 0.08:
            continue
        rows.append(_need(random, one, float(mu), year))
    with writing(SYSTEM, "demo", WHY) as ctx:
        ctx.create_many(rows)
    return len(rows)


def _need(random: Random, project: Project, mu: float, year: int) -> LandNeed:
    """Utilities by the mu, thirstier and hungrier ones among them; years when the land is wanted."""
    power, water = mu * random.uniform(40, 140), mu * random.choice((3, 5, 8, 15)) * random.uniform(0.8, 1.2)
    begins = project.plan_start.year if project.plan_start is not None else year + random.choice((0, 1, 2))
    first = max(year, begins)
    return LandNeed(
        project=project, use=USES.get(Project.Kind(project.kind), ""), power_kva=_told(power), water_td=_told(water), sewage_td=_told(water * random.uniform(0.5, 0.85)),
        steam_th=_told(mu * 0.15 if random.random() < 0.2 else 0), gas_m3d=_told(mu * random.choice((0, 0, 60, 120))), floor_m2=_told(mu * 2000 / 3 * random.uniform(0.8, 1.5)),
        earliest=first, latest=first + random.choice((1, 2, 3)), homes_m=Decimal(100) if random.random() < 0.15 else None, water_source_barred=random.random() < 0.2 or None,
        invented=True,
    )  # fmt: skip


def _told(value: float) -> Decimal:
    return Decimal(str(value)).quantize(TENTH)
