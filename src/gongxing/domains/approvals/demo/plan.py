"""What each project applied for, at which desk, and the days of it, drawn from a seeded stream."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from gongxing.domains.approvals.items import Item, item_on
from gongxing.domains.projects.models import Project
from gongxing.engines.workdays import Calendar

LAND, ECOLOGY, HOUSING, WATER, APPROVAL, MARKET = (
    "自然资源局",
    "生态环境局",
    "住房城乡建设局",
    "水利局",
    "行政审批局",
    "市场监管局",
)
AT: Mapping[str, str] = {
    "inv.filing": APPROVAL, "energy.review": APPROVAL, "land.permit": LAND, "land.registration": LAND, "design.scheme": LAND, "plan.permit": LAND,
    "eia.book": ECOLOGY, "eia.form": ECOLOGY, "eia.register": ECOLOGY, "soil.form": WATER, "drawing.review": HOUSING, "fire.design": HOUSING,
    "build.permit": HOUSING, "accept.plan": LAND, "accept.joint": HOUSING, "house.registration": LAND, "discharge.simple": ECOLOGY,
    "discharge.key": ECOLOGY, "discharge.register": ECOLOGY, "drain.permit": HOUSING, "equipment.use": MARKET, "food.license": MARKET,
}  # fmt: skip
"""Item → the bureau that decides it."""
BEFORE: tuple[tuple[str, float], ...] = (
    ("inv.filing", 0.02), ("land.permit", 0.2), ("design.scheme", 0.28), ("land.registration", 0.36), ("eia", 0.35), ("energy.review", 0.4), ("soil.form", 0.42),
    ("plan.permit", 0.5), ("drawing.review", 0.66), ("fire.design", 0.74), ("build.permit", 0.88),
)  # fmt: skip
"""Before the works: what, and at which part of the way from the first permit to the lawful start."""
AFTER: tuple[tuple[str, float], ...] = (
    ("accept.plan", 0.05), ("accept.joint", 0.2), ("house.registration", 0.5), ("discharge", 0.3), ("drain.permit", 0.45), ("equipment.use", 0.6), ("food.license", 0.7),
)  # fmt: skip
GROUNDS = (
    ("expert", "专家评审通知"), ("publicity", "公示截图"), ("consult", "征求意见函"), ("techreview", "委托技术评审书"), ("applicant", "企业书面申请"),
    ("inspection", "检测委托单"),
)  # fmt: skip
USUAL, LEAST_TO_STOP, LATELY, LATEST_STOP = 240, 5, 12, 3
"""Days between the steps of a project nobody dated, the shortest limit in which one is stopped, how far back the newest reach, the last day after the acceptance on which
one is stopped."""


@dataclass
class Stopped:
    """A stop with its paper."""

    ground: str
    proof: str
    start: date
    end: date


@dataclass
class Story:
    """One case: its facts by the day they became known, its stops, and whether nobody answered in time."""

    project: Project
    item: Item
    received: date
    facts: dict[date, dict[str, Any]] = field(default_factory=dict)
    stops: list[Stopped] = field(default_factory=list)
    silent: bool = False

    def on(self, day: date, **facts: Any) -> None:
        """Facts of a day."""
        self.facts.setdefault(day, {}).update(facts)


@dataclass
class Planner:
    """Draws cases. ``days`` are the project's steps (stage → day)."""

    random: Random
    book: Calendar
    today: date

    def cases(self, project: Project, days: Mapping[str, date]) -> Iterator[Story]:
        """The cases of a project, those of the future left out."""
        begun = days.get("pre_construction")
        if begun is None:
            return
        started = days.get("construction") or begun + timedelta(days=USUAL)
        yield from self._part(project, BEFORE, begun, started)
        completed = days.get("completed")
        if completed is not None:
            produced = days.get("production") or completed + timedelta(days=USUAL // 2)
            yield from self._part(project, AFTER, completed, produced)

    def fresh(self, project: Project, done: Collection[str]) -> Story | None:
        """A case of the last weeks: the first item the project has not applied for; None where there is none."""
        received = self._workday(self._after(self.today, -self.random.randint(1, LATELY)))
        for name, _part in (*BEFORE, *AFTER):
            code = self._code(project, name)
            rule = item_on(code, received) if code and code not in done else None
            if rule is not None and rule.limit is not None and rule.limit.n:
                return self._story(project, rule, received)
        return None

    def accepted(self, project: Project, item: Item, received: date) -> Story:
        """A case that came again: accepted the day after and decided as others are."""
        story = Story(project, item, received)
        story.on(received, received_on=received)
        taken = self.after(received, 1)
        story.on(taken, accepted_on=taken)
        return self._decide(story, taken)

    def after(self, day: date, n: int) -> date:
        """The nth working day after a day."""
        return self._after(day, n)

    def _part(self, project: Project, items: tuple[tuple[str, float], ...], first: date, last: date) -> Iterator[Story]:
        for name, part in items:
            code = self._code(project, name)
            day = self._workday(first + timedelta(days=int((last - first).days * part) + self.random.randrange(0, 6)))
            rule = item_on(code, day) if code and day <= self.today else None
            if rule is not None:
                yield self._story(project, rule, day)

    def _code(self, project: Project, name: str) -> str:
        """The item a project of this kind has to apply for; "" where it need not."""
        wanted = {
            "eia": f"eia.{project.eia_class}" if project.eia_class not in ("", "none") else "",
            "discharge": f"discharge.{project.discharge_class}" if project.discharge_class not in ("", "none") else "",
            "energy.review": name if (project.energy_tce or 0) >= 1000 else "",
            "soil.form": name if project.soil_zone else "",
            "fire.design": name if project.special_fire else "",
            "food.license": name if project.food else "",
        }
        leased = project.land_mode == "lease_building" and name.startswith(("land.", "design.", "plan.", "house."))
        return "" if leased else wanted.get(name, name)

    def _story(self, project: Project, item: Item, received: date) -> Story:
        random, story = self.random, Story(project, item, received)
        told, opened = random.random(), {"received_on": received}
        if random.random() < 0.2:
            opened["contact_on"] = self._after(received, -random.randint(1, 6))
        story.on(received, **opened)
        if item.limit is not None and item.limit.n == 0:
            accepted = received
        elif told < 0.13:
            asked = self._after(received, random.randint(1, 4))
            mended = self._after(asked, random.randint(2, 14))
            story.on(asked, correction_on=asked)
            story.on(mended, corrected_on=mended)
            accepted = self._after(mended, random.randint(0, 2))
        elif told < 0.16:
            story.on(refused := self._after(received, random.randint(1, 4)), refused_on=refused)
            return story
        elif told < 0.19:
            story.silent, accepted = True, received
            story.on(self._after(received, 6), accepted_on=received, silent=True)
            return self._decide(story, received)
        else:
            accepted = self._after(received, random.choices((0, 1, 2, 4), (5, 4, 2, 1))[0])
        story.on(accepted, accepted_on=accepted)
        if random.random() < 0.02:
            story.on(back := self._after(accepted, random.randint(1, 5)), withdrawn_on=back)
            return story
        return self._decide(story, accepted)

    def _decide(self, story: Story, accepted: date) -> Story:
        """How long it took: mostly within the promise, at times within the law alone, now and then neither."""
        random, item = self.random, story.item
        promised = item.promised.n if item.promised is not None else 10
        law = item.limit.n if item.limit is not None and item.limit.unit == "wd" else promised * 2
        drawn = random.random()
        if promised == 0:
            used = 0 if drawn < 0.93 else random.randint(1, 2)
        elif drawn < 0.74:
            used = random.randint(max(1, promised // 3), promised)
        elif drawn < 0.94:
            used = random.randint(promised + 1, max(promised + 1, law - 1))
        else:
            used = max(law, promised) + random.randint(1, 6)
        if law >= LEAST_TO_STOP and promised >= 3 and random.random() < 0.17:
            used = max(used, LATEST_STOP) + self._stop(story, accepted)
        if (
            item.extension is not None
            and item.limit is not None
            and item.extension.unit == "wd"
            and random.random() < 0.06
        ):
            more = min(item.extension.n, random.choice((3, 5, 10)))
            granted = self._after(accepted, max(1, item.limit.n - random.randint(2, 5)))
            story.on(granted, extension=more, extended_on=granted)
            used = max(used, item.limit.n + random.randint(1, more))
        decided = self._after(accepted, used)
        granted_it = random.random() < 0.97
        paper = f"青{item.code.split('.')[0]}〔{decided.year}〕{random.randrange(1, 400)}号（演示）"
        story.on(decided, decided_on=decided, outcome="granted" if granted_it else "denied", document=paper)
        delivered = self._after(decided, random.choices((0, 1, 3, 6, 12), (6, 5, 3, 2, 1))[0])
        story.on(delivered, delivered_on=delivered)
        return story

    def _stop(self, story: Story, accepted: date) -> int:
        """A stop by its paper; how many working days it took."""
        random = self.random
        ground, proof = random.choice(GROUNDS)
        start = self._after(accepted, random.randint(1, LATEST_STOP))
        length = random.randint(3, 14)
        story.stops.append(
            Stopped(
                ground, f"{proof}〔{start.year}〕{random.randrange(1, 90)}号（演示）", start, self._after(start, length)
            )
        )
        return length

    def _workday(self, day: date) -> date:
        while not self.book.is_workday(day):
            day += timedelta(days=1)
        return day

    def _after(self, day: date, n: int) -> date:
        """The nth working day after a day, before it where n is negative."""
        step = timedelta(days=1 if n > 0 else -1)
        left = abs(n)
        while left:
            day += step
            left -= self.book.is_workday(day)
        return day
