"""Every ledger and every action keeps the promises of its kind (kernel/testing/conformance*.py), on whichever database the suite runs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gongxing.domains.chain.actions.editing import load_chains
from gongxing.domains.chain.models import Chain, Hint, Node, Placement
from gongxing.domains.chain.tests.invented import edge, node, sugar
from gongxing.domains.firms.models import DuplicateQuestion, Firm, IndustryPattern
from gongxing.kernel.action.declare import action_named, all_actions
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import now, today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.limits import start_deadline
from gongxing.kernel.files.store import keep
from gongxing.kernel.ledger.declare import Ledger, all_ledgers
from gongxing.kernel.ledger.indexes import FacetIndex
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, SecondFactor, Tenure, User
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing import conformance, conformance_actions
from gongxing.kernel.testing.conformance import Bench
from gongxing.kernel.testing.conformance_actions import DOORS
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Given, Samples, acting_holder, holder
from gongxing.kernel.testing.writes import as_system
from tests import land_samples, policy_samples, spine_samples

LEDGERS, ACTIONS = list(all_ledgers()), list(all_actions())
LogIn = Callable[[str], Client]
RULE = "sizes/thresholds/industry|employees"
EDIT = {
    "rule": RULE,
    "column": "large_min",
    "value": "1200",
    "valid_from": "2030-01-01",
    "source": "县政府会议纪要〔2026〕1号",
}


def a_firm(office: Office, number: int = 1, **more: Any) -> Firm:
    name = f"青禾试验{number}食品有限公司"
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(
            Firm(name=name, folded=name, initials="qhsy", unit=office.units["东园"], industry_pattern="样字", **more)
        )


def a_named_firm(office: Office, number: int) -> str:
    """The name of a firm that is there."""
    name = f"青禾试验{number}食品有限公司"
    return name if Firm.objects.filter(name=name).exists() else a_firm(office, number).name


def a_question(office: Office, number: int) -> Row:
    one, other = a_firm(office, 100 + number), a_firm(office, 200 + number)
    with writing(SYSTEM, "test", "") as ctx:
        asked = DuplicateQuestion(ref=f"{one.pk}:{other.pk}", one=one, other=other, ground="name", likeness="0.9")
        return ctx.create(asked)


def a_deadline(office: Office, number: int) -> Row:
    firm = a_firm(office, number, near_scale=True)
    with writing(SYSTEM, "test", "") as ctx:
        return start_deadline(ctx, firm, rule="scale.check", title=f"核查{number}", post_id=office.posts["gongxin"].pk)


def a_pattern(office: Office, number: int) -> Row:
    found = IndustryPattern.objects.filter(pattern=f"样字{number}").first()
    if found is not None:
        return found
    a_firm(office, number)
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(IndustryPattern(pattern=f"样字{number}", industry="1431", confirmed_at=now()))


def an_edit(office: Office, number: int) -> Row:
    perform(action_named("office.edit_pack_row"), acting_holder(office), {**EDIT, "why": "试"})
    return PackEdit.objects.order_by("-pk")[0]


def a_tenure(office: Office) -> Given:
    return Given(Tenure.objects.get(user=office.users["yuanqu2"]), {"last_day": today().isoformat()})


def handing_on(office: Office) -> dict[str, str]:
    """What hands the post of one park to the officer of another, nothing being open on it."""
    post = office.posts["yuanqu2"]
    return {"post": post.code, "last_day": today().isoformat(), "seen": "{}", "successor": "yuanqu"}


def a_slip(office: Office, number: int) -> Row:
    raw = {**handing_on(office), "why": "试"}
    name = ("yuanqu2", "xiangzhen", "yuanqu", "sifa")[number % 4]
    raw |= {"post": office.posts[name].code, "successor": "tongji"}
    slips: list[Row] = perform(action_named("office.hand_over"), acting_holder(office), raw)
    return slips[0]


def being_checked(office: Office) -> Given:
    deadline = a_deadline(office, 3)
    return Given(Firm.objects.get(pk=deadline.row), {"finding": "above"})  # type: ignore[attr-defined]


def with_a_factor(office: Office) -> Given:
    user = User.objects.get(pk=office.users["yuanqu2"].pk)
    SecondFactor.objects.create(user_id=user.pk, key="00" * 20, confirmed=True, created_at=now())
    return Given(user, {})


def running(office: Office) -> Given:
    return Given(
        a_deadline(office, 4), {"reason": "hearing", "proof": "听证告知书〔2026〕3号", "start": today().isoformat()}
    )


def paused(office: Office) -> Given:
    given = running(office)
    assert given.row is not None
    perform(action_named("office.pause_deadline"), acting_holder(office), {**given.raw, "why": "试"}, key=given.row.pk)
    given.row.refresh_from_db()
    return Given(given.row, {"end": today().isoformat()})


def merged(office: Office) -> Given:
    pair = two_firms(office)
    kept = perform(action_named("firms.merge_firms"), acting_holder(office), {**pair.raw, "why": "试"})
    return Given(Firm.objects.get(pk=kept.pk), {})


def two_firms(office: Office) -> Given:
    return Given(
        None,
        {
            "keep": str(a_firm(office, 1).pk),
            "gone": str(a_firm(office, 2).pk),
            "keep_version": "1",
            "gone_version": "1",
        },
    )


def pattern_of_a_firm(office: Office) -> Given:
    a_firm(office, industry_source="suggested")
    return Given(None, {"pattern": "样字", "code": "1431"})


def a_placement(office: Office) -> Given:
    firm = a_firm(office, 5)
    with writing(SYSTEM, "test", "") as ctx:
        load_chains(ctx, ["sug"])
        link = Node.objects.get(code="sug.white_sugar")
        row = Placement(ref=f"{firm.pk}:{link.pk}", firm=firm, node=link, role="main", level="doubtful", as_of=today())
        ctx.create(row)
    return Given(None, {"chosen": f"{row.pk}@1", "role": "main"})


def a_link_and_a_firm(office: Office) -> Given:
    firm = a_firm(office, 6)
    with writing(SYSTEM, "test", "") as ctx:
        load_chains(ctx, ["sug"])
    return Given(None, {"firm": str(firm.pk), "node": "sug.white_sugar", "role": "main"})


def a_sheet(office: Office) -> Given:
    lines = '[{"item": "编织袋", "value": "120", "where": "outside"}]'
    return Given(None, {"buyer": str(a_firm(office, 7).pk), "year": "2025", "lines": lines})


def ungranted(office: Office) -> Given:
    with writing(SYSTEM, "test", "") as ctx:
        return Given(ctx.create(Post(unit=office.units["西园"], title="新岗", code="P-new", role="park")), {"start": "2026-01-01"})  # fmt: skip


GRAPH = b'<graphml><key id="l" for="node" attr.name="label"/><graph edgedefault="directed"><node id="a"><data key="l">\xe9\x85\xb5\xe6\xaf\x8d</data></node></graph></graphml>'
RELATIONS = "产品,上游材料\n酒精,甘蔗\n".encode()


def a_link(name: str) -> str:
    """The name of a link that is there."""
    if not Node.objects.filter(name=name).exists():
        with as_system() as ctx:
            chain = Chain.objects.filter(code="s").first() or ctx.create(Chain(code="s", name="样链"))
            ctx.create(Node(code=f"s.{name}", chain=chain, segment="2", name=name))
    return name


def a_key_link(office: Office) -> Given:
    a_link("样环节")
    row = Node.objects.get(name="样环节")
    perform(action_named("chain.hold_key"), acting_holder(office), {"why": "试"}, key=row.pk)
    return Given(Node.objects.get(pk=row.pk), {})


def a_plain_link(office: Office) -> Given:
    a_link("样环节")
    return Given(Node.objects.get(name="样环节"), {})


def a_planned_firm(office: Office) -> Given:
    return Given(a_plain_link(office).row, {"firm": a_firm(office).name})


def a_decided_place(office: Office) -> Given:
    given = a_placement(office)
    place = Placement.objects.order_by("pk")[0]
    perform(action_named("chain.decide_placement"), acting_holder(office), {"role": "main", "why": "试"}, key=place.pk)
    assert given is not None
    return Given(Placement.objects.get(pk=place.pk), {})


def a_doubtful_place(office: Office) -> Given:
    a_placement(office)
    return Given(Placement.objects.order_by("pk")[0], {"role": "main"})


def a_chain() -> Chain:
    return Chain.objects.filter(code="z").first() or sugar()


def an_edited_chain(office: Office) -> Given:
    chain = a_chain()
    perform(action_named("chain.connect"), acting_holder(office), {"source": "z.cane", "target": "z.spirit"})
    return Given(chain, {})


def a_kept_file(office: Office, name: str, raw: bytes) -> str:
    return str(keep([raw], name=name, media_type="text/plain", user_id=holder(office).pk).pk)


def a_hint(office: Office, number: int, state: str = "open") -> Row:
    a_chain()
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(
            Hint(ref=f"样{number}{state}", source_text="甘蔗", target_text="酒精", relation="supplies", source_node=node("z.cane"), target_node=node("z.spirit"), score="1", state=state, file_name="样.csv", line=number, batch="样")
        )  # fmt: skip


def on_chain(find: Callable[[], Row | None], raw: dict[str, str]) -> Callable[[Office], Given]:
    """An action's sample on the invented chain, which is made first."""

    def given(office: Office) -> Given:
        a_chain()
        return Given(find(), raw)

    return given


