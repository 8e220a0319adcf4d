"""Hints from a file of relations: read in whole or not at all, accepted or rejected one by one, taken back as a batch."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.editor.hints import (
    INCLUDES,
    LEAST,
    MAX_HINTS,
    Matcher,
    Reading,
    Said,
    read_relations,
    ref_of,
)
from gongxing.domains.chain.editor.shaping import free_code, new_edge
from gongxing.domains.chain.models import Edge, Hint, Node
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import path_of
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused

ZERO, LARGEST_KEY, PART = Decimal(0), Decimal(2**63 - 1), 500
OPEN, ACCEPTED, REJECTED = Hint.State.OPEN, Hint.State.ACCEPTED, Hint.State.REJECTED


@dataclass(frozen=True)
class Taken:
    """What became of a file: rows read, hints kept, rows known already (asked before, or on the map), rows about no link, rows beyond
    the most that is kept; and what the reading itself left out."""

    reading: Reading
    kept: int
    known: int
    strange: int
    beyond: int


@action(label=_("读入产品关系"), permission="chain.hint.read", icon="upload", why="optional")
def read_hints(
    ctx: Ctx,
    *,
    file: Annotated[
        int, Ask(_("文件编号"), minimum=ZERO, maximum=LARGEST_KEY, help=_("在“产品关系提示”页上传后得到。"))
    ],
) -> Taken:
    """Read a kept file of the actor's (CSV or Excel) into open hints. What was rejected before is not asked again, nor what is on the map.
    Refused whole where the file cannot be read or holds nothing new."""
    stored = StoredFile.objects.filter(pk=file, user_id=ctx.actor.user_id).first()
    if stored is None or not path_of(stored).is_file():
        raise Refused([FieldFault("file", Fault("hints.file_gone"))])
    try:
        reading = read_relations(path_of(stored), stored.name)
    except Fault as fault:
        raise Refused([FieldFault("file", fault)]) from fault
    hints, known, strange = _matched(reading.said)
    kept = sorted(hints, key=lambda one: (-one.score, one.line))[:MAX_HINTS]
    if not kept:
        raise Refused([FieldFault("file", Fault("hints.nothing", rows=reading.rows, known=known, strange=strange))])
    for one in kept:
        one.file_name, one.batch = stored.name[:200], ctx.tx
    ctx.create_many(kept)
    return Taken(reading, len(kept), known, strange, len(hints) - len(kept))


def _matched(said: Iterable[Said]) -> tuple[list[Hint], int, int]:
    """Unsaved hints; how many rows are known already, and how many are about no link of the map."""
    first: dict[str, Said] = {}
    known = strange = 0
    for one in said:
        if first.setdefault(ref_of(one), one) is not one:
            known += 1
    refs = list(first)
    for start in range(0, len(refs), PART):
        for ref in Hint.objects.filter(ref__in=refs[start : start + PART]).values_list("ref", flat=True):
            known += first.pop(ref, None) is not None
    matcher = Matcher(Node.objects.order_by("code"))
    joined = set(Edge.objects.values_list("source_id", "target_id"))
    hints = []
    for ref, one in first.items():
        (source, points), (target, more) = matcher.find(one.source), matcher.find(one.target)
        score = points + more
        inside = source is not None and target is not None and source.pk == target.pk
        if score < LEAST or (one.relation == INCLUDES and source is None) or (inside and one.relation != INCLUDES):
            strange += 1
        elif _on_the_map(one, source, target, joined):
            known += 1
        else:
            hints.append(_hint(ref, one, source, target, score))
    return hints, known, strange


def _on_the_map(one: Said, source: Node | None, target: Node | None, joined: set[tuple[int, int]]) -> bool:
    if one.relation == INCLUDES:
        return source is not None and one.target in source.keywords
    return source is not None and target is not None and (source.pk, target.pk) in joined


def _hint(ref: str, one: Said, source: Node | None, target: Node | None, score: float) -> Hint:
    return Hint(
        ref=ref, source_text=one.source, target_text=one.target, relation=one.relation, source_node=source,
        target_node=target if one.relation != INCLUDES else None, score=Decimal(str(round(score, 3))), line=one.line, origin=one.origin,
    )  # fmt: skip


@action(
    label=_("采用"),
    permission="chain.hint.decide",
    on=Hint,
    icon="check",
    why="optional",
    when=lambda hint: hint.state == OPEN,
)
def accept_hint(
    ctx: Ctx,
    *,
    hint: Hint,
    kind: Annotated[Edge.Kind, Ask(_("关系"))] = Edge.Kind.MATERIAL,
    segment: Annotated[
        str,
        Ask(
            _("新环节的位置"),
            choices=tuple(Node.Segment.choices),
            help=_("有一头还没有环节时必填：按文件里的名称新增。"),
        ),
    ] = "",
    source: Annotated[int | None, Ask(_("供方环节"), target="chain.node", help=_("空着就用系统对上的。"))] = None,
    target: Annotated[int | None, Ask(_("用方环节"), target="chain.node", help=_("空着就用系统对上的。"))] = None,
) -> None:
    """Put what the hint says on the map: the supply relation, and the link that is missing (its segment must be said); of a narrower
    product, one more word of the link. The hint's file and line become the basis; a weight is not made up."""
    for verb, ledger in (("add", "chain.edge"), ("add", "chain.node"), ("change", "chain.node")):
        if not may(ctx.actor, verb, ledger):
            raise Denied(verb, ledger)
    if hint.relation == INCLUDES:
        node = _end(source, hint.source_node_id)
        if node is None:
            raise Refused([FieldFault("source", Fault("column.required"))])
        if hint.target_text not in node.keywords:
            ctx.update(node, keywords=[*node.keywords, hint.target_text])
        ctx.update(hint, state=ACCEPTED, source_node=node)
        return
    ends = [_end(source, hint.source_node_id), _end(target, hint.target_node_id)]
    if ends == [None, None]:
        raise Refused([FieldFault("source", Fault("column.required"))])
    texts = (hint.source_text, hint.target_text)
    one, other = (
        end if end is not None else _missing(ctx, text, ends[1 - at], segment)
        for at, (end, text) in enumerate(zip(ends, texts, strict=True))
    )
    basis = _t("提示：%(file)s 第 %(line)s 行") % {"file": hint.file_name[:120], "line": hint.line}
    if not Edge.objects.filter(ref=f"{one.pk}:{other.pk}:{kind}").exists():
        ctx.create(new_edge(ctx.actor, one.pk, other.pk, kind, None, basis[:200]))
    ctx.update(hint, state=ACCEPTED, source_node=one, target_node=other)


