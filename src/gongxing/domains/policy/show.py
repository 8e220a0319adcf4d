"""What the pages of matching show: a clause, a row under it, one firm or project against all clauses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.firms.models import FirmFigure
from gongxing.domains.policy.fields import FIRM, Entry
from gongxing.domains.policy.matching import FIGURES, LEDGERS, last_day, window_of
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.register import Rows
from gongxing.domains.policy.view import ORDER, Answers, Sight
from gongxing.domains.policy.words import (
    NEAR,
    STATUSES,
    TONES,
    UNKNOWN,
    amount_words,
    by_words,
    condition_words,
    deadline_words,
    ends_words,
    failing_words,
    lack_words,
    mend_words,
    missing_words,
    money_words,
    predicate_words,
)
from gongxing.engines.matching import Cost, Explanation, Status
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.prefill import add_url
from gongxing.kernel.org.actor import Actor

NAMES: Mapping[Status, str] = {
    Status.MEETS: "meets",
    Status.NEAR: "near",
    Status.MISSING: "missing",
    Status.FAILS: "fails",
}
"""Statuses as addresses name them."""
BY_NAME: Mapping[str, Status] = {name: status for status, name in NAMES.items()}


def head(clause: Clause, rows: Rows | None = None) -> dict[str, Any]:
    """A clause as every page names it: its document, article, deadline and whom to ask."""
    window, day = window_of(clause), today()
    tone, deadline = deadline_words(window.opens, window.closes, day)
    ends = last_day(clause)
    left = window.days_left(day)
    return {
        "key": clause.pk, "name": clause.name, "title": clause.policy.title, "number": clause.policy.number, "article": clause.article, "text": clause.text,
        "kind": clause.get_kind_display(), "subject": clause.get_subject_display(), "edition": clause.edition, "automatic": clause.automatic,
        "tone": tone, "deadline": deadline, "soon": (left is not None and left <= NEAR) or (ends is not None and (ends - day).days <= NEAR),
        "ends_tone": ends_words(ends, day)[0], "ends_words": ends_words(ends, day)[1],
        "contact": contact(clause), "url": reverse("policy-reach", args=[clause.pk]), "invented": clause.invented,
    }  # fmt: skip


def contact(clause: Clause) -> str:
    """Whom to ask: the clause's own, else the document's, else the post that handles it; "—" where nobody is named."""
    post = f"{clause.post.unit.name} {clause.post.title}" if clause.post is not None else ""
    return clause.contact or clause.policy.contact or post or UNKNOWN


def paying(clause: Clause, sight: Sight) -> str:
    """What a clause pays, in words."""
    told = sight.told(clause.pk)
    return UNKNOWN if told is None else amount_words(told.amount, sight.found.rows, clause.kind)


def conditions(clause: Clause, sight: Sight) -> list[str]:
    """Its groups in words; empty where they cannot be read."""
    told = sight.told(clause.pk)
    return [] if told is None else condition_words(told.condition, sight.found.rows)


def counted(clause: Clause, sight: Sight) -> list[dict[str, Any]]:
    """How many rows of each status, each with the address of its list."""
    counts = sight.counts(clause.pk)
    url = reverse("policy-reach", args=[clause.pk])
    return [
        {"label": str(STATUSES[status]), "tone": TONES[status], "n": counts[status], "url": f"{url}?status={NAMES[status]}#rows", "name": NAMES[status]}
        for status in ORDER
    ]  # fmt: skip


def cost_words(cost: Cost | None) -> dict[str, str]:
    """A cost in words: total, over how many, unknown, capped, over the pot."""
    if cost is None:
        return {"total": UNKNOWN, "note": ""}
    parts = [_("%(n)d 笔算得出") % {"n": cost.known}]
    if cost.unknown:
        parts.append(_("%(n)d 笔缺基数，没有算进去") % {"n": cost.unknown})
    if cost.capped:
        parts.append(_("%(n)d 笔到最高额") % {"n": cost.capped})
    if cost.over:
        parts.append(_("超出资金盘子 %(money)s") % {"money": money_words(cost.over)})
    total = money_words(cost.total) if cost.known or not cost.unknown else UNKNOWN
    return {"total": total, "note": _("，").join(parts)}


@dataclass(frozen=True)
class Filling:
    """Which forms a reader may open to fill in what is missing."""

    figures: bool
    rows: bool
    subject: str

    def url(self, key: int, entry: Entry | None, rows: Rows) -> str:
        """The form in which a datum of a row is entered; "" where there is none, or not for this reader. What the statistics office counts comes by import alone."""
        if entry is None or not entry.column:
            return ""
        if entry.source:
            if not self.figures or entry.source == FirmFigure.Source.STATISTICS:
                return ""
            given = {"firm": key, "source": entry.source}
            year = rows.years.get(entry.source)
            return add_url(ledger_named(FIGURES), **given, **({"period": year} if year else {}))
        return f"{ledger_named(LEDGERS[self.subject]).row_url(key)}change/#f-{entry.column}" if self.rows else ""


def filling(actor: Actor, subject: str) -> Filling:
    """What this reader may fill in. One query, asked once for an actor."""
    held = permissions(actor)
    return Filling(held.may("add", FIGURES), held.may("change", LEDGERS[subject]), subject)


def reasons(found: Explanation, key: int, rows: Rows, fills: Filling) -> dict[str, Any]:
    """Why a row has its status: what is lacking with how to mend it, what is missing with who has it, what fails."""
    failing = [failing_words(found.groups[g], rows) for g in found.failing] if found.status is Status.FAILS else []
    return {
        "status": str(STATUSES[found.status]), "tone": TONES[found.status], "state": NAMES.get(found.status, ""), "worth": money_words(found.worth),
        "pays": found.worth is not None,
        "lacks": [{"words": lack_words(one, rows), "mend": mend_words(one, rows)} for one in found.lacking],
        "by": by_words(found, today()) if found.status is Status.NEAR else "",
        "missing": [
            {"words": missing_words(name, rows), "url": fills.url(key, rows.entries.get(name), rows)} for name in found.missing
        ] if found.status is Status.MISSING else [],
        "failing": failing,
        "met": [predicate_words(one.field, one.op, one.wanted, rows) for group in found.groups if group.state for one in group.predicates if one.state],
    }  # fmt: skip


def row_line(at: int, found: Explanation, sight: Sight, units: Mapping[int, str], fills: Filling) -> dict[str, Any]:
    """One row of a clause's list."""
    rows = sight.found.rows
    key = rows.ids[at]
    return {
        "name": sight.title(at, units), "unit": units.get(rows.units[at], UNKNOWN), "url": matches_url(rows.subject, key), "key": key,
        **reasons(found, key, rows, fills),
    }  # fmt: skip


def matches_url(subject: str, key: int) -> str:
    """The page of one firm or project against all clauses."""
    return reverse("policy-firm" if subject == FIRM else "policy-project", args=[key])


def answered(
    given: Answers, sight: Sight, actor: Actor, key: int, statuses: tuple[Status, ...] = ORDER, most: int | None = None
) -> list[dict[str, Any]]:
    """The answers of one row by status, 差一项 first; at most so many clauses of each with their reasons, ``n`` of them there are."""
    fills = filling(actor, sight.found.rows.subject)
    rows = sight.found.rows
    return [
        {
            "label": str(STATUSES[status]), "tone": TONES[status], "name": NAMES[status], "n": len(given.by_status[status]),
            "lines": [
                {"clause": head(clause), "pays_words": paying(clause, sight), **reasons(found, key, rows, fills)}
                for clause, found in given.by_status[status][:most]
            ],
        }
        for status in statuses
    ]  # fmt: skip


def scope_note(sight: Sight) -> str:
    """What is said where a reader does not see all rows; "" where he does."""
    if sight.seen.own.everything and sight.seen.figures.everything:
        return ""
    return _("只算你的岗位看得到的企业和项目；要用企业数据判断的条款，只算你看得到数据的那些。")
