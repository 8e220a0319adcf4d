"""Relations between products from a file of the user's, and the links of the map they may be about.

Such files are noisy by nature (relations read out of encyclopaedias and news by patterns): nothing of them is a fact. A row is kept as a
question only where both products look like links of the map, or one of them bears exactly the name or a word of one.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from gongxing.domains.chain.models import Hint, Node
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import clean_text, tight
from gongxing.kernel.exchange.reading.source import open_source

SUPPLIES, INCLUDES = Hint.Relation.SUPPLIES, Hint.Relation.INCLUDES
SAME, LIKE, LEAST = 0.5, 0.3, 0.5
"""Points of an end: its text is a link's name or word; it only contains a word. A hint needs ``LEAST`` in all."""
SHORTEST, LONGEST, HEAD_ROWS, MAX_ROWS, MAX_HINTS, NAMED = 2, 60, 10, 200_000, 5000, 5
HEADS: Mapping[str, frozenset[str]] = {
    "product": frozenset({"产品", "产品a", "product", "producta", "head", "头实体", "主体"}),
    "other": frozenset({"产品b", "productb", "tail", "尾实体", "客体", "相关产品"}),
    "supplier": frozenset({"上游材料", "上游产品", "上游", "原料", "原材料", "供方", "供方产品", "upstreammaterial", "upstream"}),
    "user": frozenset({"下游产品", "下游", "用方", "用方产品", "downstreamproduct", "downstream"}),
    "wide": frozenset({"产品大类", "大类", "上位", "上位词", "productclass", "父类"}),
    "narrow": frozenset({"产品小类", "小类", "下位", "下位词", "子类", "subproduct"}),
    "relation": frozenset({"关系", "关系类型", "relation", "relationtype", "rel", "类型"}),
    "origin": frozenset({"来源", "出处", "依据", "日期", "origin", "reference", "date"}),
}  # fmt: skip
FEEDS = frozenset({"下游产品", "下游", "上游于", "供给", "供应", "downstream", "supplies"})
FED_BY = frozenset({"上游材料", "上游产品", "上游", "原料", "原材料", "下游于", "upstream", "needs"})
WIDER = frozenset({"包含", "上下位", "子类", "下位", "产品小类", "includes"})
NARROWER = frozenset({"属于", "是一种", "上位", "产品大类"})


@dataclass(frozen=True)
class Said:
    """One row of a file: ``source`` supplies or includes ``target``."""

    line: int
    source: str
    target: str
    relation: str
    origin: str


@dataclass
class Reading:
    """What a file says, and how many rows said nothing: ``other``: another relation; ``loops``: a product with itself;
    ``blank``: an end is empty; ``bad``: rows that cannot be read, the first of them by line."""

    said: list[Said] = field(default_factory=list)
    rows: int = 0
    other: int = 0
    loops: int = 0
    blank: int = 0
    bad: int = 0
    bad_lines: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Layout:
    """Which column is which."""

    at: Mapping[str, int]
    first: int


def fold(text: Any) -> str:
    """Text as it is compared: half-width, without blanks, lower case."""
    return tight(str(text)).lower()


def read_relations(path: Path, name: str) -> Reading:
    """Read a CSV or workbook of relations. Raises Fault: those of ``open_source``, hints.columns, hints.too_many."""
    source = open_source(path, name)
    for sheet in source.sheets:
        layout = _layout(list(islice(source.rows(sheet), HEAD_ROWS)))
        if layout is not None:
            return _read(source.rows(sheet), layout, name)
    raise Fault("hints.columns", name=name)


def _layout(rows: Sequence[Sequence[Any]]) -> _Layout | None:
    for number, row in enumerate(rows, start=1):
        cells = [fold(cell).replace("_", "") if cell is not None else "" for cell in row]
        at: dict[str, int] = {}
        for position, cell in enumerate(cells):
            for role, words in HEADS.items():
                if cell in words:
                    at.setdefault(role, position)
        if "source" in cells:
            at.setdefault("supplier" if "target" in cells else "origin", cells.index("source"))
        if "target" in cells and "source" in cells:
            at.setdefault("user", cells.index("target"))
        if _ends(at, "") is not None or {"relation", "product", "other"} <= at.keys():
            return _Layout(at, number + 1)
    return None


