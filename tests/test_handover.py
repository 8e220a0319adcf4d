"""Handing a post on: everything open on it is found, listed and moved in one act, the slip stays, and both sides confirm it."""

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from docx import Document

from gongxing.domains.chain.models import Chain
from gongxing.domains.firms.models import Firm
from gongxing.kernel.access.models import Grant
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import StaleRow, writing
from gongxing.kernel.clock import now, today
from gongxing.kernel.deadlines.limits import start_deadline
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.inbox.todo import owed
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.office import held
from gongxing.kernel.office.actions.handover import GIVE, TAKE, sign_handover
from gongxing.kernel.office.handing import seen_of
from gongxing.kernel.office.held import Duty, HeldItem, declare_duty, duties, held_by, provide_held
from gongxing.kernel.org.actor import SYSTEM, Actor, actor_for
from gongxing.kernel.org.models import Delegation, Handover, Post, Tenure, User
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db(databases=["default", "ops"])
TODAY = "deadlines.deadline:post"


@pytest.fixture
def laden(office: Office) -> Office:
    """The officer of industry holds a late clock, a running one and one that is done, is chief of a chain, superior of a post, and has
    lent his post; 王新 is an account without a post."""
    post = office.posts["gongxin"]
    with writing(SYSTEM, "test", "") as ctx:
        for number, state in enumerate(("passed", "running", "met"), start=1):
            firm = ctx.create(
                Firm(name=f"青禾交接{number}食品有限公司", folded=f"交接{number}", unit=office.units["东园"])
            )
            clock = start_deadline(ctx, firm, rule="scale.check", title=f"核查{number}", post_id=post.pk)
            if state == "passed":
                ctx.update(clock, state=state, due_at=now() - timedelta(days=3))
            elif state == "met":
                ctx.update(clock, state=state)
        ctx.create(Chain(code="s", name="糖业", chief=post))
        ctx.update(Post.objects.get(pk=office.posts["yuanqu"].pk), superior=post)
        for days in (5, -5):
            ctx.create(
                Delegation(
                    post=post, to_user=office.users["tongji"], start=SINCE, end=today() + timedelta(days), reason="出差"
                )
            )
        ctx.create(User(username="wangxin", name="王新", password="!"))
        ctx.create(User(username="tingyong", name="停用的人", password="!", is_active=False))
    return office


SINCE = date(2024, 1, 1)


def asked(actor: Actor, held_post: Post, /, **more: Any) -> dict[str, Any]:
    """What the page sends: what it showed, and the choices."""
    moves = more.pop("moves", {})
    return {
        "post": held_post.code, "leaver": "", "last_day": today().isoformat(), "successor": "wangxin", "moves": json.dumps(moves),
        "seen": seen_of(held_by(held_post.pk, actor)), "why": "工作调动", **more,
    }  # fmt: skip


def hand_over(actor: Actor, post: Post, **more: Any) -> list[Handover]:
    made: list[Handover] = perform(action_named("office.hand_over"), actor, asked(actor, post, **more))
    return made


def refusal(actor: Actor, raw: dict[str, Any]) -> tuple[str, str]:
    """Field and code of the one refusal; nothing was written."""
    before = Entry.objects.count()
    with pytest.raises(Refused) as caught:
        perform(action_named("office.hand_over"), actor, raw)
    assert Entry.objects.count() == before
    (one,) = caught.value.faults
    return one.column, one.fault.code


def test_everything_that_names_the_post_is_found_and_what_is_late_comes_first(laden: Office) -> None:
    items = held_by(laden.posts["gongxin"].pk, SYSTEM)
    assert [(one.ledger, one.field, one.title, one.late, one.movable) for one in items] == [
        ("deadlines.deadline", "post", "核查1", True, True),
        ("org.delegation", "post", "tongji（演示）：出差", False, False),
        ("deadlines.deadline", "post", "核查2", False, True),
        ("chain.chain", "chief", "糖业", False, True),
        ("org.post", "superior", "yuanqu岗", False, True),
    ]
    assert [one.capacity for one in items] == ["责任岗位", "委托代办", "责任岗位", "链长岗位", "上级岗位"]
    assert items[0].state == "已逾期"
    assert items[0].due == (now() - timedelta(days=3)).date()


