"""The block 产业链 on an enterprise's page: the links it stands on, why, what one may do about it, and its purchase sheet."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.chain.models import Placement
from gongxing.domains.chain.survey.asking import answers_of, askable, readable, survey_year
from gongxing.domains.chain.words import placement_words
from gongxing.domains.firms.models import Firm
from gongxing.kernel.access.visible import permissions, visible
from gongxing.kernel.action.declare import actions_on
from gongxing.kernel.ledger.declare import Panel
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import action_button

ORDER = {Placement.Level.DECIDED: 0, Placement.Level.SURE: 1, Placement.Level.DOUBTFUL: 2}
TONES = {Placement.Level.DECIDED: "good", Placement.Level.SURE: "fill", Placement.Level.DOUBTFUL: "warn"}


def chain_panels(firm: Firm, actor: Actor) -> list[Panel]:
    """One panel for those who may see firms on links or their purchases; none for others. Four to six queries."""
    held = permissions(actor)
    places = held.may("view", "chain.placement")
    sheets = held.may("view", "chain.purchase")
    if not places and not sheets:
        return []
    stands = _stands(firm, actor) if places else []
    context = {"stands": stands, "places": places, "survey": _survey(firm, actor) if sheets else None}
    return [
        Panel(
            "chain",
            _("产业链"),
            "chain/firm_panel.html",
            context,
            sum(one["counts"] for one in stands) if places else None,
        )
    ]


def _stands(firm: Firm, actor: Actor) -> list[dict[str, Any]]:
    """Where the firm stands, decided and sure ones first; what people said it is not comes last."""
    rows = list(visible(firm.placements.select_related("node__chain"), actor))
    rows.sort(
        key=lambda one: (one.role == Placement.Role.NOT, ORDER[Placement.Level(one.level)], -(one.score or 0), one.pk)
    )
    decidable = _allowed(actor, rows)
    return [
        {
            "one": one, "tone": TONES[Placement.Level(one.level)], "reasons": placement_words(one.reasons), "counts": one.role != Placement.Role.NOT,
            "acts": [action_button(act, one.pk) for act in actions_on(Placement) if one.pk in decidable and (act.when is None or act.when(one))],
        }
        for one in rows
    ]  # fmt: skip


def _allowed(actor: Actor, rows: Sequence[Placement]) -> frozenset[int]:
    """The rows the actor may decide: one query for all of them."""
    if not rows or not permissions(actor).may("decide", "chain.placement"):
        return frozenset()
    found = visible(Placement.objects.filter(pk__in=[one.pk for one in rows]), actor, "decide")
    return frozenset(found.order_by().values_list("pk", flat=True))


def _survey(firm: Firm, actor: Actor) -> dict[str, Any] | None:
    """The sheet of the last year that is over: lines answered, and who may fill it. None where the actor may not see this firm's."""
    if not readable(actor).filter(pk=firm.pk).exists():
        return None
    year = survey_year()
    rows = answers_of(firm.pk, year)
    return {
        "year": year, "lines": len(rows), "fills": askable(actor).filter(pk=firm.pk).exists(),
        "url": f"{reverse('chain-survey', args=[firm.pk])}?year={year}",
    }  # fmt: skip
