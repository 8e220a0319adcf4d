"""A project's plan worked out for a day: its items, what has happened to them, dates, what to chase, and what measures would save. Reads alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from gongxing.domains.approvals.items import Item
from gongxing.domains.approvals.models import Case, PermitPlan, Stop
from gongxing.domains.approvals.permit_answers import fitting
from gongxing.domains.approvals.permit_rules import day_table, paper_items, rules_on
from gongxing.domains.approvals.standing import PROMISED, STATUTORY, ground_of, item_of, promised_limit
from gongxing.domains.projects.models import Paper, Project
from gongxing.engines.permits import (
    Built,
    Chase,
    Choices,
    DayTable,
    GraphRefused,
    Length,
    Owed,
    Plan,
    Progress,
    Promise,
    Rules,
    Savings,
    assumed,
    behind,
    build,
    chase,
    dates,
    owed,
    promises,
    savings,
)
from gongxing.engines.permits.building import REVIEW
from gongxing.engines.permits.model import Unit
from gongxing.engines.reasons import Reason
from gongxing.engines.workdays import Limit
from gongxing.kernel.clock.calendar import gap

GONE = (Case.State.REFUSED, Case.State.WITHDRAWN)
START, COMPLETE = "ms.start", "ms.complete"
FIRM, NEW_FIRM = "reg.company", "new_entity"
"""The registration of a company, and the question that asks whether there is to be one."""
REACHED = {START: "started_on", COMPLETE: "completed_on", "ms.production": "produced_on"}
UNITS: Mapping[str, Unit] = {"wd": "wd", "day": "day", "month": "month"}
"""Units a permit graph counts in; hours and minutes are within a day."""


@dataclass(frozen=True)
class Happened:
    """What is known of one item: its latest ``case``, a ``paper`` of the project that is its result, or the day of a milestone. ``denied``: the last decision
    was a refusal, so it is to be applied for again; ``length``, ``rule``: the clock a running case ends by; ``registered``: the company stands in the register."""

    progress: Progress
    case: Case | None = None
    paper: Paper | None = None
    denied: Case | None = None
    length: Length | None = None
    rule: str = ""
    registered: bool = False

    @property
    def state(self) -> str:
        """done, running, in (handed in and not yet accepted) or todo."""
        if self.progress.finished is not None:
            return "done"
        if self.progress.accepted is not None:
            return "running"
        return "in" if self.case is not None else "todo"


NOTHING = Happened(Progress())


@dataclass(frozen=True)
class Worked:
    """A plan worked out. ``plan`` None: it has no dates, because no item is needed or because of ``refused``; ``goal``: as it could be kept, "" where
    the project has no such item; ``lost``: answers the rules no longer know; ``outside``: open cases of items the answers do not ask for;
    ``faults``: what in the pack does not fit together; ``filled``: questions nobody answered that the project's own firm answers; ``assumed``: items that are
    needed, or are not, by a default alone, with the questions; ``reached``: the day of a goal that is reached; ``owed``: what the law wanted before a
    milestone that is reached and is not there; ``unrecorded``: what it wanted before something an authority has decided since; ``behind``: what
    nothing waits for any more."""

    rules: Rules
    faults: tuple[Reason, ...]
    lost: tuple[str, ...]
    answers: Mapping[str, str]
    choices: Choices
    built: Built
    start: date
    goal: str
    plan: Plan | None
    chase: Chase | None
    refused: GraphRefused | None
    promised: tuple[Promise, ...]
    happened: Mapping[str, Happened]
    outside: tuple[Case, ...]
    table: DayTable
    filled: frozenset[str]
    assumed: Mapping[str, tuple[str, ...]]
    reached: date | None
    owed: Mapping[str, Owed]
    unrecorded: Mapping[str, Owed]
    behind: frozenset[str]

    def of(self, key: str) -> Happened:
        """What has happened to an item."""
        return self.happened.get(key, NOTHING)

    def code(self, key: str) -> str:
        """The item of a node: of the review before the land contract the item it belongs to."""
        return key if key in self.rules.items else key.removesuffix(REVIEW)


def cases_of(projects: Collection[int]) -> dict[int, list[Case]]:
    """The cases of projects, the first turn first, their stops beside them. Two queries."""
    found: dict[int, list[Case]] = {}
    rows = Case.objects.filter(project_id__in=projects).select_related("post__unit").prefetch_related("stops")
    for one in rows.order_by("turn", "pk"):
        for stop in one.stops.all():
            stop.case = one
        found.setdefault(one.project_id, []).append(one)
    return found


def papers_of(projects: Collection[int]) -> dict[int, list[Paper]]:
    """The papers of projects, the earliest first. One query."""
    found: dict[int, list[Paper]] = {}
    for one in Paper.objects.filter(project_id__in=projects).order_by("issued_on", "pk"):
        found.setdefault(one.project_id, []).append(one)
    return found


class Book:
    """What many plans ask of the packs, read once: rules, papers and items by day, and the calendar (``table``)."""

    def __init__(self) -> None:
        self._rules: dict[date, tuple[Rules, tuple[Reason, ...]]] = {}
        self._papers: dict[date, Mapping[str, tuple[str, ...]]] = {}
        self._items: dict[tuple[str, date], Item | None] = {}
        self.table = day_table()

    def rules(self, day: date) -> tuple[Rules, tuple[Reason, ...]]:
        """The rules of a day and what does not fit together in them."""
        if day not in self._rules:
            self._rules[day] = rules_on(day)
        return self._rules[day]

    def papers(self, day: date) -> Mapping[str, tuple[str, ...]]:
        """Kind of paper → items."""
        if day not in self._papers:
            self._papers[day] = paper_items(day)
        return self._papers[day]

    def item(self, case: Case) -> Item | None:
        """The item of a case as its rules have it."""
        key = (case.item, case.rules_on)
        if key not in self._items:
            self._items[key] = item_of(case)
        return self._items[key]


def happened(
    project: Project,
    cases: Sequence[Case],
    papers: Sequence[Paper],
    items: Mapping[str, tuple[str, ...]],
    day: date,
    book: Book,
) -> dict[str, Happened]:
    """By item: a case outranks a paper, the last turn the earlier ones; refused hand-ins and withdrawn ones are as if they had not been. Works run from the day
    they began."""
    found: dict[str, Happened] = {}
    for code, name in REACHED.items():
        reached = getattr(project, name)
        if reached is not None and reached <= day:
            found[code] = Happened(Progress(finished=reached))
    if START in found and COMPLETE not in found:
        found[COMPLETE] = Happened(Progress(accepted=found[START].progress.finished))
    for paper in papers:
        for code in items.get(paper.kind, ()):
            if paper.issued_on <= day:
                found.setdefault(code, Happened(Progress(finished=paper.issued_on), paper=paper))
    for case in cases:
        if case.state not in GONE:
            found[case.item] = _of_case(case, book.item(case))
    return found


def _of_case(case: Case, item: Item | None) -> Happened:
    if case.decided_on is not None and case.outcome == Case.Outcome.DENIED:
        return Happened(Progress(), denied=case)
    if case.decided_on is not None:
        return Happened(Progress(accepted=case.accepted_on, finished=case.decided_on), case)
    if case.accepted_on is None:
        return Happened(Progress(), case)
    limit, rule = (None, "") if item is None else _running(case, item)
    if item is None or limit is None:
        return Happened(Progress(accepted=case.accepted_on), case)
    gaps = tuple(gap(one.start, one.end, one.ground) for one in case.stops.all() if _stops(one, item, rule))
    return Happened(
        Progress(case.accepted_on, None, gaps), case, length=Length(limit.n, UNITS[limit.unit]), rule=rule
    )  # fmt: skip


def _running(case: Case, item: Item) -> tuple[Limit | None, str]:
    """The clock by which a running case ends: the promised one, else the statutory one with its extension."""
    promised = promised_limit(case, item)
    if promised is not None and promised.unit in UNITS:
        return promised, PROMISED
    if item.limit is None or item.limit.unit not in UNITS:
        return None, ""
    more = case.extension if item.extension is not None and item.extension.unit == item.limit.unit else 0
    return Limit(item.limit.n + more, item.limit.unit), STATUTORY


def _stops(stop: Stop, item: Item, rule: str) -> bool:
    found = ground_of(stop, item)
    return found is not None and (found.statutory if rule == STATUTORY else found.promised)


def work_out(plan: PermitPlan, cases: Sequence[Case], papers: Sequence[Paper], day: date, book: Book) -> Worked:
    """The plan as of a day. The queries of the packs alone, where the project's firm is at hand. ValueError for dates outside 2000–2060."""
    rules, wrong = book.rules(plan.rules_on)
    answers, lost = fitting(rules, plan.answers)
    known = happened(plan.project, cases, papers, book.papers(plan.rules_on), day, book)
    filled = (
        _of_the_firm(plan, answers, known, day) if any(one.code == NEW_FIRM for one in rules.questions) else frozenset()
    )
    handed_in = {key for key, one in known.items() if one.case is not None and key in rules.items}
    ready = {key: replace(item, prepared=0) if key in handed_in else item for key, item in rules.items.items()}
    rules = replace(rules, items=ready)
    choices = _choices(plan.project, known)
    measures = frozenset(plan.measures) & {one.code for one in rules.measures}
    built = build(rules, answers, choices, measures)
    keys = {one.key for one in built.graph.nodes}
    goal = plan.goal if plan.goal in keys else ""
    open_cases = tuple(one.case for one in known.values() if one.case is not None and one.state != "done")
    by_default = assumed(rules, built.facts, built.findings)
    passed = _not_chased(built, by_default, known, registered(plan.project))
    dated = _dated(built, plan.reckoned_from, day, goal, book.table, passed)
    reached = dated.plan.finish if dated.plan is not None and _is_reached(built, goal) else None
    return Worked(
        rules, wrong, lost, answers, choices, built, plan.reckoned_from, goal, dated.plan, dated.chase, dated.refused,
        promises(rules, built, dated.plan, book.table) if dated.plan is not None else (), known,
        tuple(one for one in open_cases if one.item not in keys), book.table, filled, by_default, reached, dated.owed, dated.unrecorded, dated.behind,
    )  # fmt: skip


