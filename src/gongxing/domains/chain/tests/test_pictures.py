"""The pictures beside the whole map: numbers of real rows, said once more in words, no more than the reader may see."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.test import Client, RequestFactory

from gongxing.domains.chain import queries
from gongxing.domains.chain.models import Node
from gongxing.domains.chain.pages import report as pages
from gongxing.domains.chain.report.collect import drawn_of
from gongxing.domains.chain.report.pictures import Drawn
from gongxing.domains.chain.tests.county_of_four import small_chain
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
URL = "/chain/map/tst/pictures/"
TEXT = "{http://www.w3.org/2000/svg}text"


@pytest.fixture(autouse=True)
def fresh_grading() -> None:
    queries.forget()


def drawn(office: Office, who: str, query: str = "") -> dict[str, Drawn]:
    asked = pages._asked(RequestFactory().get(f"{URL}targets.svg?{query}"), "tst", office.actor(who))
    assert asked is not None
    return {one.key: one for one in drawn_of(asked)}


def lettered(one: Drawn) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(one.picture.svg).iter(TEXT)]


def test_the_targets_stand_in_order_with_surveyed_money(office: Office) -> None:
    small_chain(office)
    one = drawn(office, "gongxin")["targets"]
    texts = lettered(one)
    assert texts[0].startswith("要招 4 个环节，其中关键 1 个；先招锂盐与锂化合物")
    assert texts.count("补链") == 2
    assert "501" in texts  # 500.5 万元 of the survey, rounded as everywhere
    said = next(line for line in one.words if "锂盐与锂化合物（缺失、关键）" in line)
    assert "：补链；" in said
    assert said.endswith("每年外购 501 万元（采购调查）。")
    assert sum("不知道每年外购多少" in line for line in one.words) == 2
    # the amount was not told: 12,000.5 of revenue, half of it for each of two links, × 0.2 of weight × 0.7 of input costs
    assert one.words[-1].endswith("本地需求约 840 万元/年（按下游营收估计，不是采购调查）。")
    assert "约 840，估计" in texts
    assert one.title == "招商目标图"


def test_money_of_one_or_two_buyers_is_in_no_picture_of_a_town(office: Office) -> None:
    """Two buyers answered: a town sees that there is a gap, not how much."""
    small_chain(office)
    one = drawn(office, "xiangzhen")["targets"]
    assert "501" not in one.picture.svg
    assert "500.5" not in one.picture.svg
    said = next(line for line in one.words if "锂盐与锂化合物（缺失、关键）" in line)
    assert said.endswith("金额不显示。")
    assert "不显示" in lettered(one)


def test_firms_are_counted_by_place_and_segment(office: Office) -> None:
    """Of seven placements five count: not the closed firm, not the doubtful one; the firm being built makes nothing yet."""
    small_chain(office)
    one = drawn(office, "gongxin")["spread"]
    assert one.words[:3] == (
        "3 家企业分布在 2 个园区和镇，东园最多，2 家",
        "东园 2 家：上游 2、中游 1。",
        "禾城镇 1 家：中游 1。",
    )
    town = drawn(office, "xiangzhen")["spread"]
    assert town.words[:2] == ("1 家企业分布在 1 个园区和镇，禾城镇最多，1 家", "禾城镇 1 家：中游 1。")
    assert town.words[-1] == "只列制表岗位有权查看的企业；另有 2 家在这些环节上，没有列出。"
    assert "东园" not in town.picture.svg


def test_every_link_is_one_shape_of_its_state(office: Office) -> None:
    small_chain(office)
    one = drawn(office, "gongxin")["states"]
    assert one.words[0].startswith("测试/材料：4 个环节缺 1 弱 2；补链 2、强链 2")
    assert one.words[1].startswith("配套 1 个：在补 1；其中关键 0 个")
    assert one.words[2].startswith("上游 2 个：缺失 1、薄弱 1；其中关键 1 个；补链 1")
    assert one.picture.svg.count("scale(.92)") == 4
    assert one.picture.svg.count('<rect x="-1.6"') == 1  # the ring of the one key link
    only = drawn(office, "gongxin", "state=missing")["states"]
    assert only.picture.svg.count("scale(.92)") == 1
    assert "状态 缺失" in only.picture.svg


def test_pictures_are_served_with_date_source_and_no_class(office: Office, client_of: LogIn) -> None:
    small_chain(office)
    client = client_of("gongxin")
    for key in ("targets", "spread", "states"):
        svg = client.get(f"{URL}{key}.svg").content.decode()
        words = "".join(text.text or "" for text in ElementTree.fromstring(svg).iter(TEXT))
        assert f"截至 {today().isoformat()}" in words
        assert "4 个环节；来源：本县产业链环节" in words
        assert re.search(r"class=|var\(|<a |style=", svg) is None
        assert client.get(f"{URL}{key}.png").content[:8] == b"\x89PNG\r\n\x1a\n"
        assert client_of("nobody").get(f"{URL}{key}.png").status_code == 403
    assert client.get(f"{URL}none.png").status_code == 404
    assert client.get(f"{URL}targets.exe").status_code == 404
    page = client.get("/chain/map/tst/?state=missing").content.decode()
    assert f'href="{URL}targets.png?state=missing"' in page


def test_an_empty_filter_and_names_of_signs_are_drawn(office: Office) -> None:
    nodes = small_chain(office)
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(Node.objects.get(pk=nodes["tst.made"].pk), name="#a<&\x07]")
    for one in drawn(office, "gongxin").values():
        ElementTree.fromstring(one.picture.svg)
    empty = drawn(office, "gongxin", "state=strong")
    assert [empty[key].words[0] for key in ("targets", "spread", "states")] == [
        "没有要专门招引的环节",
        "这些环节上还没有企业。",
        "没有符合条件的环节",
    ]
