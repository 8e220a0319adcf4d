"""Beginning a chain from the pack; holding a link to be key whatever the score says, and choosing what is to be done on it."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.models import Chain, Edge, Node
from gongxing.domains.chain.starting import starting
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

DERIVED = "derived"


@action(label=_("从规则包载入产业链"), permission="chain.chain.begin", icon="package-import", why="optional")
def begin_chains(
    ctx: Ctx,
    *,
    codes: Annotated[
        str, Ask(_("产业链"), pack=("chains", "chain"), help=_("载入后就是本县自己的，可以增删改；已有的产业链不动。"))
    ],
) -> int:
    """Copy a shipped chain into the county's own tables, with its links to chains that are there already. Returns its links.

    Refused when the county has a chain of that code: its own work is never overwritten.
    """
    code = codes.strip()
    if Chain.objects.filter(code=code).exists():
        raise Refused([FieldFault("codes", Fault("chain.already_there", chain=code))])
    return load_chains(ctx, [code])


def load_chains(ctx: Ctx, codes: list[str], invented: bool = False) -> int:
    """Create the chosen shipped chains that are not there yet; edges to chains that are there come along. Returns the links."""
    there = {chain.code: chain for chain in Chain.objects.all()}
    known = {node.code: node for node in Node.objects.all()}
    fresh = [code for code in codes if code not in there]
    given = starting([*there, *fresh], today())
    for chain in given.chains:
        if chain.code in fresh:
            chain.invented = invented
            there[chain.code] = ctx.create(chain)
    nodes = [(node, home) for node, home in given.nodes if node.code not in known and home in fresh]
    for node, home in nodes:
        node.chain, node.invented = there[home], invented
    ctx.create_many([node for node, _home in nodes])
    known |= {node.code: node for node, _home in nodes}
    new = {node.code for node, _home in nodes}
    edges: list[Edge] = []
    for edge, source, target in given.edges:
        if source in known and target in known and (source in new or target in new):
            edge.source, edge.target, edge.invented = known[source], known[target], invented
            edge.ref = f"{edge.source_id}:{edge.target_id}:{edge.kind}"
            edges.append(edge)
    ctx.create_many(list({edge.ref: edge for edge in edges}.values()))
    return len(nodes)


@action(
    label=_("定为关键环节"),
    permission="chain.node.judge",
    on=Node,
    icon="diamond",
    why="required",
    when=lambda node: not node.forced_key,
)
def hold_key(ctx: Ctx, *, node: Node) -> None:
    """An expert holds the link to be key whatever the score says; the page shows who, why and when."""
    ctx.update(node, forced_key=True, forced_by=ctx.actor.name[:60], forced_why=ctx.why[:300], forced_on=today())


@action(
    label=_("撤回专家定的关键"),
    permission="chain.node.judge",
    on=Node,
    icon="arrow-back-up",
    why="required",
    when=lambda node: node.forced_key,
)
def release_key(ctx: Ctx, *, node: Node) -> None:
    """The score alone decides again."""
    ctx.update(node, forced_key=False, forced_by="", forced_why="", forced_on=None)


@action(
    label=_("指定怎么办"),
    permission="chain.node.change",
    on=Node,
    icon="user-check",
    why="required",
    confirm=_("系统按状态推出补链、强链、延链或固链；这里指定的排在系统推出的前面，两样都显示。"),
)
def choose_act(
    ctx: Ctx,
    *,
    node: Node,
    act: Annotated[str, Ask(_("怎么办"), choices=(*Node.Act.choices, (DERIVED, _("按系统推出的"))))],
) -> None:
    """A person says what is to be done on the link, whatever the system derives, or hands it back to the system; the page shows who, why and
    when, and what the system says. Refused where it is handed back and nobody had chosen."""
    if act != DERIVED:
        ctx.update(node, chosen_act=act, chosen_by=ctx.actor.name[:60], chosen_why=ctx.why[:300], chosen_on=today())
    elif node.chosen_act:
        ctx.update(node, chosen_act="", chosen_by="", chosen_why="", chosen_on=None)
    else:
        raise Refused([FieldFault("act", Fault("chain.act_derived", name=node.label))])


@action(label=_("标为已审核"), permission="chain.node.change", on=Node, icon="checks", bulk=True, why="optional")
def mark_reviewed(ctx: Ctx, *, node: Node) -> None:
    """Somebody has looked at the link's words, inputs and firms today; stale links lower the confidence."""
    ctx.update(node, reviewed=today())
