"""Records of engines (frozen dataclasses) as JSON and back, for a process that solves apart from whoever asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from math import isnan
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(thing: Any) -> str:
    """A record as text; NaN becomes null (unknown). ValueError where a figure is infinite."""
    return json.dumps(_known(asdict(thing)), ensure_ascii=False, allow_nan=False, sort_keys=True)


def from_json(kind: type[T], text: str) -> T:
    """What ``to_json`` wrote. ValueError where something is missing, unknown or of another type."""
    made: T = _made(kind, json.loads(text), kind.__name__)
    return made


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _known(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_known(one) for one in value]
    return None if isinstance(value, float) and isnan(value) else value


def _made(kind: Any, raw: Any, where: str) -> Any:
    """``raw`` as a value of the declared type."""
    origin, parts = get_origin(kind), get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, raw, where)
    if origin in (Union, UnionType):
        return None if raw is None else _made(next(one for one in parts if one is not type(None)), raw, where)
    if origin is Literal:
        if raw not in parts:
            raise ValueError(f"{where}: {raw!r} is none of {parts}")
        return raw
    if origin is tuple and isinstance(raw, list):
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(_made(parts[0], one, f"{where}[{k}]") for k, one in enumerate(raw))
        return tuple(_made(part, one, where) for part, one in zip(parts, raw, strict=True))
    if origin is Mapping and isinstance(raw, dict):
        return {key: _made(parts[1], one, f"{where}.{key}") for key, one in raw.items()}
    if kind is float and isinstance(raw, int | float) and not isinstance(raw, bool):
        return float(raw)
    if isinstance(kind, type) and type(raw) is kind:
        return raw
    raise ValueError(f"{where}: {raw!r} is not {kind}")


def _record(kind: Any, raw: Any, where: str) -> Any:
    known = {one.name for one in fields(kind)}
    if not isinstance(raw, dict) or not raw.keys() <= known:
        raise ValueError(f"{where}: expected an object with {sorted(known)}")
    hints = get_type_hints(kind)
    try:
        return kind(**{name: _made(hints[name], one, f"{where}.{name}") for name, one in raw.items()})
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from error
