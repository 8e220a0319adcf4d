"""The editor of a clause's condition: groups of rows, what it would reach while one edits, and saving under the version that was seen."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongxing.domains.policy.actions.clauses import EDITABLE, set_condition
from gongxing.domains.policy.editing import USUAL, Draft, Line, Read, amount_in, as_json, compact, read, stored, typed
from gongxing.domains.policy.fields import INDUSTRIES
from gongxing.domains.policy.matching import seen_by, try_clause
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.pages.frame import crumbs, method, reader, unit_names
from gongxing.domains.policy.register import Rows, rows_of
from gongxing.domains.policy.show import cost_words, head, scope_note
from gongxing.domains.policy.view import ORDER, Sight
from gongxing.domains.policy.words import (
    MONEY,
    OPS,
    STATUSES,
    TONES,
    condition_words,
    doubts,
    field_sections,
    lack_words,
    number_words,
    refusal_words,
    refusals,
)
from gongxing.engines.conditions import OPS as OPS_OF
from gongxing.engines.conditions.model import FLAGS
from gongxing.engines.matching import Status
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import number_of

FEW = 3
PLACEHOLDERS = {"number": "2000", "date": "2026-06-30", "code": "3922、3985"}


@require_http_methods(["GET", "POST"])
def condition_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: the form with what is stored. POST ``act``: look (show what it would reach), group, alt:<group>, drop:<group>.<row>, save; 422 with its sentences
    where refused, 409 where somebody wrote it meanwhile; everything typed is kept."""
    actor = reader(request)
    clause = visible(Clause.objects.select_related("policy__unit", "post__unit"), actor, "edit").filter(pk=key).first()
    if clause is None:
        if not may(actor, "edit", "policy.clause"):
            raise Denied("edit", "policy.clause")
        raise LookupError(f"policy.clause {key}")
    rows = rows_of(clause.subject)
    if request.method == "GET" or clause.state not in EDITABLE:
        draft = stored(clause, rows)
        return _page(request, actor, clause, rows, draft, read(draft, rows, clause) if clause.condition else None)
    posted, act = {name: str(value) for name, value in request.POST.items()}, request.POST.get("act", "look")
    draft = compact(typed(posted))
    if act != "save":
        return _page(
            request,
            actor,
            clause,
            rows,
            _reshaped(typed(posted), act),
            read(draft, rows, clause) if draft.groups else None,
        )
    return _save(request, actor, clause, rows, draft)


def _reshaped(draft: Draft, act: str) -> Draft:
    """The form with a group or an alternative more, or a row less."""
    verb, _colon, where = act.partition(":")
    places = [number_of(one) for one in where.split(".")] if where else []
    groups = draft.groups
    if verb == "drop" and len(places) == 2 and None not in places:
        g, p = places
        groups = [[line for at, line in enumerate(lines) if (n, at) != (g, p)] for n, lines in enumerate(groups)]
    elif verb == "alt" and len(places) == 1 and places[0] is not None and places[0] < len(groups):
        groups[places[0]].append(Line())
    elif verb == "group":
        groups.append([Line()])
    return Draft([lines for lines in groups if lines], draft.amount)


def _save(request: HttpRequest, actor: Actor, clause: Clause, rows: Rows, draft: Draft) -> HttpResponse:
    told = read(draft, rows, clause)
    if told.condition is None or told.faults:
        return _page(request, actor, clause, rows, draft, told, status=422)
    raw = {
        "clause": str(clause.pk), "seen": request.POST.get("version", ""), "condition": as_json(told.condition), "amount": json.dumps(dict(told.amount)) if told.amount else "",
        "why": request.POST.get("why", ""),
    }  # fmt: skip
    try:
        perform(set_condition, actor, raw)
    except Refused as refused:
        return _page(
            request, actor, clause, rows, draft, Read(told.condition, told.amount, tuple(refused.faults)), status=422
        )
    except StaleRow:
        current = Clause.objects.select_related("policy__unit", "post__unit").get(pk=clause.pk)
        return _page(request, actor, current, rows, draft, told, status=409, other=_now_stored(current, rows))
    messages.success(request, _("条件已保存。"))
    return HttpResponseRedirect(reverse("policy-condition", args=[clause.pk]))


def _now_stored(clause: Clause, rows: Rows) -> list[str]:
    """The condition somebody else wrote meanwhile, in words."""
    found = read(stored(clause, rows), rows, clause).condition
    return condition_words(found, rows) if found is not None else [_("空的")]


def _page(
    request: HttpRequest, actor: Actor, clause: Clause, rows: Rows, draft: Draft, told: Read | None, *, status: int = 200, other: Sequence[str] = (),
) -> HttpResponse:  # fmt: skip
    faults = told.faults if told is not None else ()
    shown = draft if draft.groups else Draft([[Line()]], draft.amount)
    numbers = _numbering(shown)
    said: dict[str, list[str]] = {}
    for one in faults:
        said.setdefault(one.column, []).append(sentence(one.fault))
    sections = field_sections(clause.subject, rows)
    closed = frozenset(one["value"] for section in sections for one in section["fields"] if one["closed"])
    context = {
        "crumbs": crumbs((clause.name, reverse("policy-reach", args=[clause.pk])), (_("写条件"), "")), "clause": head(clause), "state": clause.get_state_display(),
        "editable": clause.state in EDITABLE, "version": clause.version, "other": other, "posted": request.method == "POST", "subject": clause.subject,
        "groups": [_group(g, lines, shown, numbers, said, rows, sections, closed) for g, lines in enumerate(shown.groups)],
        "errors": _summary(faults, numbers), "failed": status == 422, "money": _money(draft, said.get(MONEY, []), rows), "amount": draft.amount,
        "doubts": doubts(told.condition) if told is not None and told.condition is not None else [],
        "refused": [refusal_words(one) for one in refusals()], "preview": _preview(actor, clause, told), "lists": _lists(rows), "card": method(), "as_of": today(),
        "detail_url": ledger_named("policy.clause").row_url(clause.pk), "why": request.POST.get("why", ""),
    }  # fmt: skip
    return render(request, "policy/condition.html", context, status=status)