def test_every_foreign_key_to_a_post_is_a_duty_unless_said_otherwise() -> None:
    keys = {(one.ledger, one.field) for one in duties()}
    assert {("chain.chain", "chief"), ("deadlines.deadline", "post"), ("org.post", "superior")} <= keys
    assert not keys & {("org.tenure", "post"), ("access.grant", "post"), ("org.handover", "to_post")}


def test_a_domain_says_what_is_open_and_until_when(laden: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_duties", "_none", "_providers"):
        monkeypatch.setattr(held, name, type(getattr(held, name))(getattr(held, name)))
    post = laden.posts["gongxin"]
    declare_duty(Duty("chain.chain", "chief", "链长", lambda: Q(kind="strategic")))
    assert "chain.chain" not in {one.ledger for one in held_by(post.pk, SYSTEM)}
    declare_duty(Duty("chain.chain", "chief", "链长", due="reviewed", state=lambda one: one.kind))
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(Chain.objects.get(), reviewed=today() - timedelta(days=1))
    (one,) = [one for one in held_by(post.pk, SYSTEM) if one.ledger == "chain.chain"]
    assert (one.capacity, one.due, one.late, one.state) == ("链长", today() - timedelta(days=1), True, "traditional")
    chain = Chain.objects.get().pk

    def provider(post_id: int) -> list[HeldItem]:
        return [HeldItem("chain.chain", key, "chief", f"链{key}", "链长") for key in (chain, chain + 77)]

    provide_held(provider, covers=[("chain.chain", "chief")])
    found = {one.title: one for one in held_by(post.pk, SYSTEM) if one.ledger == "chain.chain"}
    assert (found[f"链{chain}"].version, found[f"链{chain}"].movable) == (2, True)
    assert not found[f"链{chain + 77}"].movable  # its row does not name the post


def test_the_same_post_gets_a_new_holder_and_no_row_is_rewritten(laden: Office) -> None:
    post, versions = laden.posts["gongxin"], dict(Deadline.objects.values_list("pk", "version"))
    (slip,) = hand_over(laden.actor("admin"), post, note="钥匙两把")
    old, new = Tenure.objects.filter(post=post).order_by("start")
    assert (old.user.username, old.end) == ("gongxin", today())
    assert (new.user.username, new.start, new.end) == ("wangxin", today() + timedelta(days=1), None)
    assert dict(Deadline.objects.values_list("pk", "version")) == versions
    assert (slip.count, slip.state, slip.to_post, slip.note) == (5, "drafted", None, "钥匙两把")
    assert slip.number == f"P-gongxin-{today():%Y%m%d}-1"
    assert next((one["title"], one["label"], one["before"], one["after"]) for one in slip.items) == (
        "核查1", "时限", "工信局 gongxin岗", "工信局 gongxin岗",
    )  # fmt: skip
    entries = Entry.objects.filter(verb="office.hand_over")
    assert {one.tx for one in entries} == {entries[0].tx}
    assert sorted(entries.values_list("ledger", flat=True)) == ["org.handover", "org.tenure", "org.tenure"]
    assert {one.why for one in entries} == {"工作调动"}
    tomorrow = today() + timedelta(days=1)
    assert may(actor_for(new.user, tomorrow), "classify", "firms.firm")  # rights are the post's
    assert not actor_for(old.user, tomorrow).posts
    assert check_chain().sound


def test_a_post_is_dissolved_and_its_items_go_to_two_others(laden: Office) -> None:
    post, statistics, county = (laden.posts[name] for name in ("gongxin", "tongji", "xianfuban"))
    moves = {TODAY: statistics.code, "*": county.code}
    first, second = hand_over(laden.actor("admin"), post, successor="", moves=moves)
    assert list(Deadline.objects.order_by("title").values_list("title", "post__code")) == [
        ("核查1", "P-tongji"), ("核查2", "P-tongji"), ("核查3", "P-gongxin"),
    ]  # fmt: skip
    assert Chain.objects.get().chief == county
    assert Post.objects.get(code="P-yuanqu").superior == county
    assert set(Delegation.objects.values_list("post__code", flat=True)) == {
        "P-gongxin"
    }  # it would lend the other post's rights
    assert [(one.to_post.code, one.to_user.username, one.count) for one in (first, second) if one.to_post] == [
        ("P-tongji", "tongji", 3), ("P-xianfuban", "xianfuban", 2),
    ]  # fmt: skip
    assert {one["title"]: one["after"] for one in (*first.items, *second.items)} == {
        "核查1": "统计局 tongji岗", "核查2": "统计局 tongji岗", "tongji（演示）：出差": "工信局 gongxin岗", "糖业": "县府办 xianfuban岗", "yuanqu岗": "县府办 xianfuban岗",
    }  # fmt: skip
    assert [one.movable for one in held_by(post.pk, SYSTEM)] == [False]
    history = Entry.objects.filter(ledger="chain.chain").order_by("-id")[0]
    assert json.loads(history.body)["cells"]["chief"] == [str(post.pk), str(county.pk)]


def test_a_second_run_changes_nothing(laden: Office) -> None:
    admin, post = laden.actor("admin"), laden.posts["gongxin"]
    hand_over(admin, post)
    assert refusal(admin, asked(admin, post, leaver="gongxin")) == ("", "handover.done")
    assert Handover.objects.count() == 1
    slip = Handover.objects.get()
    perform(action_named("office.void_handover"), admin, {"why": "写错了人"}, key=slip.pk, version=slip.version)
    again = hand_over(admin, post, leaver="gongxin")  # a void slip does not stand in the way
    assert [one.number for one in again] == [f"P-gongxin-{today():%Y%m%d}-2"]
    assert Tenure.objects.filter(user__username="wangxin").count() == 1


def test_what_somebody_changed_meanwhile_is_refused_and_nothing_is_written(laden: Office) -> None:
    admin, post = laden.actor("admin"), laden.posts["gongxin"]
    raw = asked(admin, post, moves={"*": "P-tongji"}, successor="")
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(Deadline.objects.get(title="核查2"), title="核查2（改）")
    assert refusal(admin, raw) == ("", "handover.moved")
    raw = asked(admin, post)
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(Chain.objects.get(), chief=laden.posts["tongji"])  # gone from the list
    assert refusal(admin, raw) == ("", "handover.moved")
    raw = asked(admin, post)
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(Chain(code="t", name="茶业", chief=post))  # come to the list
    assert refusal(admin, raw) == ("", "handover.moved")
    assert refusal(admin, {**raw, "seen": "[]"}) == ("seen", "handover.json")
    assert not Handover.objects.exists()
    assert Tenure.objects.get(post=post).end is None


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"successor": "meiyouzheren"}, "successor", "handover.no_account"),
        ({"successor": "停用的人"}, "successor", "handover.inactive"),
        ({"successor": "gongxin"}, "successor", "handover.same_person"),
        ({"successor": ""}, "successor", "handover.nobody_takes"),
        ({"leaver": "tongji"}, "leaver", "handover.not_holder"),
        ({"last_day": "2023-12-31"}, "last_day", "handover.before_start"),
        ({"first_day": "2023-12-31"}, "first_day", "handover.first_early"),
        ({"moves": {"*": "P-gongxin"}}, "moves", "handover.same_post"),
        ({"moves": {"*": "P-none"}}, "moves", "handover.post_unknown"),
        ({"moves": {"*": "P-leer"}}, "moves", "handover.post_empty"),
        ({"moves": {"*": 7}}, "moves", "handover.json"),
        ({"post": "P-none"}, "post", "handover.post_unknown"),
    ],
)
def test_refusals_say_where(laden: Office, more: dict[str, Any], field: str, code: str) -> None:
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(Post(unit=laden.units["工信局"], title="空岗", code="P-leer", role="industry"))
    admin = laden.actor("admin")
    assert refusal(admin, asked(admin, laden.posts["gongxin"], **more)) == (field, code)


