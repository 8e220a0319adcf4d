"""What the fair-competition rules say of a text: worked out of the text as it stands, every time it matters.

Stored findings keep only what a reviewer decided. A text is let through by what stands in it now and by the decisions made on this very wording
(``digest``); a check that was never stored, a lost event or a row somebody took away opens nothing.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _t

from gongxing.domains.policy.models import AwardBatch, AwardLine, Clause, Finding
from gongxing.domains.policy.review_rules import (
    OF_CLAUSE,
    OUTSIDE,
    OVER_CAP,
    OVER_POT,
    UNLOOKED,
    refused_fields,
    rule_of,
    wording_rules,
)
from gongxing.domains.projects.models import AgreementClause
from gongxing.engines.wording import Hit, Mark
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row

CLAUSE, AGREEMENT, BATCH = "policy.clause", "projects.agreementclause", "policy.awardbatch"
MODELS: Mapping[str, type[Row]] = {CLAUSE: Clause, AGREEMENT: AgreementClause, BATCH: AwardBatch}
BREAK, JOIN = "。\n", "，\n"
"""What stands between a title and its text: alone it is a sentence, and it is read together with the first sentence too."""
OPEN, CLEARED, CONFIRMED, EXPIRED = "open", "cleared", "confirmed", "expired"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Found:
    """One rule met in one sentence (``start`` to ``end`` of the text; equal where it is not about the wording)."""

    ref: str
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


def _found(
    ledger: str, row: int, digest: str, rule: str, severity: str, sentence: str, hit: Hit | None = None
) -> Found:
    ref = f"{ledger}:{row}:{rule}:{digest[:16]}:{_sha(sentence)[:8]}"
    marks = hit.marks if hit is not None else ()
    words = tuple(dict.fromkeys(mark.word for mark in marks))
    start, end = (hit.start, hit.end) if hit is not None else (0, 0)
    return Found(ref, rule, severity, rule_of(rule).article, sentence.strip(), words, start, end, marks)


def _reading(ledger: str, row: int, subject: str, title: str, text: str, more: Sequence[str], facts: Iterable[tuple[str, str, str]]) -> Reading:  # fmt: skip
    """``more``: what else makes this the same text; ``facts``: (rule, severity, sentence) found beside the wording."""
    whole, hits = _hits(title, text)
    digest = _sha(whole, *more)
    found = [_found(ledger, row, digest, hit.rule, hit.severity, hit.sentence, hit) for hit in hits]
    found += [_found(ledger, row, digest, rule, severity, sentence) for rule, severity, sentence in facts]
    return Reading(ledger, row, subject[:200], whole, digest, tuple({one.ref: one for one in found}.values()))


def read_text(text: str) -> Reading:
    """A text that is of no row and stays so: for trying a wording."""
    return _reading("", 0, "", "", text, (), ())


def _read_clause(clause: Clause) -> Reading:
    facts = [
        (one.rule, Finding.Severity.RED, f"{one.words_zh}（{one.field}）")
        for one in refused_fields(clause.condition, clause.amount)
    ]
    more = (_plain(clause.condition), _plain(clause.amount))
    return _reading(CLAUSE, clause.pk, f"{clause.policy} · {clause.name}", clause.name, clause.text, more, facts)


def _read_agreement(clause: AgreementClause) -> Reading:
    return _reading(AGREEMENT, clause.pk, f"{clause.project.name} · {clause.number}", "", clause.text, (), ())


def _read_batch(batch: AwardBatch) -> Reading:
    lines = list(batch.lines.select_related("firm", "batch").order_by("firm_id", "pk"))
    bases = dict.fromkeys(line.basis.strip() for line in lines if line.basis.strip())
    told = [
        text for text in (batch.reason.strip(), *(_t("奖补依据：%(basis)s") % {"basis": one} for one in bases)) if text
    ]
    clause = batch.clause
    more = (
        str(clause.pk),
        _read_clause(clause).digest,
        *(f"{line.firm_id}={line.amount.normalize():f}" for line in lines),
    )
    return _reading(
        BATCH, batch.pk, f"{batch.number} {batch.title}", batch.title, BREAK.join(told), more, _of_list(clause, lines)
    )


READERS: Mapping[str, Callable[[Any], Reading]] = {
    CLAUSE: _read_clause,
    AGREEMENT: _read_agreement,
    BATCH: _read_batch,
}


def read(row: Row) -> Reading:
    """What the rules say of a clause, an agreement clause or a batch of awards as it stands. Raises KeyError for any other row."""
    return READERS[row._meta.label_lower](row)


# -- what a list of awards says beside its words ---------------------------------------------------------------

Result = Callable[[Clause, Sequence[int]], Mapping[int, str]]
_results: list[Result] = []


def provide_result(result: Result) -> None:
    """Register who says which firms a clause reaches: firm id → meets, near, missing or fails. The last one registered is asked."""
    _results[:] = [result]


def limit_of(amount: Any) -> Decimal | None:
    """The most one firm can get under a clause, 万元: the cap, or a fixed sum where it is smaller; None where there is neither."""
    if not isinstance(amount, Mapping):
        return None
    ends = [_number(amount.get("cap"))]
    if amount.get("kind") == "fixed":
        ends.append(_number(amount.get("value")))
    known = [one for one in ends if one is not None]
    return min(known) if known else None


def _number(data: Any) -> Decimal | None:
    text = data.get("number") if isinstance(data, Mapping) else data
    if text is None or isinstance(text, bool):
        return None
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _of_list(clause: Clause, lines: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    red, amber = Finding.Severity.RED, Finding.Severity.AMBER
    blocking = standing_of(clause).blocking
    if blocking:
        names = "、".join(dict.fromkeys(rule_of(one.found.rule).name for one in blocking))
        yield OF_CLAUSE, red, _t("条款“%(name)s”：%(rules)s") % {"name": clause.name, "rules": names}
    limit = limit_of(clause.amount)
    for line in lines:
        if limit is not None and line.amount > limit:
            words = _t("%(firm)s %(amount)s 万元，上限 %(limit)s 万元")
            yield OVER_CAP, red, words % {"firm": line.firm.name, "amount": f"{line.amount.normalize():f}", "limit": f"{limit.normalize():f}"}  # fmt: skip
    yield from _over_pot(clause, lines)
    settled = bool(lines) and lines[0].batch.state != AwardBatch.State.DRAFT
    if settled or not (lines and _has_groups(clause.condition)):  # what was approved is not judged by later data
        return
    states = _results[0](clause, [line.firm_id for line in lines]) if _results else {}
    outside = [line.firm.name for line in lines if states.get(line.firm_id) in ("fails", "near")]
    unlooked = [line.firm.name for line in lines if states.get(line.firm_id, "missing") == "missing"]
    if outside:
        yield OUTSIDE, red, _names(outside)
    if unlooked:
        yield UNLOOKED, amber, _names(unlooked)


def _over_pot(clause: Clause, lines: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    pot = _number(clause.amount.get("budget")) if isinstance(clause.amount, Mapping) else None
    if pot is None or not lines:
        return
    own = sum((line.amount for line in lines), ZERO)
    others = AwardLine.objects.filter(batch__clause=clause, batch__state=AwardBatch.State.APPROVED)
    spent = others.exclude(batch=lines[0].batch_id).aggregate(n=Sum("amount"))["n"] or ZERO
    if spent + own > pot:
        words = _t("已通过 %(spent)s 万元，这一批 %(own)s 万元，总额 %(pot)s 万元")
        told = {"spent": spent, "own": own, "pot": pot}
        yield OVER_POT, Finding.Severity.RED, words % {name: f"{one.normalize():f}" for name, one in told.items()}


def _has_groups(condition: Any) -> bool:
    return bool(condition.get("groups") if isinstance(condition, Mapping) else condition)


def _names(names: Sequence[str]) -> str:
    """The names, as many as a cell holds."""
    text = "、".join(names)
    return text if len(text) <= 280 else f"{text[:270]}…（{len(names)}）"


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
    return [Standing(one, tuple(_item(found, stored.get(found.ref), one.digest, day) for found in one.found)) for one in readings]  # fmt: skip


def _item(found: Found, stored: Finding | None, digest: str, day: date) -> Item:
    if stored is None or stored.digest != digest:
        return Item(found, None, OPEN)
    return Item(found, stored, state_on(stored, day))


def state_on(finding: Finding, day: date) -> str:
    """What was decided as it holds on a day; a clearance ends with its last day."""
    if finding.state == Finding.State.CLEARED:
        return EXPIRED if finding.ends_on is not None and finding.ends_on < day else CLEARED
    return CONFIRMED if finding.state == Finding.State.CONFIRMED else OPEN


def texts(ledger: str, ids: Iterable[int] | None = None) -> list[Row]:
    """The rows of a register of texts with what their reading needs; ``ids`` None: all."""
    related = {CLAUSE: ("policy",), AGREEMENT: ("project",), BATCH: ("clause__policy",)}[ledger]
    rows = MODELS[ledger]._default_manager.select_related(*related).order_by("pk")
    return list(rows if ids is None else rows.filter(pk__in=list(ids)))
