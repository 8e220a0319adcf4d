"""Steps of flows that wait for the posts of an actor."""

from collections.abc import Sequence
from datetime import datetime, time

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from gongxing.domains.approvals.models import CaseFlow, CaseStep
from gongxing.kernel.clock import today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.inbox.todo import Act, Todo
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor

SHOWN = 50


def waiting_steps() -> Q:
    """Tasks somebody still has to do."""
    return Q(state=CaseStep.State.OPEN, flow__status=CaseFlow.Status.RUNNING)


def of_case(row: CaseStep) -> str:
    """The case and the project a task is of."""
    case = row.flow.case
    return _t("%(item)s，%(project)s") % {"item": case.name or case.item, "project": case.project.name}


def flow_todos(actor: Actor) -> Sequence[Todo]:
    """A line for each open step of the actor's posts, of the oldest fifty; one more for those beyond. One query, two where there are more."""
    if not actor.post_ids:
        return []
    mine = CaseStep.objects.filter(waiting_steps(), post_id__in=actor.post_ids)
    rows = list(mine.select_related("flow__case__project").order_by("due_on", "opened_on", "pk")[: SHOWN + 1])
    lent = {held.post_id for held in actor.posts if held.delegated}
    found = [_one(one, one.post_id in lent) for one in rows[:SHOWN]]
    if len(rows) > SHOWN:
        n = mine.count() - SHOWN
        url = f"{ledger_named('approvals.casestep').url}?f.state=open"
        title = ngettext("还有 %(n)d 个流程环节到你办", "还有 %(n)d 个流程环节到你办", n) % {"n": n}
        found.append(Todo(title, url, _t("因为流程走到了你的岗位"), acts=(Act(_t("去办理"), url),)))
    return found


def _one(row: CaseStep, lent: bool) -> Todo:
    url = f"{ledger_named('approvals.case').row_url(row.flow.case_id)}#panel-flow"
    title = _t("%(step)s：%(of)s") % {"step": row.name, "of": of_case(row)}
    why = _t("因为你在委托期内代这个岗位办理") if lent else _t("因为流程走到了你的岗位")
    acts = (Act(_t("去办理"), url, primary=True),)
    if row.due_on is None:
        return Todo(title, url, why, acts=acts)
    due, day = row.due_on, today()
    at = timezone.make_aware(datetime.combine(due, time(18)))
    sub = _t("应于 %(date)s") % {"date": f"{due:%m-%d}" if due.year == day.year else due.isoformat()}
    n = calendar().workdays_between(min(due, day), max(due, day))
    if due < day:
        text = ngettext("逾期 %(n)d 个工作日", "逾期 %(n)d 个工作日", n) % {"n": n}
        return Todo(title, url, why, "bad", at, text, sub, acts)
    if due == day:
        return Todo(title, url, why, "warn", at, _t("今天到期"), sub, acts)
    return Todo(
        title, url, why, "idle", at, ngettext("剩 %(n)d 个工作日", "剩 %(n)d 个工作日", n) % {"n": n}, sub, acts
    )
