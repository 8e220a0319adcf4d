"""Writing the drawn cases, four weeks at a time, and letting two projects into the green lane."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from gongxing.domains.approvals.actions.case_clocks import KIND, keep_case
from gongxing.domains.approvals.demo.flows import build_flows, walk_open_cases
from gongxing.domains.approvals.demo.leads import FIRST_NIGHT, enter_late, first_night, more_stories
from gongxing.domains.approvals.demo.plan import AT, Planner, Stopped, Story
from gongxing.domains.approvals.demo.plans import build_plans
from gongxing.domains.approvals.demo.walk import walk_project
from gongxing.domains.approvals.lane_entry import Asked, entry_faults
from gongxing.domains.approvals.lanes import entry_rule
from gongxing.domains.approvals.mining.lead_jobs import find_all
from gongxing.domains.approvals.models import Case, GreenLane, Material, Stop
from gongxing.domains.projects.demo.walked import next_project
from gongxing.domains.projects.models import Move, Project
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Unit

WHY, SINCE = "生成演示审批件（全部虚构）", date(2023, 1, 1)
MOST, FRESH, OPENED, STEP, MATERIALS = 420, 120, 560, 28, 2
"""How many cases at most, how many of them are new, how many days ago the register was begun, days written at once, materials listed of a case."""
DESKS = {
    "自然资源局": "ziran",
    "生态环境局": "shengtai",
    "行政审批局": "shenpi",
    "市场监管局": "shichang",
    "住房城乡建设局": "zhujian",
}
HEADS = {"行政审批局": "shenpiju", "自然资源局": "ziranju"}
HEAD, DESK = "审批负责人岗", "审批窗口岗"
GOING = ("pre_construction", "construction", "building", "completed", "production")
LANES = (("G01", "special", "县级重点项目清单（演示，虚构）", 8), ("G02", "urgent", "", 5))
"""Ground, grade, paper and how many days ago each of the projects entered the lane."""


def build_approvals(seed: int, units: Mapping[str, Unit], posts: Mapping[str, Post], scale: float = 1.0) -> int:
    """Draw and write the cases of the county, at most ``MOST`` at the full scale. Returns how many there are."""
    random, day = Random(f"{seed} approvals"), today()
    with writing(SYSTEM, "demo", WHY) as ctx:
        desks = _posts(ctx, units, posts)
    stories = _stories(Planner(random, calendar(), day), day, max(20, int(MOST * min(1.0, scale))))
    stories += more_stories(stories, Planner(Random(f"{seed} leads"), calendar(), day))
    diary = Diary(desks, day, now())
    for story in stories:
        diary.enter(story)
    build_flows(posts)
    walk_project(units, posts)
    next_project(units, posts)
    diary.write()
    walk_open_cases()
    build_plans()
    enter_late(desks["行政审批局"], day, calendar(), Random(f"{seed} late"))
    find_all()
    return Case.objects.filter(invented=True).count()


def _posts(ctx: Ctx, units: Mapping[str, Unit], posts: Mapping[str, Post]) -> dict[str, Post]:
    """Who heads approvals in each bureau that decides, and a desk where no account has one. Bureau → desk."""
    desks: dict[str, Post] = {}
    for name in dict.fromkeys(AT.values()):
        unit, above = units[name], posts.get(f"{units[name].code}-1")
        made = []
        head = posts.get(HEADS.get(name, ""))
        if head is None:
            head = ctx.create(Post(unit=unit, title=HEAD, code=f"{unit.code}-SPT", role="authority_head", superior=above, invented=True))  # fmt: skip
            made.append(head)
        if name in DESKS:
            desks[name] = ctx.update(posts[DESKS[name]], superior=head)
        else:
            desks[name] = ctx.create(Post(unit=unit, title=DESK, code=f"{unit.code}-SPC", role="opinion", superior=head, invented=True))  # fmt: skip
            made.append(desks[name])
        for post in made:
            for grant in grants_for(post, SINCE):
                grant.invented = True
                ctx.create(grant)
    return desks


def _stories(planner: Planner, day: date, most: int) -> list[Story]:
    """Cases of the projects that last went from one step to the next, as many as are wanted; of some the newest is of these days."""
    days: dict[int, dict[str, date]] = defaultdict(dict)
    for key, stage, on in Move.objects.filter(project__invented=True).values_list("project_id", "to_stage", "on"):
        days[key].setdefault(stage, on)
    first, fresh = day - timedelta(days=OPENED), most * FRESH // MOST
    stories: list[Story] = []
    for project in Project.objects.filter(invented=True, pk__in=list(days)).order_by("-stage_on", "number"):
        if len(stories) >= most:
            break
        own = list(planner.cases(project, days[project.pk]))
        if fresh and project.stage in GOING:
            newest = planner.fresh(project, {one.item.code for one in own})
            fresh -= newest is not None
            stories += [newest] if newest is not None else []
        stories += [one for one in own if one.received >= first]
    return stories[:most]


class Diary:
    """Facts of cases by the day they became known; what lies in the future is not written."""

    def __init__(self, desks: Mapping[str, Post], day: date, moment: datetime) -> None:
        self.desks, self.today, self.now = desks, day, moment
        self.days: dict[date, list[tuple[Story, dict[str, object]]]] = defaultdict(list)
        self.cases: dict[int, Case] = {}

    def enter(self, story: Story) -> None:
        """Note what is known of a case by today."""
        for day, facts in story.facts.items():
            self._note(day, story, facts)
        for stop in story.stops:
            self._note(stop.start, story, {"stop": stop})
            self._note(stop.end, story, {"end": stop})

    def _note(self, day: date, story: Story, facts: dict[str, object]) -> None:
        if day <= self.today:
            self.days[day].append((story, facts))

    def write(self) -> None:
        """Four weeks in one go on their last day; clocks once for each case that was touched. The lane is entered on its day."""
        lanes = {self.today - timedelta(days=ago): (ground, grade, paper) for ground, grade, paper, ago in LANES}
        night = self.today - timedelta(days=FIRST_NIGHT)
        last = min(self.days, default=self.today)
        while last < self.today:
            last = min(last + timedelta(days=STEP), self.today, *(one for one in (*lanes, night) if one > last))
            moment = min(timezone.make_aware(datetime.combine(last, time(17))), self.now)
            with at(moment), writing(SYSTEM, KIND, WHY) as ctx:
                touched = self._weeks(ctx, last)
                for key in touched:
                    keep_case(ctx, self.cases[key])
                if last in lanes:
                    entered = _enter(ctx, *lanes[last], last)
                    for case in self.cases.values():
                        if case.project_id == entered:
                            keep_case(ctx, case)
            if last == night:
                first_night(night)

    def _weeks(self, ctx: Ctx, last: date) -> list[int]:
        touched: dict[int, None] = {}
        for day in [one for one in sorted(self.days) if one <= last]:
            for story, facts in self.days.pop(day):
                touched[self._step(ctx, story, facts)] = None
        return list(touched)

    def _step(self, ctx: Ctx, story: Story, facts: Mapping[str, object]) -> int:
        case = self.cases.get(id(story))
        if case is None:
            case = self.cases[id(story)] = self._open(ctx, story, facts)
            return id(story)
        stop, ended = facts.get("stop"), facts.get("end")
        if isinstance(stop, Stopped):
            ctx.create(Stop(case=case, ground=stop.ground, proof=stop.proof, start=stop.start, ref=f"{case.ref}:{stop.ground}:{stop.start:%Y%m%d}", invented=True))  # fmt: skip
        elif isinstance(ended, Stopped):
            for row in case.stops.filter(end__isnull=True):
                ctx.update(row, end=ended.end)
        else:
            more = {"extended_by": f"{case.unit.name} {HEAD}"} if "extended_on" in facts else {}
            ctx.update(case, **facts, **more)
        return id(story)

    def _open(self, ctx: Ctx, story: Story, facts: Mapping[str, object]) -> Case:
        desk, ledger = self.desks[AT[story.item.code]], ledger_named("approvals.case")
        turn = 1 + sum(
            one.project_id == story.project.pk and one.item == story.item.code for one in self.cases.values()
        )
        values = {
            "project_id": story.project.pk, "item": story.item.code, "turn": turn, "unit_id": desk.unit_id, "post_id": desk.pk, "rules_on": story.received, **facts,
        }  # fmt: skip
        case = Case(**ledger.derive(values, None), invented=True)
        case.project, case.post, case.unit = story.project, desk, desk.unit
        made = ctx.create(case)
        for name in story.item.materials[:MATERIALS]:
            ctx.create(Material(case=made, name=name[:120], handed_on=story.received, ref=f"{made.ref}:{name}"[:220], invented=True))  # fmt: skip
        return made


def _enter(ctx: Ctx, ground: str, grade: str, paper: str, day: date) -> int:
    """The first project with cases under way that meets the condition and no bar enters the lane. Its number, 0 where there is none."""
    rule = entry_rule(ground, day)
    keys = (
        Case.objects.filter(state__in=("handed_in", "running", "stopped"))
        .order_by("pk")
        .values_list("project", flat=True)
    )
    order_on = day - timedelta(days=3) if paper else None
    asked = Asked(ground, paper, order_on, False, "clear", day, day)
    for key in dict.fromkeys(keys):
        project = Project.objects.get(pk=key)
        if rule is not None and not entry_faults(project, asked):
            ctx.create(
                GreenLane(
                    project=project, ground=ground, condition=rule.text, grade=grade, number=paper, order_on=order_on, credit="clear", credit_on=day,
                    entered_on=day, entered_by="县府办 科员岗", ref=f"{project.pk}:1", invented=True,
                )
            )  # fmt: skip
            return int(key)
    return 0
