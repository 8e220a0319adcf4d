"""What a demonstration says of itself at the head of every page."""

from functools import lru_cache

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.revision import revision

FIRMS = ("firms.firm",)


def banner(known: bool) -> str:
    """Nothing outside a demonstration; that all is invented, or how many of the enterprises are once somebody registered or imported others.
    ``known``: whether somebody is logged in, who may read numbers of the register."""
    if not settings.DEMO:
        return ""
    if not known:  # without a question to the database: the pages of errors have a head too
        return _("演示环境：自带的单位、企业、数据全部虚构，不对应任何真实主体。")
    made, total = _counted(revision(FIRMS))
    if made == total:
        return _("演示环境：单位、企业、数据全部虚构，不对应任何真实主体。")
    return _("演示环境：%(total)s 家企业里 %(made)s 家是虚构的，其余是录入或导入的。") % {
        "total": f"{total:,}", "made": f"{made:,}",
    }  # fmt: skip


@lru_cache(maxsize=2)
def _counted(stand: int) -> tuple[int, int]:
    """Invented enterprises and all; counted again when the register was written to."""
    found = Firm.objects.order_by().aggregate(made=Count("pk", filter=Q(invented=True)), total=Count("pk"))
    return int(found["made"]), int(found["total"])
