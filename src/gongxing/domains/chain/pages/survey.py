"""One enterprise's purchase sheet: fill it in three minutes, see what it says about the county's gaps."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from gongxing.domains.chain.actions.survey import answer_purchases
from gongxing.domains.chain.doing import doing
from gongxing.domains.chain.models import Purchase
from gongxing.domains.chain.pages.frame import crumbs
from gongxing.domains.chain.places import places
from gongxing.domains.chain.queries import graded
from gongxing.domains.chain.show import MARKS
from gongxing.domains.chain.survey.answers import LINES, NO_LINK, Typed
from gongxing.domains.chain.survey.asking import (
    answers_of,
    askable,
    gaps,
    items_of,
    link_labels,
    links,
    offer,
    readable,
    seal_of,
    standing_of,
    survey_year,
    typed_of,
    year_that_counts,
    years_of,
)
from gongxing.domains.chain.survey.items import Items
from gongxing.domains.chain.words import STATES
from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting, number_of
from gongxing.kernel.pages.sentences import signature

NAMES = ("item", "value", "where", "single", "supplier", "node")
OPEN = 8
"""Lines that stand open before anything is filled; the others are one click away."""


@require_http_methods(["GET", "POST"])
def survey_page(request: HttpRequest, firm: int) -> HttpResponse:
    """GET ``year``: the sheet of a year with what it says. POST: write it; 422 with the lines named and everything kept, 409 when somebody
    else wrote it meanwhile."""
    actor = acting(request)
    if not may(actor, "view", "chain.purchase"):
        raise Denied("view", "chain.purchase")
    row = readable(actor).filter(pk=firm).first()
    if row is None:
        raise LookupError(f"firm {firm}")
    fills = askable(actor).filter(pk=firm).exists()
    given = request.POST if request.method == "POST" else request.GET
    years = years_of(firm)
    year = number_of(given.get("year", "")) or survey_year()
    if year not in years:
        year = survey_year()
    if request.method == "GET":
        return render(request, "chain/survey.html", _context(actor, row, year, years, fills, None, [], []))
    typed = _posted(request)
    raw = {
        "buyer": str(firm), "year": str(year), "seen": request.POST.get("seen", "") or "?",
        "lines": json.dumps([vars(one) for one in typed], ensure_ascii=False), "why": "",
    }  # fmt: skip
    try:
        done = perform(answer_purchases, actor, raw)
    except Refused as refused:
        context = _context(actor, row, year, years, fills, typed, refused.faults, [])
        return render(request, "chain/survey.html", context, status=422)
    except StaleRow:
        context = _context(actor, row, year, years, fills, typed, [], _differences(row, year, typed))
        return render(request, "chain/survey.html", context, status=409)
    messages.success(request, _told(done))
    return HttpResponseRedirect(f"{request.path}?year={year}")


def _posted(request: HttpRequest) -> list[Typed]:
    """The lines of the form: twenty, or as many as it had because more are stored."""
    number = max(LINES, sum(name.startswith("item-") for name in request.POST))
    lines = [Typed.of({name: request.POST.get(f"{name}-{at}", "") for name in NAMES}) for at in range(1, number + 1)]
    while len(lines) > LINES and not (lines[-1].item or lines[-1].said):
        lines.pop()
    return lines


def _told(done: Mapping[str, int]) -> str:
    n = done["added"] + done["changed"] + done["removed"]
    said = (
        _("已保存：新增 %(added)d 行，改 %(changed)d 行，去掉 %(removed)d 行。") % done
        if n
        else _("没有变化，没有写入。")
    )
    left = done["left_out"]
    if left:
        said += ngettext("%(n)d 行只有品名，没有计入。", "%(n)d 行只有品名，没有计入。", left) % {"n": left}
    return said


def _context(
    actor: Actor, firm: Firm, year: int, years: Sequence[int], fills: bool, typed: Sequence[Typed] | None,
    faults: Sequence[FieldFault], differences: Sequence[Mapping[str, str]],
) -> dict[str, Any]:  # fmt: skip
    stored, labels, items = answers_of(firm.pk, year), link_labels(), items_of(firm.pk, year)
    offered = None
    if typed is None:
        typed = [typed_of(one, _link_text(one, labels, items)) for one in stored]
        if not stored:
            offered = offer(firm.pk, year, labels)
            typed = offered.lines
    texts = {one.column: sentence(one.fault) for one in faults}
    lines = [_line(number, one, items, labels, texts) for number, one in enumerate(_padded(typed), 1)]
    filled = max((line["number"] for line in lines if line["filled"] or line["faults"]), default=0)
    opened = min(max(OPEN, filled + 3), len(lines))
    standing = standing_of(firm.pk)
    every = links()
    counts = year_that_counts(firm.pk) if stored else None
    words = [word for link in every if link.id in standing.suppliers for word in link.keywords]
    return {
        "crumbs": crumbs((_("采购调查"), reverse("chain-surveys")), (firm.name, "")), "firm": firm, "year": year,
        "firm_url": ledger_named("firms.firm").row_url(firm.pk) if may(actor, "view", "firms.firm") else "",
        "years": years, "fills": fills, "open_lines": lines[:opened], "more_lines": lines[opened:], "labels": list(labels.values()),
        "goods": sorted({*(link.name for link in every), *words}), "seen": seal_of(stored), "places": [("", _("请选")), *Purchase.Where.choices],
        "errors": [{"field": one.column, "text": sentence(one.fault)} for one in faults], "differences": differences,
        "offered": offered, "stored": stored, "gap": _gap_rows(stored), "as_of": max((one.as_of for one in stored), default=None),
        "last": _last(stored) if differences else "", "unusual": _unusual(firm, stored), "stands": bool(standing.own),
        "counts": counts if counts != year else None,
    }  # fmt: skip


def _padded(typed: Sequence[Typed]) -> list[Typed]:
    """Twenty lines at least; what is stored beyond them is shown too, or it could not stay."""
    return [*typed, *[Typed()] * (LINES - len(typed))]


def _line(number: int, one: Typed, items: Items, labels: Mapping[int, str], texts: Mapping[str, str]) -> dict[str, Any]:
    faults = {name: texts[f"{name}-{number}"] for name in NAMES if f"{name}-{number}" in texts}
    return {"number": number, "typed": one, "matched": _match_words(one.item, items, labels), "faults": faults, "filled": bool(one.item or one.said)}  # fmt: skip


def _link_text(row: Purchase, labels: Mapping[int, str], items: Items) -> str:
    """What the field of the link shows: nothing where the item is matched to the stored link anyway, "-" where a person said none."""
    guessed = items.link(row.item)
    if guessed == row.node_id:
        return ""
    return NO_LINK if row.node_id is None else labels[row.node_id]


def _match_words(item: str, items: Items, labels: Mapping[int, str]) -> str:
    """What the item is taken for, in words."""
    if not item.strip():
        return ""
    found = items.match(item)
    if found.node is not None:
        return _("对上：%(link)s") % {"link": labels[found.node]}
    if found.perhaps:
        return _("可能是 %(links)s，请选") % {"links": _(" 或 ").join(labels[one] for one in found.perhaps)}
    return _("对不上环节，不进图；可以自己选")


@require_GET
def match_part(request: HttpRequest, firm: int) -> HttpResponse:
    """GET ``item-<n>``: which link an item would be matched to, as words for the line it stands on."""
    actor = acting(request)
    if not askable(actor).filter(pk=firm).exists():
        raise Denied("answer", "chain.purchase")
    item = next((text for name, text in request.GET.items() if name.startswith("item-") and isinstance(text, str)), "")
    year = number_of(request.GET.get("year", "")) or survey_year()
    return HttpResponse(escape(_match_words(item[:80], items_of(firm, year), link_labels())))


def _differences(firm: Firm, year: int, typed: Sequence[Typed]) -> list[dict[str, str]]:
    """What is stored now beside what was typed, line by line where they differ."""
    labels, stored = link_labels(), {one.item: one for one in answers_of(firm.pk, year)}
    mine = {one.item.strip(): one for one in typed if one.item.strip() and one.said}
    found = []
    for item in sorted({*stored, *mine}):
        theirs = (
            "—" if item not in stored else _shown(typed_of(stored[item], labels.get(stored[item].node_id or 0, "")))
        )
        own = "—" if item not in mine else _shown(mine[item])
        if theirs != own:
            found.append({"item": item, "theirs": theirs, "mine": own})
    return found


def _shown(one: Typed) -> str:
    where = dict(Purchase.Where.choices).get(one.where, "")
    single = {"y": _("只有一家"), "n": _("不止一家")}.get(one.single, "")
    return (
        _("、").join(part for part in (one.value and f"{one.value}", str(where), single, one.supplier) if part) or "—"
    )


def _last(stored: Sequence[Purchase]) -> str:
    """Who wrote the sheet last and when."""
    entry = Entry.objects.filter(ledger="chain.purchase", row__in=[one.pk for one in stored]).order_by("-id").first()
    if entry is None:
        return ""
    return f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M} {signature(entry.post, entry.lent, entry.user)}"


def _unusual(firm: Firm, stored: Sequence[Purchase]) -> list[str]:
    """Amounts larger than the firm's yearly revenue: usually 元 written for 万元. A remark, not a refusal."""
    if firm.revenue is None:
        return []
    return [
        _("“%(item)s”每年 %(value)s 万元，超过企业营业收入 %(revenue)s 万元（%(source)s %(period)s）；单位是不是写成了元？") % {
            "item": one.item, "value": f"{one.value:,.0f}", "revenue": f"{firm.revenue:,.0f}", "source": dict(FirmFigure.Source.choices).get(firm.figure_source, "—"),
            "period": firm.figure_period,
        }
        for one in stored if one.value is not None and one.value > firm.revenue
    ]  # fmt: skip


def _gap_rows(stored: Sequence[Purchase]) -> list[dict[str, Any]]:
    """Money by link and what the link is on the map today."""
    if not stored:
        return []
    found = graded()
    order = {code: place.number for code, place in places(found).items()}
    chains = {chain.pk: chain.label for chain in found.rows.chains}
    rows = []
    for gap in gaps(stored):
        grade = None if gap.node is None else found.grading.nodes.get(gap.node.code)
        placed = gap.money - gap.placeless
        row: dict[str, Any] = {
            "gap": gap,
            "placed": placed > 0,
            "share": 100 * gap.outside / placed if placed > 0 else None,
        }
        if gap.node is not None and grade is not None:
            tone, symbol = MARKS[grade.presence.state]
            row |= {
                "chain": chains.get(gap.node.chain_id, ""), "url": reverse("chain-node", args=[gap.node.code]), "tone": tone, "symbol": symbol,
                "state": str(STATES[grade.presence.state]), "key": bool(grade.criticality.is_key), "place": order.get(gap.node.code),
                "act": doing(gap.node, grade).words,
            }  # fmt: skip
        rows.append(row)
    return rows
