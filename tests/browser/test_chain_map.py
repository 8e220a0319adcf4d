"""The chain stage as people use it: open a chain, see a link's evidence, try a line, look back in time, change the chain, fill a survey,
take the documents along. Every page at 1440 and 360 px, in the light and in the dark."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.steps import PHONE, PICTURES, WAIT, WIDE, complaints, log_in, watch

pytestmark = pytest.mark.browser
CHAIN, NODE = "/chain/map/tea/", "tea.scented"
PAGES = (
    "/chain/", CHAIN, f"{CHAIN}?fit=1", f"{CHAIN}?node={NODE}#evidence", f"{CHAIN}?view=table", f"{CHAIN}?day=2026-06-30&with=2026-03-31",
    f"{CHAIN}?t.chain.critical=30", f"/chain/node/{NODE}/", f"/chain/edit/tea/?node={NODE}", "/chain/edit/tea/graph/", "/chain/hints/", "/chain/survey/",
    "/chain/doubtful/", "/chain/unplaced/", "/chain/fusion/", "/chain/fusion/bat/sug/", "/chain/growth/?t.chain.growth.years=2", "/chain/lengthen/",
    "/chain/structure/", "/l/chain-node/",
)  # fmt: skip


def opened(chromium: Browser, size: dict[str, int]) -> BrowserContext:
    """A window without transitions: colours are final as soon as they are asked for."""
    return chromium.new_context(viewport=size, reduced_motion="reduce", accept_downloads=True)  # type: ignore[arg-type]


def dark(page: Page) -> None:
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_pages_are_sound_in_both_themes(chromium: Browser, site: str, axe: str, size: dict[str, int]) -> None:
    context = opened(chromium, size)
    page = context.new_page()
    log_in(page, site, "gongxin", "zh")
    seen = watch(page, site)
    page.goto(f"{site}/chain/survey/")
    sheet = str(page.locator("table a.nm").first.get_attribute("href"))
    page.goto(f"{site}/chain/edit/tea/?node={NODE}")
    split = str(page.get_by_role("link", name="拆分").get_attribute("href"))
    page.goto(f"{site}/chain/node/{NODE}/")
    firm = str(page.locator(".gx-ev td a[href*='/firms-firm/']").first.get_attribute("href"))
    wrong: list[str] = []
    for path in (*PAGES, sheet, split, firm):
        page.goto(f"{site}{path}")
        if path == f"{CHAIN}?node={NODE}#evidence" and size is WIDE:
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / "chain.png")
        wrong += complaints(page, axe, path)
        dark(page)
        wrong += complaints(page, axe, f"{path} dark", ("color-contrast",), "main")
    assert not wrong, "\n".join(wrong)
    seen.silent()
    context.close()


def shown(page: Page) -> int:
    """The number in the chip of key links."""
    return int(re.findall(r"\d+", page.locator(".gx-statebar .gx-chip").first.inner_text())[-1])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_evidence_by_keyboard_table_and_trial(chromium: Browser, site: str, language: str) -> None:
    context = opened(chromium, WIDE)
    page = context.new_page()
    log_in(page, site, "gongxin", language)
    seen = watch(page, site)
    page.goto(f"{site}/chain/")
    page.locator(".gx-chains h3 a").first.click()
    boxes = page.locator("svg.gx-map a.node")
    expect(page.locator("#trial")).to_be_visible()
    address, count = page.url, boxes.count()
    assert count > 20

    page.locator(".gx-mapbox").focus()
    for _step in range(3):
        page.keyboard.press("Tab")
    code = page.evaluate("document.activeElement.dataset.node")
    assert code == boxes.nth(2).get_attribute("data-node")
    lit = page.locator("svg.gx-map a.node.lit")
    touching = page.locator(f'g.link[data-from="{code}"], g.link[data-to="{code}"]')
    ends = {link.get_attribute(f"data-{end}") for link in touching.all() for end in ("from", "to")}
    expect(lit).to_have_count(len(ends | {code}))
    page.keyboard.press("Enter")
    expect(page.locator("#evidence h2")).to_be_visible()
    assert page.url.endswith("#evidence")
    expect(page.locator("#evidence table.gx-parts tr")).to_have_count(5)
    expect(page.locator("svg.gx-map a.node.on")).to_have_attribute("data-node", code)
    expect(page.locator("svg.gx-map a.node.on")).to_be_in_viewport()
    expect(page.locator("svg.gx-map a.node.near")).to_have_count(len(ends - {code}))
    page.keyboard.press("Escape")
    expect(page.locator("#evidence")).to_have_count(0)
    page.wait_for_function("code => document.activeElement.dataset.node === code", arg=code)
    page.keyboard.press("Enter")
    page.locator("[data-gx-close]").click()
    expect(page.locator("#evidence")).to_have_count(0)

    page.goto(f"{address}?view=table")
    expect(page.locator(".gx-canvascard tbody tr")).to_have_count(count)
    page.goto(address)
    before = shown(page)
    page.locator("input[name='t.chain.critical']").fill("1")
    with page.expect_navigation():
        page.locator("#trial form button").click()
    after = shown(page)
    assert after > before
    moved = page.locator("#trial .gx-feed > li > a")
    expect(moved).to_have_count(after - before)
    expect(page.locator("svg.gx-map g.moved")).to_have_count(after - before)
    with page.expect_navigation():
        page.locator("#trial a.btn-quiet").click()
    assert shown(page) == before
    seen.silent()
    context.close()


def test_the_map_scrolls_in_its_frame_and_the_evidence_comes_into_sight(chromium: Browser, site: str) -> None:
    context = opened(chromium, PHONE)
    page = context.new_page()
    log_in(page, site, "gongxin", "zh")
    page.goto(f"{site}{CHAIN}?node={NODE}")
    frame = page.locator(".gx-mapbox")
    assert frame.evaluate("one => one.scrollWidth > one.clientWidth && one.scrollLeft > 0")
    expect(page.locator("svg.gx-map a.node.on")).to_be_in_viewport()
    page.locator("svg.gx-map a.node.near").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#evidence h2")).to_be_in_viewport()
    top = page.locator("#evidence").evaluate("one => one.getBoundingClientRect().top")
    assert 40 <= top <= 80, top
    page.goto(f"{site}{CHAIN}?fit=1")
    least = frame.evaluate(
        "one => one.querySelector('svg.gx-map').getBoundingClientRect().width / one.querySelector('svg.gx-map').viewBox.baseVal.width"
    )
    assert 0.69 <= least <= 0.71, least
    context.close()


def a_day_before(day: str, first: str) -> str:
    """The day before, or the first one there is."""
    return max((date.fromisoformat(day) - timedelta(days=1)).isoformat(), first)


def test_the_slider_asks_for_a_day_and_two_days_are_compared(chromium: Browser, site: str) -> None:
    context = opened(chromium, WIDE)
    page = context.new_page()
    log_in(page, site, "gongxin", "zh")
    seen = watch(page, site)
    page.goto(f"{site}{CHAIN}")
    today = page.locator("#time-day").input_value()
    slider = page.locator(".gx-time input[type=range]")
    slider.focus()
    first, address = str(page.locator("#time-day").get_attribute("min")), page.url
    for key, day in (("Home", first), ("End", today), ("ArrowLeft", a_day_before(today, first)), ("Home", first)):
        page.keyboard.press(key)
        expect(slider).to_have_attribute("aria-valuetext", day)
        expect(slider).to_be_focused()
    assert page.url == address, "a step of the slider asks for nothing"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", first)
    assert page.locator("#time-day").input_value() == first < today
    expect(page.locator(".gx-note")).to_contain_text(f"这是 {first} 那天的图")
    began = page.locator("svg.gx-map a.node").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    page.goto(f"{site}{CHAIN}?with={first}")
    expect(page.locator("#compared h2")).to_contain_text(f"{first} 到 {today}：变了")
    changed = {str(one.get_attribute("data-node")) for one in page.locator("svg.gx-map a.node:has(g.moved)").all()}
    listed = {
        str(one.get_attribute("href")).split("/")[-2] for one in page.locator("#compared .gx-feed > li > a").all()
    }
    assert changed == listed != set()
    now = page.locator("svg.gx-map a.node").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert len(now) == len(began) and now != began
    seen.silent()
    context.close()


def test_an_enterprise_fills_its_survey_by_keyboard(chromium: Browser, site: str) -> None:
    context = opened(chromium, WIDE)
    page = context.new_page()
    log_in(page, site, "qiye", "zh")
    seen = watch(page, site)
    page.goto(f"{site}/chain/survey/")
    newest = page.locator("#s-year option").first.inner_text()
    page.select_option("#s-year", newest)
    with page.expect_navigation():
        page.get_by_role("button", name="换年度").press("Enter")
    expect(page.locator("h1")).to_contain_text(newest)
    free = (
        page.locator("input[name^='item-']")
        .evaluate_all("all => (all.find(one => !one.value) || all[all.length - 1]).id")
        .split("-")[-1]
    )
    page.locator(f"#f-item-{free}").focus()
    for text in ("茉莉鲜花", "120000.5"):
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    for field, value in (("where", "outside"), ("single", "y")):
        chosen = page.locator(f"#f-{field}-{free}")
        expect(chosen).to_be_focused()
        for _step in range(3 if field == "where" else 1):
            page.keyboard.press("ArrowDown")
        expect(chosen).to_have_value(value)
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator(".gx-msg.is-success")).to_be_visible()
    row = page.locator("#gap tbody tr").first
    expect(row).to_contain_text("茉莉花种植")
    expect(row).to_contain_text("120,")  # what was typed, and a little that was answered before
    expect(row).to_contain_text("100%")
    seen.silent()
    context.close()


def test_a_link_is_added_connected_and_taken_back(chromium: Browser, site: str) -> None:
    context = opened(chromium, WIDE)
    page = context.new_page()
    log_in(page, site, "gongxin", "zh")
    seen = watch(page, site)
    edit = f"{site}/chain/edit/sug/"
    page.goto(edit)
    count = page.locator(".gx-edit .gx-feed > li[id^='n-']").count()
    page.locator("#add summary").click()
    page.locator("#add input[name=name]").fill("糖厂专用滤布")
    page.locator("#add select[name=segment]").select_option(label="配套")
    page.locator("#add button.btn-primary").click()
    opened_link = page.locator(".gx-opened")
    expect(opened_link).to_contain_text("糖厂专用滤布")
    opened_link.get_by_role("link", name="加一个去向").click()
    page.locator("#f-target").fill("白砂糖")
    page.locator("#connect-why").fill("试一试")
    page.locator("#connect button.btn-primary").click()
    expect(page.locator(".gx-opened .gx-rel")).to_contain_text(["还没有登记", "白砂糖"])
    expect(page.locator("#history li").first).to_contain_text("试一试")
    for _step in range(2):
        page.locator("#history li").filter(has_text=re.compile("滤布")).get_by_role("button", name="撤回").first.click()
        expect(page.locator(".gx-msg.is-success")).to_be_visible()
    page.goto(edit)
    expect(page.locator(".gx-edit .gx-feed > li[id^='n-']")).to_have_count(count)
    expect(page.locator("main")).not_to_contain_text("→ 糖厂专用滤布")
    seen.silent()
    context.close()


def test_the_documents_come_down(chromium: Browser, site: str, tmp_path: Path) -> None:
    context = opened(chromium, WIDE)
    page = context.new_page()
    log_in(page, site, "gongxin", "zh")
    page.goto(f"{site}{CHAIN}")
    marks = {"report.docx": b"PK", "report.pdf": b"%PDF", "map.png": b"\x89PNG", "targets.png": b"\x89PNG"}
    for name, mark in marks.items():
        page.locator(".gx-acts .gx-menu summary").click()
        with page.expect_download(timeout=WAIT) as download:
            page.locator(f".gx-acts .gx-pop a[href*='{name}']").click()
        kept = tmp_path / name
        download.value.save_as(kept)
        assert kept.read_bytes()[: len(mark)] == mark
        assert kept.stat().st_size > 20_000
        page.keyboard.press("Escape")
    context.close()
