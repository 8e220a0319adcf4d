"""Real rows for the classifier: label sets joined with the register, and a seeded draw of rows for a new label set.

``python -m benchmarks.classify_rows --seed 41 --count 100`` prints rows to be read and labelled (half at random, half
where the name or the scope speaks of making things); rows that already carry a label are never drawn. The register is
under a non-commercial licence, so nothing printed here may be committed: a label file keeps ``row_key`` only.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.harness import REPOSITORY, default_data
from gongxing.engines.classify import Lexicon

REGISTER = Path("companies/registry/registry_dev.parquet")
LABELS = REPOSITORY / "tests" / "labels"
FRESH_KEYS = LABELS / "industry_fresh_keys.csv"
SECOND_KEYS = LABELS / "industry_fresh2_keys.csv"
THIRD_KEYS = LABELS / "industry_fresh3_keys.csv"
FOURTH_KEYS = LABELS / "industry_fresh4_keys.csv"
DEVELOPMENT_KEYS = LABELS / "industry_dev_keys.csv"
LEXICON = REPOSITORY / "packs" / "industry-lexicon" / "lexicon.csv"
MAKING = ("厂", "制造", "生产", "加工", "制品")


@dataclass(frozen=True)
class Firm:
    """One register row: key, name and scope as written."""

    key: str
    name: str
    scope: str


@dataclass(frozen=True)
class Labelled:
    """A firm with the class a reader gave it; ``also`` holds other codes a careful reader could defend."""

    firm: Firm
    code: str
    also: tuple[str, ...]
    sure: str
    stratum: str


def row_key(code: str, name: str, address: str) -> str:
    """The 18-character credit code, or ``h`` and 16 hex digits of sha256(name|address) where there is none."""
    if len(code) == 18:
        return code
    return "h" + hashlib.sha256(f"{name}|{address}".encode()).hexdigest()[:16]


def register(data: Path) -> Iterator[Firm]:
    """Every row of the development register, in file order."""
    query = "SELECT 统一社会信用代码, 企业名称, 注册地址, 经营范围 FROM read_parquet(?)"
    cursor = duckdb.connect().execute(query, [str(data / REGISTER)])
    while rows := cursor.fetchmany(20_000):
        for code, name, address, scope in rows:
            yield Firm(row_key(code or "", name or "", address or ""), name or "", scope or "")


def read_rows(path: Path) -> list[dict[str, str]]:
    """A CSV file as a list of dicts."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def labelled(rows: Iterable[dict[str, str]], firms: dict[str, Firm]) -> list[Labelled]:
    """Join label rows with firms; rows whose firm is absent, or that show no activity (no code), are left out."""
    found = []
    for row in rows:
        firm = firms.get(row["row_key"])
        if firm is not None and row["code4"]:
            found.append(Labelled(firm, row["code4"], tuple(row["alt"].split()), row["confidence"], row["stratum"]))
    return found


def sample_set(data: Path, name: str) -> list[Labelled]:
    """Set A (``sample``) or B (``blind``), whose files carry name and scope."""
    rows = read_rows(data / "labels" / f"industry_gbt4754_{name}.csv")
    return labelled(rows, {row["row_key"]: Firm(row["row_key"], row["name"], row["scope"]) for row in rows})


def keyed_set(data: Path, keys: Path) -> list[Labelled]:
    """A label file of this repository (``FRESH_KEYS``, ``SECOND_KEYS``, ``DEVELOPMENT_KEYS``) with its text from the register."""
    rows = read_rows(keys)
    wanted = {row["row_key"] for row in rows}
    return labelled(rows, {firm.key: firm for firm in register(data) if firm.key in wanted})


def taken_keys(data: Path) -> set[str]:
    """Keys of every row that already carries a label."""
    files = [*sorted((data / "labels").glob("industry_gbt4754_*.csv")), *sorted(LABELS.glob("industry_*_keys.csv"))]
    return {row["row_key"] for path in files for row in read_rows(path)}


def draw(data: Path, seed: int, count: int) -> list[tuple[str, Firm]]:
    """``count`` unlabelled rows, half (stratum, firm) ``random``, half ``making``; the same seed, the same rows."""
    taken = taken_keys(data)
    firms = sorted((firm for firm in register(data) if firm.key not in taken), key=lambda firm: firm.key)
    picker = random.Random(seed)
    chosen = [("random", firm) for firm in picker.sample(firms, count // 2)]
    have = {firm.key for _, firm in chosen}
    making = [f for f in firms if f.key not in have and any(word in f.name + f.scope for word in MAKING)]
    return chosen + [("making", firm) for firm in picker.sample(making, count - count // 2)]


def class_names(data: Path) -> dict[str, str]:
    """Official names by code, all levels, from the reference folder."""
    return {row["code"]: row["name_zh"] for row in read_rows(data / "reference" / "gbt4754_2017_2019.csv")}


def sections(data: Path) -> dict[str, str]:
    """Section letter by code."""
    return {row["code"]: row["section"] for row in read_rows(data / "reference" / "gbt4754_2017_2019.csv")}


def lexicon(data: Path) -> Lexicon:
    """The lexicon pack of this repository with the official class names."""
    return Lexicon.build(read_rows(LEXICON), class_names(data))


def main(argv: Sequence[str] | None = None) -> int:
    """Print a draw: one row per line, tab between key, stratum, name and scope."""
    parser = argparse.ArgumentParser(description="Draw unlabelled rows to be read and labelled.")
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=100)
    args = parser.parse_args(argv)
    if not (args.data / REGISTER).exists():
        print(f"{args.data / REGISTER} is absent: nothing drawn.")
        return 0
    for stratum, firm in draw(args.data, args.seed, args.count):
        print(firm.key, stratum, firm.name, firm.scope.replace("\n", " "), sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main())
