"""公平竞争审查: the reviewer's queue with the words marked in their text, a box to try a wording in, and the sheet of a text."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongxing.domains.policy.actions.findings import check_texts, clear_finding, confirm_finding, reopen_finding
from gongxing.domains.policy.actions.policies import return_clause, review_clause
from gongxing.domains.policy.checking import CLAUSE, MODELS, Found, Item, read_text
from gongxing.domains.policy.finding_words import KINDS, STATEMENT, STATES, TONES, pieces
from gongxing.domains.policy.models import Clause, Finding
from gongxing.domains.policy.review_basis import holds
from gongxing.domains.policy.review_rules import ARTICLE_12, rule_of
from gongxing.domains.policy.review_sheet import review_sheet
from gongxing.domains.policy.reviewing import Text, counted, in_state, queue, read_queue, readable, waiting
from gongxing.domains.policy.terms import terms
from gongxing.kernel.access.visible import may, permissions
from gongxing.kernel.clock import today
from gongxing.kernel.documents.pages import KINDS as MEDIA
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.pages.requests import acting, action_button, number_of

FINDING = "policy.finding"
PAGE, LONGEST, SENT = 15, 4000, 30
TABS = (Finding.State.OPEN, Finding.State.CONFIRMED, Finding.State.CLEARED)


@require_http_methods(["GET", "POST"])
def findings_page(request: HttpRequest) -> HttpResponse:
    """GET ``state`` (open, confirmed, cleared), ``text`` (one text alone, as ``register:id``) and ``page``; POST ``wording``: the same page with what the rules
    say of a wording nobody stores."""
    actor = acting(request)
    if not may(actor, "view", FINDING):
        raise Denied("view", FINDING)
    state = request.GET.get("state", "")
    state = state if state in TABS else Finding.State.OPEN
    page = max(1, min(number_of(request.GET.get("page", "")) or 1, 10_000))
    one = _key(request.GET.get("text", ""))
    mine = readable(actor)
    counts = {tab: counted(in_state(tab).filter(mine)) for tab in TABS}
    keys = [one] if one else queue(in_state(state).filter(mine), (page - 1) * PAGE, PAGE + 1)
    wording = request.POST.get("wording", "")[:LONGEST] if request.method == "POST" else None
    held = permissions(actor)
    context = {
        "crumbs": [{"label": _("公平竞争审查"), "url": ""}],
        "texts": [
            _text(text, held.may("clear", FINDING), held.may("clear", CLAUSE), actor)
            for text in read_queue(keys[:PAGE], actor)
        ],
        "sent": [
            {
                "name": str(one.clause),
                "title": one.clause.policy.title,
                "url": f"?text={CLAUSE}:{one.clause.pk}",
                "changed": one.changed,
            }
            for one in waiting(actor, SENT)
        ],
        "one": one is not None,
        "open": counts[Finding.State.OPEN],
        "tabs": [
            {"label": str(tab.label), "n": counts[tab][0], "url": f"?state={tab.value}", "on": not one and tab == state}
            for tab in TABS
        ],
        "state": state,
        "before": f"?state={state}&page={page - 1}" if page > 1 and not one else "",
        "after": f"?state={state}&page={page + 1}" if len(keys) > PAGE else "",
        "list_url": ledger_named(FINDING).url,
        "check": action_button(check_texts) if held.may("check", FINDING) else None,
        "statement": STATEMENT,
        "wording": wording,
        "tried": None if not (wording or "").strip() else _tried(wording or ""),
        "longest": LONGEST,
    }
    return render(
        request, "policy/findings.html", context, status=422 if wording is not None and not wording.strip() else 200
    )


def _key(text: str) -> tuple[str, int] | None:
    name, _colon, number = text.partition(":")
    row = number_of(number)
    return (name, row) if name in MODELS and row is not None else None


def _text(text: Text, clears: bool, concludes: bool, actor: Actor) -> dict[str, Any]:
    reading = text.standing.reading
    own = text.drafters.include(actor)
    return {
        "id": f"{reading.ledger.replace('.', '-')}-{reading.row}",
        "kind": KINDS[reading.ledger],
        "subject": reading.subject,
        "url": ledger_named(reading.ledger).row_url(reading.row),
        "sheet_url": reverse("policy-review-sheet", args=[reading.ledger.replace(".", "-"), reading.row]),
        "drafters": _("、").join(text.drafters.names),
        "own": own and clears,
        "pieces": list(pieces(reading.text, [item.found for item in text.standing.items if item.state != "cleared"])),
        "items": [_item(item, clears, own) for item in text.standing.items],
        "blocks": len(text.standing.blocking),
        **(_clause(text.row, reading.digest, concludes, own) if isinstance(text.row, Clause) else {}),
    }


def _clause(clause: Clause, wording: str, concludes: bool, own: bool) -> dict[str, Any]:
    """What the words of a clause do not say: for whom, on which condition, how much, when; whom it would reach; the conclusion and its buttons."""
    acts = []
    if concludes and clause.state == Clause.State.REVIEW:
        acts = [action_button(one, clause.pk) for one in ((return_clause,) if own else (review_clause, return_clause))]
    return {
        "terms": terms(clause),
        "reach_url": reverse("policy-reach", args=[clause.pk]),
        "clause": clause,
        "stale": bool(clause.review_digest) and not holds(clause, wording),
        "acts": acts,
    }


def _item(item: Item, clears: bool, own: bool) -> dict[str, Any]:
    stored, decides = item.stored, clears and item.stored is not None
    undecided = item.state in ("open", "expired")
    acts = []
    if decides and stored is not None:
        if undecided:
            acts = [] if own else [action_button(clear_finding, stored.pk)]
            acts.append(action_button(confirm_finding, stored.pk))
        else:
            acts.append(action_button(reopen_finding, stored.pk))
    return {**_rule(item.found), "state": STATES[item.state], "tone": TONES[item.state], "undecided": undecided, "stored": stored, "acts": acts}  # fmt: skip


def _rule(found: Found) -> dict[str, Any]:
    """What the reviewer needs to decide: rule, article, question, what would do, and on which grounds it can be cleared."""
    rule = rule_of(found.rule)
    grounds = [str(one.label) for one in Finding.Ground if one in rule.grounds() and one in ARTICLE_12]
    return {
        "rule": rule,
        "found": found,
        "severity": Finding.Severity(found.severity).label,
        "shape": "bad" if found.severity == Finding.Severity.RED else "warn",
        "status": status_words(today()).get(rule.status, "") if rule.status != "verified" else "",
        "grounds": grounds,
    }


def _tried(wording: str) -> dict[str, Any]:
    reading = read_text(wording)
    return {"pieces": list(pieces(reading.text, reading.found)), "items": [_rule(one) for one in reading.found]}


def sheet_page(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """GET: 公平竞争审查表 of one text, as Word."""
    actor, name = acting(request), slug.replace("-", ".", 1)
    if not may(actor, "view", FINDING):
        raise Denied("view", FINDING)
    found = read_queue([(name, key)], actor) if name in MODELS else []
    if not found:
        raise LookupError(f"{slug} {key}")
    made = review_sheet(found[0], today().isoformat(), actor.signature)
    response = HttpResponse(made, content_type=MEDIA["docx"])
    title = quote(f"{_('公平竞争审查表')} {found[0].standing.reading.subject}.docx".replace("/", "／"))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{title}"
    return response
