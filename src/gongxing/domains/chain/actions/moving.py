"""Taking what stands on a link to another one: firms, purchases, edges; and letting an empty link go."""

from gongxing.domains.chain.models import Edge, Hint, Node, Placement
from gongxing.kernel.audit.write import Ctx

DECIDED = Placement.Level.DECIDED


def edges_of(node: Node) -> list[Edge]:
    """The supply relations of a link, in and out, in order of number."""
    return sorted({*Edge.objects.filter(source=node), *Edge.objects.filter(target=node)}, key=lambda one: one.pk)


def drop_node(ctx: Ctx, node: Node) -> None:
    """Delete a link on which nothing stands, with its edges; hints forget it."""
    for edge in edges_of(node):
        ctx.delete(edge)
    for hint in Hint.objects.filter(source_node=node):
        ctx.update(hint, source_node=None)
    for hint in Hint.objects.filter(target_node=node):
        ctx.update(hint, target_node=None)
    ctx.delete(node)


def move_edge(ctx: Ctx, edge: Edge, node: Node, other: Node) -> None:
    """Give one end of an edge to another link; it goes where it would be a self-loop or is there already."""
    source = other.pk if edge.source_id == node.pk else edge.source_id
    target = other.pk if edge.target_id == node.pk else edge.target_id
    ref = f"{source}:{target}:{edge.kind}"
    if source == target or Edge.objects.filter(ref=ref).exists():
        ctx.delete(edge)
    else:
        ctx.update(edge, source=source, target=target, ref=ref)


def move_placement(ctx: Ctx, placement: Placement, other: Node) -> None:
    """Put a firm on another link. Where it stands there already, what a person decided stays and the other row goes."""
    ref = f"{placement.firm_id}:{other.pk}"
    there = Placement.objects.filter(ref=ref).first()
    if there is not None and (there.level == DECIDED or placement.level != DECIDED):
        ctx.delete(placement)
        return
    if there is not None:
        ctx.delete(there)
    ctx.update(placement, node=other, ref=ref)
