"""A small chain with firms for the tests of documents: four links, one of them key and missing, names that look like markup."""

from datetime import date
from decimal import Decimal

from gongxing.domains.chain.models import Chain, Edge, Node, Placement, Purchase
from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

ODD = '青禾#甲*_<b>$x$</b>"&有限公司'
FORMULA = "=cmd|' /C calc'!A0"
TOWN = "青禾镇办加工厂"


def small_chain(office: Office, invented: bool = False, firms_invented: bool | None = None) -> dict[str, Node]:
    """``invented``: chain and links are; ``firms_invented``: firms too (None: as the chain). Chain ``tst``: 原料 → 成品 ← 设备; 电池级碳酸锂 is held key and has a profile in the pack. Returns the links by code."""
    day = today()
    with writing(SYSTEM, "test", "") as ctx:
        chain = ctx.create(Chain(code="tst", name="测试/材料", kind="strategic", invented=invented))
        nodes = {
            code: ctx.create(
                Node(code=code, chain=chain, segment=segment, name=name, reviewed=day, barrier=3, invented=invented)
            )
            for code, segment, name in (
                ("tst.raw", "1", "原料"),
                ("bat.lithium_salt", "1", "锂盐与锂化合物"),
                ("tst.made", "2", "成品"),
                ("tst.gear", "4", "成套智能装备与在线检测系统集成"),
            )
        }
        ctx.update(
            nodes["bat.lithium_salt"],
            forced_key=True,
            forced_by="专家甲",
            forced_why="没有它就停产",
            forced_on=date(2026, 3, 1),
        )
        for source, weight in (("tst.raw", "0.2"), ("bat.lithium_salt", "0.3"), ("tst.gear", None)):
            ctx.create(
                Edge(
                    ref=f"{source}>tst.made", source=nodes[source], target=nodes["tst.made"], kind="material",
                    weight=None if weight is None else Decimal(weight), weight_source="none" if weight is None else "editor",
                )
            )  # fmt: skip
        firms = {
            name: ctx.create(
                Firm(
                    name=name, folded=name, initials="x", unit=office.units[unit], status=status, above_scale=above, revenue=revenue,
                    figure_source=source, figure_period="2025" if source else "", invented=invented if firms_invented is None else firms_invented,
                )
            )
            for name, unit, status, above, revenue, source in (
                (ODD, "东园", "active", True, Decimal("12000.50"), "stat"),
                (TOWN, "禾城镇", "active", False, Decimal(300), "self"),
                ("青禾无数实业有限公司", "东园", "active", False, None, ""),
                ("青禾已注销有限公司", "西园", "closed", False, Decimal(99), "stat"),
                ("青禾在建材料有限公司", "西园", "active", False, None, ""),
                ("青禾存疑有限公司", "东园", "active", False, Decimal(5), "stat"),
            )
        }  # fmt: skip
        for name, code, role, level in (
            (ODD, "tst.made", "main", "sure"),
            (ODD, "tst.raw", "supporting", "decided"),
            (TOWN, "tst.made", "main", "decided"),
            ("青禾无数实业有限公司", "tst.raw", "main", "sure"),
            ("青禾已注销有限公司", "tst.made", "main", "sure"),
            ("青禾在建材料有限公司", "tst.gear", "building", "decided"),
            ("青禾存疑有限公司", "tst.made", "main", "doubtful"),
        ):
            firm, node = firms[name], nodes[code]
            ctx.create(Placement(ref=f"{firm.pk}:{node.pk}", firm=firm, node=node, role=role, level=level, as_of=day))
        for name, item, code, value, where, single in (
            (ODD, FORMULA, "bat.lithium_salt", Decimal("500.5"), "outside", True),
            (TOWN, FORMULA, "bat.lithium_salt", Decimal("20"), "local", None),
            (TOWN, "包装箱", "tst.raw", None, "unknown", None),
        ):
            firm = firms[name]
            ctx.create(
                Purchase(
                    ref=f"{firm.pk}:2025:{item}", buyer=firm, year=2025, item=item, node=nodes[code], value=value, where=where,
                    single_source=single, as_of=day,
                )
            )  # fmt: skip
    return nodes
