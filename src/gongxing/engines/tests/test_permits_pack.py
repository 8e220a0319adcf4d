"""The approvals pack as data, answers to items, the worked examples of the rulebook, and what the six measures save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import permutations
from math import ceil
from typing import Any

import pytest

from gongxing.engines.permits import (
    AnswerRefused,
    Choices,
    DayTable,
    Length,
    Progress,
    Rules,
    build,
    check,
    dates,
    faults,
    needed,
    promises,
    read,
    savings,
    shares,
)
from gongxing.engines.tests.permit_graphs import BOOK, PLAIN, RULES, TABLE, rows

MONDAY = date(2026, 3, 2)
PLAIN_TABLE = DayTable(PLAIN)
NEW_BUILD: dict[str, Any] = {
    "new_entity": "yes", "route": "filing", "land_mode": "grant", "needs_conversion": "no", "new_building": "yes", "site_ha": 3.3,
    "earthwork_m3": 20000, "soil_zone": "yes", "special_fire": "no", "civil_building": "yes", "eia_class": "form", "energy_tce": 800,
    "discharge_class": "register", "drain_to_sewer": "yes", "joint_acceptance": "yes", "regional_mineral": "yes", "regional_geo": "yes",
}  # fmt: skip
LEASED: dict[str, Any] = {
    "new_entity": "yes", "land_mode": "lease_building", "new_building": "no", "fitout": "no", "eia_class": "register", "energy_tce": 120,
    "soil_zone": "no", "discharge_class": "register",
}  # fmt: skip
CHEMICAL: dict[str, Any] = {
    "new_entity": "yes", "route": "filing", "land_mode": "grant", "needs_conversion": "yes", "new_building": "yes", "site_ha": 12,
    "earthwork_m3": 90000, "special_fire": "yes", "eia_class": "book", "energy_tce": 12000, "heritage": "possible", "forest_ha": 2,
    "chemical": "produce", "explosive": "yes", "occ_hazard": "yes", "discharge_class": "key", "special_equipment": "yes",
    "joint_acceptance": "no", "civil_building": "yes",
}  # fmt: skip
FOOD: dict[str, Any] = {
    "new_entity": "yes", "land_mode": "grant", "new_building": "yes", "site_ha": 2, "earthwork_m3": 8000, "eia_class": "form", "energy_tce": 1500,
    "self_abstraction": "yes", "food": "yes", "discharge_class": "simple", "regional_energy_review": "yes", "regional_mineral": "yes",
    "joint_acceptance": "yes",
}  # fmt: skip
EXTENSION: dict[str, Any] = {
    "new_entity": "no", "land_mode": "owned", "new_building": "yes", "site_ha": 1.2, "earthwork_m3": 3000, "eia_class": "form",
    "energy_tce": 3000, "discharge_class": "simple", "special_equipment": "yes", "joint_acceptance": "no", "drain_to_sewer": "yes",
}  # fmt: skip


def needs(answers: Mapping[str, Any]) -> set[str]:
    return {one.item for one in needed(RULES, read(RULES.questions, answers)) if one.state == "needed"}


def test_the_pack_holds_together() -> None:
    assert faults(RULES) == ()
    assert (len(RULES.items), len(RULES.prerequisites), len(RULES.rules), len(RULES.questions)) == (64, 121, 69, 46)
    assert {one.code for one in RULES.measures} == {
        "parallel", "tolerant", "commitment", "regional", "standard_land", "land_ready",
    }  # fmt: skip


def test_every_source_is_known_and_every_pause_exists() -> None:
    sources = {row["code"] for row in rows("sources", "vocab")}
    statuses = {row["code"] for row in rows("status", "vocab")}
    tables = ("items", "applicability", "prerequisites", "questionnaire", "pauses", "measures", "greenlane")
    for name in tables:
        for row in rows(name):
            cited = [row["source"], *(row.get(f"{one}_basis", "") for one in ("limit", "extension", "validity"))]
            assert {part.split(":")[0] for text in cited for part in text.split(";") if part} <= sources, row
            assert {
                row["status"],
                row.get("limit_status") or "design",
                row.get("promised_status") or "design",
            } <= statuses
    codes = {row["code"] for row in rows("pauses")}
    assert {code for item in RULES.items.values() for code in item.pauses} <= codes


def test_what_does_not_fit_together_is_told() -> None:
    law = RULES.prerequisites[1]
    broken = replace(
        RULES,
        prerequisites=(
            *RULES.prerequisites,
            replace(law, relaxed_by="parallel"),
            replace(law, item="inv.filing", before="ms.production", when=None),
        ),
        rules=RULES.rules[1:],
        measures=(replace(RULES.measures[3], answers={"regional_moon": "yes", "route": "luck"}),),
    )
    assert {one.code for one in faults(broken)} == {
        "permits.law_relaxed", "permits.twice", "permits.cycle", "permits.never_included", "permits.no_such_question", "permits.no_such_option",
    }  # fmt: skip
    lost = replace(RULES, prerequisites=(replace(law, before="nowhere"),))
    assert "permits.no_such_item" in {one.code for one in faults(lost)}
    with pytest.raises(ValueError, match="limit_unit"):
        Rules.from_rows([], [], [{**rows("items")[0], "limit_unit": "week"}], [], [])


def test_thresholds_of_energy_and_soil() -> None:
    assert "energy.review" not in needs(NEW_BUILD | {"energy_tce": 999, "coal_t": 999})
    assert "energy.review" in needs(NEW_BUILD | {"energy_tce": 200, "coal_t": 1000})
    soil = {"soil.form", "soil.book", "accept.soil"}
    assert needs(NEW_BUILD | {"site_ha": 0.4, "earthwork_m3": 900}) & soil == set()
    assert needs(NEW_BUILD | {"site_ha": 5, "earthwork_m3": 10}) & soil == {"soil.book", "accept.soil"}
    reviewed = {
        one.item: one
        for one in needed(
            RULES, read(RULES.questions, NEW_BUILD | {"energy_tce": 3000, "regional_energy_review": "yes"})
        )
    }
    assert [rule.code for rule in reviewed["energy.review"].committed] == ["A23"]
    large = needed(RULES, read(RULES.questions, NEW_BUILD | {"energy_tce": 10000, "regional_energy_review": "yes"}))
    assert next(one for one in large if one.item == "energy.review").committed == ()


def test_every_item_says_why_and_what_was_assumed() -> None:
    found = {one.item: one for one in needed(RULES, read(RULES.questions, LEASED))}
    assert found["reg.company"].reason.code == "permits.needed"
    assert found["reg.company"].reason.details["basis"] == "SCZT:16"
    assert found["drain.permit"].reason.details["assumed"] == "drain_to_sewer"
    assert (found["land.supply"].state, found["land.supply"].reason.code) == ("not_needed", "permits.no_rule_holds")
    assert found["design.publicity"].reason.code == "permits.excluded"
    open_ = {one.item: one for one in needed(RULES, read(RULES.questions, LEASED, defaults=False))}
    assert (open_["drain.permit"].state, open_["drain.permit"].asks) == ("unknown", ("drain_to_sewer",))
    with pytest.raises(AnswerRefused):
        read(RULES.questions, {"route": "luck"})
    with pytest.raises(AnswerRefused):
        read(RULES.questions, {"energy_tce": -1})


def test_a_fit_out_without_new_building_has_its_fire_acceptance() -> None:
    """Joint acceptance is not asked of it, so its default must not take the single acceptances away."""
    assert {"accept.fire", "ms.start", "accept.self"} <= needs(LEASED | {"fitout": "yes", "special_fire": "yes"})


def in_plain_days(rules: Rules) -> Rules:
    """Every length in working days, calendar days times 5/7 rounded up: the rulebook's reading for plans on paper. Least periods as promised."""

    def plain(length: Length | None) -> Length | None:
        if length is None or length.unit == "wd":
            return length
        return replace(length, n=ceil(length.n * 5 / 7), unit="wd")

    items = {
        key: replace(one, statutory=plain(one.statutory), promised=plain(one.promised), minimum=False)
        for key, one in rules.items.items()
    }
    return replace(rules, items=items)


