"""Real rows for the placing benchmark: label sets joined with the files they were read from, and seeded draws for new ones.

``python -m benchmarks.chain_placing_rows --draw listed --seed 41 --count 230`` prints listed companies with their largest
products, ``--draw register`` prints firms of the development register, to be read and labelled before any engine runs on
them. Neither file may be redistributed, so nothing printed here may be committed: a label file keeps keys and node ids only.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.classify_rows import LABELS, MAKING, Firm, read_rows, register, taken_keys
from benchmarks.harness import REPOSITORY, default_data
from gongxing.engines.classify import Lexicon, classify

COMPANIES = Path("companies/chain/company.csv")
PRODUCTS = Path("companies/chain/company_product.csv")
GUANGXI = Path("companies/registry/gx_registry_1978_2002.csv")
LISTED_KEYS = LABELS / "placing_listed_keys.csv"
REGISTER_KEYS = LABELS / "placing_register_keys.csv"
PACK = REPOSITORY / "packs" / "chains"
SHOWN_PRODUCTS = 4
"""Products of a company that are drawn: those with the largest share of its revenue."""
RESIDUAL = re.compile(r"其他|其它|合计|抵[销消]|内部|主营业务|补充|分部间|调整|未分配|小计")


@dataclass(frozen=True)
class Company:
    """A listed company: stock code, full name, and its products by falling share of revenue."""

    code: str
    name: str
    products: tuple[str, ...]


@dataclass(frozen=True)
class Labelled:
    """What is placed, with the nodes a reader found right (``nodes``, none when it stands on no node) and those that are
    a neighbouring link (``near``)."""

    key: str
    name: str
    scope: str
    products: tuple[str, ...]
    nodes: frozenset[str]
    near: frozenset[str]
    stratum: str
    industry_code: str = ""


def product_key(product: str) -> str:
    """Twelve hex digits of sha256 of the product's name as written."""
    return hashlib.sha256(product.encode()).hexdigest()[:12]


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def companies(data: Path) -> list[Company]:
    """Every listed company that has a product which is not a residual, by stock code."""
    names = {row["code"]: row["fullname"] or row["name"] for row in read_rows(data / COMPANIES)}
    shares: dict[str, dict[str, float]] = {}
    for row in read_rows(data / PRODUCTS):
        if row["product"] and not RESIDUAL.search(row["product"]):
            kept = shares.setdefault(row["code"], {})
            kept[row["product"]] = max(kept.get(row["product"], 0.0), _share(row["revenue_share"]))
    return [
        Company(code, names.get(code, ""), tuple(sorted(kept, key=lambda name: (-kept[name], name))))
        for code, kept in sorted(shares.items())
    ]


def draw_companies(data: Path, seed: int, count: int) -> list[Company]:
    """``count`` companies with their largest products; companies that already carry a label are never drawn."""
    taken = {row["stock_code"] for row in read_rows(LISTED_KEYS)} if LISTED_KEYS.exists() else set()
    pool = [company for company in companies(data) if company.code not in taken]
    return [
        Company(company.code, company.name, company.products[:SHOWN_PRODUCTS])
        for company in random.Random(seed).sample(pool, count)
    ]


def draw_firms(data: Path, seed: int, count: int) -> list[tuple[str, Firm]]:
    """(stratum, firm): a quarter of ``count`` at random, the rest where name or scope speaks of making; never labelled ones."""
    taken = taken_keys(data)
    if REGISTER_KEYS.exists():
        taken |= {row["row_key"] for row in read_rows(REGISTER_KEYS)}
    firms = sorted((firm for firm in register(data) if firm.key not in taken), key=lambda firm: firm.key)
    picker = random.Random(seed)
    chosen = [("random", firm) for firm in picker.sample(firms, count // 4)]
    have = {firm.key for _, firm in chosen}
    making = [f for f in firms if f.key not in have and any(word in f.name + f.scope for word in MAKING)]
    return chosen + [("making", firm) for firm in picker.sample(making, count - count // 4)]


def guangxi(data: Path) -> Iterator[tuple[str, str]]:
    """(name, scope) of every Guangxi firm, in file order."""
    with (data / GUANGXI).open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            yield row["企业名称"] or "", row["经营范围"] or ""


def _nodes(rows: Iterable[dict[str, str]], column: str) -> frozenset[str]:
    return frozenset(node for row in rows for node in row[column].split())


def listed_set(data: Path) -> list[Labelled]:
    """One item per labelled product: name "" and scope "", so that only the product speaks."""
    known = {(company.code, product_key(name)): name for company in companies(data) for name in company.products}
    found = []
    for row in read_rows(LISTED_KEYS):
        product = known.get((row["stock_code"], row["product_key"]))
        if product is not None:
            key = f"{row['stock_code']}/{row['product_key']}"
            found.append(Labelled(key, "", "", (product,), _nodes([row], "nodes"), _nodes([row], "near"), "product"))
    return found


def company_set(data: Path) -> list[Labelled]:
    """One item per labelled company: its full name and its labelled products; right is any node right for one of them."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in read_rows(LISTED_KEYS):
        rows.setdefault(row["stock_code"], []).append(row)
    found = []
    for company in companies(data):
        mine = rows.get(company.code, [])
        keys = {row["product_key"] for row in mine}
        products = tuple(name for name in company.products if product_key(name) in keys)
        if products:
            found.append(
                Labelled(
                    company.code, company.name, "", products, _nodes(mine, "nodes"), _nodes(mine, "near"), "company"
                )
            )
    return found


def register_set(data: Path) -> list[Labelled]:
    """Labelled firms of the register with name and scope."""
    rows = {row["row_key"]: row for row in read_rows(REGISTER_KEYS)}
    return [
        Labelled(firm.key, firm.name, firm.scope, (), _nodes([row], "nodes"), _nodes([row], "near"), row["stratum"])
        for firm in register(data)
        if (row := rows.get(firm.key)) is not None
    ]


def with_class(rows: Iterable[Labelled], words: Lexicon) -> list[Labelled]:
    """The same firms with the class that the classifier shows without asking at four digits, else none."""
    found = []
    for row in rows:
        suggestion = classify(row.name, row.scope, words)
        found.append(replace(row, industry_code=suggestion.shown_code if suggestion.level == 4 else ""))
    return found


def main(argv: list[str] | None = None) -> int:
    """Print a draw, one row per line, tab between its parts."""
    parser = argparse.ArgumentParser(description="Draw unlabelled companies or firms to be read and labelled.")
    parser.add_argument("--data", type=Path, default=default_data())
    parser.add_argument("--draw", choices=("listed", "register"), required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    args = parser.parse_args(argv)
    if args.draw == "listed":
        for company in draw_companies(args.data, args.seed, args.count):
            print(company.code, company.name, *company.products, sep="\t")
    else:
        for stratum, firm in draw_firms(args.data, args.seed, args.count):
            print(firm.key, stratum, firm.name, firm.scope.replace("\n", " "), sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main())
