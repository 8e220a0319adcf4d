"""The slip stays: both sides confirm it by their own account, on the page and on paper."""

import io
from datetime import timedelta

import pytest
from docx import Document

from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.clock import today
from gongxing.kernel.inbox.todo import owed
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.office.actions.handover import GIVE, TAKE, sign_handover
from gongxing.kernel.org.actor import actor_for
from gongxing.kernel.org.models import Handover, User
from gongxing.kernel.testing.office import Office
from tests.handover.slips import TODAY, LogIn, hand_over

pytestmark = pytest.mark.django_db(databases=["default", "ops"])


def test_both_sides_confirm_by_their_own_account(laden: Office, client_of: LogIn) -> None:
    admin, post = laden.actor("admin"), laden.posts["gongxin"]
    (slip,) = hand_over(admin, post, last_day=(today() - timedelta(days=1)).isoformat(), first_day=today().isoformat())
    giver, taker = (actor_for(User.objects.get(username=name), today()) for name in ("gongxin", "wangxin"))
    assert not giver.posts  # he has no post any more, and still confirms
    for actor in (giver, taker):
        (todo,) = [one for one in owed(actor) if "交接单" in one.title]
        assert todo.url == f"/handover/{slip.pk}/"
    for actor, side in ((admin, GIVE), (admin, TAKE), (giver, TAKE), (taker, GIVE), (laden.actor("tongji"), TAKE)):
        with pytest.raises(Denied):
            sign_handover(actor, slip.pk, side, slip.version)
    with pytest.raises(StaleRow):
        sign_handover(giver, slip.pk, GIVE, slip.version + 1)
    done = sign_handover(giver, slip.pk, GIVE, slip.version)
    assert (done.state, done.given_from, done.taken_at) == ("handed", "", None)
    with pytest.raises(Refused):
        sign_handover(giver, slip.pk, GIVE, done.version)
    done = sign_handover(taker, slip.pk, TAKE, done.version)
    assert (done.state, done.taken_from) == ("received", "工信局 gongxin岗")
    assert [one for actor in (giver, taker) for one in owed(actor) if "交接单" in one.title] == []
    verbs = Entry.objects.filter(ledger="org.handover").order_by("id").values_list("verb", "user")
    assert list(verbs)[1:] == [("office.give_handover", "gongxin（演示）"), ("office.take_handover", "王新")]
    with pytest.raises(Refused):  # what both confirmed is not made void
        perform(action_named("office.void_handover"), admin, {"why": "x"}, key=slip.pk, version=done.version)
    assert check_chain().sound


def test_the_receiver_may_be_first_and_a_void_slip_waits_for_nobody(laden: Office) -> None:
    admin, post = laden.actor("admin"), laden.posts["gongxin"]
    (slip,) = hand_over(admin, post)
    giver, taker = (actor_for(User.objects.get(username=name), today()) for name in ("gongxin", "wangxin"))
    done = sign_handover(taker, slip.pk, TAKE, slip.version)
    done = sign_handover(giver, slip.pk, GIVE, done.version)
    assert (done.state, done.given_from) == ("received", "工信局 gongxin岗")
    (other,) = hand_over(admin, laden.posts["tongji"])
    perform(action_named("office.void_handover"), admin, {"why": "写错了人"}, key=other.pk, version=other.version)
    assert [one for one in owed(taker) if "交接单" in one.title] == []
    with pytest.raises(Refused):
        sign_handover(taker, other.pk, TAKE, other.version + 1)


def test_the_pages_from_the_choice_of_a_post_to_the_last_signature(laden: Office, client_of: LogIn) -> None:
    client = client_of("admin")
    listed = client.get("/handover/", {"q": "工信"}).content.decode()
    assert "/handover/new/?post=P-gongxin" in listed
    assert "P-tongji" not in listed
    page = client.get("/handover/new/?post=P-gongxin")
    shown = page.content.decode()
    assert "没办完的 5 件" in shown
    assert "逾期 1 件" in shown
    assert shown.index("时限") < shown.index("核查1") < shown.index("核查2")
    assert "糖业" not in shown  # administrators see no business data
    assert shown.count("（内容只给经办岗位看）") == 1
    form = {
        "post": "P-gongxin", "leaver": "gongxin", "last_day": today().isoformat(), "successor": "王新", "first_day": "", "note": "",
        "seen": page.context["seen"], f"to:{TODAY}": "P-tongji",
    }  # fmt: skip
    wrong = client.post("/handover/new/", {**form, "successor": "没有这个人", "note": "留着的说明"})
    assert wrong.status_code == 422
    assert "没有叫“没有这个人”的账号" in wrong.content.decode()
    assert "留着的说明" in wrong.content.decode()
    assert '<option value="P-tongji" selected>' in wrong.content.decode()
    assert client.post("/handover/new/", form).url == "/handover/"  # type: ignore[attr-defined]
    both = Handover.objects.order_by("id")
    assert [one.count for one in both] == [3, 2]
    slip, client = both[0], client_of("gongxin")
    page = client.get(f"/handover/{slip.pk}/")
    assert "糖业" in page.content.decode()  # a party reads all of it
    assert "我确认移交" in page.content.decode()
    assert "我确认接收" not in page.content.decode()
    assert client.post(f"/handover/{slip.pk}/", {"side": "take", "version": "1"}).status_code == 403
    assert client.post(f"/handover/{slip.pk}/", {"side": "give", "version": "9"}).status_code == 409
    assert client.post(f"/handover/{slip.pk}/", {"side": "give", "version": "x"}).status_code == 422
    assert client.post(f"/handover/{slip.pk}/", {"side": "give", "version": "1"}).status_code == 302
    assert Handover.objects.get(pk=slip.pk).state == "handed"
    assert client_of("sifa").get(f"/handover/{slip.pk}/").status_code == 404
    assert "糖业" not in client_of("admin").get(f"/handover/{slip.pk}/").content.decode()


def test_the_paper_says_every_item_and_who_confirmed(laden: Office, client_of: LogIn) -> None:
    (slip,) = hand_over(laden.actor("admin"), laden.posts["gongxin"], note="钥匙两把")
    sign_handover(laden.actor("gongxin"), slip.pk, GIVE, slip.version)
    answer = client_of("gongxin").get(f"/handover/{slip.pk}/word/")
    assert answer.status_code == 200
    paper = Document(io.BytesIO(answer.content))
    texts = [one.text for one in paper.paragraphs]
    assert texts[0] == "岗位工作交接单"
    assert f"编号：{slip.number}" in texts
    assert "共 5 件，其中逾期 1 件，以开单时为准。" in texts
    assert "钥匙两把" in texts
    parties, items, signs = ([[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables)
    assert parties[1] == ["移交人", "gongxin（演示）"]
    assert parties[3] == ["接收人", "王新"]
    assert items[0] == ["序号", "台账", "事项", "身份", "期限", "办到哪一步", "交给"]
    assert [row[2] for row in items[1:]] == [one["title"] for one in slip.items]
    assert items[1][4].endswith("\n（逾期）")
    assert [row[0] for row in signs[1:]] == ["移交人", "接收人", "监交人"]
    assert "gongxin（演示）（工信局 gongxin岗）" in signs[1][3]
    assert signs[2][3] == "王新 尚未在系统上确认"
    assert client_of("sifa").get(f"/handover/{slip.pk}/word/").status_code == 404
    covered = Document(io.BytesIO(client_of("admin").get(f"/handover/{slip.pk}/word/").content)).tables[1]
    assert [row.cells[2].text for row in covered.rows].count("（内容只给经办岗位看）") == 1
