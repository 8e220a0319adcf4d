"""The yearly round through the pool: opened, decided project by project, closed. The rules advise, people decide, nothing goes by itself."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.projects.actions.moving import move
from gongxing.domains.projects.models import Project, Vetting, VettingItem
from gongxing.domains.projects.vetting import GONE, advise_many, later_projects, undecided, vetted_projects
from gongxing.kernel.access.visible import visible
from gongxing.kernel.action.declare import Ask, action
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.packs.tables import table

ITEM, ROUND = "projects.vettingitem", "projects.vetting"
Choice = VettingItem.Choice
FIRST, LAST, MOST, LONGEST_TOKEN = Decimal(2000), Decimal(2100), 500, 24
NOTE = Ask(_("说明"), required=False, max_length=300)
EXIT_REASONS = ("gates", "reasons")


@action(label=_("开始年度清库"), permission=f"{ROUND}.open", icon="clipboard-check", tone="primary", why="")
def open_vetting(
    ctx: Ctx,
    *,
    year: Annotated[int, Ask(_("年度"), minimum=FIRST, maximum=LAST)],
    note: Annotated[str, NOTE] = "",
) -> Vetting:
    """Begin the round of a year: every project before the work on site, or on hold, becomes an item with what the rules advise and why. One round at a
    time, one a year."""
    day = today()
    if year > day.year:
        raise _refused("year", "vetting.future", year=year)
    if Vetting.objects.filter(year=year).exists():
        raise _refused("year", "vetting.already", year=year)
    running = Vetting.objects.filter(state=Vetting.State.OPEN).first()
    if running is not None:
        raise _refused("year", "vetting.still_open", year=running.year)
    projects = list(vetted_projects())
    if not projects:
        raise _refused("", "vetting.nothing")
    round_ = ctx.create(
        Vetting(year=year, opened_on=day, note=note.strip(), invented=all(one.invented for one in projects))
    )
    _take_in(ctx, round_, projects, day)
    return round_


def _take_in(ctx: Ctx, round_: Vetting, projects: Sequence[Project], day: date) -> None:
    """An item for each project, with what the rules advise on the day."""
    advice = advise_many(projects, day)
    items = [
        VettingItem(
            ref=f"{round_.pk}:{one.pk}", vetting=round_, project=one, advice=advice[one.pk].choice, reasons=advice[one.pk].stored, invented=one.invented
        )
        for one in projects
    ]  # fmt: skip
    ctx.create_many(items)


@action(label=_("补入后来的项目"), permission=f"{ROUND}.open", on=Vetting, icon="plus", why="", when=lambda one: one.state == Vetting.State.OPEN)  # fmt: skip
def extend_vetting(ctx: Ctx, *, vetting: Vetting) -> Vetting:
    """Take the projects that entered the pool, were put on hold or came back since a round was opened into it, with what the rules advise today. A person
    says so, because what a round goes through is what its decisions are read against; the round's history tells how many came when."""
    projects = list(later_projects(vetting))
    if not projects:
        raise _refused("", "vetting.none_later", year=vetting.year)
    _take_in(ctx, vetting, projects, today())
    ctx.touch(vetting, taken_in=_t("补入 %(n)d 个项目") % {"n": len(projects)})
    return vetting


@action(label=_("定清库意见"), permission=f"{ITEM}.decide", on=VettingItem, icon="check", tone="primary", why="")
def decide_item(
    ctx: Ctx,
    *,
    item: VettingItem,
    decision: Annotated[str, Ask(_("决定"), choices=tuple(Choice.choices))],
    reason_code: Annotated[str, Ask(_("原因"), pack=EXIT_REASONS, required=False, help=_("退库要选。"))] = "",
    note: Annotated[str, NOTE] = "",
) -> VettingItem:
    """Decide on one project: it stays, stays and mends its papers, or leaves with a reason. A decision to leave takes it out of the pool at once; it is
    taken back on the project's page, by its last step."""
    _running(item.vetting)
    day, said = today(), note.strip()
    if decision == Choice.EXIT:
        _take_out(ctx, item, reason_code, said, day)
    elif item.decision == Choice.EXIT and item.project.stage == Project.Stage.REMOVED:
        raise _refused("decision", "vetting.exit_done", name=item.project.name)
    return ctx.update(
        item, decision=decision, reason_code=reason_code if decision == Choice.EXIT else "", note=said, decided_by=ctx.actor.signature, decided_on=day
    )  # fmt: skip


