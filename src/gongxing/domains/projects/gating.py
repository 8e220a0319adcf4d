"""The gates of one project: what each stage requires, what is there, what is missing, who owes it and where it is mended.

The rules are rows of the gates pack as they hold today; the algebra is ``engines/gates``. A requirement that a move itself answers (its day,
its reason, the receiving unit) is ``asked``: it is no debt before the move and counts on neither side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from gongxing.domains.projects.checks import NO_GOVERNMENT, UNDONE, Check, check_of
from gongxing.domains.projects.facts import facts_of, paper_kinds
from gongxing.domains.projects.issuing import issuer_names
from gongxing.domains.projects.models import Duty, Move, Project
from gongxing.domains.projects.models.promises import Side
from gongxing.domains.projects.rule_words import said
from gongxing.engines.conditions import Expression, ExpressionRefused, parse
from gongxing.engines.gates import Facts, Finding, Requirement, Stage, look
from gongxing.kernel.access.visible import reach, restrict
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.prefill import add_url
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Post, Unit
from gongxing.kernel.packs.tables import PackRow, Table, table

PREFETCHED = (
    "unit", "firm", "owner__unit", "leader__unit", "papers", "moves__from_unit", "moves__to_unit", "duties__unit", "duties__post__unit", "promises", "clauses", "twins_of__other",
    "twins_with__one",
)  # fmt: skip
DUTIES: Mapping[str, str] = {"产业招引": "attracting", "审批": "approving", "要素保障": "securing"}
ASKED = frozenset(
    {"started_on", "completed_on", "produced_on", "full_on", "pause_reason", "paused_until", "remove_reason", "human_decision", "to_unit"}
)  # fmt: skip
"""Keys a move answers itself."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",), "industry_code": ("industry",), "owner_unit": ("unit",), "owner_firm": ("firm",), "total_investment": ("total_investment",),
    "land_need_mu": ("land_mu",), "contact_person": ("contact_name", "owner"), "first_claim": ("first_claim", "first_claim_on"),
    "planned_start_on": ("plan_start",), "planned_produce_on": ("plan_produce",), "planned_complete_on": ("plan_complete",),
    "project_code": ("code",), "company_registered": ("firm",), "site": ("site",), "site_ha": ("land_mu",), "electricity_kwh": ("power_kwh",),
    "plan_conformity": ("conformity",), "design_capacity": ("capacity_use",), "catalogue": ("catalogue",), "restricted": ("catalogue",),
    "min_investment": ("total_investment",), "near_scale": ("firm",), "owner_standing": ("firm",),
}  # fmt: skip
"""Where on the project's form a field, a fact or a check is mended, where it is not the field of the same name."""
INSTEAD: Mapping[str, tuple[str, Any]] = {
    "government": (NO_GOVERNMENT, gettext_lazy("没有承诺，附说明")), "government_all": (UNDONE, gettext_lazy("附未办结的原因")),
}  # fmt: skip
MAIN, ASIDE, OUT = "main", "aside", "out"
REVIEW = "fair_competition"
REVIEWED: Mapping[str, str] = {"missing": "red", "met": "clear", "unknown": "none"}
"""What the review of the agreement found, as conditions name it; a provider says «unknown» where no clause was entered."""


@dataclass(frozen=True)
class Owes:
    """Who owes a thing: the unit and post that lead its class of duty; else the post that handles the project; else the responsible unit."""

    unit: str
    post: str
    post_id: int | None
    how: str

    def __str__(self) -> str:
        return f"{self.unit} · {self.post}" if self.post else self.unit


@dataclass(frozen=True)
class Item:
    """One requirement of a gate in the reader's language. ``state``: met, missing, unknown, not_needed. ``words`` say why and what to do;
    ``url`` is where it is mended and ``act`` what the button there says; ``duty`` a ``Duty.Class``; ``asked``: the move itself answers it.
    ``also`` is a second way (address, button), ("", "") where there is none. ``words`` may name the project's data: the page is for those who see the project."""

    code: str
    kind: str
    key: str
    label: str
    state: str
    severity: str
    duty: str
    owes: Owes
    words: str
    url: str
    act: str
    also: tuple[str, str]
    note: str
    asked: bool
    source: str
    status: str

    @property
    def lacking(self) -> bool:
        """Missing or unknown, and not the move's own to answer."""
        return self.state in ("missing", "unknown") and not self.asked

    @property
    def blocks(self) -> bool:
        """Whether it keeps the gate shut."""
        return self.lacking and self.severity == "block"


