"""What the fair-competition rules say of a text: worked out of the text as it stands, every time it matters.

Stored findings keep only what a reviewer decided. A text is let through by what stands in it now and by the decisions made on it: a clearance holds for
the very wording it was given on (``digest``; of a fact of a list: for that fact), a breach that was confirmed as long as the sentence or the fact is there,
whatever else is edited. All of it rests on words as they are stored, codes and values, never on the language of the reader. A check that was never stored,
a lost event or a row somebody took away opens nothing.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxing.domains.policy.award_list import Fact, facts_of_list
from gongxing.domains.policy.models import AwardBatch, Clause, Finding
from gongxing.domains.policy.review_rules import refused_fields, rule_of, wording_rules
from gongxing.domains.projects.models import AgreementClause
from gongxing.engines.wording import Hit, Mark, fold
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row

CLAUSE, AGREEMENT, BATCH = "policy.clause", "projects.agreementclause", "policy.awardbatch"
MODELS: Mapping[str, type[Row]] = {CLAUSE: Clause, AGREEMENT: AgreementClause, BATCH: AwardBatch}
BREAK, JOIN = "。\n", "，\n"
"""What stands between a title and its text: alone it is a sentence, and it is read together with the first sentence too."""
BASIS = "奖补依据："
"""What stands before a basis of awards in the text that is read: data for the rules, not words of a page, so the same in every language."""
OPEN, CLEARED, CONFIRMED, EXPIRED = "open", "cleared", "confirmed", "expired"


@dataclass(frozen=True)
class Found:
    """One rule met in one sentence (``start`` to ``end`` of the text; equal where it is not about the wording). ``ref`` names the text, the rule and
    the sentence or fact; ``digest`` is what a clearance rests on."""

    ref: str
    digest: str
    rule: str
    severity: str
    article: str
    sentence: str
    words: tuple[str, ...]
    start: int = 0
    end: int = 0
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A text as it was read: which row, its words, their digest, and what was found."""

    ledger: str
    row: int
    subject: str
    text: str
    digest: str
    found: tuple[Found, ...]


@dataclass(frozen=True)
class Item:
    """A thing found and what a reviewer decided of it: open, cleared, confirmed, or expired (cleared until a day that is past)."""

    found: Found
    stored: Finding | None
    state: str

    @property
    def blocks(self) -> bool:
        """A red one that is not cleared, or a breach a reviewer confirmed, whatever its colour."""
        return self.state == CONFIRMED or (self.found.severity == Finding.Severity.RED and self.state != CLEARED)


@dataclass(frozen=True)
class Standing:
    """Whether a text may be signed, issued or paid by today."""

    reading: Reading
    items: tuple[Item, ...]

    @property
    def blocking(self) -> tuple[Item, ...]:
        return tuple(one for one in self.items if one.blocks)

    @property
    def doubtful(self) -> tuple[Item, ...]:
        """Open ones that do not block."""
        return tuple(one for one in self.items if not one.blocks and one.state in (OPEN, EXPIRED))


# -- reading a text -------------------------------------------------------------------------------------------


