"""An input-output table: flows between sectors and one account per sector, checked and put in the order of codes once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongxing.engines.reasons import Reason

Matrix = NDArray[np.float64]
ORIGINS = ("all", "domestic", "imported")
BALANCE = 1e-6
"""An account is balanced to this share of output: published tables are rounded to the cent, not to the unit in the last place."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What ``buyer`` uses of ``seller``'s product. ``origin``: "all" (a competitive table, imports inside), or "domestic" and
    "imported" apart. ValueError for another origin or a value that is no amount."""

    seller: str
    buyer: str
    value: float
    origin: str = "all"

    def __post_init__(self) -> None:
        if self.origin not in ORIGINS:
            raise ValueError(f"flow {self.seller} to {self.buyer}: unknown origin {self.origin!r}")
        if not (math.isfinite(self.value) and self.value >= 0):
            raise ValueError(f"flow {self.seller} to {self.buyer}: {self.value} is no amount")

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Flow:
        """From a row of a pack table: seller, buyer, value and, where the table has it, origin."""
        return cls(row["seller"], row["buyer"], float(row["value"]), row.get("origin", "all"))


@dataclass(frozen=True, slots=True)
class Account:
    """One sector: total output, value added (may be negative), labour's part of it, imports and exports of its product, and
    what all sectors use of it (None: not known). ValueError for a figure that is missing, infinite or wrongly negative."""

    sector: str
    output: float
    value_added: float
    labour: float = 0.0
    imports: float = 0.0
    exports: float = 0.0
    intermediate_use: float | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.value_added):
            raise ValueError(f"account {self.sector}: value_added {self.value_added} is no amount")
        for name in ("output", "labour", "imports", "exports", "intermediate_use"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise ValueError(f"account {self.sector}: {name} {value} is no amount")

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Account:
        """From a row of a pack table with the columns code, output, value_added, compensation, imports, exports and
        intermediate_use; an empty cell of the last is unknown."""
        used = row.get("intermediate_use", "")
        return cls(
            row["code"],
            float(row["output"]),
            float(row["value_added"]),
            float(row["compensation"]),
            float(row["imports"]),
            float(row["exports"]),
            float(used) if used else None,
        )


@dataclass(frozen=True, eq=False)
class FlowTable:
    """A table ready to be solved; build it with ``FlowTable.build``.

    n × n: ``flows`` z_ij, ``domestic`` zᵈ_ij or None where the table does not tell. n: ``output``, ``value_added``, ``labour``,
    ``imports``, ``exports``, ``outside`` (what each sector buys from sectors left out). One unit throughout.
    ``excluded`` names the sectors left out, ``notes`` the accounts that do not balance.
    """

    sectors: tuple[str, ...]
    flows: Matrix
    domestic: Matrix | None
    output: Matrix
    value_added: Matrix
    labour: Matrix
    imports: Matrix
    exports: Matrix
    outside: Matrix
    excluded: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()

    @classmethod
    def build(cls, flows: Iterable[Flow], accounts: Iterable[Account]) -> FlowTable:
        """From flows (pairs that are not there are 0) and accounts, in any order.

        Left out and named: a sector without account, without output, or whose row or column is missing though its account
        says it sells or buys. ValueError for a flow or account that is there twice, or for flows of both kinds of table.
        """
        cells = _cells(flows)
        books = _books(accounts)
        excluded = _excluded(cells, books)
        gone = {reason.details["sector"] for reason in excluded}
        names = tuple(sorted(books.keys() - gone))
        split = any(origin != "all" for _, _, origin in cells)
        total, domestic, outside = _filled(cells, names)
        kept = [books[name] for name in names]
        bought = total.sum(axis=0) + outside
        return cls(
            names,
            _sealed(total),
            _sealed(domestic) if split else None,
            _vector([book.output for book in kept]),
            _vector([book.value_added for book in kept]),
            _vector([book.labour for book in kept]),
            _vector([book.imports for book in kept]),
            _vector([book.exports for book in kept]),
            _sealed(outside),
            tuple(excluded),
            tuple(_unbalanced(book, float(paid)) for book, paid in zip(kept, bought, strict=True) if _gap(book, paid)),
        )


def _cells(flows: Iterable[Flow]) -> dict[tuple[str, str, str], float]:
    cells: dict[tuple[str, str, str], float] = {}
    for flow in flows:
        key = (flow.seller, flow.buyer, flow.origin)
        if key in cells:
            raise ValueError(f"flow {flow.seller} to {flow.buyer} ({flow.origin}) is there twice")
        cells[key] = flow.value
    kinds = {origin for _, _, origin in cells}
    if "all" in kinds and len(kinds) > 1:
        raise ValueError("flows with imports inside and flows by origin in one table")
    return cells


def _books(accounts: Iterable[Account]) -> dict[str, Account]:
    books: dict[str, Account] = {}
    for account in accounts:
        if account.sector in books:
            raise ValueError(f"account {account.sector} is there twice")
        books[account.sector] = account
    return books


def _excluded(cells: Mapping[tuple[str, str, str], float], books: Mapping[str, Account]) -> list[Reason]:
    sellers = {seller for seller, _, _ in cells}
    buyers = {buyer for _, buyer, _ in cells}
    found = [Reason.of("inputoutput.no_account", sector=name) for name in sorted((sellers | buyers) - books.keys())]
    for name, book in sorted(books.items()):
        if book.output == 0:
            found.append(Reason.of("inputoutput.no_output", sector=name))
        elif name not in sellers and book.intermediate_use:
            found.append(Reason.of("inputoutput.row_missing", sector=name))
        elif name not in buyers and book.output - book.value_added > BALANCE * book.output:
            found.append(Reason.of("inputoutput.column_missing", sector=name))
    return found


def _filled(cells: Mapping[tuple[str, str, str], float], names: Sequence[str]) -> tuple[Matrix, Matrix, Matrix]:
    """Total flows, domestic flows and what each buyer takes from sectors that are not in ``names``."""
    at = {name: i for i, name in enumerate(names)}
    total = np.zeros((len(names), len(names)))
    domestic, outside = np.zeros_like(total), np.zeros(len(names))
    for (seller, buyer, origin), value in sorted(cells.items()):
        if buyer not in at:
            continue
        if seller not in at:
            outside[at[buyer]] += value
            continue
        total[at[seller], at[buyer]] += value
        if origin == "domestic":
            domestic[at[seller], at[buyer]] += value
    return total, domestic, outside


def _gap(book: Account, paid: float) -> bool:
    return abs(paid + book.value_added - book.output) > BALANCE * book.output


def _unbalanced(book: Account, paid: float) -> Reason:
    gap = paid + book.value_added - book.output
    return Reason.of("inputoutput.unbalanced", sector=book.sector, gap=f"{gap:.2f}")


def _vector(figures: Sequence[float]) -> Matrix:
    return _sealed(np.array(figures, dtype=np.float64))


def _sealed(values: Matrix) -> Matrix:
    values.setflags(write=False)
    return values
