"""What every ledger must keep, whatever its nouns: list, detail, form, stale, import, export, API, search, bad input.

Each check takes the ledger, the office and a way to log in, and asserts; a domain's tests call them over the whole registry, so that a
ledger declared tomorrow is held to them tomorrow, on whichever database the suite runs. ``nobody`` has no grant, ``alles`` has all.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.column import Kind
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.show import raw_text
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Samples, changeable, holder, make_row, raw_row, whole_form

HUGE = "9" * 40
HOSTILE = ('"><script>', "\x00", "%", HUGE, "-1", "NaN", "2026-02-30")
REFUSED = (400, 404, 409, 422)
JSON = "application/json"


@dataclass(frozen=True)
class Bench:
    """What checks need: the office, the samples, and clients of those who may do everything and nothing."""

    office: Office
    samples: Samples
    log_in: Callable[[str], Client]
    made: dict[tuple[str, int], Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        holder(self.office)

    @cached_property
    def may(self) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(holder(self.office))
        return client

    @property
    def may_not(self) -> Client:
        return self.log_in("nobody")

    def row(self, ledger: Ledger[Any], number: int = 1) -> Row:
        """A row of a ledger, as it is now; the same number gives the same row."""
        slot = (ledger.name, number)
        if slot not in self.made:
            self.made[slot] = make_row(self.samples, ledger, self.office, number)
        self.made[slot].refresh_from_db()
        return self.made[slot]


def state_of(ledger: Ledger[Any]) -> tuple[Any, ...]:
    """Everything a refused write may not have touched: entries, and ids and versions of the ledger's rows."""
    rows = ledger.model._default_manager.order_by("pk").values_list("pk", "version")
    return Entry.objects.count(), list(rows)


def text_of(answer: Any) -> str:
    """The body of an answer, streamed or not."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode("utf-8-sig", "replace"))


def check_list(ledger: Ledger[Any], bench: Bench) -> None:
    """The list shows a row to who may see it, a refusal that names the ledger to who may not, and the log-in to a stranger."""
    row = bench.row(ledger)
    page = bench.may.get(ledger.url)
    assert page.status_code == 200
    assert ledger.row_url(row.pk) in text_of(page)
    denied = bench.may_not.get(ledger.url)
    assert denied.status_code == 403
    assert str(ledger.label) in text_of(denied)
    assert Client().get(ledger.url).status_code == 302


def check_reading_writes_nothing(ledger: Ledger[Any], bench: Bench) -> None:
    """Looking at a list, a row, a form, a filter menu or the API changes no fact."""
    row, client = bench.row(ledger), bench.may
    addresses = [ledger.url, ledger.row_url(row.pk), f"/api/l/{ledger.slug}", f"/api/l/{ledger.slug}/{row.pk}", "/"]
    addresses += [reverse("ledger-facet", args=[ledger.slug, facet]) for facet in ledger.facets]
    if "change" in ledger.verbs:
        addresses.append(reverse("ledger-change", args=[ledger.slug, row.pk]))
    client.get("/")
    with CaptureQueriesContext(connections["default"]) as asked:
        for address in addresses:
            assert client.get(address).status_code == 200, address
    written = [one["sql"] for one in asked if one["sql"].split(" ", 1)[0].upper() in ("INSERT", "UPDATE", "DELETE")]
    assert [sql for sql in written if "django_session" not in sql] == []


def check_list_order(ledger: Ledger[Any], bench: Bench) -> None:
    """Every sortable column sorts both ways, every facet opens and filters, every preset answers."""
    bench.row(ledger)
    client = bench.may
    for column in ledger.columns:
        if column.sort:
            for sign in ("", "-"):
                page = client.get(ledger.url, {"sort": f"{sign}{column.name}"})
                assert page.status_code == 200
                assert not page.context["faults"], column.name
    for facet in ledger.facets:
        menu = client.get(reverse("ledger-facet", args=[ledger.slug, facet]))
        assert menu.status_code == 200
        assert client.get(ledger.url, {f"f.{facet}": "~"}).status_code == 200
    for preset in ledger.presets:
        assert client.get(f"{ledger.url}?{preset.asked}").status_code == 200
    assert client.get(reverse("ledger-view-counts", args=[ledger.slug])).status_code == 200


def check_bad_addresses(ledger: Ledger[Any], bench: Bench) -> None:
    """No address of a list or row, however mangled, is an error of the program."""
    bench.row(ledger)
    client, sorts = bench.may, [column.name for column in ledger.columns if column.sort]
    for word in HOSTILE:
        facets = {f"f.{facet}": word for facet in ledger.facets}
        ranges = {f"{side}.{name}": word for name in sorts for side in ("min", "max")}
        for asked in (
            {"q": word, "size": word, "sort": word, **facets, **ranges},
            {"after": word, "page": word},
            {"before": word},
        ):
            for address in (ledger.url, f"/api/l/{ledger.slug}"):
                answer = client.get(address, asked)
                assert answer.status_code < 500, f"{address} {asked}"
    for address in (ledger.row_url(int(HUGE)), ledger.row_url(0), f"/api/l/{ledger.slug}/{HUGE}"):
        assert client.get(address).status_code in REFUSED, address


def check_detail(ledger: Ledger[Any], bench: Bench) -> None:
    """The row's page names every column and its history; who may not see it is told it is not there, or not allowed."""
    row = bench.row(ledger)
    page = bench.may.get(ledger.row_url(row.pk))
    assert page.status_code == 200
    words = text_of(page)
    assert all(str(column.label) in words for column in ledger.columns)
    assert page.context["history"], "a row without a beginning"
    denied = bench.may_not.get(ledger.row_url(row.pk))
    assert denied.status_code in (403, 404)
    assert ledger.row_title(row) not in text_of(denied) or ledger.key == "id"
    assert bench.may.get(ledger.row_url(row.pk + 10_000)).status_code == 404


