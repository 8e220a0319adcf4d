"""A project of the demo county walked in a browser from the questionnaire to its planning permit: a written order, a correction, 会签, a stop, an extension, at
the desks of six accounts, and a promise that runs out. The site is as it stood on each of these days of autumn 2025, which are counted by hand:

| clock | counted | due |
|---|---|---|
| answer, complete Wed 24 September, 5 | 25, 26, 28 (worked Sunday), 29, 30 September | 30 September |
| promise 5, halved by the lane to 3 | 26, 28 September, 13 October (29 September to 11 October stand still) | 13 October |
| law 20 + 10, accepted Thu 25 September | 26, 28 September, 13–17, 20–24, 27–31 October, 3–7, 10–14, 17–19 November | 19 November |
| delivery, decided Thu 30 October, 10 | 31 October, 3–7, 10–13 November | 13 November |
"""

import re
import urllib.request
from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser, Page, expect

from gongxing.domains.projects.demo.walked import NEXT
from tests.browser.permit_server import HEADER, TICK
from tests.browser.serving import served
from tests.browser.steps import PHONE, WIDE, check_page, log_in, watch
from tests.browser.test_project_walk import write

pytestmark = pytest.mark.browser
ORDER = {"name": "批示.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n1 0 obj\n"}
CLOCKS = {"受理审查": "2025-09-30", "法定时限": "2025-11-19", "承诺时限": "2025-10-13", "送达": "2025-11-13"}
SLOW = 10_000


@pytest.fixture(scope="module")
def autumn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demo county of 19 September 2025."""
    with served(
        ["tests.browser.permit_server", "{port}"], tmp_path_factory.mktemp("autumn"), GONGXING_DEMO="1"
    ) as address:
        yield address


class Walk:
    """Pages of accounts, each logged in once, and what they do to one case on which day."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.pages: dict[tuple[str, str], Page] = {}
        self.case = ""

    def at(self, who: str, day: str) -> Page:
        """The page of an account, at ten in the morning of a day: it logs in anew on each, as sessions end overnight."""
        if (who, day) not in self.pages:
            context = self.browser.new_context(viewport=WIDE, extra_http_headers={HEADER: f"{day}T10:00:00+08:00"})  # type: ignore[arg-type]
            page = context.new_page()
            page.set_default_timeout(SLOW)
            log_in(page, self.site, who, "zh")
            self.pages[who, day] = page
        return self.pages[who, day]

    def do(self, who: str, day: str, verb: str, fields: Mapping[str, str], within: str = ".gx-acts") -> Page:
        """Press the button of a verb on the page of the case and send its form."""
        page = self.at(who, day)
        page.goto(self.case)
        return send(page, verb, fields, within)

    def tick(self, day: str) -> str:
        """Let a tick happen; how many clocks ran out and how many were told."""
        asked = urllib.request.Request(f"{self.site}{TICK}", headers={HEADER: f"{day}T09:00:00+08:00"})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return str(answer.read().decode())


def send(page: Page, verb: str, fields: Mapping[str, str], within: str = ".gx-acts") -> Page:
    """Press a verb's button, in the menu where it lies there, fill the dialog in, send it, wait until it is gone."""
    button = page.locator(f"{within} button", has_text=re.compile(rf"^\s*{verb}\s*$")).first
    if not button.is_visible():
        page.locator(f"{within} details", has_text=verb).first.locator("summary").click()
    button.click()
    box = page.locator("#dialog")
    expect(box.locator("form")).to_be_visible()
    write(page, fields)
    box.locator("button.btn-primary, button.btn-bad").first.click()
    expect(box.locator("form")).to_be_hidden()
    return page


def told(page: Page, site: str, words: str) -> int:
    """How many notices of an account say this."""
    page.goto(f"{site}/")
    return page.locator("main a[href*='/inbox/']", has_text=words).count()


