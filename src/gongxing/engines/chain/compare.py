"""Two gradings of one county: what changed, which way, and why. Of two dates, or of two sets of parameters (a trial of a line).

1. Nodes are matched by id; a node in one only has appeared or gone.
2. Presence: from missing or filling to a present state is filled; from a present state or filling to missing is newly_missing;
   missing to filling is being_filled; a present state to filling is closed; among weak, normal, strong: raised or lowered;
   from or to unknown: known_now or unknown_now.
3. Key: became_key or no_longer_key, with the parts that moved by at least ``MOVED`` points, largest first.
4. Reasons name rules that turned, firms that came and went, and, when the parameters differ, that they do: such a change is the
   ruler's, not the county's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from gongxing.engines.chain.priority import PRESENT
from gongxing.engines.chain.results import Grading, NodeGrade
from gongxing.engines.chain.spans import shown
from gongxing.engines.reasons import Reason

Kind = Literal[
    "appeared",
    "gone",
    "filled",
    "being_filled",
    "newly_missing",
    "closed",
    "raised",
    "lowered",
    "known_now",
    "unknown_now",
    "became_key",
    "no_longer_key",
    "act_changed",
]
MOVED = 0.5
RANKS = {"weak": 0, "normal": 1, "strong": 2}


@dataclass(frozen=True)
class NodeChange:
    """One change of one node: from what to what (words of the grading), with reasons."""

    node: str
    chain: str
    kind: Kind
    before: str
    after: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Comparison:
    """All changes in order of chain and node; ``parameters``: which parameters differ, with both values."""

    earlier: date
    later: date
    changes: tuple[NodeChange, ...]
    parameters: tuple[Reason, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Changes by kind."""
        return dict(sorted(Counter(change.kind for change in self.changes).items()))


def compare(before: Grading, after: Grading) -> Comparison:
    """Rules (1) to (4)."""
    old, new = before.nodes, after.nodes
    differing = _parameters(before, after)
    found: list[NodeChange] = []
    for name in sorted({*old, *new}, key=lambda name: ((new.get(name) or old[name]).chain, name)):
        if name not in old:
            found.append(NodeChange(name, new[name].chain, "appeared", "", new[name].presence.state, ()))
        elif name not in new:
            found.append(NodeChange(name, old[name].chain, "gone", old[name].presence.state, "", ()))
        else:
            found += _node(old[name], new[name], bool(differing))
    return Comparison(before.today, after.today, tuple(found), differing)


def _parameters(before: Grading, after: Grading) -> tuple[Reason, ...]:
    one, other = before.parameters, after.parameters
    return tuple(
        Reason.of(
            "chain.compare.parameter",
            name=item.name,
            before=shown(getattr(one, item.name)),
            after=shown(getattr(other, item.name)),
        )
        for item in fields(one)
        if getattr(one, item.name) != getattr(other, item.name)
    )


def _node(old: NodeGrade, new: NodeGrade, ruler_moved: bool) -> list[NodeChange]:
    found: list[NodeChange] = []
    ruler = (Reason.of("chain.compare.parameters_differ"),) if ruler_moved else ()
    if old.presence.state != new.presence.state:
        reasons = (*_rules(old, new), *_firms(old, new), *ruler)
        kind = _presence_kind(old.presence.state, new.presence.state)
        found.append(NodeChange(new.node, new.chain, kind, old.presence.state, new.presence.state, reasons))
    was, now = bool(old.criticality.is_key), bool(new.criticality.is_key)
    if was != now:
        key: Kind = "became_key" if now else "no_longer_key"
        found.append(NodeChange(new.node, new.chain, key, _score(old), _score(new), (*_parts(old, new), *ruler)))
    acts = (old.acts.act or "", new.acts.act or "")
    if acts[0] != acts[1]:
        found.append(NodeChange(new.node, new.chain, "act_changed", *acts, new.acts.reasons))
    return found


def _presence_kind(was: str, now: str) -> Kind:
    """Rule (2)."""
    if "unknown" in (was, now):
        return "known_now" if was == "unknown" else "unknown_now"
    if now == "missing":
        return "newly_missing"
    if now == "filling":
        return "being_filled" if was == "missing" else "closed"
    if was not in PRESENT:
        return "filled"
    return "raised" if RANKS[now] > RANKS[was] else "lowered"


def _rules(old: NodeGrade, new: NodeGrade) -> list[Reason]:
    """Rules whose answer is another than before, in the words of the later grading (of the earlier when it has none)."""
    before = {check.rule: check for check in (*old.presence.weak, *old.presence.strong)}
    after = {check.rule: check for check in (*new.presence.weak, *new.presence.strong)}
    if not before or not after:
        return [*new.presence.reasons]
    return [after[rule].reason for rule in after if rule in before and before[rule].fired is not after[rule].fired]


def _firms(old: NodeGrade, new: NodeGrade) -> list[Reason]:
    """Suppliers that came and went, projects that began and ended, by id."""
    found: list[Reason] = []
    for word, was, now in (
        ("suppliers", old.figures.suppliers, new.figures.suppliers),
        ("building", old.figures.building, new.figures.building),
    ):
        came, went = sorted(set(now) - set(was)), sorted(set(was) - set(now))
        if came:
            found.append(Reason.of(f"chain.compare.{word}_came", n=str(len(came)), firms=" ".join(came[:5])))
        if went:
            found.append(Reason.of(f"chain.compare.{word}_went", n=str(len(went)), firms=" ".join(went[:5])))
    return found


def _score(grade: NodeGrade) -> str:
    value = grade.criticality.score.value
    return "" if value is None else shown(value)


def _parts(old: NodeGrade, new: NodeGrade) -> list[Reason]:
    """Rule (3); a part that became known or unknown is named too."""
    moved: list[tuple[float, Reason]] = []
    for was, now in zip(old.criticality.parts, new.criticality.parts, strict=True):
        if was.points is None and now.points is not None:
            moved.append((now.points, Reason.of("chain.compare.part_known", part=now.name, after=shown(now.points))))
        elif was.points is not None and now.points is None:
            moved.append((was.points, Reason.of("chain.compare.part_unknown", part=now.name, before=shown(was.points))))
        elif was.points is not None and now.points is not None and abs(now.points - was.points) >= MOVED:
            by = now.points - was.points
            said = Reason.of(
                "chain.compare.part_moved",
                part=now.name,
                before=shown(was.points),
                after=shown(now.points),
                by=shown(by),
            )
            moved.append((abs(by), said))
    expert = [reason for reason in new.criticality.reasons if reason.code == "chain.key.expert"]
    return [*expert, *(reason for _, reason in sorted(moved, key=lambda pair: (-pair[0], pair[1].code)))]