def test_a_vacant_post_is_handed_on_by_the_one_who_left_last(laden: Office) -> None:
    admin, post, left = laden.actor("admin"), laden.posts["gongxin"], today() - timedelta(days=9)
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(Tenure.objects.get(post=post), end=left)
    assert refusal(admin, asked(admin, post)) == ("last_day", "handover.after_end")
    (slip,) = hand_over(admin, post, last_day=left.isoformat(), first_day=today().isoformat())
    assert (slip.from_user.username, slip.last_day, slip.first_day, slip.count) == ("gongxin", left, today(), 5)
    with writing(SYSTEM, "test", "") as ctx:
        never = ctx.create(Post(unit=laden.units["工信局"], title="空岗", code="P-leer", role="industry"))
    assert refusal(admin, asked(admin, never)) == ("leaver", "handover.nobody")


def test_two_hold_one_post_and_one_of_them_leaves(laden: Office) -> None:
    admin, post, other = laden.actor("admin"), laden.posts["gongxin"], laden.users["tongji"]
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(Tenure(user=other, post=post, start=today()))
    assert refusal(admin, asked(admin, post)) == ("leaver", "handover.not_holder")  # which of the two?
    hand_over(admin, post, leaver="gongxin", successor="tongji")
    assert list(Tenure.objects.filter(post=post).order_by("start").values_list("user__username", "end")) == [
        ("gongxin", today()), ("tongji", None),
    ]  # fmt: skip


