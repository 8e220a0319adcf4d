"""The editing history of one chain, out of the trail: who did what when, what was taken back, what can be.

A transaction counts as an edit of a chain when it touched a link or a supply relation of it. Nothing is kept besides the trail: an
undo leaves a remark on the chain that names the transaction it took back.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.chain.models import Chain, Edge, Node
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import now
from gongxing.kernel.ledger.declare import ledger_named

UNDO, REMARK = "chain.undo_edit", "@undo_"
NODE, EDGE, CHAIN = "chain.node", "chain.edge", "chain.chain"
WINDOW, SHOWN, NAMED, FIRST, PART = 1500, 30, 4, 12, 500
Line = tuple[int, str, str, int]
"""An entry as it is first read: number, transaction, ledger, row."""


@dataclass(frozen=True)
class Touch:
    """What one entry did to one row of the map."""

    ledger: str
    row: int
    kind: str
    title: str
    fields: tuple[str, ...]


@dataclass
class Edit:
    """One transaction on a chain. ``rows``: what it touched of the chain; ``touches``: the first of its entries. ``undoes``: the
    transaction it took back; ``standing``: its effect holds; ``later``: a later standing one touched the same rows; ``whole``: it made
    the chain itself."""

    tx: str
    rows: set[tuple[str, int]] = field(default_factory=set)
    entries: list[int] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    verb: str = ""
    at: datetime = field(default_factory=now)
    post: str = ""
    lent: str = ""
    user: str = ""
    why: str = ""
    undoes: str = ""
    standing: bool = True
    later: bool = False
    whole: bool = False
    depth: int = 0

    @property
    def is_undo(self) -> bool:
        """Whether it took a change back; taking an undo back is a change again."""
        return self.depth % 2 == 1

    @property
    def can_be_undone(self) -> bool:
        return self.standing and not self.later and not self.whole


def edits_of(chain: Chain, limit: int = SHOWN) -> list[Edit]:
    """The last edits of a chain, newest first. A handful of queries, over the newest entries of links and relations."""
    edits = _all(chain)[:limit]
    _read(edits)
    return edits


def _all(chain: Chain) -> list[Edit]:
    """Every edit in the window, marked; who, when and why are not read yet."""
    entries = sorted((*_newest(NODE), *_newest(EDGE)), reverse=True)
    homes = _Homes(entries)
    found: dict[str, Edit] = {}
    for pk, tx, ledger, row in entries:
        if chain.pk in homes.of(ledger, row):
            edit = found.setdefault(tx, Edit(tx))
            edit.rows.add((ledger, row))
            edit.entries.append(pk)
    edits = list(found.values())
    _mark(edits, _remarks(chain))
    return edits


def edit_named(chain: Chain, tx: str) -> Edit | None:
    """One edit of a chain; for "" the one that «undo» means when nobody says which: the newest change that stands and is no undo."""
    found = next(
        (one for one in _all(chain) if (one.tx == tx if tx else one.standing and not one.is_undo)),
        None,
    )
    if found is not None:
        _read([found])
    return found


def _newest(ledger: str) -> list[Line]:
    found = Entry.objects.filter(ledger=ledger).order_by("-id").values_list("pk", "tx", "ledger", "row")
    return list(found[:WINDOW])


class _Homes:
    """To which chains a row of the trail belongs, rows that are gone included."""

    def __init__(self, entries: Iterable[Line]) -> None:
        self.nodes: dict[int, int] = dict(Node.objects.values_list("pk", "chain_id"))
        self.edges: dict[int, tuple[int, int]] = {
            pk: (source, target) for pk, source, target in Edge.objects.values_list("pk", "source_id", "target_id")
        }
        known = {NODE: self.nodes.keys(), EDGE: self.edges.keys()}
        gone = [pk for pk, _tx, ledger, row in entries if row not in known[ledger]]
        for start in range(0, len(gone), PART):
            for ledger, row, body in Entry.objects.filter(pk__in=gone[start : start + PART]).values_list(
                "ledger", "row", "body"
            ):
                self._learn(ledger, row, json.loads(body)["cells"])

    def _learn(self, ledger: str, row: int, cells: Mapping[str, list[str | None]]) -> None:
        """A row that is gone: the entry that made or deleted it says everything."""
        if ledger == NODE and "chain" in cells:
            self.nodes.setdefault(row, int(_some(cells["chain"])))
        elif ledger == EDGE and {"source", "target"} <= cells.keys():
            self.edges.setdefault(row, (int(_some(cells["source"])), int(_some(cells["target"]))))

    def of(self, ledger: str, row: int) -> set[int]:
        if ledger == NODE:
            return {self.nodes[row]} if row in self.nodes else set()
        return {self.nodes[end] for end in self.edges.get(row, ()) if end in self.nodes}


def _some(pair: list[str | None]) -> str:
    return pair[1] or pair[0] or "0"


def _read(edits: Iterable[Edit]) -> None:
    """Who, when, why and the first things each did. One query."""
    by_entry = {pk: edit for edit in edits for pk in [*edit.entries[-FIRST:]]}
    for entry in Entry.objects.filter(pk__in=list(by_entry)).order_by("id"):
        edit = by_entry[entry.pk]
        edit.verb, edit.at, edit.why = entry.verb, entry.at, entry.why
        edit.post, edit.lent, edit.user = entry.post, entry.lent, entry.user
        edit.touches.append(_touch(entry, json.loads(entry.body)))


def _touch(entry: Entry, body: Mapping[str, Any]) -> Touch:
    fields = tuple(name for name in body["cells"] if not name.startswith("@"))
    return Touch(entry.ledger, entry.row, body["kind"], entry.title, fields)


def _remarks(chain: Chain) -> dict[str, str]:
    """Undo → what it took back, from the remarks on the chain."""
    found = {}
    for tx, body in Entry.objects.filter(ledger=CHAIN, row=chain.pk, verb=UNDO).values_list("tx", "body"):
        for name in json.loads(body)["cells"]:
            if name.startswith(REMARK):
                found[tx] = name.removeprefix(REMARK)
    return found


def _mark(edits: list[Edit], undone: Mapping[str, str]) -> None:
    """Say of each edit what it took back, whether it stands and whether something stands upon it."""
    by: dict[str, list[str]] = {}
    for undo, tx in undone.items():
        by.setdefault(tx, []).append(undo)
    begun = set(
        Entry.objects.filter(ledger=CHAIN, tx__in=[one.tx for one in edits], row_version=1)
        .exclude(verb=UNDO)
        .values_list("tx", flat=True)
    )
    later: set[tuple[str, int]] = set()
    for one in edits:
        one.undoes = undone.get(one.tx, "")
        one.standing = _stands(one.tx, by)
        one.depth = _depth(one.tx, undone)
        one.whole = one.tx in begun
        one.later = bool(one.rows & later)
        if one.standing and not one.is_undo:
            later |= one.rows


def _stands(tx: str, by: Mapping[str, list[str]]) -> bool:
    return not any(_stands(undo, by) for undo in by.get(tx, ()))


def _depth(tx: str, undone: Mapping[str, str]) -> int:
    depth = 0
    while tx in undone and depth <= len(undone):
        tx, depth = undone[tx], depth + 1
    return depth


def edit_words(edit: Edit) -> str:
    """What an edit did, in words; at most a few things are named."""
    said = list(dict.fromkeys(_said(edit.touches)))
    if len(said) <= NAMED and len(edit.entries) <= FIRST:
        return _("；").join(said)
    return _("%(some)s 等，共 %(n)d 处") % {"some": _("；").join(said[:NAMED]), "n": len(edit.rows)}


def _said(touches: Iterable[Touch]) -> Iterator[str]:
    kinds = Counter((one.ledger, one.row, one.kind) for one in touches)
    for one in touches:
        made = kinds[one.ledger, one.row, "add"] > 0
        if one.kind == "add":
            yield (_("新增“%(title)s”") if one.ledger == NODE else _("连接 %(title)s")) % {"title": one.title}
        elif one.kind == "delete":
            yield (_("去掉“%(title)s”") if one.ledger == NODE else _("断开 %(title)s")) % {"title": one.title}
        elif one.kind == "change" and not made and (labels := _labels(one)):
            yield _("改“%(title)s”的%(labels)s") % {"title": one.title, "labels": labels}


def _labels(one: Touch) -> str:
    ledger = ledger_named(one.ledger)
    named = [str(ledger.column(name).label) for name in one.fields if ledger.has_column(name) and name != ledger.key]
    return _("、").join(named)