def test_from_the_questionnaire_to_the_permit(chromium: Browser, autumn: str, axe: str) -> None:
    site, walk = autumn, Walk(chromium, autumn)
    desk = walk.at("shenpi", "2025-09-19")
    desk.goto(f"{site}/l/projects-project/?q={NEXT}")
    link = desk.locator("tbody a[href*='/l/projects-project/']").first
    home = f"{site}{link.get_attribute('href')}"
    number = home.rstrip("/").rsplit("/", 1)[-1]
    seen = watch(desk, site)
    desk.goto(f"{site}/approvals/plan/{number}/ask/")
    write(desk, {"start_on": "2025-09-22"})
    check_page(desk, axe, "questionnaire")
    desk.locator("main form button.btn-primary").last.click()
    expect(desk.locator("h1")).to_contain_text("今天只追一件")
    expect(desk.locator("main")).to_contain_text(NEXT)
    check_page(desk, axe, "plan")
    seen.silent()

    office = walk.at("xianfuban", "2025-09-22")
    office.goto(f"{site}/approvals/lane/enter/{number}/")
    write(office, {"ground": "G03", "grade": "special", "number": "县领导批示（演示）〔2025〕2号", "order_on": "2025-09-19", "credit": "clear", "credit_on": "2025-09-22", "entered_on": "2025-09-22"})  # fmt: skip
    office.locator("#f-file").set_input_files(ORDER)  # type: ignore[arg-type]
    office.locator("main form button.btn-primary").click()
    expect(office.locator("#panel-lane")).to_contain_text("批示.pdf")

    desk = walk.at("shenpi", "2025-09-22")
    desk.goto(home)
    send(desk, "收件", {"item": "plan.permit", "received_on": "2025-09-22", "post": "QH-B05-ziran"})
    walk.case = desk.url if "/approvals-case/" in desk.url else _case(desk, home)
    walk.do("ziran", "2025-09-23", "一次告知补正", {"lacking": "总平面图缺用地红线", "told_on": "2025-09-23"})
    walk.do("ziran", "2025-09-24", "补正齐全", {"corrected_on": "2025-09-24"})
    walk.do("ziran", "2025-09-25", "受理", {"accepted_on": "2025-09-25"})
    walk.do("shengtai", "2025-09-28", "同意", {"comment": "同意，注意能耗"}, "#panel-flow")
    walk.do("zhujian", "2025-09-28", "同意", {"comment": "同意，核对消防间距"}, "#panel-flow")
    stop = {"ground": "expert", "proof": "专家评审通知〔2025〕9号", "start": "2025-09-28"}
    stopped = walk.do("ziran", "2025-09-28", "停钟", stop)
    expect(stopped.locator("#panel-clocks tr", has_text="法定时限")).to_contain_text("已停钟")
    walk.do("ziran", "2025-10-11", "恢复计时", {"end": "2025-10-11"})
    walk.tick("2025-10-13")
    assert walk.tick("2025-10-14") != "0 0", "the promise ran out at the close of 13 October"
    assert walk.tick("2025-10-14") == "0 0", "a second tick changes nothing"
    words = "承诺时限：建设工程规划许可证"
    for who in ("ziran", "ziranju"):
        assert told(walk.at(who, "2025-10-14"), site, words) == 1, f"{who} is told once"
    walk.do("ziranju", "2025-10-20", "延长时限", {"n": "10", "granted_on": "2025-10-20", "why": "方案修改后再核对一次"})
    walk.do("ziranju", "2025-10-30", "作出决定", {"outcome": "granted", "decided_on": "2025-10-30", "document": "青规建〔2025〕9号"})  # fmt: skip
    walk.do("ziran", "2025-11-03", "送达", {"delivered_on": "2025-11-03"})
    done = walk.do("ziran", "2025-11-03", "办结", {"comment": "材料归档"}, "#panel-flow")

    for clock, due in CLOCKS.items():
        expect(done.locator("#panel-clocks tr", has_text=clock).first).to_contain_text(due)
    expect(done.locator("#panel-clocks")).to_contain_text("16 个工作日")
    expect(done.locator("#panel-flow")).to_contain_text("同意，注意能耗")
    expect(done.locator("#panel-flow")).to_contain_text("已走完")
    check_page(done, axe, "case")
    law = done.locator("#panel-clocks .gx-tri > div").first
    expect(law).to_contain_text("2025-11-19")
    expect(law).to_contain_text("20 工作日，已延长 10")
    law.locator("a").click()
    expect(done.locator("main")).to_contain_text("专家评审通知〔2025〕9号")
    check_page(done, axe, "proof")
    done.set_viewport_size(PHONE)  # type: ignore[arg-type]
    done.goto(walk.case)
    check_page(done, axe, "case on a phone")
    plan = walk.at("shenpi", "2025-11-03")
    plan.goto(f"{site}/approvals/plan/{number}/")
    expect(plan.locator("main")).to_contain_text("2025-10-30")
    for page in walk.pages.values():
        page.context.close()


def _case(page: Page, home: str) -> str:
    """The address of the only case of a project, from its page."""
    page.goto(home)
    link = page.locator("#panel-approvals a[href*='/l/approvals-case/']").first
    return f"{home.split('/l/')[0]}{link.get_attribute('href')}"
