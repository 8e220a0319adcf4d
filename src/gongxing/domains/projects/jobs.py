"""Long work of the spine: every project reckoned anew, every night and after rules changed; likely twins looked for in the whole register."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.projects.actions.twins import ask_twins
from gongxing.domains.projects.models import Project
from gongxing.domains.projects.reckoning import RECKON, reckon
from gongxing.domains.projects.twins import all_pairs, pairs_with
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.daily import daily
from gongxing.kernel.jobs.run import Progress, enqueue_once, in_pieces, job
from gongxing.kernel.org.actor import SYSTEM, Actor

TWINS = "projects.twins"


def queue_reckoning(user_id: int = 0) -> None:
    """Queue one reckoning of all projects, unless one already waits."""
    enqueue_once(RECKON, _("推算项目归批、成熟度和动态"), {"user": user_id})


def queue_twins(user_id: int = 0) -> None:
    """Queue one search for likely twins, unless one already waits."""
    enqueue_once(TWINS, _("查找疑似重复项目"), {"user": user_id})


@daily("projects")
def every_day() -> None:
    """A day more without a change, another year of batches: everything is reckoned anew once a day, and compared once more."""
    if Project.objects.exists():
        queue_reckoning()
        queue_twins()


@job(RECKON)
def reckon_all(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Reckon every project anew. Writes only what differs, in steps of their own; safe to run again."""
    ids = list(Project.objects.order_by("pk").values_list("pk", flat=True))
    changed = in_pieces(ids, reckon_projects, progress)
    return {"text": _("看了 %(all)d 个项目，更新 %(n)d 个") % {"all": len(ids), "n": changed}}


def reckon_projects(ids: Iterable[int]) -> int:
    """Renew what is computed of some projects: a renewal, not a change, and ``moved_on`` stays. Returns how many differed."""
    changed = 0
    with writing(SYSTEM, RECKON, _("按日期、材料和参数推算")) as ctx:
        rows = list(Project.objects.select_for_update(of=("self",)).select_related("firm").filter(pk__in=list(ids)).order_by("pk"))  # fmt: skip
        found = reckon(rows, today())
        for row in rows:
            before, now = row.version, found[row.pk]
            ctx.update(row, batch=now.batch, maturity=now.maturity, maturity_class=now.maturity_class, stale=now.stale)
            changed += row.version != before
    return changed


@job(TWINS)
def find_twins(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Ask about every two projects of the register that look like one and have not been asked about."""
    return {"text": _("新发现 %(n)d 对") % {"n": ask_all()}}


def ask_all() -> int:
    """Compare the whole register. Returns how many questions arose."""
    pairs = all_pairs()
    with writing(SYSTEM, TWINS, _("查找疑似重复项目")) as ctx:
        return ask_twins(ctx, pairs)


def ask_about(ids: Iterable[int]) -> int:
    """Compare a few projects that were just written with those of the same owner or amount. Returns how many questions arose."""
    pairs = pairs_with(ids)
    if not pairs:
        return 0
    with writing(SYSTEM, TWINS, _("登记时查找疑似重复")) as ctx:
        return ask_twins(ctx, pairs)
