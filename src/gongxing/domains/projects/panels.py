"""What a project's page shows: the stage track, the gate ahead, promises, money, duties, links of chains, papers and the way so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.projects.gating import MAIN, Gate, Gates, Item, attachable
from gongxing.domains.projects.issuing import may_issue
from gongxing.domains.projects.models import Duty, Move, Project, TwinQuestion
from gongxing.domains.projects.promising import promise_box
from gongxing.domains.projects.rule_words import said
from gongxing.domains.projects.said import Words
from gongxing.domains.projects.twins import seen_twins
from gongxing.kernel.access.visible import Permissions, permissions
from gongxing.kernel.ledger.declare import Panel, ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.packs.tables import table

FUNDS = (
    "fund_own",
    "fund_raised",
    "fund_loan",
    "fund_bond",
    "fund_central",
    "fund_province",
    "fund_county",
    "fund_foreign",
)
TRACK = (
    "concept", "reserve", "negotiation", "signed", "pre_construction", "construction", "building", "completed", "production", "full_capacity",
    "reviewed",
)  # fmt: skip
PLANS: Mapping[str, str] = {
    "construction": "plan_start", "completed": "plan_complete", "production": "plan_produce", "full_capacity": "plan_full",
}  # fmt: skip
HERE, BAR = "projects.project", Decimal(300)
ANCHORED: Mapping[str, str] = {"#promises": "projects.promise", "#twins": "projects.twinquestion"}
"""Blocks of the page that buttons of missing things lead to and that show another register; other blocks are the project's own."""


def project_panels(project: Project, actor: Actor) -> list[Panel]:
    """Blocks shown as panels; what this stage shows of a project itself stands in ``project_page``."""
    return []


@dataclass(frozen=True)
class Seen:
    """What the reader may do on this project: change it, attach papers (not those of another office), add promises; and what they may see of what hangs
    on it."""

    actor: Actor
    held: Permissions
    change: bool
    attach: bool

    def may(self, verb: str, ledger: str) -> bool:
        return self.held.may(verb, ledger)

    def mends(self, item: Item) -> bool:
        """Whether the button of a missing thing leads anywhere this reader may go."""
        if not item.url:
            return False
        if "/papers/" in item.url:
            return self.attach and may_issue(self.actor, item.key)
        if item.url.startswith("#"):
            ledger = ANCHORED.get(item.url)
            return ledger is None or self.may("view", ledger)
        if item.kind == "promise":
            return self.may("add", "projects.promise")
        return self.change or not item.url.startswith("/l/projects-project/")


def project_page(project: Project, actor: Actor, asked: Mapping[str, str]) -> dict[str, Any]:
    """Everything the template needs beyond the facts and history of any row. ``asked``: ``to`` names another gate than the next one."""
    gates = Gates(project)
    held = permissions(actor)
    seen = Seen(actor, held, held.may("change", HERE), attachable(project, actor))
    following = gates.following()
    codes = {one.code for one in gates.stages}
    to_stage = asked["to"] if asked.get("to") in codes else (following[0] if following else "")
    gate = gates.gate(to_stage) if to_stage else None
    return {
        "project": project,
        "seen": seen,
        "head": _head(project, seen),
        "track": track_of(gates, to_stage),
        "gate": _gate(gates, gate, seen) if gate is not None else None,
        "following": [{"code": one, "label": gates.label(one), "url": f"?to={one}#gate"} for one in following],
        "next_stage": to_stage if to_stage in following else "",
        "standing": standing_of(gates),
        "promises": promise_box(project, actor) if seen.may("view", "projects.promise") else None,
        "twins": _twins(project, actor) if seen.may("view", "projects.twinquestion") else None,
        "funds": funds_of(project),
        "duties": _duties(project) if seen.may("view", "projects.duty") else None,
        "links": list(project.node_links.select_related("node__chain"))
        if seen.may("view", "projects.nodelink")
        else None,
        "papers": _papers(gates) if seen.may("view", "projects.paper") else None,
        "way": _way(gates) if seen.may("view", "projects.move") else None,
    }


