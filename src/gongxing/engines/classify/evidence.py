"""Evidence for classes: every known word of name and scope, with what it votes for and how strongly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gongxing.engines.classify import defaults
from gongxing.engines.classify.firmname import FirmName
from gongxing.engines.classify.lexicon import Lexicon, Word
from gongxing.engines.classify.text import Clause, Scope
from gongxing.engines.classify.verbs import PREFIX, VERBS_ONLY, Verb, resolve, spread
from gongxing.engines.classify.weights import Weights

MAX_ITEMS = 12
"""Items of a scope that are read: their weight falls with place, and later ones never decided a class."""
FORM_ITEMS = 4
"""Items read when the name has a special form: they only serve as further reasons."""
EXACT_LENGTH = 5
ADVISING = frozenset({"65", "72", "73", "74", "75"})
"""Divisions of software, business and technical services: as mere steps of making or selling they hardly count."""
GROWING = ("种植", "养殖", "饲养", "繁育", "培育")
SERVICES: dict[str, tuple[str, ...]] = {
    "repair": ("维修", "修理"),
    "rent": ("租赁", "出租"),
    "install": ("安装", "工程"),
    "grow": GROWING,
    "develop": ("开发", "技术", "设计", "咨询"),
    "store": ("仓储", "运输"),
}


class Vote(NamedTuple):
    """One word's vote: the class, the weight, the word, where it stood, and the verb that governed it."""

    code: str
    weight: float
    word: str
    where: str
    verb: str


class Reading(NamedTuple):
    """All votes of one firm, and the words that make its pattern."""

    votes: tuple[Vote, ...]
    name_word: str
    scope_word: str
    verb: str


def pick(word: Word, verb: Verb, stated: bool, lexicon: Lexicon) -> tuple[str, float]:
    """The class a word stands for under a verb, and a factor for how directly the lexicon says so."""
    for ending in SERVICES.get(verb, ()):
        composite = lexicon.words.get(word.text + ending)
        if composite is not None and composite.other:
            return composite.other, 1.0
    if word.other:
        return word.other, 1.0
    made = word.make
    if verb == "make":
        return (made, 1.0) if made else (word.wholesale or word.retail, 0.3 if stated else 0.9)
    if verb == "retail":
        if word.retail or word.wholesale:
            return word.retail or word.wholesale, 1.0
        return defaults.retailed(made), 0.6
    if verb == "wholesale":
        if word.wholesale:
            return word.wholesale, 1.0
        return (defaults.sold(made) if made else "") or word.retail, 0.6
    if verb == "grow":
        return defaults.grown(made or word.wholesale), 0.7
    if verb == "repair" and made:
        return defaults.repaired(made), 0.6
    if verb == "rent":
        return "7119", 0.4
    if verb == "install":
        return defaults.installed(made or "3499"), 0.5
    return made or word.wholesale or word.retail, 0.5


def _silent(firm: FirmName, items: int) -> Verb:
    """The verb of a scope that states none: a works makes, a shop retails, a trader trades; else a short list is made."""
    if firm.shop:
        return "retail"
    if firm.maker and not firm.trader:
        return "make"
    if firm.trader:
        return "wholesale"
    return "make" if items <= 2 else "wholesale"


def _scope_votes(
    clauses: tuple[Clause, ...], firm: FirmName, lexicon: Lexicon, weights: Weights, limit: int
) -> Iterator[Vote]:
    """Votes of the scope. The place, by which weight falls, moves on with every clause and every change of verb."""
    count = sum(len(clause.items) for clause in clauses)
    seen = place = 0
    for clause in clauses:
        scale = weights.branch_only if clause.branch_only else 1.0
        parts = [(clause.head, frozenset[str]())] if clause.head else []
        parts += list(zip(clause.items, spread(clause.head, clause.items), strict=True))
        only_verbs = all(VERBS_ONLY.fullmatch(item) for item, _ in parts)
        index = 0
        before: Verb | None = None
        voted = False
        for item, said in parts:
            seen += 1
            if seen > limit:
                return
            verb = resolve(said, firm.shop) or _silent(firm, count)
            votes = list(_item_votes(item, verb, bool(said), only_verbs, lexicon, weights))
            if votes and before is not None and verb != before:
                place, index = place + 1, 0
            falling = scale / ((1.0 + weights.clause_decay * place) * (1.0 + weights.item_decay * index))
            for vote in votes:
                yield vote._replace(weight=vote.weight * falling)
            if votes:
                before, voted = verb, True
            if item not in ("", clause.head):
                index += 1
        place += 1 if voted or len(clause.items) > 1 else 0


