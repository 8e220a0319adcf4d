"""An independent reading of a case: its log is walked from the first act by other means than ``running`` and compared with the stored state.

Tasks are seats that are never taken away; whether a step is settled is read off all seats of its visit after every act, and acts that were
withdrawn are taken out before walking. Invariants (I1 to I6, package's account) are checked beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gongxing.engines.conditions import ExpressionRefused, parse
from gongxing.engines.flows.definition import JUDGING, Arrow, Flow, Step
from gongxing.engines.flows.state import Act, State
from gongxing.engines.reasons import Reason

YES = ("agree", "deliver", "finish")
ASKING = ("add", "transfer")


class Unlawful(ValueError):
    """An act of a log that no rule allows: its number and why."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"{number}: {why}")
        self.number, self.why = number, why


@dataclass(slots=True)
class Seat:
    """A task over its whole life; ``verdict`` "" while it is open; ``heir``: key of the seat it was transferred to."""

    key: str
    step: str
    desk: str
    opened: int
    round: int
    role: str = ""
    asker: str = ""
    verdict: str = ""
    closed: int = -1
    heir: str = ""


class Walk:
    """A log walked to its end. ``Unlawful`` at the first act that may not be."""

    def __init__(self, flow: Flow, log: tuple[Act, ...]) -> None:
        self.flow = flow
        self.steps = {one.key: one for one in flow.steps}
        self.seats: dict[str, Seat] = {}
        self.path: list[str] = []
        self.since: list[str] = []
        self.owed: list[str] = []
        self.entered, self.returned, self.asleep = 0, 0, False
        self.go(next(one.key for one in flow.steps if one.kind == "start"), 0)
        for number, one in enumerate(log, 1):
            if not one.withdrawn_by and one.verb not in ("withdraw", "remind"):
                self.take(number, one)

    @property
    def here(self) -> Step:
        """The step the case is at."""
        return self.steps[self.path[-1]]

    @property
    def visit(self) -> list[Seat]:
        """All seats of the present visit of the present step."""
        return [s for s in self.seats.values() if s.step == self.here.key and s.round == self.path.count(s.step)]

    @property
    def status(self) -> str:
        """running, suspended or finished."""
        if self.here.kind == "end" and all(one.verdict for one in self.visit):
            return "finished"
        return "suspended" if self.asleep else "running"

    def asker_of(self, seat: Seat) -> Seat:
        """Who holds now what the asker of an added signer held then."""
        found = self.seats[seat.asker]
        while found.heir:
            found = self.seats[found.heir]
        return found

    def waits(self, seat: Seat) -> bool:
        """Whether others must act before this seat."""
        if seat.role == "after":
            return not self.asker_of(seat).verdict
        return any(s.role == "before" and not s.verdict and self.asker_of(s) is seat for s in self.visit)

    def go(self, key: str, number: int) -> None:
        """Enter a step."""
        self.path.append(key)
        self.since.append(key)
        self.entered = number
        for k, desk in enumerate(self.steps[key].desks):
            self.seats[f"{number}.{k}"] = Seat(f"{number}.{k}", key, desk, number, self.path.count(key))

    def take(self, number: int, one: Act) -> None:
        """One act."""

        def need(lawful: bool, why: str) -> None:
            if not lawful:
                raise Unlawful(number, why)

        seat = self.seats.get(one.task)
        need(self.status == ("suspended" if one.verb == "resume" else "running"), "status")
        need(seat is not None and not seat.verdict and seat.desk == one.desk, "task")
        assert seat is not None
        if one.verb in ("suspend", "resume"):
            need(one.verb == "resume" or bool(one.comment.strip()), "comment")
            self.asleep = one.verb == "suspend"
        elif one.verb in ASKING:
            kinds = JUDGING if one.verb == "add" else (*JUDGING, "deliver")
            asked = {s.desk for s in self.visit if s.verdict in ("", "agree", "disagree")}
            need(self.here.kind in kinds and bool(one.to.strip()) and one.to not in asked, "desk")
            role, asker = (one.way, seat.key) if one.verb == "add" else (seat.role, seat.asker)
            need(one.verb == "transfer" or (not seat.role and role in ("before", "after")), "added")
            key = f"{number}.0"
            self.seats[key] = Seat(key, seat.step, one.to, number, seat.round, role, asker)
            if one.verb == "transfer":
                seat.verdict, seat.closed, seat.heir = "transfer", number, key
        elif one.verb == "return":
            need(not self.waits(seat) and not seat.role and bool(one.comment.strip()), "return")
            need(self.here.kind not in ("start", "end"), "return")
            self.back(number, one, seat)
        else:
            fits = {"start": YES[:1], "deliver": YES[1:2], "end": YES[2:]}.get(self.here.kind, ("agree", "disagree"))
            need(not self.waits(seat) and one.verb in fits, "verdict")
            need(one.verb != "disagree" or bool(one.comment.strip()), "comment")
            seat.verdict, seat.closed = one.verb, number
            self.settle(number, one)

    def back(self, number: int, one: Act, seat: Seat) -> None:
        """A return."""
        leads, rim = set[str](), [one.to]
        while rim:
            rim = [a.target for a in self.flow.arrows if a.source in rim and a.target not in leads]
            leads.update(rim)
        if (
            one.way not in ("again", "direct")
            or one.to == self.here.key
            or one.to not in self.path
            or self.here.key not in leads
            or self.returned >= self.flow.returns
            or (one.way == "direct" and one.to in self.owed)
        ):
            raise Unlawful(number, "return")
        self.returned += 1
        self.owed = [*self.owed, self.here.key] if one.way == "direct" else []
        seat.verdict, seat.closed = "return", number
        self.lapse(number)
        self.since = []
        self.go(one.to, number)

    def lapse(self, number: int, kept: tuple[Seat, ...] = ()) -> None:
        """Close what nobody needs any more."""
        for s in self.visit:
            if not s.verdict and s not in kept:
                s.verdict, s.closed = "lapsed", number

    def settle(self, number: int, one: Act) -> None:
        """Read off the seats whether the step is settled, and go on if it is."""
        own = [s for s in self.visit if not s.role and s.verdict != "transfer"]
        after = [s for s in self.visit if s.role == "after" and s.verdict != "transfer"]
        if any(s.verdict == "disagree" for s in own + after):
            self.lapse(number)
            self.go(self.way(number, one, "disagree"), number)
            return
        count = any if self.here.kind == "either" else all
        if not count(s.verdict in YES for s in own):
            return
        signing = tuple(s for s in after if not s.verdict and self.asker_of(s).verdict in YES)
        self.lapse(number, signing)
        if not signing and self.here.kind != "end":
            self.go(self.owed.pop() if self.owed else self.way(number, one, "agree"), number)

    def way(self, number: int, one: Act, outcome: str) -> str:
        """The step the arrows lead to."""
        self.owed = []
        facts = {fact.name: fact.value for fact in one.facts}
        mine = [a for a in self.flow.arrows if a.source == self.here.key and a.on == outcome]
        for arrow in mine:
            if not arrow.when or self.since.count(arrow.target) >= dict(self.flow.repeats).get(arrow.target, 10**9):
                continue
            truth = self.truth(arrow, facts)
            if truth is None:
                raise Unlawful(number, "facts")
            if truth:
                return arrow.target
        otherwise = [a.target for a in mine if not a.when]
        if len(otherwise) != 1:
            raise Unlawful(number, "way")
        return otherwise[0]

    def truth(self, arrow: Arrow, facts: Mapping[str, object]) -> bool | None:
        """The condition read with the recorded facts; a name among them that is not known is unknown."""
        try:
            return parse(arrow.when, facts.keys()).evaluate(facts)
        except ExpressionRefused as refused:
            # a name nobody recorded: read again with it as an unknown fact
            return self.truth(arrow, {**facts, refused.found: None}) if refused.code == "unknown_name" else None


