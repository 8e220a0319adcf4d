"""The main job, as a person does it: log in, import an ugly file, look, accept, undo, find by pinyin, export.

At 1440 and 360 px, in Chinese and English; nothing serious for axe; nothing scrolls sideways; the console stays silent.
"""

from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Browser, Page, expect

from gongxing.kernel.cells.uscc import make
from gongxing.site.demo.county import PASSWORD
from tests.browser.steps import PHONE, PICTURES, WAIT, WIDE, check_page, complaints, log_in

pytestmark = pytest.mark.browser


def ugly_file(path: Path, start: int) -> Path:
    """A sheet as a park sends it: title, reporter and unit lines, a merged header, a total row, a wrong code."""
    code = make("9", "1", "459999", f"MB{start:06d}")
    other = make("9", "1", "459999", f"MB{start + 1:06d}")
    rows = [
        ["青禾县高新技术产业园企业名录"],
        ["填报单位：高新技术产业园（盖章）", None, None, None, "单位：万元"],
        ["序号", "单位名称", "统一信用代码", "所属园区", "注册资金", "注册日期", "经营范围"],
        [1, f"青禾泽润茶业{start}有限公司", code, "高新技术产业园", "500万元", "2015.3", "花茶的生产、销售"],
        [
            2,
            f"青禾泽润木业{start}有限公司",
            other,
            "高新技术产业园",
            "1,000(万元人民币)",
            "2016年一季度",
            "胶合板的制造、销售",
        ],
        [
            3,
            "青禾错码食品有限公司",
            code[:17] + ("1" if code[17] != "1" else "2"),
            "高新技术产业园",
            "20万",
            "2017-01-03",
            "糕点的生产",
        ],
        ["合计", None, None, None, 1520],
    ]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("名录")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


@pytest.mark.parametrize(("language", "size"), [("zh", WIDE), ("zh", PHONE), ("en", WIDE), ("en", PHONE)])
def test_import_preview_accept_undo_search_export(
    chromium: Browser, site: str, axe: str, tmp_path: Path, language: str, size: dict[str, int]
) -> None:
    start = 1000 + 10 * ((language == "en") * 2 + (size is PHONE))
    context = chromium.new_context(viewport=size, accept_downloads=True)  # type: ignore[arg-type]
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: noise.append(str(error)))
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda request: elsewhere.append(request.url) if not request.url.startswith((site, "data:", "blob:")) else None,
    )

    log_in(page, site, "gongxin", language)
    check_page(page, axe, "home")
    page.goto(f"{site}/l/firms-firm/")
    check_page(page, axe, "list")
    page.goto(f"{site}/l/firms-firm/import/")
    check_page(page, axe, "upload")
    page.set_input_files("#f-file", ugly_file(tmp_path / "高新园企业名录.xlsx", start))
    page.locator("form[enctype] button").click()
    expect(page.locator('[data-gx="accept"]')).to_be_visible(timeout=WAIT)
    check_page(page, axe, "preview")
    numbers = [box.inner_text() for box in page.locator(".gx-delta .gx-big").all()]
    assert numbers == ["2", "0", "0", "0", "1"]
    if language == "zh" and size is WIDE:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / "import.png")
    page.locator('[data-gx="accept"]').click()
    expect(page.locator('[data-gx="undo"]')).to_be_visible(timeout=WAIT)
    check_page(page, axe, "done")
    done = page.url

    page.goto(f"{site}/l/firms-firm/")
    page.keyboard.press("Control+k")
    page.locator("#palette input").fill("qhzrcy")
    first = page.locator("#palette [role=option]").first
    expect(first).to_contain_text("青禾泽润茶业", timeout=WAIT)
    page.keyboard.press("Escape")
    page.locator("form.gx-search input[name=q]").fill(f"泽润茶业{start}")
    page.locator("form.gx-search input[name=q]").press("Enter")
    expect(page.locator("a.nm").first).to_contain_text(f"青禾泽润茶业{start}有限公司")
    with page.expect_download() as download:
        page.locator("form[action*='/export/'] button").click()
    exported = tmp_path / "export.xlsx"
    download.value.save_as(exported)
    assert exported.stat().st_size > 4000

    page.locator("a.nm").first.click()
    check_page(page, axe, "detail")
    page.goto(done)
    page.locator('[data-gx="undo"]').click()
    page.locator('[data-gx="undo-sure"]').press("Enter")
    expect(page.locator('[data-state="undone"]')).to_be_visible(timeout=WAIT)
    page.goto(f"{site}/l/firms-firm/?q=泽润茶业{start}")
    expect(page.locator("a.nm")).to_have_count(0)
    assert not noise, noise
    assert not elsewhere, elsewhere
    context.close()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_page_is_sound_in_both_themes(chromium: Browser, site: str, axe: str, size: dict[str, int]) -> None:
    """Everything in the light, colours once more in the dark: nothing else differs between the themes."""
    context = chromium.new_context(viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, site, "gongxin", "zh")
    wrong: list[str] = []
    for path in (
        "/", "/l/firms-firm/", "/l/firms-firm/1/", "/l/firms-firm/1/change/", "/firms/confirm/", "/firms/duplicates/", "/packs/",
        "/packs/sizes/thresholds/", "/jobs/", "/l/deadlines-deadline/", "/password/", "/no-such-page/",
    ):  # fmt: skip
        page.goto(site + path, wait_until="networkidle")
        wrong += complaints(page, axe, path)
        if size is WIDE and path in ("/", "/l/firms-firm/1/"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / ("home.png" if path == "/" else "firm.png"))
        page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
        wrong += complaints(page, axe, f"{path} dark", ("color-contrast",))
    assert not wrong, "\n".join(wrong)
    context.close()


