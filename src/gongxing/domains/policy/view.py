"""What one reader may see of the matching: the rows of each clause, counts, money, and one firm or project against all clauses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from gongxing.domains.policy.fields import FIRM, PROJECT
from gongxing.domains.policy.matching import (
    Bools,
    Matched,
    Seen,
    asks_figures,
    clauses_in_force,
    fields_asked,
    matched,
    seen_by,
)
from gongxing.domains.policy.models import Clause
from gongxing.engines.matching import Clause as Told
from gongxing.engines.matching import Cost, Explanation, Status
from gongxing.kernel.org.actor import Actor

ORDER = (Status.NEAR, Status.MEETS, Status.MISSING, Status.FAILS)


@dataclass(frozen=True)
class Sight:
    """The matching of one subject as one reader may see it."""

    found: Matched
    seen: Seen

    @cached_property
    def _told(self) -> Mapping[int, Told]:
        return {int(one.id): one for one in self.found.matching.clauses}

    @cached_property
    def _among(self) -> dict[bool, Bools | None]:
        return {}

    def told(self, clause: int) -> Told | None:
        """The clause for the engine; None where it has no condition that can be read."""
        return self._told.get(clause)

    def asks_figures(self, clause: int) -> bool:
        """Whether the clause asks for figures of firms."""
        one = self.told(clause)
        return one is not None and asks_figures(self.found.rows, fields_asked(one))

    def among(self, clause: int) -> Bools | None:
        """The rows the reader may know this clause's answer of; None: all."""
        asks = self.asks_figures(clause)
        if asks not in self._among:
            one = self.told(clause)
            self._among[asks] = self.seen.rows(self.found.rows, fields_asked(one) if one else ())
        return self._among[asks]

    def readable(self, clause: int) -> bool:
        """Whether the clause was matched at all: it has a condition, and nothing is wrong with it."""
        return self.told(clause) is not None and clause not in self.found.matching.faults

    def counts(self, clause: int) -> dict[Status, int]:
        return self.found.matching.counts(clause, self.among(clause))

    def cost(self, clause: int) -> Cost | None:
        return self.found.matching.cost(clause, among=self.among(clause))

    def gaps(self, clause: int) -> dict[str, int]:
        return self.found.matching.gaps(clause, self.among(clause))

    def rows(self, clause: int, status: Status) -> list[int]:
        """Row numbers of one status, in order."""
        reach = self.found.matching.reach(clause, self.among(clause))
        by = {Status.MEETS: reach.meets, Status.NEAR: reach.near, Status.MISSING: reach.missing, Status.FAILS: reach.fails}  # fmt: skip
        return [int(one) for one in by[status]]

    def nearest(self, clause: int, limit: int | None, within: Bools | None = None) -> list[tuple[int, Explanation]]:
        """The rows that lack one thing, nearest first; ``within`` narrows them further."""
        among = self.among(clause)
        kept = within if among is None else among if within is None else among & within
        return self.found.matching.nearest(clause, limit, kept)

    def title(self, at: int, units: Mapping[int, str]) -> str:
        """The name of a row; where the reader may see another project of that name, with unit and year, and with its number where these are the same
        too. ``units``: names by id."""
        rows = self.found.rows
        name = rows.titles[at]
        same = [one for one in rows.alike.get(name, ()) if one == at or self.seen.row(rows, one)]
        if len(same) < 2:
            return name
        year, mark = rows.begun[at], (rows.units[at], rows.begun[at])
        marks = [units.get(rows.units[at], ""), _("%(year)s 年") % {"year": year} if year else ""]
        if sum((rows.units[one], rows.begun[one]) == mark for one in same) > 1:
            marks.append(rows.numbers[at])
        return _("%(name)s（%(marks)s）") % {"name": name, "marks": _("，").join(filter(None, marks))}

    def knows(self, clause: int, row: int) -> bool:
        """Whether the reader may know what this clause says of a row."""
        return self.seen.knows(self.found.rows, row, self.asks_figures(clause))

    def explain(self, clause: int, row: int) -> Explanation:
        return self.found.matching.explain(row, clause)


def sight_of(actor: Actor, subject: str, verb: str = "view") -> Sight:
    """What a reader may see of one subject; ``export``: what he may take along."""
    return Sight(matched(subject), seen_by(actor, subject, verb))


@dataclass(frozen=True)
class Answers:
    """One firm or project against all clauses: explanations by status, clauses the reader may not know the answer of, those that could not be matched."""

    row: int
    by_status: Mapping[Status, tuple[tuple[Clause, Explanation], ...]]
    withheld: tuple[Clause, ...]
    unmatched: tuple[Clause, ...]


def answers(sight: Sight, key: int) -> Answers | None:
    """All answers of one firm or project by its id, within a status by deadline; None where it is not among the rows (closed, removed)."""
    row = sight.found.rows.places.get(key)
    if row is None:
        return None
    by: dict[Status, list[tuple[Clause, Explanation]]] = {status: [] for status in ORDER}
    withheld, unmatched = [], []
    for clause in sight.found.clauses.values():
        if not sight.readable(clause.pk):
            unmatched.append(clause)
        elif not sight.knows(clause.pk, row):
            withheld.append(clause)
        else:
            one = sight.explain(clause.pk, row)
            by[one.status].append((clause, one))
    return Answers(row, {status: tuple(found) for status, found in by.items()}, tuple(withheld), tuple(unmatched))


def sights(actor: Actor, verb: str = "view") -> dict[str, Sight]:
    """Both subjects, each only where a clause in force is about it."""
    subjects = {one.subject for one in clauses_in_force()}
    return {subject: sight_of(actor, subject, verb) for subject in (FIRM, PROJECT) if subject in subjects}


def in_force(seen: Mapping[str, Sight]) -> Iterator[tuple[Clause, Sight]]:
    """The clauses in force by deadline, each with the sight of its subject."""
    for clause in clauses_in_force():
        if clause.subject in seen and clause.pk in seen[clause.subject].found.clauses:
            yield clause, seen[clause.subject]
