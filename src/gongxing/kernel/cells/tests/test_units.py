"""Units in headers, and conversions that give the same figure on paper."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.units import KINDS, conversion, kind_of, same_kind, unit_in, units_line

PAIRS = [(kind, one, other) for kind, units in KINDS.items() for one, other in product(units, units)]


@pytest.mark.parametrize(
    ("number", "written", "stored", "figure"),
    [
        ("1.5", "亿元", "万元", "15000"), ("15000", "万元", "亿元", "1.5"), ("1234567", "元", "万元", "123.4567"), ("12", "千元", "万元", "1.2"), ("3", "百万元", "万元", "300"),
        ("2", "公顷", "亩", "30"), ("10000", "平方米", "亩", "15"), ("1", "平方公里", "公顷", "100"), ("1", "平方公里", "平方米", "1000000"),
        ("1.2", "万人", "人", "12000"), ("0.3", "万吨标准煤", "吨标准煤", "3000"), ("35", "‰", "%", "3.5"), ("7", "万元", "万元", "7"),
    ],
)  # fmt: skip
def test_conversions_by_hand(number: str, written: str, stored: str, figure: str) -> None:
    """1 公顷 = 15 亩 = 10,000 ㎡; 1 平方公里 = 100 公顷."""
    assert (Decimal(number) * conversion(written, stored)).quantize(Decimal(1).scaleb(-12)) == Decimal(figure)


def test_a_price_per_square_metre_as_a_price_per_mu() -> None:
    """150 元/㎡ × 666.666… ㎡ = 100,000 元 = 10 万元 a mu."""
    assert round(150 * conversion("元/平方米", "万元/亩"), 20) == 10


@pytest.mark.parametrize(("kind", "one", "other"), PAIRS)
def test_there_and_back(kind: str, one: str, other: str) -> None:
    assert round(conversion(one, other) * conversion(other, one), 20) == 1
    assert kind_of(one) == kind
    assert other in same_kind(one)


@given(st.sampled_from([unit for units in KINDS.values() for unit in units]), st.sampled_from(list(KINDS)))
def test_kinds_are_never_mixed(unit: str, kind: str) -> None:
    other = next(iter(KINDS[kind]))
    if kind_of(unit) != kind:
        with pytest.raises(Fault) as caught:
            conversion(unit, other)
        assert caught.value == Fault("unit.mismatch", written=unit, stored=other)


@pytest.mark.parametrize("label", ["投资总额（万美元）", "注册资本(万港元)", "出口额（USD）", "进口额（万欧元）"])
def test_foreign_money_is_no_kind_of_yuan(label: str) -> None:
    assert unit_in(label) == ""


def test_a_unit_nobody_knows() -> None:
    assert kind_of("斤") == ""
    assert same_kind("斤") == ()
    with pytest.raises(Fault):
        conversion("斤", "万元")


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("主营业务收入（万元）", "万元"), ("主营业务收入(亿元)", "亿元"), ("用地面积（平方公里）", "平方公里"), ("用地面积[公顷]", "公顷"), ("从业人员（人）", "人"), ("综合能耗（万吨标准煤）", "万吨标准煤"),
        ("建筑面积（㎡）", "m2"), ("产值，万元", "万元"), ("产值：亿元", "亿元"), ("亩均税收（万元/亩）", "万元/亩"), ("增长（％）", "%"), ("产 值 （ 万 元 ）", "万元"),
        ("企业名称", ""), ("产品（主要）", ""), ("备注（选填）", ""),
    ],
)  # fmt: skip
def test_the_unit_of_a_header(label: str, unit: str) -> None:
    assert unit_in(label) == unit


@pytest.mark.parametrize(
    ("line", "units"),
    [
        ("单位：万元", ("万元",)), ("计量单位：万元、亩", ("万元", "亩")), ("填报单位：东园（盖章） 单位：亿元", ("亿元",)), ("（单位：人，万元）", ("人", "万元")), ("单位名称：青禾食品", ()),
        ("单位：万元    填报日期：2025年3月", ("万元",)), ("单位：元/平方米", ("元/平方米",)), ("单位：人民医院", ()), ("用人单位：青禾人力公司", ()), ("填报单位：万元村", ()),
        ("青禾县企业名录", ()),
    ],
)  # fmt: skip
def test_the_line_that_names_units(line: str, units: tuple[str, ...]) -> None:
    assert units_line(line) == units
