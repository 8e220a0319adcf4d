"""Every ledger and every action keeps the promises of its kind, on whichever database the suite runs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxing.domains.firms.models import Firm
from gongxing.kernel.action.declare import all_actions
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.ledger.declare import Ledger, all_ledgers
from gongxing.kernel.ledger.indexes import FacetIndex
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

LEDGERS = list(all_ledgers())
ACTIONS = list(all_actions())
LogIn = Callable[[str], Client]


def a_firm(office: Office, name: str = "青禾试验食品有限公司", unit: str = "东园", **more: Any) -> Firm:
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(Firm(name=name, folded=name, initials="qhsy", unit=office.units[unit], **more))


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_list_answers_and_refuses(ledger: Ledger[Any], office: Office, client_of: LogIn) -> None:
    seen = client_of("shenji").get(ledger.url)
    assert seen.status_code == 200
    assert str(ledger.label) in seen.content.decode()
    denied = client_of("nobody").get(ledger.url)
    assert denied.status_code == 403
    assert str(ledger.label) in denied.content.decode()
    assert Client().get(ledger.url).status_code == 302


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_api_list_equals_page_permission(ledger: Ledger[Any], office: Office, client_of: LogIn) -> None:
    assert client_of("shenji").get(f"/api/l/{ledger.slug}").status_code == 200
    denied = client_of("nobody").get(f"/api/l/{ledger.slug}")
    assert denied.status_code == 403
    assert denied.json()["code"] == "denied"
    assert Client().get(f"/api/l/{ledger.slug}").status_code == 401


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_declared_sorts_and_facets_have_their_indexes(ledger: Ledger[Any]) -> None:
    meta = ledger.model._meta
    starts = {tuple(index.fields[:2]) for index in meta.indexes} | {(index.fields[0],) for index in meta.indexes}
    unique = {field.name for field in meta.concrete_fields if field.unique}
    for column in ledger.columns:
        if column.sort and column.name not in unique:
            small = meta.app_label in ("org", "access", "deadlines", "packs")
            assert (column.name, "id") in starts or small, f"{ledger.name}.{column.name} is sortable without an index"
    if ledger.name == "firms.firm":
        covering = {index.fields[0] for index in meta.indexes if isinstance(index, FacetIndex)}
        assert covering == set(ledger.facets)


@pytest.mark.parametrize("ledger", [one for one in LEDGERS if "add" in one.verbs], ids=lambda one: one.name)
def test_form_shows_every_editable_column_and_refuses_nothing_filled(
    ledger: Ledger[Any], office: Office, client_of: LogIn
) -> None:
    who = "admin" if ledger.stage == "office" else "gongxin"
    client = client_of(who)
    url = reverse("ledger-add", args=[ledger.slug])
    page = client.get(url)
    assert page.status_code == 200
    for column in ledger.editable:
        assert f'name="{column.name}"' in page.content.decode()
    before = Entry.objects.count(), ledger.model._default_manager.count()
    answer = client.post(url, {})
    assert answer.status_code == 422
    assert (Entry.objects.count(), ledger.model._default_manager.count()) == before
    assert client_of("nobody").post(url, {}).status_code == 403


@pytest.mark.parametrize("one", ACTIONS, ids=lambda one: one.name)
@pytest.mark.parametrize("door", ["api", "dialog"])
def test_denied_actions_change_nothing(one: Any, door: str, office: Office, client_of: LogIn) -> None:
    firm = a_firm(office)
    before = Entry.objects.count()
    client = client_of("nobody")
    if door == "api":
        body = {"key": firm.pk} if one.on is not None else {}
        answer = client.post(f"/api/do/{one.name}", body, content_type="application/json")
    else:
        answer = client.post(reverse("action-dialog", args=[one.name]), {"key": firm.pk})
    assert answer.status_code == 403
    assert Entry.objects.count() == before
    assert Firm.objects.get(pk=firm.pk).version == firm.version


@pytest.mark.parametrize("one", ACTIONS, ids=lambda one: one.name)
def test_every_action_says_what_it_does_and_names_its_parameters(one: Any) -> None:
    assert len(one.doc) > 20
    assert str(one.label)
    assert all(str(parameter.column.label) for parameter in one.parameters)


def test_openapi_lists_every_ledger_and_action(office: Office, client_of: LogIn) -> None:
    paths = client_of("shenji").get("/api/openapi.json").json()["paths"]
    for ledger in LEDGERS:
        assert f"/api/l/{ledger.slug}" in paths
    for one in ACTIONS:
        assert f"/api/do/{one.name}" in paths


def test_the_chain_is_sound_after_all_of_it(office: Office) -> None:
    a_firm(office)
    report = check_chain()
    assert report.sound
    assert report.entries > 50
