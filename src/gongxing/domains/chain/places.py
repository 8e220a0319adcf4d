"""The one order in which links are shown, wherever they are shown.

What a buyer said weighs more than what was worked out from weights: links whose demand was surveyed stand first, then those whose demand
is estimated, each by value; then those of unknown demand by index. Numbers run through, equal figures share the better one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.queries import Graded
from gongxing.engines.chain import NodeGrade

SURVEY, ESTIMATE, INDEX = "survey", "estimate", "index"
BASES: Mapping[str, Promise] = {SURVEY: _("采购调查"), ESTIMATE: _("估计"), INDEX: _("按指数")}
"""What a place rests on."""
RULE = _("有采购调查的在前，需求是估计的在后，都按 关键分 × 缺口 × 可落地 × 本地需求；不知道需求的排最后，只按前三项")


@dataclass(frozen=True)
class Place:
    """A place in the order of the county: its number from 1 and what it rests on (survey, estimate, index)."""

    number: int
    basis: str

    @property
    def word(self) -> str:
        """What it rests on, in words; "" for a survey, which needs no mark."""
        return "" if self.basis == SURVEY else str(BASES[self.basis])


def basis_of(grade: NodeGrade) -> str:
    """What the place of a ranked link rests on."""
    if not grade.priority.rank:
        return INDEX
    return SURVEY if grade.figures.demand_source == SURVEY else ESTIMATE


def places(found: Graded) -> Mapping[str, Place]:
    """Places by code of link, in their order; links that are not ranked are not there."""
    groups: dict[str, list[NodeGrade]] = {SURVEY: [], ESTIMATE: [], INDEX: []}
    for grade in found.grading.order:
        groups[basis_of(grade)].append(grade)
    listed: dict[str, Place] = {}
    for basis, grades in groups.items():
        before, number, last = len(listed), 0, None
        for at, grade in enumerate(grades, 1):
            figure = grade.priority.index_rank if basis == INDEX else grade.priority.rank
            number, last = (number, last) if figure == last else (at, figure)
            listed[grade.node] = Place(before + number, basis)
    return listed
