"""In a real browser: two real logs of building permits are imported through the page, read by a job, and open as maps, waits, bottlenecks and what-if; wide and on a
telephone, in both languages. Counts are those of the peer's answers beside the files."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import PHONE, WIDE, complaints, log_in, watch

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("GONGXING_SHARED", ROOT.parent / "shared")) / "data" / "bench" / "eventlogs"
VIEWS = ("map", "variants", "waiting", "bottlenecks", "drift")
READ_MS = 60_000


def peer(name: str) -> dict[str, Any]:
    """The peer's answers of a log; skips where the folder is absent."""
    path = FOLDER / f"{name}.pm4py.json"
    if not path.is_file() or not (FOLDER / f"{name}.xes.gz").is_file():
        pytest.skip(f"the real event logs are not here ({FOLDER})")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def imported(page: Page, site: str, name: str) -> str:
    """Import a log through the page and wait until its figures stand there. Its address."""
    page.goto(f"{site}/approvals/process/logs/")
    page.set_input_files("#f-file", str(FOLDER / f"{name}.xes.gz"))
    page.fill("#f-name", name)
    page.locator("form.gx-card button.btn-primary").click()
    expect(page.locator(".gx-flowfig svg")).to_be_visible(timeout=READ_MS)
    return page.url.partition("?")[0]


@pytest.mark.parametrize("name", ["receipt", "BPIC15_1"])
def test_a_real_log_opens_with_its_bottlenecks(chromium: Browser, site: str, axe: str, name: str) -> None:
    told = peer(name)
    page = chromium.new_context(viewport=WIDE).new_page()
    seen = watch(page, site)
    log_in(page, site, "shenpi", "zh-hans")
    address = imported(page, site, name)
    lead = page.locator(".gx-lead").inner_text().replace(",", "")
    assert [int(one) for one in re.findall(r"(\d+) (?:件|条记录|种环节)", lead)] == [
        told["cases"],
        told["events"],
        told["activities"],
    ]
    rows = page.locator("section.gx-card table tbody tr")
    for place, (source, target, count) in enumerate(told["dfg_top"][:3]):
        expect(rows.nth(place)).to_contain_text(source)
        expect(rows.nth(place)).to_contain_text(target)
        expect(rows.nth(place)).to_contain_text(re.compile(f"^.*{target}\\s*{count:,}|{count}", re.S))
    page.goto(f"{address}?view=variants")
    expect(page.locator("h2").first).to_contain_text(re.compile(f"^{told['variants']:,}|^{told['variants']} "))
    page.goto(f"{address}?view=bottlenecks")
    box = page.locator('input[name="without"]').first
    wait = box.get_attribute("value")
    box.check()
    page.locator("form.gx-card button.btn-primary").last.click()
    expect(page.locator("h2").first).to_contain_text(re.compile("假如这样|用时不变"))
    assert wait and page.locator('input[name="without"]:checked').first.get_attribute("value") == wait
    found = []
    for view in VIEWS if name == "BPIC15_1" else VIEWS[:1]:
        page.goto(f"{address}?view={view}")
        found += complaints(page, axe, f"{name} {view} wide zh")
    page.context.close()
    phone = chromium.new_context(viewport=PHONE, color_scheme="dark").new_page()
    also = watch(phone, site)
    log_in(phone, site, "shenpi", "en")
    for view in ("map", "waiting", "bottlenecks") if name == "BPIC15_1" else ("map",):
        phone.goto(f"{address}?view={view}")
        assert not re.search("[\u4e00-\u9fff]", phone.locator(".gx-views").inner_text())
        found += complaints(phone, axe, f"{name} {view} phone en")
    phone.goto(f"{address}?view=bottlenecks&days=work")
    expect(phone.locator(".gx-lead")).to_contain_text("working days")
    phone.context.close()
    assert not found, found
    seen.silent()
    also.silent()
