"""照规定走了没有: cases held against the legal order of their acts, or against a version of a flow, with the cases behind each finding."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.items import item_names
from gongxing.domains.approvals.mining.casebook import Narrowed
from gongxing.domains.approvals.mining.conforming import LAW, Held, flow_in, flow_weighed, law_weighed, links_of
from gongxing.domains.approvals.mining.designed import version_words
from gongxing.domains.approvals.mining.keeping import Opened
from gongxing.domains.approvals.mining.lawful import act_words
from gongxing.domains.approvals.mining.paths import Line, Weighed
from gongxing.domains.approvals.models import FlowVersion
from gongxing.domains.approvals.pages.process import (
    asked_again,
    narrowed_by,
    narrowed_fields,
    standing_of,
)
from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.models import Unit
from gongxing.kernel.pages.requests import acting

LINKED, LINES = 8, 30
WORDS: dict[str, Lazy] = {
    "skipped": _("没有“%(lacking)s”就“%(step)s”了"),
    "out_of_order": _("“%(step)s”在“%(lacking)s”之前就做了"),
    "not_in_flow": _("“%(step)s”不该在这里出现"),
    "left_undone": _("该做的没有做：%(lacking)s"),
    "not_finished": _("没有走到头"),
    "no_path": _("没有进流程"),
}
KINDS: dict[str, Lazy] = {
    "skipped": _("跳过"), "out_of_order": _("先后颠倒"), "not_in_flow": _("多出来"), "left_undone": _("没有做完"), "not_finished": _("没有做完"), "no_path": _("没有进流程"),
}  # fmt: skip


def conform_page(request: HttpRequest) -> HttpResponse:
    """GET: ``against`` is ``law`` or the key of a version; ``item``, ``unit`` and ``year`` narrow the cases."""
    actor = acting(request)
    if not may(actor, "view", "approvals.case"):
        raise Denied("view", "approvals.case")
    narrowed = narrowed_by(request.GET)
    versions = list(visible(FlowVersion.objects.filter(state=FlowVersion.State.IN_FORCE), actor).order_by("code")) if may(actor, "view", "approvals.flowversion") else []  # fmt: skip
    given = request.GET.get("against", LAW)
    version = next((one for one in versions if str(one.pk) == given), None)
    fields = {**narrowed_fields(narrowed), "against": LAW if version is None else str(version.pk)}
    context: dict[str, Any] = {
        "crumbs": [{"label": _t("流程体检"), "url": f"{reverse('process')}{asked_again(narrowed)}"}, {"label": _t("照规定走了没有"), "url": ""}],
        "narrowed": fields, "versions": [(str(one.pk), _t("%(name)s第 %(n)s 版") % {"name": one.name, "n": one.number}) for one in versions], "version": version,
        "unknown": given not in ("", LAW) and version is None,
    }  # fmt: skip
    if version is None:
        opened, words = law_weighed(actor, narrowed), act_words()
    else:
        flow, words = flow_in(version), version_words(version)
        if flow is None:
            return render(request, "approvals/process_conform.html", {**context, "broken": True, "made": "", "stale": False, "job": None})  # fmt: skip
        opened = flow_weighed(version, flow, actor, narrowed)
    context |= _standing(opened, request)
    if opened.found is None:
        return render(request, "approvals/process_waiting_for.html", context)
    held, found = opened.found
    context |= {**_choices(held, narrowed), **_figures(found), "lines": _lines(found, words, actor), "more": max(0, len(found.lines) - LINES)}  # fmt: skip
    return render(request, "approvals/process_conform.html", context)


def _standing(opened: Opened[tuple[Held, Weighed]], request: HttpRequest) -> dict[str, Any]:
    found = None if opened.found is None else opened.found[0]
    return standing_of(Opened(found, opened.fresh, opened.job), request)


def _choices(held: Held, narrowed: Narrowed) -> dict[str, Any]:
    """The items, units and years of these cases."""
    paths, names = held.paths, item_names(today())
    units = Unit.objects.filter(pk__in={*paths.unit.tolist(), narrowed.unit}).order_by("name").values_list("pk", "name")
    return {
        "items": [(code, names.get(code, code)) for code in sorted(set(paths.item))], "units": [(str(key), name) for key, name in units],
        "years": [str(one) for one in sorted(set(paths.year.tolist()), reverse=True)],
    }  # fmt: skip


def _figures(found: Weighed) -> dict[str, Any]:
    share = found.fitting / found.over if found.over else None
    return {
        "found": found, "share": None if share is None else floor_percent(share), "fitness": None if found.fitness is None else floor_percent(found.fitness),
        "cases": found.over + found.going,
    }  # fmt: skip


def floor_percent(share: float) -> str:
    """A share as a percent to a tenth that says 100 only of all."""
    return "100" if share >= 1 else f"{int(share * 1000 + 1e-9) / 10:.1f}"


def _lines(found: Weighed, words: dict[str, str], actor: Any) -> list[dict[str, Any]]:
    """The findings with their cases. One query."""
    shown = found.lines[:LINES]
    there = links_of([key for line in shown for key in line.keys[:LINKED]], actor)
    url = ledger_named("approvals.case").row_url
    return [
        {
            "kind": str(KINDS[line.kind]), "text": said(line, words), "over": line.over, "going": line.going,
            "cases": [{"label": f"{there[key].project.name} · {there[key].name}", "url": url(key)} for key in line.keys[:LINKED] if key in there],
            "more": max(0, line.over + line.going - LINKED),
        }
        for line in shown
    ]  # fmt: skip


def said(line: Line, words: dict[str, str]) -> str:
    """A finding in words."""
    lacking = _t("或").join(dict.fromkeys(words.get(one, one) for one in line.lacking))
    return str(WORDS[line.kind]) % {"step": words.get(line.step, line.step), "lacking": lacking}
