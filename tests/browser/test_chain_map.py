"""The chain map as an official uses it: open a chain, see a link's evidence, try a line, look back in time, read the same as a table."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import PHONE, PICTURES, WIDE, check_page, log_in

pytestmark = pytest.mark.browser


def open_map(page: Page, site: str) -> str:
    """From the menu to the first chain; returns its address."""
    page.goto(f"{site}/chain/")
    page.locator(".gx-chains h3 a").first.click()
    expect(page.locator("svg.gx-map")).to_be_visible()
    return page.url


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_pages_are_sound_in_both_themes(
    chromium: Browser, site: str, axe: str, theme: str, size: dict[str, int]
) -> None:
    context = chromium.new_context(viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, site, "gongxin", "zh")
    address = open_map(page, site)
    chosen = str(page.locator("svg.gx-map a.node").first.get_attribute("href"))
    for path in (f"{site}/chain/", address, f"{site}{chosen}", f"{address}?view=table", f"{site}/chain/doubtful/"):
        page.goto(path)
        page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
        check_page(page, axe, f"{path} {theme}")
    if theme == "light" and size is WIDE:
        page.goto(f"{site}{chosen}")
        page.screenshot(path=PICTURES / "chain.png")
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_evidence_trial_and_table(chromium: Browser, site: str, language: str) -> None:
    context = chromium.new_context(viewport=WIDE)  # type: ignore[arg-type]
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: noise.append(str(error)))
    log_in(page, site, "gongxin", language)
    address = open_map(page, site)

    boxes = page.locator("svg.gx-map a.node")
    count = boxes.count()
    assert count > 20
    boxes.nth(3).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#evidence h2")).to_be_visible()
    expect(page.locator("#evidence table.gx-parts tr")).to_have_count(5)
    expect(page.locator("svg.gx-map a.node.on")).to_have_count(1)

    page.goto(f"{address}?view=table")
    expect(page.locator(".gx-canvascard tbody tr")).to_have_count(count)

    page.goto(address)
    keys = page.locator(".gx-bar1 .gx-chip").first
    before = int(re.findall(r"\d+", keys.inner_text())[-1])
    page.locator("input[name='t.chain.critical']").fill("1")
    page.locator("#trial form button").click()
    after = int(re.findall(r"\d+", page.locator(".gx-bar1 .gx-chip").first.inner_text())[-1])
    assert after > before
    moved = page.locator("#trial .gx-feed > li a")
    assert moved.count() == after - before
    page.goto(address)
    assert int(re.findall(r"\d+", page.locator(".gx-bar1 .gx-chip").first.inner_text())[-1]) == before
    assert not noise, noise
    context.close()