def test_nobody_reports_to_himself_or_in_a_ring(laden: Office) -> None:
    admin, post, junior, below = laden.actor("admin"), *(laden.posts[name] for name in ("gongxin", "yuanqu", "yuanqu2"))
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(Post.objects.get(pk=below.pk), superior=junior)
    raw = asked(admin, post, moves={"org.post:superior": below.code})
    assert refusal(admin, raw) == ("moves", "handover.ring")
    hand_over(admin, post, moves={"org.post:superior": junior.code})
    assert Post.objects.get(pk=junior.pk).superior is None  # the post above it had no superior


def test_units_bound_who_may_hand_on_what(laden: Office) -> None:
    east, west = laden.actor("yuanqu"), laden.actor("yuanqu2")
    own, foreign = laden.posts["yuanqu"], laden.posts["yuanqu2"]
    assert refusal(west, asked(SYSTEM, own, leaver="yuanqu")) == ("post", "handover.post_unknown")
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(Chain(code="t", name="茶业", chief=own))
    raw = asked(east, own, leaver="yuanqu", moves={"*": foreign.code})
    assert refusal(east, raw) == ("moves", "handover.post_unknown")  # another park's post
    assert refusal(east, asked(east, own, successor="yuanqu")) == ("successor", "handover.same_person")
    (slip,) = hand_over(east, own)
    assert Entry.objects.filter(ledger="org.handover", row=slip.pk).get().post == "东园 yuanqu岗"


def test_nobody_takes_a_post_for_himself(laden: Office) -> None:
    with writing(SYSTEM, "test", "") as ctx:
        head = ctx.create(Post(unit=laden.units["东园"], title="主任岗", code="P-zhuren", role="park"))
        ctx.create(Tenure(user=laden.users["sifa"], post=head, start=SINCE))
    east = laden.actor("yuanqu")
    assert refusal(east, asked(east, head, successor="yuanqu")) == ("successor", "handover.own")


@pytest.mark.parametrize("name", ["gongxin", "tongji", "shenji", "sifa", "nobody"])
def test_who_has_no_right_is_refused_at_every_door(laden: Office, client_of: LogIn, name: str) -> None:
    actor, post, client, before = laden.actor(name), laden.posts["gongxin"], client_of(name), Entry.objects.count()
    raw = asked(SYSTEM, post)
    with pytest.raises(Denied):
        perform(action_named("office.hand_over"), actor, raw)
    assert client.get("/handover/").status_code == 403
    assert client.get("/handover/new/?post=P-gongxin").status_code == 403
    assert client.post("/handover/new/", raw).status_code == 403
    assert client.post("/do/office.hand_over/", raw).status_code == 403
    assert client.post("/api/do/office.hand_over", raw, content_type="application/json").status_code == 403
    assert Entry.objects.count() == before


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


def test_the_page_of_a_post_counts_what_is_open(laden: Office, client_of: LogIn) -> None:
    path = f"/l/org-post/{laden.posts['gongxin'].pk}/"
    shown = client_of("admin").get(path).content.decode()
    assert "未办事项与交接" in shown
    assert "逾期 1 件" in shown
    assert "/handover/new/?post=P-gongxin" in shown
    assert "未办事项与交接" not in client_of("gongxin").get(path).content.decode()  # no right to hand it on


def test_a_grant_for_one_bureau_makes_its_head_hand_on_there_only(laden: Office) -> None:
    head = laden.posts["gongxin"]
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(Grant(post=head, verb="handover", target="org.post", unit=laden.units["工信局"], start=SINCE))
        clerk = ctx.create(Post(unit=laden.units["工信局"], title="科员岗", code="P-keyuan", role="industry"))
        ctx.create(Tenure(user=laden.users["sifa"], post=clerk, start=SINCE))
    actor = laden.actor("gongxin")
    (slip,) = hand_over(actor, clerk)
    assert (slip.count, slip.from_user.username) == (0, "sifa")
    assert refusal(actor, asked(actor, laden.posts["tongji"])) == ("post", "handover.post_unknown")
