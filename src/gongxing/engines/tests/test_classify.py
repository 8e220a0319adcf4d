"""The classifier against invented firms whose class follows from the rules, not from its own output."""

from __future__ import annotations

import csv
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxing.engines.classify import Lexicon, Pattern, Suggestion, classify, classify_many

PACK = Path(__file__).resolve().parents[4] / "packs" / "industry-lexicon" / "lexicon.csv"
NAMES = {
    "1340": "制糖业",
    "1351": "牲畜屠宰",
    "2452": "塑胶玩具制造",
    "2921": "塑料薄膜制造",
    "2929": "塑料零件及其他塑料制品制造",
    "2459": "其他玩具制造",
    "3434": "连续搬运设备制造",
    "4710": "住宅房屋建筑",
    "5122": "糕点、糖果及糖批发",
    "5219": "其他综合零售",
    "5223": "果品、蔬菜零售",
}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with PACK.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def lexicon(rows: list[dict[str, str]]) -> Lexicon:
    return Lexicon.build(rows, NAMES, county_words=("青禾县", "青禾"))


SPECIAL_FORMS = [
    ("青禾银行股份有限公司城东支行", "办理人民币存款、贷款、结算业务", "6621"),
    ("青禾农业发展银行青禾县支行", "吸收存款", "6622"),
    ("青禾县农村信用合作联社河口信用社", "存款、贷款", "6623"),
    ("中国邮政集团公司青禾县河口邮政支局", "邮政基础业务、代办电信业务、日用百货销售", "6010"),
    ("青禾石油有限公司青禾第三加油站", "汽油、柴油零售；预包装食品、日用百货零售", "5265"),
    ("禾丰人寿保险股份有限公司青禾支公司", "人身保险业务", "6811"),
    ("禾丰财产保险股份有限公司青禾支公司", "财产损失保险", "6820"),
    ("青禾县河口供销合作社", "日用百货、针纺织品、化肥、农药零售", "5219"),
    ("青禾县河口供销合作社农资门市部", "化肥、农膜零售", "5166"),
    ("青禾县河口供销合作社饲料门市部", "饲料零售", "5113"),
    ("青禾县河口供销合作社收购门市部", "农副产品", "5119"),
    ("青禾县食品公司河口食品站", "畜禽屠宰服务", "1351"),
    ("青禾县食品公司河口购销站", "生猪、家禽购销", "5116"),
    ("青禾禾丰拍卖有限公司", "拍卖业务", "5182"),
    ("青禾禾丰会计师事务所", "审计业务", "7241"),
    ("青禾禾丰超市", "预包装食品、蔬菜、日用百货零售", "5212"),
]


@pytest.mark.parametrize(("name", "scope", "code"), SPECIAL_FORMS)
def test_special_forms(lexicon: Lexicon, name: str, scope: str, code: str) -> None:
    found = classify(name, scope, lexicon)
    assert found.code4 == code
    assert found.pattern.form
    assert found.reasons[0].code == "classify.form"


VERBS = [
    ("青禾禾丰有限公司", "白糖的生产、销售", "1340"),
    ("青禾禾丰有限公司", "生产、销售：白糖、糖蜜", "1340"),
    ("青禾禾丰有限公司", "白糖（生产、销售）", "1340"),
    ("青禾禾丰有限公司", "白糖销售", "5122"),
    ("青禾禾丰有限公司", "销售：白糖", "5122"),
    ("青禾禾丰商贸有限公司", "白糖", "5122"),
    ("青禾禾丰糖厂", "白糖", "1340"),
    ("青禾禾丰五金店", "五金零售", "5281"),
    ("青禾禾丰有限公司", "五金批发、零售", "5174"),
    ("青禾禾丰有限公司", "房屋租赁", "7040"),
    ("青禾禾丰有限公司", "汽车修理", "8111"),
    ("青禾禾丰有限公司", "技术开发、技术咨询、技术转让", "7519"),
    ("青禾禾丰有限公司", "化肥零售", "5166"),
    ("青禾禾丰有限公司", "农业机械零售", "5171"),
    ("青禾禾丰有限公司", "设计、制造：金属门窗；货物进出口、技术进出口", "3312"),
    ("青禾禾丰塑料制品厂", "普通货运；塑料薄膜制造", "2921"),
    ("青禾禾丰有限公司", "石灰石销售", "5163"),
    ("青禾禾丰有限公司", "连续搬运设备制造", "3434"),
    ("青禾禾丰玩具有限公司", "塑料玩具生产", "2452"),
]


