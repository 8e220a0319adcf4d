"""Random permit graphs with mixed units, planned pauses and both kinds of edges; and the calendar and the pack as the tests read them."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

from gongxing.engines.permits import DayTable, Edge, Graph, Length, Node, Rules
from gongxing.engines.workdays import Calendar, Pause

PACKS = Path(__file__).resolve().parents[4] / "packs"


def rows(name: str, pack: str = "approvals") -> list[dict[str, str]]:
    """A table of a shipped pack."""
    with (PACKS / pack / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


BOOK = Calendar.from_rows(*(rows(name, "calendar-cn") for name in ("exceptions", "festivals", "notices")))
TABLE = DayTable(BOOK)
PLAIN = Calendar({}, frozenset(), frozenset(range(2000, 2061)))
RULES = Rules.from_rows(
    *(rows(name) for name in ("questionnaire", "applicability", "items", "prerequisites", "measures"))
)
"""The shipped rules of every day: rows of the pack that begin on a day are read as they are today."""


def random_graph(draw: random.Random, size: int, edges: int, start: date, busy: bool = False) -> Graph:
    """Items in a random order, edges from earlier to later ones; a quarter of the lengths in calendar days, some in months; some items prepared,
    released, paused; with ``busy`` some accepted or finished."""
    nodes = []
    for k in range(size):
        unit = draw.choices(("wd", "day", "month"), (12, 5, 1))[0]
        most = {"wd": 25, "day": 45, "month": 2}[unit]
        length = Length(draw.randint(0, most), unit)  # type: ignore[arg-type]
        pauses = []
        for _ in range(draw.choice((0, 0, 0, 1, 2))):
            begins = start + timedelta(days=draw.randint(-5, 150))
            pauses.append(Pause(begins, begins + timedelta(days=draw.randint(0, 25))))
        accepted = finished = None
        if busy and draw.random() < 0.3:
            accepted = start + timedelta(days=draw.randint(0, 20))
            if draw.random() < 0.5:
                finished = accepted + timedelta(days=draw.randint(0, 20))
        nodes.append(
            Node(
                f"n{k:02d}",
                length,
                prepared=draw.choice((0, 0, 5, 20)),
                lead=draw.choice((0, 0, 0, 4)),
                release=start + timedelta(days=draw.randint(0, 60)) if draw.random() < 0.1 else None,
                pauses=tuple(pauses),
                accepted=accepted,
                finished=finished,
                minimum=draw.random() < 0.1,
                rank=draw.randint(0, 9),
            )
        )
    pairs = {tuple(sorted(draw.sample(range(size), 2))) for _ in range(edges)} if size > 1 else set()
    draw.shuffle(nodes)
    made = tuple(
        Edge(
            nodes[a].key,
            nodes[b].key,
            "FF" if draw.random() < 0.2 else "FS",
            draw.random() < 0.3,
            "某法:1",
            "verified",
        )
        for a, b in sorted(pairs)
    )
    return Graph(tuple(nodes), made)
