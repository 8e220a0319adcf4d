"""Which rows an actor may see or touch today.

A grant reaches the subtree of its unit. The subtree is expanded to literal unit ids before the big query, because a planner
that sees a sub-select cannot know its size (measured: 23-31 ms against 1.3 ms on a million rows). A grant at the root adds no
condition at all. A grant below the root reaches nothing of a ledger whose rows belong to no unit, and a grant on one thing nothing
of a ledger that is not about things. Of a ledger with drafts (``Row.drafted``) those without a
working verb on a row see it once it is public. Nothing here is cached longer than a request: a grant may end today.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TypeVar, cast

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from gongxing.kernel.access.models import ANY, Grant
from gongxing.kernel.clock import today
from gongxing.kernel.database.prepared import Prepared
from gongxing.kernel.database.rows import Row
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit

M = TypeVar("M", bound=Model)
_held = Prepared(
    lambda posts, day, same: (
        Grant.objects.filter(Q(end__isnull=True) | Q(end__gte=day), post_id__in=posts, start__lte=same)
        .values_list("verb", "target", "unit__path", "unit__parent_id", "thing")
        .distinct()
    )
)
Given = tuple[str, int | None, int | None]
"""A grant for a verb on a ledger: path and parent of its unit, and the one thing it is limited to."""


READING = frozenset({"view", "export"})
"""Verbs by which rows are read: of a ledger with drafts they reach what is public, unless there is work on it too."""
NO_WORK = READING | {"audit", "read"}
"""Verbs that are no work on a row: whoever holds nothing else reads no draft and no secret line. An auditor reads what is public, and the trail."""


@dataclass(frozen=True)
class Hands:
    """The units and posts of somebody who only reads: of the drafts he sees those that lie there. ``works``: the ledgers on which he does more,
    for the whole county; ``mine`` and ``things``: the units, and the single things, on whose rows of this ledger he does."""

    units: tuple[int, ...] = ()
    posts: tuple[int, ...] = ()
    works: frozenset[str] = frozenset()
    mine: tuple[int, ...] = ()
    things: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reach:
    """What an actor may reach for one verb on one ledger: all rows, or rows of these units, or these single things; where ``public`` is set,
    of those the public ones and the drafts in these hands. ``county``: all rows but for that; ``everything`` is said of no such reach."""

    everything: bool = False
    units: tuple[int, ...] = ()
    things: tuple[int, ...] = ()
    county: bool = False
    public: Hands | None = None

    @property
    def nothing(self) -> bool:
        return not (self.everything or self.county or self.units or self.things)


@cache
def _narrowing(target: str) -> tuple[bool, bool]:
    """Whether grants limited to a unit, and whether grants on one thing, mean anything on this ledger."""
    try:
        model = apps.get_model(target)
    except (LookupError, ValueError):
        return False, False
    return (model.by_unit(), bool(model.anchor)) if issubclass(model, Row) else (False, False)


def reach(actor: Actor, verb: str, target: str) -> Reach:
    """Expand the grants of all posts the actor holds today. Two queries, one more where the ledger has drafts and work on it ends at a unit; the system
    reaches everything."""
    found = _granted(actor, verb, target)
    if found.nothing or actor.is_system or verb not in READING or works_on(actor, target):
        return found
    mine, things = _worked(actor, target)
    hands = Hands(mine=mine, things=things)
    if not permissions(
        actor
    ).things:  # who is let in for one thing (an enterprise) sits in a unit without working for it
        units = tuple(sorted({held.unit_id for held in actor.posts}))
        hands = Hands(units, tuple(sorted(actor.post_ids)), permissions(actor).worked, mine, things)
    return Reach(False, found.units, found.things, county=found.everything, public=hands)


def works_on(actor: Actor, target: str) -> bool:
    """Whether nothing of a ledger is a draft to the actor: it has none, or a working verb is held for the whole county on one of the ledgers that
    make them public. Work that ends at a unit opens the drafts of that unit (``Hands.mine``)."""
    through = _drafted(target)
    return not through or any(permissions(actor).works(one) for one in through)


def _worked(actor: Actor, target: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The units and the things on whose rows a working verb is held, on one of the ledgers that make the drafts of this one public."""
    through, (by_unit, by_thing) = {*_drafted(target), ANY}, _narrowing(target)
    given = [
        one for (verb, on), found in _given(actor).items() if verb not in NO_WORK and on in through for one in found
    ]
    paths = {path for path, parent_id, thing in given if thing is None and parent_id is not None}
    things = {thing for _path, _parent, thing in given if thing is not None}
    return _unit_ids(paths) if by_unit else (), tuple(sorted(things)) if by_thing else ()


@cache
def _drafted(target: str) -> tuple[str, ...]:
    try:
        model = apps.get_model(target)
    except (LookupError, ValueError):
        return ()
    return model.drafted if issubclass(model, Row) else ()


def _granted(actor: Actor, verb: str, target: str) -> Reach:
    if actor.is_system:
        return Reach(everything=True)
    if not actor.posts:
        return Reach()
    grants = _grants(actor, verb, target)
    by_unit, by_thing = _narrowing(target)
    paths: set[str] = set()
    things: set[int] = set()
    for path, parent_id, thing in grants:
        if thing is not None:
            things.add(thing)
        elif parent_id is None:
            return Reach(everything=True)
        else:
            paths.add(path)
    return Reach(
        units=_unit_ids(paths) if by_unit else (), things=tuple(sorted(things)) if by_thing else ()
    )  # fmt: skip


