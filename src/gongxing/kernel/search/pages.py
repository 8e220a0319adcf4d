"""The palette: records, things to do and pages, by Chinese text, pinyin initials or code. With nothing typed: the pages one may open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.kernel.access.visible import Permissions, permissions
from gongxing.kernel.ledger.declare import all_ledgers, ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.extra import extra_pages
from gongxing.kernel.search.initials import readings_of
from gongxing.kernel.search.query import search
from gongxing.kernel.search.tokens import is_initials, norm

RECORDS, OTHERS = 20, 12


@dataclass(frozen=True)
class Item:
    """One line of the palette."""

    label: str
    sub: str
    url: str
    icon: str


@dataclass(frozen=True)
class Group:
    """Lines under one heading."""

    label: str
    items: Sequence[Item]


def palette(request: HttpRequest) -> HttpResponse:
    """GET q: a fragment with groups of what may be opened."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = request.GET.get("q", "")[:400]
    return render(request, "partials/palette.html", {"groups": palette_groups(actor, text), "q": text.strip()[:60]})


def palette_groups(actor: Actor, text: str) -> list[Group]:
    """Records by ledger, best first; then what may be done; then pages. Empty groups are left out."""
    query, held = norm(text), permissions(actor)
    pages = [item for item in _pages(held) if _matches(item.label, query)][:OTHERS]
    acts = [item for item in _acts(held) if _matches(item.label, query)][:OTHERS] if query else []
    groups = [*_records(actor, text), Group(_("动作"), acts), Group(_("页面"), pages)]
    return [group for group in groups if group.items]


def _matches(label: str, query: str) -> bool:
    folded = norm(label)
    return query in folded or (is_initials(query) and any(query in one for one in readings_of(folded)))


def _records(actor: Actor, text: str) -> list[Group]:
    found: dict[str, list[Item]] = {}
    for hit in search(None, actor, text, RECORDS):
        ledger = ledger_named(hit.ledger)
        found.setdefault(str(ledger.label), []).append(Item(hit.name, hit.code, ledger.row_url(hit.row), ledger.icon))
    return [Group(label, items) for label, items in found.items()]


def _pages(held: Permissions) -> Iterator[Item]:
    yield Item(_("我的事项"), "", reverse("home"), "checklist")
    for ledger in all_ledgers():
        if ledger.in_menu and held.may("view", ledger.name):
            yield Item(str(ledger.label), _("台账"), ledger.url, ledger.icon)
    for one in extra_pages():
        if held.may(one.verb, one.target):
            yield Item(str(one.label), _("页面"), reverse(one.url_name), one.icon)


def _acts(held: Permissions) -> Iterator[Item]:
    for ledger in all_ledgers():
        if not ledger.in_menu:
            continue
        if "add" in ledger.verbs and held.may("add", ledger.name):
            label = _("登记%(label)s") % {"label": ledger.model._meta.verbose_name}
            yield Item(label, str(ledger.label), reverse("ledger-add", args=[ledger.slug]), "plus")
        if "import" in ledger.verbs and held.may("import", ledger.name):
            label = _("导入%(label)s") % {"label": ledger.label}
            yield Item(label, str(ledger.label), reverse("exchange-upload", args=[ledger.slug]), "upload")
