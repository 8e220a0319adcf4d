"""What a browser sees of the map, in a process that has Django set up: imported by ``benchmarks.map_draw`` there."""

import shutil

from playwright.sync_api import sync_playwright
from tests.browser.steps import log_in

RUNS = 5
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def look(site: str) -> None:
    """Open the page some times and print what each took."""
    path = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        log_in(page, site, "ziranziyuan", "zh")
        for run in range(RUNS):
            page.goto(f"{site}/land/map/")
            page.locator("#map[data-ready]").wait_for(timeout=60_000)
            drawn, n, sent = page.evaluate(
                "() => [Number(map.dataset.drawnMs), Number(map.dataset.parcels), performance.getEntriesByType('resource').find(one => one.name.includes('parcels.json')).duration]"
            )
            print(f"run {run} drawn_ms {drawn} parcels {n} answer_ms {sent:.0f}", flush=True)
        browser.close()
