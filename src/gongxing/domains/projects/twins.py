"""Projects that may be one, or one signed anew: found, never decided.

Two projects make a pair when both have the same owner (the same enterprise of the register, or equal folded names, a registered name and an
intended owner's included) and at least one of:

- parcel: the same folded text of the parcel or workshop, at least four signs;
- amount: total investments that differ by at most 2 % of the larger one;
- name: names alike by at least 0.80 (Indel similarity, the line ``engines/names`` draws for enterprises too), after the owner's name, punctuation
  and the word 项目 are taken off.

Where one side names no owner, two of the three must hold, and the names be alike by 0.90: an unknown owner is not another one. Of two that are out of
the pool nothing is asked. Score = 0.40 owner + 0.20 parcel + 0.20 amount + 0.20 × likeness of the names where it reaches its line.

Blocks: owners; for projects without one, the six rarest pairs of neighbouring characters of the name.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from rapidfuzz.distance import Indel

from gongxing.domains.projects.models import Project, TwinQuestion
from gongxing.domains.projects.naming import folded_name
from gongxing.engines.names import fold
from gongxing.kernel.access.visible import visible
from gongxing.kernel.org.actor import Actor

NEAR, ALIKE, SURELY_ALIKE = Decimal("0.02"), 0.80, 0.90
OWNER, PARCEL, AMOUNT, NAME = 0.40, 0.20, 0.20, 0.20
SHORTEST_PARCEL, SHORTEST_NAME, RAREST, CROWD = 4, 4, 6, 400
AN_OWNER_AT_MOST = 60
RESIGNED_DAYS = 90
OUT = (Project.Stage.REMOVED, Project.Stage.TRANSFERRED)
STOPPED = (*OUT, Project.Stage.PAUSED)
FIELDS = (
    "pk",
    "name",
    "folded",
    "firm_id",
    "firm__name",
    "owner_name",
    "place",
    "total_investment",
    "stage",
    "signed_on",
    "invented",
)


class TwinRow(NamedTuple):
    """A project as the comparison needs it; fields as ``FIELDS`` name them."""

    pk: int
    name: str
    folded: str
    firm: int | None
    firm_name: str | None
    owner_name: str
    place: str
    amount: Decimal | None
    stage: str
    signed_on: date | None
    invented: bool

    @property
    def owner(self) -> str:
        """The owner's name as it stands; "" for none."""
        return self.firm_name or self.owner_name

    @property
    def owner_key(self) -> str:
        """The owner's folded name; "" for none."""
        return _folded(self.owner)


@dataclass(frozen=True)
class Pair:
    """Two projects, the smaller number first, with what they have in common as codes and values."""

    one: TwinRow
    other: TwinRow
    score: float
    reasons: tuple[tuple[str, Mapping[str, str]], ...]

    @property
    def ref(self) -> str:
        return f"{self.one.pk}:{self.other.pk}"


@lru_cache(maxsize=50_000)
def _folded(name: str) -> str:
    return fold(name)


@lru_cache(maxsize=50_000)
def bare_name(folded: str, owner: str) -> str:
    """A project's folded name without its owner's name and the word 项目; the whole where too little would be left."""
    bare = folded.replace(folded_name(owner), "") if owner else folded
    bare = bare.replace("项目", "")
    return bare if len(bare) >= SHORTEST_NAME else folded


def compare(one: TwinRow, other: TwinRow) -> Pair | None:
    """What two projects have in common; None when that is too little to ask about."""
    if one.stage in OUT and other.stage in OUT:
        return None
    one, other = (one, other) if one.pk < other.pk else (other, one)
    reasons: list[tuple[str, Mapping[str, str]]] = []
    score, grounds = 0.0, 0
    owners = _owners(one, other)
    if owners is None:
        return None
    if owners:
        reasons.append(owners)
        score += OWNER
    place = folded_name(one.place)
    if len(place) >= SHORTEST_PARCEL and place == folded_name(other.place):
        reasons.append(("twins.same_parcel", {"place": one.place}))
        score, grounds = score + PARCEL, grounds + 1
    gap = _gap(one.amount, other.amount)
    if gap is not None and gap <= NEAR:
        reasons.append(
            ("twins.amount", {"share": f"{gap * 100:.1f}%", "one": f"{one.amount:,f}", "other": f"{other.amount:,f}"})
        )
        score, grounds = score + AMOUNT, grounds + 1
    owner = one.owner or other.owner
    likeness = float(
        Indel.normalized_similarity(
            bare_name(one.folded, one.owner or owner), bare_name(other.folded, other.owner or owner)
        )
    )
    if likeness >= (ALIKE if owners else SURELY_ALIKE):
        reasons.append(("twins.name", {"share": f"{likeness:.0%}"}))
        score, grounds = score + NAME * likeness, grounds + 1
    elif not owners:
        return None
    if grounds < (1 if owners else 2):
        return None
    if owners and gap is not None and gap <= NEAR:
        reasons += _resigned(one, other)
    return Pair(one, other, round(score, 3), tuple(reasons))


def _owners(one: TwinRow, other: TwinRow) -> tuple[str, Mapping[str, str]] | tuple[()] | None:
    """The reason when the owners are the same, () while one is unknown, None when they differ."""
    if one.firm is not None and one.firm == other.firm:
        return "twins.same_firm", {"owner": one.owner}
    if not one.owner_key or not other.owner_key:
        return ()
    return ("twins.same_owner_name", {"owner": one.owner}) if one.owner_key == other.owner_key else None


