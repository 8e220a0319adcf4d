"""What every browser test does: log in, and look whether a page is sound."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from gongxing.site.demo.county import PASSWORD

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 780}
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WAIT = 30_000
# A colour on its way from one theme to the other is neither: what ends by itself is waited for.
STILL = """async () => {
  const ends = document.getAnimations().filter(one => one.effect && one.effect.getComputedTiming().endTime !== Infinity);
  await Promise.all(ends.map(one => one.finished.catch(() => null)));
}"""


@dataclass
class Watch:
    """What a page said to the console and asked of other hosts."""

    noise: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def silent(self) -> None:
        """Fails when anything was said, or asked of another host."""
        assert not self.noise, self.noise
        assert not self.elsewhere, self.elsewhere


def watch(page: Page, site: str) -> Watch:
    """Listen to a page from now on."""
    seen = Watch()
    page.on("console", lambda message: seen.noise.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.noise.append(str(error)))
    page.on(
        "request",
        lambda asked: seen.elsewhere.append(asked.url) if not asked.url.startswith((site, "data:", "blob:")) else None,
    )
    return seen


def check_page(page: Page, axe: str, name: str) -> None:
    """Nothing serious for axe, nothing wider than the window."""
    page.wait_for_load_state("networkidle")
    found = complaints(page, axe, name)
    assert not found, found


def complaints(page: Page, axe: str, name: str, rules: tuple[str, ...] = (), within: str = "html") -> list[str]:
    """What is wrong with the page as it stands: wider than the window, or serious for these ``rules`` of axe (all of them when empty)
    ``within`` a part of it."""
    found = []
    page.evaluate(STILL)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wider > 0:
        found.append(f"{name} scrolls sideways by {wider} px")
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": axe})
    violations: list[dict[str, Any]] = page.evaluate(
        "async ([rules, within]) => (await axe.run(within, {resultTypes: ['violations'], ...(rules.length ? {runOnly: rules} : {})})).violations.map(v => ({id: v.id, impact: v.impact, where: v.nodes.map(n => n.target.join(' ')).slice(0, 3)}))",
        [list(rules), within],
    )
    return found + [f"{name}: {one}" for one in violations if one["impact"] in ("serious", "critical")]


def log_in(page: Page, site: str, username: str, language: str) -> None:
    page.goto(f"{site}/login/")
    if language == "en":
        page.get_by_role("button", name="English").click()
    page.fill("#u", username)
    page.fill("#p", PASSWORD)
    page.locator("button.gx-wide").click()
    expect(page.locator("h1")).to_be_visible()
