"""The shape of a chain: links come and go, and who supplies whom."""

from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.actions.moving import drop_node
from gongxing.domains.chain.editor.shaping import classes, free_code, listed, name_fault, new_edge, standing_on
from gongxing.domains.chain.models import Chain, Edge, Node
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

ZERO, ONE = Decimal(0), Decimal(1)
WORDS = Ask(_("识别词"), required=False, max_length=2000, help=_("产品叫什么，用顿号或分号隔开。"))
CLASSES = Ask(_("行业小类"), required=False, max_length=400, help=_("GB/T 4754—2017 四位代码，用顿号隔开。"))
WEIGHT = Ask(_("占用方投入成本"), required=False, minimum=ZERO, maximum=ONE, help=_("0 到 1；不知道就空着。"))


@action(label=_("新增环节"), permission="chain.node.add", icon="plus", why="optional")
def add_node(
    ctx: Ctx,
    *,
    chain: Annotated[int, Ask(_("产业链"), target="chain.chain")],
    name: Annotated[str, Ask(_("环节"), max_length=60)],
    segment: Annotated[Node.Segment, Ask(_("环节位置"))],
    words: Annotated[str, WORDS] = "",
    codes: Annotated[str, CLASSES] = "",
) -> Node:
    """A new link of a chain, with the words and classes by which its firms are found. Refused when the chain has one of that name."""
    home = Chain.objects.get(pk=chain)
    fault = name_fault(home, name)
    if fault is not None:
        raise Refused([FieldFault("name", fault)])
    return ctx.create(
        Node(
            code=free_code(home), chain=home, segment=segment, name=name, keywords=listed(words), classes=classes(codes, "codes"),
            reviewed=today(), source=_t("编辑判断"),
        )
    )  # fmt: skip


@action(label=_("连接"), permission="chain.edge.add", icon="link", why="optional")
def connect(
    ctx: Ctx,
    *,
    source: Annotated[int, Ask(_("供方环节"), target="chain.node")],
    target: Annotated[int, Ask(_("用方环节"), target="chain.node")],
    kind: Annotated[Edge.Kind, Ask(_("关系"))] = Edge.Kind.MATERIAL,
    weight: Annotated[Decimal | None, WEIGHT] = None,
    basis: Annotated[str, Ask(_("依据"), required=False, max_length=200)] = "",
) -> Edge:
    """One link supplies another; a weight given here is an editor's judgement. Refused for a link with itself and for what is there."""
    return ctx.create(new_edge(ctx.actor, source, target, kind, weight, basis))


@action(
    label=_("断开"),
    permission="chain.edge.remove",
    on=Edge,
    icon="x",
    tone="danger",
    why="optional",
    confirm=_("这条上下游关系会去掉，编辑页的“最近修改”里可以撤回。"),
)
def disconnect(ctx: Ctx, *, edge: Edge) -> None:
    """Take a supply relation away; the history of the chain can bring it back."""
    ctx.delete(edge)


@action(
    label=_("去掉环节"),
    permission="chain.node.remove",
    on=Node,
    icon="trash",
    tone="danger",
    why="required",
    confirm=_("环节和它的上下游关系会一起去掉，编辑页的“最近修改”里可以撤回。"),
)
def remove_node(ctx: Ctx, *, node: Node) -> None:
    """Take a link away with its supply relations. Refused while firms or purchases stand on it: what is there is said."""
    there = standing_on([node.pk])[node.pk]
    if there.anything:
        raise Refused(
            [
                FieldFault(
                    "",
                    Fault(
                        "chain.node_in_use", name=node.label, firms=there.placements, decided=there.decided,
                        purchases=there.purchases,
                    ),
                )
            ]
        )  # fmt: skip
    drop_node(ctx, node)
