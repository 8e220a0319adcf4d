"""建设规模: a form of years, money and reserve, earlier studies; one study with sizes of parks, limits and output against land."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.land.laying import LONGEST_PHASES, offered, seekers
from gongxing.domains.land.layout_jobs import OPEN
from gongxing.domains.land.models import ScaleStudy
from gongxing.domains.land.pages.runs import leads_to, run_of
from gongxing.domains.land.scale_show import NAMES, ShownScale
from gongxing.domains.land.scaling import SCENARIOS, Asked, by_scenario, chances
from gongxing.domains.land.site_jobs import SCALE, queue_scale
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.jobs import job_frame
from gongxing.kernel.pages.requests import acting, number_of

TARGET = "land.scalestudy"
EARLIER, MOST_FUND, MOST_RESERVE = 20, 1e8, 90


def scales_page(request: HttpRequest) -> HttpResponse:
    """GET: the form and earlier studies. POST: check what was asked, queue the study."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    typed = request.POST if request.method == "POST" else request.GET
    wrong: dict[str, str] = {}
    rows = chances(today())
    if request.method == "POST":
        if not may(actor, "make", TARGET):
            raise Denied("make", TARGET)
        asked, wrong = read(typed, by_scenario(rows))
        if asked is not None:
            made = queue_scale(asked, typed.get("name", "").strip()[:80], actor)
            return HttpResponseRedirect(f"{reverse('land-scale')}?run={made.pk}")
    run = run_of(typed.get("run", ""), SCALE, actor)
    onward = leads_to(request, run, ScaleStudy.objects.all(), "study")
    if onward is not None:
        return onward
    parcels, projects = offered(), seekers()
    told, stages, words = by_scenario(rows), dict(Project.Stage.choices), status_words(today())
    listed = list(dict.fromkeys(one.stage for one in rows))
    defaults = {"name": "", "year": str(today().year + 1), "phases": "3", "funds": "", "reserve": "10"}
    context = {
        "crumbs": [{"label": _("建设规模"), "url": ""}], "wrong": wrong, "errors": [{"field": key, "label": "", "text": text} for key, text in wrong.items()],
        "may_make": may(actor, "make", TARGET), "form": {name: typed.get(name, value) for name, value in defaults.items()},
        "n_parcels": len(parcels), "n_projects": len(projects), "area": sum(float(one.land_mu or one.geo_mu or 0) for one in parcels),
        "demands": [NAMES[name] for name in SCENARIOS],
        "chances": [{"stage": stages.get(stage, stage), "n": sum(one.stage == stage for one in projects), "percents": [f"{told[name][stage]:g}" if stage in told.get(name, {}) else "—" for name in SCENARIOS]} for stage in listed],
        "chance_status": next((words.get(one.status, "") for one in rows if one.status != "verified"), ""),
        "studies": [{"row": one, "url": reverse("land-scale-study", args=[one.pk])} for one in visible(ScaleStudy.objects.all(), actor).order_by("-made_on", "-pk")[:EARLIER]],
        "run": job_frame(run) if run is not None else None, "watch_url": f"{reverse('land-scale')}?run={run.pk}" if run is not None and run.state in OPEN else "",
    }  # fmt: skip
    return render(request, "land/scales.html", context, status=422 if wrong else 200)


def read(given: QueryDict, told: dict[str, dict[str, float]]) -> tuple[Asked | None, dict[str, str]]:
    """The question out of a form, and what is wrong with it by field. One figure of money holds for every year."""
    wrong: dict[str, str] = {}
    year, phases = number_of(given.get("year", "")) or 0, number_of(given.get("phases", "")) or 0
    if not 2000 <= year <= 2100:
        wrong["year"] = _("请填四位年份。")
    if not 1 <= phases <= LONGEST_PHASES:
        wrong["phases"] = _("请填 1 到 6 年。")
    reserve = _number(given.get("reserve", ""), "reserve", MOST_RESERVE, wrong)
    texts = [one for one in given.get("funds", "").replace("，", "、").replace(",", "、").split("、") if one.strip()]
    funds = [_number(one, "funds", MOST_FUND, wrong) for one in texts]
    if texts and "funds" not in wrong and len(texts) not in (1, phases):
        wrong["funds"] = _("请填 1 个数（每年一样）或 %(n)d 个数，用顿号隔开。") % {"n": phases}
    if wrong:
        return None, wrong
    whole = tuple(one for one in funds if one is not None)
    each = None if not texts else whole * phases if len(whole) == 1 else whole
    return Asked(year, phases, each, (reserve or 0.0) / 100, told), wrong


def _number(text: str, name: str, most: float, wrong: dict[str, str]) -> float | None:
    try:
        value = float(text.strip())
    except ValueError:
        wrong[name] = _("“%(text)s”不是数字。") % {"text": text.strip()[:20]}
        return None
    if not 0 <= value <= most:
        wrong[name] = _("请填 0 到 %(n)s 之间的数。") % {"n": f"{most:,.0f}"}
        return None
    return value


def scale_page(request: HttpRequest, key: int) -> HttpResponse:
    """One study."""
    actor = acting(request)
    study = visible_row(ledger_named(TARGET), actor, key)
    assert isinstance(study, ScaleStudy)
    shown = ShownScale(study)
    heads = shown.head()
    context = {
        "study": study, "crumbs": [{"label": _("建设规模"), "url": reverse("land-scale")}, {"label": study.name, "url": ""}], "heads": heads,
        "base": next(one for one in heads if one["name"] == "base"), "sizes": shown.sizes(), "years": [shown.year(n + 1) for n in range(shown.asked.phases)],
        "last": shown.year(shown.asked.phases), "duals": shown.duals(), "frontier": shown.frontier(), "chart": shown.chart(), "chances": shown.chances(),
        "demands": [NAMES[name] for name in SCENARIOS], "reasons": shown.reasons(), "asked": shown.asked,
        "funds": None if shown.asked.funds is None else [f"{one:,.0f}" for one in shown.asked.funds], "reserve": f"{shown.asked.reserve * 100:g}",
    }  # fmt: skip
    return render(request, "land/scale.html", context)
