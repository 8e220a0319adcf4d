"""统一社会信用代码: the standard's own example and weights, and an independent count of the check character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.uscc import ALPHABET, WEIGHTS, check_character, make, organisation_check, parse

STANDARD = "91350100M000100Y43"  # the example in GB 32100-2015, annex A
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015, table of signs: no I, O, Z, S, V
PUBLISHED_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
signs = st.sampled_from(LETTERS)
organisations = st.text(signs, min_size=8, max_size=8)
divisions = st.text("0123456789", min_size=6, max_size=6)
codes = st.builds(make, st.sampled_from("123456789ANY"), st.sampled_from("1239"), divisions, organisations)


def refused(text: str) -> Fault:
    with pytest.raises(Fault) as caught:
        parse(text)
    return caught.value


def test_the_alphabet_and_the_weights_are_the_standards() -> None:
    assert ALPHABET == LETTERS
    assert WEIGHTS == PUBLISHED_WEIGHTS


def test_the_example_of_the_standard() -> None:
    assert parse(STANDARD) == STANDARD
    assert check_character(STANDARD[:17]) == "3"


@pytest.mark.parametrize(("first8", "ninth"), [("D2143569", "X"), ("00000000", "0")])
def test_the_example_of_gb_11714(first8: str, ninth: str) -> None:
    assert organisation_check(first8) == ninth


@given(codes)
def test_check_character_counted_another_way(code: str) -> None:
    """The sum of all 18 products, the check character's weight being 1, is a multiple of 31."""
    total = sum(LETTERS.index(sign) * weight for sign, weight in zip(code, (*PUBLISHED_WEIGHTS, 1), strict=True))
    assert total % 31 == 0
    assert parse(code) == code


@given(codes, st.integers(0, 16), signs)
def test_one_wrong_sign_is_always_found(code: str, position: int, sign: str) -> None:
    wrong = code[:position] + sign + code[position + 1 :]
    if wrong != code:
        with pytest.raises(Fault):
            parse(wrong)


@given(codes, st.integers(8, 15))
def test_two_neighbours_swapped_are_always_found(code: str, position: int) -> None:
    wrong = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    if wrong != code:
        assert refused(wrong).code == "uscc.check"


@pytest.mark.parametrize("head", ["N1", "N2", "N3", "A1", "Y1", "11", "52", "93"])
def test_rural_and_other_registers_are_accepted(head: str) -> None:
    code = make(head[0], head[1], "459999", "MD00012X")
    assert parse(code) == code


def test_a_department_that_does_not_exist() -> None:
    first17 = "B1459999MD00012X" + organisation_check("MD00012X")
    assert refused(first17 + check_character(first17)) == Fault("uscc.category", character="B")


def test_a_wrong_check_character_names_the_right_one() -> None:
    found = refused("91350100M000100Y44")
    assert (found.code, found.params["expected"], found.params["found"]) == ("uscc.check", "3", "4")


@pytest.mark.parametrize(("letter", "meant"), [("O", "0"), ("I", "1"), ("Z", "2"), ("S", "5"), ("V", "U")])
def test_letters_the_standard_leaves_out_are_named_with_their_place_and_the_likely_code(
    letter: str, meant: str
) -> None:
    organisation = f"MC{meant}00001"
    code = make("9", "1", "459999", organisation)
    found = refused(code[:10] + letter + code[11:])
    assert (found.code, found.params["position"], found.params["character"]) == ("uscc.alphabet", 11, letter)
    assert found.params["fix"] == code


def test_no_code_is_proposed_when_the_likely_one_is_wrong_too() -> None:
    assert refused("91350100MO00100Y44").params["fix"] == ""


@pytest.mark.parametrize(
    "written",
    [
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "91350100m000100y43",
        " 9135 0100 M000 100Y 43 ",
        "'91350100M000100Y43",
        "\ufeff91350100M000100Y43\u00a0",
        "91350100Ｍ000100Ｙ43\n",
    ],
)
def test_full_width_small_letters_and_blanks_are_folded(written: str) -> None:
    assert parse(written) == STANDARD


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("450100000012345", "uscc.old15"),
        ("91350100M000100Y4", "uscc.length"),
        ("91350100M000100Y433", "uscc.length"),
        ("", "uscc.length"),
        ("无", "uscc.length"),
        ("9135010.M000100Y43", "uscc.alphabet"),
        ("91350A00M000100Y43", "uscc.division"),
    ],
)
def test_what_is_no_code(written: str, code: str) -> None:
    assert refused(written).code == code


@given(st.text(max_size=24))
def test_whatever_is_written_is_a_code_or_a_fault(text: str) -> None:
    try:
        found = parse(text)
    except Fault:
        return
    assert len(found) == 18
    assert parse(found) == found
