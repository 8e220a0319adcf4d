"""Placing on invented firms and on the shipped nodes: expected answers follow from the meaning of the text."""

from __future__ import annotations

import csv
import re
import time
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.placing import PRESENT, Caught, NodeWords, Placement, Placer, Role, caught

PACK = Path(__file__).resolve().parents[4] / "packs" / "chains" / "nodes.csv"


def rows() -> list[dict[str, str]]:
    with PACK.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


SHIPPED = Placer.build(NodeWords.of(row) for row in rows())


def on(found: tuple[Placement, ...]) -> dict[str, Placement]:
    return {placement.node: placement for placement in found}


def of_product(text: str) -> dict[str, Placement]:
    return on(SHIPPED.place("", "", [text]))


TRAPS = [
    ("氨基复合材料及制品", "eqp.composite"),
    ("粘合剂", "med.patent_med"),
    ("气体检测", "med.hospital"),
    ("充电机", "eqp.e_motor"),
    ("机电控制", "eqp.e_controller"),
    ("销售电力", "bat.energy_service"),
    ("四元环分子砌块", "mat.block"),
    ("发光器件", "ele.optical_comm"),
    ("感应加热电炉", "pap.cogen"),
    ("ROBCO机架", "eqp.obc"),
    ("CROSS线", "med.cro"),
    ("PLASTIC粒子", "sug.bioplastic"),
    ("不可降解塑料袋除外", "pap.plastic_pack"),
    ("石灰除外", "mat.lime"),
    ("光敏氨基酸根液肥", "med.enzyme"),
    ("多层板", "ele.pcb"),
    ("液晶显示器", "ele.computer"),
    ("铝棒材", "mat.rebar"),
]


@pytest.mark.parametrize(("text", "node"), TRAPS)
def test_a_word_inside_another_word_does_not_place(text: str, node: str) -> None:
    assert node not in of_product(text)


MEANT = [
    ("玻璃纤维增强复合材料", "eqp.composite"),
    ("止咳合剂", "med.patent_med"),
    ("三相异步电机", "eqp.e_motor"),
    ("刺绣机电控系统", "eqp.e_controller"),
    ("砌块", "mat.block"),
    ("光模块", "ele.optical_comm"),
    ("车载OBC", "eqp.obc"),
    ("PLA粒子", "sug.bioplastic"),
    ("除尘器", "eqp.env_equip"),
    ("除草剂", "sug.agrochem"),
    ("液压机械", "eqp.hydraulic"),
    ("白砂糖", "sug.white_sugar"),
    ("茉莉花茶", "tea.scented"),
]


@pytest.mark.parametrize(("text", "node"), MEANT)
def test_the_word_itself_places(text: str, node: str) -> None:
    assert of_product(text)[node].role == "main"


def test_another_thing_behind_the_word_makes_it_doubtful() -> None:
    assert of_product("储能电池")["bat.cell_storage"].level == "sure"
    found = of_product("储能电池焊接生产线")["bat.cell_storage"]
    assert found.level == "doubtful"
    assert "placing.other_thing" in {reason.code for reason in found.reasons}


