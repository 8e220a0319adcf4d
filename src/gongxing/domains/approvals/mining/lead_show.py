"""Leads as templates draw them: what was seen in words, the cases the reader may see, and who sees the lead when."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _t

from gongxing.domains.approvals.items import item_names
from gongxing.domains.approvals.mining.casebook import STEPS
from gongxing.domains.approvals.mining.lead_words import KINDS, lead_sentence
from gongxing.domains.approvals.models import Case, ClockLead
from gongxing.domains.projects.rule_words import said
from gongxing.kernel.access.visible import visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import table

LINKED = 12


def shown_leads(leads: Sequence[ClockLead], actor: Actor) -> list[dict[str, Any]]:
    """These leads, which the actor may see. A query for their cases, one for which of them are the actor's to explain, and those of the packs."""
    day = today()
    keys = {key for one in leads for key in one.cases[:LINKED]}
    cases = {one.pk: one for one in visible(Case.objects.filter(pk__in=keys), actor).select_related("project")}
    items = item_names(day)
    grounds = {row["code"]: said(row, "name") for row in table("approvals", "pauses", day)}
    steps = {name: str(words) for name, words in STEPS}
    steps |= {"start": _t("停钟"), "end": _t("恢复计时")}
    explains = {*visible(ClockLead.objects.filter(pk__in=[one.pk for one in leads]), actor, "explain").values_list("pk", flat=True)}  # fmt: skip
    ledger, own = ledger_named("approvals.case"), ledger_named("approvals.clocklead")
    return [
        {
            "row": one, "kind": str(KINDS.get(one.reason, one.reason)), "item": items.get(one.item, one.item), "url": own.row_url(one.pk),
            "text": lead_sentence(one.reason, one.details, grounds, steps),
            "cases": [{"label": cases[key].project.name, "url": ledger.row_url(key)} for key in one.cases[:LINKED] if key in cases],
            "more": max(0, one.number - LINKED), "own_only": one.open_on > day, "own": one.pk in explains,
        }
        for one in leads
    ]  # fmt: skip
