"""Taking a whole chain away, as long as nobody has decided or bought anything on it."""

from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.editor.shaping import standing_on
from gongxing.domains.chain.models import Chain, Edge, Hint, Node, Placement
from gongxing.kernel.action.declare import action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

NAMED = 4


@action(
    label=_("去掉产业链"), permission="chain.chain.remove", on=Chain, icon="trash", tone="danger", why="required",
    confirm=_(
        "这条链、它的全部环节和上下游关系（连到别的链的也在内）一起去掉，系统放上去的企业也不再在上面。这一步撤不回来，留痕里查得到；要留底，请先导出。规则包里的链可以重新载入，但本县改过的不会回来。"
    ),
)  # fmt: skip
def remove_chain(ctx: Ctx, *, chain: Chain) -> int:
    """Take a chain away with its links, their relations and the firms the system placed on them; hints forget the links. Refused while a firm
    somebody decided or a purchase stands on one of them. Returns its links."""
    nodes = list(Node.objects.select_for_update().filter(chain=chain).order_by("code"))
    _refuse_if_used(chain, nodes)
    keys = [node.pk for node in nodes]
    on_them = Placement.objects.filter(node__in=keys).select_related("firm", "node")
    ctx.delete_many(list(on_them.order_by("pk")))
    ends = Edge.objects.filter(Q(source__in=keys) | Q(target__in=keys)).select_related("source", "target")
    ctx.delete_many(list(ends.order_by("pk")))
    for name in ("source_node", "target_node"):
        for hint in Hint.objects.filter(**{f"{name}__in": keys}):
            ctx.update(hint, **{name: None})
    ctx.delete_many(nodes)
    ctx.delete(chain)
    return len(nodes)


def _refuse_if_used(chain: Chain, nodes: list[Node]) -> None:
    """Raises Refused with what stands there and on which links."""
    there = standing_on([node.pk for node in nodes])
    used = [node for node in nodes if there[node.pk].decided or there[node.pk].purchases]
    if not used:
        return
    names = _t("、").join(node.label for node in used[:NAMED])
    more = _t("%(names)s 等 %(n)s 个环节") % {"names": names, "n": len(used)} if len(used) > NAMED else names
    raise Refused(
        [
            FieldFault(
                "",
                Fault(
                    "chain.in_use", name=chain.label, links=more, decided=sum(there[node.pk].decided for node in used),
                    purchases=sum(there[node.pk].purchases for node in used),
                ),
            )
        ]
    )  # fmt: skip
