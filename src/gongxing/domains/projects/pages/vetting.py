"""年度清库: rounds, one round with its progress by unit and one-click decisions, and the 清库意见表 as Word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from gongxing.domains.chain.pages.frame import attachment
from gongxing.domains.projects.actions.vetting import (
    EXIT_REASONS,
    ITEM,
    ROUND,
    close_vetting,
    decide_item,
    extend_vetting,
    keep_items,
    open_vetting,
)
from gongxing.domains.projects.models import Project, Vetting, VettingItem
from gongxing.domains.projects.pages.pool import crumbs
from gongxing.domains.projects.said import Words, pack_word
from gongxing.domains.projects.vetting import items_of, later_projects, progress, undecided, vetted_projects
from gongxing.domains.projects.vetting_paper import vetting_word
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.declare import Action
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.clock import today
from gongxing.kernel.documents.handover import WORD
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import table
from gongxing.kernel.pages.requests import acting, number_of

SIZE, OPEN = 40, "open"
Choice = VettingItem.Choice


@dataclass(frozen=True)
class Asked:
    """What a round's list is narrowed to."""

    unit: int
    advice: str
    decision: str
    page: int

    @classmethod
    def of(cls, given: QueryDict) -> "Asked":
        advice, decision = given.get("advice", ""), given.get("decision", "")
        return cls(
            number_of(given.get("unit", "")) or 0, advice if advice in Choice.values else "",
            decision if decision in (OPEN, *Choice.values) else "", number_of(given.get("page", "")) or 1,
        )  # fmt: skip

    def address(self, name: str, year: int, **changes: Any) -> str:
        """The address of a page of the round with the same narrowing, some of it changed."""
        parts = {
            "unit": self.unit or "",
            "advice": self.advice,
            "decision": self.decision,
            "page": self.page,
            **changes,
        }
        query = urlencode({key: value for key, value in parts.items() if value and (key, value) != ("page", 1)})
        return reverse(name, args=[year]) + (f"?{query}" if query else "")

    def narrow(self, items: QuerySet[VettingItem]) -> QuerySet[VettingItem]:
        """The items asked for."""
        if self.unit:
            items = items.filter(project__unit_id=self.unit)
        if self.advice:
            items = items.filter(advice=self.advice)
        if self.decision:
            items = items.filter(decision="" if self.decision == OPEN else self.decision)
        return items


def reader(request: HttpRequest) -> Actor:
    """Who looks. Raises Denied when they may see no item of any round."""
    actor = acting(request)
    if not may(actor, "view", ITEM):
        raise Denied("view", ITEM)
    return actor


def round_of(year: int) -> Vetting:
    """The round of a year. Raises LookupError."""
    found = Vetting.objects.filter(year=year).first()
    if found is None:
        raise LookupError(f"vetting {year}")
    return found


@require_GET
def vettings_page(request: HttpRequest) -> HttpResponse:
    """GET: every round with its outcome, and the button that begins the next."""
    actor = reader(request)
    return render(request, "projects/vettings.html", _rounds(actor))


def _rounds(actor: Actor, errors: tuple[str, ...] = (), given: Mapping[str, str] | None = None) -> dict[str, Any]:
    day, rows = today(), []
    for one in Vetting.objects.order_by("-year"):
        counts = items_of(one, actor).order_by().aggregate(
            total=Count("pk"), keep=Count("pk", filter=Q(decision=Choice.KEEP)), amend=Count("pk", filter=Q(decision=Choice.AMEND)),
            leave=Count("pk", filter=Q(decision=Choice.EXIT)), open=Count("pk", filter=Q(decision="")),
        )  # fmt: skip
        rows.append({"one": one, "counts": counts, "url": reverse("projects-vetting", args=[one.year])})
    running = Vetting.objects.filter(state=Vetting.State.OPEN).exists()
    return {
        "crumbs": crumbs((_("年度清库"), "")), "rows": rows, "opens": may(actor, "open", ROUND) and not running, "running": running, "errors": errors,
        "year": (given or {}).get("year", str(day.year)), "note": (given or {}).get("note", ""), "waiting": vetted_projects().count(),
    }  # fmt: skip


