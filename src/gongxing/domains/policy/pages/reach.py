"""这一条够得着谁: one clause, its conditions, whom it reaches by status, what it would cost, which data are missing; as a workbook too."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.chain.pages.frame import address
from gongxing.domains.chain.report.facts import ListColumn, Listing
from gongxing.domains.policy.editing import amount_in
from gongxing.domains.policy.matching import clauses_in_force, seen_by, try_clause
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.pages.frame import (
    Volume,
    book,
    crumbs,
    method,
    paging,
    reader,
    unit_names,
    volume_of,
    volumes,
)
from gongxing.domains.policy.review_basis import open_to_all
from gongxing.domains.policy.show import (
    BY_NAME,
    NAMES,
    conditions,
    cost_words,
    counted,
    filling,
    head,
    paying,
    row_line,
    scope_note,
)
from gongxing.domains.policy.view import Sight, sight_of
from gongxing.domains.policy.words import STATUSES, fault_details, number_words
from gongxing.engines.conditions import ConditionRefused, from_json
from gongxing.engines.matching import Explanation, Status
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.org.actor import Actor

FIRST, IN_BOOK = Status.NEAR, (Status.MEETS, Status.NEAR, Status.MISSING)
WRITING = frozenset({Clause.State.DRAFT, Clause.State.REVIEW})


def reach_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET ``status`` (near, meets, missing, fails) and ``page``."""
    actor = reader(request)
    clause, sight = clause_seen(actor, key)
    told = {"clause": head(clause), "pays": paying(clause, sight), "conditions": conditions(clause, sight)}
    status = BY_NAME.get(request.GET.get("status", ""), FIRST)
    context: dict[str, Any] = {
        **told, "crumbs": crumbs((clause.name, "")), "as_of": today(), "card": method(), "note": scope_note(sight), "faults": faults_said(clause, sight),
        "blank": not clause.condition, "for_all": not clause.condition and open_to_all(clause), "in_force": clause.pk in {one.pk for one in clauses_in_force()}, "state": clause.get_state_display(),
        "edit_url": reverse("policy-condition", args=[clause.pk]) if may(actor, "edit", "policy.clause") and clause.state in WRITING else "",
        "detail_url": ledger_named("policy.clause").row_url(clause.pk), "review_url": review_url(actor, clause),
    }  # fmt: skip
    if sight.readable(clause.pk):
        context |= _reached(request, actor, clause, sight, status)
    return render(request, "policy/reach.html", context)


def review_url(actor: Actor, clause: Clause) -> str:
    """The clause on the page of the review, for those who read findings while it is not in force; "" else."""
    if clause.state not in WRITING or not may(actor, "view", "policy.finding"):
        return ""
    return f"{reverse('policy-findings')}?text=policy.clause:{clause.pk}"


def clause_seen(actor: Actor, key: int, verb: str = "view") -> tuple[Clause, Sight]:
    """The clause and the matching of its subject; a draft, or one that holds no longer, is matched on demand. LookupError for what the reader may not see:
    drafts are seen by those who write and review them."""
    clause = visible(Clause.objects.select_related("policy__unit", "post__unit"), actor, verb).filter(pk=key).first()
    if clause is None:
        raise LookupError(f"policy.clause {key}")
    sight = sight_of(actor, clause.subject, verb)
    if clause.pk in sight.found.clauses:
        return clause, sight
    try:
        condition = from_json(clause.condition) if clause.condition else None
        amount, budget = amount_in(clause.amount)
    except (ConditionRefused, ValueError):
        condition = None
    if condition is None:
        return clause, sight
    return clause, Sight(try_clause(clause, condition, amount, budget), seen_by(actor, clause.subject, verb))


def faults_said(clause: Clause, sight: Sight) -> list[str]:
    """What is wrong with the clause, in sentences."""
    told = sight.told(clause.pk)
    if told is None:
        return [_("条件的数据读不出来，请重新写一遍条件。")] if clause.condition else []
    found = sight.found.matching.faults.get(clause.pk, ())
    details = (fault_details(one, told.condition, sight.found.rows) for one in found)
    return [sentence(Fault(code, **params)) for _place, code, params in details]


