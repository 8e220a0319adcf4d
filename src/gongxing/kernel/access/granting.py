"""From which of an actor's posts a write is allowed: the trail names that post, and says when it was lent.

The post acted from comes first, then the other posts held, then those lent; so a lent post is named only where it was needed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from gongxing.kernel.access.visible import Reach, reach, restrict
from gongxing.kernel.database.rows import Row
from gongxing.kernel.org.actor import Actor, Held

R = TypeVar("R", bound=Row)


def from_post(actor: Actor, verb: str, target: str, row: Row | None = None) -> Actor:
    """The actor as acting from the post whose grants allow the verb on the row (None: on the ledger at all).

    Unchanged where it holds one post only, or none allows it. At most three queries a post.
    """
    if len(actor.posts) < 2:
        return actor
    for held, found in _reaches(actor, verb, target):
        if not found.nothing and (row is None or _within(found, [row])):
            return replace(actor, post=held)
    return actor


def by_post(actor: Actor, verb: str, rows: Sequence[R]) -> list[tuple[Held | None, list[R]]]:
    """Rows of one ledger, all stored or all new, by the post whose grants allow the verb on them; those no post allows stay with the
    post acted from."""
    if len(actor.posts) < 2 or not rows:
        return [(actor.post, list(rows))] if rows else []
    left = list(rows)
    parts: list[tuple[Held | None, list[R]]] = []
    for held, found in _reaches(actor, verb, rows[0]._meta.label_lower):
        inside = _within(found, left)
        if inside:
            parts.append((held, [row for row in left if id(row) in inside]))
            left = [row for row in left if id(row) not in inside]
        if not left:
            return parts
    return [*parts, (actor.post, left)]


def _reaches(actor: Actor, verb: str, target: str) -> Iterator[tuple[Held, Reach]]:
    """Each post with what it reaches alone, asked one by one: mostly the first answers."""
    for held in sorted(actor.posts, key=lambda held: (held != actor.post, held.delegated)):
        yield held, reach(replace(actor, post=held, posts=(held,), memo={}), verb, target)


def _within(found: Reach, rows: Sequence[Row]) -> set[int]:
    """Which of the rows a reach contains, by their identity in memory."""
    if found.everything:
        return {id(row) for row in rows}
    if found.nothing:
        return set()
    model = type(rows[0])
    if not rows[0]._state.adding:
        keys = set(
            restrict(model._default_manager.filter(pk__in=[row.pk for row in rows]), found).values_list("pk", flat=True)
        )
        return {id(row) for row in rows if row.pk in keys}
    units, reached = _units(model, rows), frozenset(found.units)
    things = frozenset(found.things)
    return {
        id(row)
        for row in rows
        if units.get(id(row)) in reached or (model.anchor and getattr(row, model.anchor, None) in things)
    }


def _units(model: type[Row], rows: Sequence[Row]) -> Mapping[int, int | None]:
    """The responsible unit of rows not stored yet; for a new unit the one above it. One query where the unit is a step away."""
    if model.scope is None:
        return {}
    if model.scope == "id":
        return {id(row): getattr(row, "parent_id", None) for row in rows}
    first, *rest = model.scope.split("__")
    ids = {id(row): getattr(row, f"{first}_id", None) for row in rows}
    if not rest:
        return ids
    related: Any = model._meta.get_field(first).related_model
    found = dict(related._default_manager.filter(pk__in=set(ids.values())).values_list("pk", f"{'__'.join(rest)}_id"))
    return {row: found.get(key) for row, key in ids.items()}