def _head(project: Project, seen: Seen) -> dict[str, Any]:
    firm = project.firm
    url = ledger_named("firms.firm").row_url(firm.pk) if firm is not None and seen.may("view", "firms.firm") else ""
    return {"owner": project.owner_label, "owner_url": url, "leader": project.leader, "unit": project.unit}


def track_of(gates: Gates, shown: str) -> list[dict[str, Any]]:
    """The stages from idea to full capacity: passed with the month, here, ahead with the planned month; each with the count of its gate."""
    project, order = gates.project, {one.code: one.order for one in gates.stages}
    here = gates.held_at or (project.stage if gates.stage(project.stage).track == MAIN else _last(gates))
    steps = []
    for code in TRACK[:-1] if order[here] < order["full_capacity"] else TRACK:
        day = gates.days.get(code)
        if code == here:
            state = "now"
        elif order[code] < order[here]:
            state = "done" if day is not None or code == "concept" or not gates.moves else "skipped"
        else:
            state = "next"
        gate = gates.gate(code) if state != "skipped" else None
        steps.append({
            "code": code, "label": gates.label(code), "state": state, "when": _when(gates, code, state, day), "day": day,
            "gate": gate if gate is not None and gate.total else None, "shown": code == shown, "url": f"?to={code}#gate",
        })  # fmt: skip
    return [{**one, "after": after} for one, after in zip(steps, [*steps[1:], None], strict=True)]


def _last(gates: Gates) -> str:
    """The last stage of the main line a project that left had reached."""
    order = {one.code: one.order for one in gates.stages}
    return max(gates.days, key=lambda code: order[code], default="concept")


def _when(gates: Gates, code: str, state: str, day: date | None) -> str:
    plan = getattr(gates.project, PLANS[code]) if code in PLANS else None
    if state == "now":
        return gates.label(gates.project.stage) if gates.project.stage != code else _("现在")
    if state == "skipped":
        return _("没有经过")
    if state == "done":
        return f"{day:%Y-%m}" if day is not None else ""
    return _("计划 %(month)s") % {"month": f"{plan:%Y-%m}"} if plan is not None else ""


def _gate(gates: Gates, gate: Gate, seen: Seen) -> dict[str, Any]:
    """The gate on show: lines of what is missing, then all its requirements."""
    plan = getattr(gates.project, PLANS[gate.to_stage]) if gate.to_stage in PLANS else None
    words = status_words(gates.day)
    lines = [
        {"item": one, "mend": seen.mends(one), "due": plan, "late": plan is not None and plan < gates.day}
        for one in gate.lacking
    ]
    return {
        "gate": gate, "lines": lines, "from": gates.label(gates.held_at or gates.project.stage),
        "all": [{"item": one, "source": one.source, "status": words.get(one.status, one.status)} for one in gate.items],
        "rules_url": reverse("pack-table", args=["gates", "requirements"]) if seen.may("view", "packs.packedit") else "",
        "passed": gate.to_stage in gates.days, "mine": gate.to_stage in gates.following(),
    }  # fmt: skip


def standing_of(gates: Gates) -> dict[str, Any] | None:
    """For a project on hold or gone: since when, why, until when, whereto."""
    project = gates.project
    if gates.stage(project.stage).track == MAIN:
        return None
    row = table("gates", "reasons", gates.day).by_key(project.reason_code) if project.reason_code else None
    return {
        "label": gates.label(project.stage), "since": project.stage_on, "reason": said(row, "name") if row is not None else "",
        "until": project.paused_until, "over": project.paused_until is not None and project.paused_until <= gates.day,
        "to_unit": (gates.moves[-1].outside if gates.moves else "") or project.to_unit, "held": gates.label(gates.held_at) if gates.held_at else "",
        "note": gates.moves[-1].note if gates.moves else "",
    }  # fmt: skip


