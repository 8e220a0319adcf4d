"""What the map and the evidence look like: whole names, neighbours, arrows of change, a map fitted to the page, what is said of rows one
may not see."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from gongxing.domains.chain.drawing import LEAST, SMALLER, grid_for
from gongxing.domains.chain.line_breaks import cut, ems, halves, parted, wrapped
from gongxing.domains.chain.models import Edge, Purchase
from gongxing.domains.chain.show import money
from gongxing.domains.chain.tests.small import buy, place, small_county
from gongxing.domains.chain.words import figure
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.packs.tables import table
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
BOX = re.compile(r'<a class="node ([^"]*)"[^>]*data-node="([^"]+)" aria-label="([^"]+)".*?</a>', re.DOTALL)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def boxes(html: str) -> dict[str, tuple[set[str], str, str]]:
    """Link → classes of its box, what is said of it, its whole markup."""
    return {one[2]: (set(one[1].split()), one[3], one[0]) for one in BOX.finditer(html)}


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("花价指数与产业平台", ("花价指数与", "产业平台")),
        ("电池管理系统与保护板", ("电池管理系统与", "保护板")),
        ("退役电池回收与梯次利用", ("退役电池回收与", "梯次利用")),
        ("Jasmine flower growing", ("Jasmine", "flower growing")),
        ("Graphitisation services", ("Graphitisation", "services")),
        ("Antidisestablishmentarianism", ("Antidisestablis-", "hmentarianism")),
    ],
)
def test_a_long_name_stands_whole_on_two_lines(name: str, lines: tuple[str, str]) -> None:
    assert halves(name, 8.3) == lines


def test_what_fits_nowhere_ends_in_dots() -> None:
    assert cut("一二三四五六七八九十", 5) == "一二三四…"
    assert halves("一二三四五六七八九十一二三四五六七八九十", 8.3) == ("一二三四五六七八", "九十一二三四五…")


@pytest.mark.parametrize(
    ("text", "room", "kept"),
    [
        ("12 firms CNY 345m", 6, "12 firms…"),
        ("外购 8,640 万", 6, "外购…"),
        ("外购 8,640 万", 6.5, "外购 8,640 万"),
        ("8,640 万", 3, "…"),
        ("Biochar, activated carbon", 8, "Biochar…"),
    ],
)
def test_a_number_and_a_word_are_cut_nowhere(text: str, room: float, kept: str) -> None:
    assert cut(text, room) == kept


@pytest.mark.usefixtures("db")
def test_every_english_name_of_the_pack_stands_whole_in_three_lines_of_whole_words() -> None:
    names = [row["name_en"] for row in table("chains", "nodes", today()) if row["name_en"]]
    assert len(names) > 300
    for name in names:
        lines = parted(name, SMALLER, 3)
        assert (name, max(map(ems, lines)) <= SMALLER, len(lines) <= 3) == (name, True, True)
        assert re.sub(r"(?<=-) ", "", " ".join(lines)) == name


def test_rows_are_higher_only_where_a_name_needs_three_lines() -> None:
    assert grid_for(["花价指数与产业平台", "Jasmine tea"], SMALLER).height == 42
    assert grid_for(["Battery-grade manganese salts and oxides"], SMALLER).height == 54


def test_lines_of_a_sentence_keep_words_and_numbers_whole() -> None:
    said = "CNY 1,234,567 bought outside the county in 2026"
    lines = wrapped(said, 100, 10)
    assert " ".join(lines) == said
    assert all(ems(line) <= 10 for line in lines)
    assert wrapped("一二三四五六七，八九十", 80, 10) == ["一二三四五六七，", "八九十"]


@pytest.mark.parametrize(
    ("wan", "said"), [(3274.5, "3,275 万"), (3274.4, "3,274 万"), (0.5, "1 万"), (13_000, "1.3 亿")]
)
def test_half_a_wan_is_rounded_up(wan: float, said: str) -> None:
    """The table beside the map rounds so; Python's own format would give 3,274 and 0."""
    assert money(wan) == said
    assert figure("3274.5") == "3,275"


def test_a_chosen_link_lifts_its_neighbours(office: Office, client_of: LogIn) -> None:
    small_county(office)
    found = boxes(page(client_of("gongxin"), "/chain/map/t/?node=t.grow"))
    place_of = {code: classes & {"on", "near", "far"} for code, (classes, _said, _markup) in found.items()}
    assert place_of == {"t.grow": {"on"}, "t.make": {"near"}, "t.scent": {"far"}, "t.pack": {"far"}, "t.sell": {"far"}}
    html = page(client_of("gongxin"), "/chain/map/t/?node=t.grow")
    assert re.findall(r'<g class="link hot" data-from="([^"]+)" data-to="([^"]+)"', html) == [("t.grow", "t.make")]
    assert html.index('class="link hot"') > html.rindex('class="link far"')  # what is meant lies above the rest


