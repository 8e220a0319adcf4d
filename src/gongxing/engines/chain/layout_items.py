"""What is put in order inside layers: nodes and lanes, and the line pieces between neighbouring layers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from gongxing.engines.chain.layering import Link
from gongxing.engines.chain.layout_model import HALF_WIDTH
from gongxing.engines.chain.ordering import Gap


@dataclass(frozen=True)
class Items:
    """Nodes (numbered first, by id) and lanes (by source, layer and direction), and the line pieces between layers."""

    names: tuple[str, ...]
    layer: Mapping[str, int]
    lanes: Mapping[tuple[str, int, bool], int]
    gaps: tuple[Gap, ...]

    @classmethod
    def of(cls, layer: Mapping[str, int], links: Sequence[Link]) -> Items:
        """Make a lane wherever lines of a node pass a layer."""
        names = tuple(sorted(layer))
        number = {name: k for k, name in enumerate(names)}
        lanes: dict[tuple[str, int, bool], int] = {}
        pieces: dict[int, set[tuple[int, int]]] = defaultdict(set)
        for source, target in links:
            back = layer[target] < layer[source]
            step = -1 if back else 1
            here = number[source]
            for at in range(layer[source] + step, layer[target] + step, step):
                key = (source, at, back)
                there = number[target] if at == layer[target] else lanes.setdefault(key, len(names) + len(lanes))
                pieces[min(at, at - step)].add((there, here) if back else (here, there))
                here = there
        depth = max(layer.values()) + 1
        gaps = []
        for at in range(depth - 1):
            left, right = zip(*sorted(pieces[at]), strict=True) if pieces[at] else ((), ())
            gaps.append(Gap(np.array(left, dtype=np.int64), np.array(right, dtype=np.int64)))
        return cls(names, layer, lanes, tuple(gaps))

    @cached_property
    def number(self) -> Mapping[str, int]:
        """Item number of each node."""
        return {name: k for k, name in enumerate(self.names)}

    @property
    def size(self) -> int:
        return len(self.names) + len(self.lanes)

    def first_order(self) -> list[list[int]]:
        """Items by layer in the order of ids, a lane after its node's name."""
        found: dict[int, list[tuple[str, bool, bool, int]]] = defaultdict(list)
        for number, name in enumerate(self.names):
            found[self.layer[name]].append((name, False, False, number))
        for (source, at, back), number in self.lanes.items():
            found[at].append((source, True, back, number))
        return [[item[3] for item in sorted(found[at])] for at in range(max(self.layer.values()) + 1)]

    def lines(
        self, links: Sequence[Link], tops: Sequence[int], x: Sequence[int]
    ) -> dict[Link, tuple[tuple[int, int], ...]]:
        """Bend points of every link, points in the middle of a straight stretch left out."""
        trunks: dict[tuple[str, bool], list[tuple[int, int]]] = defaultdict(list)
        for (source, at, back), number in sorted(self.lanes.items(), key=lambda lane: lane[0][1]):
            step = -1 if back else 1
            passed = [(x[at] - step * HALF_WIDTH, tops[number]), (x[at] + step * HALF_WIDTH, tops[number])]
            trunks[source, back] = [*passed, *trunks[source, back]] if back else [*trunks[source, back], *passed]
        found = {}
        for source, target in links:
            at, to = self.layer[source], self.layer[target]
            step = -1 if to < at else 1
            start = (x[at] + step * HALF_WIDTH, tops[self.number[source]])
            end = (x[to] - step * HALF_WIDTH, tops[self.number[target]])
            between = trunks[source, to < at][: 2 * (abs(to - at) - 1)]
            found[source, target] = _straight([start, *between, end])
        return found


def _straight(points: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Without points that lie on the straight line between their neighbours."""
    kept = [points[0]]
    for here, after in pairwise(points[1:]):
        (x0, y0), (x1, y1), (x2, y2) = kept[-1], here, after
        if (x1 - x0) * (y2 - y0) != (x2 - x0) * (y1 - y0):
            kept.append(here)
    return (*kept, points[-1])
