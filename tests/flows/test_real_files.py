"""The real, messy registers: what comes out of each. They stay outside the repository; without them these tests skip with a sentence."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from gongxing.domains.firms.models import DuplicateQuestion, Firm
from gongxing.engines.names import fold
from gongxing.engines.names.duplicates import NameRow, duplicates
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.exchange.flow import arrange, start_check, start_write, upload
from gongxing.kernel.exchange.models import ImportFault, ImportSession
from gongxing.kernel.exchange.setup import Setup, corrected
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
LEDGER = "firms.firm"
PLAIN_WAN = r"^([\d.]+) ?[(（]?万(?:元|元人民币|人民币元|人民币)?[)）]?$"


def run_jobs() -> None:
    while run_next():
        pass


def checked(office: Office, path: Path) -> ImportSession:
    """Upload as it is, answer the one question the sheet leaves open (whose firms they are), check."""
    actor = office.actor("gongxin")
    with path.open("rb") as content:
        session = upload(ledger_named(LEDGER), actor, path.name, iter(lambda: content.read(1 << 20), b""))
    setup = Setup.from_json(session.setup)
    if "unit" not in {use.target for use in setup.columns}:
        arrange(session, corrected(setup, {}, {**setup.defaults, "unit": "禾城镇"}))
    start_check(ImportSession.objects.get(pk=session.pk), actor)
    run_jobs()
    return ImportSession.objects.get(pk=session.pk)


def written(office: Office, session: ImportSession) -> ImportSession:
    start_write(session, office.actor("gongxin"))
    run_jobs()
    return ImportSession.objects.get(pk=session.pk)


def faults(session: ImportSession) -> Counter[str]:
    return Counter(ImportFault.objects.filter(session=session).values_list("code", flat=True))


@pytest.mark.parametrize(
    ("name", "rows", "codes", "currencies"),
    [
        ("nanning_sample.xlsx", 3000, 3000, None),
        ("nanning_1978_2002_gb18030.csv", 4024, 4024, None),
        pytest.param("gx_registry_1978_2002.csv", 17844, 17844, {"CNY", "USD", "HKD"}, marks=pytest.mark.slow),
    ],
)
def test_registers_import_whole(
    name: str, rows: int, codes: int, currencies: set[str] | None, office: Office, shared: Path
) -> None:
    """Every row goes in; dates and amounts are read; those without an amount stay unknown; classes are suggested."""
    session = checked(office, shared / "companies" / "registry" / name)
    assert session.state == "checked", session.error
    counts = session.counts
    assert (counts["rows"], counts["new"], counts["fault"]) == (rows, rows, 0), faults(session)
    assert written(office, session).state == "written"
    assert Firm.objects.count() == rows
    assert Firm.objects.exclude(uscc=None).count() == codes
    assert Firm.objects.filter(founded=None).count() == 0
    assert not Firm.objects.filter(capital=None, capital_text__contains="万").exclude(capital_mark="zero").exists()
    classified = Firm.objects.exclude(industry="").count()
    assert 0.5 < classified / rows < 1
    if currencies is not None:
        assert set(Firm.objects.exclude(capital_currency="").values_list("capital_currency", flat=True)) >= currencies
        capital_equals_an_independent_reading(shared / "companies" / "registry" / name)
    assert check_chain().sound


def capital_equals_an_independent_reading(path: Path) -> None:
    """The plain majority spelling, ``500(万元)`` and its kin, read by a regular expression of the database, sums to the same."""
    with duckdb.connect() as reader:
        rows = reader.execute(
            'SELECT "统一社会信用代码", regexp_extract("注册资金", ?, 1) FROM read_csv(?, all_varchar=true) WHERE regexp_matches("注册资金", ?)',
            [PLAIN_WAN, str(path), PLAIN_WAN],
        ).fetchall()
    expected = {code.upper(): Decimal(text) for code, text in rows}
    assert len(expected) > 7_000
    stored = dict(Firm.objects.filter(uscc__in=list(expected)).values_list("uscc", "capital"))
    assert [code for code, amount in expected.items() if stored[code] != (amount or None)] == []


SLICE, SEED = 8_000, "2026"


def a_slice(register: Path, path: Path) -> list[tuple[str, str, str]]:
    """The same rows of the great register every time, as a CSV; code, date and amount (in 万 of 人民币, "" for other spellings) of each
    as DuckDB reads them."""
    with duckdb.connect() as reader:
        mixed = f"md5(concat('{SEED}', 统一社会信用代码, 企业名称, 注册地址))"
        reader.execute(
            f"CREATE TABLE slice AS SELECT * FROM read_parquet(?) ORDER BY {mixed} LIMIT {SLICE}", [str(register)]
        )
        reader.execute(f"COPY slice TO '{path}' (HEADER)")
        ask = (
            "SELECT upper(统一社会信用代码), CAST(注册日期 AS DATE)::VARCHAR, regexp_extract(注册资金, ?, 1) FROM slice"
        )
        return reader.execute(ask, [PLAIN_WAN]).fetchall()


@pytest.mark.slow
def test_a_slice_of_the_great_register_goes_in_whole(office: Office, shared: Path, tmp_path: Path) -> None:
    """8,000 of its 428,828 rows through check and write; ``python -m benchmarks.exchange --register`` does it with all of them.

    Codes, dates and amounts equal what DuckDB reads. Old codes of fifteen digits and codes that fail their check stay outside.
    """
    path = tmp_path / "register.csv"
    rows = a_slice(shared / "companies" / "registry" / "registry_dev.parquet", path)
    session = checked(office, path)
    counts, found = session.counts, faults(session)
    assert (counts["rows"], counts["new"] + counts["fault"]) == (SLICE, SLICE), found
    assert found["uscc.old15"] + found["uscc.length"] == sum(len(code) != 18 for code, _day, _amount in rows)
    assert set(found) <= {"uscc.old15", "uscc.length", "uscc.check", "row.repeated", "money.unreadable"}
    assert counts["fault"] < SLICE / 200
    assert written(office, session).state == "written"
    stored = {code: (str(day), amount) for code, day, amount in Firm.objects.values_list("uscc", "founded", "capital")}
    assert len(stored) == counts["new"]
    expected = {code: (day, amount) for code, day, amount in rows}
    assert stored.keys() <= expected.keys()
    assert [code for code, (day, _amount) in stored.items() if day != expected[code][0]] == []
    read = {code: Decimal(amount) for code, (_day, amount) in expected.items() if amount and code in stored}
    assert len(read) > SLICE / 2
    assert [code for code, amount in read.items() if stored[code][1] != (amount or None)] == []
    assert check_chain().sound


@pytest.mark.parametrize(
    ("name", "found"),
    [("shifted_columns_dev.csv", {"row.shifted": 20}), ("mojibake_rows_dev.csv", {"row.mojibake": 200})],
)
def test_files_made_of_trouble_are_refused_row_by_row(
    name: str, found: dict[str, int], office: Office, shared: Path
) -> None:
    session = checked(office, shared / "companies" / "registry" / name)
    assert faults(session) == found
    assert (session.counts["new"], session.counts["fault"]) == (0, sum(found.values()))


def test_every_real_duplicate_is_found(
    office: Office, shared: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """The second row of each pair is stopped at the door, naming the first; what passes with another code becomes a question."""
    path = shared / "companies" / "registry" / "real_duplicates_dev.csv"
    with path.open(encoding="utf-8-sig") as handle:
        rows = [
            NameRow(at, row["统一社会信用代码"], row["企业名称"], row["注册地址"])
            for at, row in enumerate(csv.DictReader(handle), start=2)
        ]
    assert len(rows) == 172
    pairs = {
        (one.id, other.id)
        for one in rows for other in rows
        if one.id < other.id and (fold(one.name) == fold(other.name) or (len(one.code) > 8 and one.code.upper() == other.code.upper()))
    }  # fmt: skip
    joined = {
        (one, other) for group in duplicates(rows) for one in group.members for other in group.members if one < other
    }
    assert pairs <= joined
    session = checked(office, path)
    at_the_door = {
        (int(fault.params["first"]), fault.row)
        for fault in ImportFault.objects.filter(session=session, code__startswith="row.repeated")
    }
    assert at_the_door <= pairs
    unreadable = {fault.row for fault in ImportFault.objects.filter(session=session, code__startswith="uscc")}
    with django_capture_on_commit_callbacks(execute=True):
        written(office, session)
    run_jobs()
    named = {row.id: row for row in rows}
    asked = {
        frozenset((one.one.name, one.other.name)) for one in DuplicateQuestion.objects.select_related("one", "other")
    }
    stopped = {row for pair in at_the_door for row in pair}
    missed = [
        pair
        for pair in pairs
        if pair not in at_the_door and not set(pair) & unreadable and not set(pair) <= stopped
        and frozenset((named[pair[0]].name, named[pair[1]].name)) not in asked
    ]  # fmt: skip
    assert missed == []
