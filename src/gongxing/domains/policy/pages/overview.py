"""政策匹配: all clauses in force with their countdown, how many each reaches and what it would cost."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.chain.pages.frame import address
from gongxing.domains.policy.fields import FIRM, PROJECT
from gongxing.domains.policy.matching import clauses_in_force
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.pages.frame import crumbs, method, reader
from gongxing.domains.policy.review_basis import open_to_all
from gongxing.domains.policy.show import cost_words, counted, head, matches_url, paying, scope_note
from gongxing.domains.policy.view import Sight, in_force, sights
from gongxing.kernel.access.visible import permissions, visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor

FEW = 5


def clauses_page(request: HttpRequest) -> HttpResponse:
    """GET ``subject`` (firm or project), ``soon``: the clauses in force by deadline."""
    actor = reader(request)
    subject = request.GET.get("subject", "")
    subject = subject if subject in (FIRM, PROJECT) else ""
    soon = bool(request.GET.get("soon"))
    seen = sights(actor)
    every = [(clause, sight, head(clause)) for clause, sight in in_force(seen)]
    shown = [
        _line(clause, sight, told) for clause, sight, told in every
        if (not subject or clause.subject == subject) and (not soon or told["soon"])
    ]  # fmt: skip
    there = address(request)
    n = sum(told["soon"] for _clause, _sight, told in every)
    context = {
        "crumbs": crumbs(("", ""))[:1], "lines": shown, "total": len(clauses_in_force()), "soon_n": n, "as_of": today(), "card": method(),
        "chips": [
            {"label": _("全部"), "active": not subject and not soon, "url": there(subject="", soon="")},
            *({"label": Clause.Subject(one).label, "active": subject == one, "url": there(subject=one)} for one in (FIRM, PROJECT)),
            {"label": _("30 天内到期 %(n)d") % {"n": n}, "active": soon, "url": there(soon="" if soon else "1")},
        ],
        "notes": list(dict.fromkeys(filter(None, (scope_note(one) for one in seen.values())))), "own": _own(actor, seen), "drafts": _drafts(actor),
        "list_url": ledger_named("policy.clause").url, "near_url": reverse("policy-near"), "automatic_url": reverse("policy-automatic"),
    }  # fmt: skip
    return render(request, "policy/clauses.html", context)


def _line(clause: Clause, sight: Sight, told: dict[str, Any]) -> dict[str, Any]:
    if not sight.readable(clause.pk):
        if clause.pk in sight.found.blank:
            free = open_to_all(clause)
            return {
                **told,
                "fault": _("没有条件：服务事项，不给钱，谁都可以用") if free else _("还没有写条件，没有匹配"),
            }
        return {**told, "fault": _("条件有误，没有匹配，请打开看")}
    by_name = {one["name"]: one for one in counted(clause, sight)}
    in_order = [by_name[name] for name in ("meets", "near", "missing", "fails")]
    return {**told, "counts_row": in_order, "cost": cost_words(sight.cost(clause.pk)), "pays": paying(clause, sight)}


def _own(actor: Actor, seen: dict[str, Sight]) -> list[dict[str, str]]:
    """The few firms of a reader who sees no more than these: straight to their pages."""
    sight = seen.get(FIRM)
    if sight is None or sight.seen.own.everything or sight.seen.own.units:
        return []
    rows = sight.found.rows
    places = [rows.places[key] for key in sight.seen.own.things if key in rows.places]
    return [{"label": rows.titles[at], "url": matches_url(FIRM, rows.ids[at])} for at in places[:FEW]]


def _drafts(actor: Actor) -> list[dict[str, Any]]:
    """Clauses that are being written, for those who write them. One query."""
    if not permissions(actor).may("edit", "policy.clause"):
        return []
    writing = (Clause.State.DRAFT, Clause.State.REVIEW)
    found = visible(
        Clause.objects.filter(state__in=writing).select_related("policy", "post__unit"), actor, "edit"
    ).order_by("policy__number", "code")
    return [
        {"name": one.name, "number": one.policy.number, "state": one.get_state_display(), "blank": not one.condition, "url": reverse("policy-condition", args=[one.pk]), "reach": reverse("policy-reach", args=[one.pk])}
        for one in found[:50]
    ]  # fmt: skip