@dataclass(frozen=True)
class Gate:
    """The gate into a stage. ``items`` in the order of the pack, asked ones and those not needed included."""

    to_stage: str
    label: str
    items: tuple[Item, ...]

    @property
    def counted(self) -> tuple[Item, ...]:
        return tuple(one for one in self.items if not one.asked and one.state != "not_needed")

    @property
    def met(self) -> int:
        return sum(one.state == "met" for one in self.counted)

    @property
    def total(self) -> int:
        return len(self.counted)

    @property
    def lacking(self) -> tuple[Item, ...]:
        """What is missing or unknown, blocking first."""
        return tuple(sorted((one for one in self.items if one.lacking), key=lambda one: not one.blocks))

    @property
    def blocking(self) -> tuple[Item, ...]:
        return tuple(one for one in self.lacking if one.blocks)

    @property
    def warnings(self) -> tuple[Item, ...]:
        """What may be passed without, and is kept in the move."""
        return tuple(one for one in self.lacking if not one.blocks)

    @property
    def is_open(self) -> bool:
        return not self.blocking

    @property
    def asked(self) -> tuple[Item, ...]:
        return tuple(one for one in self.items if one.asked and one.state != "not_needed")


@lru_cache(maxsize=512)
def _parsed(text: str, names: frozenset[str]) -> Expression:
    return parse(text, names)


def _applies(when: str, facts: Mapping[str, Any]) -> bool | None:
    """Raises ValueError where the condition cannot be read."""
    try:
        return _parsed(when, frozenset(facts)).evaluate(facts)
    except ExpressionRefused as refused:
        raise ValueError(str(refused)) from refused


def _asks(when: str, facts: Mapping[str, Any]) -> Sequence[str]:
    return _parsed(when, frozenset(facts)).missing(facts)


@lru_cache(maxsize=16)
def _requirements(found: Table) -> Mapping[str, tuple[tuple[Requirement, PackRow], ...]]:
    """Stage → its requirements with the rows they stand in. The table is the key: the same rules of a day are the same object."""
    stages: dict[str, list[tuple[Requirement, PackRow]]] = {}
    for row in found:
        for one in Requirement.each_from_row(row):
            stages.setdefault(one.to_stage, []).append((one, row))
    return {stage: tuple(rows) for stage, rows in stages.items()}


@lru_cache(maxsize=16)
def _stages(found: Table) -> tuple[Stage, ...]:
    return tuple(sorted((Stage.from_row(row) for row in found), key=lambda one: one.order))


def stages(day: date | None = None) -> tuple[Stage, ...]:
    """The stages of the pack in their order. One query."""
    return _stages(table("gates", "stages", day or today()))


def days_of(moves: Sequence[Move], known: Sequence[Stage]) -> dict[str, date]:
    """The day each stage of the main line was entered, of the way the project is on: a step back forgets what came after."""
    order = {one.code: one.order for one in known if one.track == MAIN}
    days: dict[str, date] = {}
    for move in moves:
        if move.to_stage in order:
            days = {
                code: day for code, day in days.items() if order[code] < order[move.to_stage] or code == move.to_stage
            }
            if not (move.from_stage not in order and move.to_stage in days):
                days[move.to_stage] = move.on
    return days


