"""Safe expressions: ``land_mode in ["grant", "allocate"] and (energy_tce >= 1000 or coal_t >= 1000)``.

The text is scanned and parsed here, by a grammar of eight lines; Python's compiler never sees it, so there is nothing to escape from::

    some    = every ("or" every)*
    every   = truth ("and" truth)*
    truth   = "not" truth | compare
    compare = operand [sign operand]* | operand ["not"] "in" (items | name)      signs: == != >= > <= <, chains as in 0 < x <= 5
    operand = name | constant | "(" some ")"
    items   = "[" constant ("," constant)* "]" | "(" constant "," constant* ")"
    constant = ["-"] number | text | true | false

Three-valued: a fact that is absent, None or not a number is unknown; so is a comparison of different kinds; and, or, not after Kleene.
Limits: 500 characters, nesting of 30, numbers of 20 characters.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongxing.engines.conditions.evaluate import Truth
from gongxing.engines.conditions.model import Field
from gongxing.engines.conditions.scanning import ExpressionRefused, Token, tokens
from gongxing.engines.conditions.terms import (
    Comparison,
    Constant,
    Every,
    Flag,
    Items,
    Name,
    Not,
    Operand,
    Some,
    Term,
    names_of,
    undecided,
)

MAX_DEPTH = 30
COMPARING = frozenset({"==", "!=", ">=", ">", "<=", "<"})
REFUSED = {
    "=": "single_equals",
    ":=": "assignment",
    **dict.fromkeys(("**", "//", "<<", ">>", "+", "-", "*", "/", "%", "@", "&", "|", "^", "~"), "arithmetic"),
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression; ``text`` as written, ``names`` it asks for in order of appearance."""

    text: str
    term: Term
    names: tuple[str, ...]

    def evaluate(self, facts: Mapping[str, Any]) -> Truth:
        """True, False, or None when what is known does not decide. Facts: numbers, texts, flags, sets of texts; others are unknown.
        Never raises."""
        return self.term.state(facts)

    def missing(self, facts: Mapping[str, Any]) -> tuple[str, ...]:
        """The names to ask for when the result is unknown; empty when it is known."""
        return tuple(dict.fromkeys(undecided(self.term, facts)))


def parse(text: str, known_names: Collection[str] | Mapping[str, Field]) -> Expression:
    """Parse. ``ExpressionRefused`` (a ValueError with code and position) for all that is not in the grammar or not a known name. With a
    mapping to fields, constants must fit the field's kind and options too."""
    reader = _Reader(list(tokens(text)), known_names)
    if reader.now.kind == "end":
        raise ExpressionRefused("empty", 0)
    term = reader.truth_of(reader.some())
    reader.finish()
    return Expression(text, term, tuple(dict.fromkeys(names_of(term))))


Part = Operand | Comparison | Flag | Not | Every | Some