ROLES: list[tuple[str, str, str, str, Role]] = [
    ("青禾禾丰有限公司", "白砂糖的生产、销售", "", "sug.white_sugar", "main"),
    ("青禾禾丰有限公司", "生产、销售：白砂糖", "", "sug.white_sugar", "main"),
    ("青禾禾丰有限公司", "白砂糖、味精销售", "", "sug.white_sugar", "trade"),
    ("青禾禾丰商贸有限公司", "白砂糖", "", "sug.white_sugar", "trade"),
    ("青禾禾丰厂", "白砂糖", "", "sug.white_sugar", "main"),
    ("青禾禾丰有限公司", "白砂糖、五金", "", "sug.white_sugar", "unstated"),
    ("青禾禾丰有限公司", "白砂糖、五金", "1340", "sug.white_sugar", "main"),
    ("青禾禾丰有限公司", "白砂糖、五金", "5122", "sug.white_sugar", "trade"),
    ("青禾禾丰有限公司", "白砂糖的生产、销售", "5122", "sug.white_sugar", "trade"),
    ("青禾银行白砂糖厂支行", "白砂糖生产", "6621", "sug.white_sugar", "trade"),
    ("青禾禾丰有限公司", "白砂糖的生产；纸箱的生产", "1340", "pap.corrugated", "supporting"),
    ("青禾禾丰有限公司", "轴承维修", "", "eqp.bearing", "trade"),
    ("青禾禾丰有限公司", "石灰石开采", "", "mat.limestone", "main"),
    ("青禾禾丰有限公司", "茶叶批发", "5127", "tea.brand", "main"),
    ("青禾禾丰大药房", "日用百货零售", "", "med.retail", "main"),
    ("青禾禾丰有限公司", "编织袋、石棉、钢材的销售", "", "sug.sugar_pack", "trade"),
    ("青禾禾丰有限公司", "机械零部件加工及设备修理", "", "eqp.machining", "main"),
    ("青禾禾丰有限公司", "制糖设备销售", "", "sug.sugar_machine", "trade"),
    ("青禾禾丰有限公司", "制糖", "", "sug.raw_sugar", "main"),
    ("青禾禾丰有限公司", "印刷机械、五金", "", "pap.convert_equip", "unstated"),
    ("青禾禾丰有限公司", "室内装饰工程施工", "", "mat.decor", "main"),
]


@pytest.mark.parametrize(("name", "scope", "code", "node", "role"), ROLES)
def test_roles(name: str, scope: str, code: str, node: str, role: Role) -> None:
    assert on(SHIPPED.place(name, scope, (), code))[node].role == role


@pytest.mark.parametrize(
    "scope",
    [
        "建材生产（不含水泥、石灰）",
        "除水泥、石灰外的建材生产",
        "建材生产，不得生产水泥",
        "建材生产；水泥除外",
        "建材生产（生产地点：青禾县水泥路1号）",
        "此执照保留仅供清理债权债务用，水泥生产",
    ],
)
def test_what_is_excluded_does_not_place(scope: str) -> None:
    assert not {"mat.cement", "mat.lime"} & on(SHIPPED.place("青禾禾丰建材有限公司", scope)).keys()


def test_an_exception_does_not_swallow_what_follows_it() -> None:
    found = on(SHIPPED.place("青禾禾丰有限公司", "农药（不含危险品）、复合肥的生产；除尘器、防水涂料外销"))
    assert found["sug.agrochem"].present
    assert found["sug.cane_fert"].present
    assert "eqp.env_equip" in found


def test_a_trader_is_never_present_on_a_makers_node() -> None:
    for placement in SHIPPED.place("青禾禾丰商贸有限公司", "水泥、白砂糖、电机、纸箱批发、零售", (), "5191"):
        assert placement.role == "trade"
        assert not placement.present


def test_the_class_raises_and_lowers_the_score() -> None:
    def score(code: str) -> float:
        return on(SHIPPED.place("青禾禾丰有限公司", "水泥生产", (), code))["mat.cement"].score

    assert score("3011") > score("3019") > score("3099") > score("") > score("1340")


NODES = (
    NodeWords("a.maker", "a", ("甲品",), (), ("1340",), neighbours=("a.other",)),
    NodeWords("a.other", "a", ("乙品",), (), ("1391",), neighbours=("a.maker",)),
    NodeWords("a.far", "a", ("丙品",), (), ("1421",)),
    NodeWords("a.store", "a", ("仓储",), (), ("5959",), generic=True),
    NodeWords("b.maker", "b", ("甲品",), ("甲品粉",), ("2211",)),
)
SMALL = Placer.build(NODES)


def test_neighbours_support_each_other() -> None:
    def score(scope: str) -> float:
        return on(SMALL.place("", scope))["a.maker"].score

    assert score("甲品生产；乙品生产") > score("甲品生产；丙品生产") > score("甲品生产")


def test_a_generic_service_needs_support() -> None:
    alone = on(SMALL.place("青禾禾丰有限公司", "仓储服务"))["a.store"]
    assert (alone.role, alone.level) == ("supporting", "doubtful")
    assert "placing.generic" in {reason.code for reason in alone.reasons}
    assert on(SMALL.place("青禾禾丰有限公司", "乙品生产；仓储服务"))["a.store"].present
    assert on(SMALL.place("青禾禾丰仓储有限公司", "仓储服务"))["a.store"].role == "main"
    assert on(SMALL.place("青禾禾丰有限公司", "仓储服务", (), "5959"))["a.store"].role == "main"


