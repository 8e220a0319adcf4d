"""A post laden with everything that can hang on one."""

from datetime import timedelta

import pytest

from gongxing.domains.chain.models import Chain
from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import now, today
from gongxing.kernel.deadlines.limits import start_deadline
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Delegation, Post, User
from gongxing.kernel.testing.office import Office
from tests.handover.slips import SINCE


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
