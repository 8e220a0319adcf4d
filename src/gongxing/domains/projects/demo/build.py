"""Writing the drawn projects, day after day."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from gongxing.domains.chain.models import Node, Placement
from gongxing.domains.firms.models import Firm
from gongxing.domains.firms.naming import initials
from gongxing.domains.firms.sections import section_of
from gongxing.domains.projects.checks import promises_confirmed
from gongxing.domains.projects.demo.pool import build_pool
from gongxing.domains.projects.demo.story import LADDER, Story, Teller, code_of, fields_at, money
from gongxing.domains.projects.demo.terms import papers_for, sign
from gongxing.domains.projects.jobs import ask_all, reckon_projects
from gongxing.domains.projects.models import Duty, Move, NodeLink, Project
from gongxing.domains.projects.naming import ALPHABET, LENGTH, PREFIX, folded_name
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Unit

COUNT = 400
WHY = "生成演示项目（全部虚构）"
MOVE = "projects.move_project"
NEIGHBOURS = ("邻县产业园（演示）", "邻市高新区（演示）")
Step = Callable[[Ctx], None]


def build_projects(
    seed: int, units: Mapping[str, Unit], posts: Mapping[str, Post], scale: float = 1.0, own: Firm | None = None
) -> int:
    """Draw and write about 400 projects; ``own`` is the enterprise of the demo account, which gets one that is being built. Returns how many."""
    random = Random(f"{seed} projects")
    parks = [unit for unit in units.values() if unit.kind == Unit.Kind.PARK]
    teller = Teller(random, _nodes(), _makers(), parks, today())
    count = max(30, int(COUNT * scale))
    stories = [teller.tell(number) for number in range(1, count + 1)]
    if own is not None:
        _give(stories, own)
    _hand_on(stories)
    diary = Diary(random, units, posts)
    for number, story in enumerate(stories, start=1):
        diary.enter(number, story)
    diary.write()
    build_pool(random, units, posts)
    reckon_projects(Project.objects.values_list("pk", flat=True))
    ask_all()
    return Project.objects.count()


def _nodes() -> list[Node]:
    return list(Node.objects.filter(generic=False).select_related("chain").order_by("code"))


def _makers() -> dict[int, list[Firm]]:
    """Active firms on each link."""
    found: dict[int, list[Firm]] = defaultdict(list)
    rows = Placement.objects.filter(role="main", firm__status="active").select_related("firm").order_by("ref")
    for one in rows:
        found[one.node_id].append(one.firm)
    return found


def _give(stories: Sequence[Story], own: Firm) -> None:
    """The enterprise account's firm owns the first project that is being built."""
    mine = next((one for one in stories if one.stage == "building" and one.left is None), None)
    if mine is not None:
        mine.fields.update(firm=own, owner_name="", origin="local")


def _hand_on(stories: Sequence[Story]) -> None:
    """A county of some size has handed a project on to a neighbour: where none was drawn, the first that was given up in the pool or the talks."""
    gone = [one for one in stories if one.left is not None]
    if any(one.left is not None and one.left[0] == "transferred" for one in gone):
        return
    for one in gone:
        if one.left is not None and one.left[0] == "removed" and one.stage in ("reserve", "negotiation"):
            one.left = ("transferred", *one.left[1:])
            return