@pytest.mark.parametrize(("name", "scope", "code"), VERBS)
def test_verbs_decide_between_making_selling_and_serving(lexicon: Lexicon, name: str, scope: str, code: str) -> None:
    assert classify(name, scope, lexicon).code4 == code


def test_the_first_clause_outweighs_later_ones(lexicon: Lexicon) -> None:
    scope = "水泥生产；白糖销售；五金批发；房屋租赁；广告设计"
    assert classify("青禾禾丰有限公司", scope, lexicon).code4 == "3011"


def test_scope_overrides_a_name_that_says_otherwise(lexicon: Lexicon) -> None:
    assert classify("青禾塑料制品厂", "自有厂房出租。", lexicon).code4 == "7040"


def test_the_tail_of_a_branch_outranks_its_parent(lexicon: Lexicon) -> None:
    assert classify("青禾百货大楼股份有限公司广告分公司", "承办广告", lexicon).code4 == "7259"


def test_stock_phrases_do_not_count(lexicon: Lexicon) -> None:
    plain = classify("青禾禾丰有限公司", "白糖生产", lexicon)
    dressed = classify(
        "青禾禾丰有限公司",
        "一般经营项目：白糖生产（依法须经批准的项目，经相关部门批准后方可开展经营活动）＊＊＊；许可经营项目：无",
        lexicon,
    )
    assert (plain.code4, plain.pattern) == (dressed.code4, dressed.pattern)


def test_reasons_name_the_matched_words(lexicon: Lexicon) -> None:
    found = classify("青禾禾丰糖业有限公司", "白糖的生产、销售", lexicon)
    words = {(reason.details["word"], reason.details["where"]) for reason in found.reasons}
    assert ("白糖", "scope") in words
    assert all(reason.code == "classify.word" for reason in found.reasons)
    assert all(reason.weight > 0 for reason in found.reasons)


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("青禾禾丰厂", "处理本厂债权债务。"),
        ("青禾禾丰塑料制品厂", "此执照保留仅供清理债权债务用，不得从事生产经营。"),
        ("", ""),
        ("   ", "\n"),
        ("青禾禾丰有限公司", ""),
        ("青禾禾丰有限公司", "依法须经批准的项目，经相关部门批准后方可开展经营活动"),
    ],
)
def test_no_activity_is_said_and_never_guessed(lexicon: Lexicon, name: str, scope: str) -> None:
    found = classify(name, scope, lexicon)
    assert found.status == "no_activity"
    assert (found.code4, found.shown_code, found.level, found.alternatives) == ("", "", 0, ())


def test_housing_is_never_shown_deeper_than_two_digits(lexicon: Lexicon) -> None:
    found = classify("青禾建筑工程有限公司", "房屋建筑工程施工总承包", lexicon)
    assert found.code4 == "4710"
    assert (found.level, found.shown_code) == (2, "47")
    assert "classify.undecidable" in {reason.code for reason in found.reasons}


def test_a_confirmed_pattern_outranks_the_lexicon_and_settles_its_like(lexicon: Lexicon) -> None:
    first = classify("青禾甲糖业有限公司", "白糖生产", lexicon)
    second = classify("青禾乙糖业有限公司", "白糖生产", lexicon)
    other = classify("青禾丙建材有限公司", "水泥生产", lexicon)
    assert first.pattern == second.pattern != other.pattern
    confirmed = {first.pattern: "1399"}
    settled = classify("青禾乙糖业有限公司", "白糖生产", lexicon, confirmed)
    assert (settled.code4, settled.shown_code, settled.status) == ("1399", "1399", "shown")
    assert settled.reasons[0].code == "classify.confirmed"
    assert classify("青禾丙建材有限公司", "水泥生产", lexicon, confirmed) == other


def test_a_blank_pattern_cannot_be_confirmed(lexicon: Lexicon) -> None:
    assert Pattern().blank
    assert classify("", "", lexicon, {Pattern(): "1340"}).status == "no_activity"


