"""A county of a few firms, projects, policies and clauses for the tests of matching."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.domains.policy.models import Clause, Policy
from gongxing.domains.projects.models import Project
from gongxing.engines.conditions import Condition, Predicate, to_json
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today
from gongxing.kernel.testing.office import Office

LAST = today().year - 1


def when(*parts: Predicate | list[Predicate]) -> dict[str, Any]:
    """A condition as it is stored."""
    return to_json(Condition.of(*parts))


def p(name: str, op: str, value: Any = None) -> Predicate:
    return Predicate(name, op, value)


@dataclass
class County:
    """Rows by name."""

    office: Office
    firms: dict[str, Firm] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    clauses: dict[str, Clause] = field(default_factory=dict)
    policy: Policy | None = None

    def firm(self, ctx: Ctx, name: str, unit: str = "东园", **given: Any) -> Firm:
        values = {"name": name, "folded": name, "initials": "", "unit": self.office.units[unit], **given}
        self.firms[name] = ctx.create(Firm(**values))
        return self.firms[name]

    def figures(self, ctx: Ctx, name: str, source: str = "stat", year: int = LAST, **given: Any) -> None:
        firm = self.firms[name]
        values = {key: Decimal(value) if isinstance(value, str) else value for key, value in given.items()}
        ctx.create(
            FirmFigure(firm=firm, ref=f"{firm.pk}:{year}:{source}", period=str(year), period_start=date(year, 1, 1), source=source, **values)
        )  # fmt: skip

    def project(self, ctx: Ctx, name: str, /, unit: str = "东园", **given: Any) -> Project:
        values = {"number": f"XM{len(self.projects):06d}", "initials": "", "folded": name, "stage": "building", "stage_on": today(), "moved_on": today(), "kind": "industry"}  # fmt: skip
        self.projects[name] = ctx.create(Project(unit=self.office.units[unit], **{"name": name, **values, **given}))
        return self.projects[name]

    def clause(self, ctx: Ctx, name: str, condition: Any, **given: Any) -> Clause:
        if self.policy is None:
            self.policy = ctx.create(Policy(number="样政〔2026〕1号", title="样政策", authority="样", state="in_force"))
        values = {
            "ref": f"{self.policy.pk}:{name}:1", "policy": self.policy, "code": name, "name": name, "article": "第一条", "text": "原文", "subject": "firm",
            "kind": "grant", "state": "in_force", "condition": condition, **given,
        }  # fmt: skip
        self.clauses[name] = ctx.create(Clause(**values))
        return self.clauses[name]
