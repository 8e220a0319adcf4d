"""The case page: what it shows and what it does not, handing files in, and the same for an enterprise's account."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongxing.domains.approvals.actions import handing_in
from gongxing.domains.approvals.actions.intake import accept, correction_complete
from gongxing.domains.approvals.actions.stopping import stop_case
from gongxing.domains.approvals.case_view import cases_shown
from gongxing.domains.approvals.models import Case, Material
from gongxing.domains.approvals.tests.case_keys import PDF, Held, account, entered, handed_in, held, send
from gongxing.domains.approvals.tests.desks import moment
from gongxing.domains.projects.evidence import MOST_BYTES
from gongxing.domains.projects.pages import uploads
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import at, today
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.proof_words import proof_lines
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import NoSpace
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.models import Post, Tenure, User
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system


@pytest.fixture
def given(office: Office) -> Held:
    return held(office)


def shown(case: Case) -> Any:
    return cases_shown(list(Case.objects.filter(pk=case.pk).select_related("post__unit")))[0]


def alert(answer: Any) -> str:
    return str(answer.content.decode().split('role="alert"')[1].split("</div>")[0])


def test_the_page_says_what_where_whose_desk_and_what_was_told(given: Held) -> None:
    text = entered(given).get(given.page).content.decode()
    for words in (given.case.project.name, "行政审批局", "窗口岗", "待补正", "一次告知：要补的材料", "总平面图缺比例尺。", given.materials()[0].name):  # fmt: skip
        assert words in text, words
    assert "window（演示）" not in text, "a desk is shown, no person"
    assert "别家的项目" not in text


def test_security_headers_and_no_inline_code(given: Held) -> None:
    for answer in (Client().get("/case/"), entered(given).get(given.page)):
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "style-src 'self'" in answer.headers["Content-Security-Policy"]
        text = answer.content.decode()
        assert "style=" not in text
        assert "onclick" not in text
        assert all("src=" in part.split(">")[0] for part in text.split("<script")[1:])
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in answer.headers["Cache-Control"]


def test_nothing_of_another_project_is_reached(given: Held) -> None:
    client, other = entered(given), given.other
    clock = Deadline.objects.filter(ledger="approvals.case", row=other.pk).order_by("pk")[0]
    mine = Deadline.objects.filter(ledger="approvals.case", row=given.case.pk).order_by("pk")[0]
    assert client.get(f"{given.page}clock/{clock.pk}/").status_code == 404
    assert client.get(f"{given.page}clock/{mine.pk}/").status_code == 200
    assert client.get(f"{given.page}letter/{other.pk}.docx").status_code == 404
    foreign = other.materials.order_by("pk")[0]
    before = Entry.objects.count()
    assert send(client, given.page, foreign.pk).status_code == 404
    assert (Material.objects.get(pk=foreign.pk).handed_on, Entry.objects.count(), StoredFile.objects.count()) == (None, before, 0)  # fmt: skip
    with pytest.raises(LookupError):
        handing_in.hand_in_by_key(given.row, foreign.pk, 1)


def test_a_file_handed_in_marks_the_material_and_tells_the_desk(given: Held) -> None:
    client, material = entered(given), given.materials()[0]
    assert send(client, given.page, material.pk).status_code == 302
    stored, kept = StoredFile.objects.get(), Material.objects.get(pk=material.pk)
    assert (kept.handed_on, kept.file_id, kept.file_name) == (today(), stored.pk, "总平面图.pdf")
    assert (stored.ledger, stored.row, stored.expires_at, stored.size) == ("approvals.material", material.pk, None, len(PDF))  # fmt: skip
    told = Notice.objects.get(key=f"approvals.hand_in:{stored.pk}")
    assert (told.post, material.name in told.title) == (given.desks.window, True)
    entry = Entry.objects.filter(ledger="approvals.material", row=material.pk, verb="approvals.hand_in_by_key").order_by("id")[0]  # fmt: skip
    assert (entry.user, entry.user_id, entry.post) == (f"申请人（办件码 {given.row.code}）", 0, "")
    assert check_chain().sound
    assert "总平面图.pdf" in client.get(given.page).content.decode()


def test_what_is_lacking_is_said_until_it_came_after_the_notice(given: Held) -> None:
    material = given.materials()[0]
    with as_system() as ctx:
        ctx.update(material, lacking="加盖公章")
    first = shown(given.case)
    assert (first.materials[0].words, first.materials[0].missing) == ("要补", True)
    send(entered(given), given.page, material.pk)
    then = shown(given.case)
    assert (then.materials[0].words, then.materials[0].lacking, then.materials[0].missing) == ("已补交，等窗口核对", "加盖公章", False)  # fmt: skip
    assert then.missing == first.missing - 1


def test_bad_files_are_refused_with_a_sentence_and_leave_nothing(given: Held) -> None:
    client, material = entered(given), given.materials()[0]
    big = b"%PDF-" + b"0" * MOST_BYTES
    for name, content, words in (
        ("图.exe", b"MZ", "exe"),
        ("图.pdf", b"MZ not a pdf", "图.pdf"),
        ("图.pdf", b"", "图.pdf"),
        ("图.pdf", big, "20"),
    ):
        answer = send(client, given.page, material.pk, name, content)
        assert answer.status_code == 422, name
        assert words in alert(answer)
    assert client.post(given.page, {"material": str(material.pk)}).status_code == 422
    assert "请选这个文件是哪一份材料" in alert(client.post(given.page, {"file": SimpleUploadedFile("图.pdf", PDF)}))
    assert (StoredFile.objects.count(), Material.objects.get(pk=material.pk).handed_on) == (0, None)


def test_the_301st_file_is_refused_and_leaves_nothing(given: Held) -> None:
    client, material = entered(given), given.materials()[0]
    rows = [StoredFile(sha256="0" * 64, name=f"{n}.pdf", size=1, media_type="application/pdf", user_id=0, ledger="approvals.material", row=material.pk, created_at=moment(2025, 1, 1)) for n in range(299)]  # fmt: skip
    StoredFile.objects.bulk_create(rows)
    assert send(client, given.page, material.pk).status_code == 302
    answer = send(client, given.page, material.pk)
    assert answer.status_code == 422
    assert "这一件已经交了 300 个文件，不能再交" in alert(answer)
    assert StoredFile.objects.count() == 300


def test_three_hundred_files_in_one_request_are_refused_whole(given: Held) -> None:
    client, material = entered(given), given.materials()[0]
    many = [SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(300)]
    answer = client.post(given.page, {"material": str(material.pk), "file": many})
    assert answer.status_code == 400
    assert (StoredFile.objects.count(), Material.objects.get(pk=material.pk).handed_on) == (0, None)


def test_a_full_disk_and_a_request_above_the_limit(given: Held, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    client, material = entered(given), given.materials()[0]

    def full(*_args: Any, **_more: Any) -> StoredFile:
        raise NoSpace("files")

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "keep", full)
        answer = send(client, given.page, material.pk)
    assert (answer.status_code, StoredFile.objects.count()) == (422, 0)
    assert "磁盘已满" in alert(answer)
    settings.UPLOAD_LIMIT_BYTES = 1000
    answer = send(client, given.page, material.pk, content=PDF + b"0" * 5000)
    assert (answer.status_code, StoredFile.objects.count()) == (422, 0)
    assert Material.objects.get(pk=material.pk).handed_on is None


def test_a_decided_case_takes_nothing_more(given: Held) -> None:
    client, material = entered(given), given.materials()[0]
    with as_system() as ctx:
        case = Case.objects.get(pk=given.case.pk)
        ctx.update(case, corrected_on=today(), accepted_on=today(), decided_on=today(), outcome="granted", document="青规建〔2026〕1号", state="decided")  # fmt: skip
    answer = send(client, given.page, material.pk)
    assert answer.status_code == 422
    assert "不再收材料" in alert(answer)
    assert 'type="file"' not in client.get(given.page).content.decode()


def test_the_next_date_and_the_clocks_are_those_of_the_case(office: Office) -> None:
    """Received on Monday 2026-03-02: 3, 4, 5, 6, 9 March are the five days of the notice. Accepted on 2026-03-05 the promised 5 days of
    plan.permit are 6, 9, 10, 11, 12 March, and the twentieth working day is 2026-04-02 (6, 9–13, 16–20, 23–27 March, 30 March to 2 April: 1 + 15 + 4)."""
    with at(moment(2026, 3, 2)):
        given = held(office)
        assert (shown(given.other).next_on.isoformat(), shown(given.case).next_on) == ("2026-03-09", None)
    with at(moment(2026, 3, 5)):
        case = given.desks.do("window", correction_complete, given.case, corrected_on="2026-03-05")
        case = given.desks.do("window", accept, case, accepted_on="2026-03-05")
        found = shown(case)
        assert (found.next, found.next_on.isoformat()) == ("正在办理。承诺最迟在这一天作出决定。", "2026-03-12")
        assert [one.label for one in found.clocks] == ["受理审查", "法定时限", "承诺时限"]
        page = entered(given).get(f"{given.page}clock/{found.clocks[2].key}/").content.decode()
        for words in ("2026-03-12", "起算日，不计", "周末"):
            assert words in page
    with at(moment(2026, 3, 6)):
        case = given.desks.do(
            "window", stop_case, case, ground="expert", proof="专家评审通知〔2026〕3号", start="2026-03-06"
        )
        found = shown(case)
        assert (found.next_on, found.told[0].text) == (None, "专家评审通知〔2026〕3号")
        page = entered(given).get(f"{given.page}clock/{found.clocks[1].key}/").content.decode()
        for words in ("已停钟", "2026-03-06", "列到今天为止"):
            assert words in page
        assert "2026-03-09" not in page
    with at(moment(2026, 3, 10)):
        lines = proof_lines(Deadline.objects.get(pk=found.clocks[1].key))
        assert [(one["day"].day, one["number"]) for one in lines] == [
            (5, None),
            (6, 1),
            (7, None),
            (8, None),
            (9, None),
            (10, None),
        ]
        assert lines[-1]["why"] == "停钟：专家评审通知〔2026〕3号"


def asked(client: Client, where: str) -> list[str]:
    """The questions a page asks the database, those about edited rules left out: outside of a test's transaction they are kept."""
    with CaptureQueriesContext(connection) as found:
        assert client.get(where).status_code == 200
    return [one["sql"] for one in found if "packs_packedit" not in one["sql"]]