@require_POST
def vetting_open(request: HttpRequest) -> HttpResponse:
    """POST year, note: begin a round. 422 with what was typed where it is refused."""
    actor = acting(request)
    raw = {"year": request.POST.get("year", ""), "note": request.POST.get("note", "")}
    try:
        made = perform(open_vetting, actor, raw)
    except Refused as refused:
        errors = tuple(sentence(one.fault) for one in refused.faults)
        return render(request, "projects/vettings.html", _rounds(actor, errors, raw), status=422)
    return HttpResponseRedirect(reverse("projects-vetting", args=[made.year]))


@require_GET
def vetting_page(request: HttpRequest, year: int) -> HttpResponse:
    """GET unit, advice, decision, page: one round."""
    actor = reader(request)
    return render(request, "projects/vetting.html", _shown(actor, round_of(year), Asked.of(request.GET)))


def _shown(actor: Actor, round_: Vetting, asked: Asked, failed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    every, words, year = items_of(round_, actor), Words(), round_.year
    page = Paginator(asked.narrow(every), SIZE).get_page(asked.page)
    running = round_.state == Vetting.State.OPEN
    mine = set(items_of(round_, actor, "decide").filter(pk__in=[one.pk for one in page.object_list]).order_by().values_list("pk", flat=True)) if running else set()  # fmt: skip
    units = progress(every)
    reasons = [row for row in table(*EXIT_REASONS, today()) if "removed" in row["stages"].split(";")]
    names = {row["code"]: pack_word(row) for row in reasons}
    return {
        "crumbs": crumbs((_("年度清库"), reverse("projects-vettings")), (str(year), "")), "round": round_, "running": running, "asked": asked,
        "units": [{"one": one, "url": asked.address("projects-vetting", year, unit=one.unit, page=1), "active": one.unit == asked.unit, "width": round(100 * one.decided / one.total)} for one in units],
        "total": sum(one.total for one in units), "open": sum(one.open for one in units), "n": page.paginator.count,
        "rows": [_item(one, words, one.pk in mine, names, failed) for one in page.object_list], "any_mine": bool(mine),
        "reasons": list(names.items()), "choices": Choice.choices, "page": page, "failed": failed,
        "decisions": [("", _("全部")), (OPEN, _("没有定")), *Choice.choices], "action": asked.address("projects-vetting-answer", year),
        "prev": asked.address("projects-vetting", year, page=page.number - 1) if page.has_previous() else "",
        "next": asked.address("projects-vetting", year, page=page.number + 1) if page.has_next() else "", "clear_url": reverse("projects-vetting", args=[year]),
        "closes": running and may(actor, "close", ROUND), "later": visible(later_projects(round_), actor).count() if running else 0, "takes": running and may(actor, "open", ROUND), "word_url": asked.address("projects-vetting-word", year, page=1) if may(actor, "export", ITEM) else "",
        "filtered": bool(asked.unit or asked.advice or asked.decision),
    }  # fmt: skip


def _item(one: VettingItem, words: Words, mine: bool, names: Mapping[str, str], failed: Mapping[str, Any] | None) -> dict[str, Any]:  # fmt: skip
    here = failed is not None and failed.get("key") == one.pk
    gone = one.decision == Choice.EXIT and one.project.stage == Project.Stage.REMOVED
    return {
        "item": one, "url": ledger_named("projects.project").row_url(one.project_id), "reasons": words.stored(one.reasons), "mine": mine and not gone,
        "reason": names.get(one.reason_code, one.reason_code), "typed": failed if here else {},
    }  # fmt: skip


@require_POST
def vetting_answer(request: HttpRequest, year: int) -> HttpResponse:
    """POST ``one`` = id@version:decision (with reason_code-<id> and note-<id> for leaving), ``pick`` = id@version (many) to keep them all, ``take`` to take in later projects, or ``close``.
    What somebody changed since is named and left."""
    actor, round_, asked = reader(request), round_of(year), Asked.of(request.GET)
    if "close" in request.POST:
        return _close(request, actor, round_)
    if "take" in request.POST:
        return _take(request, actor, round_)
    if request.POST.get("one"):
        return _decide(request, actor, round_, asked)
    chosen = request.POST.getlist("pick")
    if not chosen:
        messages.error(request, _("一个也没有选。先勾选，再按“把选中的都留库”。"))
        return HttpResponseRedirect(asked.address("projects-vetting", year))
    try:
        done = perform(keep_items, actor, {"chosen": " ".join(chosen)})
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
    else:
        _say(request, done)
    return HttpResponseRedirect(asked.address("projects-vetting", year))


def _decide(request: HttpRequest, actor: Actor, round_: Vetting, asked: Asked) -> HttpResponse:
    token, _colon, decision = request.POST["one"].partition(":")
    key_text, _at, version_text = token.partition("@")
    key = number_of(key_text) or 0
    raw = {
        "decision": decision, "reason_code": request.POST.get(f"reason_code-{key}", "") if decision == Choice.EXIT else "",
        "note": request.POST.get(f"note-{key}", ""),
    }  # fmt: skip
    try:
        row = perform(decide_item, actor, raw, key=key, version=number_of(version_text) or 0)
    except (Refused, StaleRow) as wrong:
        if isinstance(wrong, StaleRow):
            errors, status = [_("刚被别人改过，没有写入，请再看一遍：%(title)s") % {"title": wrong.row}], 409
        else:
            errors, status = [sentence(one.fault) for one in wrong.faults], 422
        failed = {"key": key, "errors": errors, **raw}
        return render(request, "projects/vetting.html", _shown(actor, round_, asked, failed), status=status)
    messages.success(request, _("“%(name)s”：%(decision)s。") % {"name": row.project.name, "decision": row.get_decision_display()})  # fmt: skip
    return HttpResponseRedirect(asked.address("projects-vetting", round_.year) + f"#item-{key}")


def _done(request: HttpRequest, actor: Actor, round_: Vetting, act: Action[Any, Any]) -> bool:
    """Do it to the round as the page showed it; where that is refused, the page says why."""
    version = number_of(request.POST.get("version", "")) or 0
    try:
        perform(act, actor, {}, key=round_.pk, version=version)
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
    except StaleRow:
        messages.error(request, _("刚被别人改过，没有写入，请再看一遍：%(title)s") % {"title": round_})
    else:
        return True
    return False


def _close(request: HttpRequest, actor: Actor, round_: Vetting) -> HttpResponse:
    if _done(request, actor, round_, close_vetting):
        messages.success(request, _("%(year)s 年清库已结束。") % {"year": round_.year})
    return HttpResponseRedirect(reverse("projects-vetting", args=[round_.year]))


def _take(request: HttpRequest, actor: Actor, round_: Vetting) -> HttpResponse:
    before = round_.items.count()
    if _done(request, actor, round_, extend_vetting):
        n = round_.items.count() - before
        messages.success(
            request, ngettext("补入 %(n)d 个项目，请逐个定。", "补入 %(n)d 个项目，请逐个定。", n) % {"n": n}
        )
    return HttpResponseRedirect(reverse("projects-vetting", args=[round_.year]) + f"?decision={OPEN}")


def _say(request: HttpRequest, done: Mapping[str, Any]) -> None:
    if done["done"]:
        n = done["done"]
        messages.success(request, ngettext("%(n)d 个项目留库。", "%(n)d 个项目留库。", n) % {"n": n})
    if done["stale"]:
        said = _("；").join(done["stale"])
        messages.error(request, _("刚被别人改过或已定退库，没有写入，请再看一遍：%(titles)s") % {"titles": said})
    if done["missing"]:
        n = done["missing"]
        messages.error(request, ngettext("%(n)d 个已经不在了。", "%(n)d 个已经不在了。", n) % {"n": n})


@require_GET
def vetting_paper(request: HttpRequest, year: int) -> HttpResponse:
    """GET unit, advice, decision: the 清库意见表 as Word, for who may export items."""
    actor = acting(request)
    if not may(actor, "export", ITEM):
        raise Denied("export", ITEM)
    round_, asked = round_of(year), Asked.of(request.GET)
    items = list(asked.narrow(items_of(round_, actor, "export")))
    left = undecided(items_of(round_, actor, "export")).count()
    name = _("%(year)s 年度清库意见表") % {"year": year}
    return attachment(vetting_word(round_, items, left, actor), WORD, f"{name}.docx")
