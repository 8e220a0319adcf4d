"""The chain pack as data: ids, ends, classes, sources, shares and connectedness, whatever an editor changes in it."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from gongxing.engines.placing import NodeWords, Placer

REPOSITORY = Path(__file__).resolve().parents[1]
PACK = REPOSITORY / "packs" / "chains"
CLASSES = REPOSITORY / "packs" / "industry-codes" / "gbt4754.csv"
STRATEGIC = REPOSITORY / "packs" / "industry-codes" / "sei2018_levels.csv"
SHARED = Path(os.environ.get("GONGXING_SHARED", REPOSITORY.parent / "shared")) / "data"
NOTES = SHARED / "reference" / "gbt4754_2017_2019_notes.csv"
COMPANIES = SHARED / "companies" / "chain" / "company.csv"
JUDGEMENT = "编者判断"
SEGMENTS = {"上游", "中游", "下游", "配套", "服务"}
KINDS = {"原料", "部件", "设备", "服务", "副产物"}
STATUSES = {"design", "recalled", "constructed", "excerpt"}
DERIVED = {"hit_counts.csv", "recall_by_industry.csv", "land_check.csv", "lq_example.csv", "placement_labels.csv"}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def table(name: str) -> list[dict[str, str]]:
    return read(PACK / f"{name}.csv")


NODES = {row["node_id"]: row for row in table("nodes")}
EDGES = table("edges")
CROSS = table("cross_edges")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("chain", ("chain_id",)),
        ("segments", ("segment_id",)),
        ("nodes", ("node_id",)),
        ("edges", ("edge_id",)),
        ("cross_edges", ("edge_id",)),
        ("key_purchases", ("lead_type_id", "rank")),
        ("target_profiles", ("node_id",)),
        ("profile_templates", ("profile_id",)),
        ("sources", ("code",)),
    ],
)
def test_keys_are_unique_and_rows_say_where_they_come_from(name: str, key: tuple[str, ...]) -> None:
    rows = table(name)
    assert rows
    counted = Counter(tuple(row[part] for part in key) for row in rows)
    assert [one for one, count in counted.items() if count > 1] == []
    for row in rows:
        assert row["source"]
        assert row["status"] in STATUSES
        assert {"valid_from", "valid_to"} <= row.keys()


def test_ids_of_edges_are_unique_over_both_tables_and_no_edge_repeats() -> None:
    edges = EDGES + CROSS
    assert len({row["edge_id"] for row in edges}) == len(edges)
    assert len({(row["from_node"], row["to_node"], row["kind"]) for row in edges}) == len(edges)


def test_every_chain_has_25_to_60_nodes_in_five_segments() -> None:
    chains = {row["chain_id"] for row in table("chain")}
    counted = Counter(row["chain_id"] for row in NODES.values())
    assert counted.keys() == chains
    assert all(25 <= count <= 60 for count in counted.values())
    assert {(row["chain_id"], row["segment"]) for row in table("segments")} == {
        (c, s) for c in chains for s in SEGMENTS
    }
    assert {row["segment"] for row in NODES.values()} == SEGMENTS
    assert len({(row["chain_id"], row["name_zh"]) for row in NODES.values()}) == len(NODES)


def test_words_of_a_node_are_few_distinct_and_each_exclude_word_holds_a_keyword() -> None:
    for node, row in NODES.items():
        words = row["keywords"].split(";")
        excluded = [word for word in row["exclude_words"].split(";") if word]
        assert 3 <= len(words) == len(set(words)) <= 8, node
        assert len(set(excluded)) == len(excluded), node
        assert all(any(word.upper() in one.upper() for word in words) for one in excluded), node
        assert not set(words) & set(excluded), node
        assert not any(re.search(r"[^\u4e00-\u9fffA-Za-z0-9%]", word) for word in excluded), (
            node
        )  # a clause holds no such mark
        assert all(2 <= len(word) <= 20 for word in words), node


def test_the_words_build_a_placer() -> None:
    placer = Placer.build(NodeWords.of(row) for row in NODES.values())
    assert len(placer.nodes) == len(NODES)
    assert sum(node.generic for node in placer.nodes.values()) >= 30


def test_classes_and_strategic_codes_exist() -> None:
    four = {row["code"] for row in read(CLASSES) if row["level"] == "4"}
    strategic = {row["code"] for row in read(STRATEGIC)}
    for node, row in NODES.items():
        codes = row["gb4754_codes"].split(";")
        assert codes[0], node
        assert set(codes) <= four, node
        for code in f"{row['sei2018_codes']};{row['sei2018_possible']}".split(";"):
            assert not code or code in strategic, (node, code)


def test_grades_keep_their_scales() -> None:
    for node, row in NODES.items():
        assert row["tech_barrier"] in "12345", node
        assert row["county_fit"] in "12345", node
        assert row["land_class"] in "ABCD", node
        assert {row["energy_level"], row["water_level"]} <= {"高", "中", "低"}, node
        assert row["generic"] in {"", "1"}, node


def test_edges_join_existing_nodes_and_never_a_node_with_itself() -> None:
    for row in EDGES + CROSS:
        assert {row["from_node"], row["to_node"]} <= NODES.keys(), row["edge_id"]
        assert row["from_node"] != row["to_node"], row["edge_id"]
        assert row["kind"] in KINDS, row["edge_id"]
    for row in EDGES:
        ends = {NODES[row["from_node"]]["chain_id"], NODES[row["to_node"]]["chain_id"]}
        assert ends == {row["chain_id"]}, row["edge_id"]
    for row in CROSS:
        assert NODES[row["from_node"]]["chain_id"] == row["from_chain"], row["edge_id"]
        assert NODES[row["to_node"]]["chain_id"] == row["to_chain"] != row["from_chain"], row["edge_id"]


def test_every_edge_has_a_known_source_or_says_that_it_is_judgement() -> None:
    known = {row["code"] for row in table("sources")}
    used: set[str] = set()
    for row in EDGES + CROSS:
        if row["source"] != JUDGEMENT:
            used |= set(row["source"].split(";"))
    assert used == known
    for row in EDGES:
        assert (row["status"] == "constructed") == bool(row["weight"]) == (row["basis"] == "io2020"), row["edge_id"]
        assert bool(row["quality"]) == bool(row["weight"]), row["edge_id"]
    for row in CROSS:
        assert (row["status"] == "constructed") == bool(row["io_sector_share"]), row["edge_id"]
        assert row["maturity"], row["edge_id"]


def test_shares_into_any_node_stay_within_one() -> None:
    into: dict[str, float] = defaultdict(float)
    for row in EDGES:
        if row["weight"]:
            assert 0 < float(row["weight"]) <= 1, row["edge_id"]
            into[row["to_node"]] += float(row["weight"])
    assert all(0 < float(row["io_sector_share"]) <= 1 for row in CROSS if row["io_sector_share"])
    assert max(into.values()) <= 1.0


def pieces(nodes: set[str], arcs: list[tuple[str, str]]) -> int:
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in arcs:
        near[one].add(other)
        near[other].add(one)
    count, left = 0, set(nodes)
    while left:
        count += 1
        stack = [left.pop()]
        while stack:
            found = near[stack.pop()] & left
            left -= found
            stack += found
    return count


def test_every_chain_is_one_piece_and_so_are_all_together() -> None:
    for chain in {row["chain_id"] for row in NODES.values()}:
        mine = {node for node, row in NODES.items() if row["chain_id"] == chain}
        assert pieces(mine, [(row["from_node"], row["to_node"]) for row in EDGES if row["chain_id"] == chain]) == 1, (
            chain
        )
    assert pieces(set(NODES), [(row["from_node"], row["to_node"]) for row in EDGES + CROSS]) == 1


def test_purchases_and_profiles_point_at_existing_rows() -> None:
    templates = {row["profile_id"]: row for row in table("profile_templates")}
    assert {row["node_id"] for row in table("target_profiles")} == NODES.keys()
    assert {row["profile_id"] for row in table("target_profiles")} <= templates.keys()
    assert all(row["status"] == "recalled" for row in templates.values() if row["permits_by_law"])
    for row in table("key_purchases"):
        assert {row["lead_node"], row["supply_node"]} <= NODES.keys(), row
        assert row["lead_node"] != row["supply_node"], row


def shipped() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(PACK.iterdir()) if path.is_file())


def test_nothing_derived_from_data_that_may_not_be_shipped() -> None:
    assert not DERIVED & {path.name for path in PACK.rglob("*")}
    assert not any(path.is_dir() for path in PACK.iterdir())


@pytest.mark.skipif(not NOTES.exists(), reason="The shared reference folder is absent.")
def test_no_text_of_the_official_notes() -> None:
    text = shipped()
    parts: set[str] = set()
    for row in read(NOTES):
        note = list(row.values())[-1] or ""
        parts.update(part for part in re.split(r"[◇◆—；;，,、：:。（）()\s]+", note) if len(part) >= 13)
    assert len(parts) > 1000
    assert [part for part in parts if part in text] == []


@pytest.mark.skipif(not COMPANIES.exists(), reason="The shared company files are absent.")
def test_no_firm_is_named() -> None:
    text = shipped()
    names = {row["fullname"] for row in read(COMPANIES)} | {
        row["name"] for row in read(COMPANIES) if len(row["name"]) >= 4
    }
    assert sorted(name for name in names if name and name in text) == []
    assert not re.search(r"有限(?:责任)?公司|股份公司|集团公司", text)
