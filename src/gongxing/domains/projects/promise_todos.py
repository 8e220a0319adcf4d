"""What waits for an actor's word: claims of the other side, and claims whose enterprise has to be asked on paper."""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from gongxing.domains.projects.clocks import PENDING
from gongxing.domains.projects.models import Promise
from gongxing.domains.projects.sides import enterprise_only, to_confirm
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.inbox.todo import Act, Todo
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor

SHOWN, LEDGER = 5, "projects.promise"


def pending_promises() -> Q:
    """Promises that are still open: they go along when a post is handed on."""
    return Q(state__in=PENDING)


def belongs(row: Promise) -> str:
    """What a promise is of: the project and whose it is, the project alone where nobody knows."""
    whose = row.project.owner_label
    return _t("%(project)s，%(firm)s") % {"project": row.project.name, "firm": whose} if whose else row.project.name


def promise_todos(actor: Actor) -> Sequence[Todo]:
    """A line for each claim to confirm while they are few, one for all when they are many; one for those to be fetched on paper."""
    if not permissions(actor).may("confirm", LEDGER):
        return []
    mine, on_paper = to_confirm(actor)
    rows = list(mine.select_related("project__firm").order_by("claimed_on", "pk")[: SHOWN + 1])
    listed = f"{ledger_named(LEDGER).url}?f.state=claimed"
    todos = [_one(one, bool(enterprise_only(actor))) for one in rows] if len(rows) <= SHOWN else []
    if not todos and rows:
        n = mine.count()
        title = ngettext("待我确认：%(n)d 项承诺", "待我确认：%(n)d 项承诺", n) % {"n": n}
        url = reverse("promises") if enterprise_only(actor) else f"{listed}&f.side=enterprise"
        todos = [Todo(title, url, _t("因为对方报告做完了，要你这一方确认才算兑现"), acts=(Act(_t("去确认"), url),))]
    n = on_paper.count()
    if n:
        title = ngettext("取得企业书面确认：%(n)d 项政府承诺", "取得企业书面确认：%(n)d 项政府承诺", n) % {"n": n}
        url = f"{listed}&f.side=government"
        why = _t("因为企业没有账号，要由责任岗位以外的岗位凭它的书面意见代录")
        todos.append(Todo(title, url, why, acts=(Act(_t("去登记"), url),)))
    return todos


def _one(promise: Promise, own: bool) -> Todo:
    url = reverse("promises") if own else ledger_named(LEDGER).row_url(promise.pk)
    told = {"side": promise.get_side_display(), "text": promise.text[:60], "of": belongs(promise)}
    title = _t("待我确认：%(side)s承诺“%(text)s”（%(of)s）") % told
    why = _t("因为对方 %(day)s 报告做完了，要你这一方确认才算兑现") % {"day": promise.claimed_on}
    return Todo(title, url, why, acts=(Act(_t("去确认"), url, primary=True),))