def check_form(ledger: Ledger[Any], bench: Bench) -> None:
    """The form shows every editable column; filled it makes one row and one entry; empty, or by who may not, nothing."""
    url, raw = reverse("ledger-add", args=[ledger.slug]), raw_row(bench.samples, ledger, 7, bench.office)
    client, before = bench.may, state_of(ledger)
    page = text_of(client.get(url))
    assert all(f'name="{column.name}"' in page for column in ledger.editable)
    assert client.post(url, {}).status_code == 422
    assert bench.may_not.post(url, raw).status_code == 403
    assert Client().post(url, raw).status_code == 302
    assert state_of(ledger) == before
    saved = client.post(url, raw)
    assert saved.status_code == 302, text_of(saved)
    assert ledger.model._default_manager.count() == len(before[1]) + 1
    made = ledger.model._default_manager.order_by("-pk")[0]
    assert Entry.objects.filter(ledger=ledger.name, row=made.pk, row_version=1).count() == 1


def check_no_double(ledger: Ledger[Any], bench: Bench) -> None:
    """The same key again is refused with a sentence, in the form and in the API."""
    if ledger.key == "id":
        return
    raw = raw_row(bench.samples, ledger, 8, bench.office)
    client = bench.may
    assert client.post(reverse("ledger-add", args=[ledger.slug]), raw).status_code == 302
    before = state_of(ledger)
    form = client.post(reverse("ledger-add", args=[ledger.slug]), raw)
    api = client.post(f"/api/l/{ledger.slug}", raw, content_type=JSON)
    assert (form.status_code, api.status_code) == (422, 422)
    assert api.json()["faults"][0]["code"] == "row.duplicate_key"
    assert state_of(ledger) == before


def _other_days(stored: date | None) -> list[str]:
    """Three other days: after a day long past those that follow it, because some days may not lie ahead."""
    first = date(2031, 1, 1) if stored is None or stored > today() - timedelta(days=7) else stored
    return [(first + timedelta(days=more)).isoformat() for more in (1, 2, 3)]


