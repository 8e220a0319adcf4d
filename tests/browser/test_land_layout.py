"""布局方案 in a browser, on the demo county: an official asks for a layout, watches it being worked out, compares the plans on the map and in tables, asks why a project
was lost, drags one elsewhere, sees what that costs, fixes it; the county head publishes."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import PHONE, PICTURES, WAIT, WIDE, complaints, log_in, watch
from tests.browser.test_chain_map import dark, opened

pytestmark = pytest.mark.browser
LONG = 240_000
PLACED = """() => { const one = gxLayout.source.getFeatures().find(each => each.get("kind") === "parcel" && each.get("projects").length);
  return { key: one.get("projects")[0], at: gxLayout.map.getPixelFromCoordinate(one.getGeometry().getInteriorPoint().getCoordinates().slice(0, 2)) }; }"""
FREE = """() => { const one = gxLayout.source.getFeatures().find(each => each.get("kind") === "parcel" && each.get("offered") && !each.get("projects").length);
  return { number: one.get("number"), at: gxLayout.map.getPixelFromCoordinate(one.getGeometry().getInteriorPoint().getCoordinates().slice(0, 2)) }; }"""


def ready(page: Page) -> None:
    page.locator("#layout-map[data-ready]").wait_for(timeout=WAIT)
    page.wait_for_load_state("networkidle")


def ask(page: Page, site: str) -> str:
    """Ask for a layout and wait for it; its address."""
    page.goto(f"{site}/land/layout/")
    page.locator("#f-name").fill("试排方案")
    page.get_by_role("button", name="测算").click()
    expect(page.locator('[data-gx="job-page"]')).to_be_visible(timeout=WAIT)
    page.wait_for_url(re.compile(r"/land/layout/\d+/"), timeout=LONG)
    ready(page)
    return page.url.split("?")[0]


def test_a_layout_from_the_question_to_its_publication(chromium: Browser, site: str, axe: str) -> None:
    context = opened(chromium, WIDE)
    page = context.new_page()
    log_in(page, site, "gongxin", "zh")
    seen = watch(page, site)
    here = ask(page, site)
    PICTURES.mkdir(parents=True, exist_ok=True)
    wrong = complaints(page, axe, "layout")
    page.screenshot(path=PICTURES / "land-layout.png")
    heads = page.locator(".gx-plans thead th")
    assert heads.count() >= 3  # in a county this small there may be no third plan
    page.locator('.gx-plans a[href="?plan=1"]').click()
    ready(page)
    expect(page.locator("#placed h2")).to_contain_text("方案二")
    page.goto(here)
    ready(page)

    dark(page)
    wrong += complaints(page, axe, "layout, dark")

    asking = page.locator('#lost form button:has-text("算一算怎样才能落下")')
    if asking.count():
        key = page.locator("#lost form input[name=key]").first.get_attribute("value")
        page.locator(f"#lost-{key} summary").click()
        asking.first.click()
        expect(page.locator(f"#lost-{key} .gx-note")).to_be_visible(timeout=LONG)
        page.goto(here)
        ready(page)

    placed, free = page.evaluate(PLACED), page.evaluate(FREE)
    box = page.locator("#layout-map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + placed["at"][0], box["y"] + placed["at"][1])
    page.mouse.down()
    page.mouse.move(box["x"] + free["at"][0] - 4, box["y"] + free["at"][1] - 4, steps=6)
    page.mouse.move(box["x"] + free["at"][0], box["y"] + free["at"][1])
    page.mouse.up()
    expect(page.locator("#try-key")).to_have_value(placed["key"])
    expect(page.locator("#try-parcels")).to_have_value(free["number"])
    page.get_by_role("button", name="看代价").click()
    trial = page.locator("#trial")
    expect(trial).to_be_visible(timeout=LONG)
    expect(trial).to_contain_text(free["number"])
    wrong += complaints(page, axe, "trial")
    fix = trial.get_by_role("button", name="就这样固定")
    fix.click()
    page.locator("#dialog textarea, #dialog input[name=why]").first.fill("企业要靠近原料（演示）")
    page.locator("#dialog button[type=submit], #dialog .btn-primary").last.click()
    expect(page.locator("#placed")).to_contain_text("人工固定", timeout=WAIT)
    assert wrong == []
    seen.silent()
    context.close()

    context = opened(chromium, PHONE)
    page = context.new_page()
    log_in(page, site, "xianzhang", "zh")
    page.goto(here)
    ready(page)
    assert complaints(page, axe, "layout, phone") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="发布方案").click()
    page.locator("#dialog select[name=chosen]").select_option("0")
    page.locator("#dialog textarea, #dialog input[name=why]").first.fill("县政府常务会议通过（演示）")
    page.locator("#dialog button[type=submit], #dialog .btn-primary").last.click()
    expect(page.locator("main")).to_contain_text("已发布", timeout=WAIT)
    context.close()
