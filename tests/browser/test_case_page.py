"""In a real browser: a desk receives an application, tells what is lacking and prints a key; on a telephone without an account the enterprise reads its case,
hands a file in, and sees the clock day by day."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from gongxing.kernel.clock import today
from tests.browser.steps import check_page, log_in, watch

pytestmark = pytest.mark.browser
DO = """async ([name, slug, body]) => {
  const token = document.cookie.split('; ').find(one => one.startsWith('csrftoken=')).split('=')[1];
  const row = await (await fetch(`/api/l/${slug}/${body.key}`)).json();
  const answer = await fetch(`/api/do/${name}`, {
    method: 'POST', body: JSON.stringify({...body, version: row.version}), headers: {'Content-Type': 'application/json', 'X-CSRFToken': token},
  });
  return [answer.status, await answer.json()];
}"""


def done(page: Page, name: str, slug: str, **body: object) -> int:
    """Run a verb by the programmes' door, as the account of the page, on a row as it is; the id of what it made."""
    status, answer = page.evaluate(DO, [name, slug, body])
    assert status == 200, (name, answer)
    return int(answer["id"] or 0)


def test_an_enterprise_without_an_account_sees_its_case_and_hands_a_file_in(
    chromium: Browser, site: str, axe: str
) -> None:
    desk = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = desk.new_page()
    log_in(page, site, "shenpi", "zh-hans")
    page.goto(f"{site}/l/projects-project/")
    row = page.locator("tbody a[href*='/l/projects-project/']").first.get_attribute("href")
    found = re.search(r"/(\d+)/", row or "")
    assert found is not None
    project, day = int(found.group(1)), today() - timedelta(days=3)
    case = done(
        page, "approvals.receive", "projects-project", key=project, item="plan.permit", received_on=day.isoformat()
    )
    done(
        page,
        "approvals.ask_correction",
        "approvals-case",
        key=case,
        lacking="总平面图缺比例尺",
        told_on=day.isoformat(),
    )
    page.goto(f"{site}/enterprise/projects/{project}/key/")
    check_page(page, axe, "key form")
    page.locator("form.gx-card button.btn-primary").click()
    code, key = (page.locator(".cs-paper dd.mono").nth(place).inner_text() for place in (0, 1))
    check_page(page, axe, "sheet")
    desk.close()
    for theme in ("light", "dark"):
        phone = chromium.new_context(viewport={"width": 360, "height": 780})
        phone.add_cookies([{"name": "gx_theme", "value": theme, "url": site}])
        page = phone.new_page()
        seen = watch(page, site)
        page.goto(f"{site}/case/?code={code}#{key.replace('-', '')}")
        expect(page.locator("#f-key")).to_have_value(key.replace("-", ""))
        assert "#" not in page.url, "the key does not stay in the address"
        check_page(page, axe, f"door {theme}")
        page.locator("button.gx-wide").click()
        expect(page.get_by_text("总平面图缺比例尺")).to_be_visible()
        check_page(page, axe, f"case {theme}")
        page.locator(".cs-more summary").click()
        page.locator(".cs-send select").select_option(index=1)
        page.locator(".cs-send input[type=file]").set_input_files(
            {"name": "图.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}
        )
        page.locator(".cs-send button").click()
        expect(page.get_by_role("status")).to_contain_text("窗口已收到通知")
        page.locator(".cs-proof").first.click()
        expect(page.locator("tbody tr").first).to_contain_text("起算日，不计")
        check_page(page, axe, f"clock {theme}")
        seen.silent()
        phone.close()
