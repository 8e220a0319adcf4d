"""Where a case stands in its flow: plain frozen data that goes into JSON and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongxing.engines import records
from gongxing.engines.conditions import exact_number
from gongxing.engines.reasons import Reason


class FlowFault(ValueError):
    """An act that is not lawful now. ``code`` and ``params`` (texts); the codes and their rules stand in ``running``."""

    def __init__(self, code: str, /, **params: str | int) -> None:
        self.code = code
        self.params = {name: str(value) for name, value in params.items()}
        super().__init__(" ".join([code, *(f"{name}={value}" for name, value in sorted(self.params.items()))]))

    @property
    def reason(self) -> Reason:
        """The same as a reason: flows.<code>."""
        return Reason.of(f"flows.{self.code}", **self.params)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact a condition was read with: ``kind`` number, text, flag or set."""

    name: str
    kind: str
    values: tuple[str, ...]

    @property
    def value(self) -> Decimal | str | bool | frozenset[str]:
        """As conditions read it."""
        if self.kind == "set":
            return frozenset(self.values)
        text = self.values[0]
        return Decimal(text) if self.kind == "number" else text == "true" if self.kind == "flag" else text


@dataclass(frozen=True, slots=True)
class Act:
    """One act as recorded; its number is its place in the log, from 1.

    ``verb``: see ``running.VERBS``; ``desk`` acted, ``by`` whoever acted for it; ``to``: step (return) or desk (add, transfer); ``way``: again
    or direct (return), before or after (add); ``of``: the act withdrawn; ``withdrawn_by``: the act that withdrew this one, 0: none.
    """

    verb: str
    task: str
    desk: str
    by: str = ""
    to: str = ""
    way: str = ""
    of: int = 0
    comment: str = ""
    facts: tuple[Fact, ...] = ()
    withdrawn_by: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """A task. ``key``: unique in the case; ``opened_by``: number of the act, 0: the beginning; ``round``: the how many-th time the step is
    walked; ``added``: "" for a task of the step itself, before or after for an added signer's, asked for by the holder of ``asked_by``."""

    key: str
    step: str
    desk: str
    opened_by: int
    round: int
    added: str = ""
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A closed task: ``verdict`` agree, disagree, return, deliver, finish, transfer, or lapsed (settled without it)."""

    task: Task
    verdict: str
    closed_by: int


@dataclass(frozen=True, slots=True)
class State:
    """A case in its flow. ``status``: running, suspended or finished; ``at``: its step, entered by the act ``entered_by``; ``returned``: how
    often; ``rounds``: how often each step was walked; ``walked``: the same since the last return; ``back``: steps a direct return owes, the
    next one last."""

    flow: str
    version: int
    status: str
    at: str
    entered_by: int = 0
    returned: int = 0
    rounds: tuple[tuple[str, int], ...] = ()
    walked: tuple[tuple[str, int], ...] = ()
    back: tuple[str, ...] = ()
    open: tuple[Task, ...] = ()
    done: tuple[Done, ...] = ()
    log: tuple[Act, ...] = ()

    @property
    def round(self) -> int:
        """The round of the step the case is at."""
        return dict(self.rounds)[self.at]

    def task(self, key: str) -> Task | None:
        """An open task by its key."""
        return next((one for one in self.open if one.key == key), None)

    def waits_for(self, task: Task) -> tuple[str, ...]:
        """Keys of the open tasks that come before a task: signers it asked for beforehand, or the asker of one added after."""
        if task.added == "after":
            return tuple(one.key for one in self.open if one.key == task.asked_by)
        return tuple(one.key for one in self.open if one.added == "before" and one.asked_by == task.key)

    @property
    def due(self) -> tuple[Task, ...]:
        """Open tasks that wait for no other; none while the case is suspended."""
        return tuple(one for one in self.open if not self.waits_for(one)) if self.status == "running" else ()


def counted(counts: tuple[tuple[str, int], ...], key: str) -> tuple[tuple[str, int], ...]:
    """The counts with one more for a key, in the order of first appearance."""
    found = dict(counts)
    found[key] = found.get(key, 0) + 1
    return tuple(found.items())


def facts_of(facts: Mapping[str, Any], names: Iterable[str]) -> tuple[Fact, ...]:
    """The known facts among the names, in exact form; what conditions cannot read is unknown and left out."""
    found = []
    for name in sorted(set(names)):
        value = facts.get(name)
        if isinstance(value, bool):
            found.append(Fact(name, "flag", ("true" if value else "false",)))
        elif isinstance(value, str):
            found.append(Fact(name, "text", (value,)))
        elif isinstance(value, int | float | Decimal):
            if exact_number(value).is_finite():
                found.append(Fact(name, "number", (str(exact_number(value)),)))
        elif isinstance(value, set | frozenset | list | tuple):
            found.append(Fact(name, "set", tuple(sorted({one for one in value if isinstance(one, str)}))))
    return tuple(found)


def state_to_json(state: State) -> str:
    """The state as text."""
    return records.to_json(state)


def state_from_json(text: str) -> State:
    """What ``state_to_json`` wrote; ValueError for anything else. Whether the state is lawful is judged by ``walking.check``."""
    return records.from_json(State, text)
