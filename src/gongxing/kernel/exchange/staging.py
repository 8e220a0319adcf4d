"""What a check hands to the write: one JSON line for each good row, in a file of the data folder."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from gongxing.kernel.exchange.models import ImportChange, ImportSession

ENCODE = json.JSONEncoder(ensure_ascii=False).encode
Texts = Mapping[str, str | None]


def folder() -> Path:
    """Where files wait that are not finished."""
    return Path(settings.DATA_DIR) / "staging"


def staging_path(session: ImportSession) -> Path:
    """Where the good rows of a session wait."""
    return folder() / f"import-{session.pk}.jsonl"


@dataclass(frozen=True)
class Staged:
    """One good row: ``number`` in the file, its fields as the trail's text. ``key`` and ``version`` of the row it changes, None for a
    new one. ``chosen`` are the fields of disputed cells for which somebody decided that the file is right."""

    number: int
    values: Texts
    key: int | None = None
    version: int = 0
    chosen: Texts | None = None


def encode(row: Staged, disputes: Mapping[str, Texts]) -> str:
    """The line of a row. ``disputes``: column → what the file would write, kept in case somebody decides so."""
    line = {"n": row.number, "v": row.values}
    if row.key is not None:
        line |= {"id": row.key, "ver": row.version}
    if disputes:
        line["d"] = disputes
    return ENCODE(line) + "\n"


def staged(session: ImportSession) -> Iterator[Staged]:
    """The rows of a session that are to be written, with what was decided about disputed cells; others keep what is stored."""
    decided = set(
        ImportChange.objects.filter(session=session, choice=ImportChange.Choice.MINE).values_list("row", "column")
    )
    with staging_path(session).open(encoding="utf-8") as lines:
        for raw in lines:
            line = json.loads(raw)
            chosen: dict[str, str | None] = {}
            for column, texts in line.get("d", {}).items():
                if (line["n"], column) in decided:
                    chosen.update(texts)
            if line["v"] or chosen:
                yield Staged(line["n"], line["v"], line.get("id"), line.get("ver", 0), chosen or None)
