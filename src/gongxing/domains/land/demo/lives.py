"""What a drawn parcel lived through: which facts were written on which day. No state is drawn here: registers work it out of the days."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from gongxing.domains.projects.models import Project

Facts = dict[str, Any]
Steps = dict[date, Facts]

SHARES: Mapping[str, float] = {
    "planned": 0.08, "submitted": 0.03, "uncleared": 0.06, "cleared": 0.06, "unused": 0.05, "building": 0.01, "partly": 0.025,
    "built_idle": 0.02, "below": 0.03, "inefficient": 0.03,
}  # fmt: skip
"""Parts of all parcels by what they lived through, invented; the others are in use."""
SINGLE = ("idle", "reclaimed")
"""One parcel of each."""
UNUSED = (
    "near", "past", "proved", "near", "unproved", "past", "standing", "near", "ahead", "near", "stopped", "past", "stopped", "near", "late", "ahead",
)  # fmt: skip
"""What becomes of the parcels that were supplied and lie unused, one after the other; then again those that are merely late or ahead."""
HUNDRED = Decimal(100)


def _days(number: int) -> timedelta:
    return timedelta(days=number)


class Lives:
    """Draws one life after another from a seeded stream, all ending today."""

    def __init__(self, random: Random, today: date) -> None:
        self.random = random
        self.today = today
        self.tell: Mapping[str, Callable[[], Steps]] = {
            "planned": lambda: defaultdict(dict), "submitted": self._submitted, "uncleared": self._uncleared, "cleared": self._cleared,
            "building": self._building, "partly": self._partly, "built_idle": self._built_idle, "below": self._below, "inefficient": self._inefficient,
            "normal": self._normal, "idle": self._idle, "reclaimed": self._reclaimed,
        }  # fmt: skip

    def ago(self, least: int, most: int) -> date:
        """A day so many days back."""
        return self.today - _days(self.random.randint(least, most))

    def after(self, day: date, least: int, most: int) -> date:
        """A day so many days later."""
        return day + _days(self.random.randint(least, most))

    def life(self, fate: str) -> Steps:
        """The days of one of the ``SHARES`` but "unused"; what lies in the future does not happen."""
        return self.so_far(self.tell[fate]())

    def so_far(self, steps: Steps) -> Steps:
        """In order, without what lies in the future."""
        return defaultdict(dict, {day: facts for day, facts in sorted(steps.items()) if day <= self.today})

    def _approval(self, approved: date) -> Steps:
        steps: Steps = defaultdict(dict)
        submitted = self.after(approved, -150, -60)
        steps[submitted] |= {"submitted_on": submitted}
        number = f"青政土批〔{approved.year}〕{self.random.randint(1, 180)}号（演示，虚构）"
        steps[approved] |= {"approved_on": approved, "approval_no": number}
        return steps

    def _submitted(self) -> Steps:
        day = self.ago(15, 220)
        return {day: {"submitted_on": day}}

    def _uncleared(self) -> Steps:
        return self._approval(self.ago(45, 620))

    def _cleared(self) -> Steps:
        approved = self.ago(210, 900)
        steps = self._approval(approved)
        cleared = min(self.after(approved, 90, 190), self.ago(5, 20))
        steps[cleared] |= {"cleared_on": cleared}
        return steps

    def supplied(self, contract: date, start: date) -> tuple[Steps, date, date]:
        """Approval, clearance and contract before an agreed start; the agreed days of finish and production beside."""
        approved = self.after(contract, -420, -170)
        steps = self._approval(approved)
        cleared = self.after(contract, -80, -15)
        steps[cleared] |= {"cleared_on": cleared}
        finish = self.after(start, 480, 720)
        production = self.after(finish, 60, 150)
        delivered = min(self.after(contract, 15, 50), start)
        steps[contract] |= {"contract_on": contract, "agreed_start": start, "agreed_finish": finish, "agreed_production": production}  # fmt: skip
        steps[delivered] |= {"delivered_on": delivered}
        return steps, finish, production

    def unused(self, kind: str) -> Steps:
        """Supplied, not started: ``near`` within 90 days of idle, ``past`` it, ``proved`` past but for a proved delay, ``late`` and ``ahead`` of the
        agreed start, ``stopped`` a little under way and near; ``unproved`` and ``standing`` have a delay without proof and one that has not ended."""
        back = {
            "near": (281, 360), "past": (375, 520), "proved": (390, 440), "unproved": (385, 450), "standing": (330, 420), "late": (20, 260), "ahead": (-200, -20),
            "stopped": (500, 600),
        }[kind]  # fmt: skip
        start = self.ago(*back)
        latest = min(self.after(start, -330, -120), self.ago(25, 60))
        steps, _finish, _production = self.supplied(latest, start)
        steps = self.so_far(steps)
        if kind == "stopped":
            began, stopped = self.after(start, 10, 60), self.ago(285, 350)
            steps[began] |= {"actual_start": began, "started_share": Decimal(8), "invested_share": Decimal(5)}
            share = Decimal(self.random.randint(15, 30))
            steps[stopped] |= {"stopped_on": stopped, "started_share": share, "invested_share": share - 5}
        return steps

    def _works(self, started: date, finished: date | None, produced: date | None) -> Steps:
        """A contract more or less kept and what was built."""
        start = self.after(started, -70, 30)
        contract = self.after(min(start, started), -260, -110)
        steps, _finish, _production = self.supplied(contract, start)
        if finished is not None:
            finish = self.after(finished, -60, 90)
            production = self.after(finish, 60, 150)
            steps[contract] |= {"agreed_finish": finish, "agreed_production": production}
        share = Decimal(self.random.randint(40, 95)) if finished is None else HUNDRED
        spent = Decimal(self.random.randint(28, 75)) if finished is None else HUNDRED
        steps[started] |= {"actual_start": started, "started_share": share, "invested_share": spent / 2}
        if finished is None and (self.today - started).days > 60:
            middle = started + (self.today - started) / 2
            steps[middle] |= {"invested_share": spent}
        if finished is not None:
            steps[finished] |= {
                "actual_finish": finished, "started_share": HUNDRED, "invested_share": Decimal(self.random.randint(92, 108))
            }  # fmt: skip
        if produced is not None:
            steps[produced] |= {"actual_production": produced}
        return steps

    def _building(self) -> Steps:
        return self._works(self.ago(30, 400), None, None)

    def _normal(self) -> Steps:
        produced = self.ago(120, 3200)
        finished = self.after(produced, -150, -40)
        return self._works(self.after(finished, -560, -300), finished, produced)

    def _partly(self) -> Steps:
        produced = self.ago(200, 900)
        finished = self.after(produced, -150, -40)
        steps = self._works(self.after(finished, -560, -300), finished, produced)
        share = Decimal(self.random.randint(42, 78))
        for facts in steps.values():
            if "started_share" in facts:
                facts["started_share"] = share
            if "invested_share" in facts:
                facts["invested_share"] = min(facts["invested_share"], share)
        return steps

    def _built_idle(self) -> Steps:
        finished = self.ago(150, 600)
        steps = self._works(self.after(finished, -560, -330), finished, None)
        for facts in steps.values():
            if "agreed_production" in facts:
                facts["agreed_finish"] = min(facts["agreed_finish"], self.ago(130, 200))
                facts["agreed_production"] = self.after(facts["agreed_finish"], 60, 110)
        return steps

    def _below(self) -> Steps:
        produced = self.ago(1150, 2200)
        finished = self.after(produced, -150, -40)
        return self._works(self.after(finished, -560, -300), finished, produced)

    def _inefficient(self) -> Steps:
        """In turn by 6.4: far below the agreed intensity two years after the finish; more than two years late; stood still for more than a year."""
        kind = self.random.choice(("thin", "thin", "late", "stopped"))
        if kind == "late":
            start = self.ago(1500, 1900)
            steps = self._works(start, None, None)
            for facts in steps.values():
                if "agreed_finish" in facts:
                    facts["agreed_finish"] = self.ago(760, 880)
                    facts["agreed_production"] = self.after(facts["agreed_finish"], 60, 120)
            listed = self.ago(20, 140)
            steps[listed] |= {"inefficient_on": listed}
            return steps
        produced = self.ago(1000, 2400)
        finished = self.after(produced, -150, -40)
        steps = self._works(self.after(finished, -560, -300), finished, produced)
        if kind == "stopped":
            stopped = self.ago(400, 640)
            steps[stopped] |= {"stopped_on": stopped}
        listed = self.ago(20, 140)
        steps[listed] |= {"inefficient_on": listed}
        return steps

    def _idle(self) -> Steps:
        start = self.ago(880, 950)
        steps, _finish, _production = self.supplied(self.after(start, -300, -150), start)
        found = self.ago(170, 260)
        steps[found] |= {"idle_identified_on": found}
        return steps

    def _reclaimed(self) -> Steps:
        start = self.ago(1500, 1700)
        steps, _finish, _production = self.supplied(self.after(start, -300, -150), start)
        found, back = self.ago(700, 800), self.ago(60, 150)
        steps[found] |= {"idle_identified_on": found}
        steps[back] |= {"reclaimed_on": back, "current_use": "已收回，待重新供应"}
        return steps

    def of_project(self, project: Project) -> Steps:
        """The days of a parcel on which a project stands, after the project's own; one only just signed may wait for its contract."""
        signed = project.signed_on or self.ago(60, 200)
        started = project.started_on
        contract = self.after(signed, 20, 80)
        if started is not None:
            contract = min(contract, started - _days(10))
        if contract > self.today:
            steps = self._approval(self.after(signed, -300, -60))
            cleared = self.after(signed, -40, -1)
            steps[cleared] |= {"cleared_on": cleared}
            return steps
        start = max(contract + _days(40), self.after(started or project.plan_start or contract, 0, 40))
        if started is None:
            start = max(start, self.ago(100, 260))
        steps, finish, production = self.supplied(contract, start)
        finish = max(start + _days(200), project.plan_complete or finish)
        production = max(finish + _days(30), project.plan_produce or production)
        steps[contract] |= {"agreed_finish": finish, "agreed_production": production}
        done = project.completed_on
        if started is not None:
            share = HUNDRED if done else Decimal(self.random.randint(50, 95))
            spent = Decimal(self.random.randint(28, 80))
            steps[started] |= {"actual_start": started, "started_share": share, "invested_share": spent / 4}
            if done is None and (self.today - started).days > 60:
                steps[started + (self.today - started) / 2] |= {"invested_share": spent}
        if done is not None:
            steps[done] |= {"actual_finish": done, "invested_share": Decimal(self.random.randint(92, 106))}
        if project.produced_on is not None:
            steps[project.produced_on] |= {"actual_production": project.produced_on}
        return self.so_far(steps)


def merged(steps: Mapping[date, Facts], until: date | None = None) -> Facts:
    """All that was known at the end of a day (None: of all days)."""
    known: Facts = {}
    for day, facts in sorted(steps.items()):
        if until is None or day <= until:
            known |= facts
    return known
