"""Firms to settle: those whose place on a chain is doubtful, surest first, and manufacturers that stand on no link, biggest first.

Both keep their filter, page and place after an answer: the address carries them, and the next row is where the page opens again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from gongxing.domains.chain.actions.firms import decide_placements, place_firm
from gongxing.domains.chain.models import Chain, Node, Placement
from gongxing.domains.chain.pages.frame import crumbs
from gongxing.domains.chain.queries import doubtful, unplaced
from gongxing.domains.chain.survey.asking import link_labels
from gongxing.domains.chain.words import placement_words
from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.perform import perform
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit
from gongxing.kernel.pages.requests import acting, number_of

WAITING, HOMELESS, GUESSES = 40, 25, 3
SETTLED = ("main", "supporting", "trade", "not")
PLACED = ("main", "supporting", "building", "intended")


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to, as its address says."""

    chain: str
    unit: int
    page: int

    @classmethod
    def of(cls, given: QueryDict) -> "Asked":
        return cls(given.get("chain", ""), number_of(given.get("unit", "")) or 0, number_of(given.get("page", "")) or 1)

    def address(self, name: str, page: int | None = None) -> str:
        """The address of the list (or of its answers) with the same narrowing."""
        parts = {"chain": self.chain, "unit": self.unit or "", "page": page or self.page}
        query = urlencode({key: value for key, value in parts.items() if value and (key, value) != ("page", 1)})
        return f"{reverse(name)}?{query}" if query else reverse(name)


def _deciding(request: HttpRequest) -> Actor:
    actor = acting(request)
    if not may(actor, "decide", "chain.placement"):
        raise Denied("decide", "chain.placement")
    return actor


def _page(rows: QuerySet[Any], asked: Asked, size: int) -> Page[Any]:
    """The page asked for, or the last there is."""
    return Paginator(rows, size).get_page(asked.page)


def _paging(page: Page[Any], asked: Asked, name: str) -> dict[str, Any]:
    return {
        "n": page.paginator.count, "page": page.number, "pages": page.paginator.num_pages,
        "prev": asked.address(name, page.number - 1) if page.has_previous() else "",
        "next": asked.address(name, page.number + 1) if page.has_next() else "",
    }  # fmt: skip


def _back(name: str, asked: Asked, shown: Sequence[Model], done: frozenset[int]) -> HttpResponse:
    """To the list again, opened at the first row after the last one answered that is still there."""
    last = max((place for place, one in enumerate(shown) if one.pk in done), default=-1)
    left = [one.pk for one in shown[last + 1 :] if one.pk not in done] or [
        one.pk for one in shown if one.pk not in done
    ][-1:]
    return HttpResponseRedirect(asked.address(name) + (f"#row-{left[0]}" if left else ""))


def _doubtful(actor: Actor, asked: Asked) -> QuerySet[Placement]:
    rows = doubtful(actor)
    if asked.chain:
        rows = rows.filter(node__chain__code=asked.chain)
    return rows.filter(firm__unit_id=asked.unit) if asked.unit else rows


@require_GET
def doubtful_page(request: HttpRequest) -> HttpResponse:
    """GET chain, unit, page: firms whose place is doubtful, surest first, each with its reasons and one click to settle it; several at once
    with the boxes."""
    actor, asked = _deciding(request), Asked.of(request.GET)
    page = _page(_doubtful(actor, asked), asked, WAITING)
    listed = [
        {"placement": one, "reasons": placement_words(one.reasons), "url": ledger_named("firms.firm").row_url(one.firm_id)}
        for one in page.object_list
    ]  # fmt: skip
    every = doubtful(actor).order_by()
    context = {
        "crumbs": crumbs((_("企业上链请确认"), "")), "rows": listed, "paging": _paging(page, asked, "chain-doubtful"), "asked": asked,
        "chains": [(one.code, one.label) for one in Chain.objects.order_by("code")], "filtered": bool(asked.chain or asked.unit),
        "units": Unit.objects.filter(pk__in=every.values("firm__unit")).order_by("path").values_list("pk", "name"),
        "action": asked.address("chain-doubtful-answer"), "roles": _roles(SETTLED),
    }  # fmt: skip
    return render(request, "chain/doubtful.html", context)


def _roles(values: Sequence[str]) -> list[tuple[str, str]]:
    labels = dict(Placement.Role.choices)
    return [(value, str(labels[value])) for value in values]