def _ends(at: Mapping[str, int], word: str) -> tuple[int, int, str] | None:
    """(column of the source, column of the target, relation) of a row whose relation is called ``word``; None for another one."""
    if {"relation", "product", "other"} <= at.keys():
        one, other = at["product"], at["other"]
        if word in FEEDS:
            return one, other, SUPPLIES
        if word in FED_BY:
            return other, one, SUPPLIES
        if word in WIDER:
            return one, other, INCLUDES
        return (other, one, INCLUDES) if word in NARROWER else None
    for source, target, relation in (
        ("supplier", "user", SUPPLIES), ("supplier", "product", SUPPLIES), ("product", "user", SUPPLIES), ("wide", "narrow", INCLUDES),
        ("product", "narrow", INCLUDES), ("wide", "product", INCLUDES),
    ):  # fmt: skip
        if source in at and target in at:
            return at[source], at[target], relation
    return None


def _read(rows: Iterator[list[Any]], layout: _Layout, name: str) -> Reading:
    found = Reading()
    for line, row in enumerate(rows, start=1):
        if line < layout.first or not any(cell is not None for cell in row):
            continue
        found.rows += 1
        if found.rows > MAX_ROWS:
            raise Fault("hints.too_many", name=name, limit=MAX_ROWS)
        _take(found, row, line, layout)
    return found


def _take(found: Reading, row: Sequence[Any], line: int, layout: _Layout) -> None:
    word = fold(_cell(row, layout.at.get("relation")))
    ends = _ends(layout.at, word)
    if ends is None:
        found.other += 1
        return
    try:
        source, target = (clean_text(str(_cell(row, at)), LONGEST) for at in ends[:2])
        origin = clean_text(str(_cell(row, layout.at.get("origin"))), 200)
    except Fault:
        found.bad += 1
        found.bad_lines = [*found.bad_lines, line][:NAMED]
        return
    if not source or not target:
        found.blank += 1
    elif fold(source) == fold(target):
        found.loops += 1
    else:
        found.said.append(Said(line, source, target, ends[2], origin))


def _cell(row: Sequence[Any], at: int | None) -> Any:
    cell = row[at] if at is not None and at < len(row) else None
    return "" if cell is None else cell


def ref_of(said: Said) -> str:
    """The same for every repeat of a relation, in whatever file and spelling of width or case."""
    text = "|".join((said.relation, fold(said.source), fold(said.target)))
    return hashlib.sha256(text.encode()).hexdigest()


class Matcher:
    """Finds the link a product may be about: by name or word; else by the longest word it contains, unless an excluded one is in it."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = {node.pk: node for node in nodes}
        self.same: dict[str, int] = {}
        self.words: dict[str, int] = {}
        self.excluded = {pk: [fold(one) for one in node.exclude] for pk, node in self.nodes.items()}
        for pk, node in self.nodes.items():
            for text in (node.name, *node.keywords):
                self.same.setdefault(fold(text), pk)
            for text in node.keywords:
                if len(fold(text)) >= SHORTEST:
                    self.words.setdefault(fold(text), pk)
        self.longest = max((len(word) for word in self.words), default=0)

    def find(self, text: str) -> tuple[Node | None, float]:
        """The link and the points it gets."""
        folded = fold(text)
        pk = self.same.get(folded)
        if pk is not None:
            return self.nodes[pk], SAME
        for length in range(min(len(folded) - 1, self.longest), SHORTEST - 1, -1):
            for start in range(len(folded) - length, -1, -1):
                pk = self.words.get(folded[start : start + length])
                if pk is not None and not any(one in folded for one in self.excluded[pk]):
                    return self.nodes[pk], LIKE
        return None, 0.0
