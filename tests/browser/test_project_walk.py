"""One project walked in a browser from the idea to full capacity: every gate, a refusal, papers with a file, the class of the catalogue decided by another
bureau, a hold, and a step taken back; at a desk and on a phone."""

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.serving import served
from tests.browser.steps import PHONE, WAIT, WIDE, complaints, log_in, watch
from tests.browser.test_chain_map import dark, opened

pytestmark = pytest.mark.browser
OWNER, SETTLED = "青禾茶饮有限公司", 500
PDF = {"name": "研判单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n1 0 obj\n"}
NAME = "年产三千吨茶饮料"
WAY: tuple[tuple[str, str, str, Mapping[str, str], tuple[str, ...]], ...] = (
    ("reserve", "储备", "2024-03-01", {"firm": OWNER, "total_investment": "6000", "land_mode": "grant", "land_mu": "30", "energy_tce": "800"}, ()),
    ("negotiation", "洽谈", "2024-04-01", {"contact_name": "林某", "owner": "yuanqu岗", "first_claim": "东园", "first_claim_on": "2024-03-20"}, ("screening",)),
    ("signed", "签约", "2024-05-01", {"agreement_amount": "6000", "money_promised": "0", "plan_start": "2024-07-01", "plan_complete": "2025-03-01", "plan_produce": "2025-06-01"}, ("due_diligence", "joint_review")),
    ("pre_construction", "前期", "2024-06-01", {"place": "东园三号地块", "conformity": "conforms"}, ("filing", "permit_plan", "capital_proof")),
    ("construction", "开工", "2024-07-01", {"needs_conversion": "否", "new_building": "是", "small_works": "否", "eia_class": "form", "soil_zone": "否", "forest_ha": "0", "special_fire": "否", "chemical": "none", "occ_hazard": "否", "coal_t": "0"}, ("land_contract", "land_planning_permit", "plan_permit", "build_permit", "eia_approval", "photo_place_time")),
    ("building", "在建", "2024-08-01", {"milestones": "2024-09-01 基础完成"}, ("plan_curve", "statistics_entry")),
    ("completed", "竣工", "2025-03-01", {}, ("planning_check", "self_acceptance", "fire_acceptance")),
    ("production", "投产", "2025-06-01", {"discharge_class": "simple", "drain_to_sewer": "是", "food": "否", "drug": "否", "special_equipment": "否"}, ("discharge_permit", "env_acceptance", "drain_permit", "first_output")),
    ("full_capacity", "达产", "2025-09-01", {"capacity_use": "86", "standard_land": "否"}, ()),
)  # fmt: skip
"""Stage, its name, the day, what is filled in before, and the papers attached before."""


@pytest.fixture
def small_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an office with one park officer, one of the justice bureau and one enterprise."""
    with served(["tests.browser.walk_server", "{port}"], tmp_path_factory.mktemp("office")) as address:
        yield address


def write(page: Page, fields: Mapping[str, str]) -> None:
    """Fill in fields of the form on the page, whatever widget each is."""
    for name, text in fields.items():
        field = page.locator(f"#f-{name}")
        if field.evaluate("one => one.tagName") == "SELECT":
            options = field.locator("option").evaluate_all("all => all.map(one => [one.value, one.textContent.trim()])")
            exact = [value for value, label in options if text in (value, label)]
            field.select_option((exact or [value for value, label in options if text in label])[0])
        else:
            field.fill(text)


def begun(page: Page, site: str, name: str) -> str:
    """The idea typed into the form; the address of its page."""
    page.goto(f"{site}/l/projects-project/add/")
    write(page, {"name": name, "industry": "1523", "unit": "东园"})
    page.locator("main form button.btn-primary").click()
    expect(page.locator("h1")).to_have_text(name)
    return page.url


def dialog(page: Page, fields: Mapping[str, str]) -> Locator:
    """Fill in the open dialog and send it."""
    box = page.locator("#dialog")
    expect(box.locator("form")).to_be_visible()
    write(page, fields)
    box.locator("button.btn-primary").click()
    return box


def stage(page: Page, name: str) -> None:
    expect(page.locator(".gx-track .now b")).to_have_text(name, timeout=WAIT)


def given(page: Page, home: str, fields: Mapping[str, str], papers: tuple[str, ...], on: str) -> None:
    """What the gate ahead asks for: fields through the form, papers through their own page (the first with a file)."""
    if fields:
        page.goto(f"{home}change/")
        write(page, fields)
        page.locator("main form button.btn-primary").click()
        expect(page.locator("h1")).to_contain_text(NAME)
    key = home.rstrip("/").rsplit("/", 1)[-1]
    for kind in papers:
        page.goto(f"{home.split('/l/')[0]}/projects/{key}/papers/{kind}/")
        write(page, {"issued_on": on, "note": "东园三号地块"})
        if kind in ("screening", "photo_place_time"):
            page.locator("#f-file").set_input_files(PDF)  # type: ignore[arg-type]
        page.locator("main form button.btn-primary").click()
        expect(page.locator("h1")).to_contain_text(NAME)


def decide(browser: Browser, size: dict[str, int], site: str, page: Page, home: str) -> None:
    """The class of the guidance catalogue: the park's officer has no field and no button for it, the reform bureau's decides it on the project's page."""
    page.goto(f"{home}change/")
    expect(page.locator("#f-total_investment")).to_be_visible()
    expect(page.locator("#f-catalogue")).to_have_count(0)
    page.goto(home)
    expect(page.locator("#panel-screening")).to_contain_text("类别只由有判定权的岗位（发展改革）")
    expect(page.locator("#panel-screening button")).to_have_count(0)
    context = opened(browser, size)
    other = context.new_page()
    other.set_default_timeout(WAIT)
    log_in(other, site, "fagai", "zh")
    other.goto(home)
    expect(other.locator("#panel-screening")).to_contain_text("未判定")
    other.locator("#panel-screening button").click()
    dialog(other, {"category": "permitted", "reason": "对照目录原文，茶饮料不在限制和淘汰条目里"})
    expect(other.locator("#panel-screening")).to_contain_text("允许类", timeout=WAIT)
    expect(other.locator("#panel-screening")).to_contain_text("理由：对照目录原文，茶饮料不在限制和淘汰条目里")
    context.close()


