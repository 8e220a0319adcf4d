"""The parts of a parsed expression and their three-valued reading. Plain frozen values: there is nothing in them that could run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongxing.engines.conditions.evaluate import Truth, holds
from gongxing.engines.conditions.values import exact_number

Literal = Decimal | str | bool


@dataclass(frozen=True, slots=True)
class Name:
    """A fact."""

    name: str
    position: int

    def read(self, facts: Mapping[str, Any]) -> Any:
        """The fact in exact form; None when it is unknown or of a type that nothing can be said about."""
        value = facts.get(self.name)
        if isinstance(value, (bool, str)):
            return value
        if isinstance(value, (int, float, Decimal)):
            number = exact_number(value)
            return number if number.is_finite() else None
        if isinstance(value, (set, frozenset, list, tuple)):
            return frozenset(one for one in value if isinstance(one, str))
        return None


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text, true or false."""

    value: Literal
    position: int

    def read(self, facts: Mapping[str, Any]) -> Literal:
        """The constant itself."""
        return self.value


@dataclass(frozen=True, slots=True)
class Items:
    """A list of constants."""

    items: tuple[Decimal | str, ...]
    position: int

    def read(self, facts: Mapping[str, Any]) -> tuple[Decimal | str, ...]:
        """The constants."""
        return self.items


Operand = Name | Constant | Items
OPS = {"==": "eq", "!=": "ne", ">=": "ge", ">": "gt", "<=": "le", "<": "lt", "in": "in", "not in": "not_in"}


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "flag"
    return "text" if isinstance(value, str) else "number" if isinstance(value, Decimal) else "many"


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left op right``. Unknown when a side is unknown or the sides are of different kinds: a text says nothing about a number."""

    left: Operand
    op: str
    right: Operand

    def state(self, facts: Mapping[str, Any]) -> Truth:
        """True, False or None."""
        left: Any = self.left.read(facts)
        right: Any = self.right.read(facts)
        if left is None or right is None:
            return None
        if self.op in ("in", "not in"):
            kinds = {_kind(one) for one in right} if _kind(right) == "many" else None
            if kinds is None or _kind(left) == "many" or (kinds and _kind(left) not in kinds):
                return None
            return holds(OPS[self.op], left, tuple(right))
        if _kind(left) != _kind(right) or (self.op not in ("==", "!=") and _kind(left) in ("flag", "many")):
            return None
        return holds(OPS[self.op], left, right)

    @property
    def inner(self) -> tuple[Term, ...]:
        """Nothing inside."""
        return ()


@dataclass(frozen=True, slots=True)
class Flag:
    """A name standing for itself: true when the fact is true."""

    of: Name | Constant

    def state(self, facts: Mapping[str, Any]) -> Truth:
        """True, False, or None when the fact is no flag."""
        value = self.of.read(facts)
        return value if isinstance(value, bool) else None

    @property
    def inner(self) -> tuple[Term, ...]:
        """Nothing inside."""
        return ()


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; of unknown, unknown."""

    of: Term

    def state(self, facts: Mapping[str, Any]) -> Truth:
        """True, False or None."""
        state = self.of.state(facts)
        return None if state is None else not state

    @property
    def inner(self) -> tuple[Term, ...]:
        """What is negated."""
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Every:
    """All of them: false if any is false, else unknown if any is unknown."""

    of: tuple[Term, ...]

    def state(self, facts: Mapping[str, Any]) -> Truth:
        """True, False or None."""
        states = [one.state(facts) for one in self.of]
        return False if False in states else None if None in states else True

    @property
    def inner(self) -> tuple[Term, ...]:
        """The parts."""
        return self.of


@dataclass(frozen=True, slots=True)
class Some:
    """At least one: true if any is true, else unknown if any is unknown."""

    of: tuple[Term, ...]

    def state(self, facts: Mapping[str, Any]) -> Truth:
        """True, False or None."""
        states = [one.state(facts) for one in self.of]
        return True if True in states else None if None in states else False

    @property
    def inner(self) -> tuple[Term, ...]:
        """The alternatives."""
        return self.of


Term = Comparison | Flag | Not | Every | Some


def names_of(term: Term) -> Iterable[str]:
    """Names in order of appearance, with repetitions."""
    if isinstance(term, Comparison):
        yield from (side.name for side in (term.left, term.right) if isinstance(side, Name))
    elif isinstance(term, Flag):
        yield from ((term.of.name,) if isinstance(term.of, Name) else ())
    for one in term.inner:
        yield from names_of(one)


def undecided(term: Term, facts: Mapping[str, Any]) -> Iterable[str]:
    """Names to blame for an unknown: those in the parts that are unknown themselves and are unknown or of another kind."""
    if term.state(facts) is not None:
        return
    if not term.inner:
        names = [side for side in _sides(term) if isinstance(side, Name)]
        blank = [side.name for side in names if side.read(facts) is None]
        yield from blank or [side.name for side in names]
    for one in term.inner:
        yield from undecided(one, facts)


def _sides(term: Term) -> tuple[Operand, ...]:
    if isinstance(term, Comparison):
        return (term.left, term.right)
    return (term.of,) if isinstance(term, Flag) else ()
