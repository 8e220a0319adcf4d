"""Which register row a name means, against 1,000,000 names: links, five best, false suggestions, look-up time; and duplicates.

``python -m benchmarks.names [--data DIR]``. Names: the real register (registry_dev.parquet) and recombinations (the place of
one name before the rest of another). Truth:
listed_to_registry_dev.csv (780 pairs, all in the register) and real_duplicates_dev.csv. «Absent» names are the 780 with their rows taken out,
and recombinations that are not in the index. Peer: rapidfuzz's ``process.extract`` over the same names, on fewer queries.
"""

import csv
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rapidfuzz import fuzz, process

from benchmarks.harness import REPOSITORY, Bounds, arguments, case, percentile, skip, stopwatch, versions
from gongxing.engines.names import Candidate, NameEntry, NameIndex, Regions, Tier, fold
from gongxing.engines.names.duplicates import NameRow, duplicates

TOTAL, SIBLINGS, ABSENT, PEER = 1_000_000, 1_000, 1_220, 20
FORMS = (("有限责任公司", "有限公司"), ("股份有限公司", "有限公司"), ("有限公司", "有限责任公司"))
NUMBERS = ("一", "二", "三", "四", "五")
PLACES = ("江苏", "四川", "湖北", "福建", "云南")


@dataclass(frozen=True)
class Truth:
    """A known pair: the name as the listing writes it, the register's name and code."""

    asked: str
    name: str
    code: str


def regions() -> Regions:
    """Place names of the division pack."""
    with (REPOSITORY / "packs" / "admin-divisions" / "divisions.csv").open(encoding="utf-8") as handle:
        return Regions.of(row["name_zh"] for row in csv.DictReader(handle))


def registered(folder: Path) -> list[NameEntry]:
    """Every row of the register with its code: the two files are its two parts."""
    with duckdb.connect() as reader:
        ask = 'SELECT "企业名称", "统一社会信用代码" FROM '
        rows = reader.execute(f"{ask} read_parquet(?)", [str(folder / "registry_dev.parquet")]).fetchall()
        rows += reader.execute(
            f"{ask} read_csv(?, all_varchar=true)", [str(folder / "gx_registry_1978_2002.csv")]
        ).fetchall()
    return [NameEntry(at, str(name), str(code or "")) for at, (name, code) in enumerate(rows) if name]


def recombined(entries: Sequence[NameEntry], count: int, draw: random.Random, places: Regions) -> list[str]:
    """The place of one name before the rest of a name from another place: believable names of firms that are none of the register's."""
    made: list[str] = []
    while len(made) < count:
        front, rear = fold(draw.choice(entries).name), fold(draw.choice(entries).name)
        here, there = places.lead(front), places.lead(rear)
        rest = rear[len(there) :]
        if here and here[:2] != there[:2] and len(rest) > 4:
            made.append(here + rest)
    return made


def corrupted(name: str, draw: random.Random, pool: str) -> str:
    """One character replaced by another that occurs in names."""
    at = draw.randrange(len(name))
    other = draw.choice(pool)
    while other == name[at]:
        other = draw.choice(pool)
    return name[:at] + other + name[at + 1 :]


def place(found: Sequence[Candidate], wanted: set[int]) -> int:
    """Position of the first right answer, from 1; 0 when absent."""
    return next((at for at, one in enumerate(found, start=1) if one.id in wanted), 0)


def ranks(
    name: str, pairs: Sequence[tuple[str, set[int]]], index: NameIndex, times: list[float]
) -> tuple[float, float]:
    """Share of right first answers and of right answers among five."""
    places = []
    for asked, wanted in pairs:
        with stopwatch() as watch:
            found = index.find(asked)
        times.append(watch.seconds * 1000)
        places.append(place(found, wanted))
    first, five = sum(at == 1 for at in places) / len(places), sum(at > 0 for at in places) / len(places)
    case(name, asked=len(pairs), first=first, five=five)
    return first, five


def false_shares(
    name: str, asked: Sequence[str], index: NameIndex, bounds: Bounds, wrong: Callable[[Candidate], bool]
) -> int:
    """How many absent names got a one-click suggestion or a link."""
    sure = [one for text in asked for one in index.find(text)[:1] if one.tier is not Tier.LIST]
    hits = [one for one in sure if wrong(one)]
    share = len(hits) / max(1, len(asked))
    case(f"absent: {name}", asked=len(asked), suggested=len(sure), false=len(hits))
    bounds.check(f"false_{name}", share, "<=", 0.005)
    return len(hits)


def main(argv: Sequence[str] | None = None) -> int:
    args = arguments(__doc__, argv)
    folder = args.data / "companies" / "registry"
    if not (folder / "registry_dev.parquet").exists():
        return skip(f"{folder} is absent: nothing measured.")
    versions("rapidfuzz", "numpy", rows=TOTAL, seed=args.seed)
    draw, bounds = random.Random(args.seed), Bounds()
    real = registered(folder)
    places = regions()
    extra = recombined(real, TOTAL - len(real) + ABSENT, draw, places)
    entries = real + [NameEntry(len(real) + at, name) for at, name in enumerate(extra[ABSENT:])]
    with stopwatch() as built:
        index = NameIndex(entries, places)
    case("build", rows=len(index), s=built.seconds)
    truths = truth(folder / "listed_to_registry_dev.csv")
    by_name = ids_by_name(real)
    questions(index, truths, by_name, draw, bounds)
    absent(index, truths, by_name, extra[:ABSENT], bounds, len(real))
    peer(entries, truths, bounds)
    found_duplicates(folder / "real_duplicates_dev.csv", bounds)
    bounds.note(build_s=built.seconds)
    return bounds.finish()


