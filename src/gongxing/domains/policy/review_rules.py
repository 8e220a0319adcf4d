"""The rules of the fair-competition review in the reader's language, how each can be excepted, and the fields no clause may ask for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gongxing.domains.policy.models import Finding
from gongxing.engines.wording import FieldRefusal, WordingRules
from gongxing.engines.wording import refused_fields as refused_by
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import PackRow, Table, table

PACK = "fair-competition"
OF_CLAUSE, OUTSIDE, OVER_CAP, UNLOOKED, OVER_POT = "B01", "B02", "B03", "B04", "B05"
NONE, BY_LAW, ART_12, OPEN_OR_12, NOTHING = (
    "none",
    "law_or_state_council",
    "art12",
    "art12_or_open_conditions",
    "nothing",
)
"""How a rule can be excepted; ``nothing``: what is found is a fact that only another text or list mends."""
Ground = Finding.Ground
ARTICLE_12 = frozenset({Ground.SECURITY, Ground.SCIENCE, Ground.GREEN, Ground.LAW})
GROUNDS: Mapping[str, frozenset[Ground]] = {
    NOTHING: frozenset(),
    NONE: frozenset({Ground.NOT_MEANT}),
    BY_LAW: ARTICLE_12 | {Ground.NOT_MEANT},
    ART_12: ARTICLE_12 | {Ground.NOT_MEANT},
    OPEN_OR_12: ARTICLE_12 | {Ground.OPEN_TERMS, Ground.NOT_MEANT},
}
"""On which grounds a finding can be cleared, by the rule's column of exceptions."""


@dataclass(frozen=True)
class Rule:
    """A rule as the reviewer reads it. ``status``: how well its article was read; empty for a rule about award lists."""

    code: str
    name: str
    article: str
    question: str
    fix: str
    exception: str
    exception_words: str
    status: str = ""

    def grounds(self) -> frozenset[Ground]:
        """The grounds on which a finding of it can be cleared."""
        return GROUNDS[self.exception]

    def needs_end(self, ground: Ground) -> bool:
        """Whether the exception needs an end date: those of 条例 12 do; a law that is the basis itself (条例 10) ends when it does."""
        return ground in ARTICLE_12 and not (ground == Ground.LAW and self.exception == BY_LAW)


@lru_cache(maxsize=8)
def _ready(rules: Table) -> WordingRules:
    return WordingRules.from_rows(rules)


EDITS = ("packs.packedit",)


@lru_cache(maxsize=8)
def _kept(name: str, _edits: int, day: date) -> Table:
    return table(PACK, name, day)


def _table(name: str) -> Table:
    """A table of the pack as it holds today: asked many times for a page, looked up again once the county edited any rule."""
    return _kept(name, revision(EDITS), today())


def _rules() -> Table:
    return _table("rules")


def _own(row: PackRow, name: str) -> str:
    """A cell in the reader's language."""
    english = (get_language() or "").startswith("en")
    return (row.get(f"{name}_en") if english else None) or row.get(f"{name}_zh") or ""


LIST_RULES: Mapping[str, tuple[Any, Any, Any, str]] = {
    OF_CLAUSE: (_("条款本身没有过审"), _("批次依据的条款还有没消除的红项，条款过了再谈名单。"), _("先处理条款的红项"), NOTHING),
    OUTSIDE: (_("名单里有条款以外的企业"), _("这些企业按条款的条件不符合，为什么在名单里？"), _("从名单里去掉，或改正台账里的数据后重新检查"), NONE),
    OVER_CAP: (_("金额超过条款上限"), _("条款写了上限，为什么多给？"), _("把金额改到上限以内"), NOTHING),
    OVER_POT: (_("超过条款资金总额"), _("条款写了总额，已通过的加上这一批超了，钱从哪里来？"), _("减少名单或金额，或按程序追加总额"), NOTHING),
    UNLOOKED: (_("名单没有逐家对过条件"), _("这些企业还缺数据或没有核对，凭什么在名单里？"), _("补上所缺的数据再检查"), NONE),
}  # fmt: skip
LIST_ARTICLE = _("条例10条第2项")


def rule_of(code: str) -> Rule:
    """A rule in the reader's language; one that no longer holds says so by its code alone, and nothing but another text ends it."""
    if code in LIST_RULES:
        name, question, fix, exception = LIST_RULES[code]
        return Rule(code, str(name), str(LIST_ARTICLE), str(question), str(fix), exception, "")
    row = _rules().by_key(code)
    if row is None:
        return Rule(code, code, "", "", "", NONE, "")
    return Rule(
        code, _own(row, "name"), row["article_zh"], _own(row, "question"), _own(row, "fix"), row["exception"], _own(row, "exception"),
        row.status,
    )  # fmt: skip


def _refusals() -> list[FieldRefusal]:
    return [FieldRefusal.from_row(row, row.source, row.status) for row in _table("refused_fields")]


def refused_fields(condition: Any, amount: Any) -> tuple[FieldRefusal, ...]:
    """Why fields of a clause may not decide who is supported, or how much: words and article of each. ``condition`` and ``amount`` are the
    JSON of a clause; an editor refuses to store what this finds. Lead-firm tags and tax paid are among them."""
    refusals = _refusals()
    return (
        *refused_by("eligibility", _fields_in(condition), refusals),
        *refused_by("amount", _fields_in(amount), refusals),
    )


def _fields_in(data: Any) -> Iterator[str]:
    """Every field named anywhere in the JSON, also in one that is not well formed."""
    if isinstance(data, Mapping):
        named = data.get("field")
        if isinstance(named, str) and named:
            yield named
        for one in data.values():
            yield from _fields_in(one)
    elif isinstance(data, list | tuple):
        for one in data:
            yield from _fields_in(one)


def wording_rules() -> WordingRules:
    """The wording rules that hold today, made ready."""
    return _ready(_rules())
