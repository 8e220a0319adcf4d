"""What each piece of evidence says about a node: present, only trading, or unstated; and how strongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

from gongxing.engines.placing.doing import Doing
from gongxing.engines.placing.evidence import Evidence, speaks_itself
from gongxing.engines.placing.weights import Weights
from gongxing.engines.placing.words import NodeWords

Status = Literal["present", "trade", "unstated"]
WHOLESALE_RETAIL = ("51", "52")
MONEY = ("66", "67", "68", "69")


def _division(code: str) -> int:
    return int(code[:2]) if code[:2].isascii() and code[:2].isdigit() else 0


@dataclass(frozen=True, slots=True)
class Kind:
    """What firms on a node do, by its classes: make (01 to 46), trade (51, 52), serve (all others)."""

    makes: bool
    trades: bool
    serves: bool

    @classmethod
    def of(cls, node: NodeWords) -> Self:
        """A node without classes is taken for a maker's."""
        divisions = {_division(code) for code in node.codes}
        makes = not divisions or any(1 <= division <= 46 for division in divisions)
        trades = bool(divisions & {51, 52})
        return cls(makes, trades, any(division > 46 and division not in (51, 52) for division in divisions))


class Verdict(NamedTuple):
    """One piece of evidence with what it says and how strongly (0 to 1)."""

    evidence: Evidence
    status: Status
    strength: float


def class_doing(code: str) -> Doing:
    """What a firm of this class does with things for which nothing else says it."""
    if code[:2] in WHOLESALE_RETAIL or code[:2] in MONEY:
        return Doing.TRADE
    return Doing.MAKE if 1 <= _division(code) <= 46 else Doing.SILENT


def sells_only(code: str) -> bool:
    """True for classes of wholesale, retail and money: what such a firm is said to make, it sells."""
    return code[:2] in WHOLESALE_RETAIL or code[:2] in MONEY


def judge(evidence: Evidence, kind: Kind, code: str, weights: Weights) -> Verdict:
    """Weigh one piece of evidence for a node of this kind, given the firm's class (or "")."""
    strength = _place_weight(evidence, kind, weights) * weights.tail(evidence.tail)
    if not evidence.half:
        strength *= weights.short
    doing = evidence.doing
    if doing is Doing.SILENT:
        doing = class_doing(code)
    status, factor = _status(doing, evidence, kind, weights)
    if status == "present" and sells_only(code) and not kind.trades and not kind.serves:
        status = "trade"
    return Verdict(evidence, status, strength * factor)


def _place_weight(evidence: Evidence, kind: Kind, weights: Weights) -> float:
    if evidence.where == "product":
        return weights.product
    if evidence.where == "name":
        return weights.name if kind.makes else weights.service_name
    if kind.trades and not kind.makes:
        return weights.counter / (1.0 + weights.decay * evidence.place)
    return weights.scope / (1.0 + weights.decay * evidence.place)


def _status(doing: Doing, evidence: Evidence, kind: Kind, weights: Weights) -> tuple[Status, float]:
    itself = speaks_itself(evidence)
    if doing is Doing.MAKE:
        return "present", 1.0 if kind.makes or itself else weights.silent
    if doing is Doing.TRADE:
        if kind.trades or (kind.serves and (itself or evidence.where == "name")):
            return "present", 1.0
        return "trade", 1.0
    if kind.serves:
        return "present", 1.0
    if doing is Doing.DEVELOP and kind.makes:
        return "present", 1.0 if itself else weights.develop
    if doing is Doing.SERVE:
        return "trade", 1.0
    return ("present", weights.silent) if itself else ("unstated", weights.silent)
