"""Rows of one register that may be one enterprise: found, never merged.

Grounds, surest first: code (equal codes, upper-cased; «无» and the like never join), name (equal folded names, two codes or none),
address (same folded address and cores alike by ≥ 0.80, without a veto). Different codes or names always remain a person's question.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.distance import Indel

from gongxing.engines.names.folding import core, fold
from gongxing.engines.names.structure import Regions, structure, vetoes

NO_CODE = frozenset({"", "无", "N/A", "NULL", "-", "0", "暂无"})
ALIKE, CROWD, SHORTEST_ADDRESS, SHORTEST_CODE = 0.80, 40, 6, 8
NO_REGIONS = Regions(frozenset(), 0)


@dataclass(frozen=True)
class NameRow:
    """A register row as the comparison needs it. ``code`` "" when none."""

    id: int
    code: str
    name: str
    address: str = ""


@dataclass(frozen=True)
class DuplicateGroup:
    """Rows that may be one firm. ``kind``: code, name, address; ``likeness`` of the names 0..1; ``same_name`` and ``same_code``
    say what agrees: only when both do, the rows are surely one entry written twice."""

    kind: str
    members: tuple[int, ...]
    likeness: float
    same_name: bool
    same_code: bool


@dataclass(frozen=True)
class DuplicatePair:
    """Two rows of a group, the smaller id first, with what these two have in common: code, name, address, or only the group."""

    one: int
    other: int
    kind: str
    likeness: float


def pairs_of(group: DuplicateGroup, rows: Mapping[int, NameRow]) -> Iterator[DuplicatePair]:
    """Every two rows of a group, so that a person who parts one from the others is still asked about the rest."""
    for one, other in combinations(sorted(group.members), 2):
        first, second = rows[one], rows[other]
        kind = group.kind
        if group.kind != "address":
            kind = "code" if _usable(first.code) and _usable(first.code) == _usable(second.code) else "name"
        likeness = Indel.normalized_similarity(core(first.name), core(second.name))
        yield DuplicatePair(one, other, kind, round(float(likeness), 3))


def _usable(code: str) -> str:
    code = fold(code)
    return "" if code in NO_CODE or len(code) < SHORTEST_CODE else code


def duplicates(rows: Iterable[NameRow]) -> list[DuplicateGroup]:
    """All groups, code and name joined transitively; address pairs only between rows not already joined. Order-independent."""
    listed = sorted(rows, key=lambda row: row.id)
    parent: dict[int, int] = {row.id: row.id for row in listed}

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    by_code: dict[str, list[NameRow]] = defaultdict(list)
    by_name: dict[str, list[NameRow]] = defaultdict(list)
    for row in listed:
        if code := _usable(row.code):
            by_code[code].append(row)
        by_name[fold(row.name)].append(row)
    for bucket in (*by_code.values(), *by_name.values()):
        for other in bucket[1:]:
            parent[root(other.id)] = root(bucket[0].id)
    joined: dict[int, list[NameRow]] = defaultdict(list)
    for row in listed:
        joined[root(row.id)].append(row)
    groups = [_joined_group(members) for members in joined.values() if len(members) > 1]
    groups.extend(_address_pairs(listed, root))
    return sorted(
        groups, key=lambda group: (("code", "name", "address").index(group.kind), -group.likeness, group.members)
    )


def _joined_group(members: list[NameRow]) -> DuplicateGroup:
    names = {fold(row.name) for row in members}
    codes = {_usable(row.code) for row in members}
    same_code = len(codes) == 1 and "" not in codes
    likeness = min(
        (Indel.normalized_similarity(core(a.name), core(b.name)) for a, b in combinations(members[:8], 2)), default=1.0
    )
    ids = tuple(sorted(row.id for row in members))
    return DuplicateGroup("code" if same_code else "name", ids, round(float(likeness), 3), len(names) == 1, same_code)


def _address_pairs(listed: list[NameRow], root: object) -> Iterator[DuplicateGroup]:
    by_address: dict[str, list[NameRow]] = defaultdict(list)
    for row in listed:
        address = fold(row.address)
        if len(address) >= SHORTEST_ADDRESS:
            by_address[address].append(row)
    for bucket in by_address.values():
        if not 1 < len(bucket) <= CROWD:
            continue
        cores = {row.id: core(row.name) for row in bucket}
        for one, other in combinations(bucket, 2):
            if root(one.id) == root(other.id):  # type: ignore[operator]
                continue
            likeness = Indel.normalized_similarity(cores[one.id], cores[other.id])
            if likeness < ALIKE or vetoes(structure(one.name, NO_REGIONS), structure(other.name, NO_REGIONS)):
                continue
            yield DuplicateGroup("address", (one.id, other.id), round(float(likeness), 3), False, False)
