"""Who sees what: the one door against a rule read row by row, over drawn trees, grants, delegations and days."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxing.domains.firms.models import Firm
from gongxing.kernel.access.models import ANY, Grant
from gongxing.kernel.access.visible import may, permissions, visible
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import actor_for
from gongxing.kernel.org.models import Delegation, Post, Tenure, Unit, User

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
DAYS = st.integers(-2, 2)
VERBS = ("view", "change", "export", ANY)
TARGETS = ("firms.firm", "firms.product", ANY)


@dataclass(frozen=True)
class DrawnGrant:
    post: int
    verb: str
    target: str
    unit: int
    thing: int | None
    start: int
    end: int | None


@st.composite
def offices(
    draw: st.DrawFn,
) -> tuple[list[int], list[DrawnGrant], list[tuple[int, int, int | None]], list[tuple[int, int, int]]]:
    """Parents of units (unit n's parent lies before it), grants, tenures (post, start, end), delegations (post, start, end)."""
    parents = [draw(st.integers(0, at)) for at in range(draw(st.integers(2, 6)))]
    units = len(parents) + 1
    ends = st.none() | DAYS
    grants = draw(
        st.lists(
            st.builds(
                DrawnGrant, st.integers(0, 2), st.sampled_from(VERBS), st.sampled_from(TARGETS), st.integers(0, units - 1),
                st.none() | st.integers(0, 5), DAYS, ends,
            ),
            max_size=6,
        )
    )  # fmt: skip
    tenures = draw(st.lists(st.tuples(st.integers(0, 2), DAYS, ends), max_size=3))
    delegations = draw(st.lists(st.tuples(st.integers(0, 2), DAYS, DAYS), max_size=2))
    return parents, grants, tenures, delegations


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offices())
def test_visible_is_the_rule_read_row_by_row(drawn: tuple[list[int], list[DrawnGrant], list[tuple[int, int, int | None]], list[tuple[int, int, int]]]) -> None:  # fmt: skip
    parents, grants, tenures, delegations = drawn
    Grant.objects.all().delete()
    Tenure.objects.all().delete()
    Delegation.objects.all().delete()
    Firm.objects.all().delete()
    Post.objects.all().delete()
    User.objects.all().delete()
    for path in sorted(Unit.objects.values_list("path", flat=True), reverse=True):
        Unit.objects.filter(path=path).delete()
    units = [Unit.objects.create(name="县", code="0", kind="county", path="0001.")]
    for at, parent in enumerate(parents, start=1):
        above = units[parent]
        path = f"{above.path}{at:04d}."
        units.append(Unit.objects.create(name=f"单位{at}", code=str(at), kind="bureau", parent=above, path=path))
    firms = [Firm.objects.create(name=f"企业{at}", folded=f"企业{at}", unit=units[at % len(units)]) for at in range(6)]
    posts = [
        Post.objects.create(unit=units[at % len(units)], title=f"岗{at}", code=f"P{at}", role="park") for at in range(3)
    ]
    user = User.objects.create(username="a", name="甲", password="!")

    def day(offset: int | None) -> date | None:
        return None if offset is None else today() + timedelta(days=offset)

    for post, start, end in tenures:
        Tenure.objects.create(user=user, post=posts[post], start=day(start), end=day(end))
    for post, start, last in delegations:
        Delegation.objects.create(to_user=user, post=posts[post], start=day(start), end=day(last), reason="出差")
    for one in grants:
        thing = None if one.thing is None else firms[one.thing].pk
        Grant.objects.create(
            post=posts[one.post], verb=one.verb, target=one.target, unit=units[one.unit], thing=thing, start=day(one.start), end=day(one.end)
        )  # fmt: skip

    def now_in(start: int, end: int | None) -> bool:
        return start <= 0 and (end is None or end >= 0)

    def above(unit: int, top: int) -> bool:
        while unit != top and unit != 0:
            unit = parents[unit - 1]
        return unit == top

    held = {post for post, start, end in [*tenures, *delegations] if now_in(start, end)}

    def allowed(verb: str, at: int) -> bool:
        for one in grants:
            if one.post not in held or not now_in(one.start, one.end):
                continue
            if one.verb not in (verb, ANY) or one.target not in ("firms.firm", ANY):
                continue
            if one.thing == at or (one.thing is None and above(at % len(units), one.unit)):
                return True
        return False

    actor = actor_for(user, today())
    for verb in ("view", "change", "export"):
        expected = {firms[at].pk for at in range(6) if allowed(verb, at)}
        assert set(visible(Firm.objects.all(), actor, verb).values_list("pk", flat=True)) == expected
        if expected:
            assert may(actor, verb, "firms.firm")
            assert permissions(actor).may(verb, "firms.firm")


def test_an_inactive_account_holds_nothing() -> None:
    unit = Unit.objects.create(name="县", code="0", kind="county", path="0001.")
    post = Post.objects.create(unit=unit, title="岗", code="P", role="park")
    user = User.objects.create(username="a", name="甲", password="!", is_active=False)
    Tenure.objects.create(user=user, post=post, start=today())
    Grant.objects.create(post=post, verb=ANY, target=ANY, unit=unit, start=today())
    assert actor_for(user, today()).posts == ()
    assert not may(actor_for(user, today()), "view", "firms.firm")
