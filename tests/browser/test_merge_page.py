"""In a real browser: the other side is kept without losing a choice, and a name being typed is looked up."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


def logged_in(chromium: Browser, site: str, width: int) -> Page:
    page = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN").new_page()
    page.goto(site)
    page.fill("#u", "gongxin")
    page.fill("#p", "Qinghe-2026")
    page.press("#p", "Enter")
    page.wait_for_url(f"{site}/")
    return page


@pytest.mark.parametrize("width", [1440, 360])
def test_keeping_the_other_side_moves_the_untouched_choices_only(
    chromium: Browser, site: str, axe: str, width: int, tmp_path: Path
) -> None:
    page = logged_in(chromium, site, width)
    page.goto(f"{site}/firms/duplicates/")
    page.get_by_role("link", name="逐栏比较").first.click()
    radios = page.locator('#merge input[name^="take-"][value="one"]')
    names = [str(radios.nth(at).get_attribute("name")) for at in range(radios.count())]
    assert len(names) >= 2, "the invented twins differ in phone and more"
    touched, free = names[0], names[1]
    page.check(f'input[name="{touched}"][value="other"]')
    page.fill("#f-why", "同一家")
    with page.expect_response(lambda answer: "keep=other" in answer.url) as answer:
        page.check('input[name="keep"][value="other"]')
    assert "csrf" not in answer.value.url
    expect(page.locator('input[name="shown"]')).to_have_value("other")
    expect(page.locator(f'input[name="{free}"][value="other"]')).to_be_checked()
    with page.expect_response(lambda answer: "keep=one" in answer.url):
        page.check('input[name="keep"][value="one"]')
    expect(page.locator('input[name="shown"]')).to_have_value("one")
    expect(page.locator(f'input[name="{free}"][value="one"]')).to_be_checked()
    expect(page.locator("#f-why")).to_have_value("同一家")
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa']})")
    assert [one["id"] for one in found["violations"] if one["impact"] in ("serious", "critical")] == []
    page.screenshot(path=str(tmp_path / "merge.png"), full_page=True)
    page.context.close()


def test_a_name_being_typed_is_looked_up(chromium: Browser, site: str) -> None:
    page = logged_in(chromium, site, 1440)
    page.goto(f"{site}/l/firms-firm/")
    name = page.locator("#list-table a.nm").first.inner_text()
    page.goto(f"{site}/l/firms-firm/add/")
    page.fill("#f-name", name)
    expect(page.locator("#k-name")).to_contain_text("可能已经登记")
    expect(page.locator("#k-name")).to_contain_text(name)
    page.fill("#f-name", "与谁都不同的名称")
    expect(page.locator("#k-name")).to_have_text("")
    page.context.close()
