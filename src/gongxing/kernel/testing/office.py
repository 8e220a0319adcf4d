"""A small invented office for tests: a county, two parks, one town; an officer of each kind with the grants of its role."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from gongxing.kernel.access.models import Grant
from gongxing.kernel.audit.models import Entry, Head, Link, Secret, Touched
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.office.ledgers import next_path
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.actor import SYSTEM, Actor, actor_for
from gongxing.kernel.org.models import Post, Tenure, Unit, User

SINCE = date(2024, 1, 1)
PEOPLE = (
    ("gongxin", "industry", "工信局"), ("tongji", "statistics", "统计局"), ("xianfuban", "county_office", "县府办"), ("yuanqu", "park", "东园"),
    ("yuanqu2", "park", "西园"), ("xiangzhen", "town", "禾城镇"), ("shenji", "auditor", "审计局"), ("sifa", "justice", "司法局"), ("admin", "system_admin", "县府办"),
    ("nobody", "", ""),
)  # fmt: skip
UNITS = (("工信局", Unit.Kind.BUREAU), ("统计局", Unit.Kind.BUREAU), ("县府办", Unit.Kind.BUREAU), ("东园", Unit.Kind.PARK), ("西园", Unit.Kind.PARK), ("禾城镇", Unit.Kind.TOWN), ("审计局", Unit.Kind.BUREAU), ("司法局", Unit.Kind.BUREAU))  # fmt: skip


@dataclass(frozen=True)
class Office:
    """Units, posts and users by name."""

    units: dict[str, Unit]
    posts: dict[str, Post]
    users: dict[str, User]

    def actor(self, username: str) -> Actor:
        """The actor behind an account, as of now."""
        return actor_for(self.users[username], today())


def make_office() -> Office:
    """Build it, through the write context like everything else."""
    units: dict[str, Unit] = {}
    posts: dict[str, Post] = {}
    users: dict[str, User] = {}
    with writing(SYSTEM, "test", "") as ctx:
        units["县"] = ctx.create(
            Unit(name="青禾县（演示）", code="QH", kind=Unit.Kind.COUNTY, path=next_path(None), invented=True)
        )
        for number, (name, kind) in enumerate(UNITS, start=1):
            path = next_path(units["县"].pk)
            units[name] = ctx.create(
                Unit(name=name, code=f"QH-{number}", kind=kind, parent=units["县"], path=path, invented=True)
            )
        for username, role, unit in PEOPLE:
            users[username] = ctx.create(
                User(username=username, name=f"{username}（演示）", password="!", invented=True)
            )
            if not role:
                continue
            posts[username] = ctx.create(
                Post(unit=units[unit], title=f"{username}岗", code=f"P-{username}", role=role, invented=True)
            )
            ctx.create(Tenure(user=users[username], post=posts[username], start=SINCE, invented=True))
            ctx.create_many(grants_for(posts[username], SINCE))
    return Office(units, posts, users)


def find_office() -> Office | None:
    """The office that was made before, freshly read; None where there is none. Three queries."""
    units = {unit.name if unit.parent_id else "县": unit for unit in Unit.objects.order_by("pk")}
    if not units:
        return None
    posts = {post.code.removeprefix("P-"): post for post in Post.objects.select_related("unit").order_by("pk")}
    users = {user.username: user for user in User.objects.order_by("pk")}
    return Office(units, posts, users)


def drop_office() -> None:
    """Take the office away again, trail included, for a test that begins with an empty database."""
    tables = [model._meta.db_table for model in (Entry, Link, Head, Touched, Secret, Grant, Tenure, Post, Unit, User)]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')
