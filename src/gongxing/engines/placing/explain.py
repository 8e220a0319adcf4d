"""Reasons of a placement, the strongest first."""

from __future__ import annotations

from gongxing.engines.placing.cases import Case
from gongxing.engines.placing.judge import sells_only
from gongxing.engines.placing.tails import Tail
from gongxing.engines.reasons import Reason

WORDS_SHOWN = 4


def explain(case: Case, code: str) -> tuple[Reason, ...]:
    """Words with place and verb, what the class says, what supports or weakens the placement."""
    reasons: list[Reason] = []
    seen: set[tuple[str, str]] = set()
    for verdict in sorted(case.verdicts, key=lambda one: (-one.strength, one.evidence.where, one.evidence.word)):
        evidence = verdict.evidence
        if (evidence.word, evidence.where) in seen or len(seen) == WORDS_SHOWN:
            continue
        seen.add((evidence.word, evidence.where))
        verb = evidence.verb or evidence.doing.value
        found = {"word": evidence.word, "where": evidence.where, "verb": verb}
        reasons.append(Reason.of("placing.word", round(verdict.strength, 4), **found))
        if evidence.tail is Tail.OTHER:
            reasons.append(Reason.of("placing.other_thing", word=evidence.word, where=evidence.where))
    if code and case.digits:
        reasons.append(Reason.of("placing.class_agrees", code=code, digits=str(case.digits)))
    elif code:
        reasons.append(Reason.of("placing.class_trades" if sells_only(code) else "placing.class_differs", code=code))
    if case.support:
        reasons.append(Reason.of("placing.chain", node=case.support))
    if case.alone:
        reasons.append(Reason.of("placing.generic"))
    if case.status == "unstated":
        reasons.append(Reason.of("placing.no_verb"))
    return tuple(reasons)
