"""地块一张图 in a browser: what is clicked is said, filters are those of the list, a parcel is cut and put together again, paper is A3; at a desk and on a
phone, in the light and in the dark."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.serving import served
from tests.browser.steps import PHONE, PICTURES, WAIT, WIDE, Watch, complaints, log_in, watch
from tests.browser.test_chain_map import dark, opened

pytestmark = pytest.mark.browser
KEEPER, ROWS, MAP = "ziranziyuan", 60, "/land/map/"
PIXEL = """key => { const one = gxMap.getAllLayers().find(layer => layer.getZIndex() === 3).getSource().getFeatureById(key);
  return gxMap.getPixelFromCoordinate(one.getGeometry().getInteriorPoint().getCoordinates().slice(0, 2)); }"""
CUT = """key => { const one = gxMap.getAllLayers().find(layer => layer.getZIndex() === 3).getSource().getFeatureById(key);
  const [west, south, east, north] = one.getGeometry().getExtent(), x = west + (east - west) * .4;
  return [[x, south - 20], [x, north + 20]].map(at => gxMap.getPixelFromCoordinate(at)); }"""


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small office with three parks and sixty parcels."""
    with served(["tests.browser.land_server", "{port}", str(ROWS)], tmp_path_factory.mktemp("land")) as address:
        yield address


