"""The check of every text, the columns of the matching after many rows were written, and what a new day ends."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.policy.actions.findings import check_all, expire_clearances
from gongxing.domains.policy.actions.policies import end_past_clauses
from gongxing.domains.policy.register import keep_firms
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.daily import daily
from gongxing.kernel.jobs.run import Progress, enqueue_once, job
from gongxing.kernel.org.actor import SYSTEM, Actor

CHECK, COLUMNS, NEW_DAY = "policy.check", "policy.columns", "policy.new_day"


def queue_check(user_id: int) -> None:
    """Queue one check of all texts, unless one already waits."""
    enqueue_once(CHECK, _("公平竞争审查：全部重新检查"), {"user": user_id})


@job(CHECK)
def check_every_text(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Bring the findings of every text to what stands in it. Writes only what differs."""
    with writing(SYSTEM, CHECK, _("全部重新检查")) as ctx:
        done = check_all(ctx)
    return {"text": _("检查 %(texts)d 条，新发现 %(new)d 项") % {"texts": done.texts, "new": done.new}}


def queue_columns() -> None:
    """Queue the laying down of the columns of the matching, unless it already waits."""
    enqueue_once(COLUMNS, _("政策匹配：读入企业数据"), {})


@job(COLUMNS)
def lay_columns(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Read the columns of the firms once, so that no reader waits for it. Writes no row."""
    return {"text": _("读入 %(n)d 部分") % {"n": len(keep_firms(today()))}}


@daily(NEW_DAY)
def new_day() -> None:
    """Clearances whose last day is past are open again; clauses whose last day is past are ended; and every text is read by the
    rules of the day, which also finds what an event that was lost left out. The figures are those of the years before this day."""
    with writing(SYSTEM, NEW_DAY, _("例外和条款到期")) as ctx:
        expire_clearances(ctx)
        end_past_clauses(ctx)
    queue_check(0)
    queue_columns()
