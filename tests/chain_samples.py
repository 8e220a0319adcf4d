"""Rows and cells of the chain map, where their declarations alone do not say them: for the conformance tests."""

from collections.abc import Callable, Mapping
from typing import Any

from gongxing.domains.chain.actions.editing import load_chains
from gongxing.domains.chain.models import Chain, Hint, Node, Placement
from gongxing.domains.chain.tests.invented import edge, node, sugar
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.files.store import keep
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Given, acting_holder, holder
from gongxing.kernel.testing.writes import as_system
from tests.office_samples import a_firm, a_named_firm


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


CELLS: Mapping[str, Any] = {
    "chain.node.classes": "1340",
    "chain.node.barrier": "3",
    "chain.node.county_fit": "4",
    "chain.node.name": "样环节{n}",
    "chain.node.land_class": "A",
    "chain.edge.source": lambda office, number: a_link(f"供方{number}"),
    "chain.edge.target": lambda office, number: a_link(f"用方{number}"),
    "chain.placement.firm": lambda office, number: a_named_firm(office, 40 + number),
    "chain.edge.weight": "0.2",
    "chain.purchase.year": "2024",
    "chain.purchase.as_of": "2025-03-01",
}
ROWS: Mapping[str, Any] = {
    "chain.hint": a_hint,
}
GIVEN: Mapping[str, Any] = {
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
}
