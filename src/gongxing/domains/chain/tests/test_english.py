"""The chain stage in English: pages and report hold no Chinese but the county's own data, and names are typed as they are shown."""

import html
import io
import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation
from docx import Document

from gongxing.domains.chain.actions.editing import load_chains
from gongxing.domains.chain.actions.survey import answer_purchases
from gongxing.domains.chain.analysis.ruling import GROWTH
from gongxing.domains.chain.models import Chain, Edge, Node, Placement, Purchase
from gongxing.domains.chain.survey.asking import link_labels, link_names
from gongxing.domains.chain.words import parameter_words
from gongxing.domains.firms.models import Firm
from gongxing.engines.chain import CODES
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Unit, User
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.packs.tables import table
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

HAN = re.compile(r"[\u3400-\u9fff]+")
MARKS = re.compile(r"[\u3001\u3002\uff01-\uff5e]")
MAIN = re.compile(r"<main\b.*?</main>", re.S)
HIDDEN = re.compile(r"<(script|style|datalist)\b.*?</\1>", re.S)
SPOKEN = re.compile(r'(?:title|placeholder|aria-label|data-l)="([^"]*)"')
PAGES = (
    "/chain/", "/chain/map/tea/", "/chain/map/tea/?node=tea.scented", "/chain/map/tea/?view=table&t.chain.critical=40", "/chain/node/tea.scented/",
    "/chain/edit/tea/?node=tea.scented", "/chain/edit/tea/graph/", "/chain/hints/", "/chain/survey/", "/chain/doubtful/", "/chain/unplaced/",
    "/chain/fusion/", "/chain/fusion/bat/tea/", "/chain/growth/", "/chain/lengthen/", "/chain/structure/",
)  # fmt: skip


@pytest.fixture
def filled(office: Office, client: Client) -> Client:
    """Two chains of the pack, one firm on two links with a purchase sheet; the browser of an officer, in English."""
    values = ledger_named("firms.firm").derive({"name": "青禾试导花茶有限公司"}, None)
    with writing(SYSTEM, "test", "") as ctx:
        load_chains(ctx, ["tea", "bat"])
        one = ctx.create(Firm(unit=office.units["东园"], industry="1530", **values))
        for code, level in (("tea.scented", "decided"), ("tea.tea_drink", "doubtful")):
            node = Node.objects.get(code=code)
            ctx.create(
                Placement(ref=f"{one.pk}:{node.pk}", firm=one, node=node, role="main", level=level, as_of=today())
            )
        ctx.create(
            Firm(
                unit=office.units["东园"],
                industry="1530",
                **ledger_named("firms.firm").derive({"name": "青禾试导二厂"}, None),
            )
        )
    lines = [{"item": "鲜花", "value": "300", "where": "outside", "node": "tea.jasmine"}]
    perform(
        answer_purchases,
        office.actor("gongxin"),
        {"buyer": one.pk, "year": today().year - 1, "lines": json.dumps(lines), "seen": ""},
    )
    client.force_login(office.users["gongxin"])
    client.cookies["gx_lang"] = "en"
    return client


def data() -> str:
    """What the county or a pack wrote."""
    texts = [
        *Unit.objects.values_list("name", flat=True),
        *User.objects.values_list("name", flat=True),
        *Post.objects.values_list("title", flat=True),
    ]
    for model in (Chain, Node, Edge, Firm, Purchase):
        texts += [str(value) for row in model.objects.all() for value in vars(row).values()]
    for name in ("target_profiles", "profile_templates", "sources"):
        texts += [str(value) for row in table("chains", name, today()) for value in (*row.values(), row.source)]
    texts += [row.source for row in table("input-output", "sectors42", today())]
    return "\n".join([*texts, "系统", "青禾县（演示）", "精制茶加工"])


def lines_of(page: str) -> Iterator[str]:
    """The texts of a page's body, and those a screen reader speaks."""
    body = HIDDEN.sub("", MAIN.search(page)[0])  # type: ignore[index]
    yield from (html.unescape(text) for text in SPOKEN.findall(body))
    yield from (html.unescape(text).strip() for text in re.split(r"<[^>]*>", body))


def strangers(texts: Iterator[str] | list[str], known: str) -> list[str]:
    """Chinese that is no data, and Chinese punctuation between English words."""
    found = []
    for text in texts:
        runs = HAN.findall(text)
        found += [run for run in runs if run not in known]
        found += [text] if MARKS.search(text) and not runs else []
    return found


def test_english_pages_hold_no_chinese_but_data(filled: Client) -> None:
    known, firm = data(), Firm.objects.get(name="青禾试导花茶有限公司")
    split = f"/chain/edit/tea/split/{Node.objects.get(code='tea.scented').pk}/"
    for path in (*PAGES, split, f"/chain/survey/{firm.pk}/", ledger_named("firms.firm").row_url(firm.pk)):
        answer = filled.get(path)
        assert answer.status_code == 200, path
        assert (path, strangers(lines_of(answer.content.decode()), known)) == (path, [])


def test_the_english_report_holds_no_chinese_but_data(filled: Client) -> None:
    answer = filled.get("/chain/map/tea/report.docx?t.chain.critical=30")
    document = Document(io.BytesIO(answer.content))
    texts = [
        "".join(run.text or "" for run in one.iter() if run.tag.endswith("}t"))
        for one in document.element.body.iter()
        if one.tag.endswith("}p")
    ]
    assert "Investment map: Jasmine tea and deep processing of flowers" in texts
    assert strangers(texts, data()) == []


def test_a_service_is_a_segment_or_a_kind_of_connection() -> None:
    with translation.override("en"):
        assert (str(Node.Segment.SERVICE.label), str(Edge.Kind.SERVICE.label)) == ("Services", "Service")


@pytest.mark.usefixtures("db")
def test_every_line_one_can_try_has_an_english_name() -> None:
    names = {row["code"]: row["name_zh"] for row in table("parameters", "parameters", today())}
    with translation.override("en"):
        assert [code for code in (*CODES, *GROWTH) if HAN.search(parameter_words(names[code]))] == []
        assert parameter_words("本县自己起的名") == "本县自己起的名"


@pytest.mark.usefixtures("db")
def test_every_status_of_a_row_has_an_english_word() -> None:
    with translation.override("en"):
        words = status_words(today())
    assert words["recalled"] == "Not verified"
    assert not HAN.search("".join(words.values()))


def test_a_link_is_typed_as_it_is_shown_in_either_language(filled: Client) -> None:
    node = Node.objects.get(code="tea.scented")
    with translation.override("en"):
        assert link_labels()[node.pk] == node.name_en
        assert {link_names()[name] for name in (node.code, node.name, node.name_en)} == {node.pk}
    with translation.override("zh-hans"):
        assert link_labels()[node.pk] == node.name
        assert link_names()[node.name_en] == node.pk
