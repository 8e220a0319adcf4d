"""Items of approval and grounds of a stop, as the pack has them on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import normalize

from gongxing.domains.projects.rule_words import said
from gongxing.engines.workdays import Limit
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import clean_text
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import PackRow, table

PACK = "approvals"
NAME_LENGTH = 200
YES, BY_ITEM = "yes", "item_law"


@dataclass(frozen=True)
class Item:
    """An item on a day. ``limit`` and ``promised`` are None where the pack has none; ``basis`` and ``status`` are those of the statutory limit."""

    code: str
    name: str
    authority: str
    limit: Limit | None
    basis: str
    status: str
    promised: Limit | None
    promised_status: str
    extension: Limit | None
    extension_basis: str
    excluded: frozenset[str]
    materials: tuple[str, ...]
    outputs: str
    note: str


@dataclass(frozen=True)
class Ground:
    """Why clocks may stand still: which of them, for how long at most, on what paper."""

    code: str
    name: str
    statutory: bool
    promised: bool
    most: Limit | None
    proof: str
    note: str
    basis: str
    status: str


def item_on(code: str, day: date) -> Item | None:
    """The item as the rules of this day have it; None where they have none."""
    row = table(PACK, "items", day).by_key(code)
    if row is None:
        return None
    return Item(
        code, said(row, "name"), row["authority"], limit_of(row, "limit"), row["limit_basis"], row["limit_status"] or row.status,
        limit_of(row, "promised"), row["promised_status"] or row.status, limit_of(row, "extension"), row["extension_basis"],
        frozenset(filter(None, row["excluded"].split(";"))), _parts(row, "materials"), row["outputs"], said(row, "note"),
    )  # fmt: skip


def item_code(raw: Any) -> str:
    """The code of an item that is written by its code or by its name, as today's rules have them; "" for nothing. Other platforms know no codes of ours.

    Raises Fault ``pack.unknown``.
    """
    text = clean_text(str(raw or ""), NAME_LENGTH)
    if not text:
        return ""
    rows = table(PACK, "items", today())
    if rows.by_key(text) is not None:
        return text
    wanted = folded(text)
    named = {row["item"] for row in rows if wanted in (folded(row["name_zh"]), folded(row["name_en"]))}
    if len(named) == 1:
        return named.pop()
    raise Fault("pack.unknown", text=text[:40], table=f"{PACK}/items")


def folded(name: str) -> str:
    """A name without width, case, brackets and blanks."""
    return "".join(one for one in normalize("NFKC", name).casefold() if one.isalnum())


def item_names(day: date) -> Mapping[str, str]:
    """Names of all items by code, in the reader's language."""
    return {row["item"]: said(row, "name") for row in table(PACK, "items", day)}


def ground_on(code: str, item: Item, day: date) -> Ground | None:
    """A ground as it holds for an item on a day: one that stops the statutory clock only by the item's own law does so where the item names it."""
    row = table(PACK, "pauses", day).by_key(code)
    if row is None:
        return None
    statutory = row["stops_statutory"] == YES or (row["stops_statutory"] == BY_ITEM and code in item.excluded)
    return Ground(
        code, said(row, "name"), statutory, row["stops_promised"] == YES, limit_of(row, "most"), row["proof_zh"], said(row, "note"),
        row.source, row.status,
    )  # fmt: skip


def limit_of(row: PackRow, name: str) -> Limit | None:
    """A limit of two cells (number and unit); None where the number is empty."""
    return Limit(int(row[name]), row[f"{name}_unit"] or "wd") if row[name] else None


def _parts(row: PackRow, name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in row[name].split("；") if part.strip())
