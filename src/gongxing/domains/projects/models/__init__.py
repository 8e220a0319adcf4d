"""Project and what hangs on it: moves between stages, duties, links of chains, papers, agreement clauses, promises, vetting, twins, budgets, plans."""

from gongxing.domains.projects.models.hanging import Duty, Move, NodeLink, Paper
from gongxing.domains.projects.models.pool import Budget, PushPlan, TwinQuestion, Vetting, VettingItem
from gongxing.domains.projects.models.project import FUND_FIELDS, Project
from gongxing.domains.projects.models.promises import AgreementClause, Promise

__all__ = [
    "FUND_FIELDS",
    "AgreementClause",
    "Budget",
    "Duty",
    "Move",
    "NodeLink",
    "Paper",
    "Project",
    "Promise",
    "PushPlan",
    "TwinQuestion",
    "Vetting",
    "VettingItem",
]