def _reached(request: HttpRequest, actor: Actor, clause: Clause, sight: Sight, status: Status) -> dict[str, Any]:
    counts = counted(clause, sight)
    total = next(one["n"] for one in counts if one["name"] == NAMES[status])
    pages = paging(request, total)
    fills, units, rows = filling(actor, clause.subject), unit_names(), sight.found.rows
    found = explained(sight, clause, status, pages["start"], pages["stop"])
    exports = may(actor, "export", "policy.clause")
    gaps = sight.gaps(clause.pk)
    url = reverse("policy-reach-book", args=[clause.pk]) if exports else ""
    longest = max(one["n"] for one in counts if BY_NAME[one["name"]] in IN_BOOK)
    return {
        "counts": counts, "status": NAMES[status], "status_label": str(STATUSES[status]), "total": total, "paging": pages,
        "lines": [row_line(at, one, sight, units, fills) for at, one in found], "cost": cost_words(sight.cost(clause.pk)),
        "gaps": [{"label": rows.label(name), "holder": rows.entries[name].holder_label, "n": number_words(n)} for name, n in gaps.items()],
        "there": address(request), "book_url": url, "volumes": volumes(url, longest),
    }  # fmt: skip


def explained(sight: Sight, clause: Clause, status: Status, start: int, stop: int) -> list[tuple[int, Explanation]]:
    """A part of the rows of one status with their reasons; those that lack one thing nearest first."""
    if status is Status.NEAR:
        return sight.nearest(clause.pk, stop)[start:stop]
    return [(at, sight.explain(clause.pk, at)) for at in sight.rows(clause.pk, status)[start:stop]]


def reach_book(request: HttpRequest, key: int) -> HttpResponse:
    """GET: whom the clause reaches, one sheet a status, of the rows the reader may take along."""
    actor = reader(request, "export")
    clause, sight = clause_seen(actor, key, "export")
    if not sight.readable(clause.pk):
        raise LookupError(f"policy.clause {key}")
    units, lists, ids, volume = unit_names(), [], [], volume_of(request)
    totals = sight.counts(clause.pk)
    for status in IN_BOOK:
        found = explained(sight, clause, status, volume.start, volume.stop)
        fills = filling(actor, clause.subject)
        lists.append(listing(str(STATUSES[status]), found, sight, units, fills, volume, totals[status]))
        ids += [sight.found.rows.ids[at] for at, _found in found]
    counts = counted(clause, sight)
    finding = _("，").join(f"{one['label']} {number_words(one['n'])}" for one in counts)
    filters = [clause.name, f"{clause.policy.number} {clause.article}", *conditions(clause, sight)]
    notices = list(filter(None, [scope_note(sight), _("预计资金 %(total)s") % cost_words(sight.cost(clause.pk))]))
    notices += volume.notes(max(totals[status] for status in IN_BOOK))
    return book(
        actor, _("够得着谁 %(name)s") % {"name": clause.name}, finding, lists, {clause.subject: ids}, filters, notices
    )


def listing(
    name: str, found: list[tuple[int, Explanation]], sight: Sight, units: dict[int, str], fills: Any, volume: Volume, total: int
) -> Listing:  # fmt: skip
    """The rows of one volume with their reasons as a sheet; of ``total`` rows it says how many are not here."""
    told = [(row_line(at, one, sight, units, fills), one) for at, one in found]
    cells = tuple(
        (
            n,
            line["name"],
            line["unit"],
            why_of(line),
            line["by"] or None,
            None if one.worth is None else float(one.worth),
        )
        for n, (line, one) in enumerate(told, volume.start + 1)
    )
    columns = (
        ListColumn(_("序号"), 4, True), ListColumn(_("名称"), 22), ListColumn(_("属地"), 10), ListColumn(_("为什么"), 40), ListColumn(_("什么时候以前"), 14),
        ListColumn(_("可得（万元）"), 8, True),
    )  # fmt: skip
    notes = volume.notes(total) or (() if cells else (_("没有这样的。"),))
    return Listing(name, name, columns if cells else (), cells, notes)


def why_of(line: dict[str, Any]) -> str:
    """The reasons of a line as one text."""
    parts = [*(one["words"] for one in line["lacks"]), *(one["words"] for one in line["missing"]), *line["failing"]]
    return _("；").join(parts or line["met"])
