"""A chain from a graph file: compared once more, then written whole or not at all."""

from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.editor.graphfile import MAX_BYTES, read_graphml
from gongxing.domains.chain.editor.graphplan import NewNode, Plan, plan_of
from gongxing.domains.chain.editor.shaping import free_code
from gongxing.domains.chain.models import Chain, Edge, Node
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import path_of
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused

ZERO, LARGEST_KEY = Decimal(0), Decimal(2**63 - 1)
NEEDED = (("add", "chain.node"), ("change", "chain.node"), ("add", "chain.edge"), ("change", "chain.edge"))


@action(label=_("导入图文件"), permission="chain.chain.import", on=Chain, icon="upload", why="optional")
def apply_graph(
    ctx: Ctx,
    *,
    chain: Chain,
    file: Annotated[
        int, Ask(_("文件编号"), minimum=ZERO, maximum=LARGEST_KEY, help=_("在编辑页“导入图文件”里上传后得到。"))
    ],
    segment: Annotated[Node.Segment, Ask(_("没写位置的环节放在"))] = Node.Segment.MIDSTREAM,
    seen: Annotated[str, Ask(_("看到的预览"), required=False, max_length=64)] = "",
) -> int:
    """Write what a GraphML file of the actor's adds to and changes in this chain; nothing is taken away. Refused with every fault of the
    file, and where the chain changed after the preview ``seen``. Returns how many rows were written; one undo takes them all back."""
    for verb, target in NEEDED:
        if not may(ctx.actor, verb, target):
            raise Denied(verb, target)
    plan = plan_from_file(ctx.actor.user_id, file, chain, segment)
    if seen and seen != plan.digest:
        raise Refused([FieldFault("", Fault("graph.moved"))])
    if not plan.anything:
        raise Refused([FieldFault("file", Fault("graph.nothing"))])
    return _write(ctx, chain, plan)


def plan_from_file(user_id: int, file: int, chain: Chain, segment: str) -> Plan:
    """The plan of a kept file. Raises Refused with every fault."""
    stored = StoredFile.objects.filter(pk=file, user_id=user_id).first()
    if stored is None or stored.size > MAX_BYTES or not path_of(stored).is_file():
        raise Refused([FieldFault("file", Fault("graph.file_gone"))])
    try:
        plan = plan_of(chain, read_graphml(path_of(stored).read_bytes()), segment)
    except Fault as fault:
        raise Refused([FieldFault("file", fault)]) from fault
    if plan.faults:
        raise Refused([FieldFault("", fault) for fault in plan.faults])
    return plan


def _write(ctx: Ctx, chain: Chain, plan: Plan) -> int:
    ends = {key: node.pk for key, node in plan.at.items()}
    for one in plan.new_nodes:
        ends[one.id] = ctx.create(_node(chain, one)).pk
    for changed in (*plan.changed_nodes, *plan.changed_edges):
        ctx.update(changed.row, **changed.values)
    for (source, target, kind), values in plan.new_edges:
        weight = values["weight"]
        ctx.create(
            Edge(
                ref=f"{ends[source]}:{ends[target]}:{kind}", source_id=ends[source], target_id=ends[target], kind=kind, weight=weight,
                weight_source=values["weight_source"] or Edge.WeightSource.NONE, basis=values["basis"] or "", detail=values["detail"] or "",
            )
        )  # fmt: skip
    return len(plan.new_nodes) + len(plan.changed_nodes) + len(plan.changed_edges) + len(plan.new_edges)


def _node(chain: Chain, one: NewNode) -> Node:
    """A new link, under the file's code where it is free."""
    taken = not one.code or Node.objects.filter(code=one.code).exists()
    values = {**one.values, "source": one.values["source"] or _t("图文件")}
    return Node(code=free_code(chain) if taken else one.code, chain=chain, reviewed=today(), **values)