def registered(project: Project) -> bool:
    """Whether the project names a firm that has been registered: one with its code."""
    return project.firm is not None and bool(project.firm.uscc)


def _of_the_firm(plan: PermitPlan, answers: dict[str, str], known: dict[str, Happened], day: date) -> frozenset[str]:
    """A registered firm answers whether there is to be a new one, where nobody did; where there was to be one and none was named yet, it is there now."""
    firm = plan.project.firm
    if firm is None or not firm.uscc:
        return frozenset()
    if NEW_FIRM not in answers:
        answers[NEW_FIRM] = "no"
        return frozenset({NEW_FIRM})
    if answers[NEW_FIRM] == "yes" and NEW_FIRM not in plan.facts:
        since = min(firm.founded or firm.approved or day, day)
        known.setdefault(FIRM, Happened(Progress(finished=since), registered=True))
    return frozenset()


def _not_chased(
    built: Built, by_default: Mapping[str, tuple[str, ...]], known: Mapping[str, Happened], has_firm: bool
) -> frozenset[str]:
    """What is not the one to chase: milestones, and items that are there by a default alone and of which nothing has happened, but for the company of a project
    that has none."""
    return frozenset(REACHED) | frozenset(
        one.key
        for one in built.graph.nodes
        if (code := one.key.removesuffix(REVIEW)) in by_default
        and known.get(code, NOTHING).state == "todo"
        and (has_firm or code != FIRM)
    )