def check_stale(ledger: Ledger[Any], bench: Bench) -> None:
    """A form or a request that knows an old version writes nothing and says so."""
    row, column, client = bench.row(ledger), changeable(ledger), bench.may
    url, form = reverse("ledger-change", args=[ledger.slug, row.pk]), whole_form(ledger, row)
    texts = ["31", "32", "33"] if column.kind in (Kind.DECIMAL, Kind.INTEGER) else ["甲改", "乙改", "丙改"]
    texts = _other_days(getattr(row, column.name)) if column.kind is Kind.DATE else texts
    saved = client.post(url, {**form, column.name: texts[0]})
    assert saved.status_code == 302, text_of(saved)
    before = state_of(ledger)
    stale = client.post(url, {**form, column.name: texts[1]})
    assert stale.status_code == 409
    assert texts[0] in text_of(stale)
    body = {column.name: texts[2], "version": 1}
    assert client.patch(f"/api/l/{ledger.slug}/{row.pk}", body, content_type=JSON).status_code == 409
    assert bench.may_not.post(url, {**form, column.name: texts[1]}).status_code == 403
    assert state_of(ledger) == before
    row.refresh_from_db()
    assert raw_text(column, row) == texts[0]
    assert row.version == 2


def check_api(ledger: Ledger[Any], bench: Bench) -> None:
    """The API shows what the page shows, writes by the same rules, and refuses in the same cases."""
    row, base, client = bench.row(ledger), f"/api/l/{ledger.slug}", bench.may
    listed = client.get(base)
    assert listed.status_code == 200
    assert row.pk in [one["id"] for one in listed.json()["rows"]]
    one = client.get(f"{base}/{row.pk}")
    assert one.status_code == 200
    assert set(one.json()["cells"]) == {column.name for column in ledger.columns}
    for address in (base, f"{base}/{row.pk}"):
        assert Client().get(address).status_code == 401
        assert bench.may_not.get(address).status_code in (403, 404)
    assert bench.may_not.get(base).json()["code"] == "denied"
    raw, before = raw_row(bench.samples, ledger, 9, bench.office), state_of(ledger)
    if "add" not in ledger.verbs:
        assert client.post(base, raw, content_type=JSON).status_code == 405
        assert state_of(ledger) == before
        return
    assert bench.may_not.post(base, raw, content_type=JSON).status_code == 403
    assert client.post(base, {**raw, "nobody_declared_this": 1}, content_type=JSON).status_code == 422
    assert client.post(base, b"{", content_type=JSON).status_code in (400, 422)
    assert state_of(ledger) == before
    made = client.post(base, raw, content_type=JSON)
    assert made.status_code == 200, made.content
    assert made.json()["version"] == 1
    column = changeable(ledger)
    body = {column.name: None, "version": 1}
    changed = client.patch(f"{base}/{made.json()['id']}", body, content_type=JSON)
    assert changed.status_code == (422 if column.required else 200)


def check_bad_cells(ledger: Ledger[Any], bench: Bench) -> None:
    """No value of any type in any column is an error of the program, and what is refused leaves no trace. All columns are wrong at once
    first; those whose cell is not refused then are wrong once more, alone."""
    good = raw_row(bench.samples, ledger, 10, bench.office)
    values: list[Any] = ["\x00", HUGE, "1e400", "2026-02-30", "长" * 10_000, 10**30, True, ["a", "b"], 1.5]
    for value in values:
        refused = _refused(ledger, bench, {**good, **{column.name: value for column in ledger.editable}})
        for column in ledger.editable:
            if column.name not in refused:
                _refused(ledger, bench, {**good, column.name: value})


def _refused(ledger: Ledger[Any], bench: Bench, row: dict[str, Any]) -> set[str]:
    """Send a row; the columns whose cells were refused with a sentence. Taken as it is, a key is double from then on, which is refused
    like anything else."""
    before = state_of(ledger)
    answer = bench.may.post(f"/api/l/{ledger.slug}", row, content_type=JSON)
    assert answer.status_code < 500, f"{ledger.name} { ({name: str(value)[:40] for name, value in row.items()}) }"
    if answer.status_code == 200:
        return set()
    assert state_of(ledger) == before
    faults = answer.json().get("faults", []) if answer.status_code == 422 else []
    assert all(fault["text"] for fault in faults)
    return {fault["column"] for fault in faults}


