"""Every code ``kernel.maps`` can say has a sentence of the land stage, and every sentence can be filled with nothing known."""

import re
from pathlib import Path

import pytest

import gongxing.kernel.maps
from gongxing.domains.land.mapfiles.said import NOT_READ, WORDS, refused, said
from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps.bundle import UNREAD
from gongxing.kernel.maps.validity import _WHY

CODE = re.compile(r"""(?:Reason\.of|Fault)\(\s*"([a-z_0-9]+\.[a-z_0-9]+)\"""")
FAULT = re.compile(r"""result\.fault\(\s*[^"]*?"([a-z_]+\.[a-z_]+)\"""")
MADE = {"file.several", "layer.several", "sheet.several", "encoding.doubtful", "encoding.not_as_declared", "shape.not_area", "shape.not_line", "shape.not_point", "system.datum_unknown"}  # fmt: skip


def codes() -> set[str]:
    folder = Path(next(iter(gongxing.kernel.maps.__path__)))
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py") if "tests" not in path.parts]
    found = {code for text in texts for pattern in (CODE, FAULT) for code in pattern.findall(text)}
    return found | MADE | set(_WHY.values())


def test_every_code_has_words() -> None:
    assert codes() - set(WORDS) - {"file.not_read"} == set()
    assert len(codes()) > 70 and set(UNREAD.values()) <= set(NOT_READ)


@pytest.mark.parametrize("code", sorted(WORDS))
def test_words_can_be_filled(code: str) -> None:
    details = dict.fromkeys(re.findall(r"%\((\w+)\)", str(WORDS[code])), "1")
    for given in (
        details,
        {**details, "datum": "cgcs2000", "kind": "zone", "width": "3", "meridian": "108", "prefix": "36"},
    ):
        text = said(Reason.of(code, **given))
        assert text and "%(" not in text and code not in text
    assert "%(" not in refused(Fault(code, **details))


def test_what_cannot_be_read_says_what_to_do_instead() -> None:
    assert "另存为 DXF" in refused(Fault("file.not_read", name="a.dwg", kind="dwg"))
