"""The analyses and the table of the chain stage as people use them: ask for a plan and open what it found without a mouse, sort a table and
take it along, read names that stand whole in their boxes."""

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import PHONE, WAIT, WIDE, complaints, log_in, watch
from tests.browser.test_chain_map import CHAIN, dark, opened

pytestmark = pytest.mark.browser
SORTED, PLAN = f"{CHAIN}?view=table&sort=-score", "/chain/lengthen/?k=2"
PAGES = ("/chain/special/", SORTED, PLAN)
"""What ``test_chain_map`` does not look at yet; it has growth and a pair of chains."""
SCROLLING = """() => [...document.querySelectorAll('.gx-tablewrap')].filter(one => one.scrollWidth > one.clientWidth + 1)
  .map(one => `${one.getAttribute('aria-label')}: ${one.scrollWidth} in ${one.clientWidth}`)"""
OUTSIDE = """() => [...document.querySelectorAll('svg.gx-map a.node')].flatMap(node => {
  const box = node.querySelector('.box').getBoundingClientRect();
  return [...node.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()])
    .filter(([, at]) => at.right > box.right + .5 || at.bottom > box.bottom + 2 || at.top < box.top - 2).map(([words]) => words);
})"""


def planned(page: Page, site: str) -> None:
    """Ask for two links by keyboard alone and wait for the plan."""
    page.goto(f"{site}/chain/lengthen/")
    page.locator("#f-k").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("先招这 2 个环节", timeout=WAIT)


def test_a_plan_is_asked_for_and_its_first_link_opened_by_keyboard(chromium: Browser, site: str) -> None:
    context = opened(chromium, WIDE)
    page = context.new_page()
    log_in(page, site, "gongxin", "zh")
    seen = watch(page, site)
    planned(page, site)
    assert page.url.endswith("k=2")
    rows = page.locator("table.gx-t").first.locator("tbody tr")
    expect(rows).to_have_count(2)
    name = rows.first.locator("th a").inner_text()
    page.locator(".gx-tablewrap").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == name
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(name)
    seen.silent()
    context.close()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_analyses_are_sound_in_both_themes(chromium: Browser, site: str, axe: str, size: dict[str, int]) -> None:
    context = opened(chromium, size)
    page = context.new_page()
    log_in(page, site, "gongxin", "zh")
    planned(page, site)
    seen = watch(page, site)
    wrong: list[str] = []
    for path in PAGES:
        page.goto(f"{site}{path}")
        wrong += complaints(page, axe, path)
        wrong += [f"{path} {one}" for one in page.evaluate(SCROLLING)]
        dark(page)
        wrong += complaints(page, axe, f"{path} dark", ("color-contrast",), "main")
    assert not wrong, "\n".join(wrong)
    if size is PHONE:
        page.goto(f"{site}/chain/")
        place = page.locator("td.rank").first
        expect(place).to_be_visible()
        expect(place).to_have_text("1")
    seen.silent()
    context.close()


def scores(page: Page) -> list[int | None]:
    """What the table says of how critical each link is."""
    texts = page.locator(".gx-canvascard tbody td[data-l='关键分']").all_inner_texts()
    return [None if text == "—" else int(text) for text in texts]


def test_the_table_is_sorted_by_its_heads_and_taken_along(chromium: Browser, site: str, tmp_path: Path) -> None:
    context = opened(chromium, WIDE)
    page = context.new_page()
    log_in(page, site, "gongxin", "zh")
    seen = watch(page, site)
    page.goto(f"{site}{CHAIN}?view=table")
    count = len(scores(page))
    for way in ("descending", "ascending"):
        page.locator(".gx-canvascard th a", has_text="关键分").click()
        expect(page.locator(".gx-canvascard th[aria-sort]")).to_have_attribute("aria-sort", way)
        found = scores(page)
        known = [one for one in found if one is not None]
        assert known == sorted(known, reverse=way == "descending")
        assert found == [*known, *[None] * (count - len(known))]
    with page.expect_download(timeout=WAIT) as download:
        page.locator(".gx-acts a[href*='table.xlsx']").click()
    kept = tmp_path / "table.xlsx"
    download.value.save_as(kept)
    sheet = openpyxl.load_workbook(kept).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    at = next(number for number, row in enumerate(rows) if "关键分（满分 100）" in row)
    column = rows[at].index("关键分（满分 100）")
    assert [row[column] for row in rows[at + 1 : at + 1 + count]] == found
    seen.silent()
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_written_stays_inside_its_box(chromium: Browser, site: str, language: str) -> None:
    context = opened(chromium, WIDE)
    page = context.new_page()
    log_in(page, site, "gongxin", language)
    for chain in ("tea", "mat"):
        page.goto(f"{site}/chain/map/{chain}/")
        assert (chain, page.evaluate(OUTSIDE)) == (chain, [])
    context.close()
