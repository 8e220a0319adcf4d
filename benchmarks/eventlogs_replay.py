"""Token replay beside the peer's: ``python -m benchmarks.eventlogs_replay OUT SEED``, a process of its own; part of ``benchmarks.eventlogs``.

Three designed flows (steps side by side with a loop back; choices with a loop back; a step that may be passed over) and paths drawn from each with
up to three mistakes. Both sides replay the same net; compared are missing, remaining, put and taken tokens of each path, unless the peer gave
up an open choice that leads to more tokens added than ours: it decides each move as it comes and does not look back. OUT gets the counts as JSON.
"""

import json
import random
import sys
import time
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pm4py
from pm4py.objects.petri_net.obj import Marking, PetriNet
from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

from gongxing.engines.process import Arrow, Flow, Replay, Step
from gongxing.engines.process.flow import net_of

PATHS = 400
START = datetime(2026, 1, 1, tzinfo=UTC)


def flow(steps: Sequence[Step], arrows: str) -> Flow:
    """A flow whose arrows are written ``a>b c>d``."""
    return Flow(tuple(steps), tuple(Arrow(*pair.split(">")) for pair in arrows.split()))


FLOWS = {
    "abcdf": flow(
        [
            Step("a", "a"),
            Step("g", split="all"),
            Step("b", "b"),
            Step("c", "c"),
            Step("d", "d", join="all"),
            Step("e", "e"),
            Step("f", "f"),
        ],
        "a>g g>b g>c b>d c>d d>f d>e e>g",
    ),
    "abcef": flow([Step(key, key) for key in "abcdef"], "a>b b>c b>d c>e d>e e>f e>b"),
    "abcd": flow([Step(key, key) for key in "abcd"], "a>b b>c a>c c>d"),
}


def drawn(base: str, draw: random.Random) -> str:
    """The path with up to three mistakes: an event left out, one too many, two in the wrong order."""
    path = list(base)
    for _ in range(draw.randint(0, 3)):
        kind, at = draw.randrange(3), draw.randrange(len(path) or 1)
        if kind == 0 and len(path) > 1:
            del path[at]
        elif kind == 1:
            path.insert(at, draw.choice(base))
        elif at + 1 < len(path):
            path[at], path[at + 1] = path[at + 1], path[at]
    return "".join(path)


def peer_net(designed: Flow) -> tuple[Any, Any, Any]:
    """The same net in the peer's terms."""
    ours = net_of(designed)
    net = PetriNet("flow")
    places = [PetriNet.Place(f"p{number}") for number in range(ours.places)]
    net.places.update(places)
    for number, move in enumerate(ours.moves):
        transition = PetriNet.Transition(f"t{number}", move.activity or None)
        net.transitions.add(transition)
        for place in move.takes:
            add_arc_from_to(places[place], transition, net)
        for place in move.puts:
            add_arc_from_to(transition, places[place], net)
    return net, Marking({places[0]: 1}), Marking({places[1]: 1})


def peers(designed: Flow, paths: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """What the peer counts of each path."""
    rows = [
        (f"{number:05d}", activity, START + timedelta(hours=hour))
        for number, path in enumerate(paths)
        for hour, activity in enumerate(path)
    ]
    log = pd.DataFrame(rows, columns=["case:concept:name", "concept:name", "time:timestamp"])
    found = pm4py.conformance_diagnostics_token_based_replay(log, *peer_net(designed))
    return [
        (one["missing_tokens"], one["remaining_tokens"], one["produced_tokens"], one["consumed_tokens"])
        for one in found
    ]


def ours(designed: Flow, paths: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """What we count of each path."""
    replay = Replay(designed)
    return [(one.missing, one.remaining, one.put, one.taken) for one in map(replay.replay, paths)]


def main(argv: Sequence[str]) -> int:
    warnings.filterwarnings("ignore")
    out, draw = Path(argv[0]), random.Random(int(argv[1]))
    figures = {"paths": 0.0, "differing": 0.0, "cheaper": 0.0, "our_cpu_s": 0.0, "peer_cpu_s": 0.0}
    for base, designed in FLOWS.items():
        paths = [drawn(base, draw) for _ in range(PATHS)]
        begun = time.process_time()
        mine = ours(designed, paths)
        between = time.process_time()
        told = peers(designed, paths)
        figures["our_cpu_s"] += between - begun
        figures["peer_cpu_s"] += time.process_time() - between
        cheaper = sum(sum(one[:2]) < sum(other[:2]) for one, other in zip(mine, told, strict=True))
        figures["paths"] += len(paths)
        figures["cheaper"] += cheaper
        figures["differing"] += sum(one != other for one, other in zip(mine, told, strict=True)) - cheaper
    out.write_text(json.dumps(figures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