def send_expired(page: Page) -> None:
    """The session ends while somebody types; the form is sent and leads to the log-in page; logging in leads back."""
    page.context.clear_cookies()
    page.locator('form[data-gx="form"] button.btn-primary').click()
    expect(page.locator("#u")).to_be_visible()
    page.fill("#u", "gongxin")
    page.fill("#p", PASSWORD)
    page.locator("button.gx-wide").click()
    expect(page.locator("h1")).to_be_visible()


def test_expired_session_keeps_the_form(chromium: Browser, site: str, axe: str) -> None:
    context = chromium.new_context(viewport=WIDE)  # type: ignore[arg-type]
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    log_in(page, site, "gongxin", "zh")
    form = f"{site}/l/firms-firm/2/change/"
    page.goto(form)
    page.fill("#f-remark", "写到一半的备注")
    page.select_option("#f-hi_tech", "是")
    send_expired(page)
    assert page.url == form
    expect(page.locator("#f-remark")).to_have_value("写到一半的备注")
    expect(page.locator("#f-hi_tech")).to_have_value("是")
    expect(page.locator("form .gx-note")).to_contain_text("还没有保存")
    expect(page.locator('[data-gx="draft-moved"]')).to_be_hidden()
    check_page(page, axe, "form with a draft")
    page.locator('form[data-gx="form"] button.btn-primary').click()
    expect(page.locator(".gx-msg.is-success")).to_be_visible()
    page.goto(form)
    expect(page.locator("form .gx-note")).to_have_count(0)
    expect(page.locator("#f-remark")).to_have_value("写到一半的备注")
    context.close()


def test_a_draft_never_overwrites_a_colleague(chromium: Browser, site: str) -> None:
    """While the session was gone a colleague changed the row: the draft keeps its own version, so saving asks."""
    mine, theirs = (chromium.new_context(viewport=WIDE) for _number in range(2))  # type: ignore[arg-type]
    page, other = mine.new_page(), theirs.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    log_in(page, site, "gongxin", "zh")
    log_in(other, site, "gongxin", "zh")
    form = f"{site}/l/firms-firm/3/change/"
    page.goto(form)
    other.goto(form)
    page.fill("#f-remark", "我写的备注")
    other.fill("#f-address", "禾城镇新路九号")
    other.locator('form[data-gx="form"] button.btn-primary').click()
    expect(other.locator(".gx-msg.is-success")).to_be_visible()
    mine.clear_cookies()
    page.goto(form)
    page.fill("#u", "gongxin")
    page.fill("#p", PASSWORD)
    page.locator("button.gx-wide").click()
    expect(page.locator("#f-remark")).to_have_value("我写的备注")
    expect(page.locator('[data-gx="draft-moved"]')).to_be_visible()
    page.locator('form[data-gx="form"] button.btn-primary').click()
    expect(page.locator("h1")).to_contain_text("没有覆盖任何一方")
    expect(page.locator("table.gx-conf")).to_contain_text("禾城镇新路九号")
    page.locator("form.gx-card button.btn-primary").click()
    expect(page.locator("main")).to_contain_text("禾城镇新路九号")
    expect(page.locator("main")).to_contain_text("我写的备注")
    page.goto(form)
    expect(page.locator("form .gx-note")).to_have_count(0)
    page.fill("#f-remark", "不要的字")
    page.reload()
    page.locator('[data-gx="draft-drop"]').click()
    expect(page.locator("#f-remark")).to_have_value("我写的备注")
    page.reload()
    expect(page.locator("#f-remark")).to_have_value("我写的备注")
    mine.close()
    theirs.close()


def test_dialog_refuses_and_runs(chromium: Browser, site: str) -> None:
    context = chromium.new_context(viewport=WIDE)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, site, "gongxin", "zh")
    page.goto(f"{site}/l/firms-firm/?sort=initials")
    page.locator("a.nm").first.click()
    page.get_by_role("button", name="确认行业").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_be_visible()
    dialog.locator("#f-code").fill("9999")
    dialog.locator("button.btn-primary").click()
    expect(dialog.locator(".gx-sum")).to_contain_text("不在")
    dialog.locator("#f-code").fill("1530")
    dialog.locator("button.btn-primary").click()
    expect(dialog).not_to_be_visible()
    expect(page.locator("body")).to_contain_text("1530 精制茶加工")
    context.close()