def test_a_firm_may_stand_on_two_chains() -> None:
    found = on(SMALL.place("", "", ["甲品"]))
    assert found["a.maker"].present
    assert found["b.maker"].present
    assert "b.maker" not in on(SMALL.place("", "", ["甲品粉"]))


def test_confirmed_answers_outrank_everything() -> None:
    decided: dict[str, Role | None] = {"a.maker": None, "a.store": "supporting", "b.maker": "trade", "gone": "main"}
    found = on(SMALL.place("", "", ["甲品"], "1340", decided))
    assert found.keys() == {"a.store", "b.maker"}
    assert (found["a.store"].role, found["a.store"].level, found["a.store"].score) == ("supporting", "sure", 1.0)
    assert (found["b.maker"].role, found["b.maker"].level) == ("trade", "sure")
    assert [reason.code for reason in found["b.maker"].reasons] == ["placing.decided"]


@pytest.mark.parametrize("placer", [SHIPPED, SMALL, Placer.build(())])
def test_empty_input(placer: Placer) -> None:
    assert placer.place("") == ()
    assert placer.place(" ", "\n", ["", " "], "") == ()
    assert Placer.build(()).place("青禾糖厂", "白砂糖生产", ["白砂糖"], "1340") == ()


def test_a_node_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Placer.build((NODES[0], NODES[0]))


def test_reasons_name_word_place_verb_and_class() -> None:
    found = on(SHIPPED.place("青禾制糖有限公司", "白砂糖的生产", ["白砂糖"], "1340"))["sug.white_sugar"]
    words = {tuple(reason.details[key] for key in ("word", "where", "verb")) for reason in found.reasons[:2]}
    assert words == {("白砂糖", "product", "make"), ("白砂糖", "scope", "make")}
    agrees = next(reason for reason in found.reasons if reason.code == "placing.class_agrees")
    assert agrees.details == {"code": "1340", "digits": "4"}


