"""Who is acting: an account, the post it acts from, and all posts it may act from today."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from gongxing.kernel.database.prepared import Prepared
from gongxing.kernel.org.models import Delegation, Tenure, User


@dataclass(frozen=True)
class Held:
    """A post somebody may act from today. ``delegated`` is true when it is lent; ``lender`` then names who holds it («—»: nobody)."""

    post_id: int
    title: str
    unit_id: int
    unit_name: str
    role: str
    delegated: bool = False
    lender: str = ""


@dataclass(frozen=True)
class Actor:
    """The subject of every permission question and the author of every entry.

    ``posts`` are all posts held or lent today, ``post`` the one acted from (None for an account without a post, and for the
    system itself, whose ``user_id`` is 0). ``memo`` keeps what was asked about this actor; it lives as long as one request or job.
    """

    user_id: int
    name: str
    post: Held | None = None
    posts: tuple[Held, ...] = ()
    language: str = "zh-hans"
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def post_ids(self) -> tuple[int, ...]:
        return tuple(held.post_id for held in self.posts)

    @property
    def signature(self) -> str:
        """Unit, post and name as registers keep who decided."""
        post = f"{self.post.unit_name} {self.post.title} " if self.post is not None else ""
        return f"{post}{self.name}"[:80]

    @property
    def is_system(self) -> bool:
        return self.user_id == 0


SYSTEM = Actor(user_id=0, name="系统")
NOBODY, LENDER_LENGTH = "—", 120


POST = ("post_id", "post__title", "post__unit_id", "post__unit__name", "post__role")
_tenures = Prepared(
    lambda user, day, same: (
        Tenure.objects.filter(Q(end__isnull=True) | Q(end__gte=day), user=user, start__lte=same)
        .order_by("start", "id")
        .values_list(*POST)
    )
)
_delegations = Prepared(
    lambda user, day, same: (
        Delegation.objects.filter(to_user=user, start__lte=day, end__gte=same)
        .order_by("start", "id")
        .values_list(*POST)
    )
)


def _lenders(posts: Collection[int], today: date) -> dict[int, str]:
    """Who holds the lent posts today: post → names. One query, none where nothing is lent."""
    names: dict[int, str] = {}
    if posts:
        held = Tenure.objects.filter(Q(end__isnull=True) | Q(end__gte=today), start__lte=today, post__in=posts)
        for post_id, name in held.order_by("start", "id").values_list("post_id", "user__name"):
            names[post_id] = f"{names[post_id]}、{name}" if post_id in names else name
    return names


def actor_for(user: User, today: date, post_id: int | None = None) -> Actor:
    """The actor behind an account on a day, acting from ``post_id`` where it holds that post, else from its first one.

    Two queries, three where a post is lent to it. An inactive account holds nothing.
    """
    if not user.is_active:
        return Actor(user.pk, user.name, language=user.language)
    posts: dict[int, Held] = {}
    for key, title, unit, unit_name, role in _tenures.rows(user.pk, today, today):
        posts.setdefault(key, Held(key, title, unit, unit_name, role))
    lent = _delegations.rows(user.pk, today, today)
    lenders = _lenders({post[0] for post in lent}, today)
    for key, title, unit, unit_name, role in lent:
        lender = lenders.get(key, NOBODY)[:LENDER_LENGTH]
        posts.setdefault(key, Held(key, title, unit, unit_name, role, True, lender))
    held = tuple(posts.values())
    acting = posts.get(post_id) if post_id is not None else None
    return Actor(user.pk, user.name, acting or (held[0] if held else None), held, user.language)