def promise(page: Page, home: str) -> None:
    """What the government promises (nothing, in writing) and what the enterprise does, from the buttons beside what is missing."""
    page.goto(home)
    page.get_by_role("link", name="没有承诺，附说明").click()
    write(page, {"issued_on": "2024-04-20", "number": "园区函〔2024〕8号"})
    page.locator("main form button.btn-primary").click()
    expect(page.locator("h1")).to_contain_text(NAME)
    page.locator("#gate tr", has_text="企业承诺").locator("a.btn").click()
    write(page, {"text": "两年内投资六千万元", "post": "yuanqu岗", "due_on": "2030-06-30", "basis": "协议第三条"})
    page.locator("main form button.btn-primary").click()
    expect(page.locator("h1")).to_contain_text("两年内投资")


def legality(chromium: Browser, site: str, home: str, size: dict[str, int]) -> None:
    """The legality review is the justice bureau's: its officer attaches it from an account of its own."""
    context = opened(chromium, size)
    page = context.new_page()
    page.set_default_timeout(WAIT)
    log_in(page, site, "sifa", "zh")
    page.goto(f"{site}/projects/{home.rstrip('/').rsplit('/', 1)[-1]}/papers/legality/")
    write(page, {"issued_on": "2024-04-20", "number": "司法函〔2024〕3号"})
    page.locator("main form button.btn-primary").click()
    expect(page.locator("h1")).to_contain_text(NAME)
    context.close()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_one_project_from_idea_to_full_capacity(
    chromium: Browser, small_office: str, axe: str, size: dict[str, int]
) -> None:
    context = opened(chromium, size)
    page = context.new_page()
    page.set_default_timeout(WAIT)
    log_in(page, small_office, "yuanqu", "zh")
    seen = watch(page, small_office)
    name_of_it = f"{NAME}{size['width']}"
    home = begun(page, small_office, name_of_it)
    wrong: list[str] = []
    for code, name, on, fields, papers in WAY:
        page.goto(home)
        expect(page.locator("#gate h2")).to_contain_text(f"离{name}还差")
        if code in ("reserve", "signed", "construction"):
            wrong += complaints(page, axe, f"before {code}")
            page.locator(".gx-acts .btn-primary").click()
            box = dialog(page, {"on": on})
            expect(box.locator(".gx-sum")).to_contain_text(f"进入“{name}”还差")
            box.locator("[data-gx=close]").click()
            page.goto(home)
        coded = {"code": f"2403 450127 04 01 12{size['width']:04d}"} if code == "pre_construction" else {}
        given(page, home, {**fields, **coded}, papers, on)
        if code == "reserve":
            decide(chromium, size, small_office, page, home)
        if code == "signed":
            promise(page, home)
            legality(chromium, small_office, home, size)
        page.goto(home)
        expect(page.locator("#gate h2")).to_have_text(f"进入{name}的都齐了")
        page.locator(".gx-acts .btn-primary").click()
        dialog(page, {"on": on})
        stage(page, name)
    expect(page.locator("#way li")).to_have_count(len(WAY))
    expect(page.locator("#way li").first).to_contain_text("由投产进入达产")
    expect(page.locator(".gx-track .done")).to_have_count(9)
    assert page.locator(".gx-track .gate").all_inner_texts()[:9] == [
        "7/7",
        "3/3",
        "13/13",
        "7/7",
        "6/6",
        "4/4",
        "3/3",
        "5/5",
        "2/2",
    ]
    wrong += complaints(page, axe, "at full capacity")
    if size is PHONE:
        now = page.locator(".gx-track .now").bounding_box()
        assert now is not None
        assert 0 <= now["x"] <= PHONE["width"] - now["width"], "the stage the project is in stands in view"
    key = home.rstrip("/").rsplit("/", 1)[-1]
    page.goto(f"{small_office}/projects/{key}/papers/")
    wrong += complaints(page, axe, "papers")
    page.goto(home)
    dark(page)
    wrong += complaints(page, axe, "dark", ("color-contrast",), "main")
    assert not wrong, "\n".join(wrong)
    seen.noise = [one for one in seen.noise if "422" not in one]  # a refusal is a 422, which the browser notes
    seen.silent()
    context.close()
