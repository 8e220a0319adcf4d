"""All chains, one chain's map and table, and one link's evidence as a page of its own."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.chain.disclosure import note
from gongxing.domains.chain.map_table import heads, sorted_rows
from gongxing.domains.chain.models import Chain, Node, Placement
from gongxing.domains.chain.pages.frame import address, crumbs, downloads, reader
from gongxing.domains.chain.pages.placing import placing
from gongxing.domains.chain.pages.reading import (
    TRIAL,
    Reading,
    changed,
    filter_of,
    moved,
    read,
    segments,
    timeline,
    trial_fields,
)
from gongxing.domains.chain.pages.report import document_links, table_link
from gongxing.domains.chain.places import RULE, places
from gongxing.domains.chain.queries import Graded, graded, parks_on, placements_of, purchases_of
from gongxing.domains.chain.show import (
    Filter,
    basis_words,
    chain_grade,
    evidence,
    finding,
    measures,
    picture,
    rows,
    state_chips,
    verdict,
)
from gongxing.domains.chain.words import sentences
from gongxing.domains.firms.models import FirmFigure
from gongxing.engines.chain import NodeGrade
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.action.declare import action_named, actions_on
from gongxing.kernel.action.perform import allowed
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import action_button

FIRST, SHOWN, TOP = 10, 60, 10
URI_PLAIN = "-_.!~*'()"
KEPT = ("state", "segment", "park", "view", "sort", "fit", "node", "day", "with")


def maps_page(request: HttpRequest) -> HttpResponse:
    """GET: every chain with its counts; the first thing one sees of the stage."""
    actor = reader(request)
    asked = read(request.GET, actor)
    found = asked.found
    cards = [_card(found, chain, asked) for chain in found.rows.chains]
    links = [one for card in cards for one in chain_grade(found, card["chain"]).nodes]
    context = {
        "crumbs": [],
        "title": _all_found(cards, links),
        "groups": [
            {"label": str(label), "cards": [card for card in cards if card["chain"].kind == kind]} for kind, label in Chain.Kind.choices
        ],
        "counts": {kind: sum(card["chain"].kind == kind for card in cards) for kind in Chain.Kind.values},
        "refusals": sentences(found.grading.refusals),
        "faults": sentences((one for one in found.grading.faults if one.code.startswith("chain.fault.")), _names(found)),
        "top": _top(found), "rule": RULE, "hidden_note": note(found.grading.nodes.values()),
        "acts": [action_button(action_named("chain.begin_chains"))] if permissions(actor).may("begin", "chain.chain") else [],
        "as_of": found.grading.today,
    }  # fmt: skip
    return render(request, "chain/maps.html", context)


def _all_found(cards: list[dict[str, Any]], links: list[NodeGrade]) -> str:
    """The title of the first page says what was found."""
    if not links:
        return _("产业链图谱")
    states = Counter(one.presence.state for one in links)
    gaps = sum(bool(one.criticality.is_key) and one.presence.state in ("missing", "weak") for one in links)
    return _("%(chains)d 条产业链 %(links)d 个环节：缺 %(missing)d 弱 %(weak)d，关键缺口 %(gaps)d 处") % {
        "chains": len(cards), "links": len(links), "missing": states["missing"], "weak": states["weak"], "gaps": gaps,
    }  # fmt: skip


def _card(found: Graded, chain: Chain, asked: Reading) -> dict[str, Any]:
    grade, url = chain_grade(found, chain), reverse("chain-map", args=[chain.code])
    return {
        "chain": chain, "title": finding(found, chain), "url": url, "firms": grade.firms,
        "chips": state_chips(grade, Filter(), lambda state: f"{url}?state={state}"), "measures": measures(grade),
    }  # fmt: skip


def _names(found: Graded) -> dict[str, str]:
    return {node.code: node.label for node in found.rows.nodes}


@dataclass(frozen=True)
class _Listed(Filter):
    """Only these links: the others of a chain need no row."""

    codes: frozenset[str] = frozenset()

    def keeps(self, found: Graded, node: Node, grade: NodeGrade) -> bool:
        return node.code in self.codes


def _top(found: Graded) -> list[dict[str, Any]]:
    """The links to recruit for first, over all chains."""
    nodes, chains = found.node_by_code, {chain.code: chain for chain in found.rows.chains}
    listed = [found.grading.nodes[code] for code in islice(places(found), TOP)]
    only = _Listed(codes=frozenset(one.node for one in listed))
    by_chain = {
        code: {row["node"].code: row for row in rows(found, chains[code], only, lambda node: "")}
        for code in {one.chain for one in listed}
    }
    return [
        {"node": nodes[one.node], "chain": chains[one.chain], "url": reverse("chain-node", args=[one.node]), "row": by_chain[one.chain][one.node]}
        for one in listed
    ]  # fmt: skip


def map_page(request: HttpRequest, code: str) -> HttpResponse:
    """GET: one chain as a picture (or ``?view=table``), filtered by state, segment and park, as of a day, compared with another, with
    trial lines and a chosen link."""
    actor = reader(request)
    asked, shown, there = read(request.GET, actor), filter_of(request.GET), address(request)
    found = asked.found
    if asked.past and not any(one.code == code for one in found.rows.chains):
        chain = graded().chain(code)
        messages.warning(
            request,
            _("%(day)s 时还没有登记“%(chain)s”，显示今天。") % {"day": asked.day.isoformat(), "chain": chain.label},
        )
        return HttpResponseRedirect(there(day=""))
    chain = found.chain(code)
    grade, node = chain_grade(found, chain), found.node_by_code.get(shown.node)
    as_table, fit = request.GET.get("view") == "table", request.GET.get("fit") == "1"
    tried = _moved(asked.own, found, chain) if asked.trial else []
    compared = None if asked.other is None else _compared(asked.other, found, chain)
    marks = changed(compared["changes"] if compared else tried)
    context = {
        "crumbs": crumbs((chain.label, "")),
        "chain": chain,
        "chain_source": basis_words(chain.source, found.grading.today),
        "title": finding(found, chain),
        "chips": state_chips(grade, shown, lambda state: there(state=sorted(shown.states ^ {state}))),
        "segments": segments(shown, there),
        "parks": [
            {"label": name, "active": shown.park == key, "url": there(park="" if shown.park == key else str(key))}
            for key, name in parks_on(found, chain)
        ],
        "clear_url": there(state="", segment="", park="") if shown.narrows else "",
        "table": as_table,
        "fit": fit,
        "fit_url": there(fit="" if fit else "1"),
        "picture": "" if as_table else picture(found, chain, shown, lambda one: f"{there(node=one)}#evidence", fit, marks),
        "rows": sorted_rows(rows(found, chain, shown, lambda one: f"{there(node=one)}#evidence"), request.GET.get("sort", "")) if as_table else [],
        "heads": heads(request.GET.get("sort", ""), there) if as_table else [],
        "rule": RULE,
        "book_url": table_link(request, chain),
        "documents": document_links(request, chain, actor),
        "downloads": downloads(chain, actor),
        "picture_url": there(view="", sort=""),
        "edit_url": reverse("chain-edit", args=[chain.code]) if permissions(actor).may("change", "chain.node") else "",
        "table_url": there(view="table"),
        "evidence": _evidence(asked, node, actor, FIRST) if node is not None and node.chain_id == chain.pk else None,
        "close_url": f"{there(node='')}#from={quote(shown.node, safe=URI_PLAIN)}",
        "now_url": there(day="", **{"with": ""}),
        "measures": measures(grade),
        "cycles": sentences((one for one in found.grading.faults if one.code == "chain.note.cycle" and one.details.get("chain") == chain.code), _names(found)),
        "refusals": sentences(found.grading.refusals),
        "hidden_note": note(grade.nodes),
        "faults": asked.faults,
        "trial": trial_fields(asked),
        "tried": bool(asked.trial),
        "moved": tried,
        "time": timeline(asked),
        "compared": compared,
        "as_of": found.grading.today,
        "placing": None if asked.past else placing(),
        "firms": grade.firms,
        "keep": [(name, value) for name in KEPT for value in request.GET.getlist(name) if value],
        "keep_trial": [(f"t.{name}", f"{value:g}") for name, value in asked.trial.items()],
        "reset_url": there(**{name: "" for name in request.GET if name.startswith(TRIAL)}),
    }  # fmt: skip
    return render(request, "chain/map.html", context)


def _moved(before: Graded, after: Graded, chain: Chain) -> list[dict[str, Any]]:
    names = {**_names(before), **_names(after)}
    return [
        {**one, "url": reverse("chain-node", args=[one["code"]]), "reasons": sentences(one["reasons"], names)}
        for one in moved(before, after, chain.code)
    ]


def _compared(other: Graded, found: Graded, chain: Chain) -> dict[str, Any]:
    """Changes from the earlier of the two days to the later."""
    before, after = sorted((other, found), key=lambda one: one.grading.today)
    return {
        "before": before.grading.today, "after": after.grading.today, "other": other.grading.today,
        "changes": _moved(before, after, chain),
    }  # fmt: skip


def _evidence(asked: Reading, node: Node, actor: Actor, most: int = SHOWN) -> dict[str, Any]:
    """What stands behind a link: what the grading says, at most so many of the firms and purchases the reader may see, how many more there
    are, and what may be done. Of an earlier day the lists of firms are today's, so they are left out."""
    held = permissions(actor)
    now, found = not asked.past, asked.found
    firms = placements_of(node, actor) if now and held.may("view", "chain.placement") else []
    bought = purchases_of(node, actor) if now and held.may("view", "chain.purchase") else []
    acts = _acts(node, actor) if now else []
    grade, seen = found.grading.nodes[node.code], {one.firm_id for one in firms}
    return {
        **evidence(found, node), "past": asked.past, "firms": [_firm(one) for one in firms[:most]], "n_firms_seen": len(firms),
        "n_firms_more": max(len(firms) - most, 0), "n_firms_hidden": len(found.firms_on(grade) - seen), "bought": bought[:most],
        "n_bought": len(bought), "n_bought_more": max(len(bought) - most, 0),
        "acts": acts, "node_url": ledger_named("chain.node").row_url(node.pk), "page_url": reverse("chain-node", args=[node.code]),
    }  # fmt: skip


