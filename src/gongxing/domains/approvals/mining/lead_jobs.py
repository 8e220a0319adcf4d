"""Leads on clocks: looked for every night, unit by unit, and kept as rows, so that each has the day it was found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.mining.axis import counted_to
from gongxing.domains.approvals.mining.records import records_of
from gongxing.domains.approvals.models import Case, ClockLead
from gongxing.engines.process import CaseRecord, Lead, Thresholds, honesty
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.jobs.daily import daily
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.packs.tables import table

VERB = "approvals.find_leads"
FIRM = "企业"
WHY = _("按审批件的日期、停钟和留痕核查")


@dataclass(frozen=True)
class Limits:
    """The rows of the packs: the engine's thresholds, how long ago cases are looked at, how long a unit is alone with its leads (days), and how few
    cases are too few for times to be shown."""

    thresholds: Thresholds
    window: int
    own_days: int
    small: int


def limits_on(day: date) -> Limits:
    """As they hold on a day. Two queries. KeyError where a row of ``packs/parameters`` is missing."""
    rows = {row["code"]: Decimal(row["value"]) for row in table("parameters", "parameters", day) if row["code"].startswith("process.")}  # fmt: skip
    firm = frozenset(row["code"] for row in table("approvals", "pauses", day) if row["opened_by"] == FIRM)

    def whole(name: str) -> int:
        return int(rows[f"process.{name}"])

    thresholds = Thresholds(
        pause_days=whole("pause.days"), chain=whole("chain.least"), resubmit_days=whole("chain.days"), contact_days=whole("contact.days"),
        least_closed=whole("least"), bunch_days=whole("bunch.days"), bunch_share=float(rows["process.bunch.share"] / 100),
        bunch_ratio=float(rows["process.bunch.ratio"]), entry_hours=float(rows["process.entry.hours"]), batch=whole("batch.entries"),
        batch_minutes=float(rows["process.batch.minutes"]), firm_share=float(rows["process.firm.share"] / 100), firm_kinds=firm,
    )  # fmt: skip
    return Limits(thresholds, whole("window.days"), whole("lead.own_days"), whole("small"))


@daily("approval leads")
def find_all() -> int:
    """Look at all cases of the window; new leads are kept, changed ones changed, gone ones given their day. Returns how many hold. May be repeated."""
    day = today()
    limits = limits_on(day)
    since = day - timedelta(days=limits.window)
    cases = list(Case.objects.filter(received_on__gte=since).select_related("project").order_by("pk"))
    rows = {one.pk: one for one in cases}
    found: dict[str, dict[str, Any]] = {}
    for unit, records in records_of(cases).items():
        for lead in honesty(records, limits.thresholds, _working_days).leads:
            values = _values(unit, lead, records) | {"invented": all(rows[int(one)].invented for one in lead.cases)}
            found.setdefault(values["ref"], values)
    _keep(found, day, limits.own_days)
    return len(found)


def _working_days(start: date, end: date) -> int:
    book = calendar()
    return counted_to(book, end) - counted_to(book, start)


def _values(unit: int, lead: Lead, records: Iterable[CaseRecord]) -> dict[str, Any]:
    """A lead as a row keeps it. What it is about names it: the first of its cases, and the day of a stop; or the item, where it is about many."""
    details = dict(lead.reason.details)
    about = "" if lead.reason.code in ("process.bunched", "process.firm_pauses") else lead.cases[0]
    ref = f"{unit}:{lead.reason.code}:{lead.item}:{about}:{details.get('opened', '')}:{details.get('kind', '')}"
    if lead.reason.code == "process.entered_late":
        details["stated"] = _stated(lead.cases[0], details, records).isoformat()
    return {
        "ref": ref[:200], "unit_id": unit, "reason": lead.reason.code, "item": lead.item, "details": details,
        "cases": [int(one) for one in lead.cases], "number": len(lead.cases),
    }  # fmt: skip


def _stated(case: str, details: Mapping[str, str], records: Iterable[CaseRecord]) -> date:
    """The day as it is written in the case: the engine was given it moved on by rest days."""
    row = Case.objects.filter(pk=int(case)).prefetch_related("stops").first()
    days = [] if row is None else [getattr(one, details["what"], None) for one in (row, *row.stops.all())]
    moved = datetime.fromisoformat(details["stated"]).date()
    return max((day for day in days if day is not None and day <= moved), default=moved)


def _keep(found: Mapping[str, Mapping[str, Any]], day: date, own_days: int) -> None:
    there = {one.ref: one for one in ClockLead.objects.order_by("pk")}
    new = [
        ClockLead(**values, found_on=day, open_on=day + timedelta(days=own_days))
        for ref, values in found.items()
        if ref not in there
    ]
    told = ("details", "cases", "number", "invented")
    changed: list[tuple[ClockLead, Mapping[str, Any]]] = [
        (there[ref], {"gone_on": None, **{name: values[name] for name in told}}) for ref, values in found.items() if ref in there
    ]  # fmt: skip
    changed += [(one, {"gone_on": day}) for ref, one in there.items() if ref not in found and one.gone_on is None]
    if not new and not changed:
        return
    with writing(SYSTEM, VERB, str(WHY)) as ctx:
        ctx.create_many(new)
        ctx.update_many(changed)