class Diary:
    """Collects what was done on which day, then writes week after week, so that the trail reads as it would have."""

    def __init__(self, random: Random, units: Mapping[str, Unit], posts: Mapping[str, Post]) -> None:
        self.random, self.reviews = random, Random("reviews of projects")
        self.units = units
        self.posts = posts
        self.steps: dict[date, list[Step]] = defaultdict(list)
        self.numbers: set[str] = set()
        self.today, self.now = today(), now()

    def enter(self, number: int, story: Story) -> None:
        """Note all steps of one project."""
        project = self._project(story)
        for place, stage in enumerate(LADDER):
            if not story.reached(stage):
                break
            before = LADDER[place - 1] if place else ""
            self.steps[story.days[stage]].append(self._step(number, story, project, before, stage))
        if story.left is not None:
            stage, day, reason = story.left
            self.steps[day].append(self._leave(story, project, stage, reason))

    def write(self) -> None:
        """Write everything, each week in one go on its last day; what a step leads to later is noted while writing."""
        while self.steps:
            first = min(self.steps)
            last = min(first + timedelta(days=6 - first.weekday()), self.today)
            moment = min(timezone.make_aware(datetime.combine(last, time(16))), self.now)
            with at(moment), writing(SYSTEM, MOVE, WHY) as ctx:
                for day in [one for one in sorted(self.steps) if one <= last]:
                    for step in self.steps.pop(day):
                        step(ctx)

    def later(self, day: date, step: Step) -> None:
        """Note what happens on a later day; what lies in the future does not."""
        if day <= self.today:
            self.steps[day].append(step)

    def _number(self) -> str:
        while True:
            made = PREFIX + "".join(self.random.choice(ALPHABET) for _ in range(LENGTH))
            if made not in self.numbers:
                self.numbers.add(made)
                return made

    def _project(self, story: Story) -> Project:
        fields, park = dict(story.fields), story.fields["site"]
        leader = self.posts["fuxianzhang"]
        account = {"QH-P1": "yuanqu1", "QH-P2": "yuanqu2", "QH-P3": "yuanqu3"}.get(park.code, "zhaoshang")
        early = not story.reached("negotiation")
        attracting = story.fields["origin"] == "attracted" and early
        unit = self.units["招商促进局"] if attracting else park
        owner = self.posts["zhaoshang"] if attracting else self.posts[account]
        name = fields["name"]
        return Project(
            number=self._number(), folded=folded_name(name), initials=initials(name)[:120], section=section_of(fields["industry"]),
            unit=unit, owner=owner, leader=leader, stage="concept", stage_on=story.days["concept"], moved_on=story.days["concept"],
            invented=True, **fields,
        )  # fmt: skip

    def _step(self, number: int, story: Story, project: Project, before: str, stage: str) -> Step:
        def made(ctx: Ctx) -> None:
            day = story.days[stage]
            if not before:
                ctx.create(project)
                self._hang(ctx, story, project)
            else:
                papers_for(ctx, self.random, story, project, stage)
                ctx.update(project, **fields_at(story, stage, day), **self._more(number, story, stage))
            if stage == "signed":
                sign(ctx, self.random, story, project, self.posts, self.later, self.today)
            row = Move(
                project=project, from_stage=before, to_stage=stage, on=day, ref=f"{project.pk}:{stage}", invented=True
            )
            ctx.create(row)
            if stage == "full_capacity":
                held = day + timedelta(days=self.reviews.randrange(30, 300))
                self.later(held, self._review(project, held))

        return made

    def _review(self, project: Project, day: date) -> Step:
        """The review, once both sides have agreed on every promise: asked again a month later until then."""

        def made(ctx: Ctx) -> None:
            if promises_confirmed(project).state != "met":
                again = day + timedelta(days=30)
                self.later(again, self._review(project, again))
                return
            before = project.stage
            ctx.update(project, stage="reviewed", stage_on=day, moved_on=day)
            ref = f"{project.pk}:reviewed"
            ctx.create(Move(project=project, from_stage=before, to_stage="reviewed", on=day, ref=ref, invented=True))

        return made

    def _more(self, number: int, story: Story, stage: str) -> dict[str, Any]:
        """What became known with the step."""
        random, total = self.random, story.fields["total_investment"]
        if stage == "reserve":
            return {
                "level": random.choices(("none", "county", "city", "province"), (3, 4, 2, 1))[0],
                **money(random, total, story.fields["origin"]),
            }
        if stage == "negotiation":
            claimed = story.days["concept"] + timedelta(days=2)
            return {
                "contact_name": "演示联系人",
                "contact_phone": "0000-0000000",
                "first_claim": self.units["招商促进局"],
                "first_claim_on": claimed,
            }
        if stage == "pre_construction":
            share = Decimal(random.randrange(30, 101))
            return {"code": code_of(random, story.days[stage], number), "place": f"{story.fields['site'].name}{random.randrange(1, 40):02d}号地块", "conformity": "conforms",
                    "land_class": "construction", "clearance_share": share, "land_planning": random.choice(("submitted", "done")), "land_supply": random.choice(("preparing", "submitted", "done")), "eia_state": random.choice(("submitted", "done")),
                    "energy_state": random.choice(("preparing", "done", "not_needed")), "soil_state": random.choice(("submitted", "done", "not_needed")),
                    "funds_in_place": (total * Decimal(random.randrange(5, 60)) / 100).quantize(Decimal("0.01")), "design_depth": "feasibility",
                    "power_state": "planned", "water_state": "planned", "gas_state": "planned", "sewage_state": "planned",
                    "annual_plan": (total * Decimal("0.4")).quantize(Decimal("0.01"))}  # fmt: skip
        if stage == "construction":
            return {"land_planning": "done", "land_supply": "done", "eia_state": "done", "energy_state": "done", "soil_state": "done", "clearance_share": Decimal(100), "design_depth": "drawings",
                    "power_state": "building", "water_state": "ready", "gas_state": "building", "sewage_state": "ready",
                    "funds_in_place": (total * Decimal(random.randrange(30, 60)) / 100).quantize(Decimal("0.01"))}  # fmt: skip
        if stage in ("building", "completed"):
            part = random.randrange(15, 70) if stage == "building" else random.randrange(90, 101)
            invested = (total * part / 100).quantize(Decimal("0.01"))
            return {
                "invested": invested,
                "funds_in_place": (total * min(100, part + 10) / 100).quantize(Decimal("0.01")),
                "power_state": "ready",
                "gas_state": "ready",
            }
        if stage == "full_capacity":
            return {"capacity_use": Decimal(random.randrange(82, 105))}
        return {}

    def _hang(self, ctx: Ctx, story: Story, project: Project) -> None:
        """Its link of a chain and who has which duty."""
        if self.random.random() < 0.95:
            ctx.create(NodeLink(ref=f"{project.pk}:{story.node.pk}", project=project, node=story.node, invented=True))
        park = story.fields["site"]
        duties = (
            ("招商促进局", "attracting", "lead", "zhaoshang"), ("行政审批局", "approving", "lead", "shenpi"), ("生态环境局", "approving", "co", "shengtai"),
            ("自然资源局", "securing", "lead", "ziran"), (park.name, "securing", "co", None),
        )  # fmt: skip
        for name, duty_class, role, account in duties:
            unit = self.units[name]
            post = self.posts[account] if account else None
            ctx.create(
                Duty(ref=f"{project.pk}:{unit.pk}:{duty_class}", project=project, unit=unit, duty_class=duty_class, role=role, post=post, invented=True)
            )  # fmt: skip

    def _leave(self, story: Story, project: Project, stage: str, reason: str) -> Step:
        def made(ctx: Ctx) -> None:
            day = story.left[1] if story.left else today()
            before = project.stage
            more: dict[str, Any] = {"paused_until": day + timedelta(days=300)} if stage == "paused" else {}
            outside = self.random.choice(NEIGHBOURS) if stage == "transferred" else ""
            ctx.update(project, stage=stage, stage_on=day, moved_on=day, reason_code=reason, **more)
            ctx.create(
                Move(project=project, from_stage=before, to_stage=stage, on=day, reason_code=reason, note="演示：人工决定", outside=outside, ref=f"{project.pk}:{stage}", invented=True)
            )  # fmt: skip

        return made
