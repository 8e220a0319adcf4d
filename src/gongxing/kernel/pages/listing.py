"""The list page of any ledger."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongxing.kernel.access.visible import Permissions, permissions, reach
from gongxing.kernel.action.declare import all_actions
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.listing import ListState, build, read_state
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.ledger.paging import Page
from gongxing.kernel.ledger.planner import Tally
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.pages.facets import facet_chips, facet_menu
from gongxing.kernel.pages.heads import column_boxes, facet_menus, head_cells, range_fields, sort_links
from gongxing.kernel.pages.list_acts import list_acts
from gongxing.kernel.pages.requests import acting, action_button, button, ledger_frame, nothing_yet
from gongxing.kernel.pages.rows import row_lines
from gongxing.kernel.pages.totals import ASKED, totals, wanted
from gongxing.kernel.pages.views import preference, view_tabs


def list_page(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the list its URL states."""
    ledger = ledger_named(slug)
    actor = acting(request)
    found = reach(actor, "view", ledger.name)
    if found.nothing:
        raise Denied("view", ledger.name)
    state = read_state(ledger, request.GET)
    listing = build(state, actor, found=found)
    chosen = preference(ledger, actor)
    columns = [ledger.column(name) for name in chosen.columns]
    page, count = listing.page(ledger.list_fields(columns, state.sort)), listing.tally()
    held = permissions(actor)
    covered = Masks(ledger, actor).rows(row.pk for row in page.rows)
    adding = "add" in ledger.verbs and held.may("add", ledger.name)
    importing = "import" in ledger.verbs and held.may("import", ledger.name)
    exporting = "export" in ledger.verbs and held.may("export", ledger.name)
    bulk = [
        {**action_button(one), "name": one.name}
        for one in all_actions()
        if one.bulk and one.on is ledger.model and held.may(one.verb, one.target)
    ]
    context = {
        "ledger": ledger_frame(ledger),
        "crumbs": [{"label": str(ledger.label), "url": ledger.url}],
        **view_tabs(ledger, actor, found, request.GET.urlencode()),
        "chips": facet_chips(state),
        "facets": facet_menus(state, _("正在统计…")),
        "columns": columns,
        "head": head_cells(state, columns),
        "rows": row_lines(ledger, page.rows, columns, covered=covered, pick=bool(bulk)),
        "count_text": count_text(count, str(ledger.counter)),
        "count": count.n,
        "count_plain": "" if count.n is None else f"{count.n:,}{'+' if count.over else ''}",
        "paging": _paging(state, page, count),
        "drawn_url": f"{reverse(ledger.drawn_at)}?{state.query()}" if ledger.drawn_at else "",
        "actions": [
            *declared_acts(ledger, state, held),
            *_acts(ledger, state, adding, importing, exporting, count),
        ],
        "bulk_actions": bulk,
        "all_columns": len(ledger.columns),
        "column_boxes": column_boxes(ledger, chosen.columns),
        "dense": chosen.dense,
        "sort_text": _sort_text(state),
        "q": state.q,
        "query_string": state.query(),
        "faults": [sentence(fault) for fault in state.faults],
        "ranges": range_fields(state),
        "sorts": sort_links(state),
        "empty": nothing_yet(ledger, importing, adding, bool(state.q or state.facets or state.ranges)),
    }
    adding_up = wanted(listing, columns, count)
    if adding_up == "now":
        context |= totals(listing, columns)
    context["totals_url"] = (
        f"{reverse('ledger-totals', args=[ledger.slug])}?{state.query()}" if adding_up == "asked" else ""
    )
    return render(request, "ledger/list.html", context)


def count_text(count: Tally, counter: str) -> str:
    """The size of a list as people read it: exact, capped, or «很多»."""
    if count.n is None:
        return _("很多")
    if count.over:
        return f"{count.n:,}+ {counter}"
    return f"{count.n:,} {counter}"


def _paging(state: ListState, page: Page, count: Tally) -> dict[str, Any]:
    rows = page.rows
    first, last = (page.cursor(rows[0]), page.cursor(rows[-1])) if rows else (None, None)
    pages = None if count.n is None or count.over else max(1, -(-count.n // state.size))
    return {
        "first_url": f"?{state.query()}",
        "prev_url": f"?{state.query(before=first.encode())}" if page.has_previous and first else "",
        "next_url": f"?{state.query(after=last.encode())}" if page.has_next and last else "",
        "text": ngettext("本页 %(n)d 条", "本页 %(n)d 条", len(rows)) % {"n": len(rows)},
        "size": state.size,
        "pages": pages,
        "number": state.number,
    }


def declared_acts(ledger: Ledger[Any], state: ListState, held: Permissions) -> list[dict[str, Any]]:
    """The buttons other modules put on this list, for who may press them."""
    query = state.query()
    found = [one for one in list_acts(ledger.name) if one.verb in ledger.verbs and held.may(one.verb, ledger.name)]
    return [
        button(
            str(one.label), f"{reverse(one.url_name, args=[ledger.slug])}{'?' + query if query else ''}", icon=one.icon
        )
        for one in found
    ]


def _acts(
    ledger: Ledger[Any], state: ListState, adding: bool, importing: bool, exporting: bool, count: Tally
) -> list[dict[str, Any]]:
    acts = []
    if importing:
        acts.append(button(_("导入表格"), reverse("exchange-upload", args=[ledger.slug]), icon="upload"))
    if exporting:
        url = f"{reverse('exchange-export', args=[ledger.slug])}?{state.query()}"
        acts.append(
            button(_("导出 %(n)s") % {"n": count_text(count, str(ledger.counter))}, url, icon="download", method="post")
        )
    if adding:
        acts.append(
            button(
                _("登记%(label)s") % {"label": ledger.model._meta.verbose_name},
                reverse("ledger-add", args=[ledger.slug]),
                icon="plus",
                primary=True,
            )
        )
    return acts


def _sort_text(state: ListState) -> str:
    column = state.ledger.column(state.sort)
    direction = _("从高到低") if state.descending else _("从低到高")
    return _("，").join([str(column.label), direction])


def list_totals(request: HttpRequest, slug: str) -> HttpResponse:
    """GET (fragment): the sums of a list too long to add up with its page."""
    ledger, actor = ledger_named(slug), acting(request)
    listing = build(read_state(ledger, request.GET), actor)
    columns = [ledger.column(name) for name in preference(ledger, actor).columns]
    count = listing.tally(patient=True)
    if not any(column.total for column in columns):
        raise LookupError(slug)
    context: dict[str, Any] = {"columns": columns, "bulk_actions": request.GET.get("pick") == "1"}
    if count.n is None or count.over or count.n > ASKED:
        context["too_long"] = f"{ASKED:,}"
    else:
        context |= totals(listing, columns)
    return render(request, "partials/totals.html", context)


def facet_options(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """GET (fragment): the values of one facet with counts under the other conditions, loaded when its menu opens."""
    ledger = ledger_named(slug)
    if name not in ledger.facets:
        raise LookupError(name)
    state = read_state(ledger, request.GET)
    others = {facet: values for facet, values in state.facets.items() if facet != name}
    rest = ListState(**{**state.__dict__, "facets": others})
    rows = build(rest, acting(request)).rows
    counts = rows.order_by().values_list(name).annotate(n=Count("pk")).order_by("-n")[:60]
    return render(request, "partials/facet.html", {"facet": facet_menu(state, name, dict(counts))})
