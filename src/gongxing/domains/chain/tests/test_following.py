"""What follows when firms, products or words change, when two firms become one, and when an import is taken back."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from tests.flows.sheets import HEAD, checked, row, undone, written, xlsx

from gongxing.domains.chain.actions.editing import load_chains
from gongxing.domains.chain.jobs import KIND, queue_placing
from gongxing.domains.chain.models import Node, Placement, Purchase
from gongxing.domains.firms.models import DuplicateQuestion, Firm, Product
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import cell_text, writing
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.django_db(databases=["default", "ops"], transaction=True)
LogIn = Callable[[str], Client]
SUGAR = {"unit": "东园", "business_scope": "白砂糖、红糖的生产、销售。", "industry": "1340"}


def chains(*codes: str) -> None:
    with writing(SYSTEM, "demo", "") as ctx:
        load_chains(ctx, list(codes))


def node(code: str) -> Node:
    return Node.objects.get(code=code)


def typed(office: Office, name: str, **cells: str) -> Firm:
    found = save(ledger_named("firms.firm"), office.actor("gongxin"), {**SUGAR, "name": name, **cells})
    assert isinstance(found, Firm)
    return found


def changed(office: Office, firm: Firm, **cells: str) -> None:
    firm.refresh_from_db()
    save(ledger_named("firms.firm"), office.actor("gongxin"), cells, key=firm.pk, version=firm.version)


def on(firm: Firm) -> dict[str, tuple[str, str]]:
    """Link → (role, level) of a firm."""
    rows = Placement.objects.filter(firm_id=firm.pk).values_list("node__code", "role", "level")
    return {code: (role, level) for code, role, level in rows}


def waiting() -> int:
    return Job.objects.filter(kind=KIND, state=Job.State.READY).count()


def run_jobs() -> None:
    while run_next():
        pass


def stands(firm: Firm, code: str, role: str = "main", level: str = "decided") -> Placement:
    link = node(code)
    with writing(SYSTEM, "demo", "") as ctx:
        ref = f"{firm.pk}:{link.pk}"
        return ctx.create(Placement(ref=ref, firm=firm, node=link, role=role, level=level, as_of=today()))


def bought(firm: Firm, item: str, value: int | None, year: int = 2025) -> Purchase:
    with writing(SYSTEM, "demo", "") as ctx:
        ref = f"{firm.pk}:{year}:{item}"
        return ctx.create(
            Purchase(ref=ref, buyer=firm, year=year, item=item, value=value, where="outside", as_of=today())
        )


def merge(office: Office, keep: Firm, gone: Firm, **more: str) -> None:
    keep.refresh_from_db()
    gone.refresh_from_db()
    raw = {
        "keep": keep.pk,
        "gone": gone.pk,
        "keep_version": keep.version,
        "gone_version": gone.version,
        "why": "同一家",
    }
    perform(action_named("firms.merge_firms"), office.actor("gongxin"), {**raw, **more})


def unmerge(office: Office, firm: Firm) -> None:
    perform(action_named("firms.unmerge_firms"), office.actor("gongxin"), {"why": "不是同一家"}, key=firm.pk)


def cells(*models: type[Row]) -> list[tuple[object, ...]]:
    """Everything stored of some models, versions apart."""
    return sorted(
        (model._meta.label_lower, one.pk, *(cell_text(getattr(one, field.attname)) for field in one._meta.concrete_fields if field.name != "version"))
        for model in models
        for one in model._default_manager.all()
    )  # fmt: skip


def test_a_typed_firm_is_placed_at_once_and_leaves_when_it_closes(office: Office) -> None:
    chains("sug")
    firm = typed(office, "青禾禾盛糖业有限公司")
    assert on(firm)["sug.white_sugar"] == ("main", "sure")
    assert waiting() == 0
    changed(office, firm, status="closed")
    assert on(firm) == {}
    changed(
        office,
        firm,
        status="active",
        business_scope="瓦楞纸箱的制造、销售。",
        name="青禾禾盛纸箱有限公司",
        industry="2231",
    )
    assert "sug.white_sugar" not in on(firm)


def test_reasons_and_score_are_renewed_where_role_and_level_stay(office: Office) -> None:
    """A firm found by its name and its scope loses the word in its scope: it stays, but the reason that is gone is no longer said."""
    chains("sug")
    firm = typed(office, "青禾禾盛白砂糖有限公司")
    first = Placement.objects.get(firm_id=firm.pk, node__code="sug.white_sugar")
    changed(office, firm, business_scope="企业管理服务。")
    again = Placement.objects.get(pk=first.pk)
    assert (again.role, again.level) == (first.role, first.level)
    assert "scope" in {params.get("where") for _name, params in first.reasons}
    assert "scope" not in {params.get("where") for _name, params in again.reasons}
    assert first.score is not None
    assert again.score is not None
    assert again.score < first.score
    before = Entry.objects.filter(ledger="chain.placement").count()
    queue_placing(0)
    run_jobs()
    assert Entry.objects.filter(ledger="chain.placement").count() == before, "placed again without a change"


def test_a_product_places_its_firm_at_once_and_a_deleted_one_asks_for_all(office: Office) -> None:
    chains("sug")
    firm = typed(office, "青禾禾盛有限公司", business_scope="", industry="1340")
    assert on(firm) == {}
    save(ledger_named("firms.product"), office.actor("gongxin"), {"firm": firm.name, "name": "白砂糖"})
    assert on(firm) == {"sug.white_sugar": ("main", "sure")}
    assert waiting() == 0
    with writing(office.actor("gongxin"), "change", "") as ctx:
        ctx.delete(Product.objects.get())
    assert waiting() == 1
    run_jobs()
    assert on(firm) == {}


def test_words_of_a_link_place_everybody_anew_and_other_acts_on_it_do_not(office: Office) -> None:
    chains("sug")
    firm = typed(office, "青禾禾盛有限公司", business_scope="嘎啦糖的生产、销售。")
    assert "sug.rock_sugar" not in on(firm)
    link = node("sug.rock_sugar")
    perform(action_named("chain.mark_reviewed"), office.actor("gongxin"), {}, key=link.pk)
    perform(action_named("chain.hold_key"), office.actor("gongxin"), {"why": "断供就停产"}, key=link.pk)
    assert waiting() == 0
    link.refresh_from_db()
    words = {"keywords": "冰糖、嘎啦糖"}
    save(ledger_named("chain.node"), office.actor("gongxin"), words, key=link.pk, version=link.version)
    assert waiting() == 1
    run_jobs()
    assert on(firm)["sug.rock_sugar"] == ("main", "sure")


def test_an_import_of_many_firms_queues_one_placing_and_is_taken_back_with_it(office: Office) -> None:
    chains("sug")
    actor = office.actor("gongxin")
    rows = [row(at, name=f"青禾第{at}糖业有限公司", scope="白砂糖的生产、销售。") for at in range(30)]
    session = written(checked(actor, xlsx([HEAD, *rows])), actor)
    assert [job.state for job in Job.objects.filter(kind=KIND)] == [Job.State.DONE], "one job for all of them"
    assert Placement.objects.filter(node__code="sug.white_sugar").count() == 30
    kept = Placement.objects.filter(node__code="sug.white_sugar").order_by("pk")[0]
    perform(action_named("chain.decide_placement"), actor, {"role": "main"}, key=kept.pk)
    session = undone(session, actor)
    assert (session.counts["removed"], session.counts["kept_n"]) == (29, 1), "what a person decided holds its firm"
    assert set(Placement.objects.values_list("firm_id", flat=True)) == {kept.firm_id}
    assert Firm.objects.count() == 1
    assert check_chain().sound


def test_closed_firms_leave_their_links_when_everything_is_placed_anew(office: Office) -> None:
    chains("sug")
    open_, closed = typed(office, "青禾甲糖业有限公司"), typed(office, "青禾乙糖业有限公司")
    decided = stands(closed, "sug.alcohol", "building")
    with writing(SYSTEM, "demo", "") as ctx:  # a door that tells nobody
        ctx.update(Firm.objects.get(pk=closed.pk), status="closed")
    assert "sug.white_sugar" in on(closed)
    perform(action_named("chain.mark_reviewed"), office.actor("gongxin"), {}, key=node("sug.rum").pk)
    with writing(office.actor("gongxin"), "change", "") as ctx:
        ctx.update(node("sug.rum"), keywords=["朗姆酒"])
    run_jobs()
    assert "sug.white_sugar" in on(open_)
    assert on(closed) == {decided.node.code: ("building", "decided")}


def test_a_merge_moves_decisions_and_purchases_with_their_keys_and_can_be_taken_back(office: Office) -> None:
    chains("sug")
    keep, gone = (
        typed(office, "青禾禾盛糖业有限公司"),
        typed(office, "青禾禾盛制糖有限公司", business_scope="红糖的生产、销售。"),
    )
    assert {"sug.white_sugar", "sug.brown_sugar"} <= set(on(keep))
    assert "sug.brown_sugar" in on(gone)
    stands(gone, "sug.alcohol", "building")
    with writing(SYSTEM, "demo", "") as ctx:  # the vanishing firm's own answer where the other has only the engine's
        ctx.update(Placement.objects.get(firm=gone, node__code="sug.brown_sugar"), role="supporting", level="decided")
    bought(gone, "石灰", 30)
    bought(gone, "编织袋", None)
    bought(keep, "编织袋", 12)
    before = cells(Placement, Purchase, Firm)
    merge(office, keep, gone)
    assert not Firm.objects.filter(pk=gone.pk).exists()
    found = on(keep)
    assert found["sug.alcohol"] == ("building", "decided")
    assert found["sug.brown_sugar"] == ("supporting", "decided")
    assert found["sug.white_sugar"] == ("main", "sure")
    assert all(one.ref == f"{keep.pk}:{one.node_id}" for one in Placement.objects.all())
    assert {(one.ref, one.value) for one in Purchase.objects.all()} == {(f"{keep.pk}:2025:石灰", Decimal(30)), (f"{keep.pk}:2025:编织袋", Decimal(12))}  # fmt: skip
    unmerge(office, keep)
    assert cells(Placement, Purchase, Firm) == before
    assert check_chain().sound


def test_a_merge_asks_where_two_people_or_two_sheets_contradict_each_other(office: Office, client_of: LogIn) -> None:
    chains("sug")
    keep, gone = typed(office, "青禾禾盛糖业有限公司"), typed(office, "青禾禾盛制糖有限公司")
    mine, theirs = stands(keep, "sug.alcohol", "building"), stands(gone, "sug.alcohol", "main")
    first, second = bought(keep, "编织袋", 12), bought(gone, "编织袋", 15)
    with pytest.raises(Refused, match=r"firm\.merge_undecided"):
        merge(office, keep, gone)
    with writing(SYSTEM, "demo", "") as ctx:
        one, other = sorted((keep.pk, gone.pk))
        asked = ctx.create(DuplicateQuestion(one_id=one, other_id=other, ref=f"{one}:{other}", ground="name"))
    page = client_of("gongxin").get(reverse("firms-merge", args=[asked.pk])).content.decode()
    assert "企业上链" in page
    assert "采购调查" in page
    choose = (
        f"chain.placement:{theirs.pk}@{theirs.version}>{mine.pk}@{mine.version} chain.purchase:{second.pk}@{second.version}>{first.pk}@{first.version}"
    )  # fmt: skip
    merge(office, keep, gone, choose=choose)
    assert on(keep)["sug.alcohol"] == ("main", "decided")
    assert [(one.ref, one.value) for one in Purchase.objects.all()] == [(f"{keep.pk}:2025:编织袋", Decimal(15))]
    unmerge(office, keep)
    assert on(keep)["sug.alcohol"] == ("building", "decided")
    assert on(gone)["sug.alcohol"] == ("main", "decided")
