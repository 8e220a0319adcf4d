"""Reading XES (IEEE 1849), plain or gzip: the fast reader first, the full parser (expat) for whatever is not in its strict form.

The projection: from each event ``concept:name``, ``lifecycle:transition``, ``org:resource``, ``org:group`` and ``time:timestamp``, from each
trace ``concept:name``. Other attributes, also those inside lists, are passed over. A DOCTYPE is refused before anything in it is expanded.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Any, NoReturn
from xml.parsers import expat
from xml.sax.saxutils import unescape

import numpy as np

from gongxing.engines.process.log import UNKNOWN, Column, Entries, EventLog, Fault, Refused, log_of
from gongxing.engines.process.scanning import Scanned, Texts, Wanted, scanned
from gongxing.engines.process.spans import Block
from gongxing.engines.process.times import Times, of_texts
from gongxing.engines.process.unpacking import LIMIT, unpacked

NAME, LIFECYCLE, RESOURCE, GROUP, TIME = (
    "concept:name",
    "lifecycle:transition",
    "org:resource",
    "org:group",
    "time:timestamp",
)
KEYS = (NAME, LIFECYCLE, RESOURCE, GROUP, TIME)
WANTED = Wanted(NAME.encode(), tuple(key.encode() for key in KEYS[:-1]), TIME.encode())
ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id", "list", "container"})
ENTITIES = {"&quot;": '"', "&apos;": "'"}
DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
CASES = re.compile(rb"<(?:[^\s<>/]+:)?(?:event|trace)\b")
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
WHITE = re.compile("\r\n|[\r\n\t]")
UNNAMED = "#"


def _parser() -> Any:
    """A parser that reads no document type: no entity can be declared, so none can be expanded."""
    parser = expat.ParserCreate()

    def refuse(*_ignored: object) -> NoReturn:
        raise Refused("process.document_type")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser


def _broken(error: expat.ExpatError) -> Refused:
    return Refused(
        "process.broken_xml", line=str(error.lineno), detail=expat.errors.messages.get(error.code, str(error))
    )


def _plain_head(data: bytes | bytearray, start: int) -> bool:
    """Whether what stands before the first trace is well-formed UTF-8 without events that leaves us right inside ``<log>``. ``Refused`` at a
    DOCTYPE."""
    declared = DECLARED.match(data)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        return False
    if CASES.search(data, 0, start):
        return False
    parser = _parser()
    try:
        parser.Parse(data[:start], False)
        parser.Parse(b"</log>", True)
    except expat.ExpatError:
        return False
    return True


def _text(raw: bytes) -> str:
    """An attribute's value as a parser would hand it over. UnicodeError where it is no UTF-8 or has a character XML does not."""
    text = raw.decode("utf-8")
    if "&" not in text and text.isprintable():
        return text
    if NO_XML.search(text):
        raise UnicodeError("a character XML does not have")
    return unescape(WHITE.sub(" ", text), ENTITIES)


def _column(found: Texts) -> Column:
    """Texts as a column; two that are written differently and read the same share a code."""
    known = Column.of([_text(raw) for raw in found.texts])
    return Column(np.append(known.codes, np.int32(UNKNOWN))[found.codes], known.names)


def _from_scan(found: Scanned) -> Entries:
    """Entries of what the fast reader found. UnicodeError where a wanted value is no text of XML."""
    texts = [*map(_text, found.names.texts), ""]
    cases, faults = _named(
        [texts[code] for code in found.names.codes.tolist()],
        np.bincount(found.trace, minlength=len(found.names.codes)).tolist(),
    )
    case = Column.of(cases)
    activity, lifecycle, resource, group = (_column(found.of_event[key]) for key in WANTED.texts)
    case = Column(case.codes[found.trace], case.names)
    return Entries(case, activity, lifecycle, resource, group, found.times, Times.none(len(found.trace)), faults)