def _end(chosen: int | None, found: int | None) -> Node | None:
    return Node.objects.select_related("chain").filter(pk=chosen or found or 0).first()


def _missing(ctx: Ctx, text: str, neighbour: Node | None, segment: str) -> Node:
    """The link that is missing, in the chain of its neighbour; the one that bears the name already where there is one."""
    assert neighbour is not None
    there = Node.objects.filter(chain=neighbour.chain, name=text).first()
    if there is not None:
        return there
    if not segment:
        raise Refused([FieldFault("segment", Fault("hints.segment", name=text, chain=neighbour.chain.label))])
    return ctx.create(
        Node(
            code=free_code(neighbour.chain), chain=neighbour.chain, segment=segment, name=text, keywords=[text], reviewed=today(),
            source=_t("产品关系提示"),
        )
    )  # fmt: skip


@action(
    label=_("不采用"),
    permission="chain.hint.decide",
    on=Hint,
    icon="x",
    bulk=True,
    why="optional",
    when=lambda hint: hint.state == OPEN,
)
def reject_hint(ctx: Ctx, *, hint: Hint) -> None:
    """The relation is none of this county's map; a file that says it again does not ask again."""
    ctx.update(hint, state=REJECTED)


@action(
    label=_("重新考虑"),
    permission="chain.hint.decide",
    on=Hint,
    icon="arrow-back-up",
    why="optional",
    when=lambda hint: hint.state == REJECTED,
)
def reopen_hint(ctx: Ctx, *, hint: Hint) -> None:
    """Ask a rejected hint once more."""
    ctx.update(hint, state=OPEN)


@action(label=_("撤销这次读入"), permission="chain.hint.undo", icon="arrow-back-up", tone="danger", why="optional")
def withdraw_hints(ctx: Ctx, *, batch: Annotated[str, Ask(_("批次"), max_length=32)]) -> int:
    """Take the open hints of one reading away; what somebody decided of them stays. Returns how many went."""
    gone = list(Hint.objects.filter(batch=batch, state=OPEN, version=1).order_by("pk"))
    if not gone:
        raise Refused([FieldFault("batch", Fault("hints.nothing_open"))])
    return ctx.delete_many(gone)
