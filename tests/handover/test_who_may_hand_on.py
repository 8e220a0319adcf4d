"""Who may hand on what: refusals say where, units bound, and nobody takes a post for himself."""

from typing import Any

import pytest

from gongxing.domains.chain.models import Chain
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Tenure
from gongxing.kernel.testing.office import Office
from tests.handover.slips import SINCE, LogIn, asked, hand_over, refusal

pytestmark = pytest.mark.django_db(databases=["default", "ops"])


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