@pytest.mark.parametrize(
    "piece", ["批发兼零售", "生产加工", "（", "(除外", "除A、", "的生产、", "水泥", "水泥生产、", "PVC", "不含"]
)
def test_long_and_repetitive_text_is_read_quickly(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    start = time.perf_counter()
    SHIPPED.place("青禾水泥厂" + text, text + "x", [text, "水泥" + text])
    assert time.perf_counter() - start < 2.0


def test_caught_shows_clauses_and_what_an_exclude_word_keeps_out() -> None:
    texts = ["电机、充电机生产；五金", "微电机\n电机维修（不含电机）", "五金"]
    assert caught("电机", texts, ["充电机"]) == [
        Caught(0, "电机", False),
        Caught(0, "充电机生产", True),
        Caught(1, "微电机", False),
        Caught(1, "电机维修", False),
    ]
    assert caught("BMS", ["BMS板、ABMS"]) == [Caught(0, "BMS板", False)]
    assert caught("", texts) == caught("电机", []) == []


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


@cache
def slow_node(node: NodeWords) -> tuple[list[str], list[tuple[str, re.Pattern[str]]]]:
    """Exclude words, longest first, and (keyword, pattern) of a node."""
    words = [fold(word) for word in node.keywords]
    latin = [re.fullmatch(r"[A-Z0-9/+.-]+", word) is not None for word in words]
    patterns = [
        re.compile(rf"(?<![A-Z-]){re.escape(word)}(?![A-Z])" if alone else re.escape(word))
        for word, alone in zip(words, latin, strict=True)
    ]
    excluded = sorted({fold(word) for word in node.exclude}, key=lambda word: (-len(word), word))
    return excluded, list(zip(words, patterns, strict=True))


def slow_hits(clause: str, nodes: tuple[NodeWords, ...]) -> dict[str, set[str]]:
    """The rule of the packs' draft written out again: words that still stand, by node."""
    found: dict[str, set[str]] = {}
    for node in nodes:
        left = fold(clause)
        excluded, words = slow_node(node)
        for word in excluded:
            left = left.replace(word, "\x01")
        for word, pattern in words:
            if pattern.search(left):
                found.setdefault(node.node, set()).add(word)
    return found


LETTERS = "甲乙丙AB-1"
WORD = st.text(LETTERS, min_size=1, max_size=3)
NODE_LISTS = st.lists(
    st.tuples(st.lists(WORD, min_size=1, max_size=3), st.lists(st.text(LETTERS, min_size=2, max_size=4), max_size=3)),
    max_size=5,
).map(lambda many: tuple(NodeWords(f"n{i}", "c", tuple(k), tuple(x)) for i, (k, x) in enumerate(many)))


@settings(max_examples=200, deadline=None)
@given(nodes=NODE_LISTS, clause=st.text(LETTERS, max_size=12))
def test_hits_agree_with_the_slow_rule(nodes: tuple[NodeWords, ...], clause: str) -> None:
    expected = slow_hits(clause, nodes)
    hits = Placer.build(nodes).hits(clause)
    assert [hit.node for hit in hits] == sorted(expected)
    assert all(hit.word in expected[hit.node] for hit in hits)


REAL_NODES = tuple(SHIPPED.nodes.values())
REAL_WORDS = sorted({word for node in REAL_NODES for word in (*node.keywords, *node.exclude)})


@settings(max_examples=100, deadline=None)
@given(
    parts=st.lists(
        st.one_of(st.sampled_from(REAL_WORDS), st.sampled_from(["设备", "生产", "的", "机", "A"])), max_size=4
    )
)
def test_hits_agree_with_the_slow_rule_on_shipped_words(parts: list[str]) -> None:
    clause = fold("".join(parts))
    expected = slow_hits(clause, REAL_NODES)
    hits = SHIPPED.hits(clause)
    assert [hit.node for hit in hits] == sorted(expected)
    assert all(hit.word in expected[hit.node] for hit in hits)


PIECES = st.sampled_from(
    ["青禾县", "有限公司", "白砂糖", "生产", "销售", "、", "，", "；", "：", "（", "）", "不含", "除", "外", "及", "批发", "仓储", "电机",
     "水泥", "设备", "茶叶加工", "１２", "\u3000", "\n", "无", "\ufffd", "🙂", "A", "BMS", "安装", "厂", "药房", "维修"]
)  # fmt: skip
TEXT = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=20).map("".join))
CODE = st.sampled_from(["", "1340", "3011", "5122", "5251", "6621", "5990", "13", "x"])


@settings(max_examples=150, deadline=None)
@given(name=TEXT, scope=TEXT, products=st.lists(TEXT, max_size=4), code=CODE, seed=st.randoms(use_true_random=False))
def test_any_text_gives_sound_placements_whatever_the_order(
    name: str, scope: str, products: list[str], code: str, seed: object
) -> None:
    found = SHIPPED.place(name, scope, products, code)
    shuffled = list(products)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert SHIPPED.place(name, scope, shuffled, code) == found
    assert len({placement.node for placement in found}) == len(found)
    assert [placement.score for placement in found] == sorted((p.score for p in found), reverse=True)
    for placement in found:
        assert 0.0 <= placement.score <= 1.0
        assert placement.reasons
        assert all(reason.code.startswith("placing.") for reason in placement.reasons)
        assert placement.role in PRESENT or not placement.present
        assert placement.role != "unstated" or placement.level == "doubtful"
        assert hash(placement) == hash(placement)


@settings(max_examples=40, deadline=None)
@given(
    order=st.permutations(NODES),
    scope=st.lists(st.sampled_from(["甲品生产", "乙品", "仓储", "甲品粉销售"]), max_size=4),
)
def test_the_order_of_nodes_does_not_matter(order: list[NodeWords], scope: list[str]) -> None:
    text = "；".join(scope)
    assert Placer.build(order).place("", text) == SMALL.place("", text)


def test_the_order_of_words_does_not_matter() -> None:
    turned = Placer.build(
        NodeWords(n.node, n.chain, n.keywords[::-1], n.exclude[::-1], n.codes[::-1], n.generic) for n in REAL_NODES
    )
    for text, _ in TRAPS + MEANT:
        assert turned.place("", "", [text]) == SHIPPED.place("", "", [text])
