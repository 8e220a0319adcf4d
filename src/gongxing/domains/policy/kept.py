"""Columns a job has laid down for every process: whoever looks first after an import reads a file instead of the registers.

A file holds one part of the columns at one state. The state is named by the hashes of the links of the trail in which the registers were last written to, so
that a database put back from a copy never meets columns of another history. A file that is absent, torn or of another state counts as none.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from gongxing.domains.policy.fields import ENTRIES, FIRM
from gongxing.kernel.audit.models import Link
from gongxing.kernel.audit.revision import EPOCH

FOLDER = "kept"
LAYOUT = "1:" + ",".join(ENTRIES[FIRM])
"""Which fields a file can hold, and by which rules: a file of another version of the site is none. To be counted up when a rule changes."""
Values = dict[str, list[Any]]
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
    try:
        with _path(name).open(encoding="utf-8") as file:
            return bool(json.loads(file.readline()) == list(state))
    except (OSError, ValueError):
        return False


def read(name: str, state: State | None) -> Part | None:
    """The part as it was laid down at this state; None where it was not."""
    if state is None:
        return None
    try:
        with _path(name).open(encoding="utf-8") as file:
            if json.loads(file.readline()) != list(state):
                return None
            told = json.loads(file.readline())
    except (OSError, ValueError):
        return None
    return Part(told["heads"], {field: _typed(field, values) for field, values in told["values"].items()})


def write(name: str, state: State, part: Part) -> None:
    """Lay a part down in place of an older one, whole or not at all. OSError where the folder takes no file."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "heads": part.heads,
        "values": {field: [_plain(one) for one in values] for field, values in part.values.items()},
    }
    scrap = path.with_suffix(f".{os.getpid()}")
    try:
        scrap.write_text(f"{json.dumps(state)}\n{json.dumps(told)}\n", encoding="utf-8")
        scrap.replace(path)
    finally:
        scrap.unlink(missing_ok=True)


def _path(name: str) -> Path:
    return Path(settings.DATA_DIR) / FOLDER / f"policy-{name}.json"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def _typed(field: str, values: list[Any]) -> list[Any]:
    kind = ENTRIES[FIRM][field].kind
    if kind == "number":
        return [Decimal(one) if isinstance(one, str) else one for one in values]
    if kind == "date":
        return [one and date.fromisoformat(one) for one in values]
    if kind == "set":
        return [one if one is None else frozenset(one) for one in values]
    return values
