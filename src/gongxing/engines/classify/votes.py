"""What one item of a scope, or one word under a verb, votes for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gongxing.engines.classify import defaults
from gongxing.engines.classify.lexicon import Lexicon, Word
from gongxing.engines.classify.verbs import PREFIX, Governed, Verb
from gongxing.engines.classify.weights import Weights

EXACT_LENGTH = 5
REMEMBERED = 100_000
"""Items whose votes are remembered: some 50 MB at the most."""
ADVISING = frozenset({"65", "72", "73", "74", "75"})
"""Divisions of software, business and technical services: as mere steps of making or selling they hardly count."""
MINING = frozenset({"06", "08", "09", "10"})
"""Divisions whose products bear the mine's name: selling 石灰石 is not quarrying it."""
GROWING = ("种植", "养殖", "饲养", "繁育", "培育")
SERVICES: dict[str, tuple[str, ...]] = {
    "make": ("加工", "制造"),
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


def pick(word: Word, verb: Verb, stated: bool, lexicon: Lexicon) -> tuple[str, float]:
    """The class a word stands for under a verb, and a factor for how directly the lexicon says so."""
    if word.other:
        if stated and verb == "wholesale" and word.other[:2] in MINING:
            return defaults.sold(word.other), 0.8
        return word.other, 1.0
    for ending in SERVICES.get(verb, ()):
        composite = lexicon.words.get(word.text + ending)
        if composite is not None and composite.other:
            return composite.other, 1.0
    made = word.make
    if verb == "make":
        if made:
            return made, 1.0
        guessed = defaults.guessed_maker(word.wholesale) if stated else ""
        return (guessed, 0.6) if guessed else (word.wholesale or word.retail, 0.3 if stated else 0.9)
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
    if verb == "repair":
        return defaults.repaired(word.retail or made or word.wholesale), 0.6
    if verb == "rent":
        return "7119", 0.4
    if verb == "install":
        return defaults.installed(made or "3499"), 0.5
    return made or word.wholesale or word.retail, 0.5


def item_votes(
    item: str, verb: Verb, governed: Governed, scale: float, lexicon: Lexicon, weights: Weights
) -> Sequence[Vote]:
    """Votes of one item under its verb, each times ``scale``. ``governed.bare`` says that the item is only a step
    ("设计" of "设计、制造X"), whose general words do not vote."""
    memory = lexicon.memory
    if memory.get("weights") is not weights:
        memory.clear()
        memory["weights"] = weights
    key = (item, verb, bool(governed.kinds), governed.bare)
    known = memory.get(key)
    if known is None:
        if len(memory) >= REMEMBERED:
            memory.clear()
            memory["weights"] = weights
        known = memory[key] = tuple(_item_votes(item, verb, governed, lexicon, weights))
    return [Vote(code, weight * scale, word, where, said) for code, weight, word, where, said in known]


def _item_votes(item: str, verb: Verb, governed: Governed, lexicon: Lexicon, weights: Weights) -> Iterator[Vote]:
    bare = item.replace("的", "")
    exact = lexicon.exact_names.get(bare)
    if exact and len(bare) >= EXACT_LENGTH:
        yield Vote(exact, weights.exact, bare, "class_name", verb)
        return
    stated = bool(governed.kinds)
    found = lexicon.find(_without_verb(bare, lexicon))
    if not found:
        return
    covered = min(1.0, sum(hit.end - hit.start for hit in found) / len(bare))
    # A general word (设计, 养殖) never heads an item in which a particular one stands.
    ranked = sorted(found, key=lambda hit: (hit.word.general, -hit.start))
    for back, hit in enumerate(ranked):
        word = hit.word
        if word.general and governed.bare:
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
