"""Token replay: by hand, against an interpreter of the flow that knows no tokens added, and in flows that loop."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gongxing.engines.process import Arrow, Entry, Flow, Replay, Step, conformance, flow_faults, log_of_entries
from gongxing.engines.process.flow import Way

BUSY = [HealthCheck.too_slow, HealthCheck.filter_too_much]
START = datetime(2026, 1, 1, tzinfo=UTC)


def flow(steps: list[Step], arrows: str, starts: str = "", ends: str = "") -> Flow:
    """A flow whose arrows are written ``a>b c>d``."""
    pairs = [pair.split(">") for pair in arrows.split()]
    return Flow(
        tuple(steps), tuple(Arrow(one, other) for one, other in pairs), tuple(starts.split()), tuple(ends.split())
    )


def plain(*keys: str) -> list[Step]:
    return [Step(key, key) for key in keys]


# 受理 a, then 审查 b and 消防 c side by side, both needed for 决定 d; 补正 e leads back before a's split; 办结 f.
PERMIT = flow(
    [Step("a", "a"), Step("g", split="all"), Step("b", "b"), Step("c", "c"), Step("d", "d", join="all"), Step("e", "e"), Step("f", "f")],
    "a>g g>b g>c b>d c>d d>f d>e e>g",
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "counts", "departures"),
    [
        # Tokens put: the first, one per place after each move. Taken: one per place before each move, and the last.
        ("abcdf", (0, 0, 9, 9), []),
        ("acbdf", (0, 0, 9, 9), []),
        ("abcdecbdf", (0, 0, 15, 15), []),
        # c never happened: its token to d is missing, and the token before c remains.
        ("abdf", (1, 1, 8, 8), [("too_early", "d", ("c",)), ("left_undone", "", ("c",))]),
        # d before c: one missing; c's own token towards d remains.
        ("abdcf", (1, 1, 9, 9), [("too_early", "d", ("c",)), ("left_undone", "", ("d",))]),
        ("abcd", (0, 1, 7, 7), None),
        ("abcdfx", (0, 0, 9, 9), [("not_in_flow", "x", ())]),
    ],
)
def test_tokens_by_hand(
    path: str, counts: tuple[int, int, int, int], departures: list[tuple[str, str, tuple[str, ...]]] | None
) -> None:
    found = Replay(PERMIT).replay(path)
    if departures is None:  # stopped after d: the last token is missing, the one before f or e remains
        assert (found.missing, found.remaining, found.departures) == (
            1,
            1,
            (("not_finished", "", ()), ("left_undone", "", ("f", "e"))),
        )
        return
    assert (found.missing, found.remaining, found.put, found.taken) == counts
    assert Counter(found.departures) == Counter(departures)
    assert (found.fits, found.cut) == (not departures, False)
    missing, remaining, put, taken = counts
    assert found.fitness == (1 - missing / taken) / 2 + (1 - remaining / put) / 2


def test_nothing_done_leaves_the_first_step_undone() -> None:
    found = Replay(PERMIT).replay([])
    assert (found.missing, found.remaining, found.departures) == (
        1,
        1,
        (("not_finished", "", ()), ("left_undone", "", ("a",))),
    )
    assert found.fitness == 0.0


def test_a_log_against_its_flow() -> None:
    paths = {"1": "abcdf", "2": "abcdf", "3": "abdf", "4": "acbdecbdfx"}
    log = log_of_entries(
        Entry(name, activity, START + timedelta(hours=k))
        for name, path in paths.items()
        for k, activity in enumerate(path)
    )
    found = conformance(log, PERMIT)
    assert (found.cases, found.fitting, found.cut) == (4, 2, False)
    missing, remaining, put, taken = 1, 1, 9 + 9 + 8 + 15, 9 + 9 + 8 + 15
    assert found.fitness == (1 - missing / taken) / 2 + (1 - remaining / put) / 2
    told = {(one.kind, one.activity, one.steps): (one.count, one.cases, one.examples) for one in found.deviations}
    assert told == {
        ("too_early", "d", ("c",)): (1, 1, ("3",)),
        ("left_undone", "", ("c",)): (1, 1, ("3",)),
        ("not_in_flow", "x", ()): (1, 1, ("4",)),
    }


def test_loops_without_events_are_bounded() -> None:
    """A loop of steps that leave no event, and one that makes more and more tokens."""
    ring = flow([Step("a", "a"), Step("s"), Step("t"), Step("b", "b")], "a>s s>t t>s t>b")
    assert flow_faults(ring) == ()
    found = Replay(ring).replay("ab")
    assert (found.fits, found.cut) == (True, False)
    growing = flow([Step("a", "a"), Step("s", split="all"), Step("t"), Step("b", "b")], "a>s s>t t>s s>b", ends="b")
    assert flow_faults(growing) == ()
    found = Replay(growing, markings=50).replay("abc")
    assert (found.fits, found.cut) == (False, True)


@pytest.mark.parametrize(
    ("drawn", "codes"),
    [
        (flow(plain("a", "b"), "a>b b>a"), ["no_start", "no_end"]),
        (flow(plain("a", "b"), "a>b b>a", "a", "b"), []),
        (flow(plain("a", "a"), ""), ["step_twice"]),
        (flow(plain("a", "b"), "a>b a>b"), ["arrow_twice"]),
        (flow(plain("a"), "a>z"), ["unknown_step", "no_end"]),
        (flow(plain("a"), "", "y", "z"), ["unknown_step", "unknown_step"]),
        (flow(plain("a", "b", "c"), "a>b c>c", "a", "b"), ["step_never_reached", "step_never_ends"]),
        (flow([Step("a", "a", join="all"), Step("b", "b")], "a>b b>a", "a", "b"), ["start_waits_for_all"]),
        (flow([Step("a", "a"), Step("b", "b", split="all")], "a>b b>a", "a", "b"), ["end_splits_into_all"]),
    ],
)
def test_flows_that_cannot_be_replayed(drawn: Flow, codes: list[str]) -> None:
    assert [one.code.removeprefix("process.") for one in flow_faults(drawn)] == codes
    if codes:
        with pytest.raises(ValueError, match="cannot be replayed"):
            Replay(drawn)


Due = tuple[tuple[str, ...], ...]


def after(drawn: Flow, step: Step) -> list[tuple[str, ...]]:
    """What falls due once a step is done."""
    arrows = [("arrow", one.source, one.target) for one in drawn.arrows if one.source == step.key]
    return list(arrows) if step.split == "all" and arrows else [("choice", step.key)]


def beginnings(drawn: Flow, step: Step, due: Due) -> list[list[tuple[str, ...]]]:
    """Every way in which a step may begin: what it uses up of what is due."""
    lead: list[list[tuple[str, ...]]] = [
        [("arrow", one.source, one.target)] if ("arrow", one.source, one.target) in due else [("choice", one.source)]
        for one in drawn.arrows
        if one.target == step.key
    ]
    ways = [[one[0] for one in lead]] if step.join == "all" and lead else [list(one) for one in lead]
    if step.key in drawn.first:
        ways.append([("start",)])
    return [way for way in ways if not Counter(way) - Counter(due)]


def follows(drawn: Flow, path: str, most: int = 7) -> bool | None:
    """Whether a path follows the flow, tried in every way; None where more than ``most`` things were due at once."""
    waiting: list[tuple[int, Due]] = [(0, (("start",),))]
    seen = set(waiting)
    unsure = False
    for position, due in waiting:
        if position == len(path) and len(due) == 1 and due[0][0] == "choice" and due[0][1] in drawn.last:
            return True
        for step in drawn.steps:
            if step.activity and (position == len(path) or path[position] != step.activity):
                continue
            for way in beginnings(drawn, step, due):
                left = Counter(due) - Counter(way) + Counter(after(drawn, step))
                state = (position + bool(step.activity), tuple(sorted(left.elements())))
                if len(state[1]) > most:
                    unsure = True
                elif state not in seen:
                    seen.add(state)
                    waiting.append(state)
    return None if unsure else False


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Small flows with splits, joins, loops, steps without events and steps of one activity."""
    size = draw(st.integers(2, 6))
    keys = "abcdef"[:size]
    often_one: list[Way] = ["one", "one", "all"]
    ways = st.sampled_from(often_one)
    steps = [Step(key, draw(st.sampled_from([key, key, key, "", "a"])), draw(ways), draw(ways)) for key in keys]
    arrows = {(keys[k], keys[k + 1]) for k in range(size - 1) if draw(st.integers(0, 5))}
    arrows |= set(draw(st.lists(st.tuples(st.sampled_from(keys), st.sampled_from(keys)), max_size=5)))
    return Flow(tuple(steps), tuple(Arrow(one, other) for one, other in sorted(arrows)), (keys[0],), (keys[-1],))


