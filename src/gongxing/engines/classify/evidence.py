"""Evidence for classes: every known word of name and scope, with what it votes for and how strongly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gongxing.engines.classify.firmname import FirmName
from gongxing.engines.classify.lexicon import Lexicon
from gongxing.engines.classify.text import Clause, Scope
from gongxing.engines.classify.verbs import UNGOVERNED, VERBS_ONLY, Governed, Verb, resolve, spread
from gongxing.engines.classify.votes import Vote, item_votes, pick
from gongxing.engines.classify.weights import Weights

TRADING: tuple[Verb, ...] = ("make", "wholesale", "retail")
MAX_ITEMS = 12
"""Items of a scope that are read: their weight falls with place, and later ones never decided a class."""
FORM_ITEMS = 4
"""Items read when the name has a special form: they only serve as further reasons."""
FREIGHT = re.compile(r"(?:道路)?(?:普通)?(?:货物)?(?:道路)?(?:货物?)?(?:运输|货运|普货)(?:服务|经营)?")
"""Freight in the scope of a firm whose name does not speak of carrying: a permit for its own lorries, not its trade."""

BUYING = ("收购", "采购")
MAKING = re.compile(r"加工|生产|制造|碾制|屠宰|酿造")


class Reading(NamedTuple):
    """All votes of one firm, and the words that make its pattern."""

    votes: tuple[Vote, ...]
    name_word: str
    scope_word: str
    verb: str


def _silent(firm: FirmName, items: int) -> Verb:
    """The verb of a scope that states none: a works makes, a shop retails, a trader trades; else a short list is made."""
    if firm.shop:
        return "retail"
    if firm.maker and not firm.trader:
        return "make"
    if firm.trader:
        return "wholesale"
    return "make" if items <= 2 else "wholesale"


def _parts(clause: Clause) -> list[tuple[str, Governed]]:
    """The items of a clause with what governs them. Verbs that stand alone are steps, not items, unless the clause has
    nothing else or they sell technique itself (技术咨询)."""
    governed = spread(clause.head, clause.items)
    alone = all(each.bare for each in governed)
    parts = [(clause.head, UNGOVERNED)] if clause.head and not VERBS_ONLY.fullmatch(clause.head) else []
    for item, each in zip(clause.items, governed, strict=True):
        votes_alone = each.bare and ((alone and not clause.head) or item.startswith("技术"))
        parts.append((item, each._replace(bare=False) if votes_alone else each))
    return parts


def _buying_first(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """Clauses that only buy in (稻谷收购) moved behind the first clause that makes: a mill's input is not its trade."""
    makes = next((at for at, clause in enumerate(clauses) if MAKING.search("".join((clause.head, *clause.items)))), 0)
    bought = tuple(clause for clause in clauses[:makes] if "".join(clause.items[-1:]).endswith(BUYING))
    if not bought:
        return clauses
    rest = tuple(clause for clause in clauses[:makes] if clause not in bought)
    return (*rest, clauses[makes], *bought, *clauses[makes + 1 :])


def _scope_votes(
    clauses: tuple[Clause, ...], firm: FirmName, lexicon: Lexicon, weights: Weights, limit: int
) -> Iterator[Vote]:
    """Votes of the scope. The place, by which weight falls, moves on with every clause and every change of verb."""
    silent = _silent(firm, sum(len(clause.items) for clause in clauses))
    seen = place = 0
    for clause in clauses:
        index = 0
        before: Verb | None = None
        for item, governed in _parts(clause):
            seen += 1
            if seen > limit:
                return
            verb = resolve(governed.kinds, firm.shop) or silent
            moved = before is not None and verb != before
            scale = 1.0 / (
                (1.0 + weights.clause_decay * (place + moved)) * (1.0 + weights.item_decay * index * (not moved))
            )
            permit = not firm.carrier and FREIGHT.fullmatch(item) is not None
            scale *= (weights.permit if permit else 1.0) * (weights.branch_only if clause.branch_only else 1.0)
            votes = item_votes(item, verb, governed, scale, lexicon, weights)
            if votes:
                yield from votes
                before = verb
                place, index = (place + 1, 0) if moved else (place, index)
            index += not permit and item != clause.head
        place += bool(clause.items)


def _name_votes(firm: FirmName, verb: Verb, stated: bool, lexicon: Lexicon, weights: Weights) -> Iterator[Vote]:
    for text, share in ((firm.tail, 1.0), (firm.parent, weights.name_parent if firm.tail else 1.0)):
        rank = 0
        for hit in reversed(lexicon.find(text)):
            code, direct = pick(hit.word, verb, stated, lexicon)
            if not code:
                continue
            weight = weights.name * direct * share * weights.name_left**rank
            weight *= weights.general if hit.word.general else 1.0
            weight *= weights.derived if hit.word.derived else 1.0
            rank += 1
            yield Vote(code, weight, hit.word.text, "name", verb)
        if rank:
            return


def _named(
    firm: FirmName, verb: Verb, stated: bool, votes: list[Vote], lexicon: Lexicon, weights: Weights
) -> list[Vote]:
    """Votes of the name; where the scope speaks of other divisions only, the name counts less, and so does
    a residual class (其他玩具) where the scope names a particular one of the same group (塑胶玩具)."""
    named = list(_name_votes(firm, verb, stated, lexicon, weights))
    divisions = {vote.code[:2] for vote in votes}
    groups = {vote.code[:3] for vote in votes if vote.code not in {each.code for each in named}}

    def share(vote: Vote) -> float:
        if votes and vote.code[:2] not in divisions:
            return weights.name_alone
        residual = "其他" in lexicon.class_names.get(vote.code, "")
        return weights.residual if residual and vote.code[:3] in groups else 1.0

    return [vote._replace(weight=vote.weight * share(vote)) for vote in named]


def read(firm: FirmName, scope: Scope, lexicon: Lexicon, weights: Weights, limit: int = MAX_ITEMS) -> Reading:
    """Collect the votes of the name and of the first ``limit`` items of the scope."""
    votes = list(_scope_votes(_buying_first(scope.clauses), firm, lexicon, weights, limit))
    stated = next((vote.verb for vote in votes if vote.verb), "")
    count = sum(len(clause.items) for clause in scope.clauses)
    verb = _name_verb(firm, stated, count)
    named = _named(firm, verb, bool(stated), votes, lexicon, weights)
    if scope.exports_first and firm.trader:
        votes.append(Vote("5199", weights.exports_first, "进出口", "scope", "wholesale"))
    elif scope.exports and not votes:
        votes.append(Vote("5199", weights.exports, "进出口", "scope", "wholesale"))
    return Reading(
        votes=(*named, *votes),
        name_word=named[0].word if named else "",
        scope_word=votes[0].word if votes else "",
        verb=(votes[0].verb if votes else "") or stated,
    )


def _name_verb(firm: FirmName, stated: str, count: int) -> Verb:
    """How the words of the name are meant: as the scope's first verb says, else as the name's own shape says."""
    for verb in TRADING:
        if stated == verb:
            return verb
    return _silent(firm, max(1, count))