def _named(names: list[str], sizes: list[int]) -> tuple[list[str], tuple[Fault, ...]]:
    """Names of all cases, ``#`` and their number for those without; and what is to be said of nameless, empty and repeated ones."""
    nameless = [k for k, name in enumerate(names) if not name]
    empty = [k for k, size in enumerate(sizes) if not size]
    filled = [name or f"{UNNAMED}{k + 1}" for k, name in enumerate(names)]
    seen: set[str] = set()
    twice = [name for name in filled if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
    told = (
        ("process.case_without_name", nameless, [filled[k] for k in nameless[:5]]),
        ("process.case_without_events", empty, [filled[k] for k in empty[:5]]),
        ("process.case_twice", twice, twice[:5]),
    )
    return filled, tuple(Fault(code, len(which), tuple(examples)) for code, which, examples in told if which)


class _Reading:
    """Handlers of the full parser: the wanted attributes right inside traces and events, at any writing XML allows."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.names: list[str] = []
        self.sizes: list[int] = []
        self.trace: list[int] = []
        self.values: dict[str, list[str]] = {key: [] for key in KEYS}
        self.event: dict[str, str] = {}
        self.outside = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = tag.rpartition(":")[2]
        above = self.path[-1] if self.path else ""
        self.path.append(tag)
        if not above:
            if tag != "log":
                raise Refused("process.not_xes", root=tag[:40])
        elif tag == "trace" and above == "log":
            self.names.append("")
            self.sizes.append(0)
        elif tag == "event":
            self.event = {}
        elif above == "event" and tag in ATTRIBUTES:
            self.event[attributes.get("key", "")] = attributes.get("value", "")
        elif above == "trace" and tag in ATTRIBUTES and attributes.get("key") == NAME:
            self.names[-1] = attributes.get("value", "")

    def end(self, tag: str) -> None:
        """An element ends."""
        self.path.pop()
        if tag.rpartition(":")[2] != "event":
            return
        if self.path != ["log", "trace"]:
            self.outside += 1
            return
        self.sizes[-1] += 1
        self.trace.append(len(self.names) - 1)
        for key, column in self.values.items():
            column.append(self.event.get(key, ""))

    def entries(self) -> Entries:
        """All that was read."""
        cases, faults = _named(self.names, self.sizes)
        if self.outside:
            faults = (*faults, Fault("process.event_outside_case", self.outside))
        column = Column.of(cases)
        case = Column(column.codes[np.array(self.trace, np.int64)], column.names)
        activity, lifecycle, resource, group = (Column.of(self.values[key]) for key in KEYS[:-1])
        times, starts = of_texts(self.values[TIME]), Times.none(len(self.trace))
        return Entries(case, activity, lifecycle, resource, group, times, starts, faults)


def _with_parser(data: bytes | bytearray) -> Entries:
    """All entries by the full parser."""
    parser, reading = _parser(), _Reading()
    parser.StartElementHandler, parser.EndElementHandler = reading.start, reading.end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise _broken(error) from error
    return reading.entries()


def xes_entries(data: bytes, limit: int = LIMIT, fast: bool = True) -> Entries:
    """What a XES file says, in its order. ``fast=False`` uses the full parser alone (tests compare the two)."""
    padded = unpacked(data, limit)
    block = Block(padded)
    first = block.data.find(b"<trace", 0, block.size) if fast else -1
    if first >= 0 and _plain_head(block.data, first):
        found = scanned(block, first, WANTED)
        if found is not None:
            try:
                return _from_scan(found)
            except UnicodeError:  # the parser tells the line
                pass
    return _with_parser(block.data[: block.size])


def read_xes(data: bytes, zone: tzinfo | None = None, limit: int = LIMIT) -> EventLog:
    """The log in a XES file (``.xes`` or ``.xes.gz``), of at most ``limit`` bytes once unpacked.

    ``zone``: the zone of times that name none. ``Refused`` where the file is too large, broken, no XES, has a DOCTYPE, or mixes times with and
    without a zone while none is given."""
    return log_of(xes_entries(data, limit), zone)
