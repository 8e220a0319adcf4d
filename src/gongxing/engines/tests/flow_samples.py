"""Flows for tests: an approval with everything in it, and random flows."""

from __future__ import annotations

from hypothesis import strategies as st

from gongxing.engines.flows import Arrow, Flow, Step, faults_of

PERMIT = Flow(
    "permit",
    3,
    (
        Step("apply", "申请", "start", ("applicant",)),
        Step("accept", "受理", "single", ("window",), "invented rule 1", 5),
        Step("review", "会签", "countersign", ("land", "water"), "invented rule 2", 10),
        Step("expert", "或签", "either", ("first", "second")),
        Step("decide", "决定", "decide", ("chief",), "invented rule 3", 20),
        Step("deliver", "送达", "deliver", ("window",)),
        Step("granted", "办结", "end", ("archive",)),
        Step("refused", "不予许可", "end"),
    ),
    (
        Arrow("apply", "accept"),
        Arrow("accept", "review"),
        Arrow("accept", "refused", on="disagree"),
        Arrow("review", "expert", "area >= 20"),
        Arrow("review", "decide"),
        Arrow("review", "decide", on="disagree"),
        Arrow("expert", "review", "unclear"),
        Arrow("expert", "decide"),
        Arrow("expert", "refused", on="disagree"),
        Arrow("decide", "deliver"),
        Arrow("decide", "refused", on="disagree"),
        Arrow("deliver", "granted"),
    ),
    (("review", 2),),
    2,
)
"""The loop review → expert → review is lawful: two rounds of review at most between two returns."""

KINDS = ("single", "countersign", "either", "decide")


WHEN = st.sampled_from(["p", "not q", "n > 2"])


@st.composite
def drawn(draw: st.DrawFn) -> Flow:
    """A line of steps with jumps forwards and loops backwards, sound or not."""
    kinds = [*draw(st.lists(st.sampled_from(KINDS), max_size=4)), "decide"]
    keys = [f"s{k}" for k in range(len(kinds))]
    steps = [Step("start", "申请", "start", ("applicant",))]
    for key, kind in zip(keys, kinds, strict=True):
        steps.append(Step(key, key, kind, ("a", "b") if kind in ("countersign", "either") else ("a",)))
    steps.append(Step("deliver", "送达", "deliver", ("w",)))
    steps.append(Step("end", "办结", "end", draw(st.sampled_from([(), ("w",)]))))
    arrows = [Arrow("start", "s0"), Arrow("deliver", "end")]
    bounds: dict[str, int] = {}
    for k, key in enumerate(keys):
        ahead = [*keys[k + 1 :], "deliver", "end"]
        arrows += [Arrow(key, ahead[0]), Arrow(key, draw(st.sampled_from(ahead)), on="disagree")]
        for on in ("agree", "disagree"):
            for target in draw(st.lists(st.sampled_from(keys[: k + 1]), max_size=2, unique=True)):
                arrows.append(Arrow(key, target, draw(WHEN), on))
                bounds[target] = draw(st.integers(1, 3))
        if draw(st.booleans()):
            arrows.append(Arrow(key, draw(st.sampled_from(ahead)), draw(WHEN)))
    return Flow("drawn", 1, tuple(steps), tuple(arrows), tuple(bounds.items()), draw(st.integers(0, 3)))


def flows() -> st.SearchStrategy[Flow]:
    """Those of the drawn flows in which no fault is found."""
    return drawn().filter(lambda flow: not faults_of(flow, {"p", "q", "n"}))