def _item_votes(
    item: str, verb: Verb, stated: bool, only_verbs: bool, lexicon: Lexicon, weights: Weights
) -> Iterator[Vote]:
    bare = item.replace("的", "")
    exact = lexicon.exact_names.get(bare)
    if exact and len(bare) >= EXACT_LENGTH:
        yield Vote(exact, weights.exact, bare, "class_name", verb)
        return
    bare_verbs = not only_verbs and VERBS_ONLY.fullmatch(item) is not None and not item.startswith("技术")
    found = lexicon.find(_without_verb(bare, lexicon))
    if not found:
        return
    covered = min(1.0, sum(hit.end - hit.start for hit in found) / len(bare))
    # A general word (设计, 养殖) never heads an item in which a particular one stands.
    ranked = sorted(found, key=lambda hit: (hit.word.general, -hit.start))
    for back, hit in enumerate(ranked):
        word = hit.word
        if word.general and bare_verbs:
            continue
        code, direct = pick(word, verb, stated, lexicon)
        if not code:
            continue
        weight = direct * (weights.partial + (1.0 - weights.partial) * covered)
        weight *= weights.item_left**back * (weights.derived if word.derived else 1.0)
        if word.general:
            weight *= weights.general_scope
        if not word.other and verb in ("develop", "store"):
            weight *= weights.suppressed
        if word.other[:2] in ADVISING and verb in ("make", "wholesale", "retail") and stated:
            weight *= weights.advising
        yield Vote(code, weight, word.text, "scope", verb if stated else "")


def _without_verb(bare: str, lexicon: Lexicon) -> str:
    """Take a leading verb off, so that 销售电子 is not read as 售电; unless a known word starts with the verb."""
    prefix = PREFIX.match(bare)
    if not prefix or prefix.end() == len(bare):
        return bare
    first = lexicon.find(bare)
    return bare if first and first[0].start == 0 else bare[prefix.end() :]


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
    """Votes of the name; where the scope speaks of other divisions only, the name counts less."""
    named = list(_name_votes(firm, verb, stated, lexicon, weights))
    divisions = {vote.code[:2] for vote in votes}
    return [
        vote if not votes or vote.code[:2] in divisions else vote._replace(weight=vote.weight * weights.name_alone)
        for vote in named
    ]


def read(firm: FirmName, scope: Scope, lexicon: Lexicon, weights: Weights, limit: int = MAX_ITEMS) -> Reading:
    """Collect the votes of the name and of the first ``limit`` items of the scope."""
    votes = list(_scope_votes(scope.clauses, firm, lexicon, weights, limit))
    stated = next((vote.verb for vote in votes if vote.verb), "")
    count = sum(len(clause.items) for clause in scope.clauses)
    verb = _name_verb(firm, stated, count)
    named = _named(firm, verb, bool(stated), votes, lexicon, weights)
    if scope.exports and not votes:
        votes.append(Vote("5199", weights.exports, "进出口", "scope", "wholesale"))
    return Reading(
        votes=(*named, *votes),
        name_word=named[0].word if named else "",
        scope_word=votes[0].word if votes else "",
        verb=(votes[0].verb if votes else "") or stated,
    )


def _name_verb(firm: FirmName, stated: str, count: int) -> Verb:
    """How the words of the name are meant: as the scope's first verb says, else as the name's own shape says."""
    if stated in ("make", "wholesale", "retail"):
        return stated  # type: ignore[return-value]
    if not count:
        return _silent(firm, 1)
    return _silent(firm, count)