def _acts(node: Node, actor: Actor) -> list[dict[str, Any]]:
    """The buttons of what the actor may do on a link; each right is asked about once, though several acts need it."""
    offered = [one for one in actions_on(Node) if one.when is None or one.when(node)]
    rights = {verb for verb, one in {one.verb: one for one in offered}.items() if allowed(one, actor, node)}
    return [action_button(one, node.pk) for one in offered if one.verb in rights]


def _firm(one: Placement) -> dict[str, Any]:
    """One firm on a link with where its revenue comes from."""
    source = str(dict(FirmFigure.Source.choices).get(one.firm.figure_source, ""))
    return {"one": one, "firm": one.firm, "source": f"{source} {one.firm.figure_period}".strip()}


def node_page(request: HttpRequest, code: str) -> HttpResponse:
    """GET: the evidence of one link as a page of its own, also for printing."""
    actor = reader(request)
    asked = read(request.GET, actor)
    node = asked.found.node_by_code.get(code)
    if node is None:
        raise LookupError(f"node {code}")
    chain = next(one for one in asked.found.rows.chains if one.pk == node.chain_id)
    map_url = reverse("chain-map", args=[chain.code])
    context = {
        "crumbs": crumbs((chain.label, map_url), (node.label, "")), "chain": chain, "node": node, "title": verdict(asked.found, node),
        "map_url": f"{map_url}?node={node.code}#evidence", "evidence": _evidence(asked, node, actor), "faults": [*asked.faults],
    }  # fmt: skip
    return render(request, "chain/node.html", context)
