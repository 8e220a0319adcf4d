"""The page of a project: track, gate, who owes, what may be mended; files of papers; how many queries it costs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongxing.domains.projects.actions.moving import pause_project
from gongxing.domains.projects.models import Duty, Paper, Project, TwinQuestion
from gongxing.domains.projects.tests.walking import act, an_idea, given, walked, with_promise
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

LogIn = Callable[[str], Client]
MOST_QUERIES = 74


def page_of(client: Client, project: Project, query: str = "") -> str:
    answer = client.get(ledger_named("projects.project").row_url(project.pk) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_of_an_idea_says_what_is_missing_to_the_pool(office: Office, client_of: LogIn) -> None:
    project = an_idea(office)
    page = page_of(client_of("yuanqu"), project)
    assert "离储备还差 6 样" in page
    assert "7 样已有 1 样" in page
    assert "没有填：业主企业" in page
    assert f"/l/projects-project/{project.pk}/change/#f-firm" in page
    assert "还没有挂到产业链" in page
    assert page.count("没有牵头单位") == 3
    assert "东园" in page
    assert client_of("yuanqu").get(reverse("project", args=[project.pk])).url == f"/l/projects-project/{project.pk}/"  # type: ignore[attr-defined]
    assert client_of("yuanqu2").get(reverse("project", args=[project.pk])).status_code == 404


def test_who_leads_a_duty_owes_its_things(office: Office, client_of: LogIn) -> None:
    project = walked(office, an_idea(office), "signed")
    with as_system() as ctx:
        lead = Duty(
            project=project,
            unit=office.units["西园"],
            duty_class="approving",
            role="lead",
            post=office.posts["yuanqu2"],
        )
        lead.ref = f"{project.pk}:{lead.unit_id}:approving"
        ctx.create(lead)
    page = page_of(client_of("yuanqu"), project)
    assert "离前期还差 6 样" in page
    owed = page.split("国家项目代码", 1)[1].split("</tr>", 1)[0]
    assert "西园 · yuanqu2岗" in owed
    owed = page.split("选定地块或厂房", 1)[1].split("</tr>", 1)[0]
    assert "东园 · yuanqu岗" in owed, "nobody leads the securing: the post that handles the project owes it"
    assert "进入签约的关口：13 样已有 12 样" in page
    assert "由洽谈进入签约" in page


def test_another_gate_is_shown_on_demand_and_readers_get_no_buttons(office: Office, client_of: LogIn) -> None:
    project = walked(office, an_idea(office), "reserve")
    page = page_of(client_of("yuanqu"), project, "?to=construction")
    assert "先答才知道要不要：" in page
    assert "施工许可证" in page
    assert "办理时填" in page
    assert "附材料" in page
    assert page_of(client_of("yuanqu"), project, "?to=nonsense").count("离洽谈还差 3 样") == 1
    reader = page_of(client_of("tongji"), project)
    assert "离洽谈还差 3 样" in reader
    for word in ("附材料", "去填", "projects.advance_project", "projects-promise/add", "定分工"):
        assert word not in reader, word


def test_a_page_costs_so_many_queries(office: Office, client_of: LogIn) -> None:
    project = walked(office, an_idea(office), "production")
    client, address = client_of("yuanqu"), ledger_named("projects.project").row_url(project.pk)
    client.get(address)
    counts = []
    for _time in range(3):
        with CaptureQueriesContext(connections["default"]) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
        for number in range(5):
            with_promise(office, project, text=f"承诺{number}{_time}")
    assert counts[1] == counts[2], "promises and papers are fetched together"
    assert max(counts) <= MOST_QUERIES, counts


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


def attach(
    client: Client, project: Project, kind: str = "screening", name: str = "研判单.pdf", body: bytes = PDF, **more: str
) -> int:
    url = reverse("project-paper", args=[project.pk, kind])
    raw = {"issued_on": "2024-03-02", "number": "青招研〔2024〕3号", "seen": "0", **more}
    return client.post(url, {**raw, "file": SimpleUploadedFile(name, body)} if name else raw).status_code


def test_a_paper_is_attached_read_replaced_and_taken_off(office: Office, client_of: LogIn) -> None:
    project, client = an_idea(office), client_of("yuanqu")
    assert attach(client, project) == 302
    paper = Paper.objects.get(project=project, kind="screening")
    assert (paper.number, paper.file_name, paper.version) == ("青招研〔2024〕3号", "研判单.pdf", 1)
    url = reverse("project-paper-file", args=[paper.pk])
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert client_of("yuanqu2").get(url).status_code == 404
    assert attach(client, project, name="", number="青招研〔2024〕4号") == 422, (
        "somebody else's replacement was not seen"
    )
    assert attach(client, project, name="", number="青招研〔2024〕4号", seen="1") == 302
    paper.refresh_from_db()
    assert (paper.number, paper.file_name) == ("青招研〔2024〕4号", "研判单.pdf"), (
        "the file stays when no new one comes"
    )
    done = client.post("/do/projects.detach_paper/", {"key": paper.pk, "version": paper.version, "why": "附错了"})
    assert done.status_code == 204
    assert not Paper.objects.filter(project=project).exists()


def test_of_two_projects_of_one_name_the_right_one_gets_the_paper(office: Office, client_of: LogIn) -> None:
    one = an_idea(office)
    other = given(an_idea(office, name="另一个"), name=one.name, folded=one.folded)
    assert attach(client_of("yuanqu"), other) == 302
    assert [paper.project for paper in Paper.objects.all()] == [other]


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("研判单.exe", b"MZ", "不收“exe”文件"),
        ("研判单.pdf", b"MZ\x90", "的内容不是 pdf 文件"),
        ("研判单.pdf", b"", "是空文件"),
    ],
)
def test_files_that_are_not_taken(office: Office, client_of: LogIn, name: str, body: bytes, said: str) -> None:
    project, client = an_idea(office), client_of("yuanqu")
    url = reverse("project-paper", args=[project.pk, "screening"])
    answer = client.post(url, {"issued_on": "2024-03-02", "number": "三号", "file": SimpleUploadedFile(name, body)})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert 'value="三号"' in page, "what was typed stays"
    assert not Paper.objects.exists()


def test_a_paper_of_tomorrow_or_of_another_unit_is_refused(office: Office, client_of: LogIn) -> None:
    project = an_idea(office)
    assert attach(client_of("yuanqu"), project, issued_on="2999-01-01") == 422
    assert attach(client_of("yuanqu2"), project) == 404
    assert attach(client_of("tongji"), project) == 403
    assert attach(client_of("yuanqu"), project, kind="no_such_paper") == 404
    assert not Paper.objects.exists()


def test_the_parts_of_the_money_and_their_sum(office: Office, client_of: LogIn) -> None:
    project = given(an_idea(office), total_investment=10000, fund_own=6000, fund_loan=3000)
    page = page_of(client_of("yuanqu"), project)
    assert "资金 10,000 万元" in page
    assert "各项合计和总投资相差 1,000 万元。" in page
    given(project, fund_central=1000)
    page = page_of(client_of("yuanqu"), project)
    assert "各项合计等于总投资。" in page
    assert 'class="m1" x="0.0" width="179.0"' in page


def test_the_list_of_papers_by_gate(office: Office, client_of: LogIn) -> None:
    project = walked(office, an_idea(office), "construction")
    page = client_of("yuanqu").get(reverse("project-papers", args=[project.pk])).content.decode()
    signing = page.split("进入签约</h2>", 1)[1].split("</section>", 1)[0]
    assert "尽调表" in signing
    assert "政府没有承诺事项的说明" not in signing
    starting = page.split("进入开工</h2>", 1)[1].split("</section>", 1)[0]
    lease = starting.split("厂房租赁合同", 1)[1].split("</li>", 1)[0]
    assert "不需要" in lease
    assert "2024-03-01" in starting.split("施工许可证", 1)[1].split("</li>", 1)[0]
    other = page.split("别的材料</h2>", 1)[1]
    assert "2024-03-01" in other.split("政府没有承诺事项的说明", 1)[1].split("</li>", 1)[0]
    assert client_of("yuanqu2").get(reverse("project-papers", args=[project.pk])).status_code == 404


def test_that_there_is_nothing_promised_can_be_said_in_writing(office: Office, client_of: LogIn) -> None:
    project = walked(office, an_idea(office), "negotiation")
    page = page_of(client_of("yuanqu"), project)
    assert f"/projects/{project.pk}/papers/no_government_promise/" in page
    assert "没有承诺，附说明" in page
    assert f"/l/projects-promise/add/?project={project.pk}&amp;side=enterprise" in page


def test_a_hold_is_told_at_the_head(office: Office, client_of: LogIn) -> None:
    project = walked(office, an_idea(office), "signed")
    until = (today() + timedelta(days=60)).isoformat()
    act(office, pause_project, project, on="2024-07-01", reason_code="funds", until=until, note="等贷款")
    page = page_of(client_of("yuanqu"), project)
    assert "原因：资金" in page
    assert f"到 {until}" in page
    assert "恢复到签约" in page
    assert "暂缓，之前在签约" in page
    assert page.split('aria-current="step"', 1)[1].split("</li>", 1)[0].count("签约") == 1


def a_twin(office: Office, one: Project, other: Project, answer: str = "open") -> TwinQuestion:
    with as_system() as ctx:
        return ctx.create(TwinQuestion(ref=f"{one.pk}:{other.pk}", one=one, other=other, score="0.9", answer=answer, reasons=[["twins.same_parcel", {"place": "三号地块"}]]))  # fmt: skip


def test_the_button_of_likely_twins_leads_to_them(office: Office, client_of: LogIn) -> None:
    project = walked(office, an_idea(office), "negotiation")
    other, far = an_idea(office, name="茶饮料二期"), an_idea(office, "yuanqu2", name="西园茶饮料", unit="西园")
    client = client_of("yuanqu")
    assert 'id="twins"' not in page_of(client, project)
    asked, _hidden = a_twin(office, project, other), a_twin(office, project, far)
    page = page_of(client, project, "?to=signed")
    assert page.split("查重：业主", 1)[1].split("</tr>", 1)[0].count('href="#twins"') == 1
    block = page.split('id="twins"', 1)[1].split("</section>", 1)[0]
    assert "茶饮料二期" in block
    assert "三号地块" in block
    assert "另有 1 对，另一个项目你看不到" in block
    assert "西园茶饮料" not in block
    address = f"{reverse('projects-twins')}?project={project.pk}"
    assert f'href="{address}#twin-{asked.pk}"' in block
    found = client_of("gongxin").get(address).content.decode()
    assert found.count('id="twin-') == 2
    assert client.get(address).content.decode().count('id="twin-') == 1
    assert client.get(f"{reverse('projects-twins')}?project={far.pk}").content.decode().count('id="twin-') == 0


def test_promises_say_how_late_they_are_and_lead_on(office: Office, client_of: LogIn) -> None:
    project = walked(office, an_idea(office), "negotiation")
    for number in range(9):
        with_promise(office, project, "government", f"供水{number}", due_on=today() - timedelta(days=9 - number))
    page = page_of(client_of("yuanqu"), project)
    block = page.split('id="promises"', 1)[1].split("</section>", 1)[0]
    assert "兑现 0 / 9" in block
    assert "逾期 9 天" in block.split("供水0", 1)[1].split("</li>", 1)[0]
    assert "看全部 9 项" in block
    assert reverse("promise-word", args=[project.pk]) in block
    assert f"/l/projects-promise/add/?project={project.pk}" in block
    reader = page_of(client_of("tongji"), project).split('id="promises"', 1)[1].split("</section>", 1)[0]
    assert "/l/projects-promise/add/" not in reader
