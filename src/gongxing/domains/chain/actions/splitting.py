"""One link becomes two, or two become one: words, classes, firms, purchases and edges go where a person says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.actions.moving import drop_node, edges_of, move_edge, move_placement
from gongxing.domains.chain.editor.shaping import free_code, listed, name_fault
from gongxing.domains.chain.models import Edge, Node, Placement, Purchase
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused

SHOWN, LONGEST_KEY, MANY, REASON = 20, 18, 40_000, 300
NUMBERS = _("编号，用空格隔开。")


@dataclass(frozen=True)
class Shares:
    """What goes to the new link, and what stands on both: words and classes as they are written, rows by number."""

    words: tuple[str, ...]
    classes: tuple[str, ...]
    edges: frozenset[int]
    placements: frozenset[int]
    purchases: frozenset[int]
    both_classes: tuple[str, ...]
    both_edges: frozenset[int]


@action(label=_("拆分环节"), permission="chain.node.split", on=Node, icon="arrows-split", why="optional")
def split_node(
    ctx: Ctx,
    *,
    node: Node,
    name: Annotated[str, Ask(_("新环节的名称"), max_length=60)],
    segment: Annotated[
        str, Ask(_("新环节的位置"), choices=tuple(Node.Segment.choices), help=_("空着就和原来的一样。"))
    ] = "",
    words: Annotated[str, Ask(_("转过去的识别词"), required=False, max_length=4000)] = "",
    codes: Annotated[str, Ask(_("转过去的行业小类"), required=False, max_length=400)] = "",
    both: Annotated[str, Ask(_("两边都留的行业小类"), required=False, max_length=400)] = "",
    edges: Annotated[str, Ask(_("转过去的上下游关系"), required=False, max_length=MANY, help=NUMBERS)] = "",
    edges_both: Annotated[str, Ask(_("两边都留的上下游关系"), required=False, max_length=MANY, help=NUMBERS)] = "",
    placements: Annotated[str, Ask(_("转过去的企业"), required=False, max_length=MANY, help=NUMBERS)] = "",
    purchases: Annotated[str, Ask(_("转过去的采购"), required=False, max_length=MANY, help=NUMBERS)] = "",
) -> Node:
    """Make a second link out of this one. What is named goes over, all else stays; a relation both keep comes without a weight on the
    new link, because nobody has said its share. Refused for a word, class or row that is not this link's."""
    shares = Shares(
        tuple(listed(words)), tuple(listed(codes, "codes")), _numbers(edges, "edges"), _numbers(placements, "placements"),
        _numbers(purchases, "purchases"), tuple(listed(both, "both")), _numbers(edges_both, "edges_both"),
    )  # fmt: skip
    fault = name_fault(node.chain, name)
    if fault is not None:
        raise Refused([FieldFault("name", fault)])
    _own(shares, node)
    other = Node(
        code=free_code(node.chain), chain=node.chain, segment=segment or node.segment, name=name, keywords=list(shares.words),
        exclude=list(node.exclude), classes=[*shares.classes, *shares.both_classes], generic=node.generic, barrier=node.barrier,
        county_fit=node.county_fit, encouraged=node.encouraged, land_class=node.land_class, energy=node.energy, water=node.water,
        pollution=list(node.pollution), reviewed=today(), source=node.source, invented=node.invented,
    )  # fmt: skip
    ctx.create(other)
    ctx.update(
        node,
        keywords=[one for one in node.keywords if one not in shares.words],
        classes=[one for one in node.classes if one not in shares.classes],
        reviewed=today(),
    )
    _share(ctx, shares, node, other)
    return other


def _numbers(text: str, column: str) -> frozenset[int]:
    """Row numbers of a list. Raises Refused."""
    parts = text.replace("、", " ").replace(",", " ").split()
    wrong = [one for one in parts if not (one.isascii() and one.isdigit() and len(one) <= LONGEST_KEY)]
    if wrong:
        raise Refused([FieldFault(column, Fault("chain.split_number", text=wrong[0][:SHOWN]))])
    return frozenset(int(one) for one in parts)


def _own(shares: Shares, node: Node) -> None:
    """Raises Refused where something named does not belong to the link, or goes and stays at once."""
    own_edges = {one.pk for one in edges_of(node)}
    own_firms = set(node.placements.values_list("pk", flat=True))
    own_bought = set(node.purchases.values_list("pk", flat=True))
    checks: tuple[tuple[str, Iterable[object], Iterable[object]], ...] = (
        ("words", shares.words, node.keywords), ("codes", shares.classes, node.classes), ("both", shares.both_classes, node.classes),
        ("edges", shares.edges, own_edges), ("edges_both", shares.both_edges, own_edges), ("placements", shares.placements, own_firms),
        ("purchases", shares.purchases, own_bought),
    )  # fmt: skip
    faults = [
        FieldFault(column, Fault("chain.split_foreign", text=str(foreign[0])[:SHOWN], name=node.label))
        for column, named, own in checks
        if (foreign := [one for one in named if one not in set(own)])
    ]
    twice = [str(one) for one in shares.both_classes if one in shares.classes]
    twice += [str(one) for one in sorted(shares.both_edges & shares.edges)]
    if twice:
        faults.append(FieldFault("both", Fault("chain.split_twice", text=twice[0])))
    if faults:
        raise Refused(faults)


