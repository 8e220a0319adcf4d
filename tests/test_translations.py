"""The English catalogue is whole, and English pages hold no Chinese but the county's own data."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.exchange.flow import start_check, upload
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.column import UNIT_WORDS
from gongxing.kernel.ledger.declare import all_ledgers, ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.models import Post, Unit, User
from gongxing.kernel.packs.tables import all_packs, table
from gongxing.kernel.testing.office import Office
from gongxing.site import translations
from gongxing.site.menu import STAGES

# Folders whose Chinese is data: words that are recognised, invented names, fonts, messages of the test kit.
DATA = (
    "engines/", "kernel/cells/", "kernel/exchange/reading/", "site/demo/", "kernel/testing/", "kernel/search/", "domains/firms/demo.py",
    "site/commands/", "kernel/documents/word.py", "kernel/documents/layout.py", "domains/chain/demo.py", "domains/chain/starting.py",
    "domains/chain/editor/hints.py", "domains/chain/analysis/fusing.py", "domains/projects/demo/", "domains/policy/demo.py", "domains/land/demo/",
    "domains/land/nameless.py", "domains/land/ledgers/supply_words.py", "kernel/maps/formats/", "kernel/maps/texts.py", "kernel/maps/written/",
    "domains/approvals/demo/", "domains/approvals/ledgers/status_words.py", "domains/approvals/mining/reading.py",
)  # fmt: skip
# Literals that are keys or data wherever they stand: units, synonyms of headers, yes and no as cells hold them, names, tags of a pack,
# ways to say that one will not say, marks that part words.
KEYS = frozenset(
    [
        "月", "【里程碑】", "是", "否", "有", "无", "已", "未", "不是", "未报", "—（未报）", "不详", "万", "万元", "万元/亩", "亩", "人", "家", "吨标准煤", "系统", "中文",
        "青禾县（演示）", "Gongxing 工兴", "危废", "重金属", "恶臭", "不愿说", "不说", "保密", "不便说", "不方便说", "，；。、与及和）/ -–—·",
        "[、,/]|[与和及](?=..)", "亿", r"\d|[一二三四五六七八九十百零〇]+\s*条", "现有产能改造：", "对照目录：不属限制、淘汰类。", "奖补依据：", "相近条目：", "理由：", "产业招引", "审批", "要素保障", "储备", "签约", "开工", "投产",
        r"(\d+(?:\.\d+)?)(亿|万)元", "元–", "铁路", "住宅", "居住", "通过", "不通过", "准予许可", "不予许可", "准予行政许可", "同意", "批准", "办结（准予）", "不予行政许可", "不同意", "不予批准", "办结（不予）", "办理中", "在办", "正在办理", "未办结", *(seal for seal, _label in STAGES), *UNIT_WORDS,
    ]
)  # fmt: skip
HAN = re.compile(r"[\u3400-\u9fff]+")
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)
BLOCKS = re.compile(r"\{%\s*blocktrans.*?endblocktrans(?:late)?\s*%\}", re.S)
SHOWN = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.S)


def test_the_catalogue_is_complete_and_true_to_the_source() -> None:
    assert translations.faults() == []


def test_a_missing_or_broken_entry_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself can fail: an emptied entry and a lost placeholder are named."""
    text = translations.PO.read_text(encoding="utf-8")
    broken = text.replace('msgstr "Merge"\n', 'msgstr ""\n', 1).replace("%(n)d updated", "many updated", 1)
    assert broken != text
    (tmp_path / "django.po").write_text(broken, encoding="utf-8")
    monkeypatch.setattr(translations, "PO", tmp_path / "django.po")
    found = "\n".join(translations.faults())
    assert "no English for '合并'" in found
    assert "placeholders differ in 'many updated'" in found


def _python_files() -> Iterator[Path]:
    for path in sorted(translations.PACKAGE.rglob("*.py")):
        name = path.relative_to(translations.PACKAGE).as_posix()
        if not name.startswith(DATA) and "/tests/" not in name and "/migrations/" not in name:
            yield path


def test_chinese_in_python_is_wrapped() -> None:
    synonyms = {word for ledger in all_ledgers() for column in ledger.columns for word in column.synonyms}
    loose = [
        f"{path.name}:{line}: {text}"
        for path in _python_files()
        for line, text in translations.unwrapped(path)
        if text not in KEYS and text not in synonyms and not re.search(r"[a-z]{3,} [a-z]", text)
    ]
    assert loose == []