def check_export(ledger: Ledger[Any], bench: Bench) -> None:
    """The export is the list: its heads are the columns, it holds the row, and only who may export gets it."""
    row = bench.row(ledger)
    url = reverse("exchange-export", args=[ledger.slug])
    sheet = bench.may.post(url, {"format": "csv"})
    assert sheet.status_code == 200
    lines = list(csv.reader(io.StringIO(text_of(sheet))))
    heads = next(line for line in lines if str(ledger.column(ledger.title).label) in line)
    assert any(ledger.row_title(row) in cell for line in lines for cell in line), heads
    book: HttpResponse = bench.may.post(url)  # type: ignore[assignment]
    assert b"".join(book.streaming_content)[:2] == b"PK" if book.streaming else book.content[:2] == b"PK"  # type: ignore[attr-defined]
    assert bench.may_not.post(url).status_code == 403
    assert Client().post(url).status_code == 302


def check_import(ledger: Ledger[Any], bench: Bench) -> None:
    """A sheet with the columns' names as heads is checked, written, found again unchanged, and taken back."""
    raw = {name: text for name, text in raw_row(bench.samples, ledger, 11, bench.office).items() if text}
    buffer = io.StringIO()
    csv.writer(buffer).writerows([[str(ledger.column(name).label) for name in raw], list(raw.values())])
    sheet, url = buffer.getvalue().encode("utf-8-sig"), reverse("exchange-upload", args=[ledger.slug])
    before, client = state_of(ledger), bench.may

    def sent(by: Client) -> Any:
        return by.post(url, {"file": SimpleUploadedFile("样表.csv", sheet)})

    def after_jobs(address: str) -> str:
        client.get(address)  # the first look begins the check
        while run_next():
            pass
        return text_of(client.get(address))

    assert sent(bench.may_not).status_code == 403
    uploaded = sent(client)
    assert uploaded.status_code == 302
    session = uploaded.headers["Location"]
    preview = after_jobs(session)
    assert 'data-gx="accept"' in preview
    assert state_of(ledger) == before
    assert bench.may_not.post(f"{session}write/").status_code in (403, 404)
    client.post(f"{session}write/")
    written = after_jobs(session)
    rows = ledger.model._default_manager
    assert rows.count() == len(before[1]) + 1, ledger.name
    assert Entry.objects.filter(ledger=ledger.name, row=rows.order_by("-pk")[0].pk, verb="import").exists()
    assert 'data-gx="undo"' in written
    again = sent(client).headers["Location"]
    after_jobs(again)
    entries = state_of(ledger)
    client.post(f"{again}write/")
    after_jobs(again)
    assert state_of(ledger) == entries, "the same sheet again changes something"
    client.post(f"{session}undo/", {"rows": "1"})
    after_jobs(session)
    assert rows.count() == len(before[1])


def check_search(ledger: Ledger[Any], bench: Bench) -> None:
    """A row is found by a part of its name in its list and in the palette, by those who may see it only."""
    row = bench.row(ledger)
    word = ledger.search_text(row)[1][:4]
    found = bench.may.get(ledger.url, {"q": word})
    assert ledger.row_url(row.pk) in text_of(found)
    assert ledger.row_url(row.pk) not in text_of(bench.may.get(ledger.url, {"q": f"{word}没有的字"}))
    assert ledger.row_url(row.pk) in text_of(bench.may.get("/palette/", {"q": word}))
    assert ledger.row_url(row.pk) not in text_of(bench.may_not.get("/palette/", {"q": word}))


def check_indexes(ledger: Ledger[Any], small: frozenset[str]) -> None:
    """Every sort and facet has its index, but in apps whose tables stay small."""
    meta = ledger.model._meta
    starts = {tuple(index.fields[:2]) for index in meta.indexes} | {
        (index.fields[0],) for index in meta.indexes if index.fields
    }
    unique = {field.name for field in meta.concrete_fields if field.unique}
    if meta.app_label in small:
        return
    missing = [
        column.name for column in ledger.columns if column.sort and column.name not in unique and (column.name, "id") not in starts
    ]  # fmt: skip
    missing += [facet for facet in ledger.facets if (facet,) not in starts and facet not in unique]
    assert missing == [], f"{ledger.name}: no index for {missing}"
