"""Columns a job has laid down for every process: whoever looks first after an import reads a file instead of the registers.

A file holds one part of the columns at one state: a line that names the state, one with what belongs to all rows, one for each field, an end mark. The state is named by the hashes of the links of the trail in which the registers were last written to, so
that a database put back from a copy never meets columns of another history. A file that is absent, torn or of another state counts as none.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from gongxing import __version__
from gongxing.domains.policy.fields import ENTRIES, FIRM
from gongxing.kernel.audit.models import Link
from gongxing.kernel.audit.revision import EPOCH

FOLDER, GAP, END = "kept", "\t", "end"
LAYOUT = f"{__version__}.2:" + ",".join(ENTRIES[FIRM])
"""Which fields a file can hold, and by which rules: a file of another version of the site is none. To be counted up when a rule changes."""
Values = Mapping[str, list[Any]]
State = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Part:
    """Values by field in the order of the rows, and what else belongs to them (lists and mappings of texts and numbers)."""

    heads: Mapping[str, Any]
    values: Values


def state_of(stands: Sequence[int], *more: object) -> State | None:
    """The state of registers by their revisions, and whatever else the part depends on; None where the first of them was never written to. One query."""
    links = [stand % EPOCH for stand in stands]
    if not links[0]:
        return None
    hashes = dict(Link.objects.filter(pk__in=links).values_list("pk", "hash"))
    return (LAYOUT, *(hashes.get(one, "") for one in links), *map(str, more))


def digest(ids: Iterable[int]) -> str:
    """The rows and their order in a word."""
    return sha256(",".join(map(str, ids)).encode()).hexdigest()


def holds(name: str, state: State) -> bool:
    """Whether the part is laid down at this state."""
    return _lines(name, state) is not None


def read(name: str, state: State | None) -> Part | None:
    """The part as it was laid down at this state, its fields to be read as they are asked for; None where it was not."""
    lines = None if state is None else _lines(name, state)
    if lines is None:
        return None
    return Part(json.loads(lines[1]), _Laid(dict(line.split(GAP, 1) for line in lines[2:])))


def write(name: str, state: State, part: Part) -> None:
    """Lay a part down in place of an older one, whole or not at all, for the site's own account alone: figures of firms stand in it. OSError where the
    folder takes no file."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    fields = (f"{field}{GAP}{json.dumps(_plain(field, values))}" for field, values in part.values.items())
    scrap = path.with_suffix(f".{os.getpid()}")
    try:
        private = os.open(scrap, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(private, "w", encoding="utf-8") as file:
            file.write("\n".join((json.dumps(state), json.dumps(part.heads), *fields, END)))
        scrap.replace(path)
    finally:
        scrap.unlink(missing_ok=True)


class _Laid(Mapping[str, list[Any]]):
    """Values by field out of the lines of a file, each line read when it is asked for: clauses ask for few of the fields."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        self._lines = lines

    def __getitem__(self, field: str) -> list[Any]:
        return _typed(field, json.loads(self._lines[field]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def _lines(name: str, state: State) -> list[str] | None:
    """The lines of a whole file of this state, without the end mark."""
    try:
        lines = _path(name).read_text(encoding="utf-8").split("\n")
        whole = lines[-1] == END and json.loads(lines[0]) == list(state)
    except (OSError, ValueError):
        return None
    return lines[:-1] if whole else None


def _path(name: str) -> Path:
    return Path(settings.DATA_DIR) / FOLDER / f"policy-{name}.json"


def _plain(field: str, values: Sequence[Any]) -> Any:
    """What JSON can hold of them; of sets each distinct one once, and which of them every row has."""
    if ENTRIES[FIRM][field].kind == "set":
        places: dict[frozenset[str] | None, int] = {}
        rows = [places.setdefault(one, len(places)) for one in values]
        return [[one if one is None else sorted(one) for one in places], rows]
    return [
        str(one) if isinstance(one, Decimal) else one.isoformat() if isinstance(one, date) else one for one in values
    ]


def _typed(field: str, told: Any) -> list[Any]:
    kind = ENTRIES[FIRM][field].kind
    if kind == "number":
        return [Decimal(one) if isinstance(one, str) else one for one in told]
    if kind == "date":
        return [one and date.fromisoformat(one) for one in told]
    if kind == "set":
        sets = [one if one is None else frozenset(one) for one in told[0]]
        return [sets[at] for at in told[1]]
    return list(told)