def _take_out(ctx: Ctx, item: VettingItem, reason_code: str, note: str, day: date) -> None:
    """The project leaves the pool by the same step as on its own page, with the same faults."""
    row = table(*EXIT_REASONS, day).by_key(reason_code) if reason_code else None
    if row is None or Project.Stage.REMOVED not in row["stages"].split(";"):
        raise _refused("reason_code", "vetting.reason_needed")
    if item.project.stage in GONE:
        return
    words = note or _t("%(year)s 年度清库，%(who)s 定") % {"year": item.vetting.year, "who": ctx.actor.signature}
    move(ctx, item.project, Project.Stage.REMOVED, day, words[:300], reason_code)


@action(label=_("把选中的都留库"), permission=f"{ITEM}.decide", icon="checks", why="")
def keep_items(
    ctx: Ctx,
    *,
    chosen: Annotated[str, Ask(_("选中的（编号@版本，空格隔开）"), max_length=12_000)],
) -> dict[str, Any]:
    """Keep many projects at once. Those somebody changed since they were seen, or decided for leaving, are left as they are and named. Returns ``done``,
    the names of the ``stale`` ones and how many are ``missing``."""
    seen = _seen(chosen)
    rows = visible(
        VettingItem.objects.select_for_update(of=("self",)).select_related("project", "vetting"), ctx.actor, "decide"
    )
    found = {one.pk: one for one in rows.filter(pk__in=list(seen)).order_by("pk")}
    if not found:
        raise Denied("decide", ITEM)
    stale, done, day, who = [], 0, today(), ctx.actor.signature
    for one in found.values():
        _running(one.vetting)
        if one.version != seen[one.pk] or one.decision == Choice.EXIT:
            stale.append(one.project.name)
            continue
        ctx.update(one, decision=Choice.KEEP, reason_code="", decided_by=who, decided_on=day)
        done += 1
    return {"done": done, "stale": stale, "missing": len(seen) - len(found)}


@action(label=_("结束清库"), permission=f"{ROUND}.close", on=Vetting, icon="checks", why="", confirm=_("结束后意见不能再改。"), when=lambda one: one.state == Vetting.State.OPEN)  # fmt: skip
def close_vetting(ctx: Ctx, *, vetting: Vetting) -> Vetting:
    """End a round. Refused while a project is undecided."""
    left = undecided(VettingItem.objects.filter(vetting=vetting)).count()
    if left:
        raise _refused("", "vetting.undecided", n=left)
    return ctx.update(vetting, state=Vetting.State.CLOSED, closed_on=today())


def _running(round_: Vetting) -> None:
    if round_.state != Vetting.State.OPEN:
        raise _refused("", "vetting.closed", year=round_.year)


def _refused(field: str, code: str, **values: Any) -> Refused:
    return Refused([FieldFault(field, Fault(code, **values))])


def _seen(chosen: str) -> dict[int, int]:
    """Item id → version of ``12@3 15@1``. Raises Refused."""
    seen = {}
    for token in chosen.split():
        key, _at, version = token.partition("@")
        plain = key.isascii() and key.isdigit() and version.isascii() and version.isdigit()
        if not plain or len(token) > LONGEST_TOKEN or len(version) > 9:
            raise _refused("chosen", "vetting.chosen", text=token[:20])
        seen[int(key)] = int(version)
    if len(seen) > MOST:
        raise _refused("chosen", "action.too_many", limit=MOST)
    return seen