def _numbering(draft: Draft) -> dict[tuple[int, int], str]:
    """The place of each row among those that are filled in, as faults name it: g0p1."""
    places: dict[tuple[int, int], str] = {}
    group = 0
    for g, lines in enumerate(draft.groups):
        row = 0
        for p, line in enumerate(lines):
            if not line.empty:
                places[g, p] = f"g{group}p{row}"
                row += 1
        group += bool(row)
    return places


def _summary(faults: Sequence[FieldFault], numbers: Mapping[tuple[int, int], str]) -> list[dict[str, str]]:
    """The faults on top of the form, each leading to its row."""
    at = {place: f"f-g{g}p{p}" for (g, p), place in numbers.items()}
    at |= {place[: place.index("p")]: where for place, where in reversed(at.items())}
    return [
        {"words": sentence(one.fault), "to": "f-amount" if one.column == MONEY else at.get(one.column, "f-g0p0")}
        for one in faults
    ]


def _group(
    g: int, lines: Sequence[Line], draft: Draft, numbers: Mapping[tuple[int, int], str], said: Mapping[str, list[str]], rows: Rows, sections: Sequence[Any],
    closed: frozenset[str],
) -> dict[str, Any]:  # fmt: skip
    own = [numbers[g, p] for p in range(len(lines)) if (g, p) in numbers]
    whole = said.get(own[0].split("p")[0], []) if own else []
    return {"at": g, "n": g + 1, "last": g + 1 == len(draft.groups), "errors": whole, "lines": [
        _line(g, p, line, said.get(numbers.get((g, p), ""), []), rows, sections, closed) for p, line in enumerate(lines)
    ]}  # fmt: skip


def _line(g: int, p: int, line: Line, errors: Sequence[str], rows: Rows, sections: Sequence[Any], closed: frozenset[str]) -> dict[str, Any]:  # fmt: skip
    entry = rows.entries.get(line.field)
    kind = entry.kind if entry is not None else "text"
    ops = OPS_OF[entry.kind] if entry is not None else ()
    op = line.op if line.op in ops else USUAL[kind]
    choices = [str(label) for _value, label in entry.choices] if entry is not None else []
    listed = (
        f"list-{entry.lookup}"
        if entry is not None and entry.lookup not in ("", INDUSTRIES)
        else f"list-{g}-{p}"
        if choices
        else ""
    )
    return {
        "g": g, "p": p, "name": f"g{g}p{p}", "id": f"f-g{g}p{p}", "field": line.field, "errors": errors, "kind": kind, "unit": str(entry.unit) if entry else "",
        "known": entry is not None or line.field in closed, "label": rows.label(line.field), "sections": sections,
        "ops": [{"value": one, "label": str(OPS[one]), "on": one == op} for one in ops], "flag": op in FLAGS, "between": op == "between", "value": line.value, "high": line.high,
        "choices": choices, "list": listed, "placeholder": PLACEHOLDERS.get(kind, ""), "holder": entry.holder_label if entry else "",
        "kept": str(entry.kept) if entry else "", "changeable": bool(entry and entry.changeable),
    }  # fmt: skip


def _money(draft: Draft, errors: Sequence[str], rows: Rows) -> dict[str, Any]:
    """The part of the form about what the clause pays."""
    bases = [{"value": name, "label": rows.label(name)} for name, one in rows.entries.items() if one.kind == "number" and str(one.unit) == str(_("万元"))]  # fmt: skip
    return {"errors": errors, "bases": bases, "kinds": [("", _("不给钱（资格、服务）")), ("fixed", _("定额")), ("ratio", _("按比例"))], "kind": draft.amount.get("kind", "")}  # fmt: skip


def _lists(rows: Rows) -> list[dict[str, Any]]:
    """Names one can write for units, links and chains."""
    return [{"id": f"list-{name}", "items": list(dict.fromkeys(found.values()))} for name, found in rows.names.items()]


def _preview(actor: Actor, clause: Clause, told: Read | None) -> dict[str, Any] | None:
    """What the condition on the form would reach, of the rows this reader may see; None while it has faults."""
    if told is None or told.condition is None or told.faults:
        return None
    amount, budget = amount_in(told.amount)
    sight = Sight(try_clause(clause, told.condition, amount, budget), seen_by(actor, clause.subject))
    counts, rows, units = sight.counts(clause.pk), sight.found.rows, unit_names()
    nearest = [
        {"name": sight.title(at, units), "words": lack_words(one.lacking[0], rows)} for at, one in sight.nearest(clause.pk, FEW) if one.lacking
    ]  # fmt: skip
    gaps = sight.gaps(clause.pk)
    return {
        "counts": [{"label": str(STATUSES[one]), "tone": TONES[one], "n": number_words(counts[one])} for one in ORDER],
        "cost": cost_words(sight.cost(clause.pk)), "pays": amount is not None, "nearest": nearest, "note": scope_note(sight), "all": counts[Status.MEETS],
        "gaps": [{"label": rows.label(name), "holder": rows.entries[name].holder_label, "n": number_words(n)} for name, n in gaps.items()],
        "words": condition_words(told.condition, rows),
    }  # fmt: skip
