"""A project that goes from an idea to full capacity, for tests: what each gate wants, given step by step."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from gongxing.domains.firms.models import Firm
from gongxing.domains.projects.actions.moving import advance_project
from gongxing.domains.projects.checks import Check, _providers, provide_check
from gongxing.domains.projects.models import Move, Paper, Project, Promise
from gongxing.kernel.action.declare import Action
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

USCC = "91459999MA00000009"
ANSWERS: Mapping[str, Any] = {
    "land_mode": "grant", "needs_conversion": False, "new_building": True, "fitout": False, "small_works": False, "eia_class": "form",
    "discharge_class": "simple", "soil_zone": False, "forest_ha": 0, "special_fire": False, "chemical": "none", "occ_hazard": False,
    "special_equipment": False, "drain_to_sewer": True, "food": False, "drug": False, "standard_land": False, "energy_tce": 800, "coal_t": 0,
    "energy_light_industry": False, "money_promised": 0,
}  # fmt: skip
PAPERS: Mapping[str, tuple[str, ...]] = {
    "negotiation": ("screening",), "signed": ("due_diligence", "joint_review", "legality", "no_government_promise"),
    "pre_construction": ("filing", "permit_plan", "capital_proof"),
    "construction": ("land_contract", "land_planning_permit", "plan_permit", "build_permit", "eia_approval"),
    "building": ("plan_curve", "statistics_entry"), "completed": ("planning_check", "self_acceptance", "fire_acceptance"),
    "production": ("discharge_permit", "env_acceptance", "drain_permit", "first_output"),
}  # fmt: skip
WAY = (
    "reserve",
    "negotiation",
    "signed",
    "pre_construction",
    "construction",
    "building",
    "completed",
    "production",
    "full_capacity",
)
FIRST = date(2024, 3, 1)


@contextmanager
def reviewed(state: str = "met") -> Iterator[None]:
    """The fair-competition review is another stage's: within the block it says this of every project."""
    before = _providers.get("fair_competition")
    provide_check("fair_competition", lambda project: Check(state, "试"))  # type: ignore[arg-type]
    try:
        yield
    finally:
        if before is None:
            del _providers["fair_competition"]
        else:
            provide_check("fair_competition", before)


def an_idea(office: Office, username: str = "yuanqu", **more: str) -> Project:
    """A project typed into the form: name, industry and unit."""
    raw = {"name": "年产三千吨茶饮料", "industry": "1523", "unit": "东园", **more}
    row = save(ledger_named("projects.project"), office.actor(username), raw)
    assert isinstance(row, Project)
    return row


def a_firm(office: Office, name: str = "青禾茶饮有限公司", uscc: str = USCC, **more: Any) -> Firm:
    with as_system() as ctx:
        return ctx.create(
            Firm(name=name, folded=name, uscc=uscc, unit=office.units["东园"], industry="1523", section="C", **more)
        )


def given(project: Project, **fields: Any) -> Project:
    """Fields as somebody would have filled them in."""
    with as_system() as ctx:
        return ctx.update(Project.objects.get(pk=project.pk), **fields)


def with_paper(project: Project, *kinds: str, **more: Any) -> None:
    with as_system() as ctx:
        for kind in kinds:
            ctx.create(Paper(project=project, kind=kind, ref=f"{project.pk}:{kind}", issued_on=FIRST, **more))


def with_promise(
    office: Office, project: Project, side: str = "enterprise", text: str = "投资一亿元", **more: Any
) -> Promise:
    fields = {"post": office.posts["yuanqu"], "due_on": today() + timedelta(days=90), "basis": "协议", **more}
    with as_system() as ctx:
        return ctx.create(Promise(ref=f"样{text}"[:40], project=project, side=side, text=text, **fields))


def ready_for(office: Office, project: Project, stage: str) -> None:
    """Give the project everything the gate into the stage requires."""
    with_paper(project, *PAPERS.get(stage, ()))
    if stage == "reserve":
        given(
            project,
            firm=a_firm(office),
            total_investment=6000,
            catalogue="permitted",
            land_mu=30,
            energy_tce=800,
            land_mode="grant",
        )
    elif stage == "negotiation":
        given(
            project,
            contact_name="林某",
            owner=office.posts["yuanqu"],
            first_claim=office.units["东园"],
            first_claim_on=FIRST,
        )
    elif stage == "signed":
        given(
            project, agreement_amount=6000, plan_start=date(2024, 7, 1), plan_produce=date(2025, 6, 1), money_promised=0
        )
        with_promise(office, project)
    elif stage == "pre_construction":
        given(project, code="2403-450127-04-01-123456", place="东园三号地块", conformity="conforms")
    elif stage == "construction":
        given(project, **ANSWERS)
        with_paper(project, "photo_place_time", note="东园三号地块", file_id=1)
    elif stage == "building":
        given(project, milestones="2024-08-01 基础", plan_complete=date(2025, 3, 1))
    elif stage == "production":
        with as_system() as ctx:
            ctx.update(project.firm or Firm.objects.get(name="青禾茶饮有限公司"), near_scale=True)
    elif stage == "full_capacity":
        given(project, capacity_use=85)


def day_of(stage: str) -> date:
    """A day for each step, in order: a month apart."""
    return FIRST + timedelta(days=30 * (WAY.index(stage) + 1))


def advance(office: Office, project: Project, stage: str, on: date | None = None, username: str = "yuanqu") -> Move:
    """The step as somebody takes it on the page."""
    now = Project.objects.get(pk=project.pk)
    raw = {"to_stage": stage, "on": (on or day_of(stage)).isoformat()}
    done: Move = perform(advance_project, office.actor(username), raw, key=now.pk, version=now.version)
    return done


def walked(office: Office, project: Project, to_stage: str) -> Project:
    """The project taken to a stage, every gate met on the way."""
    for stage in WAY[: WAY.index(to_stage) + 1]:
        ready_for(office, project, stage)
        project.refresh_from_db()
        with reviewed():
            advance(office, project, stage)
    return Project.objects.get(pk=project.pk)


def refusal(office: Office, project: Project, stage: str, on: date | None = None) -> list[tuple[str, str]]:
    """The faults a step is refused with: (field, code). Fails when it is not refused, or anything was written."""
    before = (Project.objects.get(pk=project.pk).version, Move.objects.count())
    try:
        advance(office, project, stage, on)
    except Refused as refused:
        assert (Project.objects.get(pk=project.pk).version, Move.objects.count()) == before
        return [(one.column, one.fault.code) for one in refused.faults]
    raise AssertionError(f"{stage} was not refused")


def words_of(office: Office, project: Project, stage: str) -> list[str]:
    """The sentences a step is refused with."""
    try:
        advance(office, project, stage)
    except Refused as refused:
        return [sentence(one.fault) for one in refused.faults]
    raise AssertionError(f"{stage} was not refused")


def act(office: Office, one: Action[Any, Any], project: Project, username: str = "yuanqu", **raw: Any) -> Any:
    """Run an action on the project as it is now."""
    now = Project.objects.get(pk=project.pk)
    return perform(one, office.actor(username), raw, key=now.pk, version=now.version)


def act_refusal(office: Office, one: Action[Any, Any], project: Project, **raw: Any) -> list[tuple[str, str]]:
    """The faults an action is refused with; fails when anything was written."""
    before = (Project.objects.get(pk=project.pk).version, Move.objects.count())
    try:
        act(office, one, project, **raw)
    except Refused as refused:
        assert (Project.objects.get(pk=project.pk).version, Move.objects.count()) == before
        return [(fault.column, fault.fault.code) for fault in refused.faults]
    raise AssertionError(f"{one.name} was not refused")
