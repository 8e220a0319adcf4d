"""Everything open on a post is found and listed, late things first, and a domain says what is open."""

from datetime import timedelta

import pytest
from django.db.models import Q

from gongxing.domains.chain.models import Chain
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import day_of, now, today
from gongxing.kernel.office import held
from gongxing.kernel.office.held import Duty, HeldItem, declare_duty, duties, held_by, provide_held
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office
from tests.handover.slips import LogIn

pytestmark = pytest.mark.django_db(databases=["default", "ops"])


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
    assert items[0].due == day_of(now() - timedelta(days=3))  # the county's day, not the universal one


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


def test_the_page_of_a_post_counts_what_is_open(laden: Office, client_of: LogIn) -> None:
    path = f"/l/org-post/{laden.posts['gongxin'].pk}/"
    shown = client_of("admin").get(path).content.decode()
    assert "未办事项与交接" in shown
    assert "逾期 1 件" in shown
    assert "/handover/new/?post=P-gongxin" in shown
    assert "未办事项与交接" not in client_of("gongxin").get(path).content.decode()  # no right to hand it on
