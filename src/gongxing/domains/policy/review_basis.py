"""What a review of a clause rests on: its wording, and everything that decides who gets what and when, as one digest."""

import hashlib
import json
from datetime import date

from gongxing.domains.policy.models import Clause

DECIDING = (
    "policy_id",
    "subject",
    "kind",
    "condition",
    "amount",
    "starts_on",
    "ends_on",
    "opens_on",
    "closes_on",
    "automatic",
)
"""Cells beside the wording that decide who gets what: under which document, for whom, what kind of thing, when, and whether one applies."""
SETTLED = frozenset({Clause.State.IN_FORCE, Clause.State.ENDED})


def review_basis(clause: Clause, wording: str) -> str:
    """SHA-256 (hex) of the clause as a reviewer read it: codes and values, never labels. ``wording``: digest of its reading."""
    cells = [_plain(getattr(clause, name)) for name in DECIDING]
    told = json.dumps([wording, *cells], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def holds(clause: Clause, wording: str) -> bool:
    """Whether the conclusion is about the clause as it stands. One that came into force was reviewed as it stood then, and is fixed since."""
    if not clause.review_digest:
        return False
    return clause.state in SETTLED or clause.review_digest == review_basis(clause, wording)


def open_to_all(clause: Clause) -> bool:
    """Whether the clause may stand without a condition: a service that pays nothing is for everybody who asks; of money, factors and titles the
    text has to say who gets them."""
    return clause.kind == Clause.Kind.SERVICE and not clause.amount
