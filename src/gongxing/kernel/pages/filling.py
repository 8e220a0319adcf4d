"""What the form and the dialog share about values filled in beforehand: how they travel with the form, and how a saved form is counted."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongxing.kernel.access.visible import permissions
from gongxing.kernel.burden.count import count
from gongxing.kernel.burden.measure import measured, plain
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Filled, Kind
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.ledger.prefill import held, leading, prefilled
from gongxing.kernel.ledger.show import raw_text
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting

CARRIED = "prefilled"
LONGEST, LONGEST_SOURCE = 40_000, 120
HELD = ("add", "change")


def carried(request: HttpRequest, columns: Sequence[Column]) -> dict[str, Filled]:
    """The values the form was filled with, as it sends them back; anything else in that field is nothing."""
    text = request.POST.get(CARRIED, "")
    try:
        told = json.loads(text) if len(text) <= LONGEST else {}
    except (ValueError, RecursionError):
        told = {}
    found = told if isinstance(told, dict) else {}
    names = {column.name for column in columns}
    return {
        name: Filled(pair[0], pair[1][:LONGEST_SOURCE])
        for name, pair in found.items()
        if name in names and isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)
    }


def mark_filled(fields: Sequence[dict[str, Any]], filled: Mapping[str, Filled]) -> str:
    """Say beside each field where its value comes from, as long as it is that value; what the form carries of it (JSON)."""
    told = {}
    for field in fields:
        one = filled.get(field["name"])
        if one is None:
            continue
        told[field["name"]] = [one.value, one.source]
        if plain(field["value"]) == plain(one.value):
            field["filled"] = one.source
    return json.dumps(told, ensure_ascii=False)


def ways_of(ledger: Ledger[Any]) -> dict[str, tuple[str, ...]]:
    """Columns that follow from others of the form: column → all of those, references that lead to its owner or what the ledger says."""
    return {**{name: (way,) for name, way in leading(ledger.editable).items()}, **ledger.follows}


def following(ledger: Ledger[Any]) -> str:
    """The fields whose change fills others, as the page's script reads them; "" where there are none."""
    return " ".join(sorted({name for way in ways_of(ledger).values() for name in way}))


@require_GET
def prefill(request: HttpRequest, slug: str) -> JsonResponse:
    """GET with what is filled in as a form's fields write it: every field that follows from them, with value and source; "" where nothing is
    known. For whoever may fill in a form of the ledger."""
    ledger, actor = ledger_named(slug), acting(request)
    if not any(verb in ledger.verbs and permissions(actor).may(verb, ledger.name) for verb in HELD):
        raise Denied("add", ledger.name)
    ways = ways_of(ledger)
    asked = {name for way in ways.values() for name in way}
    given = {name: text for name in asked if (text := request.GET.get(name, "").strip())}
    found = prefilled(ledger, given, actor) if given else {}
    nothing = Filled("", "")
    return JsonResponse(
        {
            name: list(found.get(name, nothing) if all(one in given for one in way) else nothing)
            for name, way in ways.items()
        }
    )


def carry_over(
    columns: Sequence[Column], given: Mapping[str, str], filled: Mapping[str, Filled], actor: Actor
) -> dict[str, str]:
    """The texts to save. Where another reference was chosen and a field that follows from it still has the value of the first (a browser
    without scripts), it follows: nobody typed the old value for the new row."""
    ways, texts = leading(columns), dict(given)
    left = [
        name
        for name, way in ways.items()
        if name in filled and way in filled and plain(given.get(way, "")) != plain(filled[way].value)
        and plain(given.get(name, "")) == plain(filled[name].value)
    ]  # fmt: skip
    if left:
        owned = held(columns, given, None, actor)
        texts.update({name: owned.get(name, "") for name in left if name in given})
    return texts


def count_added(ledger: Ledger[Any], actor: Actor, given: Mapping[str, str], filled: Mapping[str, Filled]) -> None:
    """Count the saved form of a new row."""
    shown = {name: one.value for name, one in filled.items()}
    owned = held(ledger.editable, given, None, actor)
    count(actor, measured(f"{ledger.name}/add", ledger.editable, given, shown, owned))


def count_changed(
    ledger: Ledger[Any], actor: Actor, given: Mapping[str, str], before: Mapping[str, str], row: Row
) -> None:
    """Count the saved form of a stored row. ``before`` are its texts before the save: a cell that is stored as it was counts as left,
    however it was written."""
    texts, shown = dict(given), {}
    for column in ledger.editable:
        if column.name in given and (was := before.get(column.name, "")):
            shown[column.name] = was
            left = raw_text(column, row) == was
            texts[column.name] = was if left else given[column.name]
    linked = {
        column.name: given.get(column.name) or raw_text(column, row)
        for column in ledger.editable
        if column.kind is Kind.REFERENCE
    }
    owned = held(ledger.editable, linked, None, actor)
    count(actor, measured(f"{ledger.name}/change", ledger.editable, texts, shown, owned, change=True))


def default_words() -> str:
    """Where the default of a parameter comes from."""
    return _("已填默认值")
