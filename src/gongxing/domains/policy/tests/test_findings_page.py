"""The page of the review: marks, who may decide, trying a wording, the sheet."""

import io
import re
from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from docx import Document

from gongxing.domains.policy.models import Clause, Finding
from gongxing.domains.policy.tests.people import (
    LEAD,
    OPEN,
    TAX,
    a_clause,
    a_project,
    an_agreement,
    clear,
    found_in,
    reviewer,
)
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.inbox.todo import owed
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

LogIn = Callable[[str], Client]
URL = "/policy/findings/"


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def as_reviewer(office: Office) -> Client:
    reviewer(office)
    client = Client()
    client.force_login(office.users["shichang"])
    return client


def test_the_queue_marks_the_words_and_gives_article_question_and_a_way_out(office: Office) -> None:
    (finding,) = found_in(a_clause(office, LEAD))
    page = as_reviewer(office).get(URL)
    assert page.status_code == 200
    html = page.content.decode()
    assert '对认定为<mark class="is-bad">链主</mark>企业的' in html
    assert '<mark class="is-bad">进档奖励</mark>一百万元' in html
    said = words(html)
    assert "公平竞争审查：1 个红项没有消除" in said
    assert "条例10条第2项；办法11、19条（案例：中阳县链主进档奖励）" in said
    assert "称号只用于服务与对接，不作为领取资金的条件" in said
    assert "起草：工信局 gongxin岗 gongxin（演示）" in said
    assert f'hx-get="{reverse("action-dialog", args=["policy.clear_finding"])}?key={finding.pk}"' in html
    assert [one.title for one in owed(reviewer(office)) if "公平竞争" in one.title] == [
        "公平竞争审查：1 个红项、0 个黄项待处理"
    ]


def test_the_drafting_bureau_reads_but_has_no_buttons_and_a_stranger_nothing(office: Office, client_of: LogIn) -> None:
    found_in(a_clause(office, LEAD))
    html = client_of("gongxin").get(URL).content.decode()
    assert "进档奖励" in html
    assert "clear_finding" not in html
    assert client_of("nobody").get(URL).status_code == 403
    assert Client().get(URL).status_code == 302


def test_findings_of_other_parks_agreements_are_kept_from_parks(office: Office, client_of: LogIn) -> None:
    """A finding has no unit, so its register is for the county's bureaus alone; a park sees what stops a project on the project's page."""
    found_in(an_agreement(office, a_project(office), "第三条", LEAD))
    assert "进档奖励" in client_of("gongxin").get(URL).content.decode()
    assert client_of("yuanqu").get(URL).status_code == 403
    assert client_of("yuanqu2").get("/l/policy-finding/").status_code == 403


def test_trying_a_wording_shows_it_at_once_and_stores_nothing(office: Office, client_of: LogIn) -> None:
    client, before = client_of("gongxin"), Entry.objects.count()
    html = client.post(URL, {"wording": TAX}).content.decode()
    assert '<mark class="is-bad">经济贡献</mark>' in html
    assert "改以客观投入或成果为依据" in html
    free = client.post(URL, {"wording": OPEN}).content.decode()
    assert "<mark" not in free
    assert "没有提示不等于合法，仍要照程序审查" in free
    assert client.post(URL, {"wording": " "}).status_code == 422
    assert "<script>" not in client.post(URL, {"wording": "<script>龙头企业奖励"}).content.decode().replace(
        "<script src", ""
    )
    assert (Entry.objects.count(), Finding.objects.count()) == (before, 0)


def test_tabs_pages_and_one_text_alone(office: Office) -> None:
    one, other = a_clause(office, LEAD), a_clause(office, TAX)
    (finding,), _second = found_in(one), found_in(other)
    clear(reviewer(office), finding)
    client = as_reviewer(office)
    assert "链主" not in client.get(URL).content.decode().split("<aside>")[0].replace("点名链主", "")
    cleared = client.get(f"{URL}?state=cleared").content.decode()
    assert "青禾县（演示） shichang岗 shichang（演示）" in cleared
    assert "reopen_finding" in cleared
    alone = client.get(f"{URL}?text=policy.clause:{other.pk}").content.decode()
    assert "经济贡献" in alone
    for query in (
        "?text=org.user:1",
        "?text=policy.clause:x",
        "?state=none",
        "?page=99999999999999",
        "?page=-1",
        "?text=policy.clause:999999",
    ):
        assert client.get(URL + query).status_code == 200


def test_the_sheet_says_text_drafter_findings_decision_and_the_limits_of_rules(
    office: Office, client_of: LogIn
) -> None:
    clause = a_clause(office, LEAD)
    (finding,) = found_in(clause)
    clear(reviewer(office), finding)
    made = as_reviewer(office).get(f"{URL}policy-clause/{clause.pk}/sheet.docx")
    assert made.status_code == 200
    document = Document(io.BytesIO(made.content))
    text = "\n".join([*(one.text for one in document.paragraphs), *(cell.text for one in document.tables for row in one.rows for cell in row.cells)])  # fmt: skip
    for part in (
        "公平竞争审查表",
        LEAD,
        "工信局 gongxin岗 gongxin（演示）",
        "红 FC03",
        "办法第四十六条",
        "shichang岗",
        "没有提示不等于合法",
    ):
        assert part in text
    assert client_of("gongxin").get(f"{URL}policy-clause/999999/sheet.docx").status_code == 404
    assert client_of("gongxin").get(f"{URL}org-user/1/sheet.docx").status_code == 404
    assert client_of("nobody").get(f"{URL}policy-clause/{clause.pk}/sheet.docx").status_code == 403


def test_an_amount_nobody_wrote_is_not_called_no_money(office: Office) -> None:
    """A grant without an amount says so on the page and on the sheet; only a title or a service pays nothing."""
    clause = a_clause(office, TAX)
    found_in(clause)
    client = as_reviewer(office)
    for kind, said, other in (
        ("grant", "没有写标准", "不给钱，给资格或服务"),
        ("title", "不给钱，给资格或服务", "没有写标准"),
    ):
        with as_system() as ctx:
            row = Clause.objects.get(pk=clause.pk)
            ctx.update(row, kind=kind)
        page = client.get(URL, {"text": f"policy.clause:{clause.pk}"}).content.decode()
        assert said in page and other not in page
        sheet = client.get(reverse("policy-review-sheet", args=["policy-clause", clause.pk]))
        cells = [cell.text for table in Document(io.BytesIO(sheet.content)).tables for line in table.rows for cell in line.cells]  # fmt: skip
        assert any(said in cell for cell in cells) and not any(other in cell for cell in cells)


def test_the_views_of_clauses_are_named_for_what_they_count(office: Office) -> None:
    """Sent to the review, and drafts: what the review still has to decide is another number, on its own page."""
    a_clause(office, TAX)
    page = as_reviewer(office).get("/l/policy-clause/").content.decode()
    assert "待公平竞争审查</a>" not in page
    assert [(str(one.label), one.query) for one in ledger_named("policy.clause").presets] == [
        ("执行中", "f.state=in_force"), ("已送公平竞争审查", "f.state=review"), ("起草中", "f.state=draft"),
    ]  # fmt: skip
