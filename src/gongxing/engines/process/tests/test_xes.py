"""XES: the strict reader and the full parser say the same of every file, however it is written; bombs and broken files are refused."""

import gzip
from datetime import timedelta, timezone
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.engines.process import EventLog, Refused, read_xes, rows_of
from gongxing.engines.process.log import log_of
from gongxing.engines.process.scanning import scanned
from gongxing.engines.process.spans import PAD, Block
from gongxing.engines.process.xes import WANTED, _plain_head, xes_entries

BUSY = [HealthCheck.too_slow]
CHINA = timezone(timedelta(hours=8))
HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<log xes.version="1.0">\n<extension name="Time" prefix="time" uri="u"/>\n'
)


def event(name: str = "受理", time: str = "2026-03-02T09:00:00.000+08:00", more: str = "") -> str:
    """One event in the plainest form."""
    return (
        f'<event>\n<string key="concept:name" value="{name}"/>\n<string key="org:resource" value="r1"/>\n'
        f'<string key="lifecycle:transition" value="complete"/>\n{more}<date key="time:timestamp" value="{time}"/>\n</event>\n'
    )


def trace(*events: str, name: str = "GX-1", more: str = "") -> str:
    """One trace; its name first."""
    return f'<trace>\n<string key="concept:name" value="{name}"/>\n{more}{"".join(events)}</trace>\n'


def file(*traces: str, head: str = HEAD) -> bytes:
    return (head + "".join(traces) + "</log>\n").encode()


def read_fast(data: bytes) -> bool:
    """Whether the strict reader takes the file."""
    first = data.find(b"<trace")
    return first >= 0 and _plain_head(data, first) and scanned(Block(data + PAD), first, WANTED) is not None


def told(log: EventLog) -> tuple[object, ...]:
    return rows_of(log), log.zone, log.faults


LATER = event("办结", "2026-03-04T17:30:00.000+08:00")
PLAIN = file(trace(event(), LATER), trace(event("受理", "2026-03-03T10:00:00Z"), name="GX-2"))


def test_a_plain_file_is_read_by_the_strict_reader() -> None:
    assert read_fast(PLAIN)
    log = read_xes(PLAIN)
    assert [(case, activity, resource, step) for case, activity, _, resource, _, step in rows_of(log)] == [
        ("GX-1", "受理", "r1", "complete"),
        ("GX-1", "办结", "r1", "complete"),
        ("GX-2", "受理", "r1", "complete"),
    ]
    # 2026-03-02 01:00 UTC is 20,514 days and an hour after the epoch.
    assert log.time.tolist() == [
        (20514 * 24 + 1) * 3_600_000_000,
        (20516 * 24 + 9) * 3_600_000_000 + 1_800_000_000,
        (20515 * 24 + 10) * 3_600_000_000,
    ]
    assert (log.cases, log.events, log.zone, log.faults) == (2, 3, "utc", ())


NASTY = {
    "comment": file("<!-- <trace> is not meant here -->", trace(event(), "<!-- <event> -->", LATER)),
    "nested attribute": file(
        trace(event(more='<string key="a" value="b"><string key="concept:name" value="no"/></string>'), LATER)
    ),
    "list": file(
        trace(event(more='<list key="l"><values><string key="concept:name" value="no"/></values></list>'), LATER)
    ),
    "single quotes": PLAIN.replace(b'key="concept:name"', b"key='concept:name'"),
    "value before key": file(trace(event(more='<string value="v" key="k"/>'), LATER)),
    "blank before the slash": PLAIN.replace(b'complete"/>', b'complete" />'),
    "more attributes": PLAIN.replace(b"<trace>", b'<trace id="7">'),
    "character data": file(trace(event(), "some text", LATER)),
    "cdata": file(trace(event(), "<![CDATA[<event>]]>", LATER)),
    "processing instruction": file(trace(event(), "<?say <event> ?>", LATER)),
    "own prefix": PLAIN.replace(b"<log ", b'<x:log xmlns:x="u" ').replace(b"</log>", b"</x:log>"),
    "character number": file(trace(event("a&#65;b"), LATER)),
    "name after the events": file(f'<trace>{event()}{LATER}<string key="concept:name" value="GX-9"/></trace>'),
    "two names": file(trace(event(more='<string key="concept:name" value="second"/>'), LATER)),
    "empty event": file(trace(event(), "<event/>", LATER)),
    "empty trace": file("<trace/>", trace(event())),
    "entities": file(trace(event("a &amp;&lt;&gt;&quot;&apos; b"), event("a &amp;amp; b"))),
    "line break in a value": file(trace(event("one\n\ttwo"), LATER)),
    "two spellings of one text": file(trace(event("a'b"), event("a&apos;b", "2026-03-05T00:00:00Z"))),
    "UTF-16": (HEAD.replace("UTF-8", "UTF-16") + trace(event(), LATER) + "</log>").encode("utf-16"),
    "Latin-1": (HEAD.replace("UTF-8", "ISO-8859-1") + trace(event("café")) + "</log>").encode("latin-1"),
    "byte order mark": b"\xef\xbb\xbf" + PLAIN,
    "one line": PLAIN.replace(b"\n", b""),
    "deep white space": PLAIN.replace(b"\n", b"\r\n" + b"\t " * 30),
    "greater-than in a value": file(trace(event("a > b"), LATER)),
    "no name": file(f"<trace>{event()}</trace>", trace(LATER)),
    "name twice": file(trace(event()), trace(LATER)),
    "event outside": file(event(), trace(LATER)),
    "no time": file(trace(event().replace("time:timestamp", "time:other"), LATER)),
    "unreadable time": file(trace(event(time="soon"), LATER)),
    "no activity": file(trace(event(""), LATER)),
    "out of order": file(trace(LATER, event())),
    "number as name": file(trace(event("7").replace('<string key="concept', '<int key="concept'), LATER)),
    "attribute after the traces": file(trace(event()), '<string key="concept:name" value="a log"/>'),
    "no traces": file(),
}
STRICT = {
    "entities", "line break in a value", "two spellings of one text", "byte order mark", "one line", "deep white space", "greater-than in a value",
    "no name", "name twice", "no time", "unreadable time", "no activity", "out of order", "number as name", "name after the events",
}  # fmt: skip


