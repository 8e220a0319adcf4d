"""What the fair-competition review says to the gate of a project: no signing while a red finding is open in its agreement."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gongxing.domains.policy.checking import standings
from gongxing.domains.projects.checks import Check, Said
from gongxing.domains.projects.models import Project


def _page(text: str = "") -> str:
    return reverse("policy-findings") + (f"?text={text}" if text else "")


def fair_competition(project: Project) -> Check:
    """Met where no agreement clause holds an open red finding, read out of the clauses as they stand now."""
    clauses = list(project.clauses.all())
    if not clauses:
        return Check("unknown", _("还没有登记协议条款"))
    for clause in clauses:
        clause.project = project
    found = standings(sorted(clauses, key=lambda one: one.pk))
    blocking = [(one, item) for one in found for item in one.blocking]
    if blocking:
        standing, item = blocking[0]
        words = _("公平竞争审查有 %(n)s 项没有消除：%(clause)s“%(sentence)s”（%(rule)s %(article)s）")
        number = standing.reading.subject.rpartition(" · ")[2]
        said = Said(
            words, n=len(blocking), clause=number, sentence=item.found.sentence[:40], rule=item.found.rule, article=item.found.article
        )  # fmt: skip
        return Check("missing", said, _page(f"{standing.reading.ledger}:{standing.reading.row}"))
    doubtful = sum(len(one.doubtful) for one in found)
    if doubtful:
        return Check("met", Said(_("没有红项；还有 %(n)s 项黄色提示没有说明"), n=doubtful), _page())
    return Check("met", Said(_("%(n)s 条协议条款没有未消除的红项；没有提示不等于合法"), n=len(clauses)))