@require_POST
def doubtful_answer(request: HttpRequest) -> HttpResponse:
    """POST ``one`` = id@version:role for one firm, or ``pick`` = id@version (many) with ``role``: settle them. What somebody changed since is
    named and left; the rest is written."""
    actor, asked = _deciding(request), Asked.of(request.GET)
    shown = list(_page(_doubtful(actor, asked), asked, WAITING).object_list)
    chosen, role = request.POST.getlist("pick"), request.POST.get("role", "")
    if request.POST.get("one"):
        token, _colon, role = request.POST["one"].partition(":")
        chosen = [token]
    if not chosen:
        messages.error(request, _("一条也没有选。先勾选，再定角色；只定一家就按它那一行的按钮。"))
        return HttpResponseRedirect(asked.address("chain-doubtful"))
    try:
        done = perform(decide_placements, actor, {"chosen": " ".join(chosen), "role": role or "-"})
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
        return _back("chain-doubtful", asked, shown, frozenset())
    _say(request, done)
    answered = {key for token in chosen if (key := number_of(token.partition("@")[0])) is not None}
    still = {one.pk for one in shown} & set(doubtful(actor).filter(pk__in=answered).values_list("pk", flat=True))
    return _back("chain-doubtful", asked, shown, frozenset(answered - still))


def _say(request: HttpRequest, done: Mapping[str, Any]) -> None:
    if done["done"]:
        n = done["done"]
        messages.success(request, ngettext("已确认 %(n)d 条。", "已确认 %(n)d 条。", n) % {"n": n})
    if done["stale"]:
        said = _("；").join(done["stale"])
        messages.error(request, _("刚被别人改过，没有写入，请再看一遍：%(titles)s") % {"titles": said})
    if done["missing"]:
        n = done["missing"]
        messages.error(request, ngettext("%(n)d 条已经不在了。", "%(n)d 条已经不在了。", n) % {"n": n})


def _unplaced(actor: Actor, asked: Asked) -> QuerySet[Firm]:
    rows = unplaced(actor)
    return rows.filter(unit_id=asked.unit) if asked.unit else rows


@require_GET
def unplaced_page(request: HttpRequest) -> HttpResponse:
    """GET unit, page: manufacturers that stand on no link, biggest first, each with the links of its class and a form to place it."""
    actor, asked = _deciding(request), Asked.of(request.GET)
    page = _page(_unplaced(actor, asked), asked, HOMELESS)
    labels, by_class, sources = link_labels(), _links_by_class(), dict(FirmFigure.Source.choices)
    listed = [
        {
            "firm": one, "source": sources.get(one.figure_source, ""), "url": ledger_named("firms.firm").row_url(one.pk),
            "guesses": [labels[key] for key in by_class.get(one.industry, ())[:GUESSES]],
        }
        for one in page.object_list
    ]  # fmt: skip
    context = {
        "crumbs": crumbs((_("没上链的企业"), "")), "rows": listed, "paging": _paging(page, asked, "chain-unplaced"), "asked": asked,
        "units": Unit.objects.filter(pk__in=unplaced(actor).order_by().values("unit")).order_by("path").values_list("pk", "name"),
        "labels": list(labels.values()), "roles": _roles(PLACED), "action": asked.address("chain-unplaced-answer"), "filtered": bool(asked.unit),
    }  # fmt: skip
    return render(request, "chain/unplaced.html", context)


def _links_by_class() -> dict[str, list[int]]:
    """Links by industry class, those first that take in fewest other classes."""
    found: dict[str, list[int]] = {}
    rows = Node.objects.filter(generic=False).order_by("code").values_list("pk", "classes")
    for pk, classes in sorted(rows, key=lambda row: len(row[1])):
        for code in classes:
            found.setdefault(code, []).append(pk)
    return found


@require_POST
def unplaced_answer(request: HttpRequest) -> HttpResponse:
    """POST firm, node (or ``guess``), role: place one firm."""
    actor, asked = _deciding(request), Asked.of(request.GET)
    shown = list(_page(_unplaced(actor, asked), asked, HOMELESS).object_list)
    firm = number_of(request.POST.get("firm", "")) or 0
    node = request.POST.get("guess") or request.POST.get("node", "")
    try:
        row = perform(place_firm, actor, {"firm": str(firm), "node": node, "role": request.POST.get("role", "") or "-"})
    except Refused as refused:
        messages.error(request, " ".join(sentence(one.fault) for one in refused.faults))
        return HttpResponseRedirect(f"{asked.address('chain-unplaced')}#row-{firm}")
    messages.success(request, _("已放上：%(title)s") % {"title": row.label})
    return _back("chain-unplaced", asked, shown, frozenset({firm}))