def check(flow: Flow, state: State) -> tuple[Reason, ...]:
    """What is wrong with a stored state; empty: it is what its log says, and the invariants hold.

    Codes: flows.other_flow · flows.unlawful (act, why) · flows.differs (part) · flows.invariant (rule).
    """
    if (state.flow, state.version) != (flow.code, flow.version):
        return (Reason.of("flows.other_flow", flow=state.flow, version=str(state.version)),)
    try:
        _withdrawals(flow, state.log)
        walk = Walk(flow, state.log)
    except Unlawful as fault:
        return (Reason.of("flows.unlawful", act=str(fault.number), why=fault.why),)
    return (*_differences(walk, state), *(Reason.of("flows.invariant", rule=rule) for rule in broken(flow, state)))


def _withdrawals(flow: Flow, log: tuple[Act, ...]) -> None:
    """Every act marked as withdrawn was withdrawn by its own desk before anyone went on from it, and every withdrawal has its act."""
    for number, one in enumerate(log, 1):
        meant = log[one.of - 1] if one.verb == "withdraw" and 1 <= one.of < number else None
        if one.verb == "withdraw":
            if meant is None or meant.withdrawn_by != number or meant.desk != one.desk:
                raise Unlawful(number, "withdraw")
            so_far = [_as_of(act, number) for act in log[: number - 1]]
            if meant.verb not in ("agree", "disagree", "return", "add", "transfer") or not _free(flow, so_far, one.of):
                raise Unlawful(number, "withdraw")
        by = one.withdrawn_by
        if by and (not number < by <= len(log) or log[by - 1].verb != "withdraw" or log[by - 1].of != number):
            raise Unlawful(number, "withdrawn")