def _is_reached(built: Built, goal: str) -> bool:
    return all(one.finished is not None for one in built.graph.nodes if not goal or one.key == goal)


def _choices(project: Project, known: Mapping[str, Happened]) -> Choices:
    works = {key: one.length for key, one in known.items() if one.length is not None}
    begin, end = project.plan_start or project.started_on, project.plan_complete
    if begin is not None and end is not None and end > begin:
        works[COMPLETE] = Length((end - begin).days, "day")
    return Choices(works=works, progress={key: one.progress for key, one in known.items()})


@dataclass(frozen=True)
class _Dated:
    """What the graph says on a day; all empty where it has no dates."""

    plan: Plan | None = None
    chase: Chase | None = None
    refused: GraphRefused | None = None
    owed: Mapping[str, Owed] = field(default_factory=dict)
    unrecorded: Mapping[str, Owed] = field(default_factory=dict)
    behind: frozenset[str] = frozenset()


def _dated(built: Built, start: date, day: date, goal: str, table: DayTable, passed: frozenset[str]) -> _Dated:
    graph = built.graph
    if not graph.nodes:
        return _Dated()
    done = {one.key for one in graph.nodes if one.finished is not None}
    milestones = done & set(REACHED)
    try:
        found = dates(graph, start, table, goal, day)
        wanted = owed(graph, milestones)
        later = {key: one for key, one in owed(graph, done - milestones).items() if key not in wanted}
        next_one = chase(graph, start, table, day, goal, passed=passed | frozenset(later), reached=milestones)
        return _Dated(found, next_one, None, wanted, later, behind(graph, goal))
    except GraphRefused as refused:
        return _Dated(refused=refused)


def saved_by(worked: Worked, day: date) -> Savings:
    """What each measure saves from here on: alone, given all others, all together."""
    return savings(worked.rules, worked.answers, worked.start, worked.table, worked.choices, worked.goal, day)