@st.composite
def walks(draw: st.DrawFn, drawn: Flow) -> str:
    """A path that mostly follows the flow."""
    due: Due = (("start",),)
    path = ""
    for _ in range(draw(st.integers(0, 9))):
        options = [(step, way) for step in drawn.steps for way in beginnings(drawn, step, due)]
        if not options:
            break
        step, way = draw(st.sampled_from(options))
        due = tuple(sorted((Counter(due) - Counter(way) + Counter(after(drawn, step))).elements()))
        path += step.activity
    return path


@settings(max_examples=250, deadline=None, suppress_health_check=BUSY)
@given(st.data())
def test_who_fits_is_who_follows(data: st.DataObject) -> None:
    drawn = data.draw(flows())
    assume(flow_faults(drawn) == ())
    path = data.draw(walks(drawn) | st.text("abcdef", max_size=6))
    found, expected = Replay(drawn).replay(path), follows(drawn, path)
    assert found.put + found.missing == found.taken + found.remaining
    assert found.fits == (
        found.missing == found.remaining == 0 and not any(kind == "not_in_flow" for kind, *_ in found.departures)
    )
    if found.fits:
        assert expected is not False
    elif not found.cut:
        assert expected is not True


def test_the_cheapest_of_several_readings_counts() -> None:
    """Two steps of one activity: which was meant shows later."""
    drawn = flow([Step("s", "s"), Step("x", "a"), Step("y", "a"), Step("p", "p"), Step("q", "q")], "s>x s>y x>p y>q")
    assert Replay(drawn).replay("sap").fits
    assert Replay(drawn).replay("saq").fits
    narrow = [Replay(drawn, width=1).replay(path) for path in ("sap", "saq")]
    assert sorted((one.fits, one.cut) for one in narrow) == [(False, True), (True, True)]
    both = flow([*plain("s", "b"), replace(Step("m", "m"), join="all")], "s>b b>m s>m", ends="m")
    assert not Replay(both).replay("sbm").fits  # s chooses one arrow, m waits for both
    assert (
        Replay(flow([Step("s", "s", split="all"), Step("b", "b"), Step("m", "m", join="all")], "s>b b>m s>m"))
        .replay("sbm")
        .fits
    )
