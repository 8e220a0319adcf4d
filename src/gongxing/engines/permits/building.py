"""From the items of a project to its graph: lengths in law or as promised, preparation, what has happened, and the measures taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from gongxing.engines.permits.answering import Facts, Finding, needed, read
from gongxing.engines.permits.model import Edge, Graph, Length, Node
from gongxing.engines.permits.rules import Item, Rules
from gongxing.engines.workdays import Pause

REVIEW = ".review"
"""Added to the key of an item whose review is done before the land contract; the item itself is then the certificate."""
Answers = Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an item has come: days of acceptance and decision, pauses of its clock, a day before which it is not handed in."""

    accepted: date | None = None
    finished: date | None = None
    pauses: tuple[Pause, ...] = ()
    release: date | None = None


@dataclass(frozen=True)
class Choices:
    """How the graph is made. ``lengths``: as the law has them, or as promised; ``prepared``: with the time to prepare papers; ``habits``: with
    what only habit puts first; ``works``: lengths that the project's own plan gives, by item (construction: ms.complete); ``local``: items the
    county has a document for that allows commitments; ``regional``: answers the park's assessments can give (None: all)."""

    lengths: Literal["statutory", "promised"] = "promised"
    prepared: bool = True
    habits: bool = True
    works: Mapping[str, Length] = field(default_factory=dict)
    progress: Mapping[str, Progress] = field(default_factory=dict)
    local: Collection[str] = ()
    regional: Collection[str] | None = None


@dataclass(frozen=True)
class Built:
    """A graph with what it was made of. ``edited``: what each measure changed: items, or ``before > after``; ``committed``: items decided
    on a promise, whose promise is to be verified."""

    graph: Graph
    facts: Facts
    findings: tuple[Finding, ...]
    edited: Mapping[str, tuple[str, ...]]
    committed: tuple[str, ...]


NONE = Choices()


def build(rules: Rules, answers: Answers, choices: Choices = NONE, measures: Collection[str] = ()) -> Built:
    """The graph under a set of measures. Only what the rules leave open is changed: edges the law asks for, least periods and what has
    happened stay as they are. AnswerRefused."""
    facts, changed = _patched(rules, answers, choices, measures)
    findings = needed(rules, facts)
    chosen = {one.item: one for one in findings if one.state == "needed"}
    committed = _committed(rules, chosen, choices) if "commitment" in measures else ()
    nodes = tuple(_node(rules.items[key], choices, key in committed) for key in chosen)
    edges = tuple(
        one.edge
        for one in rules.prerequisites
        if one.item in chosen
        and one.before in chosen
        and (one.statutory or choices.habits)
        and (one.when is None or one.when.evaluate(facts.values) is not False)
    )
    edited = {code: names for code, names in changed.items() if names}
    if committed:
        edited["commitment"] = committed
    graph = Graph(nodes, edges)
    if "parallel" in measures:
        kept = tuple(one for one in edges if one.statutory or one.relaxed_by != "parallel")
        edited["parallel"] = tuple(f"{one.before} > {one.after}" for one in edges if one not in kept)
        graph = Graph(nodes, kept)
    if "tolerant" in measures:
        loose = [one for one in graph.edges if _tolerated(one, rules)]
        edited["tolerant"] = tuple(f"{one.before} > {one.after}" for one in loose)
        graph = Graph(nodes, tuple(replace(one, link="FF") if one in loose else one for one in graph.edges))
    if "land_ready" in measures:
        graph, early = _reviewed_early(graph, rules, committed)
        edited["land_ready"] = early
    return Built(graph, facts, findings, {code: names for code, names in edited.items() if names}, committed)