def _free(flow: Flow, log: list[Act], of: int) -> bool:
    """Whether nothing in a log hangs on one of its acts: the case runs and has not moved since, and no one acted on the same seats."""
    walk = Walk(flow, tuple(log))
    acted = {one.task for one in log[of:] if not one.withdrawn_by and one.verb not in ("remind", "withdraw")}
    seats = {one.key for one in walk.seats.values() if one.opened == of or one.asker == log[of - 1].task}
    free = not acted & {*seats, log[of - 1].task} and (walk.entered < of or not acted)
    return walk.status == "running" and walk.entered <= of and free


def _as_of(one: Act, number: int) -> Act:
    """An act as it stood before the act of that number: not yet withdrawn by it or by a later one."""
    if one.withdrawn_by < number:
        return one
    return Act(one.verb, one.task, one.desk, one.by, one.to, one.way, one.of, one.comment, one.facts)


def _differences(walk: Walk, state: State) -> Iterator[Reason]:
    seats = walk.seats.values()
    open_tasks = {
        (one.key, one.step, one.desk, one.opened_by, one.round, one.added, one.asked_by) for one in state.open
    }
    open_seats = {
        (s.key, s.step, s.desk, s.opened, s.round, s.role, walk.asker_of(s).key if s.role else "")
        for s in seats
        if not s.verdict
    }
    closed = Counter((one.task.key, one.task.desk, one.verdict, one.closed_by) for one in state.done)
    for part, stored, walked in (
        ("status", state.status, walk.status),
        ("at", state.at, walk.here.key),
        ("entered_by", state.entered_by, walk.entered),
        ("returned", state.returned, walk.returned),
        ("rounds", dict(state.rounds), dict(Counter(walk.path))),
        ("walked", dict(state.walked), dict(Counter(walk.since))),
        ("back", list(state.back), walk.owed),
        ("open", open_tasks, open_seats),
        ("done", closed, Counter((s.key, s.desk, s.verdict, s.closed) for s in seats if s.verdict)),
    ):
        if stored != walked:
            yield Reason.of("flows.differs", part=part)


def broken(flow: Flow, state: State) -> tuple[str, ...]:
    """The invariants (I1 to I6) a state breaks, read off the state alone."""
    places = [(one.step, one.desk, one.round) for one in state.open]
    tasks = (*state.open, *(one.task for one in state.done))
    own = Counter((one.step, one.round) for one in state.open if not one.added)
    own.update((d.task.step, d.task.round) for d in state.done if not d.task.added and d.verdict != "transfer")
    visits = {(step, k): flow.step(step) for step, n in state.rounds for k in range(1, n + 1)}
    bounds = dict(flow.repeats)
    held = {
        "I1": len(set(places)) == len(places),
        "I2": not state.open if state.status == "finished" else bool(state.open),
        "I3": state.returned <= flow.returns and all(n <= bounds.get(step, n) for step, n in state.walked),
        "I4": all((one.step, one.round) == (state.at, state.round) for one in state.open),
        "I5": all(step is not None and own[visit] == len(step.desks) for visit, step in visits.items()),
        "I6": len({one.key for one in tasks}) == len(tasks) and (state.status != "running" or bool(state.due)),
    }
    return tuple(rule for rule, holds in held.items() if not holds)
