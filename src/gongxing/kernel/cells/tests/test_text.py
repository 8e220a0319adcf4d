"""Text as it is kept: one line, nothing invisible, nothing destroyed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.text import clean_text, half_width, tight


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  青禾食品  ", "青禾食品"), ("青禾\n食品\r\n公司", "青禾 食品 公司"), ("青禾\u3000\u3000食品", "青禾 食品"), ("青禾\u00a0食品", "青禾 食品"),
        ("青禾\u200b食品", "青禾 食品"), ("\ufeff青禾", "青禾"), ("青\x00禾\x07食品", "青禾食品"), ("a\tb", "a b"), ("a  b", "a b"), ("（青禾）", "（青禾）"), ("１２", "１２"),
        ("𠮷野", "𠮷野"), ("", ""), (" \n ", ""), ("青禾\u202e品食", "青禾品食"), ("青\x85禾\x90", "青 禾"),
    ],
)  # fmt: skip
def test_one_line_as_written(written: str, kept: str) -> None:
    assert clean_text(written) == kept


@pytest.mark.parametrize(
    "written", ["青禾\ufffd公司", "锟斤拷有限公司", "烫烫烫", "ï¿½", "å\x8d\x97Ã\x83", "itâ€™s", "青禾\ud800"]
)
def test_destroyed_text_is_refused(written: str) -> None:
    with pytest.raises(Fault) as caught:
        clean_text(written)
    assert caught.value.code == "text.mojibake"
    caught.value.params["text"].encode("utf-8")


def test_ten_thousand_characters() -> None:
    with pytest.raises(Fault) as caught:
        clean_text("青" * 10_000, 200)
    assert (caught.value.code, caught.value.params) == (
        "text.long",
        {"length": 10_000, "maximum": 200, "text": "青" * 20},
    )
    assert clean_text("青" * 200, 200) == "青" * 200
    assert clean_text("青" * 100 + " " * 900, 100) == "青" * 100


def test_half_width() -> None:
    assert half_width("（ＡＢＣ１２３）％：，") == "(ABC123)%:,"
    assert tight(" 青 禾\u3000（１） ") == "青禾(1)"


@given(st.text(max_size=80))
def test_keeping_is_idempotent(text: str) -> None:
    try:
        once = clean_text(text)
    except Fault:
        return
    assert clean_text(once) == once
    assert once == once.strip()
    assert not any(unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs") for sign in once)
    once.encode("utf-8")


@given(st.text(max_size=80))
def test_folding_is_idempotent(text: str) -> None:
    assert half_width(half_width(text)) == half_width(text)
    assert tight(tight(text)) == tight(text)
    assert not any(sign.isspace() for sign in tight(text))


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=80))
def test_chinese_characters_pass_untouched(text: str) -> None:
    if not any(broken in text for broken in ("锟斤拷", "烫烫烫", "屯屯屯")):
        assert clean_text(text) == text == tight(text)