class _Reader:
    """One pass over the tokens."""

    def __init__(self, read: list[Token], known_names: Collection[str] | Mapping[str, Field]) -> None:
        self.read, self.at, self.depth = read, 0, 0
        self.known_names = known_names

    @property
    def now(self) -> Token:
        return self.read[self.at]

    def take(self, *texts: str) -> Token | None:
        """Step over the token if it is one of these words or signs."""
        token = self.now
        if token.kind in ("word", "sign") and token.text in texts:
            self.at += 1
            return token
        return None

    def refuse(self, code: str, token: Token | None = None) -> ExpressionRefused:
        token = token or self.now
        return ExpressionRefused(code, token.position, token.text)

    def finish(self) -> None:
        if self.now.kind != "end":
            raise self.refuse(REFUSED.get(self.now.text, "end_expected"))

    def some(self) -> Part:
        first = self.every()
        if self.now.text != "or":
            return first
        parts = [self.truth_of(first)]
        while self.take("or"):
            parts.append(self.truth_of(self.every()))
        return Some(tuple(parts))

    def every(self) -> Part:
        first = self.truth()
        if self.now.text != "and":
            return first
        parts = [self.truth_of(first)]
        while self.take("and"):
            parts.append(self.truth_of(self.truth()))
        return Every(tuple(parts))

    def truth(self) -> Part:
        if self.take("not"):
            return Not(self.truth_of(self.deeper(self.truth)))
        return self.compare()

    def deeper(self, inside: Callable[[], Part]) -> Part:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.refuse("too_deep")
        part = inside()
        self.depth -= 1
        return part

    def truth_of(self, part: Part) -> Term:
        """A part used as a truth: a bare name must be a flag, a bare number or text is none."""
        if isinstance(part, Name):
            self.check_kind(part, True, part.position)
            return Flag(part)
        if isinstance(part, Constant) and isinstance(part.value, bool):
            return Flag(part)
        if isinstance(part, (Constant, Items)):
            raise ExpressionRefused("truth_expected", part.position)
        return part

    def compare(self) -> Part:
        left = self.operand()
        found: list[Comparison] = []
        while True:
            sign = self.now
            if sign.kind == "sign" and sign.text in COMPARING:
                self.at += 1
                right: Operand = self.side(self.operand(), sign)
                found.append(self.compared(self.side(left, sign), sign.text, right, sign))
            elif sign.text in ("in", "not") and sign.kind == "word":
                self.at += 1
                if sign.text == "not" and not self.take("in"):
                    raise self.refuse("value_expected", sign)
                right = self.many()
                found.append(
                    self.compared(self.side(left, sign), sign.text + " in" * (sign.text == "not"), right, sign)
                )
            else:
                break
            left = right
        if sign.kind == "sign" and sign.text in REFUSED:
            raise self.refuse(REFUSED[sign.text])
        return left if not found else found[0] if len(found) == 1 else Every(tuple(found))

    def side(self, part: Part, sign: Token) -> Operand:
        if not isinstance(part, (Name, Constant)):
            raise self.refuse("truth_compared", sign)
        return part

    def compared(self, left: Operand, op: str, right: Operand, sign: Token) -> Comparison:
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Name):
                if (self.kind_of(one) == "set") is not (one is right and op.endswith("in")) and self.kind_of(one):
                    raise ExpressionRefused("wrong_type", one.position, one.name)
                values = (
                    other.items if isinstance(other, Items) else (other.value,) if isinstance(other, Constant) else ()
                )
                for value in values:
                    self.check_kind(one, value, other.position)
            elif isinstance(one, Constant) and isinstance(one.value, bool) and op not in ("==", "!="):
                raise self.refuse("wrong_type", sign)
        return Comparison(left, op, right)

    def check_kind(self, name: Name, value: Decimal | str | bool, position: int) -> None:
        """With fields at hand: the constant is of the field's kind and one of its options."""
        field = self.field_of(name)
        if field is None:
            return
        wanted = {"number": Decimal, "flag": bool}.get(field.kind, str)
        if field.kind == "date" or not isinstance(value, wanted):
            raise ExpressionRefused("wrong_type", position, name.name)
        if field.options and field.kind in ("choice", "set") and value not in field.options:
            raise ExpressionRefused("unknown_option", position, str(value))

    def field_of(self, name: Name) -> Field | None:
        field = self.known_names[name.name] if isinstance(self.known_names, Mapping) else None
        return field if isinstance(field, Field) else None

    def kind_of(self, name: Name) -> str:
        field = self.field_of(name)
        return field.kind if field else ""

    def operand(self) -> Part:
        token = self.now
        if self.take("("):
            part = self.deeper(self.some)
            if not self.take(")"):
                raise self.refuse(REFUSED.get(self.now.text, "bracket_expected"))
        elif token.kind == "name":
            part = self.name()
        else:
            part = self.constant("list_expected" if token.text == "[" else "value_expected")
        after = self.now
        if after.kind == "sign" and after.text in ("(", "[", "."):
            raise self.refuse({"(": "call", "[": "subscript", ".": "attribute"}[after.text])
        return part

    def name(self) -> Name:
        token = self.now
        self.at += 1
        if self.now.text in ("(", "[", ".") and self.now.kind == "sign":
            raise self.refuse({"(": "call", "[": "subscript", ".": "attribute"}[self.now.text])
        if token.text not in self.known_names:
            raise self.refuse("unknown_name", token)
        return Name(token.text, token.position)

    def constant(self, otherwise: str) -> Constant:
        start = self.now
        negative = self.take("-")
        token = self.now
        if token.kind == "number" and isinstance(token.value, Decimal):
            self.at += 1
            return Constant(-token.value if negative else token.value, start.position)
        if negative:
            raise self.refuse("arithmetic", start)
        if token.kind == "text" and isinstance(token.value, str):
            self.at += 1
            return Constant(token.value, start.position)
        if self.take("true", "True", "false", "False"):
            return Constant(token.text in ("true", "True"), start.position)
        raise self.refuse(REFUSED.get(token.text, otherwise))

    def many(self) -> Operand:
        """What stands right of ``in``: a list of constants or a name (of a set)."""
        start = self.now
        if start.kind == "name":
            return self.name()
        opening = self.take("[", "(")
        if opening is None:
            raise self.refuse("list_expected")
        closing = {"[": "]", "(": ")"}[opening.text]
        if self.take(closing):
            raise self.refuse("empty_list", start)
        items: list[Decimal | str] = []
        while True:
            item = self.constant("list_item")
            if isinstance(item.value, bool):
                raise ExpressionRefused("list_item", item.position)
            items.append(item.value)
            comma = self.take(",")
            if self.take(closing):
                break
            if not comma:
                raise self.refuse("bracket_expected")
        return Items(tuple(items), start.position)