class Gates:
    """All gates of one project, asked once: facts, papers, promises and checks are read the first time they are needed.

    ``given`` are facts a move brings with it (its day, its reason); ``decided``: a person gave a reason; ``on``: the day of the
    step, on which papers must have been there. About ten queries with all gates.
    """

    def __init__(
        self, project: Project, given: Mapping[str, Any] | None = None, decided: bool = False, on: date | None = None
    ) -> None:
        prefetch_related_objects([project], *PREFETCHED)
        self.project = project
        self.given = dict(given or {})
        self.decided = decided
        self.day = today()
        self.papers_on = min(on, self.day) if on is not None else self.day
        self._checks: dict[str, Check] = {"human_decision": Check("met" if decided else "missing")}

    @cached_property
    def moves(self) -> list[Move]:
        """The way so far, oldest first."""
        return sorted(self.project.moves.all(), key=lambda one: (one.on, one.pk))

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        return stages(self.day)

    @cached_property
    def stage_rows(self) -> Table:
        return table("gates", "stages", self.day)

    @cached_property
    def rules(self) -> Table:
        return table("gates", "requirements", self.day)

    @cached_property
    def questions(self) -> Table:
        return table("gates", "facts", self.day)

    @cached_property
    def documents(self) -> Table:
        return table("gates", "documents", self.day)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Facts with what the move brings. Money the government promised item by item is promised even where the total was left at less."""
        facts = facts_of(self.project, self.project.papers.all())
        amounts = [one.amount for one in self.project.promises.all() if one.side == Side.GOVERNMENT and one.amount is not None and one.state != "cancelled"]  # fmt: skip
        if amounts and (facts["money_promised"] is None or facts["money_promised"] < sum(amounts)):
            facts["money_promised"] = sum(amounts)
        facts["agreement"] = REVIEWED[self.check(REVIEW).state]
        return {**facts, **self.given}

    @cached_property
    def held_at(self) -> str:
        """The stage a project on hold came from; "" when it is not on hold."""
        last = self.moves[-1] if self.moves else None
        return (
            last.from_stage if last is not None and self.project.stage == last.to_stage == Project.Stage.PAUSED else ""
        )

    @cached_property
    def days(self) -> dict[str, date]:
        return days_of(self.moves, self.stages)

    def stage(self, code: str) -> Stage:
        """Raises LookupError."""
        found = next((one for one in self.stages if one.code == code), None)
        if found is None:
            raise LookupError(f"gates/stages has no {code!r}")
        return found

    def label(self, code: str) -> str:
        """The name of a stage in the reader's language."""
        row = self.stage_rows.by_key(code)
        return said(row, "name") if row is not None else str(dict(Project.Stage.choices).get(code, code))

    def lacked(self, move: Move) -> list[str]:
        """What was missing at a step, in the reader's language, by today's rules or else those of that day. A code no rule has any more is told
        by the words that were kept with it, else as it is."""
        said_then = []
        for text in move.missing:
            code, _space, words = text.partition(" ")
            row = self.rules.by_key(code) or table("gates", "requirements", move.on).by_key(code)
            said_then.append(said(row, "label") if row is not None else words or code)
        return said_then

    def check(self, key: str) -> Check:
        if key not in self._checks:
            self._checks[key] = check_of(self.project, key)
        return self._checks[key]

    def following(self) -> list[str]:
        """The stages ahead one may go to from here, nearest first; of a project on hold the stage it came from."""
        if self.held_at:
            return [self.held_at]
        here = self.stage(self.project.stage)
        ahead = [self.stage(code) for code in here.exits]
        return [
            one.code for one in sorted(ahead, key=lambda one: one.order) if one.track == MAIN and one.order > here.order
        ]

    def gate(self, to_stage: str) -> Gate:
        """The gate into a stage."""
        pairs = _requirements(self.rules).get(to_stage, ())
        wanted = [one for one, _row in pairs]
        state = {"met": True, "missing": False, "unknown": None}
        checks = {one.key: state[self.check(one.key).state] for one in wanted if one.kind in ("check", "promise")}
        facts = Facts(self.facts, paper_kinds(self.project.papers.all(), self.papers_on), checks, checks)
        found = look(wanted, to_stage, facts, _applies, _asks)
        items = tuple(self._item(one, row) for one, (_requirement, row) in zip(found, pairs, strict=True))
        return Gate(to_stage, self.label(to_stage), items)

    def _item(self, found: Finding, row: PackRow) -> Item:
        one = found.requirement
        duty = DUTIES.get(one.duty, "attracting")
        lacking = found.state in ("missing", "unknown")
        words, (url, act) = (self._words(found), self._way(found)) if lacking else ("", ("", ""))
        return Item(
            one.code, one.kind, one.key, said(row, "label"), found.state, one.severity, duty, self.owes(duty), words, url, act, self._also(one.key) if lacking else ("", ""), said(row, "note"),
            one.key in ASKED, row.source, row.status,
        )  # fmt: skip

    def owes(self, duty: str) -> Owes:
        """Who leads a class of duty on this project, or stands in for it."""
        leads = [one for one in self.project.duties.all() if one.duty_class == duty and one.role == Duty.Role.LEAD]
        if leads:
            lead = min(leads, key=lambda one: one.pk)
            return Owes(lead.unit.name, lead.post.title if lead.post else "", lead.post_id, "duty")
        owner: Post | None = self.project.owner
        if owner is not None:
            return Owes(owner.unit.name, owner.title, owner.pk, "owner")
        unit: Unit = self.project.unit
        return Owes(unit.name, "", None, "unit")

    def _words(self, found: Finding) -> str:
        one, code = found.requirement, found.reason.code
        if code == "gates.need_unknown":
            asks = _("、").join(self._question(name) for name in found.asks)
            return _("先答才知道要不要：%(asks)s") % {"asks": asks}
        if code == "gates.condition_faulty":
            return _("规则包里这一条的条件写错了，请管理员改")
        if one.kind in ("check", "promise"):
            return str(self.check(one.key).words)
        if one.kind == "document":
            expired = any(paper.kind == one.key for paper in self.project.papers.all())
            return self._paper_missing(one.key, expired)
        return _("没有填：%(names)s") % {"names": _("、").join(self._empty_labels(one.key))}

    def _paper_missing(self, kind: str, expired: bool) -> str:
        """What is wrong with a paper, and whose it is to bring where that is another office's alone."""
        office = issuer_names(kind)
        if not office:
            return _("有一份，已过有效期") if expired else _("没有附")
        words = (
            _("有一份，已过有效期；新的由%(office)s出具并附上") if expired else _("还没有附，由%(office)s出具并附上")
        )
        return words % {"office": office}

    def _question(self, name: str) -> str:
        row = self.questions.by_key(name)
        return said(row, "name").rstrip("？?") if row is not None else name

    def _empty(self, key: str) -> list[str]:
        """The form's fields of a key that have no value; all of them where each has one."""
        names = FIELDS.get(key, (key,))
        empty = [name for name in names if getattr(self.project, name, None) in (None, "")]
        return empty or list(names)

    def _empty_labels(self, key: str) -> list[str]:
        ledger = ledger_named("projects.project")
        return [str(ledger.column(name).label) for name in self._empty(key) if ledger.has_column(name)]

    def _way(self, found: Finding) -> tuple[str, str]:
        """Where it is mended, and what the button says."""
        one = found.requirement
        if one.key in ASKED:
            return "", ""
        given = str(self.check(one.key).url) if one.kind in ("check", "promise") else ""
        if found.asks and not given:
            return self._form(found.asks[0]), pgettext("mend", "去答")
        if given:
            return given, pgettext("mend", "去办")
        if one.kind == "document" or (self.documents.by_key(one.key) is not None and one.key != "government_all"):
            return reverse("project-paper", args=[self.project.pk, one.key]), _("附材料")
        if one.kind == "promise" and one.key in Side.values:
            promises = ledger_named("projects.promise")
            return add_url(promises, project=self.project.pk, side=one.key), _("登记承诺")
        if one.kind == "promise" or one.key == "promises_confirmed":
            return "#promises", pgettext("mend", "去看")
        if one.key == "duplicate":
            return "#twins", pgettext("mend", "去看")
        if one.kind == "check" and one.key not in FIELDS:
            return "", ""
        return self._form(one.key), pgettext("mend", "去填")

    def _also(self, key: str) -> tuple[str, str]:
        """The paper that settles a promise requirement otherwise: there is nothing to promise, or a reason why it is not done."""
        kind = INSTEAD.get(key)
        return (
            (reverse("project-paper", args=[self.project.pk, kind[0]]), str(kind[1])) if kind is not None else ("", "")
        )

    def _form(self, key: str) -> str:
        change = reverse("ledger-change", args=["projects-project", self.project.pk])
        return f"{change}#f-{self._empty(key)[0]}"


def gate(project: Project, to_stage: str, given: Mapping[str, Any] | None = None) -> Gate:
    """The gate into one stage as it stands for this project."""
    return Gates(project, given).gate(to_stage)


def attachable(project: Project, actor: Actor) -> bool:
    """Whether the actor may attach documents to this project: the right is held on documents, in the project's unit."""
    rows = Project.objects.filter(pk=project.pk)
    return restrict(rows, reach(actor, "attach", "projects.paper")).exists()