def _sha(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _plain(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)


def _hits(title: str, text: str) -> tuple[str, list[Hit]]:
    """The whole as written and every hit: sentence by sentence, and the title read together with the first sentence."""
    rules = wording_rules()
    if not title:
        return text, list(rules.check(text))
    whole = f"{title}{BREAK}{text}"
    hits = list(rules.check(whole))
    known = {hit.rule for hit in hits}
    hits += [hit for hit in rules.check(f"{title}{JOIN}{text}") if hit.rule not in known]
    return whole, hits


def _found(ledger: str, row: int, digest: str, rule: str, severity: str, sentence: str, rests: Sequence[str], hit: Hit | None = None) -> Found:  # fmt: skip
    ref = f"{ledger}:{row}:{rule}:{_sha(*rests)[:24]}"
    marks = hit.marks if hit is not None else ()
    words = tuple(dict.fromkeys(mark.word for mark in marks))
    start, end = (hit.start, hit.end) if hit is not None else (0, 0)
    return Found(ref, digest, rule, severity, rule_of(rule).article, sentence.strip(), words, start, end, marks)


def _reading(ledger: str, row: int, subject: str, title: str, text: str, more: Sequence[str], facts: Iterable[Fact]) -> Reading:  # fmt: skip
    """``more``: what else makes this the same text; ``facts``: what is found beside the wording."""
    whole, hits = _hits(title, text)
    digest = _sha(whole, *more)
    found = [
        _found(ledger, row, digest, hit.rule, hit.severity, hit.sentence, ("words", fold(hit.sentence).text), hit)
        for hit in hits
    ]
    for fact in facts:
        rests = _sha(fact.rule, *fact.rests) if fact.alone else digest
        found.append(_found(ledger, row, rests, fact.rule, fact.severity, fact.sentence, ("fact", *fact.rests)))
    return Reading(ledger, row, subject[:200], whole, digest, tuple({one.ref: one for one in found}.values()))


def read_text(text: str) -> Reading:
    """A text that is of no row and stays so: for trying a wording."""
    return _reading("", 0, "", "", text, (), ())


def _read_clause(clause: Clause) -> Reading:
    facts = [
        Fact(one.rule, Finding.Severity.RED, f"{one.words_zh}（{one.field}）", (one.use, one.field))
        for one in refused_fields(clause.condition, clause.amount)
    ]
    more = (_plain(clause.condition), _plain(clause.amount))
    return _reading(CLAUSE, clause.pk, f"{clause.policy} · {clause.name}", clause.name, clause.text, more, facts)


def _read_agreement(clause: AgreementClause) -> Reading:
    return _reading(AGREEMENT, clause.pk, f"{clause.project.name} · {clause.number}", "", clause.text, (), ())


def _read_batch(batch: AwardBatch) -> Reading:
    lines = list(batch.lines.select_related("firm", "batch").order_by("firm_id", "pk"))
    bases = dict.fromkeys(line.basis.strip() for line in lines if line.basis.strip())
    told = [text for text in (batch.reason.strip(), *(f"{BASIS}{one}" for one in bases)) if text]
    clause = batch.clause
    (standing,) = standings([clause])
    held_by = list(dict.fromkeys(one.found.rule for one in standing.blocking))
    more = (str(clause.pk), standing.reading.digest)
    facts = facts_of_list(clause, lines, held_by)
    return _reading(BATCH, batch.pk, f"{batch.number} {batch.title}", batch.title, BREAK.join(told), more, facts)


READERS: Mapping[str, Callable[[Any], Reading]] = {
    CLAUSE: _read_clause,
    AGREEMENT: _read_agreement,
    BATCH: _read_batch,
}


def read(row: Row) -> Reading:
    """What the rules say of a clause, an agreement clause or a batch of awards as it stands. Raises KeyError for any other row."""
    return READERS[row._meta.label_lower](row)


# -- standing -------------------------------------------------------------------------------------------------


def standing_of(row: Row) -> Standing:
    """Whether this text may go on by today, out of its words as they are and what was decided on them."""
    return standings([row])[0]


def standings(rows: Sequence[Row]) -> list[Standing]:
    """The same for several texts of one register, with one query for what was decided."""
    if not rows:
        return []
    name, day = rows[0]._meta.label_lower, today()
    readings = [read(row) for row in rows]
    stored: dict[str, Finding] = {
        one.ref: one for one in Finding.objects.filter(ledger=name, row__in=[row.pk for row in rows])
    }
    return [Standing(one, tuple(_item(found, stored.get(found.ref), day) for found in one.found)) for one in readings]


def _item(found: Found, stored: Finding | None, day: date) -> Item:
    if stored is None or lapsed(stored, found):
        return Item(found, None, OPEN)
    return Item(found, stored, state_on(stored, day))


def lapsed(finding: Finding, found: Found) -> bool:
    """Whether a clearance was given on another wording than the one that stands now."""
    return finding.state == Finding.State.CLEARED and finding.digest != found.digest


def was_confirmed(finding: Finding) -> bool:
    """Whether a thing that was gone had been confirmed as a breach when it went: written again, it is the same breach."""
    return finding.state == Finding.State.GONE and bool(finding.reviewer) and not finding.ground


def state_on(finding: Finding, day: date) -> str:
    """What was decided as it holds on a day; a clearance ends with its last day."""
    if finding.state == Finding.State.CLEARED:
        return EXPIRED if finding.ends_on is not None and finding.ends_on < day else CLEARED
    return CONFIRMED if finding.state == Finding.State.CONFIRMED or was_confirmed(finding) else OPEN


def texts(ledger: str, ids: Iterable[int] | None = None) -> list[Row]:
    """The rows of a register of texts with what their reading needs; ``ids`` None: all."""
    related = {CLAUSE: ("policy",), AGREEMENT: ("project",), BATCH: ("clause__policy",)}[ledger]
    rows = MODELS[ledger]._default_manager.select_related(*related).order_by("pk")
    return list(rows if ids is None else rows.filter(pk__in=list(ids)))