def test_chinese_in_templates_is_wrapped() -> None:
    loose = []
    for path in sorted(translations.PACKAGE.rglob("*.html")):
        text = TAGS.sub("", BLOCKS.sub("", path.read_text(encoding="utf-8")))
        loose += [
            f"{path.name}: {run}"
            for run in re.findall(r"[\u3001\u3002\u4e00-\u9fff\uff00-\uff5e]+", text)
            if run not in KEYS and run != "工"
        ]
    assert loose == []


def _known_data() -> str:
    """Everything the county or a pack wrote: it stays as it is on an English page."""
    texts: list[str] = []
    for names in (
        Unit.objects.values_list("name"),
        User.objects.values_list("name"),
        Post.objects.values_list("title"),
    ):
        texts += [name for (name,) in names]
    for firm in Firm.objects.all():
        texts += [str(value) for value in vars(firm).values()]
    for pack in all_packs():
        texts += [pack.title, pack.description]
        for spec in pack.tables.values():
            texts += [spec.title, *(label for _name, label, _kind in spec.columns)]
            for row in table(pack.name, spec.name, today()):
                texts += [*row.values(), row.source]
    examples = [run for message in translations.load() for run in HAN.findall(str(message.string))]
    return "\n".join([*texts, *examples, *KEYS, *CONTENT.splitlines(), "青禾县", "工兴", "名录"])


CONTENT = "单位名称,所属园区,注册资金\n青禾试导二糖业有限公司,东园,300万元\n"
PAGES = (
    "/",
    "/jobs/",
    "/firms/confirm/",
    "/firms/duplicates/",
    "/packs/",
    "/packs/parameters/limits/",
    "/trail/",
    "/none/",
    "/chain/",
    "/chain/hints/",
    "/chain/survey/",
    "/chain/doubtful/",
    "/chain/unplaced/",
    "/chain/fusion/",
    "/chain/growth/",
    "/chain/lengthen/",
    "/chain/structure/",
)


@pytest.fixture
def filled(office: Office, client: Client) -> Client:
    """A firm with a history and a checked import; the browser of an officer, in English."""
    actor = office.actor("gongxin")
    values = {
        "name": "青禾试导糖业有限公司",
        "unit": "东园",
        "capital": "500万元",
        "business_scope": "白糖的生产、销售",
    }
    firm = save(ledger_named("firms.firm"), actor, values)
    with writing(actor, "change", "") as ctx:
        ctx.update(firm, remark="演示")
    with translation.override("en"):
        start_check(upload(ledger_named("firms.firm"), actor, "名录.csv", [CONTENT.encode()]), actor)
    while run_next():
        pass
    client.force_login(office.users["gongxin"])
    client.cookies["gx_lang"] = "en"
    return client


def _pages(client: Client) -> Iterator[tuple[str, str]]:
    firm, firms = Firm.objects.get(), ledger_named("firms.firm")
    paths = [ledger.url for ledger in all_ledgers()]
    paths += [f"{ledger.url}{end}" for ledger in all_ledgers() for end in ("add/", "import/")]
    session = ImportSession.objects.get()
    paths += [firms.row_url(firm.pk), f"{firms.row_url(firm.pk)}change/", f"/imports/{session.pk}/"]
    for path in [*paths, *PAGES]:
        answer = client.get(path)
        if answer.status_code in (200, 403, 404) and "html" in answer.headers.get("Content-Type", ""):
            yield path, answer.content.decode()


def test_english_pages_hold_no_chinese_but_data(filled: Client) -> None:
    data, seen = _known_data(), 0
    loose: list[str] = []
    for path, page in _pages(filled):
        assert '<html lang="en"' in page, path
        seen += 1
        attributes = " ".join(re.findall(r'(?:title|placeholder|aria-label|data-l)="([^"]*)"', page))
        text = html.unescape(SHOWN.sub(" ", page) + " " + attributes)
        loose += [f"{path}: {run}" for run in dict.fromkeys(HAN.findall(text)) if run not in data]
    assert loose == []
    assert seen > 10


def test_the_language_is_switched_by_the_header(filled: Client) -> None:
    page = filled.get("/").content.decode()
    assert "What I owe" in page
    filled.cookies["gx_lang"] = "zh-hans"
    assert "欠着的" in filled.get("/").content.decode()
    with translation.override("en"):
        assert str(ledger_named("firms.firm").column("revenue").unit_label) == "10,000 CNY"
