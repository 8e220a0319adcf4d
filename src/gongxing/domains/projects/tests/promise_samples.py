"""A firm with an account, one without, a project of each in the eastern park, and promises on them: for the tests of promises."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from gongxing.domains.firms.models import Firm
from gongxing.domains.projects.models import Project, Promise
from gongxing.kernel.clock import today
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.actor import Actor, actor_for
from gongxing.kernel.org.models import Post, Tenure, User
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system


def moment(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment in the county's time zone."""
    return datetime(year, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


@dataclass(frozen=True)
class World:
    """The office with what promises need. ``firm`` has the account ``qiye``; the owner of ``bare`` has none. ``boss`` is above ``owner``."""

    office: Office
    firm: Firm
    project: Project
    bare: Project
    owner: Post
    boss: Post
    enterprise: Post
    user: User

    def actor(self, name: str) -> Actor:
        """An account as an actor, today."""
        users = {**self.office.users, "qiye": self.user}
        return actor_for(User.objects.get(pk=users[name].pk), today())


def a_world(office: Office) -> World:
    """Lay it down."""
    with as_system() as ctx:
        unit = office.units["东园"]
        firm = ctx.create(Firm(name="青禾样承诺食品有限公司", folded="青禾样承诺食品", unit=unit, initials="qh"))
        other = ctx.create(Firm(name="青禾样无账号机械有限公司", folded="青禾样无账号机械", unit=unit, initials="qh"))
        fields: dict[str, Any] = {
            "unit": unit,
            "stage_on": date(2026, 1, 5),
            "moved_on": date(2026, 1, 5),
            "initials": "x",
        }
        project = ctx.create(Project(number="XMCN0001", name="承诺样项目", folded="承诺样项目", firm=firm, **fields))
        bare = ctx.create(Project(number="XMCN0002", name="无账号样项目", folded="无账号样项目", firm=other, **fields))
        owner, boss = Post.objects.get(code="P-yuanqu"), Post.objects.get(code="P-xianfuban")
        ctx.update(owner, superior=boss)
        enterprise = ctx.create(Post(unit=unit, title="企业经办岗", code="P-qiye", role="enterprise"))
        user = ctx.create(User(username="qiye", name="企业账号（演示）", password="!"))
        ctx.create(Tenure(user=user, post=enterprise, start=SINCE))
        ctx.create_many(grants_for(enterprise, SINCE, thing=firm.pk))
    return World(office, firm, project, bare, owner, boss, enterprise, user)


def a_promise(
    world: World, text: str, *, side: str = "government", due_on: date = date(2026, 3, 16), **more: Any
) -> Promise:
    """A promise; its clock follows by the event, or, within a test's transaction, by ``mend_all``."""
    fields: dict[str, Any] = {"project": world.project, "post": world.owner, "basis": "协议第八条", **more}
    with as_system() as ctx:
        return ctx.create(Promise(ref=f"CN{side[:1]}{text}"[:40], text=text, side=side, due_on=due_on, **fields))
