"""Reading a sheet of purchases: values as people write them, wrong lines by name, items matched to links and never guessed."""

from decimal import Decimal

import pytest

from gongxing.domains.chain.models import Node
from gongxing.domains.chain.survey.answers import Typed, read_sheet, read_value
from gongxing.domains.chain.survey.asking import items_of, standing_of
from gongxing.domains.chain.tests.test_survey import chains, firm, node, stands
from gongxing.kernel.audit.write import writing
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1200", "1200"), ("1,200", "1200"), ("１２００", "1200"), ("1200万", "1200"), ("1200万元", "1200"), ("0.12亿", "1200"), ("0.12亿元", "1200"),
        ("12000000元", "1200"), ("1200.50", "1200.50"), ("", None), ("不愿说", None), ("—", None),
    ],
)  # fmt: skip
def test_yearly_values_are_read_as_people_write_them(text: str, value: str | None) -> None:
    assert read_value(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(("text", "code"), [("0", "chain.survey_zero"), ("0.00万", "chain.survey_zero"), ("10元", "chain.survey_zero"), ("一千二", "money.unreadable"), ("12,00", "money.unreadable"), ("-5", "money.unreadable"), ("100万美元", "money.unreadable"), ("9999999999999", "number.huge")])  # fmt: skip
def test_values_nobody_can_mean_are_refused(text: str, code: str) -> None:
    with pytest.raises(Fault) as caught:
        read_value(text)
    assert caught.value.code == code


def test_a_sheet_names_every_wrong_line_and_leaves_bare_names_out() -> None:
    typed = [
        Typed("铜箔", "1,200", "outside", "y", "甲公司"), Typed("隔膜"), Typed("", "300", "local"), Typed("铝箔", "很多", "moon", "perhaps", "", "没有的环节"),
        Typed("铜箔", "1", "local"),
    ]  # fmt: skip
    found = read_sheet(typed, {"锂电铜箔": 7}, lambda item: 7 if item == "铜箔" else None)
    assert found.bare == 1
    assert [(one.column, one.fault.code) for one in found.faults] == [
        ("item-3", "chain.survey_item"), ("value-4", "chain.survey_value"), ("where-4", "chain.survey_where"), ("single-4", "chain.survey_single"),
        ("node-4", "chain.survey_link"), ("item-5", "chain.survey_twice"),
    ]  # fmt: skip
    number, line = found.lines[0]
    assert (number, line.item, line.value, line.where, line.node_id, line.single_source) == (
        1,
        "铜箔",
        Decimal(1200),
        "outside",
        7,
        True,
    )


def test_items_are_matched_by_name_word_and_nearness(office: Office) -> None:
    chains("bat", "ele", "pap", "sug")
    cell = firm(office, "青禾储能科技有限公司")
    stands(cell, "bat.cell_storage")
    items = items_of(cell.pk, 2025)
    codes = dict(Node.objects.values_list("pk", "code"))

    def code(item: str) -> str | None:
        found = items.link(item)
        return None if found is None else codes[found]

    assert code("铜箔") == "bat.copper_foil"
    assert code("锂电铜箔（8微米）") == "bat.copper_foil"
    assert code("磷酸铁锂正极") == "bat.lfp", "the pack's own list of what such a firm buys"
    assert code("UN 标志包装箱") == "pap.corrugated", "the same, on another chain"
    assert code("PCB铜箔") == "ele.e_foil"
    assert code("嘎啦板") is None
    assert items.match("嘎啦板").perhaps == ()
    assert items_of(firm(office, "青禾商贸有限公司").pk, 2025).link("铜箔") is not None


def test_equals_are_not_guessed_between(office: Office) -> None:
    chains("bat")
    one, other = node("bat.coke"), node("bat.gas")
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(one, keywords=["特种料"])
        ctx.update(other, keywords=["特种料"])
    buyer = firm(office, "青禾甲有限公司")
    assert items_of(buyer.pk, 2025).match("特种料") == (None, tuple(sorted((one.pk, other.pk))))
    stands(buyer, "bat.lfp")  # buys gas, not coke
    assert standing_of(buyer.pk).suppliers >= {other.pk}
    assert items_of(buyer.pk, 2025).link("特种料") == other.pk
