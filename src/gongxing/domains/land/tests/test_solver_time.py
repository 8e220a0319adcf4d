"""A solver that takes too long is ended, and what is said speaks of what was asked: a layout, a question, a trial, sites, the scale of parks."""

from collections.abc import Callable
from typing import Any

import pytest

from gongxing.domains.land import layout_jobs, scaling, site_jobs, siting
from gongxing.domains.land.laying import Asked, plain
from gongxing.domains.land.models import Layout, SiteStudy
from gongxing.domains.land.tests.working import Quiet, on_the_day  # noqa: F401  (a fixture)
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.run import JobError
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import acting_holder
from gongxing.kernel.testing.writes import as_system

pytestmark = [pytest.mark.django_db(databases=["default", "ops"]), pytest.mark.usefixtures("on_the_day")]
SHORT = 0.05


def a_layout() -> Layout:
    with as_system() as ctx:
        return ctx.create(
            Layout(number="BJ1", name="试排", state="ready", asked={}, problem={}, answer={"plans": []}, made_on=today(), made_by="甲")
        )  # fmt: skip


def ask(kind: str, office: Office) -> Any:
    """One of the five questions, as its job asks it."""
    who = acting_holder(office)
    if kind == "layout":
        return layout_jobs.lay_out(who, {"asked": plain(Asked(2025, seconds=0.0)), "name": ""}, Quiet())
    if kind == "sites":
        asked = siting.plain(siting.Asked("neighbourhood_centre", seconds=0.0))
        return site_jobs.choose_sites(who, {"asked": asked, "name": ""}, Quiet())
    if kind == "scale":
        return site_jobs.scale_parks(who, {"asked": scaling.plain(scaling.Asked(2025)), "name": ""}, Quiet())
    layout = a_layout()
    arguments = {
        "layout": layout.pk,
        "version": layout.version,
        "plan": 0,
        "key": "1",
        "fixed": {"parcels": ["A"], "phase": 1},
    }
    made: Callable[..., Any] = layout_jobs.ask_why if kind == "why" else layout_jobs.try_place
    return made(who, arguments, Quiet())


@pytest.mark.parametrize(
    ("kind", "seconds", "speaks_of", "not_of"),
    [
        ("layout", 0.0, "请少放几个项目", "选址"),
        ("why", layout_jobs.ASK_SECONDS, "这一问", "少放"),
        ("trial", layout_jobs.ASK_SECONDS, "试放", "少放"),
        ("sites", 0.0, "选址算了超过", "项目"),
        ("scale", site_jobs.SCALE_SECONDS, "建设规模算了超过", "项目"),
    ],
)
def test_too_long_is_said_of_what_was_asked(
    office: Office, monkeypatch: pytest.MonkeyPatch, kind: str, seconds: float, speaks_of: str, not_of: str
) -> None:
    monkeypatch.setattr(layout_jobs, "SLACK", SHORT - seconds)
    with pytest.raises(JobError) as found:
        ask(kind, office)
    assert speaks_of in str(found.value) and "超过 0 秒" in str(found.value) and not_of not in str(found.value)
    assert not SiteStudy.objects.exists()


@pytest.mark.parametrize(("kind", "says"), [("trial", "试放的结果没有通过核对"), ("scale", "建设规模没有通过核对")])
def test_what_the_checker_does_not_pass_is_not_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch, kind: str, says: str
) -> None:
    def found(*_given: Any, **_named: Any) -> Any:
        return {"answer": {}, "faults": ["wrong.utility"]}

    monkeypatch.setattr(layout_jobs, "run_solver", found)
    monkeypatch.setattr(site_jobs, "run_solver", found)
    with pytest.raises(JobError, match=says) as error:
        ask(kind, office)
    assert "wrong.utility" in str(error.value)


def test_a_solver_that_fails_is_no_slow_one(office: Office) -> None:
    """No such plan in the layout: the process ends with its error, well before the time is up."""
    with pytest.raises(JobError, match="求解程序没有算完"):
        ask("why", office)
