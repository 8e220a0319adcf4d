"""Flows: faults of a flow, its JSON, and a case worked out by hand through every verb."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from gongxing.engines.flows import (
    Arrow,
    Flow,
    FlowFault,
    FlowRefused,
    State,
    Step,
    act,
    begin,
    check,
    faults_of,
    flow_from_json,
    state_from_json,
    state_to_json,
    to_json,
)
from gongxing.engines.tests.flow_samples import PERMIT

NAMES = {"area", "unclear"}


def faulty(flow: Flow) -> list[tuple[str, dict[str, str]]]:
    return [(one.code.removeprefix("flows."), dict(one.details)) for one in faults_of(flow, NAMES)]


def having(*steps: Step, arrows: tuple[Arrow, ...] = (), without: str = "", **more: Any) -> Flow:
    """The permit with steps put in place of those of the same key (or added), arrows added, those out of ``without`` left out."""
    new = {one.key: one for one in steps}
    kept = [new.pop(one.key, one) for one in PERMIT.steps]
    left = tuple(one for one in PERMIT.arrows if one.source != without)
    return replace(PERMIT, steps=(*kept, *new.values()), arrows=(*left, *arrows), **more)


def step(key: str, **more: Any) -> Step:
    found = PERMIT.step(key)
    assert found is not None
    return replace(found, **more)


def test_the_permit_has_no_fault() -> None:
    assert faulty(PERMIT) == []


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        (having(step("apply", kind="single")), [("no_start", {})]),
        (having(step("accept", kind="start")), [
            ("several_starts", {"steps": "apply accept"}), ("into_start", {"arrow": "0", "step": "accept"}),
            ("no_such_verdict", {"arrow": "2", "step": "accept", "verdict": "disagree"})]),
        (having(step("decide", kind="single")), [("no_decide", {})]),
        (having(step("accept", desks=())), [("unowned", {"step": "accept"})]),
        (having(step("accept", desks=(" ",))), [("unowned", {"step": "accept"})]),
        (having(step("accept", desks=("window", "land"))), [("many_desks", {"step": "accept"})]),
        (having(step("review", desks=("land",))), [("alone", {"step": "review", "kind": "countersign"})]),
        (having(step("expert", desks=("first",))), [("alone", {"step": "expert", "kind": "either"})]),
        (having(step("review", desks=("land", "land", "water"))), [("duplicate_desk", {"step": "review", "desk": "land"})]),
        (having(step("accept", name="受" * 61)), [("name_too_long", {"step": "accept", "length": "61", "longest": "60"})]),
        (having(step("accept", name="受" * 60)), []),
        (having(step("accept", name="")), [("name_empty", {"step": "accept"})]),
        (having(step("accept", limit_wd=0)), [("limit_not_positive", {"step": "accept", "limit": "0"})]),
        (having(step("accept", kind="vote")), [("unknown_kind", {"step": "accept", "kind": "vote"})]),
        (replace(PERMIT, steps=(*PERMIT.steps, step("accept"))), [("duplicate_step", {"step": "accept"})]),
        (having(Step("lost", "不到", "single", ("window",)), arrows=(Arrow("lost", "decide"),)), [("unreachable", {"step": "lost"})]),
        (having(Step("lost", "不出", "single", ("window",)), arrows=(Arrow("decide", "lost", "unclear"),)), [("dead_end", {"step": "lost"})]),
        (having(arrows=(Arrow("decide", "nowhere", "unclear"),)), [("arrow_to_nowhere", {"arrow": "12", "step": "nowhere"})]),
        (having(arrows=(Arrow("nowhere", "decide"),)), [("arrow_from_nowhere", {"arrow": "12", "step": "nowhere"})]),
        (having(arrows=(Arrow("decide", "refused"),)), [("two_ways", {"step": "decide", "verdict": "agree"})]),
        (having(arrows=(Arrow("decide", "deliver", "area > 1"),), without="decide"), [
            ("no_otherwise", {"step": "decide", "verdict": "agree"}), ("no_way_to_disagree", {"step": "decide"})]),
        (having(arrows=(Arrow("refused", "granted"),)), [("out_of_end", {"arrow": "12", "step": "refused"})]),
        (having(arrows=(Arrow("decide", "deliver", "eval(1)"),)),
            [("bad_condition", {"arrow": "12", "fault": "call", "position": "4", "found": "("})]),
        (having(arrows=(Arrow("decide", "deliver", "price > 1"),)),
            [("bad_condition", {"arrow": "12", "fault": "unknown_name", "position": "0", "found": "price"})]),
        (having(repeats=()), [("unbounded_loop", {"steps": "review expert"})]),
        (having(repeats=(("expert", 2),)), []),
        (having(repeats=(("expert", 0),)), [("bound_not_positive", {"step": "expert", "bound": "0"})]),
        (having(repeats=(("review", 2), ("gone", 1))), [("repeats_unknown", {"step": "gone"})]),
        (having(arrows=(Arrow("expert", "review"), Arrow("expert", "decide", "unclear"), Arrow("expert", "refused", on="disagree")),
            without="expert"), [("bound_by_default", {"arrow": "9", "step": "review"})]),
        (having(returns=-1), [("returns_negative", {"returns": "-1"})]),
    ],
)  # fmt: skip
def test_every_fault_is_told_with_its_place(flow: Flow, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert sorted(faulty(flow), key=str) == sorted(expected, key=str)


def test_a_step_leading_to_itself_is_a_loop() -> None:
    itself = having(arrows=(Arrow("decide", "decide", "unclear"),))
    assert faulty(itself) == [("unbounded_loop", {"steps": "decide"})]
    assert faulty(replace(itself, repeats=(("review", 2), ("decide", 2)))) == []


def test_there_and_back_as_json() -> None:
    text = json.dumps(to_json(PERMIT), ensure_ascii=False)
    assert flow_from_json(json.loads(text)) == PERMIT
    assert json.loads(text)["steps"][1] == {
        "key": "accept", "name": "受理", "kind": "single", "desks": ["window"], "rule": "invented rule 1", "limit_wd": 5,
    }  # fmt: skip
    assert json.loads(text)["arrows"][2] == {"source": "accept", "target": "refused", "on": "disagree"}


def test_faults_of_form_are_told_all_at_once_with_their_places() -> None:
    data = to_json(PERMIT)
    data["steps"][2]["kind"] = "vote"
    data["steps"][3]["desks"][1] = 7
    data["steps"][4]["limit_wd"] = True
    data["arrows"][0]["on"] = ["agree"]
    del data["arrows"][1]["target"]
    data["arrows"].append("→")
    data["repeats"]["review"] = "2"
    data["colour"] = "red"
    with pytest.raises(FlowRefused) as refused:
        flow_from_json(data)
    assert [(one.code, one.details["where"]) for one in refused.value.faults] == [
        ("flows.unknown_key", "colour"), ("flows.kind", "steps[2].kind"), ("flows.text", "steps[3].desks[1]"),
        ("flows.number", "steps[4].limit_wd"), ("flows.verdict", "arrows[0].on"), ("flows.missing", "arrows[1].target"),
        ("flows.shape", "arrows[12]"), ("flows.number", "repeats.review"),
    ]  # fmt: skip
    with pytest.raises(FlowRefused, match=r"^flows\.shape at"):
        flow_from_json(None)


# A case, act by act.


class Case:
    """A case that is checked after every act."""

    def __init__(self, flow: Flow = PERMIT) -> None:
        self.flow, self.state = flow, begin(flow)

    def do(self, desk: str, verb: str, **more: Any) -> State:
        task = next((one for one in self.state.open if one.desk == desk), None)
        key = more.pop("task", task.key if task else "")
        self.state = act(self.flow, self.state, key, verb, desk=desk, **more)
        assert check(self.flow, self.state) == ()
        assert state_from_json(state_to_json(self.state)) == self.state
        return self.state

    def refused(self, desk: str, verb: str, **more: Any) -> tuple[str, dict[str, str]]:
        before = self.state
        with pytest.raises(FlowFault) as fault:
            self.do(desk, verb, **more)
        assert self.state == before
        assert fault.value.reason.code == f"flows.{fault.value.code}"
        return fault.value.code, fault.value.params

    def to(self, key: str) -> Case:
        """Everyone agrees until the case is at the step."""
        while self.state.at != key:
            self.do(self.state.due[0].desk, "agree", facts={"area": 10})
        return self

    @property
    def desks(self) -> list[str]:
        return [one.desk for one in self.state.due]


def test_a_small_case_from_filing_to_the_end() -> None:
    case = Case().to("decide")
    assert case.state.rounds == (("apply", 1), ("accept", 1), ("review", 1), ("decide", 1))
    case.do("chief", "agree", comment="准予")
    assert case.refused("window", "agree") == ("not_here", {"verb": "agree", "step": "deliver"})
    case.do("window", "deliver", comment="直接送达")
    assert case.refused("window", "withdraw", of=6) == ("cannot_be_withdrawn", {"of": "6", "verb": "deliver"})
    assert (case.state.at, case.state.status, case.desks) == ("granted", "running", ["archive"])
    case.do("archive", "finish")
    assert (case.state.status, case.state.open, len(case.state.log)) == ("finished", (), 7)
    assert case.refused("archive", "finish") == ("finished", {})
    assert case.refused("archive", "withdraw", of=7) == ("finished", {})


def test_all_must_agree_and_one_disagreement_settles_it() -> None:
    case = Case().to("review")
    case.do("land", "agree")
    assert (case.state.at, case.desks) == ("review", ["water"])
    assert case.refused("water", "disagree") == ("no_comment", {"verb": "disagree"})
    case = Case().to("review")
    case.do("land", "disagree", comment="占用耕地")
    assert (case.state.at, case.desks) == ("decide", ["chief"])
    assert [(one.task.desk, one.verdict) for one in case.state.done[-2:]] == [("land", "disagree"), ("water", "lapsed")]


def test_the_first_of_either_decides() -> None:
    case = Case().to("review")
    case.do("land", "agree")
    assert case.refused("water", "agree") == ("facts_unknown", {"step": "review", "names": "area"})
    case.do("water", "agree", facts={"area": 20.0, "price": 5})
    assert case.state.log[-1].facts[0].values == ("20.0",) and len(case.state.log[-1].facts) == 1
    assert case.desks == ["first", "second"]
    case.do("second", "agree", facts={"unclear": False})
    assert case.state.at == "decide"
    assert [(one.task.desk, one.verdict) for one in case.state.done[-2:]] == [("second", "agree"), ("first", "lapsed")]


def test_a_loop_stops_at_its_bound() -> None:
    case = Case()
    while case.state.at != "decide":
        case.do(case.state.due[0].desk, "agree", facts={"area": 50, "unclear": True})
    assert dict(case.state.rounds) == {"apply": 1, "accept": 1, "review": 2, "expert": 2, "decide": 1}


def test_returned_and_walked_again() -> None:
    case = Case().to("decide")
    case.do("chief", "return", to="accept", way="again", comment="材料不齐")
    assert (case.state.at, case.desks, case.state.round) == ("accept", ["window"], 2)
    case.to("decide")
    assert dict(case.state.rounds) == {"apply": 1, "accept": 2, "review": 2, "decide": 2}


def test_returned_and_straight_back() -> None:
    case = Case().to("decide")
    case.do("chief", "return", to="apply", way="direct", comment="补正")
    assert (case.state.back, case.desks) == (("decide",), ["applicant"])
    case.do("applicant", "agree", comment="已补正")
    assert (case.state.at, case.state.back) == ("decide", ())
    assert dict(case.state.rounds) == {"apply": 2, "accept": 1, "review": 1, "decide": 2}


def test_returns_within_returns() -> None:
    case = Case().to("decide")
    case.do("chief", "return", to="review", way="direct", comment="再核")
    assert case.refused("land", "return", to="decide", way="again", comment="x") == ("not_earlier", {"step": "decide"})
    case.do("land", "return", to="apply", way="direct", comment="补图")
    assert case.state.back == ("decide", "review")
    case.do("applicant", "agree")
    assert (case.state.at, case.desks) == ("review", ["land", "water"])
    case.do("land", "agree")
    case.do("water", "agree")
    assert case.state.at == "decide" and not case.state.back
    assert case.refused("chief", "return", to="review", way="again", comment="x") == (
        "returns_used_up",
        {"returns": "2"},
    )


def test_what_cannot_be_returned() -> None:
    case = Case().to("review")
    more = {"comment": "x", "way": "again"}
    assert case.refused("land", "return", to="review", **more) == ("not_earlier", {"step": "review"})
    assert case.refused("land", "return", to="expert", **more) == ("not_earlier", {"step": "expert"})
    assert case.refused("land", "return", to="accept", comment="x") == ("no_such_way", {"way": ""})
    assert case.refused("land", "return", to="accept", way="again") == ("no_comment", {"verb": "return"})
    assert Case().refused("applicant", "return", to="apply", **more) == (
        "not_here",
        {"verb": "return", "step": "apply"},
    )


def test_a_signer_added_before_is_heard_first() -> None:
    case = Case().to("decide")
    case.do("chief", "add", to="legal", way="before", comment="请先会商")
    assert case.desks == ["legal"]
    assert case.refused("chief", "agree") == ("waits_for", {"task": "4.0", "tasks": "5.0"})
    assert case.refused("legal", "add", to="other", way="before") == ("added_cannot", {"task": "5.0"})
    assert case.refused("chief", "add", to="legal", way="after") == ("desk_already_asked", {"desk": "legal"})
    case.do("legal", "disagree", comment="证据不足")
    assert (case.state.at, case.desks) == ("decide", ["chief"])
    case.do("chief", "agree")
    assert case.state.at == "deliver"


def test_a_signer_added_after_must_agree_too() -> None:
    case = Case().to("decide")
    case.do("chief", "add", to="mayor", way="after")
    assert case.refused("mayor", "agree") == ("waits_for", {"task": "5.0", "tasks": "4.0"})
    case.do("chief", "agree")
    assert (case.state.at, case.desks) == ("decide", ["mayor"])
    case.do("mayor", "disagree", comment="不宜")
    assert (case.state.at, case.state.status) == ("refused", "finished")


def test_a_transferred_task_takes_its_signers_along() -> None:
    case = Case().to("review")
    case.do("land", "add", to="legal", way="before")
    case.do("land", "transfer", to="planning", comment="职责已划转")
    assert case.desks == ["water", "legal"]
    assert case.refused("land", "agree", task="2.0") == ("no_such_task", {"task": "2.0"})
    assert case.refused("planning", "transfer", to="water") == ("desk_already_asked", {"desk": "water"})
    case.do("legal", "agree")
    case.do("planning", "transfer", to="land")
    case.do("land", "agree")
    assert case.refused("water", "transfer", to="land") == ("desk_already_asked", {"desk": "land"})
    case.do("water", "agree", facts={"area": 1})
    assert case.state.at == "decide"


def test_ones_own_act_is_withdrawn_while_the_next_has_not_acted() -> None:
    case = Case().to("review")
    at_review = case.state
    case.do("land", "agree")
    case.do("water", "agree", facts={"area": 1})
    assert case.refused("land", "withdraw", of=3) == ("next_has_acted", {"of": "3"})
    assert case.refused("land", "withdraw", of=4) == ("not_yours", {"of": "4", "desk": "land"})
    case.do("water", "withdraw", of=4, comment="看错了")
    assert (case.state.at, case.desks, case.state.log[3].withdrawn_by) == ("review", ["water"], 5)
    assert case.refused("water", "withdraw", of=4) == ("already_withdrawn", {"of": "4"})
    case.do("land", "withdraw", of=3)
    assert (case.state.open, case.state.done) == (at_review.open, at_review.done)
    assert [one.withdrawn_by for one in case.state.log] == [0, 0, 6, 5, 0, 0]
    assert case.refused("window", "withdraw", of=9) == ("no_such_act", {"of": "9"})


def test_a_return_is_withdrawn_with_its_lapsed_tasks() -> None:
    case = Case().to("review")
    before = case.state
    case.do("land", "return", to="apply", way="again", comment="补图")
    case.do("window", "remind", task="3.0", comment="请尽快补正")
    case.do("land", "withdraw", of=3)
    assert replace(case.state, log=()) == replace(before, log=())
    case.do("land", "return", to="apply", way="again", comment="补图")
    case.do("applicant", "agree")
    assert case.refused("land", "withdraw", of=6) == ("next_has_acted", {"of": "6"})


def test_others_acts_must_stand_without_the_withdrawn_one() -> None:
    case = Case().to("review")
    case.do("land", "add", to="planning", way="before")
    case.do("land", "transfer", to="legal")
    case.do("water", "add", to="land", way="before")
    assert case.refused("land", "withdraw", of=4) == ("stands_on_it", {"of": "4"})


def test_a_suspended_case_stands_still() -> None:
    case = Case().to("review")
    assert case.refused("land", "resume") == ("not_suspended", {})
    assert case.refused("land", "suspend") == ("no_comment", {"verb": "suspend"})
    case.do("land", "suspend", comment="等待鉴定")
    assert (case.state.status, case.desks) == ("suspended", [])
    assert case.refused("water", "agree") == ("suspended", {})
    assert case.refused("window", "withdraw", of=2) == ("suspended", {})
    case.do("water", "resume")
    assert (case.state.status, case.desks) == ("running", ["land", "water"])
    assert case.refused("window", "withdraw", of=2) == ("next_has_acted", {"of": "2"})


def test_a_reminder_is_a_record_only() -> None:
    case = Case().to("review")
    before = case.state
    case.do("applicant", "remind", task="2.0", comment="已过五日")
    assert replace(case.state, log=before.log) == before
    assert case.refused("land", "remind") == ("own_task", {"task": "2.0", "desk": "land"})


def test_acts_that_never_are() -> None:
    case = Case().to("accept")
    assert case.refused("window", "vote") == ("no_such_verb", {"verb": "vote"})
    assert case.refused("land", "agree", task="1.0") == ("not_yours", {"task": "1.0", "desk": "land"})
    assert case.refused("window", "deliver") == ("not_here", {"verb": "deliver", "step": "accept"})
    assert case.refused("window", "add", to=" ", way="after") == ("no_desk", {})
    assert case.refused("window", "add", to="land", way="beside") == ("no_such_way", {"way": "beside"})
    assert Case().refused("applicant", "transfer", to="land") == ("not_here", {"verb": "transfer", "step": "apply"})
    assert Case().refused("applicant", "withdraw", of=0) == ("no_such_act", {"of": "0"})
    case.do("land", "remind", task="1.0")
    assert case.refused("land", "withdraw", of=2) == ("cannot_be_withdrawn", {"of": "2", "verb": "remind"})


def test_a_case_keeps_the_version_it_began_with() -> None:
    case = Case()
    case.flow = replace(PERMIT, version=4)
    assert case.refused("applicant", "agree") == ("other_flow", {"flow": "permit", "version": "3"})
    assert [one.code for one in check(case.flow, case.state)] == ["flows.other_flow"]


def test_no_case_begins_in_a_faulty_flow() -> None:
    with pytest.raises(FlowFault, match=r"^flow_faulty faults=flows\.unbounded_loop$"):
        begin(replace(PERMIT, repeats=()))
