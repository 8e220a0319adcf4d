"""Long recomputation over the register: list values and sizes from figures; possible duplicates."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.firms.figures import Latest, latest
from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure
from gongxing.domains.firms.scale import Scales
from gongxing.engines.names.duplicates import NameRow, duplicates
from gongxing.kernel.audit.write import writing
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import Progress, enqueue, job
from gongxing.kernel.org.actor import SYSTEM, Actor

CHUNK = 500
REFRESH = "firms.refresh"


def queue_refresh(user_id: int, figures: bool) -> None:
    """Queue one recomputation, unless the same one already waits."""
    kind = "firms.figures" if figures else "firms.duplicates"
    if not Job.objects.filter(kind=kind, state=Job.State.READY).exists():
        title = _("更新企业规模和最近数据") if figures else _("查找疑似重复企业")
        enqueue(kind, title, SYSTEM, {"user": user_id})


@job("firms.figures")
def refresh_figures(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Renew every firm's latest figures, size class and near-scale watch. Writes only what differs."""
    with_figures = FirmFigure.objects.order_by().values_list("firm_id", flat=True).distinct()
    showing_some = Firm.objects.exclude(figure_period="").order_by().values_list("pk", flat=True)
    ids = sorted({*with_figures.iterator(), *showing_some.iterator()})
    changed = 0
    for start in range(0, len(ids), CHUNK):
        changed += refresh_firms(ids[start : start + CHUNK])
        progress.step(start, len(ids))
    return {"text": _("更新 %(n)d 家") % {"n": changed}}


def refresh_firms(firm_ids: list[int]) -> int:
    """Renew some firms. Returns how many changed."""
    scales, changed = Scales(), 0
    found: dict[int, list[Latest]] = defaultdict(list)
    for row in FirmFigure.objects.filter(firm_id__in=firm_ids):
        found[row.firm_id].append(
            Latest(row.period, row.source, row.revenue, row.tax, row.assets, row.employees, row.land_mu)
        )
    with writing(SYSTEM, REFRESH, _("按最近年度数据更新")) as ctx:
        for firm in Firm.objects.filter(pk__in=firm_ids).order_by("pk"):
            before = firm.version
            ctx.update(firm, **scales.fields(firm, latest(found[firm.pk])))
            changed += firm.version != before
    return changed


@job("firms.duplicates")
def find_duplicates(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Ask about every pair of rows that may be one enterprise and has not been asked about."""
    rows = Firm.objects.order_by("pk").values_list("pk", "uscc", "name", "address")
    groups = duplicates([NameRow(pk, code or "", name, address) for pk, code, name, address in rows.iterator(5000)])
    known = set(DuplicateQuestion.objects.values_list("ref", flat=True))
    asked = 0
    with writing(SYSTEM, "firms.duplicates", _("查找疑似重复企业")) as ctx:
        for group in groups:
            first, *others = sorted(group.members)
            for other in others:
                ref = f"{first}:{other}"
                if ref in known:
                    continue
                ctx.create(
                    DuplicateQuestion(one_id=first, other_id=other, ref=ref, ground=group.kind, likeness=group.likeness)
                )
                known.add(ref)
                asked += 1
    return {"text": _("新发现 %(n)d 对") % {"n": asked}}
