"""Cases of the invented county from which each test of honesty finds something, and the nights on which they were found.

Drawn from a stream of their own, so that the other cases stay as they are. Two leads are old enough to be read by others, one of them explained; what was found last night
is still with its unit.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from gongxing.domains.approvals.actions.closing import decide
from gongxing.domains.approvals.actions.intake import accept, receive
from gongxing.domains.approvals.demo.plan import Planner, Stopped, Story
from gongxing.domains.approvals.items import item_on
from gongxing.domains.approvals.mining.lead_jobs import find_all, limits_on
from gongxing.domains.approvals.models import Case, ClockLead
from gongxing.domains.projects.models import Project
from gongxing.engines.workdays import Calendar
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import at
from gongxing.kernel.org.actor import SYSTEM, actor_for
from gongxing.kernel.org.models import Post, Tenure

AGAIN, LATE, FIRST_NIGHT, SHORT, FIRM, LONG, ITEM = 2, 2, 15, 2, 4, 5, "inv.filing"
"""How many refused cases are handed in again, how many are entered late, how many days ago leads were first looked for, the least of a firm's stop in working
days, how many such stops at least, the least limit that can be used up to its last day, and the item entered by hand."""
WORDS = "经核对，日期没有写错；已提醒窗口，以后同类情况当天记清原因。（演示，虚构）"


def more_stories(stories: Sequence[Story], planner: Planner) -> list[Story]:
    """Refused applications that come again, and stops said to be the firm's own in the item that has most cases. The stories themselves are added to."""
    again = []
    for story in [one for one in stories if any("refused_on" in facts for facts in one.facts.values())][:AGAIN]:
        refused = max(story.facts)
        received = planner.after(refused, planner.random.randint(3, 8))
        rule = item_on(story.item.code, received)
        if rule is not None and received < planner.today:
            again.append(planner.accepted(story.project, rule, received))
    least = limits_on(planner.today).thresholds.least_closed
    _on_the_limit(stories, planner, least, _firm_stops(stories, planner, least))
    return again


def _firm_stops(stories: Sequence[Story], planner: Planner, least: int) -> str:
    """Until enough cases of one item were stopped, those that took longest and never were are stopped by their applicant. The item; "" where none took long."""
    open_ = [one for one in stories if not one.stops and _span(one, planner.book) > SHORT + 2]
    if not open_:
        return ""
    code = Counter(one.item.code for one in open_).most_common(1)[0][0]
    stopped = sum(bool(one.stops) for one in stories if one.item.code == code)
    mine = sorted((one for one in open_ if one.item.code == code), key=lambda one: -_span(one, planner.book))
    for one in mine[: max(FIRM, least - stopped)]:
        start = planner.after(_day(one, "accepted_on"), 1)
        end = planner.after(start, max(SHORT, _span(one, planner.book) - 3))
        one.stops.append(
            Stopped("applicant", f"企业书面申请〔{start.year}〕{planner.random.randrange(1, 90)}号（演示）", start, end)
        )
    return code


def _on_the_limit(stories: Sequence[Story], planner: Planner, least: int, but: str) -> None:
    """Half of the cases of one more item are decided on the very day their limit ends."""
    plain: dict[str, list[Story]] = defaultdict(list)
    for one in stories:
        limit = one.item.limit
        if (
            limit is not None
            and limit.unit == "wd"
            and limit.n >= LONG
            and 0 < _span(one, planner.book) <= limit.n
            and not one.stops
        ):
            plain[one.item.code].append(one)
    fit = {code: found for code, found in plain.items() if code != but and len(found) >= least}
    if not fit:
        return
    found = min(fit.values(), key=len)
    for one in found[: (len(found) + 1) // 2 + 1]:
        assert one.item.limit is not None
        due = planner.after(_day(one, "accepted_on"), one.item.limit.n)
        names = {name for facts in one.facts.values() for name in facts}
        if due < planner.today and "extended_on" not in names:
            _decided_on(one, due, planner.after(due, 1))


def _decided_on(story: Story, decided: date, delivered: date) -> None:
    """Move decision and delivery of a case to other days."""
    said = next(facts for facts in story.facts.values() if "decided_on" in facts)
    moved = {name: said.pop(name) for name in ("decided_on", "outcome", "document")}
    for facts in story.facts.values():
        facts.pop("delivered_on", None)
    story.facts = {day: facts for day, facts in story.facts.items() if facts}
    story.on(decided, **{**moved, "decided_on": decided})
    story.on(delivered, delivered_on=delivered)


def _day(story: Story, name: str) -> date:
    found: date = next(facts[name] for facts in story.facts.values() if name in facts)
    return found


def _span(story: Story, book: Calendar) -> int:
    """Working days from acceptance to decision; 0 where it was never decided or accepted in silence."""
    names = {name for facts in story.facts.values() for name in facts}
    if not {"accepted_on", "decided_on"} <= names or story.silent:
        return 0
    return book.workdays_between(_day(story, "accepted_on"), _day(story, "decided_on"))


def enter_late(desk: Post, today: date, book: Calendar, random: Random) -> int:
    """Cases the desk entered by hand days after what they state, acceptance and decision in one sitting. How many."""
    tenure = Tenure.objects.filter(post=desk).select_related("user").first()
    if tenure is None:
        return 0
    busy = Case.objects.filter(item=ITEM).values("project")
    made = 0
    for project in Project.objects.filter(invented=True).exclude(pk__in=busy).order_by("-stage_on", "number")[:LATE]:
        entered = book.workday_number(book.count_to(today - timedelta(days=3 + made)))
        days = [book.workday_number(book.count_to(entered) - back) for back in (6, 5, 4 - random.randint(0, 1))]
        with at(timezone.make_aware(datetime.combine(entered, time(16, 20)))):
            actor = actor_for(tenure.user, entered, desk.pk)
            raw = {"item": ITEM, "received_on": days[0].isoformat()}
            case: Case = perform(receive, actor, raw, key=project.pk, version=project.version)
            perform(accept, actor, {"accepted_on": days[1].isoformat()}, key=case.pk, version=_version(case))
            said = {"outcome": "granted", "decided_on": days[2].isoformat(), "document": f"青备〔{days[2].year}〕{random.randrange(400, 500)}号（演示）"}  # fmt: skip
            perform(decide, actor, said, key=case.pk, version=_version(case))
        made += 1
    return made


def _version(case: Case) -> int:
    return int(Case.objects.get(pk=case.pk).version)


def first_night(last: date) -> None:
    """Leads as they stood some while ago: open to others by now. One is explained by its unit."""
    night = timezone.make_aware(datetime.combine(last, time(23)))
    with at(night):
        find_all()
    lead = ClockLead.objects.filter(reason="process.accepted_late").order_by("pk").first() or ClockLead.objects.order_by("pk").first()  # fmt: skip
    if lead is not None:
        with at(night + timedelta(days=3, hours=-8)), writing(SYSTEM, "approvals.explain_lead", "演示（虚构）") as ctx:
            ctx.update(lead, explained=WORDS, explained_on=last + timedelta(days=3))
