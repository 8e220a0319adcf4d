"""Placing firms on nodes of industry chains.

For one firm and one node, with s(e) the strength of one caught word e and w the kinds of place (product, scope, name):

(1) base = 1 − Π over w of (1 − max of s(e), e in w), over the words that speak for presence (failing any, for trade;
    failing any, those that state no verb);
(2) the firm's class raises it, base ← 1 − (1 − base)(1 − c), by how many digits it shares with a class of the node, or
    lowers it, base ← base × other_class, where another division is known;
(3) another node of the chain on which the firm stands by another word raises it likewise; a generic service without any such
    support, without the class and without the name is halved;
(4) a trader's score is multiplied by ``weights.trade``; level is sure from ``weights.sure`` (for a trader from the same share
    of it); an unstated role is always doubtful;
(5) among nodes of presence, main are those whose class agrees where any does, and else those near the best score; a
    generic service is main only by class or name.

A confirmed answer outranks all of it. The order of nodes, words and products does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from gongxing.engines.placing.cases import STATUSES, Case, base, either, shared_digits
from gongxing.engines.placing.evidence import gather
from gongxing.engines.placing.explain import explain
from gongxing.engines.placing.judge import Kind, Verdict, judge
from gongxing.engines.placing.placement import Level, Placement, Role
from gongxing.engines.placing.weights import WEIGHTS, Weights
from gongxing.engines.placing.words import Hit, Lexicon, NodeWords
from gongxing.engines.reasons import Reason


@dataclass(frozen=True, slots=True)
class Placer:
    """The nodes of all chains, ready to place firms; build it once and share it."""

    nodes: Mapping[str, NodeWords]
    kinds: Mapping[str, Kind]
    lexicon: Lexicon
    weights: Weights = WEIGHTS

    @classmethod
    def build(cls, nodes: Iterable[NodeWords], weights: Weights = WEIGHTS) -> Self:
        """Arrange the nodes in any order. Raises ValueError when a node id is given twice."""
        ordered = sorted(nodes, key=lambda node: node.node)
        lexicon = Lexicon.build(ordered)
        return cls(
            {node.node: node for node in ordered}, {node.node: Kind.of(node) for node in ordered}, lexicon, weights
        )

    def hits(self, clause: str) -> tuple[Hit, ...]:
        """The nodes that one folded clause catches, by node id; roles and scores apart."""
        return self.lexicon.hits(clause)

    def place(
        self,
        name: str,
        scope: str = "",
        products: Sequence[str] = (),
        industry_code: str = "",
        decided: Mapping[str, Role | None] | None = None,
    ) -> tuple[Placement, ...]:
        """Where a firm stands, the strongest first.

        ``products`` is the firm's own list; ``industry_code`` its four-digit class or ""; ``decided`` the confirmed
        answers: a role, or None for "not on this node". Answers about nodes the placer does not know are left out.
        """
        cases = self._cases(name, scope, products, industry_code)
        roles = self._roles(cases)
        answers = {node: role for node, role in (decided or {}).items() if node in self.nodes}
        found = [
            Placement(
                case.node, roles[case.node], round(case.score, 4), self._level(case), explain(case, industry_code)
            )
            for case in cases
            if case.node not in answers
        ]
        found += [
            Placement(node, role, 1.0, "sure", (Reason.of("placing.decided", 1.0, role=role),))
            for node, role in answers.items()
            if role is not None
        ]
        return tuple(sorted(found, key=lambda placement: (-placement.score, placement.node)))

    def _cases(self, name: str, scope: str, products: Sequence[str], code: str) -> list[Case]:
        verdicts: dict[str, list[Verdict]] = {}
        for evidence in gather(name, scope, products, self.lexicon):
            verdicts.setdefault(evidence.node, []).append(
                judge(evidence, self.kinds[evidence.node], code, self.weights)
            )
        cases = [self._case(node, verdicts[node], code) for node in sorted(verdicts)]
        return [self._supported(case, cases) for case in cases]

    def _case(self, node: str, verdicts: Sequence[Verdict], code: str) -> Case:
        status = next(status for status in STATUSES if any(verdict.status == status for verdict in verdicts))
        speaking = tuple(verdict for verdict in verdicts if verdict.status == status)
        score = base(speaking)
        codes = self.nodes[node].codes
        digits = shared_digits(code, codes) if code else 0
        raised = {4: self.weights.class_four, 3: self.weights.class_three, 2: self.weights.class_two}
        if digits:
            score = either(score, raised[digits])
        elif code and codes:
            score *= self.weights.other_class
        if status == "trade":
            score *= self.weights.trade
        return Case(node, status, speaking, score, digits)

    def _supported(self, case: Case, cases: Sequence[Case]) -> Case:
        """Raise a case by other nodes of its chain; lower a generic one that nothing supports."""
        own = self.nodes[case.node]
        words = {verdict.evidence.word for verdict in case.verdicts}
        near = far = ""
        for other in cases:
            its = self.nodes[other.node]
            if other.node == case.node or its.chain != own.chain or its.generic or other.status != "present":
                continue
            if {verdict.evidence.word for verdict in other.verdicts} <= words:
                continue
            if other.node in own.neighbours:
                near = near or other.node
            far = far or other.node
        if case.status == "present" and (near or far):
            gain = self.weights.neighbour if near else self.weights.same_chain
            return case._replace(score=either(case.score, gain), support=near or far)
        named = any(verdict.evidence.where == "name" for verdict in case.verdicts)
        if own.generic and case.digits < 4 and not named and not (near or far):
            return case._replace(score=case.score * self.weights.generic, alone=True)
        return case

    def _level(self, case: Case) -> Level:
        bar = self.weights.sure * (self.weights.trade if case.status == "trade" else 1.0)
        return "sure" if case.status != "unstated" and case.score >= bar else "doubtful"

    def _roles(self, cases: Sequence[Case]) -> dict[str, Role]:
        present = [case for case in cases if case.status == "present"]
        best = max((case.score for case in present), default=0.0)
        agrees = any(case.digits >= 3 for case in present)
        roles: dict[str, Role] = {case.node: "trade" if case.status == "trade" else "unstated" for case in cases}
        for case in present:
            named = any(verdict.evidence.where == "name" for verdict in case.verdicts)
            main = case.digits >= 3 if agrees else case.score >= self.weights.main * best
            if self.nodes[case.node].generic and case.digits < 4 and not named:
                main = False
            roles[case.node] = "main" if main else "supporting"
        return roles
