"""PDF through typst, fonts embedded from the packages installed at set-up; no system library, no network."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import typst
from django.conf import settings

from gongxing.kernel.documents.facts import Sheet

TEMPLATE = Path(__file__).with_name("sheet.typ")


def font_folder() -> Path:
    """Where set-up put the fonts."""
    return Path(settings.BASE_DIR) / "src" / "gongxing" / "site" / "static" / "vendor" / "fonts"


def pdf_of(sheet: Sheet) -> bytes:
    """The document as PDF bytes."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "sheet.typ").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        (root / "sheet.json").write_text(json.dumps(asdict(sheet), ensure_ascii=False), encoding="utf-8")
        made = typst.compile(str(root / "sheet.typ"), root=str(root), font_paths=[str(font_folder())])
    return bytes(made)
