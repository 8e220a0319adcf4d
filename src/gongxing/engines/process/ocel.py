"""Object-centric logs (OCEL 2.0 and 1.0, JSON), seen from one type of object: each object of the type is a case.

An event that concerns several objects of the type stands in the case of each (convergence), one that concerns none of them in none
(deficiency); both are counted, because a map drawn from such a log counts the first more than once and never shows the second.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from gongxing.engines.process.log import EventLog, Fault, Refused
from gongxing.engines.process.spans import PAD
from gongxing.engines.process.table import log_of_columns
from gongxing.engines.process.unpacking import LIMIT, unpacked


@dataclass(frozen=True, slots=True)
class ObjectEvent:
    """One event: its activity, its time as written, the objects it concerns (each once) and who did it ("" unknown)."""

    activity: str
    time: str
    objects: tuple[str, ...]
    resource: str


@dataclass(frozen=True, slots=True)
class ObjectLog:
    """Events in the order of the file, and the type of each object."""

    events: tuple[ObjectEvent, ...]
    types: Mapping[str, str]

    @property
    def type_counts(self) -> dict[str, int]:
        """How many objects of each type there are: what a user chooses a case from."""
        counts: dict[str, int] = {}
        for kind in self.types.values():
            counts[kind] = counts.get(kind, 0) + 1
        return dict(sorted(counts.items()))


def _records(raw: Any, name: str) -> list[dict[str, Any]]:
    """A list of objects under a name. ``Refused`` where it is anything else."""
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise Refused("process.not_ocel", part=name)
    return raw


def _mapped(raw: Any, name: str) -> Iterator[dict[str, Any]]:
    """The members of an object of objects under a name, as records with their ``id``."""
    if not isinstance(raw, dict) or not all(isinstance(one, dict) for one in raw.values()):
        raise Refused("process.not_ocel", part=name)
    for key, one in raw.items():
        yield {**one, "id": key}


def _word(raw: Any) -> str:
    return raw if isinstance(raw, str) else "" if raw is None else str(raw)


def _second(raw: dict[str, Any], resource: str) -> ObjectLog:
    """OCEL 2.0."""
    types = {_word(one.get("id")): _word(one.get("type")) for one in _records(raw.get("objects"), "objects")}
    events = []
    for one in _records(raw.get("events"), "events"):
        related = _records(one.get("relationships") or [], "relationships")
        values = {
            _word(item.get("name")): item.get("value") for item in _records(one.get("attributes") or [], "attributes")
        }
        objects = dict.fromkeys(_word(item.get("objectId")) for item in related)
        events.append(
            ObjectEvent(_word(one.get("type")), _word(one.get("time")), tuple(objects), _word(values.get(resource)))
        )
    return ObjectLog(tuple(events), types)


def _first(raw: dict[str, Any], resource: str) -> ObjectLog:
    """OCEL 1.0."""
    types = {one["id"]: _word(one.get("ocel:type")) for one in _mapped(raw.get("ocel:objects"), "ocel:objects")}
    events = []
    for one in _mapped(raw.get("ocel:events"), "ocel:events"):
        objects, values = one.get("ocel:omap") or [], one.get("ocel:vmap") or {}
        if not isinstance(objects, list) or not isinstance(values, dict):
            raise Refused("process.not_ocel", part="ocel:omap")
        found = tuple(dict.fromkeys(map(_word, objects)))
        events.append(
            ObjectEvent(
                _word(one.get("ocel:activity")), _word(one.get("ocel:timestamp")), found, _word(values.get(resource))
            )
        )
    return ObjectLog(tuple(events), types)


def read_objects(data: bytes, resource: str = "resource", limit: int = LIMIT) -> ObjectLog:
    """The objects and events of an OCEL file (plain or gzip), of at most ``limit`` bytes once unpacked.

    ``resource``: the attribute of events that names who acted. ``Refused`` where the file is too large, no JSON, nested too deeply, or neither
    of the two versions."""
    text = bytes(memoryview(unpacked(data, limit))[: -len(PAD)])
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("process.broken_json", detail=str(error)[:200]) from error
    if isinstance(raw, dict) and "ocel:events" in raw:
        return _first(raw, resource)
    if isinstance(raw, dict) and "events" in raw:
        return _second(raw, resource)
    raise Refused("process.not_ocel", part="events")


def flattened(objects: ObjectLog, kind: str, zone: tzinfo | None = None) -> EventLog:
    """The log whose cases are the objects of type ``kind``. ``Refused`` where no object has it."""
    if kind not in objects.types.values():
        raise Refused("process.no_such_type", type=kind)
    cases: list[str] = []
    chosen: list[ObjectEvent] = []
    none: list[str] = []
    several: list[str] = []
    for one in objects.events:
        mine = [name for name in one.objects if objects.types.get(name) == kind]
        if len(mine) != 1:
            (several if mine else none).append(one.activity)
        cases += mine
        chosen += [one] * len(mine)
    without = sorted({name for name, type_ in objects.types.items() if type_ == kind} - set(cases))
    strangers = sorted({name for one in objects.events for name in one.objects if name not in objects.types})
    told = (
        ("process.event_of_no_case", none),
        ("process.event_of_several_cases", several),
        ("process.case_without_events", without),
        ("process.unknown_object", strangers),
    )
    faults = tuple(Fault(code, len(which), tuple(dict.fromkeys(which))[:5]) for code, which in told if which)
    return log_of_columns(
        cases,
        [one.activity for one in chosen],
        [one.time for one in chosen],
        resource=[one.resource for one in chosen],
        zone=zone,
        faults=faults,
    )
