"""Claiming, confirming, refusing, cancelling promises: who may, who may not, and what is written."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongxing.domains.projects.actions.promises import (
    cancel_promise,
    claim_promise,
    confirm_promise,
    refuse_promise,
    reopen_promise,
)
from gongxing.domains.projects.models import Promise
from gongxing.domains.projects.promise_todos import promise_todos
from gongxing.domains.projects.sides import claimed_by, enterprise_only, firms_with_account
from gongxing.domains.projects.tests.promise_samples import World, a_promise, a_world, moment
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import Action
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.clock import at
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied, Refused, save
from gongxing.kernel.org.models import Tenure
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system


@pytest.fixture
def world(office: Office) -> World:
    return a_world(office)


def do(world: World, who: str, one: Action[Any, Any], promise: Promise, **raw: str) -> Promise:
    perform(one, world.actor(who), raw, key=promise.pk, version=Promise.objects.get(pk=promise.pk).version)
    return Promise.objects.get(pk=promise.pk)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(one.column, one.fault.code) for one in refused.value.faults]


# -- a promise without owner ---------------------------------------------------------------------------------------


def test_a_promise_without_owner_basis_or_day_is_refused_by_name(world: World) -> None:
    raw = {"project": "承诺样项目", "side": "政府", "text": "蒸汽接到红线", "post": "", "due_on": "", "basis": ""}
    with pytest.raises(Refused) as refused:
        save(ledger_named("projects.promise"), world.actor("yuanqu"), raw)
    assert ("post", "column.required") in codes(refused)
    assert ("due_on", "column.required") in codes(refused)
    raw |= {"post": "P-yuanqu", "due_on": "2030-01-01"}
    with pytest.raises(Refused) as refused:
        save(ledger_named("projects.promise"), world.actor("yuanqu"), raw)
    assert codes(refused) == [("basis", "promise.basis_needed")]
    assert not Promise.objects.exists()


# -- the way of a promise -------------------------------------------------------------------------------------------


def test_a_government_promise_is_claimed_by_its_post_and_confirmed_by_the_enterprise(world: World) -> None:
    promise = a_promise(world, "蒸汽接到红线")
    with at(moment(2026, 3, 10)):
        claimed = do(world, "yuanqu", claim_promise, promise, evidence="验收单 2026-07")
        assert (claimed.state, claimed.evidence, claimed.claimed_on) == ("claimed", "验收单 2026-07", date(2026, 3, 10))
        assert claimed_by(promise) == world.office.users["yuanqu"].pk
    with at(moment(2026, 3, 20)):
        kept = do(world, "qiye", confirm_promise, promise)
    assert (kept.state, kept.confirmed_on, kept.confirmed_by) == (
        "confirmed",
        date(2026, 3, 20),
        "企业：青禾样承诺食品有限公司",
    )
    assert [one.verb for one in Entry.objects.filter(ledger="projects.promise", row=promise.pk).order_by("id")] == [
        "test", "projects.claim_promise", "projects.confirm_promise",
    ]  # fmt: skip


def test_an_enterprise_promise_is_confirmed_by_the_government_and_never_by_itself(world: World) -> None:
    promise = a_promise(world, "年内竣工", side="enterprise")
    do(world, "qiye", claim_promise, promise, evidence="竣工验收备案 12 号")
    with pytest.raises(Refused) as refused:
        do(world, "qiye", confirm_promise, promise)
    assert codes(refused) == [("", "promise.own_claim")]
    colleague = "tongji"
    with pytest.raises(Denied):
        do(world, colleague, confirm_promise, promise)
    kept = do(world, "gongxin", confirm_promise, promise, answer="已现场核对")
    assert (kept.state, kept.confirmed_by, kept.answer) == ("confirmed", "政府：工信局 gongxin岗", "已现场核对")


def test_the_side_that_promised_confirms_nothing(world: World) -> None:
    promise = a_promise(world, "蒸汽接到红线")
    do(world, "yuanqu", claim_promise, promise, evidence="验收单")
    for letter, expected in (("", "promise.firm_has_account"), ("函〔2026〕3号", "promise.firm_has_account")):
        with pytest.raises(Refused) as refused:
            do(world, "gongxin", confirm_promise, promise, letter=letter)
        assert codes(refused) == [("letter", expected)]
    with as_system() as ctx:
        mine = ctx.create(Promise(ref="CNX", text="开工", side="enterprise", project=world.project, post=world.owner, due_on=date(2026, 5, 1), state="claimed", claimed_on=date(2026, 3, 1)))  # fmt: skip
    with pytest.raises(Refused) as refused:
        do(world, "qiye", confirm_promise, mine)
    assert codes(refused) == [("", "promise.own_side")]
    assert {one.state for one in Promise.objects.all()} == {"claimed"}


def test_who_stands_on_both_sides_answers_neither(world: World) -> None:
    promise = a_promise(world, "蒸汽接到红线")
    do(world, "yuanqu", claim_promise, promise, evidence="验收单")
    with as_system() as ctx:
        ctx.create(Tenure(user=world.office.users["gongxin"], post=world.enterprise, start=SINCE))
    with pytest.raises(Refused) as refused:
        do(world, "gongxin", confirm_promise, promise)
    assert codes(refused) == [("", "promise.both_sides")]


def test_where_the_firm_has_no_account_an_official_of_another_post_enters_its_letter(world: World) -> None:
    assert firms_with_account() == {world.firm.pk}
    promise = a_promise(world, "道路通到厂门口", project=world.bare)
    do(world, "yuanqu", claim_promise, promise, evidence="交工验收")
    with as_system() as ctx:
        ctx.create(Tenure(user=world.office.users["xiangzhen"], post=world.owner, start=SINCE))
    with pytest.raises(Refused) as refused:
        do(world, "xiangzhen", confirm_promise, promise, letter="函3号")
    assert codes(refused) == [("letter", "promise.owner_cannot")]
    with pytest.raises(Refused) as refused:
        do(world, "yuanqu", confirm_promise, promise, letter="函3号")
    assert codes(refused) == [("", "promise.own_claim")]
    with pytest.raises(Refused) as refused:
        do(world, "gongxin", confirm_promise, promise)
    assert codes(refused) == [("letter", "promise.own_side_letter")]
    kept = do(world, "gongxin", confirm_promise, promise, letter="禾机函〔2026〕3号")
    assert kept.confirmed_by == "企业书面意见 禾机函〔2026〕3号（工信局 gongxin岗代录）"


def test_an_official_claims_for_an_enterprise_only_without_account_and_by_letter(world: World) -> None:
    own = a_promise(world, "招工 80 人", side="enterprise")
    with pytest.raises(Refused) as refused:
        do(world, "yuanqu", claim_promise, own, evidence="社保名册")
    assert codes(refused) == [("letter", "promise.firm_has_account")]
    bare = a_promise(world, "招工 20 人", side="enterprise", project=world.bare)
    with pytest.raises(Refused) as refused:
        do(world, "yuanqu", claim_promise, bare, evidence="社保名册")
    assert codes(refused) == [("letter", "promise.letter_needed")]
    claimed = do(world, "yuanqu", claim_promise, bare, evidence="社保名册", letter="说明1号")
    assert claimed.evidence == "社保名册（企业书面说明 说明1号，东园 yuanqu岗代报）"
    with pytest.raises(Refused) as refused:
        do(world, "yuanqu", confirm_promise, bare)
    assert codes(refused) == [("", "promise.own_claim")]
    assert do(world, "gongxin", confirm_promise, bare).state == "confirmed"


def test_only_who_owes_it_or_keeps_the_register_claims(world: World) -> None:
    promise = a_promise(world, "蒸汽接到红线")
    with pytest.raises(Refused) as refused:
        do(world, "sifa", claim_promise, promise, evidence="听说做完了")
    assert codes(refused) == [("", "promise.not_owed")]
    with pytest.raises(Refused):
        do(world, "qiye", claim_promise, promise, evidence="替政府报")
    with pytest.raises(LookupError):
        do(world, "yuanqu2", claim_promise, promise, evidence="别的园区")
    with pytest.raises(Refused) as refused:
        do(world, "yuanqu", claim_promise, promise, evidence="  ")
    assert codes(refused) == [("evidence", "column.required")]
    assert Promise.objects.get().state == "open"


def test_refusing_opens_it_again_and_cancelling_needs_the_paper_of_both(world: World) -> None:
    promise = a_promise(world, "宿舍 60 间")
    do(world, "yuanqu", claim_promise, promise, evidence="交付")
    with pytest.raises(Refused) as refused:
        do(world, "qiye", refuse_promise, promise)
    assert codes(refused) == [("answer", "column.required")]
    again = do(world, "qiye", refuse_promise, promise, answer="只交了 40 间")
    assert (again.state, again.answer, again.claimed_on) == ("refused", "只交了 40 间", None)
    with pytest.raises(Refused) as refused:
        do(world, "yuanqu", cancel_promise, promise, why="改租")
    assert codes(refused) == [("letter", "column.required")]
    with pytest.raises(Denied):
        do(world, "qiye", cancel_promise, promise, letter="补1号", why="改租")
    gone = do(world, "yuanqu", cancel_promise, promise, letter="补充协议1号", why="改租")
    assert (gone.state, gone.answer) == ("cancelled", "双方书面协议 补充协议1号")
    with pytest.raises(Refused) as refused:
        do(world, "yuanqu", claim_promise, promise, evidence="又做了")
    assert codes(refused) == [("", "action.not_now")]
    back = do(world, "yuanqu", reopen_promise, promise, why="取消有误")
    assert (back.state, back.answer, back.confirmed_by) == ("open", "", "")


def test_a_stale_version_is_refused_and_nothing_written(world: World) -> None:
    promise = a_promise(world, "宿舍 60 间")
    do(world, "yuanqu", claim_promise, promise, evidence="交付")
    entries = Entry.objects.count()
    with pytest.raises(StaleRow):
        perform(confirm_promise, world.actor("qiye"), {}, key=promise.pk, version=1)
    assert Entry.objects.count() == entries
    assert Promise.objects.get().state == "claimed"


# -- whose turn it is -----------------------------------------------------------------------------------------------


def test_the_other_side_is_asked(world: World) -> None:
    government, enterprise = a_promise(world, "蒸汽接到红线"), a_promise(world, "年内竣工", side="enterprise")
    bare = a_promise(world, "道路通到厂门口", project=world.bare)
    with at(moment(2026, 3, 10)):
        for who, one in (("yuanqu", government), ("qiye", enterprise), ("yuanqu", bare)):
            do(world, who, claim_promise, one, evidence="做完了")
        assert [one.title for one in promise_todos(world.actor("qiye"))] == [
            "待我确认：政府承诺“蒸汽接到红线”（承诺样项目，青禾样承诺食品有限公司）"
        ]
        assert [one.title for one in promise_todos(world.actor("gongxin"))] == [
            "待我确认：企业承诺“年内竣工”（承诺样项目，青禾样承诺食品有限公司）", "取得企业书面确认：1 项政府承诺",
        ]  # fmt: skip
        assert [one.title for one in promise_todos(world.actor("yuanqu"))] == [
            "待我确认：企业承诺“年内竣工”（承诺样项目，青禾样承诺食品有限公司）"
        ]
        assert promise_todos(world.actor("yuanqu2")) == []
        assert promise_todos(world.actor("sifa")) == []


# -- pages ----------------------------------------------------------------------------------------------------------


def client(world: World, who: str) -> Client:
    made = Client()
    made.force_login({**world.office.users, "qiye": world.user}[who])
    return made


def test_the_form_takes_a_file_and_keeps_what_was_typed(world: World) -> None:
    promise, browser = a_promise(world, "蒸汽接到红线"), client(world, "yuanqu")
    url = f"/projects/promises/{promise.pk}/claim/"
    assert "报告完成：蒸汽接到红线" in browser.get(url).content.decode()
    text = _upload("a.pdf", b"MZ no paper")
    bad = browser.post(url, {"evidence": "验收单 2026-07", "version": promise.version, "file": text})
    assert bad.status_code == 422
    assert "验收单 2026-07" in bad.content.decode()
    assert "不是 pdf 文件" in bad.content.decode()
    assert StoredFile.objects.count() == 0
    stale = browser.post(url, {"evidence": "x", "version": promise.version + 3, "file": _upload("a.pdf", b"%PDF-1.4")})
    assert stale.status_code in (409, 422)
    assert StoredFile.objects.count() == 0
    done = browser.post(
        url, {"evidence": "验收单 2026-07", "version": promise.version, "file": _upload("a.pdf", b"%PDF-1.4 x")}
    )
    assert done.status_code == 302
    stored = StoredFile.objects.get()
    assert (stored.ledger, stored.row, stored.expires_at) == ("projects.promise", promise.pk, None)
    sent: Any = client(world, "qiye").get(f"/projects/promises/{promise.pk}/file/")
    assert b"".join(sent.streaming_content) == b"%PDF-1.4 x"
    assert client(world, "yuanqu2").get(f"/projects/promises/{promise.pk}/file/").status_code == 404


def _upload(name: str, body: bytes) -> Any:
    return SimpleUploadedFile(name, body)


def test_an_enterprise_sees_its_own_both_ways_with_the_act_that_is_its_turn(world: World) -> None:
    government, enterprise = a_promise(world, "蒸汽接到红线"), a_promise(world, "年内竣工", side="enterprise")
    a_promise(world, "别家的道路", project=world.bare)
    assert enterprise_only(world.actor("qiye")) == (world.firm.pk,)
    assert enterprise_only(world.actor("yuanqu")) == ()
    do(world, "yuanqu", claim_promise, government, evidence="验收单")
    text = client(world, "qiye").get("/projects/promises/").content.decode()
    assert "有 2 项轮到你办" in text
    assert "别家的道路" not in text
    assert f"/do/projects.confirm_promise/?key={government.pk}" in text
    assert f'href="/projects/promises/{enterprise.pk}/claim/"' in text


def test_strangers_and_who_may_not_see_promises(world: World) -> None:
    a_promise(world, "蒸汽接到红线")
    assert Client().get("/projects/promises/").status_code == 302
    assert client(world, "nobody").get("/projects/promises/").status_code == 403
    assert not Grant.objects.filter(post__code="P-admin", target="projects.promise").exists()