@pytest.mark.parametrize(
    ("answers", "items", "law_start", "law_end", "promised_start", "promised_end", "prepared_start", "prepared_end"),
    [
        (NEW_BUILD, 24, 82, 94, 39, 52, 39, 62),
        (LEASED, 5, None, 11, None, 7, None, 12),
        (EXTENSION, 21, 32, 52, 17, 27, 35, 67),
        (CHEMICAL, 41, 164, 199, 114, 144, 114, 164),
        (FOOD, 27, 82, 94, 39, 52, 45, 68),
    ],
)
def test_the_worked_examples(
    answers: dict[str, Any],
    items: int,
    law_start: int | None,
    law_end: int,
    promised_start: int | None,
    promised_end: int,
    prepared_start: int | None,
    prepared_end: int,
) -> None:
    """Working days to the lawful start and to production: by law over statutory edges, as promised over all edges, with preparation."""
    rules = in_plain_days(RULES)
    for choices, start, end in (
        (Choices("statutory", prepared=False, habits=False), law_start, law_end),
        (Choices("promised", prepared=False), promised_start, promised_end),
        (Choices("promised"), prepared_start, prepared_end),
    ):
        graph = build(rules, answers, choices).graph
        assert len([one for one in graph.nodes if not one.key.startswith("ms.")]) == items
        for goal, days in (("ms.start", start), ("ms.production", end)):
            if days is not None:
                assert dates(graph, MONDAY, PLAIN_TABLE, goal).workdays == days, (choices.lengths, goal)