def test_queries_do_not_grow_with_the_cases(given: Held) -> None:
    """Key, cases, stops, materials, clocks, pauses, what was told, notes, their desks, who has it, files."""
    client = entered(given)
    assert len(asked(client, given.page)) == 11
    for item in ("land.permit", "design.scheme", "fire.design"):
        handed_in(given.desks, given.desks.project, item, today())
    assert len(asked(client, given.page)) == 11


def enterprise(given: Held, name: str = "qiye") -> None:
    """An account of the firm, with the grants of the role on it alone."""
    with as_system() as ctx:
        user = ctx.create(User(username=name, name="企业经办（演示）", password="!"))
        post = ctx.create(
            Post(unit=given.desks.office.units["东园"], title="企业经办岗", code="P-qiye", role="enterprise")
        )
        ctx.create(Tenure(user=user, post=post, start=SINCE))
        ctx.create_many(grants_for(post, SINCE, thing=given.desks.project.firm_id))


def test_an_enterprises_account_has_the_same_page_of_its_own_projects(given: Held) -> None:
    enterprise(given)
    client, material = account("qiye"), given.materials()[0]
    where = reverse("enterprise-cases", args=[given.case.project_id])
    assert "总平面图缺比例尺。" in client.get(where).content.decode()
    assert client.get(reverse("enterprise-cases", args=[given.other.project_id])).status_code == 404
    assert send(client, where, material.pk).status_code == 302
    assert Material.objects.get(pk=material.pk).handed_on == today()
    file = reverse("case-material-file", args=[StoredFile.objects.get().pk])
    answer = client.get(file)
    assert (b"".join(answer.streaming_content), answer.headers["Content-Disposition"][:10]) == (PDF, "attachment")  # type: ignore[attr-defined]
    assert account("window").get(file).status_code == 200
    assert account("nobody").get(file).status_code in (403, 404)
    assert client.get(reverse("ledger-list", args=["approvals-casekey"])).status_code == 403


def test_a_desk_sees_the_page_but_hands_nothing_in(given: Held) -> None:
    client, where = account("window"), reverse("enterprise-cases", args=[given.case.project_id])
    text = client.get(where).content.decode()
    assert given.case.project.name in text
    assert 'type="file"' not in text
    assert send(client, where, given.materials()[0].pk).status_code == 403
    assert StoredFile.objects.filter(ledger="approvals.material").count() == 0


def test_the_project_page_leads_to_it(given: Held) -> None:
    text = account("window").get(ledger_named("projects.project").row_url(given.case.project_id)).content.decode()
    assert reverse("enterprise-cases", args=[given.case.project_id]) in text
    assert reverse("case-key-make", args=[given.case.project_id]) in text
