"""Blocks of a parcel's page: its state and the countdown with its proof, what was promised, who is on it, what stands on it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.land.models import Building, Check, ClearanceUnit, Commitment, Delay, Occupant, Parcel
from gongxing.domains.land.states import Standing, stages, standings
from gongxing.domains.land.words import state_label, why
from gongxing.engines.landstates import Clock, Kept, kept
from gongxing.engines.landstates import Commitment as Promised
from gongxing.kernel.access.visible import may, reach, restrict, visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.column import unit_word
from gongxing.kernel.ledger.declare import Panel, ledger_named
from gongxing.kernel.ledger.show import number_text
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.status import status_words

CLOCK_STATES = ((0, "bad"), (90, "warn"))
KEPT_STATES = {
    "met": "good",
    "short": "bad",
    "overdue": "bad",
    "due_soon": "warn",
    "not_due": "idle",
    "undated": "idle",
}


def parcel_panels(parcel: Parcel, actor: Actor) -> list[Panel]:
    """What a reader of this parcel may see beside its own facts."""
    found = standings([parcel], today())[parcel.pk]
    panels = [Panel("standing", _("状态和闲置期限"), "land/standing_panel.html", standing_box(parcel, found, actor))]
    for name, make in (
        ("land.check", _checks),
        ("land.commitment", _commitments),
        ("land.occupant", _occupants),
        ("land.building", _buildings),
        ("land.clearanceunit", _clearances),
    ):
        if may(actor, "view", name):
            panel = make(parcel, actor)
            if panel is not None:
                panels.append(panel)
    return panels


def sees_delays(actor: Actor, parcel: Parcel) -> bool:
    """Whether somebody may read the delays of a parcel: their causes are named to nobody else."""
    found = reach(actor, "view", "land.delay")
    return not found.nothing and restrict(Parcel.objects.filter(pk=parcel.pk), found).exists()


def standing_box(parcel: Parcel, found: Standing, actor: Actor) -> dict[str, Any]:
    """State, reasons, the clock with the spans that count and those that do not, delays, and which lines nobody verified."""
    words = status_words(today())
    clock, told = found.clock.idle, sees_delays(parcel=parcel, actor=actor)
    return {
        "state": state_label(found.state),
        "also": [state_label(code) for code in found.land.also],
        "reasons": [why(one) for one in (*found.land.reasons[:1], *found.land.faults)],
        "clock": None if clock is None else _clock(clock, told),
        "rule": found.clock.rule,
        "certain": found.clock.certain,
        "said": [why(one) for one in found.clock.reasons if told or ".delay_" not in one.code],
        "take_back": found.clock.take_back.due if found.clock.take_back is not None else None,
        "fee": found.clock.fee_most,
        "marks": sorted({words.get(status, status) for _code, status in found.clock.marks}),
        "delays": list(visible(Delay.objects.filter(parcel=parcel), actor).order_by("begun_on", "pk"))
        if may(actor, "view", "land.delay")
        else [],
        "add_delay": f"{ledger_named('land.delay').url}add/?parcel={parcel.number}"
        if may(actor, "add", "land.delay")
        else "",
        "proof_url": reverse("land-clock", args=[parcel.pk]) if clock is not None else "",
    }


def _clock(clock: Clock, told: bool) -> dict[str, Any]:
    left = clock.left
    state = "idle" if clock.standing else next((state for most, state in CLOCK_STATES if left <= most), "good")
    return {
        "base": clock.base,
        "length": clock.length,
        "due": clock.due,
        "left": left,
        "late": -left,
        "state": state,
        "standing": clock.standing,
        "excused": clock.excused,
        "spans": [
            {
                "first": one.first,
                "last": one.last,
                "days": one.days,
                "counts": one.counts,
                "why": _causes(one.why) if told else "",
            }
            for one in clock.spans
        ],
    }


def _causes(text: str) -> str:
    labels = dict(Delay.Cause.choices)
    return _("、").join(str(labels.get(one, one)) for one in text.split("+")) if text else ""


def promised(one: Commitment) -> Kept:
    """How one commitment stands today. Every indicator promised is a least one."""
    unit = Commitment.UNITS[one.item]
    return kept(Promised(one.item, one.promised, one.verified, unit, "least", one.due_on), today())


def kept_words(found: Kept) -> str:
    """How a commitment stands, in words."""
    left = found.left or 0
    return {
        "met": _("达标"),
        "short": _("差 %(n)s %(unit)s")
        % {
            "n": number_text(found.lacks, 4) if found.lacks is not None else "—",
            "unit": unit_word(found.commitment.unit),
        },
        "overdue": _("过期 %(n)d 天没有核验") % {"n": -left},
        "due_soon": _("还有 %(n)d 天要核验") % {"n": left},
        "not_due": _("还没到核验期限"),
        "undated": _("没有写核验期限"),
    }[found.state]


def _commitments(parcel: Parcel, actor: Actor) -> Panel | None:
    rows = list(visible(Commitment.objects.filter(parcel=parcel), actor, "view").order_by("due_on", "pk"))
    if not rows and not parcel.standard_land:
        return None
    lines = []
    for one in rows:
        found = promised(one)
        lines.append(
            {
                "row": one,
                "unit": unit_word(Commitment.UNITS[one.item]),
                "state": KEPT_STATES[found.state],
                "words": kept_words(found),
                "url": ledger_named("land.commitment").row_url(one.pk),
            }
        )
    return Panel(
        "commitments",
        _("标准地承诺"),
        "land/commitments_panel.html",
        {"lines": lines, "stages": _stages(parcel)},
        len(lines),
    )


STAGE_STATES = {
    "done": "good",
    "done_late": "warn",
    "not_due": "idle",
    "due_soon": "warn",
    "overdue": "bad",
    "unknown": "idle",
}


def _stages(parcel: Parcel) -> list[dict[str, Any]]:
    """The clock of the contract, stage by stage; nothing before a contract."""
    if parcel.contract_on is None:
        return []
    names = {"start": _("开工"), "finish": _("竣工"), "first_run": _("初始运行"), "full_review": _("达产复核")}
    words = status_words(today())
    return [
        {
            "name": names[one.code], "due": one.due, "agreed": one.by == "agreed", "state": STAGE_STATES[one.state], "beyond": one.beyond,
            "words": _stage_words(one.state, one.left or 0), "mark": words.get(one.status, one.status) if one.status not in ("", "verified") else "",
        }
        for one in stages(parcel, today())
    ]  # fmt: skip


def _stage_words(state: str, left: int) -> str:
    return {
        "done": _("已完成"),
        "done_late": _("已完成，晚了 %(n)d 天") % {"n": -left},
        "not_due": _("还有 %(n)d 天") % {"n": left},
        "due_soon": _("还有 %(n)d 天") % {"n": left},
        "overdue": _("已晚 %(n)d 天") % {"n": -left},
        "unknown": _("没有约定"),
    }[state]


def _occupants(parcel: Parcel, actor: Actor) -> Panel | None:
    rows = list(visible(Occupant.objects.filter(parcel=parcel), actor, "view").select_related("firm").order_by("ref"))
    firms = ledger_named("firms.firm")
    sees = may(actor, "view", "firms.firm")
    lines = [
        {
            "name": one.firm.name,
            "url": firms.row_url(one.firm_id) if sees else "",
            "holding": one.get_holding_display(),
            "mu": one.land_mu,
            "floor": one.floor_m2,
        }
        for one in rows
    ]
    return (
        Panel("occupants", _("地块上的企业"), "land/occupants_panel.html", {"lines": lines}, len(lines))
        if lines
        else None
    )


def _buildings(parcel: Parcel, actor: Actor) -> Panel | None:
    rows = list(visible(Building.objects.filter(parcel=parcel), actor, "view").order_by("number"))
    return Panel("buildings", _("建筑"), "land/buildings_panel.html", {"lines": rows}, len(rows)) if rows else None


def _clearances(parcel: Parcel, actor: Actor) -> Panel | None:
    rows = list(visible(ClearanceUnit.objects.filter(parcel=parcel), actor, "view").order_by("ref"))
    url = ledger_named("land.clearanceunit").row_url
    lines = [{"row": one, "url": url(one.pk)} for one in rows]
    return Panel("clearances", _("征拆"), "land/clearances_panel.html", {"lines": lines}, len(lines)) if rows else None


def _checks(parcel: Parcel, actor: Actor) -> Panel | None:
    rows = list(
        visible(Check.objects.filter(parcel=parcel), actor, "view")
        .select_related("layer")
        .order_by("-area_m2", "layer__code")
    )
    if parcel.conformity == Parcel.Conformity.UNKNOWN:
        rows = []  # found of another shape
    states = {"conflict": "bad", "adjust": "warn", "conforms": "good"}
    lines = [{"row": one, "state": states.get(one.verdict, "idle")} for one in rows]
    context = {"lines": lines, "url": reverse("land-parcel-conformity", args=[parcel.pk])}
    return Panel("checks", _("规划核对"), "land/checks_panel.html", context, len(lines))
