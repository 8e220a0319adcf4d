"""Numbers and names nobody types: two of the same second, and two of the same year, can be told apart."""

from datetime import UTC, date, datetime

from gongxing.domains.land.models import Layout
from gongxing.domains.land.run_names import free_name
from gongxing.kernel.clock import at
from gongxing.kernel.ledger.numbers import free_number
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system


def kept(name: str) -> Layout:
    with as_system() as ctx:
        return ctx.create(
            Layout(
                number=free_number(Layout.objects.all(), "BJ"), name=name, asked={}, problem={}, answer={}, made_on=date(2026, 3, 2), made_by="x", candidates=0, placed=0,
            )
        )  # fmt: skip


def test_three_of_one_second_and_of_one_year(office: Office) -> None:
    with at(datetime(2026, 3, 2, 1, 30, 5, tzinfo=UTC)):
        made = [kept(free_name(Layout, "2026 年布局方案")) for _time in range(3)]
        typed = kept("重点项目先排")
    first = made[0].number
    assert [one.number for one in (*made, typed)] == [first, f"{first}-2", f"{first}-3", f"{first}-4"]
    assert [one.name for one in made] == ["2026 年布局方案", "2026 年布局方案（2）", "2026 年布局方案（3）"]
    assert free_name(Layout, "重点项目") == "重点项目", "a longer name does not take it"
