"""The detail page of any ledger's row."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gongxing.kernel.access.visible import permissions, visible
from gongxing.kernel.action.declare import actions_on
from gongxing.kernel.audit.trail import history
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.limits import stands_still
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.ledger.column import Column, Kind, capital_unit, counted
from gongxing.kernel.ledger.declare import Ledger, Panel, ledger_named
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.ledger.show import MASK, display
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting, action_button, button, crumbs, ledger_frame
from gongxing.kernel.pages.sentences import history_lines

STATES = {"running": "fill", "passed": "bad", "met": "good", "met_late": "warn", "cancelled": "idle"}
DocumentLinks = Callable[[Ledger[Any], Row], list[dict[str, str]]]
_documents: list[DocumentLinks] = []
PanelMaker = Callable[[Any, Actor], list[Panel]]
_panels: dict[str, list[PanelMaker]] = {}


def offer_documents(links: DocumentLinks) -> None:
    """Let another module put its documents (Word, PDF, message text) on every detail page."""
    if links not in _documents:
        _documents.append(links)


def offer_panels(ledger: str, panels: PanelMaker) -> None:
    """Let another module put panels on the detail pages of a ledger (``firms.firm``) that knows nothing of it: asked with the row and
    the actor, shown after the ledger's own."""
    makers = _panels.setdefault(ledger, [])
    if panels not in makers:
        makers.append(panels)


def visible_row(ledger: Ledger[Any], actor: Actor, key: int, verb: str = "view") -> Row:
    """The row, if the actor may see it. Raises LookupError otherwise: what one may not see does not exist."""
    row: Row | None = visible(ledger.rows(), actor, verb).filter(pk=key).first()
    if row is None:
        raise LookupError(f"{ledger.name} {key}")
    return row


def detail_page(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """GET: one row with its facts, deadlines, history, related panels and allowed acts."""
    ledger, actor = ledger_named(slug), acting(request)
    row = visible_row(ledger, actor, key)
    held = permissions(actor)
    panels = [
        *ledger.panels(row, actor),
        *(panel for made in _panels.get(ledger.name, ()) for panel in made(row, actor)),
    ]
    context = {
        "ledger": ledger_frame(ledger),
        "crumbs": crumbs(ledger, (ledger.row_title(row), "")),
        "row": {
            "id": row.pk,
            "title": ledger.row_title(row),
            "code": ledger.key_beside(row),
            "subtitle": "",
            "tags": [{"label": label, "state": state} for label, state in ledger.tags(row)],
            "version": row.version,
            "invented": row.invented,
        },
        "facts": _folded(facts(ledger, row, not Masks(ledger, actor).covers(row)), ledger.fold_empty),
        "panels_first": ledger.panels_first,
        "history": history_lines(ledger, history(row, 30)),
        "panels": panels,
        "deadlines": [] if any(panel.clocks for panel in panels) else _deadlines(ledger, row),
        "actions": _acts(ledger, actor, row, held.may("change", ledger.name)),
        "tabs": [
            {"label": str(panel.title), "url": f"#panel-{panel.key}", "active": False, "count": panel.count}
            for panel in panels
        ],
        "prev_url": "",
        "next_url": "",
        "documents": [link for links in _documents for link in links(ledger, row)],
        "back_url": request.headers.get("Referer", "")
        if ledger.url in request.headers.get("Referer", "")
        else ledger.url,
    }
    asked = {name: text for name, text in request.GET.items() if isinstance(text, str)}
    return render(request, ledger.detail_template, {**context, **ledger.page(row, actor, asked)})


def facts(ledger: Ledger[Any], row: Row, unmasked: bool) -> list[dict[str, Any]]:
    """The row's columns in their groups, each with unit and definition."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for column in ledger.columns:
        groups.setdefault(str(column.group or _("基本情况")), []).append(_fact(column, row, unmasked))
    return [{"label": label, "items": items} for label, items in groups.items()]


def _fact(column: Column, row: Row, unmasked: bool) -> dict[str, Any]:
    value = getattr(row, column.name)
    masked = column.sensitive and not unmasked and value not in (None, "")
    unit = column.unit_label
    if column.kind is Kind.CAPITAL and value is not None:
        unit = capital_unit(getattr(row, column.fields[1]))
    return {
        "label": str(column.label),
        "text": MASK if masked else display(column, row),
        "unit": counted(unit) if value is not None else "",
        "state": column.states.get(str(value), ""),
        "source": str(column.source_note),
        "asof": "",
        "hint": str(column.help),
        "numeric": column.numeric,
        "empty": _empty(column, value),
    }


def _empty(column: Column, value: Any) -> bool:
    """Whether nobody has filled a fact: nothing there, or the nought a field nobody types began with."""
    if column.kind is Kind.CAPITAL or column.states:
        return False
    return value in (None, "", []) or (not column.editable and value in (0, False))


def _folded(groups: list[dict[str, Any]], fold: bool) -> list[dict[str, Any]]:
    """The groups of facts as the page draws them: with ``fold`` those nobody has filled by their names alone (``missing``)."""
    if not fold:
        return groups
    return [
        {
            **group,
            "items": [one for one in group["items"] if not one["empty"]],
            "missing": [one["label"] for one in group["items"] if one["empty"]],
        }
        for group in groups
    ]


def _deadlines(ledger: Ledger[Any], row: Row) -> list[dict[str, Any]]:
    found = Deadline.objects.filter(ledger=ledger.name, row=row.pk).order_by("-started_at")[:10]
    return [
        {
            "label": one.title,
            "due_text": _("已暂停，恢复后再算")
            if stands_still(one)
            else timezone.localtime(one.due_at).strftime("%Y-%m-%d %H:%M"),
            "state": STATES[one.state],
            "state_text": one.get_state_display(),
            "provisional": one.provisional and not stands_still(one),
            "proof_url": reverse("deadline-proof", args=[one.pk]),
        }
        for one in found
    ]


def _acts(ledger: Ledger[Any], actor: Actor, row: Row, may_change: bool) -> list[dict[str, Any]]:
    reached: dict[str, bool] = {}
    acts = []
    for one in actions_on(ledger.model):
        if one.when is not None and not one.when(row):
            continue
        if one.verb not in reached:
            reached[one.verb] = visible(type(row)._default_manager.filter(pk=row.pk), actor, one.verb).exists()
        if reached[one.verb]:
            acts.append(action_button(one, row.pk, row.version))
    if "change" in ledger.verbs and may_change:
        acts.append(button(_("修改"), reverse("ledger-change", args=[ledger.slug, row.pk]), icon="edit"))
    return acts