def test_the_path_of_the_worked_example() -> None:
    graph = build(in_plain_days(RULES), CHEMICAL, Choices("statutory", prepared=False, habits=False)).graph
    assert dates(graph, MONDAY, PLAIN_TABLE, "ms.start").path == (
        "land.prenotice", "land.compplan", "land.conversion", "land.supply", "land.contract", "land.permit", "plan.permit", "fire.design",
        "build.permit", "ms.start",
    )  # fmt: skip


def test_real_units_are_checked_day_by_day() -> None:
    for answers in (NEW_BUILD, LEASED, EXTENSION, CHEMICAL, FOOD):
        for lengths in ("statutory", "promised"):
            graph = build(RULES, answers, Choices(lengths)).graph
            plan = dates(graph, date(2026, 1, 8), TABLE, "ms.production")
            assert check(graph, plan, BOOK) == ()


def test_a_least_period_is_never_shorter_than_the_law() -> None:
    lengths = {one.key: one.length for one in build(RULES, CHEMICAL).graph.nodes}
    assert (lengths["land.compplan"].n, lengths["land.compplan"].unit) == (30, "day")
    assert lengths["eia.book"].n == 30
    assert {one.key: one.length for one in build(RULES, CHEMICAL, Choices("statutory")).graph.nodes}["eia.book"].n == 60


def test_measures_never_touch_what_the_law_asks_for() -> None:
    """Under all measures every statutory edge between items that are still needed is there, unchanged."""
    for answers in (NEW_BUILD, CHEMICAL, FOOD, EXTENSION):
        built = build(RULES, answers, Choices(local=tuple(RULES.items)), [one.code for one in RULES.measures])
        edges = {(one.before, one.after): one for one in built.graph.edges}
        keys = {one.key for one in built.graph.nodes}
        for one in RULES.prerequisites:
            holds = one.when is None or one.when.evaluate(built.facts.values) is not False
            if one.statutory and holds and {one.item, one.before} <= keys:
                assert edges[one.before, one.item].link == "FS"
        lengths = {one.key: one.length for one in built.graph.nodes}
        assert "land.compplan" not in lengths or lengths["land.compplan"].n == 30


