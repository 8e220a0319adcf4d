"""差一项清单 over all clauses, by park and clause, and 免申即享清单: firms that meet the clauses nobody has to apply for."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gongxing.domains.chain.pages.frame import address, book_url
from gongxing.domains.chain.report.facts import ListColumn, Listing
from gongxing.domains.policy.fields import FIRM, PROJECT
from gongxing.domains.policy.matching import Bools
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.pages.frame import (
    book,
    crumbs,
    method,
    paging,
    reader,
    unit_names,
    volume_of,
    volumes,
)
from gongxing.domains.policy.pages.reach import explained, listing
from gongxing.domains.policy.register import Rows
from gongxing.domains.policy.show import cost_words, filling, head, paying, row_line, scope_note
from gongxing.domains.policy.view import Sight, in_force, sights
from gongxing.domains.policy.words import number_words
from gongxing.engines.matching import Explanation, Status
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Unit
from gongxing.kernel.pages.requests import number_of

Part = tuple[Clause, Sight, Bools | None, int]
SHOWN = 20
"""Firms of one automatic clause that stand on the page; the list of the clause has all."""
PLACES = (Unit.Kind.PARK, Unit.Kind.TOWN)


def near_page(request: HttpRequest) -> HttpResponse:
    """GET ``unit``, ``clause``, ``subject``, ``page``: who lacks one thing, by deadline of the clause and then by how little is missing."""
    actor = reader(request)
    parts, asked = _parts(request, actor)
    total = sum(n for *_rest, n in parts)
    pages = paging(request, total)
    units, there, url = unit_names(), address(request), book_url(request, actor, "policy-near-book", "policy.clause")
    lines = []
    for clause, sight, found in _slice(parts, pages["start"], pages["stop"]):
        fills, told = filling(actor, clause.subject), head(clause)
        lines += [{"clause": told, **row_line(at, one, sight.found.rows, units, fills)} for at, one in found]
    context = {
        "crumbs": crumbs((_("差一项清单"), "")), "lines": lines, "total": total, "paging": pages, "as_of": today(), "card": method(), "asked": asked,
        "clauses": asked["clauses"], "units": _places(units), "notes": asked["notes"], "reset_url": there(unit="", clause="", subject="", page=""),
        "book_url": url, "volumes": volumes(url, total),
        "firms": len({line["key"] for line in lines}),
    }  # fmt: skip
    return render(request, "policy/near.html", context)


def _parts(request: HttpRequest, actor: Actor, verb: str = "view") -> tuple[list[Part], dict[str, Any]]:
    """The clauses asked for with the rows that lack one thing, in order, and what was asked."""
    unit, wanted = number_of(request.GET.get("unit", "")), number_of(request.GET.get("clause", ""))
    subject = request.GET.get("subject", "")
    subject = subject if subject in (FIRM, PROJECT) else ""
    seen = sights(actor, verb)
    within = {key: _within(sight.found.rows, unit) for key, sight in seen.items()}
    parts: list[Part] = []
    choices = []
    for clause, sight in in_force(seen):
        if not sight.readable(clause.pk):
            continue
        choices.append((clause.pk, f"{clause.name}（{clause.policy.number}）"))
        if (wanted is None or wanted == clause.pk) and subject in ("", clause.subject):
            kept = within[clause.subject]
            own = sight.among(clause.pk)
            both = kept if own is None else own if kept is None else kept & own
            parts.append((clause, sight, kept, sight.found.matching.counts(clause.pk, both)[Status.NEAR]))
    notes = list(dict.fromkeys(filter(None, (scope_note(one) for one in seen.values()))))
    return parts, {"unit": unit, "clause": wanted, "subject": subject, "clauses": choices, "notes": notes}


def _within(rows: Rows, unit: int | None) -> Bools | None:
    """The rows of a unit and of all below it; None for all."""
    path = Unit.objects.filter(pk=unit).values_list("path", flat=True).first() if unit else None
    if path is None:
        return None
    inside = set(Unit.objects.filter(path__startswith=path).values_list("pk", flat=True))
    return np.fromiter((one in inside for one in rows.units), np.bool_, len(rows.units))


def _slice(parts: Sequence[Part], start: int, stop: int) -> list[tuple[Clause, Sight, list[tuple[int, Explanation]]]]:
    """The rows from ``start`` to ``stop`` of the whole list; only clauses that have some of them are looked into."""
    found, passed = [], 0
    for clause, sight, within, n in parts:
        first, last = max(start - passed, 0), min(stop - passed, n)
        if first < last:
            found.append((clause, sight, sight.nearest(clause.pk, last, within)[first:last]))
        passed += n
    return found


def _places(units: dict[int, str]) -> list[tuple[int, str]]:
    return list(Unit.objects.filter(kind__in=PLACES).order_by("path").values_list("pk", "name"))


def near_book(request: HttpRequest) -> HttpResponse:
    """GET: the same list as a workbook, of the rows the reader may take along."""
    actor = reader(request, "export")
    parts, asked = _parts(request, actor, "export")
    units, ids, volume = unit_names(), [], volume_of(request)
    cells: list[tuple[Any, ...]] = []
    for clause, sight, found in _slice(parts, volume.start, volume.stop):
        told, fills = head(clause), filling(actor, clause.subject)
        for at, one in found:
            line = row_line(at, one, sight.found.rows, units, fills)
            lack, mend = (_("；").join(way[name] for way in line["lacks"]) for name in ("words", "mend"))
            worth = None if one.worth is None else float(one.worth)
            cells.append((volume.start + len(cells) + 1, line["name"], line["unit"], clause.name, told["number"], told["article"], lack, mend, line["by"], told["contact"], worth))  # fmt: skip
            ids.append(sight.found.rows.ids[at])
    columns = (
        ListColumn(_("序号"), 4, True), ListColumn(_("名称"), 22), ListColumn(_("属地"), 10), ListColumn(_("条款"), 16), ListColumn(_("文号"), 14), ListColumn(_("条目"), 8),
        ListColumn(_("差什么"), 34), ListColumn(_("怎么补"), 24), ListColumn(_("什么时候以前"), 14), ListColumn(_("找谁"), 12), ListColumn(_("补上可得（万元）"), 8, True),
    )  # fmt: skip
    title = _("差一项清单")
    names = dict(asked["clauses"])
    filters = [text for text in (units.get(asked["unit"] or 0, ""), names.get(asked["clause"] or 0, "")) if text]
    total = sum(n for *_rest, n in parts)
    notes = volume.notes(total) or (() if cells else (_("没有差一项的。"),))
    sheet = Listing(title, title, columns if cells else (), tuple(cells), notes)
    finding = _("差一项 %(n)s 条次") % {"n": number_words(total)}
    return book(
        actor,
        title,
        finding,
        [sheet],
        (asked["subject"] or FIRM, ids),
        filters,
        [*asked["notes"], *volume.notes(total)],
    )


def automatic_page(request: HttpRequest) -> HttpResponse:
    """GET: clauses nobody has to apply for, each with the firms that meet it and what they get."""
    actor = reader(request)
    seen, units = sights(actor), unit_names()
    groups: list[dict[str, Any]] = []
    for clause, sight in in_force(seen):
        if clause.automatic and sight.readable(clause.pk):
            n = sight.counts(clause.pk)[Status.MEETS]
            fills = filling(actor, clause.subject)
            lines = [
                row_line(at, one, sight.found.rows, units, fills)
                for at, one in explained(sight, clause, Status.MEETS, 0, SHOWN)
            ]
            told = head(clause)
            groups.append(
                {"clause": told, "pays": paying(clause, sight), "n": n, "rest": max(0, n - SHOWN), "lines": lines, "cost": cost_words(sight.cost(clause.pk)), "all_url": f"{told['url']}?status=meets#rows"}
            )  # fmt: skip
    url = book_url(request, actor, "policy-automatic-book", "policy.clause")
    context = {
        "crumbs": crumbs((_("免申即享清单"), "")), "groups": groups, "as_of": today(), "card": method(), "clauses_url": ledger_named("policy.clause").url,
        "notes": list(dict.fromkeys(filter(None, (scope_note(one) for one in seen.values())))),
        "book_url": url, "volumes": volumes(url, max((one["n"] for one in groups), default=0)), "total": sum(one["n"] for one in groups),
    }  # fmt: skip
    return render(request, "policy/automatic.html", context)


def automatic_book(request: HttpRequest) -> HttpResponse:
    """GET: one sheet an automatic clause, of the rows the reader may take along."""
    actor = reader(request, "export")
    units, lists, ids, total, longest, volume = unit_names(), [], [], 0, 0, volume_of(request)
    for clause, sight in in_force(sights(actor, "export")):
        if clause.automatic and sight.readable(clause.pk):
            n = sight.counts(clause.pk)[Status.MEETS]
            found = explained(sight, clause, Status.MEETS, volume.start, volume.stop)
            lists.append(listing(clause.name, found, sight, units, filling(actor, clause.subject), volume, n))
            ids += [sight.found.rows.ids[at] for at, _one in found]
            total, longest = total + n, max(longest, n)
    empty = Listing(_("免申即享"), _("免申即享"), (), (), (_("还没有免申即享的条款。"),))
    finding = _("免申即享 %(n)s 条次") % {"n": number_words(total)}
    return book(actor, _("免申即享清单"), finding, lists or [empty], (FIRM, ids), (), volume.notes(longest))