SAMPLES = Samples(
    cells={
        **spine_samples.CELLS,
        **land_samples.CELLS,
        "firms.firm.name": "青禾样本食品有限公司", "firms.firm.phone": "13800000000", "firms.firm.founded": "2015-03",
        "firms.firm.stock_code": "", "firms.firm.industry": "1431", "firms.firmfigure.period": "20{n}", "firms.firmfigure.source": "dept",
        "firms.productfigure.year": "2024", "firms.productfigure.source": "dept",
        "org.unit.parent": "青禾县（演示）", "firms.firm.approved": "2015-03-01", "firms.firm.term_end": "2045-03-01", "access.grant.verb": "view",
        "access.grant.target": "firms.firm", "access.grant.thing": "", "org.unit.kind": "office", "org.post.role": "park",
        "office.reset_password.password": "Qinghe-2026-neu",
        "chain.node.classes": "1340", "chain.node.barrier": "3", "chain.node.county_fit": "4", "chain.node.name": "样环节{n}", "chain.node.land_class": "A",
        "chain.edge.source": lambda office, number: a_link(f"供方{number}"), "chain.edge.target": lambda office, number: a_link(f"用方{number}"),
        "chain.placement.firm": lambda office, number: a_named_firm(office, 40 + number), "chain.edge.weight": "0.2", "chain.purchase.year": "2024", "chain.purchase.as_of": "2025-03-01",
    },
    rows={
        **spine_samples.ROWS,
        **land_samples.ROWS,
        "firms.duplicatequestion": a_question, "deadlines.deadline": a_deadline, "firms.industrypattern": a_pattern,
        "packs.packedit": an_edit, "chain.hint": a_hint, "org.handover": a_slip,
    },
    given={
        **spine_samples.GIVEN,
        **policy_samples.GIVEN,
        **land_samples.GIVEN,
        "office.end_tenure": a_tenure,
        "office.hand_over": lambda office: Given(None, handing_on(office)),
        "office.void_handover": lambda office: Given(a_slip(office, 1), {}),
        "office.disable_account": lambda office: Given(User.objects.get(pk=office.users["yuanqu2"].pk), {}),
        "office.remove_second_factor": with_a_factor,
        "office.pause_deadline": running,
        "office.resume_deadline": paused,
        "office.edit_pack_row": lambda office: Given(None, EDIT),
        "office.verify_rule": lambda office: Given(None, {"rule": RULE, "source": EDIT["source"]}),
        "office.withdraw_rule": lambda office: Given(None, {"rule": RULE, "valid_from": "2030-01-01", "source": EDIT["source"]}),
        "office.grant_by_role": ungranted,
        "chain.begin_chains": lambda office: Given(None, {"codes": "tea"}),
        "chain.hold_key": a_plain_link,
        "chain.release_key": a_key_link,
        "chain.mark_reviewed": a_plain_link,
        "chain.add_planned": a_planned_firm,
        "chain.decide_placement": a_doubtful_place,
        "chain.undecide_placement": a_decided_place,
        "chain.decide_placements": a_placement,
        "chain.place_firm": a_link_and_a_firm,
        "chain.answer_purchases": a_sheet,
        "firms.merge_firms": two_firms,
        "firms.unmerge_firms": merged,
        "firms.confirm_pattern": pattern_of_a_firm,
        "firms.start_scale_check": lambda office: Given(a_firm(office, near_scale=True), {}),
        "firms.finish_scale_check": being_checked,
        "firms.confirm_industry": lambda office: Given(a_firm(office), {"code": "1431"}),
        "firms.suggest_industry": lambda office: Given(a_firm(office), {}),
        "chain.add_node": on_chain(lambda: None, {"chain": "z", "name": "酵母", "segment": "3"}),
        "chain.connect": on_chain(lambda: None, {"source": "z.cane", "target": "z.spirit"}),
        "chain.disconnect": on_chain(lambda: edge("z.cane", "z.mill"), {}),
        "chain.remove_node": on_chain(lambda: node("z.syrup"), {}),
        "chain.remove_chain": lambda office: Given(a_chain(), {}),
        "chain.merge_node": on_chain(lambda: node("z.syrup"), {"into": "z.mill"}),
        "chain.split_node": on_chain(lambda: node("z.spirit"), {"name": "燃料乙醇", "words": "酒精"}),
        "chain.undo_edit": an_edited_chain,
        "chain.apply_graph": lambda office: Given(a_chain(), {"file": a_kept_file(office, "a.graphml", GRAPH)}),
        "chain.read_hints": lambda office: Given(a_chain() and None, {"file": a_kept_file(office, "a.csv", RELATIONS)}),
        "chain.accept_hint": lambda office: Given(a_hint(office, 1), {}),
        "chain.reject_hint": lambda office: Given(a_hint(office, 1), {}),
        "chain.reopen_hint": lambda office: Given(a_hint(office, 1, "rejected"), {}),
        "chain.withdraw_hints": lambda office: Given(a_hint(office, 1) and None, {"batch": "样"}),
    },
)  # fmt: skip


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
        covering = {index.fields[0] for index in ledger.model._meta.indexes if isinstance(index, FacetIndex)}
        assert covering == set(ledger.facets)


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
    a_firm(office)
    report = check_chain()
    assert report.sound
    assert report.entries > 50
