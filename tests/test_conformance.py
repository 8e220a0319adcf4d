"""Every ledger and every action keeps the promises of its kind (kernel/testing/conformance*.py), on whichever database the suite runs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gongxing.kernel.action.declare import all_actions
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.ledger.declare import Ledger, all_ledgers
from gongxing.kernel.testing import conformance, conformance_actions
from gongxing.kernel.testing.conformance import Bench
from gongxing.kernel.testing.conformance_actions import DOORS
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Samples
from tests import (
    approval_flowsui_samples,
    approval_lane_samples,
    approval_plan_samples,
    approval_process_samples,
    approval_public_samples,
    approval_samples,
    chain_samples,
    land_samples,
    office_samples,
    policy_samples,
    spine_samples,
)

LEDGERS, ACTIONS = list(all_ledgers()), list(all_actions())
LogIn = Callable[[str], Client]


SAMPLES = Samples(
    cells={
        **office_samples.CELLS,
        **chain_samples.CELLS,
        **spine_samples.CELLS,
        **land_samples.CELLS,
        **approval_samples.CELLS,
        **approval_plan_samples.CELLS,
        **approval_public_samples.CELLS,
        **approval_lane_samples.CELLS,
        **approval_process_samples.CELLS,
        **approval_flowsui_samples.CELLS,
    },
    rows={
        **office_samples.ROWS,
        **chain_samples.ROWS,
        **spine_samples.ROWS,
        **land_samples.ROWS,
        **approval_samples.ROWS,
        **approval_plan_samples.ROWS,
        **approval_public_samples.ROWS,
        **approval_lane_samples.ROWS,
        **approval_process_samples.ROWS,
        **approval_flowsui_samples.ROWS,
    },
    given={
        **office_samples.GIVEN,
        **chain_samples.GIVEN,
        **spine_samples.GIVEN,
        **policy_samples.GIVEN,
        **land_samples.GIVEN,
        **approval_samples.GIVEN,
        **approval_plan_samples.GIVEN,
        **approval_public_samples.GIVEN,
        **approval_lane_samples.GIVEN,
        **approval_process_samples.GIVEN,
        **approval_flowsui_samples.GIVEN,
    },
)


@pytest.fixture
def bench(office: Office, client_of: LogIn) -> Bench:
    return Bench(office, SAMPLES, client_of)


each_ledger = pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
each_action = pytest.mark.parametrize("one", ACTIONS, ids=lambda one: one.name)
each_door = pytest.mark.parametrize("door", DOORS)


def having(verb: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("ledger", [one for one in LEDGERS if verb in one.verbs], ids=lambda one: one.name)


@each_ledger
def test_list(ledger: Ledger[Any], bench: Bench) -> None:
    conformance.check_list(ledger, bench)
    conformance.check_list_order(ledger, bench)


@each_ledger
def test_reading_writes_nothing(ledger: Ledger[Any], bench: Bench) -> None:
    conformance.check_reading_writes_nothing(ledger, bench)


@each_ledger
def test_bad_addresses(ledger: Ledger[Any], bench: Bench) -> None:
    conformance.check_bad_addresses(ledger, bench)


@each_ledger
def test_detail(ledger: Ledger[Any], bench: Bench) -> None:
    conformance.check_detail(ledger, bench)


@having("add")
def test_form(ledger: Ledger[Any], bench: Bench) -> None:
    conformance.check_form(ledger, bench)


@having("add")
def test_no_double(ledger: Ledger[Any], bench: Bench) -> None:
    conformance.check_no_double(ledger, bench)


@having("change")
def test_stale(ledger: Ledger[Any], bench: Bench) -> None:
    conformance.check_stale(ledger, bench)


@each_ledger
def test_api(ledger: Ledger[Any], bench: Bench) -> None:
    conformance.check_api(ledger, bench)


@having("add")
def test_bad_cells(ledger: Ledger[Any], bench: Bench) -> None:
    conformance.check_bad_cells(ledger, bench)


@having("export")
def test_export(ledger: Ledger[Any], bench: Bench) -> None:
    conformance.check_export(ledger, bench)


@having("import")
def test_import(ledger: Ledger[Any], bench: Bench) -> None:
    conformance.check_import(ledger, bench)


@pytest.mark.parametrize("ledger", [one for one in LEDGERS if one.searchable], ids=lambda one: one.name)
def test_search(ledger: Ledger[Any], bench: Bench) -> None:
    conformance.check_search(ledger, bench)


@each_ledger
def test_indexes(ledger: Ledger[Any]) -> None:
    conformance.check_indexes(ledger, frozenset({"org", "access", "deadlines", "packs"}))
    if ledger.name == "firms.firm":
        facets = set(ledger.facets)
        covering = {index.fields[0] for index in ledger.model._meta.indexes if set(index.fields) == facets}
        assert covering == facets


@each_action
def test_action_words(one: Any) -> None:
    conformance_actions.check_words(one)


@each_door
@each_action
def test_action_denied(one: Any, door: str, bench: Bench) -> None:
    conformance_actions.check_denied(one, door, bench)


@each_door
@each_action
def test_action_allowed_once(one: Any, door: str, bench: Bench) -> None:
    conformance_actions.check_allowed_once(one, door, bench)


@each_door
@pytest.mark.parametrize("one", [one for one in ACTIONS if one.on is not None], ids=lambda one: one.name)
def test_action_stale_or_missing(one: Any, door: str, bench: Bench) -> None:
    conformance_actions.check_stale_or_missing(one, door, bench)


@each_door
@each_action
def test_action_bad_input(one: Any, door: str, bench: Bench) -> None:
    conformance_actions.check_bad_input(one, door, bench)


def test_openapi_lists_every_ledger_and_action(office: Office, client_of: LogIn) -> None:
    paths = client_of("shenji").get("/api/openapi.json").json()["paths"]
    for ledger in LEDGERS:
        assert f"/api/l/{ledger.slug}" in paths
    for one in ACTIONS:
        assert f"/api/do/{one.name}" in paths


def test_the_chain_is_sound_after_all_of_it(office: Office) -> None:
    office_samples.a_firm(office)
    report = check_chain()
    assert report.sound
    assert report.entries > 50
