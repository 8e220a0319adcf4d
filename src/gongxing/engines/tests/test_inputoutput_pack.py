"""The national input-output tables of the pack: their accounts, their linkages, and the concordance to GB/T 4754.

The pack is compared with the reference copy, and the linkages with those the chain packs were written from (computed from the
same 153-sector table by other code); both lie in ../shared, and where it is absent the tests are skipped with a sentence.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from gongxing.engines.inputoutput import (
    Account,
    Concordance,
    ConcordanceRow,
    Flow,
    FlowTable,
    Solution,
    check,
    linkages,
    solve,
    suppliers,
)

REPOSITORY = Path(__file__).resolve().parents[4]
SHARED = Path(os.environ.get("GONGXING_SHARED", REPOSITORY.parent / "shared")) / "data"
PACK = REPOSITORY / "packs" / "input-output"
REFERENCE = SHARED / "reference"
LINKAGES = SHARED / "packs-draft" / "chains" / "io_linkages.csv"
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="The shared reference folder is absent.")
needs_linkages = pytest.mark.skipif(not LINKAGES.exists(), reason="The shared chain drafts are absent.")
LIMIT = 1_500_000
FIGURES = {
    "output", "intermediate_input", "compensation", "net_tax", "depreciation", "surplus", "value_added", "intermediate_use",
    "final_use", "exports", "imports",
}  # fmt: skip


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def national(sectors: int) -> FlowTable:
    flows = (Flow.from_row(row) for row in read(PACK / f"flows{sectors}.csv"))
    return FlowTable.build(flows, (Account.from_row(row) for row in read(PACK / f"sectors{sectors}.csv")))


@pytest.fixture(scope="module")
def detailed() -> FlowTable:
    return national(153)


@pytest.fixture(scope="module")
def solved(detailed: FlowTable) -> Solution:
    return solve(detailed)


def test_national_153_sectors_balance_and_pass_the_checker(detailed: FlowTable, solved: Solution) -> None:
    assert (solved.n_sectors, solved.excluded, solved.notes, solved.refused) == (153, (), (), None)
    assert check(detailed, solved) == ()
    assert round(solved.radius, 3) == 0.629
    assert float(detailed.value_added.sum()) == pytest.approx(1_016_422e4, rel=1e-6)
    assert (solved.leontief_domestic <= solved.leontief + 1e-12).all()


def test_national_42_sectors_balance_and_pass_the_checker() -> None:
    table = national(42)
    found = solve(table)
    assert (found.n_sectors, found.excluded, found.notes, found.refused) == (42, (), (), None)
    assert check(table, found) == ()
    assert table.domestic is not None
    assert float(table.value_added.sum()) == pytest.approx(1_016_422e4, rel=1e-6)


@needs_linkages
def test_linkages_reproduce_figures_computed_elsewhere(solved: Solution) -> None:
    """Every printed digit of 153 rows: multipliers, linkages, class and the five largest suppliers."""
    names = {row["code"]: row["name_zh"] for row in read(PACK / "sectors153.csv")}
    found, expected = linkages(solved), read(LINKAGES)
    assert len(found) == len(expected) == 153
    for one, row in zip(found, expected, strict=True):
        top = ";".join(f"{names[part.sector]}:{part.coefficient:.3f}" for part in suppliers(solved, one.sector))
        assert {
            "io153_code": one.sector,
            "name_zh": names[one.sector],
            "gross_output_yi": f"{one.output / 1e4:.1f}",
            "intermediate_share": f"{one.intermediate_share:.4f}",
            "import_share": f"{one.import_share:.4f}",
            "output_multiplier": f"{one.output_multiplier:.4f}",
            "output_multiplier_domestic": f"{one.output_multiplier_domestic:.4f}",
            "va_multiplier_domestic": f"{one.value_added_multiplier:.4f}",
            "labour_multiplier_domestic": f"{one.labour_multiplier:.4f}",
            "backward_linkage": f"{one.backward:.4f}",
            "forward_linkage": f"{one.forward:.4f}",
            "forward_linkage_ghosh": f"{one.forward_ghosh:.4f}",
            "class": one.kind,
            "top_suppliers": top,
        } == row


@needs_reference
def test_the_pack_holds_the_reference_tables() -> None:
    """Cell by cell: what the pack leaves out is 0 in the reference, and nothing else is."""
    for sectors, name in ((153, "io_china_2020_153.csv"), (42, "io_china_2020_42.csv")):
        rows = [row for row in read(REFERENCE / name) if row["code"].isdigit()]
        codes = sorted({row["code"] for row in rows})
        assert len(codes) == sectors
        given = {
            (row.get("origin", "All").lower(), row["code"], code): float(row[code]) for row in rows for code in codes
        }
        kept = {
            (row.get("origin", "all").replace("imported", "imports"), row["seller"], row["buyer"]): float(row["value"])
            for row in read(PACK / f"flows{sectors}.csv")
        }
        assert kept == {key: value for key, value in given.items() if value}
        totals = {row["code"]: row for row in read(REFERENCE / name)}
        for book in read(PACK / f"sectors{sectors}.csv"):
            for column, row_name in (
                ("output", "TI"),
                ("value_added", "TVA"),
                ("compensation", "VA001"),
                ("intermediate_input", "TII"),
            ):
                assert float(book[column]) == float(totals[row_name][book["code"]])  # fmt: skip


def test_the_accounts_of_the_pack_close() -> None:
    """In 万元, out of sectors worth 10^7 and more: the published cells are rounded one by one."""
    for sectors in (153, 42):
        books, flows = read(PACK / f"sectors{sectors}.csv"), read(PACK / f"flows{sectors}.csv")
        bought, sold = dict.fromkeys((book["code"] for book in books), 0.0), {book["code"]: 0.0 for book in books}
        for row in flows:
            bought[row["buyer"]] += float(row["value"])
            sold[row["seller"]] += float(row["value"])
        for book in books:
            figure = {name: float(book[name]) for name in book if name in FIGURES}
            earned = figure["compensation"] + figure["net_tax"] + figure["depreciation"] + figure["surplus"]
            assert earned == pytest.approx(figure["value_added"], abs=1)
            assert bought[book["code"]] == pytest.approx(figure["intermediate_input"], abs=5)
            assert sold[book["code"]] == pytest.approx(figure["intermediate_use"], abs=5)
            assert figure["intermediate_input"] + figure["value_added"] == pytest.approx(figure["output"], abs=1)
            used = figure["intermediate_use"] + figure["final_use"] - figure["imports"]
            assert used == pytest.approx(figure["output"], abs=50)


def test_the_153_sectors_add_up_to_the_42() -> None:
    broad = {book["code"]: float(book["output"]) for book in read(PACK / "sectors42.csv")}
    sums = dict.fromkeys(broad, 0.0)
    for book in read(PACK / "sectors153.csv"):
        sums[book["io42_code"]] += float(book["output"])
    assert sums == pytest.approx(broad)


def test_the_pack_stays_small_and_says_where_it_is_from() -> None:
    assert sum(path.stat().st_size for path in PACK.iterdir()) < LIMIT
    for path in PACK.glob("*.csv"):
        rows = read(path)
        assert all(row["source"] and row["status"] for row in rows), path.name
    assert {row["status"] for row in read(PACK / "concordance.csv")} == {"constructed"}


def concordance() -> Concordance:
    return Concordance.build(ConcordanceRow.from_row(row) for row in read(PACK / "concordance.csv"))


@pytest.mark.parametrize(
    ("code", "sector", "broad", "prefix", "certain"),
    [
        ("0111", "001", "01", "01", True),
        ("A0111", "001", "01", "01", True),
        ("1754", "027", "07", "175", False),
        ("3621", "080", "18", "362", False),
        ("3670", "080", "18", "367", True),
        ("22", "037", "10", "22", True),
    ],
)
def test_the_longest_prefix_decides_and_doubt_is_kept(
    code: str, sector: str, broad: str, prefix: str, certain: bool
) -> None:
    found = concordance().find(code)
    assert (found.sector, found.broad_sector, found.prefix, found.certain) == (sector, broad, prefix, certain)
    assert found.refused is None


def test_codes_without_one_sector_say_why() -> None:
    rows = concordance()
    for code, reason in (("36", "code_too_short"), ("9700", "no_sector_for_code"), ("", "no_sector_for_code")):
        found = rows.find(code)
        assert found.sector == ""
        assert found.refused is not None
        assert found.refused.code == f"inputoutput.{reason}"
    one = Concordance.build([ConcordanceRow("361", "079", "18", True), ConcordanceRow("363", "079", "18", False)])
    assert (one.find("36").sector, one.find("36").certain) == ("079", False)
    nested = Concordance.build([ConcordanceRow("36", "080", "18", True), ConcordanceRow("361", "079", "18", True)])
    assert [nested.find(code).sector for code in ("3611", "3670")] == ["079", "080"]
    with pytest.raises(ValueError, match="twice"):
        Concordance.build([ConcordanceRow("36", "1", "1", True)] * 2)


@needs_reference
def test_the_concordance_covers_every_class_but_one() -> None:
    rows = concordance()
    codes = [row["code"] for row in read(REFERENCE / "gbt4754_2017_2019.csv") if row["level"] == "4"]
    assert len(codes) == 1382
    assert [code for code in codes if rows.find(code).refused] == ["9700"]
    uncertain = {rows.find(code).prefix for code in codes if not rows.find(code).certain} - {""}
    assert uncertain == {"175", "254", "362", "363", "364", "365", "366", "396", "562"}