def _grants(actor: Actor, verb: str, target: str) -> list[Given]:
    """The grants for a verb on a ledger, those for any verb and any ledger among them. No query but the one of ``_given``."""
    given = _given(actor)
    return [one for key in product((verb, ANY), (target, ANY)) for one in given.get(key, ())]


def _given(actor: Actor) -> dict[tuple[str, str], list[Given]]:
    """All grants the actor holds today by verb and ledger. One query, asked once for an actor and a day."""
    day = today()
    kept = f"grants {day}"
    if kept not in actor.memo:
        found: dict[tuple[str, str], list[Given]] = {}
        for verb, target, *given in _held.rows(actor.post_ids, day, day):
            found.setdefault((verb, target), []).append(cast(Given, tuple(given)))
        actor.memo[kept] = found
    return cast(dict[tuple[str, str], list[Given]], actor.memo[kept])


def _unit_ids(paths: Iterable[str]) -> tuple[int, ...]:
    condition = Q()
    for path in paths:
        condition |= Q(path__startswith=path)
    if not condition:
        return ()
    return tuple(Unit.objects.filter(condition).order_by("id").values_list("id", flat=True))


def restrict(queryset: QuerySet[M], found: Reach) -> QuerySet[M]:
    """Apply a reach to a queryset of a ``Row`` model."""
    model = queryset.model
    if found.everything:
        return queryset
    if found.nothing or not issubclass(model, Row):
        return queryset.none()
    if found.public is not None:
        queryset = queryset.filter(_open(model, found.public))
    if found.county:
        return queryset
    conditions = []
    if found.units and model.by_unit():
        conditions.append(model.in_units(found.units))
    if found.things and model.anchor:
        conditions.append(Q(**{f"{model.anchor}__in": found.things}))
    if not conditions:
        return queryset.none()
    condition = conditions[0]
    for other in conditions[1:]:
        condition |= other
    return queryset.filter(condition)


def _open(model: type[Row], hands: Hands) -> Q:
    """The condition of the rows that are no draft to somebody with these hands."""
    condition = model.public(hands.units, hands.posts, hands.works)
    if hands.mine:
        condition |= model.in_units(hands.mine)
    if hands.things:
        condition |= Q(**{f"{model.anchor}__in": hands.things})
    return condition


def visible(queryset: QuerySet[M], actor: Actor, verb: str = "view") -> QuerySet[M]:
    """The rows of the queryset the actor may do ``verb`` on. The only door: lists, API, search, exports and actions use it."""
    return restrict(queryset, reach(actor, verb, queryset.model._meta.label_lower))


def may(actor: Actor, verb: str, target: str) -> bool:
    """Whether the actor may do the verb on at least some rows of the ledger (for buttons and menu items)."""
    return not reach(actor, verb, target).nothing


@dataclass(frozen=True)
class Permissions:
    """Every (verb, target) an actor holds somewhere today: for menus and rows of buttons, in one query. ``county`` are held for all
    units, ``units`` in some, ``things`` on single things."""

    everything: bool
    county: frozenset[tuple[str, str]] = frozenset()
    units: frozenset[tuple[str, str]] = frozenset()
    things: frozenset[tuple[str, str]] = frozenset()

    def may(self, verb: str, target: str) -> bool:
        """Whether the verb is held on some rows of the ledger, or could be: rows are asked through ``reach``."""
        by_unit, by_thing = _narrowing(target)
        return (
            self.everywhere(verb, target)
            or (by_unit and _holds(self.units, verb, target))
            or (by_thing and _holds(self.things, verb, target))
        )

    def everywhere(self, verb: str, target: str) -> bool:
        """Whether the verb is held on all rows of the ledger."""
        return self.everything or _holds(self.county, verb, target)

    @property
    def worked(self) -> frozenset[str]:
        """The ledgers (``*``: any) on all rows of which a working verb is held."""
        return frozenset(on for verb, on in self.county if verb not in NO_WORK)

    def works(self, target: str) -> bool:
        """Whether a working verb is held on all rows of the ledger."""
        return self.everything or not self.worked.isdisjoint((target, ANY))


def _holds(pairs: frozenset[tuple[str, str]], verb: str, target: str) -> bool:
    return any(pair in pairs for pair in ((verb, target), (verb, ANY), (ANY, target), (ANY, ANY)))


def permissions(actor: Actor) -> Permissions:
    """One query, asked once for an actor; nothing for an account without a post."""
    if actor.is_system:
        return Permissions(True)
    if "permissions" in actor.memo:
        return cast(Permissions, actor.memo["permissions"])
    county: set[tuple[str, str]] = set()
    units: set[tuple[str, str]] = set()
    things: set[tuple[str, str]] = set()
    for pair, given in _given(actor).items():
        for _path, parent_id, thing in given:
            (things if thing is not None else county if parent_id is None else units).add(pair)
    actor.memo["permissions"] = Permissions(False, frozenset(county), frozenset(units), frozenset(things))
    return cast(Permissions, actor.memo["permissions"])
