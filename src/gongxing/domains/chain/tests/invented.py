"""A small invented chain for tests: sugar cane to sugar, its syrup to alcohol, boxes from elsewhere."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.test import Client

from gongxing.domains.chain.models import Chain, Edge, Node, Placement, Purchase
from gongxing.domains.firms.models import Firm
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]
PAGE = "/chain/edit/z/"
NODES = (
    ("z.cane", "1", "甘蔗种植", ["甘蔗", "蔗种"], ["0134"]), ("z.mill", "2", "制糖", ["白砂糖", "原糖"], ["1340"]), ("z.syrup", "2", "糖蜜", ["糖蜜"], ["1340"]),
    ("z.spirit", "3", "酒精", ["酒精", "食用酒精"], ["1511", "2614"]),
)  # fmt: skip
EDGES = (
    ("z.cane", "z.mill", "material", "0.6"),
    ("z.mill", "z.syrup", "by_product", None),
    ("z.syrup", "z.spirit", "material", "0.5"),
)


def sugar() -> Chain:
    """The chain z with four links and three relations; a chain y with one link, and one relation from there."""
    with writing(SYSTEM, "demo", "") as ctx:
        other = ctx.create(Chain(code="y", name="包装"))
        box = ctx.create(Node(code="y.box", chain=other, segment="4", name="纸箱", keywords=["纸箱"], classes=["2231"]))
        chain = ctx.create(Chain(code="z", name="糖业"))
        at = {"y.box": box}
        for code, segment, name, words, classes in NODES:
            at[code] = ctx.create(
                Node(code=code, chain=chain, segment=segment, name=name, keywords=words, classes=classes)
            )
        for source, target, kind, weight in (*EDGES, ("y.box", "z.mill", "material", "0.02")):
            one, two = at[source], at[target]
            ctx.create(
                Edge(
                    ref=f"{one.pk}:{two.pk}:{kind}", source=one, target=two, kind=kind, weight=None if weight is None else Decimal(weight),
                    weight_source="none" if weight is None else "editor", basis="编者判断",
                )
            )  # fmt: skip
    return chain


def node(code: str) -> Node:
    return Node.objects.get(code=code)


def edge(source: str, target: str) -> Edge:
    return Edge.objects.get(source__code=source, target__code=target)


def edges() -> list[tuple[str, str, str, str | None]]:
    """Every relation: codes of its ends, kind, weight as text."""
    rows = Edge.objects.order_by("source__code", "target__code").select_related("source", "target")
    return [(one.source.code, one.target.code, one.kind, None if one.weight is None else format(one.weight.normalize(), "f")) for one in rows]  # fmt: skip


def firm(office: Office, name: str, **more: Any) -> Firm:
    with writing(SYSTEM, "demo", "") as ctx:
        return ctx.create(Firm(name=name, folded=name, initials="x", unit=office.units["东园"], **more))


def placed(office: Office, code: str, name: str, level: str = "decided") -> Placement:
    one, on = firm(office, name), node(code)
    with writing(SYSTEM, "demo", "") as ctx:
        return ctx.create(
            Placement(ref=f"{one.pk}:{on.pk}", firm=one, node=on, role="main", level=level, as_of=today())
        )


def bought(office: Office, code: str, name: str, item: str) -> Purchase:
    one = firm(office, name)
    with writing(SYSTEM, "demo", "") as ctx:
        return ctx.create(
            Purchase(ref=f"{one.pk}:2025:{item}", buyer=one, year=2025, item=item, node=node(code), value=Decimal(120), as_of=today())
        )  # fmt: skip


def text_of(response: object) -> str:
    return str(response.content.decode())  # type: ignore[attr-defined]


def undo(client: Client, tx: str = "") -> int:
    return client.post(PAGE, {"op": "undo", "tx": tx}).status_code


def split(client: Client, **more: object) -> object:
    one = node("z.spirit")
    raw = {"version": one.version, "name": "燃料乙醇", "segment": "3", **more}
    return client.post(f"{PAGE}split/{one.pk}/", raw)


def undo_last(office: Office, chain: Chain) -> int:
    """Undo; how many rows of links and relations that wrote."""
    before = Entry.objects.filter(ledger__in=("chain.node", "chain.edge")).count()
    perform(action_named("chain.undo_edit"), office.actor("gongxin"), {}, key=chain.pk)
    return Entry.objects.filter(ledger__in=("chain.node", "chain.edge")).count() - before
