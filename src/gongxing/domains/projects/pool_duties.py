"""What the pool says where something cannot be done, what it is owed, and whom it waits for."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.projects.models import Vetting
from gongxing.domains.projects.twins import open_twins
from gongxing.domains.projects.vetting import items_of, undecided
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.inbox.todo import Act, Todo
from gongxing.kernel.org.actor import Actor

MANY = 1000
POOL_SENTENCES: dict[str, Lazy] = {
    "vetting.future": _("%(year)s 年还没到，不能开始它的清库。"),
    "vetting.already": _("%(year)s 年已经清过库。一年一次，请到那一次里看。"),
    "vetting.still_open": _("%(year)s 年的清库还没结束，请先结束它。"),
    "vetting.nothing": _("没有开工以前的项目，不用清库。"),
    "vetting.none_later": _("%(year)s 年的清库开始以后，没有新进来的项目可以补。"),
    "vetting.closed": _("%(year)s 年的清库已经结束，意见不能再改。"),
    "vetting.reason_needed": _("退库请选一个原因。"),
    "vetting.exit_done": _("“%(name)s”已经退库。要留库，请先到项目页撤回上一步。"),
    "vetting.undecided": _("还有 %(n)s 个项目没有定，不能结束。"),
    "vetting.chosen": _("“%(text)s”不是编号@版本。"),
}
POOL_VERBS: dict[str, Lazy] = {
    "projects.reckon": _("推算归批、成熟度和动态"),
    "projects.twins": _("查找疑似重复项目"),
}


def pool_todos(actor: Actor) -> Sequence[Todo]:
    """Likely twins to judge and a running round to work through, one line each."""
    held, todos = permissions(actor), []
    if held.may("answer", "projects.twinquestion"):
        n = open_twins(actor).order_by()[: MANY + 1].count()
        if n:
            url = reverse("projects-twins")
            why = _t("因为你的岗位判断重复项目；找到不等于重复，要人判断")
            todos.append(
                Todo(_t("判断疑似重复项目：%(n)s 对") % {"n": _many(n)}, url, why, acts=(Act(_t("去判断"), url),))
            )
    if held.may("decide", "projects.vettingitem"):
        running = Vetting.objects.filter(state=Vetting.State.OPEN).first()
        n = undecided(items_of(running, actor, "decide")).order_by()[: MANY + 1].count() if running else 0
        if running and n:
            url = reverse("projects-vetting", args=[running.year])
            title = _t("%(year)s 年清库：%(n)s 个项目没有定") % {"year": running.year, "n": _many(n)}
            todos.append(Todo(title, url, _t("因为你的岗位定清库意见；系统只给建议"), acts=(Act(_t("去定"), url),)))
    return todos


def _many(n: int) -> str:
    return f"{MANY}+" if n > MANY else str(n)
