"""A permit plan in a real browser: the questionnaire, what is recorded of it with the project, the plan and what to chase, the sheet for the enterprise, the load of
the desks; at a desk in Chinese and on a telephone in English."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import served
from tests.browser.steps import PHONE, WAIT, WIDE, complaints, log_in, watch

pytestmark = pytest.mark.browser
ANSWERS = {
    "new_entity": "no", "new_building": "no", "fitout": "yes", "special_fire": "no", "small_works": "no", "soil_zone": "no", "eia_class": "form", "discharge_class": "register",
    "drain_to_sewer": "no",
}  # fmt: skip


@pytest.fixture
def plan_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an office with a park officer and one project."""
    with served(["tests.browser.plan_server", "{port}"], tmp_path_factory.mktemp("plans")) as address:
        yield address


def sound(page: Page, axe: str, name: str) -> None:
    """Nothing serious for axe, nothing wider than the window."""
    found = complaints(page, axe, name)
    assert not found, found


def answer(page: Page) -> None:
    """Answer what is asked first. What is known already lies folded below, with where it stands."""
    expect(page.locator("#g-known details")).not_to_have_attribute("open", "")
    page.locator("#g-known summary").click()
    expect(page.locator("#f-q_land_mode")).to_have_value("lease_building")
    for code, value in ANSWERS.items():
        page.locator(f"#f-q_{code}").select_option(value)
    page.locator("#f-q_energy_tce").fill("１２００.5")


def test_from_the_questionnaire_to_the_load_of_the_desks(chromium: Browser, plan_office: str, axe: str) -> None:
    site = plan_office
    context = chromium.new_context(viewport=WIDE)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, site, "yuanqu", "zh-hans")
    seen = watch(page, site)
    page.goto(f"{site}/approvals/plan/1/")
    expect(page.locator("h1")).to_contain_text("先答")
    sound(page, axe, "questionnaire")
    answer(page)
    page.get_by_role("button", name="排出路径").click()

    expect(page.locator("h1")).to_contain_text("登记里还空着")
    expect(page.get_by_role("row", name="年综合能耗")).to_contain_text("1200.5")
    sound(page, axe, "what could be recorded")
    page.get_by_label("把这些也记到项目上").check()
    page.get_by_role("button", name="完成").click()

    expect(page.locator("h1")).to_contain_text("今天只追一件")
    expect(page.get_by_role("status")).to_contain_text("已记到登记上：9 项")
    chase = page.locator("#chase")
    expect(chase).to_contain_text("环评报告表审批")
    expect(page.locator("#items")).to_contain_text("2503-450000")
    for name in ("并联办理", "容缺受理", "告知承诺", "区域评估", "标准地", "拿地即开工"):
        expect(page.locator("#measures")).to_contain_text(name)
    expect(page.locator("#measures")).to_contain_text("环评未批不得开工（环境影响评价法（2018修正）第25条）")
    sound(page, axe, "plan")
    page.get_by_role("link", name="给企业的一页图").click()
    expect(page.get_by_text("下一件请交")).to_be_visible()
    expect(page.locator("svg.gx-permit rect.pb").first).to_be_visible()
    sound(page, axe, "sheet")

    page.goto(f"{site}/approvals/plan/load/")
    page.get_by_role("button", name="推算").click()
    expect(page.locator("#desks")).to_contain_text("生态环境局", timeout=WAIT)
    sound(page, axe, "load")
    seen.silent()
    context.close()

    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, site, "yuanqu", "en")
    seen = watch(page, site)
    for name, part in (("plan", "1/"), ("questionnaire", "1/ask/"), ("sheet", "1/sheet/"), ("load", "load/")):  # fmt: skip
        page.goto(f"{site}/approvals/plan/{part}")
        sound(page, axe, f"{name}, telephone")
    seen.silent()
    context.close()
