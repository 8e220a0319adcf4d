"""A grant limited to a unit reaches no row outside it, whatever the ledger: units, accounts, rules, everything else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gongxing.domains.chain.models import Chain, Edge, Hint, Node
from gongxing.domains.firms.models import Firm, FirmFigure, IndustryPattern, Product
from gongxing.domains.land.models import Layout, ParkIndicator, Rating, Zone
from gongxing.domains.policy.models import AwardBatch, Clause, GuideItem
from gongxing.domains.projects.models import Budget, Move, Paper, Promise, PushPlan
from gongxing.kernel.access.models import ANY, Grant
from gongxing.kernel.access.visible import may, permissions, reach, visible
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import now, today
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.ledger.declare import Ledger, all_ledgers
from gongxing.kernel.office import roles
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Delegation, Post, Tenure, Unit, User
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office
from tests.approval_flowsui_samples import a_version
from tests.land_samples import a_layer, a_layout, a_rating, a_scale_study, a_site_study
from tests.spine_samples import a_batch, a_clause, a_finding, a_plan, a_policy, a_project, a_vetting

LogIn = Callable[[str], Client]
LEDGERS = list(all_ledgers())
pytestmark = pytest.mark.django_db(databases=["default", "ops"])


def grant(
    office: Office, verb: str, target: str, unit: str = "东园", to: str = "yuanqu", thing: int | None = None
) -> Grant:
    return Grant.objects.create(
        post=office.posts[to], verb=verb, target=target, unit=office.units[unit], thing=thing, start=today()
    )


def seen(office: Office, model: type[Any], verb: str, who: str = "yuanqu") -> set[str]:
    return {str(row) for row in visible(model.objects.all(), office.actor(who), verb)}


@pytest.fixture
def rows(office: Office) -> None:
    """A row of every ledger in both parks and for the whole county."""
    with writing(SYSTEM, "test", "") as ctx:
        for unit in ("东园", "西园"):
            firm = ctx.create(Firm(name=f"{unit}食品有限公司", folded=unit, unit=office.units[unit]))
            ctx.create(Product(firm=firm, name="白糖", ref=f"{firm.pk}:白糖"))
            ctx.create(
                FirmFigure(firm=firm, period="2025", period_start=today(), source="self", ref=f"{firm.pk}:2025:self")
            )
        for who in ("yuanqu", "yuanqu2"):
            ctx.create(
                Deadline(
                    ledger="firms.firm", row=0, title=f"{who}的事", rule="scale.check", limit=1, unit="wd", post=office.posts[who],
                    started_at=now(), due_at=now(),
                )
            )  # fmt: skip
            ctx.create(
                Delegation(
                    post=office.posts[who], to_user=office.users["nobody"], start=today(), end=today(), reason="出差"
                )
            )
        chain = ctx.create(Chain(code="t", name="茶"))
        ends = [ctx.create(Node(code=f"t.{n}", chain=chain, segment="1", name=f"环节{n}")) for n in range(2)]
        ctx.create(Edge(source=ends[0], target=ends[1], ref=f"{ends[0].pk}:{ends[1].pk}:material"))
        ctx.create(
            Hint(
                ref="x",
                source_text="茶",
                target_text="花",
                relation="supplies",
                score="0.5",
                file_name="x.csv",
                line=1,
                batch="x",
            )
        )
        ctx.create(IndustryPattern(pattern="白糖||make", industry="1340", confirmed_at=now()))
        ctx.create(PackEdit(pack="sizes", table="thresholds", row_key="x", source="s"))
        ctx.create(Budget(ref="x", year=2026, resource="land_mu", amount=1, source="s"))
        ctx.create(GuideItem(ref="x", book="bond", edition="x", category="barred", number="1", text="x", source="s"))
    for made in (
        a_vetting,
        a_plan,
        a_policy,
        a_clause,
        a_finding,
        a_batch,
        a_layout,
        a_site_study,
        a_scale_study,
        a_version,
    ):
        made(office, 1)
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(Zone(ref="x", layer=a_layer(office), name="x"))
        ctx.create(ParkIndicator(ref="x", peer_name="演示对标园", indicator="far", year=2024, value=1, source="s"))
        ctx.update(a_rating(office), state=Rating.State.PUBLISHED)  # drafts are read by fewer
        ctx.update(a_layout(office), state=Layout.State.PUBLISHED)
        ctx.update(PushPlan.objects.get(), state=PushPlan.State.ADOPTED)
    for number, unit in enumerate(("东园", "西园"), start=1):
        project = a_project(office, number, unit=office.units[unit])
        with writing(SYSTEM, "test", "") as ctx:
            post = office.posts["yuanqu" if unit == "东园" else "yuanqu2"]
            fields = {"project": project, "side": "enterprise", "post": post, "due_on": today(), "basis": "x"}
            ctx.create(Promise(ref=f"CN{number}", text=f"{unit}的承诺", **fields))
            ctx.create(Paper(ref=f"{project.pk}:screening", project=project, kind="screening", issued_on=today()))
            ctx.create(Move(ref=f"{project.pk}:1", project=project, to_stage="concept", on=today()))
    with writing(SYSTEM, "test", "") as ctx:
        for clause in Clause.objects.all():  # drafts are read by fewer: policy/tests/test_drafts
            ctx.update(clause, state=Clause.State.IN_FORCE)
        for batch in AwardBatch.objects.all():
            ctx.update(batch, state=AwardBatch.State.APPROVED)


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_no_ledger_shows_a_row_of_another_unit(ledger: Ledger[Any], office: Office, rows: None) -> None:
    Grant.objects.filter(post=office.posts["yuanqu"]).delete()
    grant(office, "view", ledger.name)
    inside = set(Unit.objects.filter(path__startswith=office.units["东园"].path).values_list("pk", flat=True))
    scope = ledger.model.scope
    found = visible(ledger.model._default_manager.all(), office.actor("yuanqu"))
    if scope is not None:
        path = "pk" if scope == "id" else f"{scope}_id"
        assert set(found.values_list(path, flat=True)) <= inside
        assert found.exists() == ledger.model._default_manager.filter(**{f"{path}__in": inside}).exists()
    elif ledger.model is User:
        assert {row.username for row in found} == {"yuanqu"}
    else:
        assert ledger.model._default_manager.exists(), "the test needs a row to hide"
        assert not found.exists()
        assert reach(office.actor("yuanqu"), "view", ledger.name).nothing
        assert not permissions(office.actor("yuanqu")).may("view", ledger.name)
    Grant.objects.filter(post=office.posts["yuanqu"]).update(unit=office.units["县"])
    everything = visible(ledger.model._default_manager.all(), office.actor("yuanqu"))
    assert everything.count() == ledger.model._default_manager.count()


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda one: one.name)
def test_a_list_page_of_a_unit_shows_what_is_visible(
    ledger: Ledger[Any], office: Office, rows: None, client_of: LogIn
) -> None:
    Grant.objects.filter(post=office.posts["yuanqu"]).delete()
    grant(office, "view", ledger.name)
    answer = client_of("yuanqu").get(f"/api/l/{ledger.slug}")
    visible_ids = set(visible(ledger.model._default_manager.all(), office.actor("yuanqu")).values_list("pk", flat=True))
    if not ledger.model.by_unit():
        assert answer.status_code == 403
        return
    assert {row["id"] for row in answer.json()["rows"]} == visible_ids
    assert client_of("yuanqu").get(ledger.url).status_code == 200


def test_an_account_belongs_to_a_unit_only_with_all_its_posts(office: Office) -> None:
    grant(office, "reset", "org.user")
    assert seen(office, User, "reset") == {"yuanqu（演示）"}
    head = Tenure.objects.create(user=office.users["yuanqu2"], post=office.posts["yuanqu"], start=today())
    assert seen(office, User, "reset") == {"yuanqu（演示）"}  # yuanqu2 also holds a post of the west park
    Tenure.objects.filter(user=office.users["yuanqu2"]).exclude(pk=head.pk).update(end=today() - timedelta(days=1))
    assert seen(office, User, "reset") == {"yuanqu（演示）", "yuanqu2（演示）"}
    Delegation.objects.create(
        post=office.posts["gongxin"], to_user=office.users["yuanqu2"], start=today(), end=today(), reason="代班"
    )
    assert seen(office, User, "reset") == {"yuanqu（演示）"}  # whoever sets the password could act from the lent post


def test_a_park_resets_no_password_outside_it(office: Office, client_of: LogIn) -> None:
    for verb in ("view", "reset"):
        grant(office, verb, "org.user")
    client, other = client_of("yuanqu"), office.users["gongxin"]
    before = Entry.objects.count(), User.objects.get(pk=other.pk).password
    given = {"key": other.pk, "version": other.version, "password": "Linshi-2026-x", "why": "x"}
    assert client.post("/do/office.reset_password/", given).status_code == 404
    assert client.post("/api/do/office.reset_password", given, content_type="application/json").status_code == 404
    assert (Entry.objects.count(), User.objects.get(pk=other.pk).password) == before
    own = office.users["yuanqu"]
    assert (
        client.post("/do/office.reset_password/", {**given, "key": own.pk, "version": own.version}).status_code == 204
    )


def test_a_park_chooses_among_its_own_units_only(office: Office, client_of: LogIn) -> None:
    assert len(seen(office, Unit, "view")) == 9  # the role sees all units
    Grant.objects.filter(post=office.posts["yuanqu"], target="org.unit").update(unit=office.units["东园"])
    page = client_of("yuanqu").get("/l/firms-firm/add/").content.decode()
    assert ">东园<" in page
    assert ">西园<" not in page
    assert seen(office, Unit, "view") == {"东园"}


def test_rules_of_the_county_are_not_changed_by_one_park(office: Office, client_of: LogIn) -> None:
    for verb in ("view", "edit"):
        grant(office, verb, "packs.packedit")
    client = client_of("yuanqu")
    assert not may(office.actor("yuanqu"), "edit", "packs.packedit")
    assert client.get("/packs/sizes/thresholds/paste/").status_code == 403
    given = {
        "rule": "sizes/thresholds/industry|employees",
        "valid_from": today().isoformat(),
        "source": "s",
        "why": "x",
    }
    assert client.post("/do/office.withdraw_rule/", given).status_code == 403
    assert not PackEdit.objects.exists()


def test_a_granter_of_one_park_grants_nothing_for_the_county(
    office: Office, client_of: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for verb in ("view", "grant"):
        grant(office, verb, "org.post")
    post = Post.objects.create(unit=office.units["东园"], title="新岗", code="N", role="industry")
    answer = client_of("yuanqu").post(
        "/do/office.grant_by_role/", {"key": post.pk, "version": 1, "start": today().isoformat()}
    )
    assert answer.status_code == 403
    assert not Grant.objects.filter(post=post).exists()
    whole = roles.table("roles", "grants", today())
    monkeypatch.setattr(roles, "table", lambda *asked: [row for row in whole if row["reach"] == "own"])
    Post.objects.filter(pk=post.pk).update(role="service_officer")  # as a role that reaches its own unit only
    allowed = client_of("yuanqu").post(
        "/do/office.grant_by_role/", {"key": post.pk, "version": 1, "start": today().isoformat()}
    )
    assert allowed.status_code == 204
    assert set(Grant.objects.filter(post=post).values_list("unit__name", flat=True)) == {"东园"}


def test_a_grant_on_one_thing_means_nothing_where_rows_are_no_things(office: Office, rows: None) -> None:
    Grant.objects.filter(post=office.posts["yuanqu"]).delete()
    grant(office, "view", ANY, thing=Unit.objects.get(name="西园").pk)
    assert not may(office.actor("yuanqu"), "view", "org.unit")
    assert not permissions(office.actor("yuanqu")).may("view", "org.unit")
    assert permissions(office.actor("yuanqu")).may("view", "firms.firm")


def test_an_auditor_of_one_park_reads_the_trail_of_its_rows_only(office: Office, rows: None, client_of: LogIn) -> None:
    grant(office, "audit", ANY)
    client = client_of("yuanqu")
    page = client.get("/trail/").content.decode()
    assert "东园食品有限公司" in page
    assert "西园食品有限公司" not in page
    assert "yuanqu2" not in page
    assert "规则修改" not in page[page.index("<select") : page.index("</select>")]
    chosen = client.get("/trail/?ledger=org.unit").content.decode()
    assert "东园" in chosen
    assert "西园" not in chosen
    assert "西园食品有限公司" in client_of("shenji").get("/trail/").content.decode()
    assert client_of("yuanqu2").get("/trail/").status_code == 403
