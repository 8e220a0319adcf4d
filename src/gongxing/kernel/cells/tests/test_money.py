"""Registered capital: every shape found in 446,672 real values (none of them is kept here: the figures are invented)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.money import CURRENCIES, UNITS, Capital, capital_unit, parse_capital, plausibility, with_unit

# How the number is written: plain, with a fraction, with one comma, with both, with several commas, with several and a fraction.
NUMBERS = {
    "i": ("230", "230"), "f": ("3.4000", "3.4"), "c": ("1,200", "1200"), "cf": ("39,076.8700", "39076.87"), "cc": ("2,526,075", "2526075"),
    "ccf": ("1,354,964.8507", "1354964.8507"),
}  # fmt: skip
# What follows the number in the register, the currency a reader takes it for, the mark, and the ways its number occurs.
SHAPES = (
    ("(万元人民币)", "CNY", None, "i c f cf cc ccf"), ("(万元)", "CNY", "assumed", "i c f cf cc ccf"), ("(万)", "CNY", "assumed", "i c f cf cc ccf"), ("万人民币", "CNY", None, "i f"),
    ("（万元）", "CNY", "assumed", "i f"), ("(万美元)", "USD", None, "i c f cf"), ("(万人民币元)", "CNY", None, "i c f cf ccf"), ("万元", "CNY", "assumed", "i f"),
    ("(万元(人民币))", "CNY", None, "i c f cf"), ("(万香港元)", "HKD", None, "i c f cf"), ("万港币", "HKD", None, "i f"), ("(万港币)", "HKD", None, "i c f cf"),
    ("万人民币元", "CNY", None, "i f"), ("万元人民币", "CNY", None, "i f"), ("万港元", "HKD", None, "i f"), ("()", "", "confirm", "i c"), ("万美元", "USD", None, "i f"),
    ("(万港元)", "HKD", None, "i c f cf"), ("(万元(港币))", "HKD", None, "i c f cf"), ("(万日元)", "JPY", None, "i c f cf cc"), ("(万元美元)", "USD", None, "i c f cf"),
    ("(万人民币 )", "CNY", None, "i f"), ("(万元(美元))", "USD", None, "i c f cf"), ("万", "CNY", "assumed", "i f"), ("(万美元 )", "USD", None, "i f"),
    ("(万元（人民币）)", "CNY", None, "i c f cf"), ("(万欧元)", "EUR", None, "i c f cf"), ("(万新加坡元)", "SGD", None, "i c"), ("人民币元", "CNY", "confirm", "i f"),
    ("(万德国马克)", "DEM", None, "i c f"), ("( 万人民币元)", "CNY", None, "i c f"), ("( 万元人民币)", "CNY", None, "i"), ("(万元港元)", "HKD", None, "i"),
    ("(万元日元)", "JPY", None, "c cc"), ("(万澳大利亚元)", "AUD", None, "i c f"), ("(万瑞士法郎)", "CHF", None, "c"), ("(万英镑)", "GBP", None, "f"), ("", "", "confirm", "i f"),
    ("(万元（港币）)", "HKD", None, "i c"), ("(万元香港元)", "HKD", None, "i"), ("(万元（美元）)", "USD", None, "cf"), ("元人民币", "CNY", "confirm", "i f"),
    ("((万美元))", "USD", None, "i c"), ("万日元", "JPY", None, "i"), ("(万港币 )", "HKD", None, "i"), ("(万德国马克 )", "DEM", None, "i"), ("(万元德国马克)", "DEM", None, "i"),
    ("万欧元", "EUR", None, "f"), ("(万元人民币元)", "CNY", None, "i"), ("(万法国法郎)", "FRF", None, "i c"), ("(万元(欧元))", "EUR", None, "c"), ("((万港币))", "HKD", None, "i"),
    ("(万元(日元))", "JPY", None, "c"), ("(万加拿大元)", "CAD", None, "i"),
)  # fmt: skip
CASES = [(NUMBERS[kind], tail, currency, mark) for tail, currency, mark, kinds in SHAPES for kind in kinds.split()]
WITHOUT_NUMBER = ("N/A", "万人民币", "1E-06万人民币")


def refused(raw: Any) -> str:
    with pytest.raises(Fault) as caught:
        parse_capital(raw)
    return caught.value.code


def test_the_table_is_complete() -> None:
    """56 spellings and, several commas counted as one, 127 shapes."""
    assert len(SHAPES) + len(WITHOUT_NUMBER) - 1 == 56, "1E-06万人民币 is 万人民币 with another number"
    several = sum(kind in ("cc", "ccf") for _tail, _currency, _mark, kinds in SHAPES for kind in kinds.split())
    assert len(CASES) + len(WITHOUT_NUMBER) - several == 127
    assert len({(number, tail) for number, tail, _currency, _mark in CASES}) == len(CASES)


@pytest.mark.parametrize(("number", "tail", "currency", "mark"), CASES)
def test_every_shape_of_the_registers(number: tuple[str, str], tail: str, currency: str, mark: str | None) -> None:
    written, value = number
    amount = None if mark == "confirm" else Decimal(value)
    assert parse_capital(written + tail) == Capital(amount, currency, mark, written + tail)


def test_the_three_without_a_number_to_read() -> None:
    assert parse_capital("N/A") == Capital(None, "", None, "")
    assert refused("万人民币") == refused("1E-06万人民币") == "money.unreadable"


@pytest.mark.parametrize(
    ("written", "amount", "currency", "mark"),
    [
        ("1.2亿元", "12000", "CNY", "assumed"), ("3亿人民币", "30000", "CNY", None), ("５００万元", "500", "CNY", "assumed"), ("人民币500万元", "500", "CNY", None),
        ("人民币：500万元", "500", "CNY", None), ("RMB 500万", "500", "CNY", None), ("500万元整", "500", "CNY", "assumed"), ("500 万 元", "500", "CNY", "assumed"),
        ("80千元", "8", "CNY", "assumed"), ("20百万元", "2000", "CNY", "assumed"), ("2千万元", "2000", "CNY", "assumed"), ("100万USD", "100", "USD", None),
        ("【100】万美金", "100", "USD", None), ("５，０００（万元）", "5000", "CNY", "assumed"), ("0.5万亿元", "50000000", "CNY", "assumed"), ("600万新台币", "600", "TWD", None),
    ],
)  # fmt: skip
def test_other_spellings_of_county_sheets(written: str, amount: str, currency: str, mark: str | None) -> None:
    assert parse_capital(written) == Capital(Decimal(amount), currency, mark, written)


@pytest.mark.parametrize("written", ["1,0000000(万)", "10,00万元", "1,23,456万元", "1.2.3万元", ",500万元", "500,万元"])
def test_a_comma_not_before_three_digits_is_never_stripped(written: str) -> None:
    """1,0000000(万) is a decimal comma of 1 万; without its comma it would be 10,000,000 万."""
    assert refused(written) == "money.unreadable"


@pytest.mark.parametrize("written", ["0", "0万元", "0.0000(万元人民币)", "0万美元", 0, 0.0])
def test_nought_is_unknown_with_a_mark(written: Any) -> None:
    found = parse_capital(written)
    assert (found.amount_wan, found.mark) == (None, "zero")


@pytest.mark.parametrize("written", [None, "", " ", "N/A", "n/a", "无", "-", "—", "/", "NULL", "未知", "（）"])
def test_unknown_has_no_mark(written: Any) -> None:
    assert parse_capital(written) == Capital(None, "", None, "")


@pytest.mark.parametrize(
    "written",
    [
        "五百万元",
        "约500万元",
        "500万元以上",
        "500-800万元",
        "500万比索",
        "-5万元",
        "=500",
        "食品销售",
        "500万元人民币美元",
        "万",
    ],
)
def test_what_has_no_sure_reading_is_refused(written: str) -> None:
    assert refused(written) == "money.unreadable"


def test_a_destroyed_character_is_said() -> None:
    assert refused("500\ufffd元") == "text.mojibake"


@pytest.mark.parametrize(("raw", "text"), [(500, "500"), (500.0, "500"), (39076.87, "39076.87")])
def test_a_bare_number_is_kept_to_be_confirmed(raw: float, text: str) -> None:
    assert parse_capital(raw) == Capital(None, "", "confirm", text)


@pytest.mark.parametrize("written", ["1" + "0" * 13 + "万元", "9" * 10_000 + "万元", "99999999999亿元"])
def test_absurd_sizes_are_refused(written: str) -> None:
    assert refused(written) == "number.huge"


@pytest.mark.parametrize(
    ("written", "remark"),
    [
        ("0.09万元", "tiny"), ("0.1万元", None), ("1万元", "one"), ("1.0万元", "one"), ("1,000,000万元", None), ("1,000,001万元", "huge"), ("无", None), ("60", None),
    ],
)  # fmt: skip
def test_plausibility_is_a_remark(written: str, remark: str | None) -> None:
    assert plausibility(parse_capital(written)) == remark


amounts = st.decimals(min_value=Decimal("0.0001"), max_value=10**9, places=4, allow_nan=False, allow_infinity=False)


@given(amounts, st.sampled_from(sorted(CURRENCIES)), st.booleans(), st.booleans())
def test_printing_and_reading_agree(amount: Decimal, currency: str, commas: bool, brackets: bool) -> None:
    number = f"{amount:,f}" if commas else f"{amount:f}"
    found = parse_capital(f"{number}(万{currency})" if brackets else f"{number}万{currency}")
    assert (found.amount_wan, found.currency, found.mark) == (amount, CURRENCIES[currency], None)


@given(
    st.one_of(
        st.text(max_size=20),
        st.text("0123456789.,万亿千百元美港币人民()（） ", max_size=14),
        st.floats(),
        st.integers(),
    )
)
def test_whatever_is_written_is_read_or_refused(raw: Any) -> None:
    try:
        found = parse_capital(raw)
    except Fault:
        return
    assert found.amount_wan is None or (found.amount_wan > 0 and found.currency in {*CURRENCIES.values()})
    assert len(found.text) <= 60


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("注册资本（万元）", "万元"), ("注册资本(万元)", "万元"), ("注册资金［亿元］", "亿元"), ("注册资本（元）", "元"), ("注册资本（单位：万元）", "万元"),
        ("注册资本（人民币万元）", "万元"), ("注册资本（万人民币元）", "万元"), ("投资总额（万美元）", "万美元"), ("外方认缴（万港币）", "万港币"), ("注册资本，万元", "万元"),
        ("注册资本", ""), ("注册资本（认缴）", ""),
    ],
)  # fmt: skip
def test_the_unit_a_header_of_amounts_names(label: str, unit: str) -> None:
    assert capital_unit(label) == unit


@pytest.mark.parametrize(
    ("raw", "unit", "written"),
    [
        (500, "万元", "500万元"), ("500", "万元", "500万元"), ("1,200.50", "万元", "1200.5万元"), (5000000, "元", "500万元"), (1.2, "亿元", "12000万元"), (3, "百万元", "300万元"),
        (80, "千元", "8万元"), ("104()", "万元", "104万元"), (100, "万美元", "100万美元"), ("500万元", "元", "500万元"), ("80元", "万元", "80元"), ("456人民币元", "万元", "456人民币元"),
        ("0", "万元", "0"), ("", "万元", ""), (None, "万元", None), ("叁佰", "万元", "叁佰"), ("1,0000000", "万元", "1,0000000"),
    ],
)  # fmt: skip
def test_only_bare_numbers_take_the_unit_of_their_column(raw: Any, unit: str, written: Any) -> None:
    assert with_unit(raw, unit) == written


@given(amounts.filter(lambda amount: amount < 10**7), st.sampled_from(UNITS))
def test_an_amount_written_out_is_read_as_that_many(amount: Decimal, unit: str) -> None:
    """By hand: a 元 is 0.0001 万."""
    scale = {"元": "0.0001", "千": "0.1", "百": "100", "万": "1", "亿": "10000"}[unit[0]]
    found = parse_capital(with_unit(format(amount, "f"), unit))
    assert found.amount_wan == amount * Decimal(scale)
    assert found.currency == {"万美元": "USD", "万港元": "HKD", "万欧元": "EUR", "万日元": "JPY"}.get(unit, "CNY")
