"""In a real browser: a field that follows from others is filled, says from where, follows the next choice, and never replaces what
somebody typed."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_merge_page import logged_in

pytestmark = pytest.mark.browser
FORM = "/l/firms-productfigure/add/"
SOURCE = "#s-quantity_unit"


def registered(page: Page, site: str, firm: str, name: str, unit: str) -> None:
    """One year of one product, so that the next knows the unit."""
    page.goto(f"{site}{FORM}?firm={firm}&name={name}")
    page.fill("#f-year", "2021")
    page.fill("#f-quantity", "5")
    page.fill("#f-quantity_unit", unit)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(lambda url: "/add/" not in url)


def test_what_follows_is_filled_and_what_is_typed_stays(chromium: Browser, site: str, axe: str) -> None:
    page = logged_in(chromium, site, 360)
    noise: list[str] = []
    page.on("pageerror", lambda error: noise.append(str(error)))
    registered(page, site, "1", "试填甲", "万台")
    registered(page, site, "1", "试填乙", "吨")
    page.goto(f"{site}{FORM}?firm=1")
    expect(page.locator("#s-firm")).to_have_text("按打开它的页面填好")
    expect(page.locator(SOURCE)).to_be_hidden()
    page.fill("#f-name", "试填甲")
    page.press("#f-name", "Tab")
    expect(page.locator("#f-quantity_unit")).to_have_value("万台")
    expect(page.locator(SOURCE)).to_have_text("取自产品数据，2021 年")
    page.fill("#f-name", "试填乙")
    page.press("#f-name", "Tab")
    expect(page.locator("#f-quantity_unit")).to_have_value("吨")
    page.fill("#f-quantity_unit", "公斤")
    expect(page.locator(SOURCE)).to_be_hidden()
    with page.expect_response(lambda answer: "/prefill/" in answer.url):
        page.fill("#f-name", "试填甲")
        page.press("#f-name", "Tab")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#f-quantity_unit")).to_have_value("公斤")
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa']})")
    assert [one["id"] for one in found["violations"] if one["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.reload()  # the draft comes back with what was typed; its source is not claimed
    expect(page.locator("#f-quantity_unit")).to_have_value("公斤")
    expect(page.locator(SOURCE)).to_be_hidden()
    assert noise == []
    page.context.close()
