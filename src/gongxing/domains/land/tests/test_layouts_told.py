"""What the page of a layout says: land too small by hand, plans proposed and published, why projects were left out."""

from dataclasses import replace

import pytest
from django.urls import reverse

from gongxing.domains.land.actions.layouts import fix_project, propose_layout, publish_layout
from gongxing.domains.land.layout_jobs import queue_trial
from gongxing.domains.land.layout_todos import layout_todos
from gongxing.domains.land.layout_words import why
from gongxing.domains.land.tests.test_layouts import ASKED, a_lot, a_seeker, laid_out, logged_in
from gongxing.domains.land.tests.working import on_the_day  # noqa: F401  (a fixture)
from gongxing.engines.reasons import Reason
from gongxing.kernel.action.perform import perform
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import acting_holder

pytestmark = [pytest.mark.django_db(databases=["default", "ops"]), pytest.mark.usefixtures("on_the_day")]


def test_land_too_small_by_hand_stands_at_the_head_and_fits_worse(office: Office) -> None:
    """Eighty mu are wanted, fifty are given by hand: told before fixing, after it, and to whoever publishes; the page never calls it feasible."""
    a_lot(office, "A1", "90", 109.2)
    a_lot(office, "A2", "50", 109.21)
    project = a_seeker(office, "甲", "80", "500")
    layout = laid_out(office, replace(ASKED, merge=1))
    actor, client = acting_holder(office), logged_in(office)
    page = reverse("land-layout", args=[layout.pk])
    assert "均可行" in client.get(page).content.decode()
    assert layout.answer["plans"][0]["figures"]["fit"] == pytest.approx(80 / 90)
    trial = queue_trial(layout, 0, str(project.pk), {"parcels": ["A2"], "phase": 1, "mu": None}, actor)
    while run_next():
        pass
    trial.refresh_from_db()
    tried = client.get(f"{page}?run={trial.pk}").content.decode()
    assert "面积不够，少 30 亩" in tried and "总分不变" in tried
    perform(fix_project, actor, {"trial": str(trial.pk), "why": "企业愿意分期"}, key=layout.pk, version=layout.version)
    layout.refresh_from_db()
    assert layout.answer["plans"][0]["figures"]["fit"] == pytest.approx(50 / 80)
    fixed = client.get(f"{page}?run={trial.pk}").content.decode()
    assert "方案一里人工固定的“甲”放 A2 不合规则：面积不够，少 30 亩" in fixed
    assert "除人工固定的以外可行" in fixed and "均可行" not in fixed
    assert "这次试放作废" not in fixed, "what was taken over is no trial any more"


def test_a_plan_is_proposed_to_those_who_publish_and_only_plans_there_are_offered(office: Office) -> None:
    a_lot(office, "A1", "90", 109.2)
    a_seeker(office, "甲", "80", "500")
    layout = laid_out(office)
    actor, client = acting_holder(office), logged_in(office)
    n = len(layout.answer["plans"])
    assert n < 3, "a county of one project and one parcel has no three plans"
    assert not layout_todos(actor)
    dialog = client.get(reverse("action-dialog", args=["land.publish_layout"]), {"key": layout.pk}).content.decode()
    assert [f'<option value="{place}"' in dialog for place in range(3)] == [place < n for place in range(3)]
    perform(propose_layout, actor, {"chosen": "0"}, key=layout.pk, version=layout.version)
    layout.refresh_from_db()
    assert (layout.proposed, layout.proposed_on, layout.proposed_by) == (0, today(), actor.signature)
    (todo,) = layout_todos(actor)
    assert (todo.title, todo.url) == ("发布布局方案“试排”", reverse("land-layout", args=[layout.pk]))
    with pytest.raises(Refused):
        perform(propose_layout, actor, {"chosen": "2"}, key=layout.pk, version=layout.version)
    perform(publish_layout, actor, {"chosen": "0", "why": "会议通过"}, key=layout.pk, version=layout.version)
    layout.refresh_from_db()
    assert (layout.published_by, layout_todos(actor)) == (actor.signature, [])


def test_reasons_are_sentences_with_units() -> None:
    parks = {"P1": "一园"}
    told = [
        why(
            Reason.of("allocation.lost.blocked", kind="parcel", name="A-044", park="P1", lacks="60.4", unit="mu"), parks
        ),
        why(
            Reason.of("allocation.lost.blocked", kind="utility", name="power", park="P1", lacks="6976.61", unit="kVA"),
            parks,
        ),
        why(Reason.of("allocation.broken.small", lacks="46.85", hard=""), parks),
        why(Reason.of("allocation.broken.use", lacks="", hard="1"), parks),
    ]
    assert told == [
        "A-044 已给别的项目，差 60.4 亩",
        "一园 供电差 6,976.6 kVA",
        "面积不够，少 46.9 亩",
        "不合“规划用途”",
    ]
