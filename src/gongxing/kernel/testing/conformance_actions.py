"""What every action must keep, whatever its verb: denied, stranger, missing row, bad input, stale and refused leave nothing; allowed once
leaves one transaction. Through the dialog and through the API alike."""

from collections.abc import Mapping
from typing import Any

from django.test import Client
from django.urls import reverse

from gongxing.kernel.action.declare import Action
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.database.rows import Row
from gongxing.kernel.testing.conformance import HOSTILE, HUGE, JSON, REFUSED, Bench, text_of
from gongxing.kernel.testing.samples import given_for

DOORS = ("dialog", "api")
WHY = {"why": "一致性检验"}


def send(one: Action[Any, Any], door: str, client: Client, raw: Mapping[str, Any], row: Row | None, version: int | None = None) -> Any:  # fmt: skip
    """Run the action through a door, on a row and with the version somebody saw."""
    about: dict[str, Any] = (
        {} if row is None else {"key": row.pk, "version": row.version if version is None else version}
    )
    if door == "api":
        return client.post(f"/api/do/{one.name}", {**raw, **about}, content_type=JSON)
    return client.post(reverse("action-dialog", args=[one.name]), {**raw, **about})


def nothing_written(before: int, row: Row | None) -> None:
    """No entry, and the row as it was."""
    assert Entry.objects.count() == before
    if row is not None:
        assert type(row)._default_manager.get(pk=row.pk).version == row.version


def check_words(one: Action[Any, Any]) -> None:
    """It says what it does and names its parameters."""
    assert len(one.doc) > 20
    assert str(one.label)
    assert all(str(parameter.column.label) for parameter in one.parameters)


def check_denied(one: Action[Any, Any], door: str, bench: Bench) -> None:
    """Who may not is told so before anything else is looked at; a stranger is sent to the log-in."""
    given = given_for(bench.samples, one, bench.office)
    before = Entry.objects.count()
    assert send(one, door, bench.may_not, {**given.raw, **WHY}, given.row).status_code == 403
    assert send(one, door, bench.may_not, {}, given.row).status_code in (403, 422)
    assert send(one, door, Client(), {**given.raw, **WHY}, given.row).status_code in (302, 401)
    if door == "dialog":
        assert bench.may_not.get(reverse("action-dialog", args=[one.name])).status_code == 403
    nothing_written(before, given.row)


def check_allowed_once(one: Action[Any, Any], door: str, bench: Bench) -> None:
    """Who may runs it; what it writes is one transaction in a sound chain, with the reason given; nobody runs it on what he saw before."""
    given = given_for(bench.samples, one, bench.office)
    client, before = bench.may, Entry.objects.count()
    if door == "dialog":
        about = {} if given.row is None else {"key": given.row.pk}
        shown = client.get(reverse("action-dialog", args=[one.name]), about)
        assert shown.status_code == 200
        assert str(one.label) in text_of(shown)
    done = send(one, door, client, {**given.raw, **WHY}, given.row)
    assert done.status_code == (204 if door == "dialog" else 200), text_of(done)
    new = Entry.objects.order_by("-id")[: Entry.objects.count() - before]
    assert len(new) > 0, "an act without an entry"
    assert {entry.verb for entry in new if entry.user == "全能（演示）"} == {one.name}
    assert len({entry.tx for entry in new if entry.verb == one.name}) == 1
    assert {entry.why for entry in new if entry.verb == one.name} == {WHY["why"]}
    assert check_chain().sound


def check_stale_or_missing(one: Action[Any, Any], door: str, bench: Bench) -> None:
    """A version that is not the stored one, a row that is not there, no number at all: refused and nothing written."""
    given = given_for(bench.samples, one, bench.office)
    if given.row is None:
        return
    before, client = Entry.objects.count(), bench.may
    stale = send(one, door, client, {**given.raw, **WHY}, given.row, version=given.row.version + 5)
    assert stale.status_code == 409
    for key in ("999999999", HUGE, "-1", "x", "٣"):
        body: dict[str, Any] = {**given.raw, **WHY, "key": key, "version": 1}
        if door == "api":
            answer = client.post(f"/api/do/{one.name}", body, content_type=JSON)
        else:
            answer = client.post(reverse("action-dialog", args=[one.name]), body)
        assert answer.status_code in REFUSED, f"{key}: {answer.status_code}"
    nothing_written(before, given.row)


def check_bad_input(one: Action[Any, Any], door: str, bench: Bench) -> None:
    """Each required parameter left out, and any nonsense in any parameter: a sentence or a harmless run, never an error of the program."""
    given = given_for(bench.samples, one, bench.office)
    client, before = bench.may, Entry.objects.count()
    for parameter in one.parameters:
        if parameter.column.required:
            raw = {name: text for name, text in given.raw.items() if name != parameter.column.name}
            assert send(one, door, client, {**raw, **WHY}, given.row).status_code == 422, parameter.column.name
    if one.why == "required":
        assert send(one, door, client, dict(given.raw), given.row).status_code == 422
    nothing_written(before, given.row)
    for parameter in one.parameters:
        for word in HOSTILE:
            before = Entry.objects.count()
            answer = send(one, door, client, {**given.raw, parameter.column.name: word, **WHY}, given.row)
            assert answer.status_code in (200, 204, 403, *REFUSED), f"{parameter.column.name} = {word!r}"
            if answer.status_code in (200, 204):
                return  # it is done; nothing may follow on the same row
            nothing_written(before, given.row)
