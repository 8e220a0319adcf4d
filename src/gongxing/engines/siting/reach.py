"""Radius rules: for each client and each kind of facility who serves it, how far, whether within the radius; who is not, and by how much.

Kinds and radii are the caller's (a neighbourhood centre within 1 km, a bus stop within 500 m: rulebook 6.12), in the unit of the distances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, isnan

import numpy as np

from gongxing.engines.siting.model import Client, Floats


@dataclass(frozen=True)
class Rule:
    """Facilities of a kind serve clients up to ``radius`` away."""

    kind: str
    radius: float


@dataclass(frozen=True)
class Facility:
    """A facility that stands or is planned; its column of the distances is its place in the list."""

    key: str
    kind: str


@dataclass(frozen=True)
class Reached:
    """The nearest facility of a kind (``facility`` "" and ``distance`` None: none can be reached, or no distance is known); ``beyond``: how
    much further than the radius, 0 within it, None where unknown."""

    client: str
    kind: str
    facility: str
    distance: float | None
    within: bool
    beyond: float | None


@dataclass(frozen=True)
class Kind:
    """A rule over all clients: how many and what weight (clients of unknown weight count 0) are within, beyond, and without any; the
    furthest distance, and the client of it ("" where none is reached)."""

    kind: str
    radius: float
    within: int
    beyond: int
    without: int
    weight_within: float
    weight: float
    furthest: float | None
    furthest_client: str


@dataclass(frozen=True)
class Reach:
    """Rows by kind and client, sorted; one summary per rule."""

    rows: tuple[Reached, ...]
    kinds: tuple[Kind, ...]

    @property
    def outside(self) -> tuple[Reached, ...]:
        """Who is not served, the furthest first, those without any before."""
        rows = [row for row in self.rows if not row.within]
        return tuple(sorted(rows, key=lambda row: (row.beyond is not None, -(row.beyond or 0.0), row.kind, row.client)))


def reach(clients: Sequence[Client], facilities: Sequence[Facility], distances: Floats, rules: Sequence[Rule]) -> Reach:
    """Every rule for every client; ``distances`` is clients × facilities. Raises ValueError when it is not, or a radius is no number ≥ 0."""
    far = np.asarray(distances, dtype=float).reshape(len(clients), len(facilities))
    for rule in rules:
        if isnan(rule.radius) or rule.radius < 0:
            raise ValueError(f"radius of {rule.kind} is {rule.radius}")
    rows, kinds = [], []
    order = sorted(range(len(clients)), key=lambda k: clients[k].key)
    for rule in sorted(rules, key=lambda one: (one.kind, one.radius)):
        columns = [k for k, one in enumerate(facilities) if one.kind == rule.kind]
        columns.sort(key=lambda k: facilities[k].key)
        found = [_nearest(clients[k].key, far[k], columns, facilities, rule) for k in order]
        weights = [_weight(clients[k]) for k in order]
        known = [row for row in found if row.distance is not None]
        furthest = max(known, key=lambda row: row.distance or 0.0, default=None)
        within = [row.within for row in found]
        kinds.append(
            Kind(
                rule.kind, rule.radius, sum(within), len(known) - sum(within), len(found) - len(known),
                sum(weight for weight, inside in zip(weights, within, strict=True) if inside), sum(weights),
                furthest.distance if furthest else None, furthest.client if furthest else "",
            )
        )  # fmt: skip
        rows += found
    return Reach(tuple(rows), tuple(kinds))


def _weight(client: Client) -> float:
    value = client.weight
    return value if value is not None and isfinite(value) and value > 0 else 0.0


def _nearest(client: str, far: Floats, columns: list[int], facilities: Sequence[Facility], rule: Rule) -> Reached:
    there = [(float(far[k]), facilities[k].key) for k in columns if isfinite(far[k]) and far[k] >= 0]
    if not there:
        return Reached(client, rule.kind, "", None, False, None)
    distance, key = min(there)
    return Reached(client, rule.kind, key, distance, distance <= rule.radius, max(0.0, distance - rule.radius))
