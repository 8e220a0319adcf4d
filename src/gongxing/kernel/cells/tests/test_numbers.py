"""Numbers as cells hold them, read exactly or refused; never rounded, never guessed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.numbers import parse_decimal


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (0, "0"), (12, "12"), (-3, "-3"), (0.1, "0.1"), (1e15, "1000000000000000"), (2.50, "2.5"), (Decimal("1.10"), "1.10"),
        ("12", "12"), ("12.50", "12.50"), ("-7", "-7"), ("+7", "7"), ("1,200", "1200"), ("1,234,567.89", "1234567.89"), ("-1,200", "-1200"),
        ("１２．５", "12.5"), ("１，２００", "1200"), (" 1 200 ", "1200"), ("12\n", "12"), ("￥300", "300"), ("¥1,000.5", "1000.5"), ("'007", "7"),
        ("−5", "-5"), ("﹣5", "-5"), ("(1,200)", "-1200"), ("（35.6）", "-35.6"), ("12.5%", "12.5"), ("80人", "80"), ("1,200元", "1200"), ("35亩", "35"),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(written: Any, value: str) -> None:
    assert parse_decimal(written) == Decimal(value)


@pytest.mark.parametrize(
    "written", [None, "", "  ", "-", "－", "—", "——", "/", "无", "N/A", "未报", "不详", "*", float("nan"), "\u3000"]
)
def test_unknown_is_not_nought(written: Any) -> None:
    assert parse_decimal(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "1,0000000", "12,34", "1.2.3", "1,23,456", "一百", "约500", "100-200", "12a", "1e5", "0x10", "=1+1", "#N/A", "#REF!", "1/2", "½", "10²", "③", True, float("inf"),
        "1,2345元",
    ],
)  # fmt: skip
def test_what_has_no_sure_reading_is_refused(written: Any) -> None:
    with pytest.raises(Fault) as caught:
        parse_decimal(written)
    assert caught.value.code == "number.unreadable"


@pytest.mark.parametrize(
    ("written", "unit"), [("3.5亿", "亿"), ("1,200万元", "万元"), ("5千", "千"), ("8百元", "百元")]
)
def test_a_scale_word_in_a_cell_is_asked_about(written: str, unit: str) -> None:
    with pytest.raises(Fault) as caught:
        parse_decimal(written)
    assert (caught.value.code, caught.value.params["unit"]) == ("number.unit", unit)


@pytest.mark.parametrize("written", ["1" + "0" * 19, 1e300, 10**19, "-" + "9" * 30, "9" * 10_000])
def test_absurd_sizes_are_refused(written: Any) -> None:
    with pytest.raises(Fault) as caught:
        parse_decimal(written)
    assert caught.value.code == "number.huge"
    assert len(caught.value.params["text"]) <= 30


def test_a_destroyed_character_is_said() -> None:
    with pytest.raises(Fault) as caught:
        parse_decimal("12\ufffd")
    assert caught.value == Fault("text.mojibake", text="12□")


amounts = st.decimals(min_value=-(10**17), max_value=10**17, places=4, allow_nan=False, allow_infinity=False)


@given(amounts)
def test_printing_and_reading_agree(value: Decimal) -> None:
    full_width = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
    for written in (f"{value:f}", f"{value:,f}", f"{value:,f}".translate(full_width), f"¥{value:,f}"):
        assert parse_decimal(written) == value


@given(st.floats(-1e15, 1e15))
def test_a_float_keeps_the_digits_it_shows(value: float) -> None:
    found = parse_decimal(value)
    assert found is not None
    assert float(found) == value


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none()))
def test_whatever_is_in_the_cell_is_a_number_unknown_or_a_fault(raw: Any) -> None:
    try:
        found = parse_decimal(raw)
    except Fault:
        return
    assert found is None or found.is_finite()