def _twins(project: Project, actor: Actor) -> dict[str, Any] | None:
    """The questions whether another project is the same one, those that wait first; of those whose other side this reader may not see the number.
    None, and no query beyond the gates', where there is none."""
    asked = [*project.twins_of.all(), *project.twins_with.all()]
    if not asked:
        return None
    seen, words = list(seen_twins(actor, "view").filter(pk__in=[one.pk for one in asked])), Words()
    lines = []
    for one in sorted(seen, key=lambda one: one.answer != TwinQuestion.Answer.OPEN):
        other = one.other if one.one_id == project.pk else one.one
        lines.append({
            "asked": one, "other": other, "other_url": ledger_named(HERE).row_url(other.pk), "reasons": words.stored(one.reasons),
            "waits": one.answer == TwinQuestion.Answer.OPEN, "same": one.answer == TwinQuestion.Answer.SAME,
            "url": f"{reverse('projects-twins')}?project={project.pk}#twin-{one.pk}" if one.answer == TwinQuestion.Answer.OPEN else "",
        })  # fmt: skip
    return {"lines": lines, "count": len(asked), "hidden": len(asked) - len(seen)}


def funds_of(project: Project) -> dict[str, Any]:
    """The parts of the total as a bar, and whether they are the total."""
    ledger, total = ledger_named(HERE), project.total_investment
    parts = [(name, project.funds[name]) for name in FUNDS if project.funds[name]]
    given = sum((amount for _name, amount in parts if amount is not None), Decimal(0))
    whole = max(given, total or Decimal(0))
    at, bars = Decimal(0), []
    for number, (name, amount) in enumerate(parts, start=1):
        assert amount is not None
        width = BAR * amount / whole
        share = None if not total else round(100 * amount / total)
        bars.append({"label": ledger.column(name).label, "amount": amount, "share": share, "x": f"{at:.1f}", "width": f"{max(width - 1, Decimal(1)):.1f}", "tone": number})  # fmt: skip
        at += width
    there = project.funds_in_place
    return {
        "total": total, "bars": bars, "gap": None if total is None or not parts else total - given, "there": there,
        "there_share": None if there is None or not total else round(100 * there / total),
    }  # fmt: skip


def _duties(project: Project) -> list[dict[str, Any]]:
    """Every class of duty with its lead and helpers; classes nobody leads are shown empty."""
    found = sorted(project.duties.all(), key=lambda one: (one.role != Duty.Role.LEAD, one.pk))
    return [
        {"code": code, "label": label, "lines": [one for one in found if one.duty_class == code], "led": any(one.duty_class == code and one.role == Duty.Role.LEAD for one in found)}
        for code, label in Duty.Class.choices
    ]  # fmt: skip


def _papers(gates: Gates) -> list[dict[str, Any]]:
    """The documents that are there, newest first."""
    lines = []
    for one in sorted(gates.project.papers.all(), key=lambda one: (one.issued_on, one.pk), reverse=True):
        row = gates.documents.by_key(one.kind)
        expired = one.valid_until is not None and one.valid_until < gates.day
        lines.append({
            "one": one, "label": said(row, "name") if row is not None else one.kind, "expired": expired,
            "url": reverse("project-paper", args=[gates.project.pk, one.kind]) if row is not None else "",
            "file_url": reverse("project-paper-file", args=[one.pk]) if one.file_id else "",
        })  # fmt: skip
    return lines


def _way(gates: Gates) -> list[dict[str, Any]]:
    """The steps so far as sentences, newest first."""
    reasons = table("gates", "reasons", gates.day) if any(one.reason_code for one in gates.moves) else None
    return [_told(gates, one, reasons) for one in reversed(gates.moves)]


def _told(gates: Gates, move: Move, reasons: Any) -> dict[str, Any]:
    names = {"before": gates.label(move.from_stage), "after": gates.label(move.to_stage)}
    row = reasons.by_key(move.reason_code) if reasons is not None and move.reason_code else None
    forward = gates.stage(move.to_stage).track == MAIN
    sentence = _("由%(before)s进入%(after)s") % names if forward else _("%(after)s，之前在%(before)s") % names
    if not move.from_stage:
        sentence = _("进入%(after)s") % names
    elif move.from_unit is not None and move.to_unit is not None:
        sentence = _("由%(former)s转给%(unit)s，阶段不变（%(before)s）") % {**names, "former": move.from_unit.name, "unit": move.to_unit.name}  # fmt: skip
    elif move.outside:
        sentence = _("转给县外的%(outside)s，之前在%(before)s") % {**names, "outside": move.outside}
    return {
        "sentence": sentence, "on": move.on, "note": move.note, "missing": gates.lacked(move),
        "reason": said(row, "name") if row is not None else "",
    }  # fmt: skip
