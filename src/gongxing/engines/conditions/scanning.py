"""The words of an expression: a scanner that knows only what the grammar needs and refuses every other character."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

MAX_LENGTH, MAX_NUMBER = 500, 20

SPACE = re.compile(r"[ \t\r\n]+")
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
WORD = re.compile(r"[^\W\d]\w*")
SIGNS = ("==", "!=", ">=", "<=", ":=", "**", "//", "<<", ">>", *"<>()[],-=.+*/%@&|^~!:{};?")
WORDS = frozenset({"and", "or", "not", "in", "true", "false", "True", "False"})
QUOTES = "\"'"


class ExpressionRefused(ValueError):
    """A text that is no expression, or one that asks for more than an expression may.

    ``position`` counts characters from 0. ``found`` is what stands there. ``code``: empty · too_long · bad_character · unfinished_text ·
    number_too_long · text_kind (letters before a quotation mark) · call · attribute · subscript · private_name · word_not_allowed ·
    arithmetic · assignment · single_equals · unknown_name · too_deep · value_expected · truth_expected · truth_compared · list_expected ·
    list_item · empty_list · bracket_expected · end_expected · wrong_type · unknown_option.
    """

    def __init__(self, code: str, position: int, found: str = "") -> None:
        super().__init__(f"{code} at {position}: {found}" if found else f"{code} at {position}")
        self.code, self.position, self.found = code, position, found


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: name, word (of the language), number, text, sign or end; ``value`` is the read number or text."""

    kind: str
    text: str
    position: int
    value: Decimal | str | None = None


def tokens(text: str) -> Iterator[Token]:
    """The words in order and an end. ``ExpressionRefused`` at the first character that cannot be part of one."""
    if len(text) > MAX_LENGTH:
        raise ExpressionRefused("too_long", MAX_LENGTH)
    at = 0
    while at < len(text):
        if space := SPACE.match(text, at):
            at = space.end()
            continue
        token = _token(text, at)
        yield token
        at += len(token.text)
    yield Token("end", "", len(text))


def _token(text: str, at: int) -> Token:
    if text[at] in QUOTES:
        return _quoted(text, at)
    if number := NUMBER.match(text, at):
        if WORD.match(text, number.end()):
            raise ExpressionRefused("bad_character", number.end(), text[number.end()])
        if len(number[0]) > MAX_NUMBER:
            raise ExpressionRefused("number_too_long", at, number[0][:MAX_NUMBER])
        return Token("number", number[0], at, Decimal(number[0]))
    if word := WORD.match(text, at):
        return _word(word[0], at, text[word.end() : word.end() + 1])
    for sign in SIGNS:
        if text.startswith(sign, at):
            return Token("sign", sign, at)
    raise ExpressionRefused("bad_character", at, text[at])


def _word(word: str, at: int, after: str) -> Token:
    if after and after in QUOTES:
        raise ExpressionRefused("text_kind", at, word)
    if word in WORDS:
        return Token("word", word, at)
    if keyword.iskeyword(word):
        raise ExpressionRefused("word_not_allowed", at, word)
    if word.startswith("_"):
        raise ExpressionRefused("private_name", at, word)
    return Token("name", word, at)


def _quoted(text: str, at: int) -> Token:
    end = text.find(text[at], at + 1)
    if end < 0:
        raise ExpressionRefused("unfinished_text", at, text[at])
    inside = text[at + 1 : end]
    for k, character in enumerate(inside):
        if character == "\\" or not (character.isprintable()):
            raise ExpressionRefused("bad_character", at + 1 + k, character)
    return Token("text", text[at : end + 1], at, inside)