def test_the_order_of_lexicon_rows_does_not_matter(rows: list[dict[str, str]], lexicon: Lexicon) -> None:
    shuffled = list(rows)
    random.Random(7).shuffle(shuffled)
    other = Lexicon.build(shuffled, NAMES, county_words=("青禾", "青禾县"))
    for name, scope, _ in SPECIAL_FORMS + VERBS:
        assert classify(name, scope, lexicon) == classify(name, scope, other)


def test_many_equals_one_by_one_in_order(lexicon: Lexicon) -> None:
    firms = [(name, scope) for name, scope, _ in VERBS]
    assert list(classify_many(firms, lexicon)) == [classify(name, scope, lexicon) for name, scope in firms]


@pytest.mark.parametrize(
    "piece", ["批发兼零售", "生产加工", "（", "、", "的生产、", "市", "货物进出口、", "禾", "技术开发及"]
)
def test_long_and_repetitive_text_is_read_quickly(lexicon: Lexicon, piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    start = time.perf_counter()
    classify(text, text, lexicon)
    classify("青禾糖厂" + text, "白糖生产" + text + "x", lexicon)
    assert time.perf_counter() - start < 2.0


PIECES = st.sampled_from(
    ["青禾县", "有限公司", "白糖", "生产", "销售", "、", "，", "；", "：", "（", "）", "供销合作社", "支行", "的", "及", "批发",
     "零售", "五金", "１２", "\u3000", "\n", "无", "一般经营项目：", "\ufffd", "🙂", "A", ".", "1、", "安装", "设计", "厂", "门市部"]
)  # fmt: skip
TEXT = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map("".join))


@settings(max_examples=150, deadline=None)
@given(name=TEXT, scope=TEXT)
def test_any_text_gives_a_sound_suggestion_and_the_same_one_twice(lexicon: Lexicon, name: str, scope: str) -> None:
    found = classify(name, scope, lexicon)
    assert found == classify(name, scope, lexicon)
    assert hash(found) == hash(found)
    _sound(found)


def _sound(found: Suggestion) -> None:
    assert found.shown_code == found.code4[: found.level]
    assert 0.0 <= found.confidence.four <= found.confidence.three <= found.confidence.two <= 1.0
    assert (found.status == "no_activity") == (found.code4 == "")
    assert (found.status == "shown") == (found.level > 0)
    scores = [alternative.score for alternative in found.alternatives]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) <= 3
    assert not found.code4 or found.alternatives[0].code == found.code4


PARTICULAR = [
    ("buying in before making", "青禾县金穗米业有限公司", "稻谷收购；大米加工、销售", "1311"),
    (
        "service that comes with goods",
        "青禾模具有限公司",
        "模具、缝制设备、纺织机械制造、销售及相关售后咨询服务",
        "3525",
    ),
    ("investing in many trades", "禾丰投资集团有限公司", "对房地产业、酒店业、矿业的投资；金属材料批发", "7212"),
    (
        "importing one's own inputs",
        "青禾贸易有限公司",
        "白糖销售；经营本企业生产所需的仪器仪表、机械设备的进口业务",
        "5122",
    ),
    (
        "branches only, after a comma",
        "青禾贸易有限公司",
        "白糖批发，塑料薄膜批发，以下限分支机构经营：理发，足浴",
        "5122",
    ),
    ("a filling station of a cooperative", "青禾县河口供销合作社加油站", "汽油、柴油、润滑油零售", "5265"),
    ("bottled gas over the counter", "青禾液化气有限公司", "瓶装液化石油气零售", "5296"),
    ("planned, not idle", "青禾塑料有限公司", "塑料薄膜生产（筹建期间不得从事经营活动）", "2921"),
]


@pytest.mark.parametrize(("why", "name", "scope", "code"), PARTICULAR)
def test_particular_readings(why: str, name: str, scope: str, code: str, rows: list[dict[str, str]]) -> None:
    with (PACK.parents[1] / "industry-codes" / "gbt4754.csv").open(encoding="utf-8", newline="") as handle:
        names = {row["code"]: row["name_zh"] if "name_zh" in row else row["name"] for row in csv.DictReader(handle)}
    assert classify(name, scope, Lexicon.build(rows, names)).code4 == code, why