def _share(ctx: Ctx, shares: Shares, node: Node, other: Node) -> None:
    for edge in edges_of(node):
        if edge.pk in shares.edges:
            move_edge(ctx, edge, node, other)
        elif edge.pk in shares.both_edges:
            ctx.create(_beside(edge, node, other))
    for placement in Placement.objects.filter(pk__in=shares.placements).order_by("pk"):
        move_placement(ctx, placement, other)
    for purchase in Purchase.objects.filter(pk__in=shares.purchases).order_by("pk"):
        ctx.update(purchase, node=other)


def _beside(edge: Edge, node: Node, other: Node) -> Edge:
    """The same relation for the new link: its weight nobody knows."""
    source = other.pk if edge.source_id == node.pk else edge.source_id
    target = other.pk if edge.target_id == node.pk else edge.target_id
    return Edge(
        ref=f"{source}:{target}:{edge.kind}", source_id=source, target_id=target, kind=edge.kind, fusion=edge.fusion,
        detail=edge.detail, basis=edge.basis, invented=edge.invented,
    )  # fmt: skip


@action(
    label=_("并入另一个环节"), permission="chain.node.split", on=Node, icon="arrow-merge", tone="danger", why="required",
    confirm=_(
        "识别词、排除词、行业小类、战新分类、专家定的关键、人工指定的做法、企业、采购和上下游关系都转到那个环节；壁垒、用地、能耗等以那个环节填的为准。这个环节去掉。编辑页的“最近修改”里可以撤回。"
    ),
)  # fmt: skip
def merge_node(ctx: Ctx, *, node: Node, into: Annotated[int, Ask(_("并入的环节"), target="chain.node")]) -> Node:
    """Two links were one: all that stands on this one goes over to the other. A relation both have stays once, the other's; a word by which
    one of them kept off the other's firms goes."""
    other = Node.objects.filter(pk=into).exclude(pk=node.pk).first()
    if other is None:
        raise Refused([FieldFault("into", Fault("chain.merge_self"))])
    ctx.update(
        other,
        keywords=_united(other.keywords, node.keywords),
        classes=_united(other.classes, node.classes),
        exclude=_united(_still(other.exclude, node), _still(node.exclude, other)),
        strategic_codes=_united(other.strategic_codes, node.strategic_codes),
        **_expert(node, other),
        **_choice(node, other),
    )
    for placement in node.placements.order_by("pk"):
        move_placement(ctx, placement, other)
    for purchase in node.purchases.order_by("pk"):
        ctx.update(purchase, node=other)
    for edge in edges_of(node):
        move_edge(ctx, edge, node, other)
    drop_node(ctx, node)
    return other


def _united(own: list[str], more: list[str]) -> list[str]:
    return list(dict.fromkeys([*own, *more]))


def _still(exclude: list[str], other: Node) -> list[str]:
    """Words that keep firms off, without those that would keep off what the other link is known by."""
    return [one for one in exclude if not any(one in word for word in other.keywords)]


def _expert(node: Node, other: Node) -> dict[str, Any]:
    """The expert's word goes over; where both links have one, the other's stands and this one is added to its reason."""
    if not node.forced_key:
        return {}
    if not other.forced_key:
        return {
            "forced_key": True, "forced_by": node.forced_by, "forced_why": node.forced_why, "forced_on": node.forced_on,
        }  # fmt: skip
    words = _t("%(own)s；%(name)s（%(by)s %(day)s）：%(why)s") % {
        "own": other.forced_why, "name": node.name, "by": node.forced_by, "day": node.forced_on, "why": node.forced_why,
    }  # fmt: skip
    return {"forced_why": words[:REASON]}


def _choice(node: Node, other: Node) -> dict[str, Any]:
    """What somebody chose to be done goes over; where both links have a choice, the other's stands and this one is added to its reason."""
    if not node.chosen_act:
        return {}
    if not other.chosen_act:
        return {
            "chosen_act": node.chosen_act, "chosen_by": node.chosen_by, "chosen_why": node.chosen_why, "chosen_on": node.chosen_on,
        }  # fmt: skip
    words = _t("%(own)s；%(name)s（%(by)s %(day)s）指定为%(act)s：%(why)s") % {
        "own": other.chosen_why, "name": node.name, "by": node.chosen_by, "day": node.chosen_on, "act": node.get_chosen_act_display(),
        "why": node.chosen_why,
    }  # fmt: skip
    return {"chosen_why": words[:REASON]}