def ready(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#map[data-ready]").wait_for(timeout=WAIT)
    page.wait_for_load_state("networkidle")


def on_map(chromium: Browser, land: str, size: dict[str, int], query: str = "") -> tuple[BrowserContext, Page, Watch]:
    """The keeper before the drawn map, and what the page complains of from then on."""
    context = opened(chromium, size)
    page = context.new_page()
    log_in(page, land, KEEPER, "zh")
    seen = watch(page, land)
    ready(page, f"{land}{MAP}{query}")
    return context, page, seen


def click_parcel(page: Page, key: str) -> None:
    """On the map, where it lies."""
    page.locator("#map").scroll_into_view_if_needed()
    box = page.locator("#map").bounding_box()
    assert box is not None
    x, y = page.evaluate(PIXEL, key)
    page.mouse.click(box["x"] + x, box["y"] + y)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_map_is_sound_in_both_themes(chromium: Browser, land: str, axe: str, size: dict[str, int]) -> None:
    context = opened(chromium, size)
    page = context.new_page()
    log_in(page, land, KEEPER, "zh")
    seen, name = watch(page, land), "wide" if size is WIDE else "phone"
    wrong: list[str] = []
    PICTURES.mkdir(parents=True, exist_ok=True)
    ready(page, f"{land}{MAP}")
    wrong += complaints(page, axe, name)
    if size is WIDE:
        page.screenshot(path=PICTURES / "land-map.png")
    page.locator("[data-show]").first.click()
    expect(page.locator("#card [data-parcel]")).to_be_visible()
    if size is PHONE:
        expect(page.locator("#card")).to_have_css("position", "fixed")
        page.locator(".gx-maplegend > summary").scroll_into_view_if_needed()
    wrong += complaints(page, axe, f"{name} with a card")
    light = page.evaluate("gxMap.getAllLayers().find(one => one.getZIndex() === 1).getStyle()().getFill().getColor()")
    dark(page)
    wrong += complaints(page, axe, f"{name} dark", ("color-contrast",), "main")
    assert (
        page.evaluate("gxMap.getAllLayers().find(one => one.getZIndex() === 1).getStyle()().getFill().getColor()")
        != light
    )
    if size is PHONE:
        page.locator('#card [data-map="close"]').click()
        expect(page.locator("#card")).not_to_have_css("position", "fixed")
    assert not wrong, "\n".join(wrong)
    seen.silent()
    context.close()


def test_a_click_a_row_and_the_keyboard_choose_the_same(chromium: Browser, land: str) -> None:
    context, page, seen = on_map(chromium, land, WIDE)
    row = page.locator("[data-row]").nth(2)
    key, number = str(row.get_attribute("data-row")), row.locator("a.nm").inner_text()
    click_parcel(page, key)
    expect(page.locator("#card h2")).to_have_text(number)
    expect(row).to_have_class(re.compile("sel"))
    page.locator('#card [data-map="close"]').click()
    page.locator(f'[data-show="{key}"]').press("Enter")
    expect(page.locator("#card h2")).to_have_text(number)
    expect(page.locator("#card")).to_be_focused()
    assert f"p={key}" in page.url
    page.reload()
    expect(page.locator("#card h2")).to_have_text(number)
    page.locator('#card [data-map="close"]').click()
    page.locator("#map").focus()
    expect(page.locator("#card")).not_to_have_class(re.compile("open"))
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_have_class(
        re.compile("open")
    )  # a shut card keeps its words: opened anew, they are new
    expect(page.locator("#card h2")).to_have_text(number)  # it still lies in the middle of what is not covered
    seen.silent()
    context.close()


def test_filters_are_those_of_the_list(chromium: Browser, land: str) -> None:
    context, page, seen = on_map(chromium, land, WIDE)
    all_of_them = int(str(page.locator("#map").get_attribute("data-parcels")))
    page.locator("summary", has_text="状态").first.click()
    page.locator(".gx-pop a", has_text="批而未供").click()
    page.locator("#map[data-ready]").wait_for(timeout=WAIT)
    assert "f.state=approved_unsupplied" in page.url
    some = int(str(page.locator("#map").get_attribute("data-parcels")))
    assert 0 < some < all_of_them
    rows = page.locator("[data-row]").count()
    assert rows == some + page.locator("[data-show]", has_text="没有图形").count()
    page.locator(".gx-seg a", has_text="表").click()
    expect(page.locator("#list-table tbody tr")).to_have_count(rows)
    page.locator(".gx-seg a", has_text="图").click()
    page.locator("#map[data-ready]").wait_for(timeout=WAIT)
    assert page.locator("#map").get_attribute("data-parcels") == str(some)
    look = page.locator("[data-look]").first
    look.click()
    expect(look).to_have_attribute("aria-pressed", "false")
    seen.silent()
    context.close()


def test_a_parcel_is_cut_by_a_line_and_put_together_again(chromium: Browser, land: str) -> None:
    context, page, seen = on_map(chromium, land, WIDE, "?f.state=approved_unsupplied")
    row = page.locator("[data-row]").first
    key, number, before = (
        str(row.get_attribute("data-row")),
        row.locator("a.nm").inner_text(),
        page.locator("[data-row]").count(),
    )
    page.locator(f'[data-show="{key}"]').click()
    page.locator('#card [data-draw="split"]').click()
    page.locator("#map").scroll_into_view_if_needed()
    box = page.locator("#map").bounding_box()
    assert box is not None
    (x1, y1), (x2, y2) = page.evaluate(CUT, key)
    page.mouse.click(box["x"] + 40, box["y"] + 40)
    page.keyboard.press("Control+z")
    page.mouse.click(box["x"] + x1, box["y"] + y1)
    page.mouse.click(box["x"] + x2, box["y"] + y2)
    page.keyboard.press("Enter")
    expect(page.locator("#dialog textarea[name=line]")).to_have_value(re.compile("^LINESTRING"))
    with page.expect_navigation():
        page.locator("#dialog button.btn-primary").click()
    page.locator("#map[data-ready]").wait_for(timeout=WAIT)
    expect(page.locator("[data-row]")).to_have_count(before + 1)
    expect(page.locator("#card h2")).to_have_text(f"{number}-1")
    page.locator('#card [data-draw="undo"]').click()
    with page.expect_navigation():
        page.locator("#dialog button.btn-primary").click()
    page.locator("#map[data-ready]").wait_for(timeout=WAIT)
    expect(page.locator("[data-row]")).to_have_count(before)
    expect(page.locator("#card h2")).to_have_text(number)
    seen.silent()
    context.close()


def test_an_overlap_is_told_the_moment_it_is_drawn(chromium: Browser, land: str) -> None:
    """A parcel without a shape is drawn over one that has one: the dialog names it before anything is saved, and saving is refused until somebody writes why."""
    context, page, seen = on_map(chromium, land, WIDE, "?f.state=approved_unsupplied")
    bare = page.locator("[data-show]", has_text="没有图形").first
    other = page.locator("[data-row]", has=page.locator("[data-show]", has_text="在图上看")).first
    key, number = str(other.get_attribute("data-row")), other.locator("a.nm").inner_text()
    other.locator("[data-show]").click()
    expect(page.locator("#card h2")).to_have_text(number)
    page.wait_for_timeout(800)
    bare.click()
    page.locator('#card [data-draw="draw"]').click()
    page.locator("#map").scroll_into_view_if_needed()
    box = page.locator("#map").bounding_box()
    assert box is not None
    x, y = page.evaluate(PIXEL, key)
    for dx, dy in ((-9, -9), (9, -9), (9, 9), (-9, 9)):
        page.mouse.click(box["x"] + x + dx, box["y"] + y + dy)
    page.keyboard.press("Enter")
    note = page.locator('#dialog [data-gx="overlaps"]')
    expect(note).to_contain_text(f"“{number}”")
    expect(note).to_contain_text("平方米")
    page.locator("#dialog button.btn-primary").click()
    expect(page.locator("#dialog")).to_contain_text("超过图形检查的容差")
    expect(page.locator("#dialog textarea[name=overlap_why]")).to_be_visible()
    assert [one for one in seen.noise if "422" not in one] == []
    context.close()


def test_the_english_sheet_has_no_chinese_but_names(chromium: Browser, land: str) -> None:
    """What is printed on A3 with a condition in force: words, units and punctuation are English, names of park and county stay as they were written."""
    context = opened(chromium, WIDE)
    page = context.new_page()
    log_in(page, land, KEEPER, "en")
    ready(page, f"{land}{MAP}")
    park = page.locator("[data-park]").first
    key, name = park.get_attribute("data-park"), page.locator(".gx-parkcard h2").first.inner_text()
    ready(page, f"{land}{MAP}?f.park={key}")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    text = page.locator(".gx-printpage").inner_text()
    assert f"Park {name}" in text and "Map of parcels" in text and "mu" in text
    left = set(re.findall("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", text.replace(name, "")))
    assert left == {"青禾县（演示）"}, left
    metres = re.search(r"Scale 1:([\d,]+)", text)
    assert metres is not None and f"{int(metres[1].replace(',', '')):,}" == metres[1], (
        "thousands are parted in their places"
    )
    context.close()


def test_measuring_and_paper(chromium: Browser, land: str) -> None:
    context, page, seen = on_map(chromium, land, WIDE)
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.locator('[data-map="length"]').click()
    metres = page.evaluate(
        "gxMap.getView().getResolution() * 200 * Math.cos(ol.proj.toLonLat(gxMap.getView().getCenter())[1] * Math.PI / 180)"
    )
    page.mouse.click(box["x"] + 300, box["y"] + 300)
    page.mouse.click(box["x"] + 500, box["y"] + 300)
    page.keyboard.press("Enter")
    said = page.locator('[data-map="said"]')
    expect(said).to_contain_text("长")
    found = float(re.sub(r"[^\d.]", "", said.inner_text())) * (1000 if "千米" in said.inner_text() else 1)
    assert abs(found - metres) / metres < 0.01, (found, metres)
    page.locator('[data-map="area"]').click()
    for x, y in ((300, 300), (500, 300), (500, 400)):
        page.mouse.click(box["x"] + x, box["y"] + y)
    page.keyboard.press("Enter")
    expect(said).to_contain_text("亩")
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    sizes = {
        tuple(round(float(one)) for one in found)
        for found in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
    }
    assert sizes == {(1191, 842)}, sizes  # 420 × 297 mm
    assert len(re.findall(rb"/Type /Page\b", paper)) == 1
    expect(page.locator("html")).not_to_have_class(re.compile("gx-printing"))
    seen.silent()
    context.close()


def test_a_reader_without_the_right_gets_no_lines(chromium: Browser, land: str) -> None:
    context = opened(chromium, WIDE)
    page = context.new_page()
    log_in(page, land, "gongxin", "zh")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    ready(page, f"{land}{MAP}")
    expect(page.locator(".gx-layerlist li", has_text="永久基本农田")).to_contain_text("仅看结果")
    page.locator("[data-show]").first.click()
    expect(page.locator("#card [data-parcel]")).to_be_visible()
    expect(page.locator("#card [data-draw]")).to_have_count(0)
    assert any("layers/UB-2.json" in one for one in asked) and not any("PF-2" in one for one in asked)
    context.close()