def test_savings_of_a_new_building_by_hand() -> None:
    """In plain days, without preparation: the path is 5+22+10+20+20+5 = 82 by law. Ready with the land: plan and construction permit are
    reviewed before; after the contract 20 (land permit) + 1 + 1 remain: 59, 23 less. Standard land: no waiting for planning conditions (5)."""
    rules = in_plain_days(RULES)
    got = savings(rules, NEW_BUILD, MONDAY, PLAIN_TABLE, Choices("statutory", prepared=False), "ms.start")
    alone = {one.measure: one.alone for one in got.each}
    assert got.plain == 82
    assert (alone["land_ready"], alone["standard_land"], alone["parallel"], alone["tolerant"]) == (23, 5, 0, 0)
    assert got.together == 54
    assert got.all_save == 28
    by = {one.measure: one for one in got.each}
    assert by["land_ready"].touched == ("plan.permit", "build.permit")
    assert {one.details["basis"] for one in by["parallel"].refused if one.code == "permits.statutory_edge"} >= {
        "GHF:38",
        "JZF:8",
        "JZF:7",
    }
    assert any(
        one.code == "permits.not_committable" and one.details["item"] == "land.permit"
        for one in by["commitment"].refused
    )
    assert by["regional"].refused[-1].code == "permits.no_effect"
    assert all(one.limit and one.basis and one.status for one in got.each)


def test_shares_add_up_and_are_the_mean_over_all_orders() -> None:
    answers = CHEMICAL | {"energy_tce": 3000}
    choices = Choices("statutory")
    got = savings(RULES, answers, MONDAY, TABLE, choices, "ms.start")
    split = shares(RULES, answers, MONDAY, TABLE, choices, "ms.start")
    assert sum(split.values()) == pytest.approx(got.all_save)
    codes = [one.code for one in RULES.measures]
    known: dict[frozenset[str], int] = {}

    def days(taken: frozenset[str]) -> int:
        if taken not in known:
            graph = build(RULES, answers, choices, taken).graph
            known[taken] = dates(graph, MONDAY, TABLE, "ms.start").workdays
        return known[taken]

    mean = dict.fromkeys(codes, 0.0)
    orders = list(permutations(codes))
    for sequence in orders:
        taken = frozenset[str]()
        for code in sequence:
            mean[code] += (days(taken) - days(taken | {code})) / len(orders)
            taken |= {code}
    assert split == pytest.approx(mean)


def test_what_has_happened_stays() -> None:
    """A construction permit accepted already is neither split nor shortened; a finished item has no float."""
    progress = {"build.permit": Progress(accepted=date(2026, 3, 5)), "inv.filing": Progress(finished=date(2026, 3, 2))}
    choices = Choices(progress=progress, local=("build.permit",))
    built = build(RULES, NEW_BUILD, choices, [one.code for one in RULES.measures])
    node = next(one for one in built.graph.nodes if one.key == "build.permit")
    assert (node.accepted, node.length.n) == (date(2026, 3, 5), 3)
    plan = dates(built.graph, MONDAY, TABLE, "ms.start", today=date(2026, 3, 9))
    assert plan.timing("inv.filing").spare is None
    assert check(built.graph, plan, BOOK, date(2026, 3, 9)) == ()


def test_construction_takes_what_the_project_plans() -> None:
    choices = Choices(works={"ms.complete": Length(12, "month")})
    plan = dates(build(RULES, NEW_BUILD, choices).graph, MONDAY, TABLE, "ms.production")
    start, done = plan.timing("ms.start"), plan.timing("ms.complete")
    assert done.finish >= date(start.finish.year + 1, start.finish.month, start.finish.day)
    assert plan.provisional


def test_a_promise_is_to_be_verified() -> None:
    """The form of soil conservation is decided on the day it is handed in: 7 working days of preparation from 2 March 2026 end on the 11th; two months
    on, 11 May is a Monday. Without the measure nothing is promised."""
    built = build(RULES, NEW_BUILD, Choices("promised"), ["commitment"])
    plan = dates(built.graph, MONDAY, TABLE, "ms.start")
    found = {one.item: one for one in promises(RULES, built, plan, TABLE)}
    assert set(found) == {"soil.form", "drain.permit"}
    assert (found["soil.form"].decided, found["soil.form"].verify_by) == (date(2026, 3, 11), date(2026, 5, 11))
    assert promises(RULES, build(RULES, NEW_BUILD), plan, TABLE) == ()