def test_a_map_fitted_to_the_page_has_a_least_width(office: Office, client_of: LogIn) -> None:
    small_county(office)
    client = client_of("gongxin")
    html = page(client, "/chain/map/t/?fit=1")
    found = re.search(r'<svg class="gx-map" xmlns="[^"]+" viewBox="0 20 (\d+) \d+" role="group"', html)
    assert found is not None, "the picture takes its width from the page"
    assert f'<svg class="gx-mapleast" width="{round(int(found[1]) * LEAST)}"' in html
    assert "fit=1" not in re.findall(r'href="([^"]*report\.docx[^"]*)"', html)[0]
    plain = page(client, "/chain/map/t/")
    assert f'viewBox="0 20 {found[1]}' in plain and f'width="{found[1]}"' in plain and "gx-mapleast" not in plain


def test_links_that_changed_bear_an_arrow(office: Office, client_of: LogIn) -> None:
    with at(now() - timedelta(days=40)):
        small = small_county(office)
    with at(now() - timedelta(days=10)), writing(SYSTEM, "test", "") as ctx:
        place(ctx, small.firms[5], small.nodes["t.scent"])
        ctx.update(small.firms[2], above_scale=False)
        ctx.update(small.firms[1], above_scale=False)
    before = (today() - timedelta(days=20)).isoformat()
    found = boxes(page(client_of("gongxin"), f"/chain/map/t/?with={before}"))
    arrows = {code: re.findall(r'class="moved is-(\w+)"', markup) for code, (_classes, _said, markup) in found.items()}
    assert arrows == {"t.scent": ["better"], "t.make": ["worse"], "t.grow": [], "t.pack": [], "t.sell": []}
    assert found["t.scent"][1].endswith("，补上了") and found["t.make"][1].endswith("，变差")
    assert "变了 2 处" in page(client_of("gongxin"), f"/chain/map/t/?with={before}")


def test_both_days_stand_in_their_fields(office: Office, client_of: LogIn) -> None:
    with at(now() - timedelta(days=40)):
        small_county(office)
    day, other = ((today() - timedelta(days=days)).isoformat() for days in (10, 20))
    html = page(client_of("gongxin"), f"/chain/map/t/?day={day}&with={other}")
    assert re.findall(r'name="(day|with)"[^>]* value="([^"]*)"', html)[:2] == [("day", day), ("with", other)]


def test_the_evidence_says_how_much_it_does_not_show(office: Office, client_of: LogIn) -> None:
    small = small_county(office)
    with writing(SYSTEM, "test", "") as ctx:
        buy(ctx, small.firms[1], small.nodes["t.sell"], "50", Purchase.Where.OUTSIDE)
    park, county = client_of("yuanqu"), client_of("gongxin")
    assert "还有 1 家不归你看" in page(park, "/chain/node/t.make/")
    assert "不归你看" not in page(county, "/chain/node/t.make/")
    assert "有 1 笔采购，不归你看" in page(park, "/chain/node/t.sell/")
    assert "还没有采购调查" not in page(park, "/chain/node/t.sell/")
    assert "还没有采购调查" in page(park, "/chain/node/t.pack/")


def test_the_page_of_a_link_states_its_finding_and_its_sources(office: Office, client_of: LogIn) -> None:
    small = small_county(office)
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(Edge.objects.get(source=small.nodes["t.grow"]), basis="S15")
    html = page(client_of("gongxin"), "/chain/node/t.scent/")
    title = re.search(r"<h1>([^<]+)</h1>", html)
    assert title is not None and re.fullmatch(r"茶用香精：(关键，)?缺失，每年外购 800 万元，补链", title[1])
    made = page(client_of("gongxin"), "/chain/node/t.make/")
    assert "统计局 2025" in made and "stat 2025" not in made
    assert "中国茶网 2013-04-30" in made and ">S15<" not in made


def test_the_first_page_states_what_all_chains_lack(office: Office, client_of: LogIn) -> None:
    small_county(office)
    assert "<h1>1 条产业链 5 个环节：缺 2 弱 1，关键缺口" in page(client_of("gongxin"), "/chain/")


def test_a_register_writes_a_year_as_a_year_and_hides_its_own_numbers(office: Office, client_of: LogIn) -> None:
    small_county(office)
    bought = Purchase.objects.get(item="茶用香精")
    listed = page(client_of("gongxin"), "/l/chain-purchase/")
    assert f'data-l="年度">{bought.year}<' in listed and f"{bought.year:,}" not in listed
    assert bought.ref not in listed
    opened = page(client_of("gongxin"), f"/l/chain-purchase/{bought.pk}/")
    assert opened.count(bought.ref) == 1, "among its facts, and not beside its title"
    assert '<span class="sub mono">t.grow</span>' not in page(client_of("gongxin"), "/l/chain-node/")
