"""One act moves everything: to a new holder, to other posts, once, and never over what changed meanwhile."""

import json
from datetime import timedelta

import pytest

from gongxing.domains.chain.models import Chain
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.office.held import held_by
from gongxing.kernel.org.actor import SYSTEM, actor_for
from gongxing.kernel.org.models import Delegation, Handover, Post, Tenure
from gongxing.kernel.testing.office import Office
from tests.handover.slips import TODAY, asked, hand_over, refusal

pytestmark = pytest.mark.django_db(databases=["default", "ops"])


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
