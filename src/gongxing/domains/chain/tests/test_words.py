"""Every reason the engine of chains can give has its sentence, and every sentence asks only for what the engine tells."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gongxing.engines.chain as engine
from gongxing.domains.chain.sentences import SENTENCES
from gongxing.domains.chain.words import figure, percent, sentence
from gongxing.engines.reasons import Reason

pytestmark = pytest.mark.once

FOLDER = Path(engine.__file__).parent
CHECKER = "chain.check."  # what the independent checker finds wrong is a fault of the program, never shown
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
ENDINGS = {
    "chain.rule.": [f"{rule}.{word}" for rule in ("local_rate", "location_quotient", "above_scale", "single_supplier", "strong_quotient", "strong_above_scale") for word in ("fired", "clear", "unknown")],
    "chain.gazelle.": ["yes", "no", "unknown"],
    "chain.limit.": ["unknown", "binding", "slack"],
    "chain.compare.": [f"{what}_{way}" for what in ("suppliers", "building") for way in ("came", "went")],
    "chain.fusion.": ["shared_input", "shared_customer", *(f"{channel}.share" for channel in ("by_product", "shared_input", "shared_customer", "support"))],
}  # fmt: skip


def reasons() -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """(where, code or its fixed beginning, details; None: given as a mapping) of every ``Reason.of`` of the engine."""
    for path in sorted(FOLDER.glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "of"):
                continue
            if not (isinstance(call.func.value, ast.Name) and call.func.value.id == "Reason") or not call.args:
                continue
            names = [word.arg for word in call.keywords]
            details = None if None in names else frozenset(name for name in names if name)
            first = call.args[0]
            if isinstance(first, ast.Constant):
                yield path.name, str(first.value), details
            elif isinstance(first, ast.JoinedStr) and isinstance(first.values[0], ast.Constant):
                yield path.name, f"{first.values[0].value!s}*", details


FOUND = list(reasons())
TOLD = {
    code: frozenset().union(*(details for _where, other, details in FOUND if other == code and details is not None))
    for code in {code for _where, code, _details in FOUND}
}
"""All details told under a code or a fixed beginning, wherever in the engine."""


def test_the_engine_is_read() -> None:
    assert len({code for _where, code, _details in FOUND}) > 60


@pytest.mark.parametrize(("where", "code", "details"), FOUND)
def test_every_code_has_a_sentence(where: str, code: str, details: frozenset[str] | None) -> None:
    if code.startswith(CHECKER):
        return
    codes = [f"{code[:-1]}{ending}" for ending in ENDINGS[code[:-1]]] if code.endswith("*") else [code]
    for one in codes:
        assert one in SENTENCES, f"{where}: {one}"
        if details is not None:
            assert set(PLACEHOLDER.findall(str(SENTENCES[one]))) <= TOLD[code], one


def test_codes_that_stand_in_variables_have_sentences() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    written = set(
        re.findall(
            r'"(chain\.(?!weight|score|value|link|gap|rank|demand|data|robust|lq|dependence|critical|weak|strong)[a-z_.]+[a-z])"',
            text,
        )
    )
    left = {code for code in written if code not in SENTENCES and not code.startswith(CHECKER)}
    assert left <= {"chain.confidence.chain_firms"}  # a parameter


def test_numbers_read_as_people_write_them() -> None:
    assert [figure(one) for one in ("12345.678", "86.449", "0.3700", "5", "x", "nan")] == [
        "12,346",
        "86.4",
        "0.37",
        "5",
        "",
        "",
    ]
    assert percent("0.145") == "14.5%"
    share = Reason.of("chain.rule.local_rate.fired", value="0.2", line="0.3", low="0.2")
    assert sentence(share) == "本地配套率 20%，低于 30%"
    assert (
        sentence(Reason.of("chain.growth.no_rate", first="2022", last="2025"))
        == "2022 年或 2025 年没有数，算不出年均增长"
    )
    assert sentence(Reason.of("chain.nobody.knows")) == "chain.nobody.knows"
    left_out = Reason.of("chain.act.fill_link")
    assert sentence(left_out) == "本地没有，下游有 — 个环节要买"
