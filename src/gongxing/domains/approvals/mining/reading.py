"""A log file read as it was asked for: its kind by its bytes, the columns of a table, the types of objects, and refusals that say what to do."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gongxing.domains.approvals.models import ProcessLog
from gongxing.engines.process import (
    Columns,
    EventLog,
    Refused,
    flattened,
    paired,
    read_csv,
    read_objects,
    read_xes,
)
from gongxing.engines.process.unpacking import GZIP, LIMIT, unpacked

HEAD, MOST_COLUMNS, LONGEST_NAME = 1 << 16, 200, 200
PARTS = ("case", "activity", "time", "start", "resource", "desk", "lifecycle")
NEEDED = ("case", "activity", "time")
ZONES = ("Asia/Shanghai", "UTC", "Europe/Amsterdam")
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "case": ("case:concept:name", "case_id", "caseid", "case id", "case", "案件号", "件号", "办件编号", "办件号", "申办流水号", "业务编号"),
    "activity": ("concept:name", "activity", "event", "环节", "环节名称", "活动", "办理环节"),
    "time": ("time:timestamp", "timestamp", "complete timestamp", "end_time", "time", "时间", "办理时间", "完成时间", "结束时间"),
    "start": ("start_timestamp", "start timestamp", "start_time", "开始时间"),
    "resource": ("org:resource", "resource", "user", "办理人", "经办人", "岗位"),
    "desk": ("org:group", "department", "group", "科室", "部门", "办理部门"),
    "lifecycle": ("lifecycle:transition", "transition", "lifecycle"),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """How a file is read: names of columns by part (CSV), the type of object that is a case (OCEL), the zone of times that name none."""

    columns: tuple[tuple[str, str], ...] = ()
    type: str = ""
    zone: str = ""

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Asked":
        """As a row keeps it."""
        return cls(
            tuple((str(part), str(name)) for part, name in raw.get("columns", ())),
            str(raw.get("type", "")),
            str(raw.get("zone", "")),
        )

    def plain(self) -> dict[str, Any]:
        """For a row to keep."""
        return {"columns": [list(one) for one in self.columns], "type": self.type, "zone": self.zone}


def kind_of(data: bytes, limit: int = LIMIT) -> str:
    """xes, csv or ocel by the first bytes. ``Refused`` where the file is empty, or packed and broken."""
    head = _head(data, limit).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.strip(b"\0"):
        raise Refused("process.empty_file")
    if head[:1] == b"<" or head[:4] in (b"\xff\xfe<\x00", b"\xfe\xff\x00<"):
        return ProcessLog.Kind.XES
    return ProcessLog.Kind.OCEL if head[:1] in (b"{", b"[") else ProcessLog.Kind.CSV


def header_of(data: bytes, limit: int = LIMIT) -> list[str]:
    """The names of the columns of a CSV file. ``Refused`` where there are none."""
    head = _head(data, limit)
    for encoding in ("utf-16",) if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        text = (
            head.decode(encoding, errors="ignore" if len(head) == HEAD else "strict") if _fits(head, encoding) else ""
        )
        if text:
            line = text[: text.find("\n") + 1] or text
            delimiter = max(",;\t|", key=line.count)
            names = [name.strip() for name in next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])]
            if len(names) > MOST_COLUMNS or not any(names):
                break
            return [name[:LONGEST_NAME] for name in names]
    raise Refused("process.empty_file" if not head.strip() else "process.unknown_encoding")


def _fits(head: bytes, encoding: str) -> bool:
    """Whether the bytes are of this encoding; the last few may be half a letter."""
    for cut in range(4):
        try:
            head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _head(data: bytes, limit: int) -> bytes:
    """The first bytes, unpacked."""
    if not data.startswith(GZIP):
        return data[:HEAD]
    return bytes(memoryview(unpacked(data, limit))[:HEAD])


def guessed(header: list[str]) -> dict[str, str]:
    """Which column is which, by its name; only names that stand once."""
    known = {name.lower(): name for name in header if header.count(name) == 1}
    found: dict[str, str] = {}
    for part, names in SYNONYMS.items():
        hit = next((known[name] for name in names if name in known and known[name] not in found.values()), "")
        if hit:
            found[part] = hit
    return found


def read(data: bytes, kind: str, asked: Asked, limit: int = LIMIT) -> EventLog:
    """The log, START and COMPLETE paired. ``Refused`` where it cannot be read, has no events, or not everything needed was said."""
    zone = zone_of(asked)
    if kind == ProcessLog.Kind.XES:
        log = read_xes(data, zone, limit)
    elif kind == ProcessLog.Kind.OCEL:
        objects = read_objects(data, limit=limit)
        types = objects.type_counts
        if not asked.type and len(types) != 1:
            raise Refused("process.which_type", types="\x1f".join(types))
        log = flattened(objects, asked.type or next(iter(types)), zone)
    else:
        columns = dict(asked.columns)
        for part in NEEDED:
            if not columns.get(part):
                raise Refused("process.no_column_said", part=part)
        log = read_csv(data, Columns(**columns), zone, limit)
    if not log.events:
        raise Refused("process.no_events")
    return paired(log) if {"start", "complete"} <= {name.lower() for name in log.lifecycle.names} else log


def zone_of(asked: Asked) -> tzinfo | None:
    """The zone of times that name none; None where none was given."""
    return ZoneInfo(asked.zone) if asked.zone in ZONES else None


@lru_cache(maxsize=2)
def read_again(path: Path, kind: str, asked: Asked) -> EventLog:
    """A log that was read before, for a question its kept figures do not answer; the last two stay in memory. A file is named by its content."""
    return read(path.read_bytes(), kind, asked)
