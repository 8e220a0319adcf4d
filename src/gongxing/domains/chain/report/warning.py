"""How much of a chain that is shown is invented: chains, links, and the firms that stand on them."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from gongxing.domains.chain.models import Chain
from gongxing.domains.chain.queries import Graded
from gongxing.domains.firms.models import Firm
from gongxing.kernel.ledger.invented import Shown, invented_words

CHUNK = 1000


def warning_of(found: Graded, chains: Sequence[Chain]) -> str:
    """The words that stand on whatever is made of these chains; "" for real ones outside a demonstration, without a query."""
    kept = {chain.pk for chain in chains}
    nodes = [node for node in found.rows.nodes if node.chain_id in kept]
    if not settings.DEMO and not any(one.invented for one in (*chains, *nodes)):
        return ""
    grades = found.grading.nodes
    firms = {firm for node in nodes if node.code in grades for firm in found.firms_on(grades[node.code])}
    return invented_words(
        [
            Shown(_("产业链"), sum(one.invented for one in chains), len(chains)),
            Shown(_("环节"), sum(one.invented for one in nodes), len(nodes)),
            Shown(_("链上企业"), *_counted(sorted(firms))),
        ]
    )


def _counted(firms: Sequence[int]) -> tuple[int, int]:
    """Invented ones among these firms and all of them; those that have gone since an earlier day count for neither."""
    made = total = 0
    for start in range(0, len(firms), CHUNK):
        rows = Firm.objects.filter(pk__in=firms[start : start + CHUNK]).order_by()
        found = rows.aggregate(made=Count("pk", filter=Q(invented=True)), total=Count("pk"))
        made, total = made + int(found["made"]), total + int(found["total"])
    return made, total