def truth(path: Path) -> list[Truth]:
    with path.open(encoding="utf-8-sig") as handle:
        return [Truth(row["fullname"], row["registry_name"], row["uscc"]) for row in csv.DictReader(handle)]


def ids_by_name(entries: Sequence[NameEntry]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for entry in entries:
        found.setdefault(fold(entry.name), set()).add(entry.id)
    return found


def questions(
    index: NameIndex, truths: Sequence[Truth], by_name: dict[str, set[int]], draw: random.Random, bounds: Bounds
) -> None:
    """Names that are in the index, as written, in another form, with one character wrong or lost."""
    pool, times = "".join(one.name for one in truths), list[float]()
    known = [(one.asked, by_name[fold(one.name)]) for one in truths if fold(one.name) in by_name]
    links = sum(
        found[0].tier is Tier.LINK and found[0].id in wanted for asked, wanted in known if (found := index.find(asked))
    )
    case("as written", asked=len(known), linked=links)
    bounds.check("link_recall", links / len(known), "==", 1.0)
    forms = [
        (asked[: -len(old)] + new, wanted)
        for asked, wanted in known
        for old, new in FORMS
        if asked.endswith(old) and old != new
    ][: len(known)]
    suggested = sum(
        found[0].tier is Tier.SUGGEST and found[0].id in wanted
        for asked, wanted in forms
        if (found := index.find(asked))
    )
    case("other legal form", asked=len(forms), suggested_first=suggested)
    bounds.check("suggest_form_changes", suggested / len(forms), ">=", 0.99)
    wrong = ranks(
        "one wrong character", [(corrupted(asked, draw, pool), wanted) for asked, wanted in known], index, times
    )
    lost = ranks("one lost character", [(drop(asked, draw), wanted) for asked, wanted in known], index, times)
    bounds.check("five_wrong_character", wrong[1], ">=", 0.90)
    bounds.note(first_wrong_character=wrong[0], five_lost_character=lost[1])
    bounds.check("p95_ms", percentile(times, 0.95), "<=", 60)
    bounds.check("max_ms", max(times), "<=", 200)
    bounds.note(p50_ms=percentile(times, 0.5))


def drop(name: str, draw: random.Random) -> str:
    at = draw.randrange(len(name))
    return name[:at] + name[at + 1 :]


def absent(
    index: NameIndex,
    truths: Sequence[Truth],
    by_name: dict[str, set[int]],
    strangers: Sequence[str],
    bounds: Bounds,
    real: int,
) -> None:
    """Names of firms that are not in the index must not be suggested another firm of the register.

    Recombined rows are load, not truth: one may by chance be the firm asked for in another spelling. Suggestions of them are printed, and
    only those of real rows count as false.
    """
    gone = [one for one in truths if fold(one.name) in by_name]
    for one in gone:
        for key in by_name[fold(one.name)]:
            index.remove(key)
    asked = [one.asked for one in gone] + [
        name for name in strangers if index.find(name)[:1] == [] or index.find(name)[0].folded != fold(name)
    ]
    false_shares("listed_and_recombined", asked, index, bounds, lambda one: one.id < real)
    brands = [one.asked for one in truths if "公司" in one.asked][:SIBLINGS]
    siblings = [name.replace("公司", f"第{NUMBERS[at % 5]}公司", 1) for at, name in enumerate(brands)]
    for at, text in enumerate(siblings):
        index.add(NameEntry(10**9 + at, text.replace(NUMBERS[at % 5], NUMBERS[(at + 1) % 5], 1)))
    false_shares("sibling_numbers", siblings, index, bounds, lambda one: one.id >= 10**9)
    other = [f"{PLACES[at % 5]}{one.asked[2:]}" for at, one in enumerate(gone) if one.asked[:2] not in PLACES]
    for at, one in enumerate(gone):
        index.add(NameEntry(2 * 10**9 + at, one.name))
    false_shares("other_region", other, index, bounds, lambda one: one.id >= 2 * 10**9 and one.folded[:2] not in PLACES)


def peer(entries: Sequence[NameEntry], truths: Sequence[Truth], bounds: Bounds) -> None:
    """rapidfuzz over all names, the plain way."""
    names, times = [fold(entry.name) for entry in entries], []
    for one in truths[:PEER]:
        with stopwatch() as watch:
            process.extract(fold(one.asked)[:-1], names, scorer=fuzz.ratio, limit=5)
        times.append(watch.seconds * 1000)
    case("peer rapidfuzz.process.extract", asked=PEER, p50_ms=percentile(times, 0.5))
    bounds.note(times_faster_than_rapidfuzz=percentile(times, 0.5) / max(0.001, float(bounds.figures["p50_ms"])))


def found_duplicates(path: Path, bounds: Bounds) -> None:
    """Every row that has a twin in the file is in a group with all its twins."""
    with path.open(encoding="utf-8-sig") as handle:
        rows = [
            NameRow(at, row["统一社会信用代码"], row["企业名称"], row["注册地址"])
            for at, row in enumerate(csv.DictReader(handle))
        ]
    groups = duplicates(rows)
    together = {
        frozenset((one, other)) for group in groups for one in group.members for other in group.members if one != other
    }
    wanted = {
        frozenset((one.id, other.id))
        for one in rows for other in rows
        if one.id < other.id and (fold(one.name) == fold(other.name) or (fold(one.code) == fold(other.code) and len(one.code) >= 8))
    }  # fmt: skip
    case("duplicates", rows=len(rows), pairs=len(wanted), found=len(wanted & together), groups=len(groups))
    bounds.check("duplicate_pairs_found", len(wanted & together) / len(wanted), "==", 1.0)


if __name__ == "__main__":
    sys.exit(main())
