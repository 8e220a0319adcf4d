"""National project codes: the example of the rulebook, every exact fault, and reading back what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.project_code import ProjectCode, parse

EXAMPLE = "2405-450127-04-01-123456"


def refused(text: str) -> Fault:
    with pytest.raises(Fault) as caught:
        parse(text)
    return caught.value


def test_the_example_and_its_parts() -> None:
    assert len(EXAMPLE) == 24
    assert parse(EXAMPLE) == ProjectCode(EXAMPLE, 2024, 5, "450127", "04", "01", "123456")
    assert str(parse(EXAMPLE)) == EXAMPLE


@pytest.mark.parametrize(
    "written",
    [
        "２４０５－４５０１２７－０４－０１－１２３４５６",
        " 2405 - 450127 - 04 - 01 - 123456\n",
        "2405—450127—04—01—123456",
        "2405–450127−04‐01‑123456",
        "2405——450127-04-01-123456",
        "2405ー450127~04_01﹣123456",
        "24054501270401123456",
        "'2405-450127-04-01-123456",
        "\ufeff2405-450127-04-01-123456\u200b",
    ],
)
def test_widths_blanks_and_dashes_are_folded(written: str) -> None:
    assert parse(written).text == EXAMPLE


def test_a_code_of_the_years_written_in_full_has_no_month() -> None:
    got = parse("2019-450127-30-03-012345")
    assert (got.year, got.month, got.division, got.number) == (2019, None, "450127", "012345")


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", Fault("project_code.length", length=0, text="")),
        ("2405-450127-04-01-12345", Fault("project_code.length", length=19, text="2405-450127-04-01-12345")),
        ("2405-450127-04-01-1234567", Fault("project_code.length", length=21, text="2405-450127-04-01-1234567")),
        ("2405-45O127-04-01-123456", Fault("project_code.character", position=8, character="O", text="2405-45O127-04-01-123456")),
        ("2405/450127-04-01-123456", Fault("project_code.character", position=5, character="/", text="2405/450127-04-01-123456")),
        ("无", Fault("project_code.character", position=1, character="无", text="无")),
        ("2405-4501-2704-01-123456", Fault("project_code.groups", found="4-4-4-2-6", fix=EXAMPLE)),
        ("240545-0127-04-01-123456", Fault("project_code.groups", found="6-4-2-2-6", fix=EXAMPLE)),
        ("2400-450127-04-01-123456", Fault("project_code.month", month="00", text="2400-450127-04-01-123456")),
        ("2413-450127-04-01-123456", Fault("project_code.month", month="13", text="2413-450127-04-01-123456")),
        ("2021-450127-04-01-123456", Fault("project_code.month", month="21", text="2021-450127-04-01-123456")),
        ("2405-000127-04-01-123456", Fault("project_code.division", text="000127")),
        ("2405-900127-04-01-123456", Fault("project_code.division", text="900127")),
    ],
)  # fmt: skip
def test_every_fault_is_named_exactly(written: str, fault: Fault) -> None:
    assert refused(written) == fault


def test_arabic_digits_are_not_taken_for_the_others() -> None:
    assert refused("٢405-450127-04-01-123456").code == "project_code.character"


def digits(size: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=size, max_size=size)


@given(
    st.integers(0, 99), st.integers(1, 12), st.integers(11, 82).filter(lambda n: n % 10), digits(4), digits(2), digits(2), digits(6)
)  # fmt: skip
def test_what_is_put_together_is_read_back(
    year: int, month: int, province: int, rest: str, procedure: str, sort: str, number: str
) -> None:
    written = f"{year:02d}{month:02d}-{province}{rest}-{procedure}-{sort}-{number}"
    got = parse(written)
    assert got == ProjectCode(written, 2000 + year, month, f"{province}{rest}", procedure, sort, number)
    assert parse(got.text.replace("-", "")) == got


@given(st.text(max_size=30))
def test_whatever_is_written_is_a_code_or_a_fault(text: str) -> None:
    try:
        got = parse(text)
    except Fault:
        return
    assert parse(got.text) == got
