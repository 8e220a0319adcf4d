"""Filter chips and filter menus of a list."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gongxing.kernel.ledger.cleaner import pack_names
from gongxing.kernel.ledger.column import Column, Kind, counted
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.listing import EMPTY_VALUE, ListState
from gongxing.kernel.pages.requests import number_of


def _labels(column: Column) -> Mapping[str, str] | None:
    """Value → words for the few values of a facet; None when they are read from the rows a facet refers to."""
    if column.kind is Kind.CHOICE:
        return {value: str(label) for value, label in column.choices}
    if column.kind is Kind.FLAG:
        return {"True": pgettext("yes or no", "是"), "False": pgettext("yes or no", "否")}
    if column.kind is Kind.PACK and column.pack is not None:
        return pack_names(*column.pack)
    return None


def _reference_labels(column: Column, values: list[Any]) -> dict[str, str]:
    target = ledger_named(column.target)
    keys = [key for value in values if (key := number_of(str(value))) is not None]
    rows = target.model._default_manager.filter(pk__in=keys)
    return {str(row.pk): target.row_title(row) for row in rows}


def value_label(column: Column, value: Any) -> str:
    """The words for one facet value."""
    if value in (None, "", EMPTY_VALUE):
        return _("未填")
    if column.kind is Kind.REFERENCE:
        return _reference_labels(column, [value]).get(str(value), str(value))
    labels = _labels(column) or {}
    return labels.get(str(value), str(value))


def facet_chips(state: ListState) -> list[dict[str, str]]:
    """One chip per condition in force, each with the address that removes it."""
    chips = []
    for name, values in state.facets.items():
        column = state.ledger.column(name)
        rest = {facet: kept for facet, kept in state.facets.items() if facet != name}
        text = _("、").join(value_label(column, value) for value in values)
        chips.append({"label": str(column.label), "value": text, "remove_url": f"?{state.query(facets=rest)}"})
    for one in state.ranges:
        column = state.ledger.column(one.column)
        sides = [
            f"≥ {one.minimum}" if one.minimum is not None else "",
            f"≤ {one.maximum}" if one.maximum is not None else "",
        ]
        ranges = tuple(other for other in state.ranges if other is not one)
        text = " ".join(side for side in sides if side) + (f" {counted(column.unit_label)}" if column.unit else "")
        chips.append({"label": str(column.label), "value": text, "remove_url": f"?{state.query(ranges=ranges)}"})
    if state.q:
        chips.append({"label": _("含"), "value": state.q, "remove_url": f"?{state.query(q='')}"})
    return chips


def facet_menu(state: ListState, name: str, counts: Mapping[Any, int]) -> dict[str, Any]:
    """One opened filter menu: values with their counts, each with the address that adds or removes it."""
    column = state.ledger.column(name)
    chosen = set(state.facets.get(name, ()))
    labels = _labels(column)
    if labels is None:
        labels = _reference_labels(column, list(counts)) if column.kind is Kind.REFERENCE else {}
    return {
        "name": name,
        "label": str(column.label),
        "options": [
            {
                "label": labels.get(str(value)) or value_label(column, value),
                "count": f"{n:,}",
                "active": _text(value) in chosen,
                "url": f"?{state.query(facets=_toggled(state, name, _text(value)))}",
            }
            for value, n in counts.items()
        ],
    }


def _text(value: Any) -> str:
    if value in (None, ""):
        return EMPTY_VALUE
    return str(value.pk) if isinstance(value, Model) else str(value)


def _toggled(state: ListState, name: str, text: str) -> dict[str, tuple[str, ...]]:
    chosen = state.facets.get(name, ())
    kept = tuple(one for one in chosen if one != text) if text in chosen else (*chosen, text)
    facets = {facet: values for facet, values in state.facets.items() if facet != name}
    return {**facets, name: kept} if kept else facets