def _patched(
    rules: Rules, answers: Answers, choices: Choices, measures: Collection[str]
) -> tuple[Facts, dict[str, tuple[str, ...]]]:
    """The answers as the measures change them, and by measure the items that are needed no longer or otherwise."""
    facts = read(rules.questions, answers)
    before = {one.item for one in needed(rules, facts) if one.state == "needed"}
    changed: dict[str, tuple[str, ...]] = {}
    given: dict[str, str | int | float] = dict(answers)
    for one in rules.measures:
        if one.code in measures and one.answers:
            offered = {
                name: value
                for name, value in one.answers.items()
                if one.code != "regional" or choices.regional is None or name in choices.regional
            }
            alone = needed(rules, read(rules.questions, {**answers, **offered}))
            after = {found.item for found in alone if found.state == "needed"}
            changed[one.code] = tuple(key for key in rules.items if (key in before) != (key in after))
            given.update(offered)
    return read(rules.questions, given), changed


def _committed(rules: Rules, chosen: Mapping[str, Finding], choices: Choices) -> tuple[str, ...]:
    """Items decided on a promise: where the rules allow it and nothing has happened yet."""
    found = []
    for key, finding in chosen.items():
        item = rules.items[key]
        may = (
            item.commitment == "yes"
            or (item.commitment == "rule" and bool(finding.committed))
            or (item.commitment == "local" and key in choices.local)
        )
        state = choices.progress.get(key, Progress())
        if may and not item.minimum and state.accepted is None and state.finished is None:
            found.append(key)
    return tuple(found)


def length_of(item: Item, choices: Choices) -> Length:
    """The length of an item: a least period is never shorter than the law has it; where one of the two is absent the other; else nothing."""
    if item.key in choices.works:
        return choices.works[item.key]
    law_first = choices.lengths == "statutory" or item.minimum
    first, second = (item.statutory, item.promised) if law_first else (item.promised, item.statutory)
    return first or second or Length(0)


def _node(item: Item, choices: Choices, committed: bool) -> Node:
    state = choices.progress.get(item.key, Progress())
    length = length_of(item, choices)
    if committed:
        length = Length(min(item.commit_days, length.n), "wd", length.basis, length.status)
    days = item.prepared if choices.prepared else 0
    return Node(
        item.key,
        length,
        0 if item.prepared_after else days,
        days if item.prepared_after else 0,
        state.release,
        state.pauses,
        state.accepted,
        state.finished,
        item.minimum,
        item.rank * 2,
    )


def _tolerated(edge: Edge, rules: Rules) -> bool:
    return (
        edge.link == "FS"
        and not edge.statutory
        and edge.relaxed_by == "tolerant"
        and rules.items[edge.after].tolerant != "no"
    )


def _reviewed_early(graph: Graph, rules: Rules, committed: Collection[str]) -> tuple[Graph, tuple[str, ...]]:
    """Reviews moved before the land contract. Item x becomes a review, which waits for all x waits for except the land (and for reviews in
    place of certificates), and the certificate x, which waits for its review and for everything x waited for."""
    land = {key for key, item in rules.items.items() if item.land_side}
    behind = set(land)
    grown = True
    while grown:
        more = {one.after for one in graph.edges if one.before in behind} - behind
        behind |= more
        grown = bool(more)
    split = {
        one.key: rules.items[one.key].preview or 0
        for one in graph.nodes
        if one.key in behind - land
        and rules.items[one.key].preview is not None
        and one.key not in committed
        and one.accepted is None
        and one.finished is None
        and one.length.n > (rules.items[one.key].preview or 0)
    }
    nodes: list[Node] = []
    edges: list[Edge] = list(graph.edges)
    for one in graph.nodes:
        if one.key not in split:
            nodes.append(one)
            continue
        days = split[one.key]
        nodes.append(
            replace(one, key=one.key + REVIEW, length=replace(one.length, n=one.length.n - days), rank=one.rank - 1)
        )
        nodes.append(replace(one, length=Length(days, "wd", one.length.basis, "design"), prepared=0, lead=0, pauses=()))
        edges.append(Edge(one.key + REVIEW, one.key, "FS", True, one.length.basis, one.length.status))
        for edge in graph.edges:
            if edge.after == one.key and edge.before not in land:
                before = edge.before + REVIEW if edge.before in split else edge.before
                edges.append(replace(edge, before=before, after=one.key + REVIEW))
    return Graph(tuple(nodes), tuple(edges)), tuple(split)
