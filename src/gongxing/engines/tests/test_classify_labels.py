"""The lexicon pack itself, and the classifier on rows labelled by hand (skipped where the shared data is absent)."""

from __future__ import annotations

import csv
import hashlib
import os
import re
from pathlib import Path

import duckdb
import pytest

from gongxing.engines.classify import Lexicon, classify

REPOSITORY = Path(__file__).resolve().parents[4]
SHARED = Path(os.environ.get("GONGXING_SHARED", REPOSITORY.parent / "shared")) / "data"
PACK = REPOSITORY / "packs" / "industry-lexicon" / "lexicon.csv"
FRESH = REPOSITORY / "tests" / "labels" / "industry_fresh_keys.csv"
CODES = SHARED / "reference" / "gbt4754_2017_2019.csv"
NOTES = SHARED / "reference" / "gbt4754_2017_2019_notes.csv"
REGISTER = SHARED / "companies" / "registry" / "registry_dev.parquet"
SLOTS = ("make", "wholesale", "retail", "other")

needs_codes = pytest.mark.skipif(not CODES.exists(), reason="The shared reference folder is absent.")
needs_labels = pytest.mark.skipif(not (SHARED / "labels").exists(), reason="The shared label folder is absent.")
needs_register = pytest.mark.skipif(not REGISTER.exists(), reason="The shared register is absent.")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.build(read(PACK), {row["code"]: row["name_zh"] for row in read(CODES)})


def test_words_are_words_and_no_sentences() -> None:
    rows = read(PACK)
    assert len(rows) > 3000
    assert len({row["word"] for row in rows}) == len(rows)
    for row in rows:
        assert 1 <= len(row["word"]) <= 20
        assert not re.search(r"[◇◆—。；，、：:;,（）()\s]", row["word"]), row["word"]
        assert any(row[slot] for slot in SLOTS), row["word"]
        assert row["source"]
        assert row["status"] == "design"


@needs_codes
def test_every_code_exists_and_stands_in_its_column() -> None:
    four = {row["code"] for row in read(CODES) if row["level"] == "4"}
    for row in read(PACK):
        for slot in SLOTS:
            assert row[slot] == "" or row[slot] in four, row
        assert row["make"] == "" or "13" <= row["make"][:2] <= "42", row
        assert row["wholesale"] == "" or row["wholesale"][:2] == "51", row
        assert row["retail"] == "" or row["retail"][:2] == "52", row
        assert row["other"] == "" or row["make"] + row["wholesale"] + row["retail"] == "", row


@needs_codes
def test_the_pack_holds_no_text_of_the_official_notes() -> None:
    folder = PACK.parent
    shipped = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file())
    pieces: set[str] = set()
    for row in read(NOTES):
        text = list(row.values())[-1] or ""
        pieces.update(piece for piece in re.split(r"[◇◆—；;，,、：:。（）()\s]+", text) if len(piece) >= 13)
    assert len(pieces) > 1000
    assert [piece for piece in pieces if piece in shipped] == []


@needs_labels
@pytest.mark.parametrize("name", ["sample", "blind"])
def test_given_labels(lexicon: Lexicon, name: str) -> None:
    rows = [row for row in read(SHARED / "labels" / f"industry_gbt4754_{name}.csv") if row["code4"]]
    found = [(row, row["name"], row["scope"]) for row in rows]
    check(found, lexicon, strict=0.65, lenient=0.80, two=0.78)


@needs_register
def test_fresh_hundred(lexicon: Lexicon) -> None:
    rows = {row["row_key"]: row for row in read(FRESH)}
    query = "SELECT 统一社会信用代码, 企业名称, 注册地址, 经营范围 FROM read_parquet(?)"
    found = []
    for code, name, address, scope in duckdb.connect().execute(query, [str(REGISTER)]).fetchall():
        key = code or ""
        if len(key) != 18:
            key = "h" + hashlib.sha256(f"{name or ''}|{address or ''}".encode()).hexdigest()[:16]
        if key in rows:
            found.append((rows[key], name or "", scope or ""))
    assert len(found) >= 100
    check(found, lexicon, strict=0.55, lenient=0.77, two=0.75)


def check(
    firms: list[tuple[dict[str, str], str, str]], lexicon: Lexicon, strict: float, lenient: float, two: float
) -> None:
    """Hits at four digits strict and lenient, at two digits strict, and nine of ten right among what is shown."""
    strictly = leniently = division = shown = shown_right = 0
    for row, name, scope in firms:
        suggestion = classify(name, scope, lexicon)
        answers = [row["code4"], *row["alt"].split()]
        strictly += suggestion.code4 == row["code4"]
        leniently += suggestion.code4 in answers
        division += suggestion.code4[:2] == row["code2"]
        shown += suggestion.level > 0
        shown_right += suggestion.level > 0 and any(code.startswith(suggestion.shown_code) for code in answers)
    assert strictly / len(firms) >= strict
    assert leniently / len(firms) >= lenient
    assert division / len(firms) >= two
    assert shown / len(firms) >= 0.5
    assert shown_right / shown >= 0.90
