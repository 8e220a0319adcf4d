"""What is known of a project, under the names the gates pack, its conditions and the maturity score use."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from gongxing.domains.projects.models import Paper, Project

FLAGS = (
    "needs_conversion", "new_building", "fitout", "small_works", "soil_zone", "special_fire", "occ_hazard", "special_equipment",
    "drain_to_sewer", "food", "drug", "standard_land", "energy_light_industry",
)  # fmt: skip
PLAIN = (
    "name", "land_mode", "eia_class", "discharge_class", "chemical", "earthwork_m3", "forest_ha", "energy_tce", "coal_t", "site_ha",
    "total_investment", "agreement_amount", "money_promised", "milestones", "paused_until", "eia_state", "energy_state", "soil_state",
    "design_depth", "power_state", "water_state", "gas_state", "sewage_state", "started_on", "completed_on", "produced_on", "full_on",
)  # fmt: skip
RENAMED: Mapping[str, str] = {
    "industry_code": "industry", "owner_unit": "unit_id", "land_need_mu": "land_mu", "planned_start_on": "plan_start",
    "planned_produce_on": "plan_produce", "planned_complete_on": "plan_complete", "project_code": "code",
}  # fmt: skip
KWH_PER_STORED = Decimal(10000)
"""``power_kwh`` is stored in 万千瓦时."""
HUNDRED, ONE = Decimal(100), Decimal(1)
LEASED = ("land_planning", "land_class", "land_supply")


def known(value: Any) -> Any:
    """The value; None for a blank text."""
    return None if isinstance(value, str) and not value.strip() else value


def flag(value: bool | None) -> str | None:
    """A stored yes or no as the pack writes it."""
    return None if value is None else "yes" if value else "no"


def paper_kinds(papers: Iterable[Paper], day: date) -> frozenset[str]:
    """The kinds of papers that were issued by the day and still valid on it."""
    return frozenset(
        one.kind for one in papers if one.issued_on <= day and (one.valid_until is None or one.valid_until >= day)
    )


def facts_of(project: Project, papers: Iterable[Paper] | None = None) -> dict[str, Any]:
    """Everything known, by name; unknown is None. Flags are "yes" or "no". Money in 万元, land in 亩 (``site_ha`` in hectares), electricity in kWh,
    shares 0 to 1. ``papers``: those of the project, asked for when not given (one query)."""
    kinds = {one.kind for one in (project.papers.all() if papers is None else papers)}
    facts: dict[str, Any] = {name: known(getattr(project, name)) for name in PLAIN}
    facts.update({name: flag(getattr(project, name)) for name in FLAGS})
    facts.update({name: known(getattr(project, field)) for name, field in RENAMED.items()})
    facts["owner_firm"] = project.firm_id or known(project.owner_name)
    facts["contact_person"] = "yes" if known(project.contact_name) and project.owner_id else None
    facts["first_claim"] = project.first_claim_on if project.first_claim_id else None
    facts["company_registered"] = known(project.firm.uscc) if project.firm is not None else None
    facts["owner_status"] = str(project.firm.status) if project.firm is not None else "none"
    facts["site"] = project.site_id or known(project.place)
    facts["to_unit"] = project.to_unit_id
    facts["electricity_kwh"] = None if project.power_kwh is None else project.power_kwh * KWH_PER_STORED
    facts["pause_reason"] = facts["remove_reason"] = known(project.reason_code)
    return {**facts, **_maturity(project, kinds)}


def _maturity(project: Project, kinds: Iterable[str]) -> dict[str, Any]:
    """The levels the maturity score reads that are no fields of their own."""
    total, there = project.total_investment, project.funds_in_place
    share = None if total is None or there is None or total <= 0 else min(there / total, ONE)
    levels: dict[str, Any] = {name: known(getattr(project, name)) for name in LEASED}
    levels["clearance_share"] = None if project.clearance_share is None else project.clearance_share / HUNDRED
    if project.land_mode == Project.LandMode.LEASE_BUILDING:
        levels = {name: "not_needed" if level is None else level for name, level in levels.items()}
    unset = project.conformity == Project.Conformity.UNKNOWN
    return {
        **levels,
        "owner": _owner(project, frozenset(kinds)),
        "funds_share": share,
        "plan_conformity": None if unset else str(project.conformity),
        "catalogue": catalogue_level(project),
    }


def _owner(project: Project, kinds: frozenset[str]) -> str:
    """How far the owner is secured: no owner named is "none", for whoever has one names it."""
    if project.firm_id is not None:
        return "registered"
    if not project.owner_name.strip():
        return "none"
    if project.signed_on is not None:
        return "agreed"
    return "intent" if "intent" in kinds else "interested"


def existing_capacity(project: Project) -> bool:
    """Whether the project changes capacity that is there: 技改 or 改建 (rulebook 2.8)."""
    return project.nature in (Project.Nature.UPGRADE, Project.Nature.REBUILDING)


def catalogue_level(project: Project) -> str | None:
    """The class of the industrial catalogue as the maturity pack has it; an upgrade of restricted capacity that exists already is a class of its own."""
    if project.catalogue == Project.Catalogue.UNKNOWN:
        return None
    if project.catalogue == Project.Catalogue.RESTRICTED and existing_capacity(project):
        return "restricted_upgrade"
    return str(project.catalogue)
