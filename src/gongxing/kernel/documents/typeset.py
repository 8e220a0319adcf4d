"""Setting pages with typst: a template beside its domain, its data as JSON, never as markup. Fonts are those installed at set-up; no
system library, no network.
"""

import json
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings


def font_folder() -> Path:
    """Where set-up put the fonts."""
    return Path(settings.BASE_DIR) / "src" / "gongxing" / "site" / "static" / "vendor" / "fonts"


@lru_cache(maxsize=2)
def _fonts(folder: Path) -> typst.Fonts:
    """Read once a process. Fonts of the machine count only where set-up has brought none: pages look alike on every machine."""
    brought = folder.is_dir()
    return typst.Fonts(include_system_fonts=not brought, font_paths=[str(folder)] if brought else [])


def typeset(
    template: Path,
    data: Mapping[str, Any],
    files: Mapping[str, str] | None = None,
    kind: Literal["pdf", "png"] = "pdf",
    ppi: float = 144,
) -> bytes:
    """Compile a template. It reads ``data`` with ``json("data.json")`` and pictures by the names in ``files``. A PNG is of one page.

    Raises typst.TypstError on a fault in the template.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "main.typ").write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for name, text in (files or {}).items():
            (root / name).write_text(text, encoding="utf-8")
        made = typst.compile(
            str(root / "main.typ"), root=str(root), font_paths=_fonts(font_folder()), format=kind, ppi=ppi
        )
    if isinstance(made, list):
        raise ValueError(f"{template.name}: {len(made)} pages where one was asked for")
    return bytes(made)