@pytest.mark.parametrize("kind", NASTY)
def test_both_readers_say_the_same(kind: str) -> None:
    data = NASTY[kind]
    assert told(read_xes(data)) == told(log_of(xes_entries(data, fast=False)))
    assert told(read_xes(gzip.compress(data))) == told(read_xes(data))
    assert read_fast(data) == (kind in STRICT)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("comment", ["受理", "办结"]),
        ("nested attribute", ["受理", "办结"]),
        ("list", ["受理", "办结"]),
        ("character number", ["aAb", "办结"]),
        ("two names", ["second", "办结"]),
        ("UTF-16", ["受理", "办结"]),
        ("Latin-1", ["café"]),
        ("entities", ["a &<>\"' b", "a &amp; b"]),
        ("line break in a value", ["one  two", "办结"]),
        ("two spellings of one text", ["a'b", "a'b"]),
        ("out of order", ["受理", "办结"]),
        ("greater-than in a value", ["a > b", "办结"]),
    ],
)
def test_what_nasty_files_say(kind: str, names: list[str]) -> None:
    log = read_xes(NASTY[kind])
    assert [activity for _, activity, *_ in rows_of(log)] == names
    assert len(log.activity.names) == len(set(names))


@pytest.mark.parametrize(
    ("kind", "faults"),
    [
        ("no name", [("process.case_without_name", 1, ("#1",))]),
        ("name twice", [("process.case_twice", 1, ("GX-1",))]),
        ("empty trace", [("process.case_without_name", 1, ("#1",)), ("process.case_without_events", 1, ("#1",))]),
        ("event outside", [("process.event_outside_case", 1, ())]),
        ("no time", [("process.no_time", 1, ("1 / GX-1 / 受理",))]),
        ("unreadable time", [("process.unreadable_time", 1, ("1 / GX-1 / 受理",))]),
        ("no activity", [("process.no_activity", 1, ("1 / GX-1",))]),
        ("empty event", [("process.no_activity", 1, ("2 / GX-1",)), ("process.no_time", 1, ("2 / GX-1",))]),
    ],
)
def test_what_is_left_out_is_told(kind: str, faults: list[tuple[str, int, tuple[str, ...]]]) -> None:
    log = read_xes(NASTY[kind])
    assert [(fault.code, fault.count, fault.examples) for fault in log.faults] == faults


LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>\n<log>'
    + trace(event("&c;"))
    + "</log>"
).encode()
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE log SYSTEM "file:///etc/hostname"><log><trace></trace></log>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (LAUGHS, "process.document_type"),
        (OUTSIDE, "process.document_type"),
        (LAUGHS.decode().encode("utf-16"), "process.document_type"),
        (PLAIN[:-20], "process.broken_xml"),
        (PLAIN.replace(b"</trace>", b"</event>", 1), "process.broken_xml"),
        (PLAIN.replace("受理".encode(), b"\xff\xfe"), "process.broken_xml"),
        (PLAIN.replace("受理".encode(), b"a < b"), "process.broken_xml"),
        (PLAIN.replace("受理".encode(), b"a\x01b"), "process.broken_xml"),
        (PLAIN.replace("受理".encode(), b"&unknown;"), "process.broken_xml"),
        (PLAIN + b"<log/>", "process.broken_xml"),
        (b"", "process.broken_xml"),
        (b"case,activity\n", "process.broken_xml"),
        (b"<html><trace></trace></html>", "process.not_xes"),
        (gzip.compress(PLAIN)[:-12], "process.broken_gzip"),
        (gzip.compress(PLAIN) + b"more", "process.broken_gzip"),
        (b"\x1f\x8b" + b"\x00" * 40, "process.broken_gzip"),
        (gzip.compress(b"") * 100, "process.broken_gzip"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_xes(data)
    assert refused.value.reason.code == code


def test_a_bomb_is_refused_while_it_is_unpacked() -> None:
    bomb = gzip.compress(HEAD.encode() + b" " * 50_000_000)
    assert len(bomb) < 60_000
    with pytest.raises(Refused) as refused:
        read_xes(bomb, limit=1_000_000)
    assert (refused.value.reason.code, refused.value.reason.details) == ("process.too_large", {"limit": "1000000"})
    with pytest.raises(Refused):
        read_xes(PLAIN, limit=len(PLAIN) - 1)
    assert read_xes(PLAIN, limit=len(PLAIN)).events == 3
    assert read_xes(gzip.compress(PLAIN), limit=len(PLAIN)).events == 3
    half = len(PLAIN) // 2
    assert read_xes(gzip.compress(PLAIN[:half]) + gzip.compress(PLAIN[half:])).events == 3


def test_wide_gaps_and_long_values_are_read_by_the_strict_reader() -> None:
    wide = PLAIN.replace(b"<event>", b"\n" * 5_000_000 + b"<event>", 1).replace(b"r1", b"r" * 5_000_000, 1)
    assert read_fast(wide)
    assert [len(who) for _, _, _, who, *_ in rows_of(read_xes(wide))] == [5_000_000, 2, 2]
    assert not read_fast(PLAIN.replace(b"<event>", b"\n" * 500 + b"." + b"\n" * 500 + b"<event>", 1))


def test_naive_and_aware_times_in_one_log_need_a_zone() -> None:
    mixed = file(trace(event(time="2026-03-02T09:00:00"), event("办结", "2026-03-02T02:00:00Z")))
    with pytest.raises(Refused) as refused:
        read_xes(mixed)
    assert (refused.value.reason.code, refused.value.reason.details) == (
        "process.mixed_zones",
        {"naive": "1", "aware": "1"},
    )
    log = read_xes(mixed, CHINA)  # 09:00 in China is 01:00 UTC: before 02:00 UTC
    assert [activity for _, activity, *_ in rows_of(log)] == ["受理", "办结"]
    assert (log.zone, int(log.time[1] - log.time[0])) == ("utc", 3_600_000_000)
    naive = read_xes(file(trace(event(time="2026-03-02T09:00:00"))))
    assert (naive.zone, naive.time.tolist()) == ("wall", [(20514 * 24 + 9) * 3_600_000_000])


def test_pieces_do_not_show() -> None:
    many = file(
        *(
            trace(event(), event(f"步{k % 7}", f"2026-03-{k % 28 + 1:02d}T12:00:00Z"), name=f"GX-{k}")
            for k in range(200)
        )
    )
    block = Block(many + PAD)
    whole, parts = (scanned(block, many.find(b"<trace"), WANTED, piece) for piece in (1 << 30, 300))
    assert whole is not None and parts is not None
    assert whole.trace.tolist() == parts.trace.tolist() == [k // 2 for k in range(400)]
    assert whole.times.micros.tolist() == parts.times.micros.tolist()
    for key, texts in whole.of_event.items():
        other = parts.of_event[key]
        named, others = [*texts.texts, None], [*other.texts, None]
        assert [named[code] for code in texts.codes] == [others[code] for code in other.codes]


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20) | st.sampled_from(
    ["a&b", "<x>", '"', "'", "é" * 9, "", "0"]
)
keys = st.sampled_from(
    [
        "concept:name",
        "time:timestamp",
        "org:resource",
        "org:group",
        "lifecycle:transition",
        "concept:nam",
        "other",
        "concept:namf",
    ]
)
moments = st.datetimes().map(lambda when: when.isoformat() + "Z") | st.sampled_from(
    ["2026-02-30T00:00:00Z", "2026-03-01", ""]
)


@st.composite
def attributes(draw: st.DrawFn) -> str:
    key = draw(keys)
    value = draw(moments if key == "time:timestamp" else texts)
    kind = draw(st.sampled_from(["string", "date", "int", "id", "boolean", "float"]))
    if draw(st.integers(0, 30)):
        return f"<{kind} key={quoteattr(key)} value={quoteattr(value)}/>"
    return f"<{kind} value={quoteattr(value)}\n key={quoteattr(key)}></{kind}>"


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """XES of all sorts, with gaps and, now and then, what the strict reader does not take."""
    gap = st.sampled_from(["", "\n", "\n\t\t", " " * 17])
    parts = [HEAD]
    for _ in range(draw(st.integers(0, 4))):
        parts.append(draw(gap) + "<trace>")
        for _ in range(draw(st.integers(0, 4))):
            if draw(st.booleans()):
                parts.append(draw(gap) + draw(attributes()))
            else:
                inside = "".join(draw(gap) + draw(attributes()) for _ in range(draw(st.integers(0, 5))))
                parts.append(f"{draw(gap)}<event>{inside}{draw(gap)}</event>")
        parts.append(draw(gap) + "</trace>" + draw(st.sampled_from(["", "", "", "<!-- c -->"])))
    return ("".join(parts) + "\n</log>").encode()


@settings(max_examples=300, deadline=None, suppress_health_check=BUSY)
@given(files())
def test_both_readers_say_the_same_of_any_file(data: bytes) -> None:
    assert told(read_xes(data, CHINA)) == told(log_of(xes_entries(data, fast=False), CHINA))
