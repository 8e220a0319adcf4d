"""The block 政策匹配 on the pages of an enterprise, a project and a clause."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.firms.models import Firm
from gongxing.domains.policy.fields import FIRM, PROJECT
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.show import answered, conditions, counted, matches_url, paying
from gongxing.domains.policy.view import answers, sight_of
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.ledger.declare import Panel
from gongxing.kernel.org.actor import Actor

FEW = 3
CLAUSE = "policy.clause"


def firm_policies(firm: Firm, actor: Actor) -> list[Panel]:
    """What a firm lacks one thing for, and what it meets."""
    return _panel(FIRM, firm.pk, actor)


def project_policies(project: Project, actor: Actor) -> list[Panel]:
    """The same of a project."""
    return _panel(PROJECT, project.pk, actor)


def _panel(subject: str, key: int, actor: Actor) -> list[Panel]:
    if not permissions(actor).may("view", CLAUSE):
        return []
    sight = sight_of(actor, subject)
    given = answers(sight, key) if sight.found.clauses else None
    if given is None:
        return []
    groups = answered(given, sight, actor, key)
    counts = {one["name"]: len(one["lines"]) for one in groups}
    cut: list[dict[str, Any]] = [{**one, "lines": one["lines"][:FEW], "rest": max(0, len(one["lines"]) - FEW)} for one in groups if one["name"] != "fails"]  # fmt: skip
    context = {"groups": cut, "counts": counts, "url": matches_url(subject, key), "withheld": len(given.withheld)}
    return [Panel("policy", _("政策匹配"), "policy/panel.html", context, counts["meets"] + counts["near"])]


def clause_reach(clause: Clause, actor: Actor) -> list[Panel]:
    """Who a clause is for, in words, and how many it reaches."""
    held = permissions(actor)
    if not held.may("view", CLAUSE):
        return []
    writes = held.may("edit", CLAUSE) and clause.state in (Clause.State.DRAFT, Clause.State.REVIEW)
    sight = sight_of(actor, clause.subject)
    known = sight.readable(clause.pk)
    context = {
        "conditions": conditions(clause, sight), "pays": paying(clause, sight) if known else "", "counts": counted(clause, sight) if known else [],
        "reach_url": reverse("policy-reach", args=[clause.pk]) if known or writes else "", "edit_url": reverse("policy-condition", args=[clause.pk]) if writes else "",
        "blank": not clause.condition,
    }  # fmt: skip
    return [Panel("reach", _("够得着谁"), "policy/clause_panel.html", context)]
