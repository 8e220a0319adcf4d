"""Gates: what is missing and who owes it, allowed steps, impossible days; and the pack of stages and requirements as data."""

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.engines.conditions import parse
from gongxing.engines.gates import (
    DateFault,
    Facts,
    Finding,
    Requirement,
    Stage,
    Step,
    is_open,
    look,
    missing,
    names_in,
    order_faults,
    plan_faults,
    step,
)
from gongxing.engines.reasons import Reason

BUSY = [HealthCheck.too_slow]  # drawing takes long where two processors serve many
PACK = Path(__file__).resolve().parents[4] / "packs"


def rows(name: str, pack: str = "gates") -> list[dict[str, str]]:
    with (PACK / pack / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


STAGE_ROWS = rows("stages")
STAGES = [Stage.from_row(row) for row in STAGE_ROWS]
ALL_REQUIREMENTS = rows("requirements")
REQUIREMENTS = [one for row in ALL_REQUIREMENTS if not row["valid_to"] for one in Requirement.each_from_row(row)]
FACTS = {row["code"]: row for row in rows("facts")}


def applies(when: str, fields: Mapping[str, Any]) -> bool | None:
    """The engine of conditions, with the facts of the pack as the names it knows."""
    return parse(when, FACTS).evaluate(fields)


# What is missing.


def found(facts: Facts, to_stage: str) -> dict[str, Finding]:
    return {one.requirement.key: one for one in look(REQUIREMENTS, to_stage, facts, applies)}


LEASED = {
    "land_mode": "lease_building", "needs_conversion": "no", "new_building": "no", "fitout": "no", "small_works": "no", "site_ha": 0,
    "earthwork_m3": 0, "soil_zone": "no", "special_fire": "no", "eia_class": "register", "energy_tce": 120, "coal_t": 0,
    "energy_light_industry": "no", "forest_ha": 0, "chemical": "none", "occ_hazard": "no",
    "owner_status": "active", "catalogue": "permitted", "agreement": "none",
}  # fmt: skip
NEW_BUILD = LEASED | {
    "land_mode": "grant", "new_building": "yes", "site_ha": 3.3, "earthwork_m3": 20000, "soil_zone": "yes", "eia_class": "form", "energy_tce": 1000,
}  # fmt: skip


def test_a_leased_workshop_needs_little_to_start() -> None:
    states = {key: one.state for key, one in found(Facts(LEASED), "construction").items()}
    assert {key for key, state in states.items() if state != "not_needed"} == {
        "lease_contract", "eia_register", "photo_place_time", "started_on",
    }  # fmt: skip
    assert not is_open(look(REQUIREMENTS, "construction", Facts(LEASED), applies))
    there = Facts(LEASED | {"started_on": date(2026, 5, 12)}, {"lease_contract"})
    assert [(one.requirement.key, one.requirement.severity) for one in missing(REQUIREMENTS, "construction", there, applies)] == [
        ("eia_register", "warn"), ("photo_place_time", "warn"),
    ]  # fmt: skip
    assert is_open(look(REQUIREMENTS, "construction", there, applies))


def test_a_new_building_on_granted_land_says_who_owes_what() -> None:
    lacking = missing(REQUIREMENTS, "construction", Facts(NEW_BUILD, {"build_permit"}), applies)
    assert [(one.requirement.key, one.requirement.duty) for one in lacking if one.blocks] == [
        ("land_contract", "要素保障"), ("land_planning_permit", "要素保障"), ("plan_permit", "审批"), ("eia_approval", "审批"),
        ("energy_opinion", "审批"), ("soil_approval", "审批"), ("started_on", "产业招引"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tce", "coal", "light", "state"),
    [
        (999.9, 999, "no", "not_needed"),
        (1000, 0, "no", "missing"),
        (0, 1000, "no", "missing"),
        (5000, 0, "yes", "not_needed"),
    ],
)
def test_the_energy_review_of_2025_counts_energy_and_coal(tce: float, coal: float, light: str, state: str) -> None:
    fields = NEW_BUILD | {"energy_tce": tce, "coal_t": coal, "energy_light_industry": light}
    assert found(Facts(fields), "construction")["energy_opinion"].state == state


def test_the_energy_review_before_september_2025_counted_electricity() -> None:
    old = [row for row in ALL_REQUIREMENTS if row["code"] == "R034"]
    assert [(row["valid_from"], row["valid_to"]) for row in old] == [("2025-09-01", ""), ("2023-06-01", "2025-08-31")]
    assert applies(old[1]["when"], {"energy_tce": 10, "electricity_kwh": 5_000_000}) is True
    assert applies(old[1]["when"], {"energy_tce": 999, "electricity_kwh": 4_999_999}) is False


def test_a_datum_nobody_gave_makes_the_need_unknown_and_is_named() -> None:
    one = found(Facts({"soil_zone": "yes", "site_ha": None, "earthwork_m3": " "}), "construction")["soil_approval"]
    assert (one.state, one.blocks, one.asks) == ("unknown", True, ("site_ha", "earthwork_m3"))
    assert one.reason == Reason.of("gates.need_unknown", asks="site_ha earthwork_m3")


def test_zero_and_no_are_values_and_blanks_are_none() -> None:
    wanted = [Requirement(str(n), "s", "field", key) for n, key in enumerate("abcde")]
    got = look(wanted, "s", Facts({"a": 0, "b": False, "c": " \u3000", "d": None}), applies)
    assert [one.state for one in got] == ["met", "met", "missing", "missing", "missing"]


def test_checks_and_promises_are_made_failed_or_open() -> None:
    wanted = [
        *(Requirement(key, "s", "check", key) for key in "abc"),
        *(Requirement(key, "s", "promise", key) for key in "ab"),
    ]
    facts = Facts(checks={"a": True, "b": False}, promises={"a": False})
    assert [(one.state, one.reason.code) for one in look(wanted, "s", facts, applies)] == [
        ("met", "gates.met"), ("missing", "gates.check_failed"), ("unknown", "gates.check_open"),
        ("missing", "gates.promise_broken"), ("unknown", "gates.promise_open"),
    ]  # fmt: skip


def test_a_faulty_condition_keeps_the_gate_shut_and_is_told() -> None:
    def refusing(when: str, fields: Mapping[str, Any]) -> bool | None:
        raise ValueError(f"unknown name in {when}")

    (one,) = look([Requirement("R", "s", "document", "d", "gone > 1")], "s", Facts(documents={"d"}), refusing)
    assert (one.state, one.blocks, one.reason.details["fault"]) == ("unknown", True, "unknown name in gone > 1")


def test_what_to_ask_may_be_told_by_the_engine_of_conditions() -> None:
    one = Requirement("R", "s", "document", "d", 'a == "x" or b > 1')
    (got,) = look([one], "s", Facts({"b": 0}), lambda when, fields: None, lambda when, fields: ["a"])
    assert got.asks == ("a",)


@pytest.mark.parametrize(("column", "value"), [("kind", "wish"), ("severity", "maybe")])
def test_a_row_of_an_unknown_kind_is_refused(column: str, value: str) -> None:
    with pytest.raises(ValueError, match="R001"):
        Requirement.from_row(ALL_REQUIREMENTS[0] | {column: value})


states = st.sampled_from([None, True, False])


@settings(deadline=None, suppress_health_check=BUSY)
@given(st.lists(st.tuples(states, states, st.booleans()), max_size=6))
def test_a_gate_is_open_exactly_when_nothing_that_blocks_is_short(
    given_states: list[tuple[bool | None, bool | None, bool]],
) -> None:
    """A need (True, False, None), a check (True, False, None), blocking or not: the truth table, told another way."""
    wanted = [
        Requirement(str(n), "s", "check", f"k{n}", f"w{n}", "block" if blocks else "warn")
        for n, (_need, _check, blocks) in enumerate(given_states)
    ]
    fields = {f"w{n}": need for n, (need, _check, _blocks) in enumerate(given_states)}
    facts = Facts(fields, checks={f"k{n}": check for n, (_need, check, _blocks) in enumerate(given_states)})
    open_gate = all(
        not blocks or need is False or (need is True and check is True) for need, check, blocks in given_states
    )
    assert is_open(look(wanted, "s", facts, lambda when, fields: fields[when])) is open_gate


# Steps.


@pytest.mark.parametrize(
    ("here", "there", "between"),
    [
        ("concept", "signed", "negotiation"),
        ("concept", "construction", "reserve pre_construction"),
        ("negotiation", "construction", "signed pre_construction"),
        ("signed", "construction", "pre_construction"),
        ("construction", "production", "building completed"),
        ("building", "full_capacity", "completed production"),
    ],
)
def test_a_skipped_stage_is_refused_and_named(here: str, there: str, between: str) -> None:
    got = step(STAGES, here, there)
    assert got == Step(False, Reason.of("gates.skips", stage=there, between=between), tuple(between.split()))


def test_one_project_walks_from_idea_to_review() -> None:
    way = ["concept", "reserve", "negotiation", "signed", "pre_construction", "construction", "building", "completed", "production", "full_capacity", "reviewed"]  # fmt: skip
    assert all(step(STAGES, a, b) == Step(True) for a, b in pairwise(way))
    assert way == [stage.code for stage in STAGES if stage.track == "main"]


@pytest.mark.parametrize(
    ("here", "there", "held_at", "code"),
    [
        ("signed", "signed", "", "gates.same_stage"),
        ("signed", "nowhere", "", "gates.no_such_stage"),
        ("building", "signed", "", "gates.backward"),
        ("removed", "concept", "", "gates.final"),
        ("construction", "removed", "", "gates.no_way"),
        ("paused", "production", "signed", "gates.resumes_elsewhere"),
        ("paused", "negotiation", "signed", "gates.resumes_elsewhere"),
        ("paused", "concept", "signed", "gates.resumes_elsewhere"),
    ],
)
def test_steps_that_are_not_allowed(here: str, there: str, held_at: str, code: str) -> None:
    got = step(STAGES, here, there, held_at)
    assert got.reason is not None
    assert (got.allowed, got.reason.code, got.between) == (False, code, ())


@pytest.mark.parametrize("there", ["signed", "removed"])
def test_a_hold_ends_at_its_stage_or_outside(there: str) -> None:
    assert step(STAGES, "paused", there, "signed") == Step(True)


def test_a_hold_of_which_nobody_knows_the_stage_ends_anywhere() -> None:
    """A project that was on hold when it was entered."""
    assert step(STAGES, "paused", "negotiation") == Step(True)


def test_a_row_of_several_stages_is_a_requirement_of_each() -> None:
    row = ALL_REQUIREMENTS[0] | {"to_stage": "signed; building"}
    assert [(one.code, one.to_stage) for one in Requirement.each_from_row(row)] == [
        ("R001", "signed"), ("R001", "building"),
    ]  # fmt: skip


# Days.

D = date(2026, 3, 18)
DAYS = {"concept": date(2025, 11, 1), "reserve": date(2026, 1, 5), "negotiation": date(2026, 1, 2), "signed": D, "construction": date(2026, 5, 12)}  # fmt: skip


def test_days_in_order_have_no_fault_and_equal_days_are_in_order() -> None:
    assert order_faults(STAGES, DAYS, date(2026, 5, 12)) == ()
    assert order_faults(STAGES, dict.fromkeys(DAYS, D), D) == ()
    assert order_faults(STAGES, {}, D) == ()


def test_a_day_before_an_earlier_stage_names_the_latest_of_them() -> None:
    days = DAYS | {"construction": date(2025, 12, 1)}
    assert order_faults(STAGES, days, date(2026, 6, 1)) == (
        DateFault("gates.date_before", "construction", date(2025, 12, 1), "signed", D),
    )


def test_a_day_in_the_future_is_a_fault_to_the_day() -> None:
    assert order_faults(STAGES, {"signed": D}, D) == ()
    assert order_faults(STAGES, {"signed": D}, D - timedelta(days=1)) == (
        DateFault("gates.date_future", "signed", D, "", D - timedelta(days=1)),
    )


def test_planned_days_stand_in_their_order() -> None:
    order = ["construction", "completed", "production", "full_capacity"]
    assert (
        plan_faults(order, {"construction": D, "completed": None, "production": D, "full_capacity": date(2027, 3, 1)})
        == ()
    )
    assert plan_faults(
        order, {"construction": D, "completed": date(2026, 3, 17), "full_capacity": date(2026, 3, 1)}
    ) == (
        DateFault("gates.plan_before", "completed", date(2026, 3, 17), "construction", D),
        DateFault("gates.plan_before", "full_capacity", date(2026, 3, 1), "construction", D),
    )


day_lists = st.dictionaries(
    st.sampled_from([stage.code for stage in STAGES]), st.dates(date(2024, 1, 1), date(2024, 1, 9)), max_size=8
)


@settings(deadline=None, suppress_health_check=BUSY)
@given(day_lists)
def test_days_are_in_order_exactly_when_no_forced_pair_is_turned_round(days: dict[str, date]) -> None:
    """Oracle: the closure of not_before by repeated squaring over all pairs."""
    forced = {(before, stage.code) for stage in STAGES for before in stage.not_before}
    while len(longer := forced | {(a, d) for a, b in forced for c, d in forced if b == c}) > len(forced):
        forced = longer
    wrong = {later for early, later in forced if early in days and later in days and days[later] < days[early]}
    got = order_faults(STAGES, days, date(2024, 2, 1))
    assert {one.stage for one in got} == wrong
    assert all((one.other, one.stage) in forced and one.other_day == days[one.other] for one in got)


# The pack as data.


def test_the_stages_are_those_of_the_rulebook() -> None:
    names = [
        "谋划",
        "储备",
        "洽谈",
        "签约",
        "前期",
        "开工",
        "在建",
        "竣工",
        "投产",
        "达产",
        "履约评价",
        "暂缓",
        "退库",
        "转出",
    ]
    assert [row["name_zh"] for row in STAGE_ROWS] == names
    seven = {row["seven_batches"] for row in STAGE_ROWS} - {""}
    assert seven == {"谋划", "洽谈", "签约", "开工", "建设", "投产", "达产"}
    assert {row["four_groups"] for row in STAGE_ROWS} - {""} == {"储备", "签约", "开工", "投产"}


def test_every_exit_and_every_stage_of_a_requirement_is_there() -> None:
    codes = {stage.code for stage in STAGES}
    assert {code for stage in STAGES for code in (*stage.exits, *stage.not_before)} <= codes
    assert {one.to_stage for one in REQUIREMENTS} <= codes
    assert all(stage.exits for stage in STAGES if stage.track != "out" and stage.code != "reviewed")
    assert all({"产业招引", "审批", "要素保障"} >= {one.duty} for one in REQUIREMENTS)
    assert Counter((one.code, one.to_stage) for one in REQUIREMENTS).most_common(1)[0][1] == 1


def test_what_stops_every_step_stands_at_every_stage_from_its_first_on() -> None:
    """An owner that is gone stops from the pool on; a barred industry and a red finding where no row of the signing asks for them any more."""
    way = [stage.code for stage in STAGES if stage.track == "main"]
    for code, first in (("R081", "reserve"), ("R082", "pre_construction"), ("R083", "pre_construction")):
        assert [one.to_stage for one in REQUIREMENTS if one.code == code] == way[way.index(first) :]
        assert {one.severity for one in REQUIREMENTS if one.code == code} == {"block"}


def test_every_condition_asks_for_facts_that_are_declared_and_for_options_that_exist() -> None:
    used = {name for row in ALL_REQUIREMENTS for name in names_in(row["when"])}
    assert used == set(FACTS)
    for row in ALL_REQUIREMENTS:
        if not row["when"]:
            continue
        options = {
            name: [part.split(":")[0] for part in FACTS[name]["options_zh"].split(";")] if FACTS[name]["kind"] == "choice" else [10**9]
            for name in names_in(row["when"])
        }  # fmt: skip
        answers = [{name: values[n % len(values)] for name, values in options.items()} for n in range(60)]
        for name, values in options.items():
            answers += [answers[0] | {name: value} for value in values]
        assert {applies(row["when"], one) for one in answers} <= {True, False}
        for quoted in row["when"].split('"')[1::2]:
            assert any(quoted in values for values in options.values()), (row["code"], quoted)


def test_every_row_has_its_words_in_both_languages_and_a_known_source() -> None:
    known = {row["code"] for row in rows("sources", "vocab")}
    marks = {row["code"] for row in rows("status", "vocab")}
    for name in ("stages", "requirements", "facts", "maturity", "maturity_levels", "reasons", "types", "documents"):
        for row in rows(name):
            chinese, english = (
                (row["label_zh"], row["label_en"]) if "label_zh" in row else (row["name_zh"], row["name_en"])
            )
            assert chinese and english and english.isascii(), (name, row)
            assert {part.split(":")[0] for part in row["source"].split(";")} <= known, (name, row)
            assert row["status"] in marks


def test_entry_sizes_and_lines_are_parameters_there_are() -> None:
    parameters = {row["code"]: row for row in rows("parameters", "parameters")}
    wanted = {row[column] for row in rows("types") for column in ("pool_parameter", "three_parameter")} - {""}
    wanted |= {
        "maturity.ready",
        "maturity.pre",
        "maturity.reserve",
        "pool.stale.remind",
        "pool.stale.amber",
        "pool.stale.exit",
    }
    assert wanted <= set(parameters)
    assert [parameters[f"pool.stale.{step}"]["value"] for step in ("remind", "amber", "exit")] == ["90", "180", "365"]
    assert (parameters["pool.min_invest.industry"]["value"], parameters["three.min.manufacturing"]["value"]) == (
        "5000",
        "30000",
    )


def test_every_document_a_gate_asks_for_is_in_the_list_of_documents() -> None:
    assert {one.key for one in REQUIREMENTS if one.kind == "document"} <= {row["code"] for row in rows("documents")}


def test_reasons_of_leaving_are_the_seven_of_the_rulebook() -> None:
    assert [row["name_zh"] for row in rows("reasons")] == [
        "市场",
        "土地",
        "环评",
        "资金",
        "业主放弃",
        "政策变化",
        "重复",
    ]
