"""The block 政策匹配 on the pages of an enterprise, a project and a clause."""

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.firms.models import Firm
from gongxing.domains.policy.fields import FIRM, PROJECT
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.register import names_only
from gongxing.domains.policy.show import answered, counted, matches_url
from gongxing.domains.policy.terms import amount_term, condition_term
from gongxing.domains.policy.view import answers, sight_of
from gongxing.domains.projects.models import Project
from gongxing.engines.matching import Status
from gongxing.kernel.access.visible import permissions
from gongxing.kernel.ledger.declare import Panel
from gongxing.kernel.org.actor import Actor

FEW, SHOWN = 3, (Status.NEAR, Status.MEETS, Status.MISSING)
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
    groups = answered(given, sight, actor, key, SHOWN, FEW)
    counts = {one["name"]: one["n"] for one in groups}
    context = {"groups": groups, "counts": counts, "url": matches_url(subject, key)}
    return [Panel("policy", _("政策匹配"), "policy/panel.html", context, counts["meets"] + counts["near"])]


def clause_reach(clause: Clause, actor: Actor) -> list[Panel]:
    """Who a clause is for, in words, and how many it reaches."""
    held = permissions(actor)
    if not held.may("view", CLAUSE):
        return []
    writes = held.may("edit", CLAUSE) and clause.state in (Clause.State.DRAFT, Clause.State.REVIEW)
    sight, names = sight_of(actor, clause.subject), names_only(clause.subject)
    said = condition_term(clause, names)
    context = {
        "conditions": said.lines, "tone": said.tone, "pays": amount_term(clause, names).lines, "counts": counted(clause, sight) if sight.readable(clause.pk) else [],
        "reach_url": reverse("policy-reach", args=[clause.pk]), "edit_url": reverse("policy-condition", args=[clause.pk]) if writes else "",
    }  # fmt: skip
    return [Panel("reach", _("够得着谁"), "policy/clause_panel.html", context)]
