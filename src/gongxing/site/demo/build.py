"""Building the whole invented county once."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone, translation

from gongxing.domains.approvals.demo import build_approvals
from gongxing.domains.chain.demo import build_chains
from gongxing.domains.firms.demo import ALL_YEARS, Built, build_firms, start_checks
from gongxing.domains.firms.jobs import find_duplicates, refresh_figures
from gongxing.domains.firms.models import FirmFigure, ProductFigure
from gongxing.domains.land.conform_jobs import check_parcels
from gongxing.domains.land.demo import build_land
from gongxing.domains.land.demo.facilities import build_sites
from gongxing.domains.land.demo.ratings import build_ratings
from gongxing.domains.policy.demo import build_policies
from gongxing.domains.policy.jobs import check_every_text
from gongxing.domains.projects.demo import build_projects
from gongxing.kernel.access.models import Grant
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.deadlines.tick import tick
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import Progress
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.actor import SYSTEM, actor_for
from gongxing.kernel.org.models import Post, Unit, User
from gongxing.site.demo.county import SINCE, build_accounts, build_posts, build_units
from gongxing.site.demo.products import build_product_figures

log = logging.getLogger("gongxing.demo")
FIRMS, MORE, SEED, CHECKS = 3000, 350, 20260731, 12
ENTERED = 400
"""How many days ago the register of enterprises was begun."""
MARCH = 3


class Silent(Progress):
    """Progress nobody watches."""

    def __init__(self) -> None:
        super().__init__(Job())

    def step(self, done: int, total: int | None = None, message: str = "", force: bool = False) -> None:
        return


def built() -> bool:
    """Whether a county is there already."""
    return Unit.objects.exists()


def build(scale: float = 1.0, seed: int = SEED) -> float:
    """Build everything; ``scale`` multiplies the number of firms. Returns the seconds it took. ValueError when data are there."""
    if built():
        raise ValueError("the database already holds units; a demo county is built into an empty one only")
    began = time.perf_counter()
    with translation.override("zh-hans"):
        with writing(SYSTEM, "demo", "生成演示数据（全部虚构）") as ctx:
            units = build_units(ctx)
            posts = build_posts(ctx, units)
            build_accounts(ctx, posts)
        began_at = now() - timedelta(days=ENTERED)
        with at(began_at), writing(SYSTEM, "demo", "生成演示企业（全部虚构）") as ctx:
            made = build_firms(ctx, units, max(20, int(FIRMS * scale)), int(MORE * scale), seed)
        _figures(made, build_product_figures(made.firms, made.figures, seed), began_at)
        with at(began_at):
            find_duplicates(SYSTEM, {}, Silent())
        with writing(SYSTEM, "demo", "生成演示数据（全部虚构）") as ctx:
            _enterprise(ctx, posts["qiye"], made.firms[0].pk)
        build_chains(seed, units["工业和信息化局"], posts["fuxianzhang"])
        build_projects(seed, units, posts, scale, made.firms[0])
        build_policies(seed, units, posts)
        build_land(seed, units, posts, scale)
        check_parcels()
        build_sites(seed)
        check_every_text(SYSTEM, {}, Silent())
        build_ratings(seed, units, posts)
        build_approvals(seed, units, posts, scale)
        officer = User.objects.get(username="gongxin")
        start_checks(actor_for(officer, today()), CHECKS)
        tick()
    return time.perf_counter() - began


def _figures(made: Built, sold: Sequence[ProductFigure], began_at: datetime) -> None:
    """Enter each year's figures when that year was over: in the next March, or on the first day if the register was begun later."""
    waiting: dict[datetime, list[FirmFigure]] = {}
    of_products: dict[datetime, list[ProductFigure]] = {}
    for year in ALL_YEARS:
        over = datetime(year + 1, MARCH, 1, 9, tzinfo=timezone.get_default_timezone())
        entered = min(max(over, began_at), now())
        waiting.setdefault(entered, []).extend(made.of(year))
        of_products.setdefault(entered, []).extend(one for one in sold if one.year == year)
    for moment, figures in sorted(waiting.items()):
        with at(moment):
            with writing(SYSTEM, "demo", "生成演示年度数据（全部虚构）") as ctx:
                ctx.create_many(figures)
                ctx.create_many(of_products[moment])
            refresh_figures(SYSTEM, {}, Silent())


def _enterprise(ctx: Ctx, post: Post, firm_id: int) -> None:
    """The enterprise's account sees one firm: its own."""
    grants: list[Grant] = grants_for(post, SINCE, thing=firm_id)
    for grant in grants:
        grant.invented = True
        ctx.create(grant)