def _gap(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """The difference as a share of the larger amount; None when one is unknown or nought."""
    if not one or not other:
        return None
    return abs(one - other) / max(one, other)


def _resigned(one: TwinRow, other: TwinRow) -> list[tuple[str, Mapping[str, str]]]:
    """What speaks for a project signed anew: one stopped, or signed much earlier."""
    stopped = [row for row in (one, other) if row.stage in STOPPED]
    if stopped:
        return [("twins.resigned", {"name": row.name, "stage": row.stage}) for row in stopped[:1]]
    if one.signed_on is None or other.signed_on is None or abs((one.signed_on - other.signed_on).days) < RESIGNED_DAYS:
        return []
    first = one if one.signed_on < other.signed_on else other
    return [("twins.earlier", {"name": first.name, "days": str(RESIGNED_DAYS)})]


def pairs_of(rows: Sequence[TwinRow], only: frozenset[int] | None = None) -> list[Pair]:
    """All pairs among the rows, best first; with ``only`` those that touch one of these projects. Order of the rows does not matter."""
    found: dict[str, Pair] = {}
    for group in _blocks(rows):
        kept: list[Pair] = []
        for one, other in combinations(group, 2):
            if only is None or one.pk in only or other.pk in only:
                pair = compare(one, other)
                if pair is not None:
                    kept.append(pair)
        kept.sort(key=lambda pair: (-pair.score, pair.one.pk, pair.other.pk))
        found.update({pair.ref: pair for pair in kept[:AN_OWNER_AT_MOST]})
    return sorted(found.values(), key=lambda pair: (-pair.score, pair.one.pk, pair.other.pk))


def _blocks(rows: Sequence[TwinRow]) -> Iterator[list[TwinRow]]:
    """Groups that may hold a pair: one owner; a project without an owner with each whose name is like its."""
    owners: dict[str, dict[int, TwinRow]] = defaultdict(dict)
    for row in rows:
        if row.firm is not None:
            owners[f"#{row.firm}"][row.pk] = row
        if row.owner_key:
            owners[row.owner_key][row.pk] = row
    yield from (sorted(group.values()) for group in owners.values() if len(group) > 1)
    ownerless = [row for row in rows if not row.owner_key]
    if not ownerless:
        return
    frequent = Counter(pair for row in rows for pair in _pairs(row.folded))
    posted: dict[str, list[TwinRow]] = defaultdict(list)
    for row in rows:
        for pair in _pairs(row.folded):
            if frequent[pair] <= CROWD:
                posted[pair].append(row)
    for row in ownerless:
        rare = sorted(_pairs(row.folded), key=lambda pair: (frequent[pair], pair))[:RAREST]
        near = {one.pk: one for pair in rare for one in posted.get(pair, ()) if one.pk != row.pk}
        for other in near.values():
            yield [row, other]


def _pairs(folded: str) -> frozenset[str]:
    return frozenset(folded[at : at + 2] for at in range(len(folded) - 1))


def all_pairs() -> list[Pair]:
    """All pairs of the register. One query."""
    return pairs_of(_rows(Project.objects.all()))


def pairs_with(ids: Iterable[int]) -> list[Pair]:
    """The pairs these projects make with others of the same owner (as typed), and with those of a like amount where an owner is unknown.
    Two queries: owners that are typed differently are found by the nightly search."""
    touched = _rows(Project.objects.filter(pk__in=list(ids)))
    if not touched:
        return []
    near = Q(firm_id__in=[row.firm for row in touched if row.firm is not None])
    names = [row.owner for row in touched if row.owner]
    near |= Q(owner_name__in=names) | Q(firm__name__in=names)
    for row in touched:
        if row.amount:
            like = Q(total_investment__range=(row.amount * (1 - NEAR), row.amount / (1 - NEAR)))
            near |= like if not row.owner else like & Q(firm__isnull=True, owner_name="")
    rows = {row.pk: row for row in (*_rows(Project.objects.filter(near)), *touched)}
    return pairs_of(sorted(rows.values()), frozenset(row.pk for row in touched))


def _rows(projects: QuerySet[Project]) -> list[TwinRow]:
    return [TwinRow(*values) for values in projects.order_by("pk").values_list(*FIELDS)]


def open_twin(project: Project) -> TwinQuestion | None:
    """The surest question about this project that waits for an answer; None when there is none. One query."""
    asked = TwinQuestion.objects.filter(Q(one=project) | Q(other=project), answer=TwinQuestion.Answer.OPEN)
    return asked.select_related("one", "other").order_by("-score", "pk").first()


def open_twins(actor: Actor) -> QuerySet[TwinQuestion]:
    """Questions that wait for an answer and whose both sides the actor may see, surest first."""
    return seen_twins(actor, "answer").filter(answer=TwinQuestion.Answer.OPEN)


def seen_twins(actor: Actor, verb: str) -> QuerySet[TwinQuestion]:
    """Questions the actor may do a verb on, both sides visible, surest first."""
    seen: Any = visible(Project.objects.all(), actor).order_by().values("pk")
    asked = visible(TwinQuestion.objects.all(), actor, verb).filter(one__in=seen, other__in=seen)
    return asked.select_related("one__unit", "other__unit", "one__firm", "other__firm").order_by("-score", "pk")
