"""The lengthening plan: a form of parameters that stand in the address, and the plan a job found for them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _t

from gongxing.domains.chain.analysis.planning import Asked, Possible, in_chain, possible
from gongxing.domains.chain.analysis.show_feasible import counts, without
from gongxing.domains.chain.analysis.show_plan import candidates, method, plan
from gongxing.domains.chain.disclosure import for_reader, note
from gongxing.domains.chain.jobs import plan_for, queue_plan
from gongxing.domains.chain.pages.frame import book_url, crumbs
from gongxing.domains.chain.queries import READ, Graded, graded
from gongxing.kernel.access.visible import may
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.jobs import job_frame
from gongxing.kernel.pages.requests import acting

MOST_NODES, LARGEST = 20, 1e9
FITS = (1, 2, 3, 4, 5)
TARGET = "chain.edge"
LIMIT = _t("“%(text)s”不是 0 以上的数；不限就留空。")
NOT_A_NUMBER = {"k": _t("“%(text)s”不能用；请填 1 到 %(most)d 的整数。"), "fit": _t("“%(text)s”不能用；请选 1 到 5。")}
"""What is said of a field that cannot be left empty to mean no limit."""


@dataclass(frozen=True)
class Wrong:
    """A field that cannot be used, and how to mend it."""

    field: str
    label: str
    text: str
    fix: str = ""


def lengthen_page(request: HttpRequest) -> HttpResponse:
    """GET: the form, the candidates, and the newest plan for the address's parameters. POST: check them, queue the plan, show it."""
    actor = acting(request)
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    found = for_reader(graded(), actor)
    params = request.POST if request.method == "POST" else request.GET
    listed = possible()
    asked, errors = read(params, found, listed)
    if request.method == "POST" and not errors:
        queue_plan(asked, actor)
        return HttpResponseRedirect(f"{reverse('chain-lengthen')}?{asked.query}")
    context = {
        **_context(found, params, asked, errors, actor, listed),
        "book_url": "" if errors else book_url(request, actor, "chain-lengthen-book", TARGET),
    }
    return render(request, "chain/lengthen.html", context, status=422 if request.method == "POST" else 200)


def lengthen_shown(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What the page says of the parameters in its address, for its workbook: money as far as it may leave the house."""
    if not may(actor, "view", TARGET):
        raise Denied("view", TARGET)
    found, listed = for_reader(graded(), actor, leaving=True), possible()
    asked, errors = read(request.GET, found, listed)
    return {**_context(found, request.GET, asked, errors, actor, listed), "parameters": asked}


def _context(
    found: Graded, params: QueryDict, asked: Asked, errors: list[Wrong], actor: Actor, listed: tuple[Possible, ...]
) -> dict[str, Any]:
    inside = in_chain(found, listed, asked.chain)
    run = plan_for(asked) if "k" in params and not errors else None
    rows = candidates(found, [one for one in inside if one.value is not None], asked)
    names = {one.code: one.label for one in found.rows.chains}
    return {
        "crumbs": crumbs((_("延链方案"), "")), "errors": errors, "wrong": {one.field: one.text for one in errors},
        "chains": [{"code": code, "name": name, "chosen": code == asked.chain} for code, name in names.items()],
        "typed": {"k": str(asked.k), **{name: params.get(name, "") for name in ("k", "land", "energy", "labour", "related") if name in params}},
        "fits": [{"value": one, "chosen": one == asked.fit} for one in FITS], "rows": rows, "n_all": len(inside), "n_known": len(rows),
        "unknown": [{"name": one.node.label, "url": reverse("chain-node", args=[one.node.code])} for one in inside if one.value is None],
        "run": _run(found, run, inside, actor), "asked": "k" in params, "as_of": found.grading.today, "n_chains": len(names),
        "chain_name": names.get(asked.chain, ""), "maps_url": reverse("chain-maps"), "survey_url": ledger_named("chain.purchase").url,
        "share_url": f"{reverse('chain-lengthen')}?{asked.query}", "n_left": sum(row["left"] for row in rows), "without": without(inside, asked), "have": counts(inside),
        "card": method(found, len(inside), len(rows)), "hidden_note": note(found.grading.nodes.values()),
    }  # fmt: skip


def _run(found: Graded, run: Job | None, listed: tuple[Possible, ...], actor: Actor) -> dict[str, Any] | None:
    """The run as the page shows it: its progress while it is open (to its owner), its plan once it is done."""
    if run is None:
        return None
    done = run.state == Job.State.DONE
    return {
        "frame": job_frame(run), "mine": run.user_id == actor.user_id, "done": done, "failed": run.state == Job.State.FAILED,
        "plan": plan(found, run.result["plan"], listed) if done else None,
        "day": date.fromisoformat(run.result["day"]) if done else None, "moved": done and run.result["newest"] != revision(READ),
    }  # fmt: skip


def read(params: QueryDict, found: Graded, listed: tuple[Possible, ...]) -> tuple[Asked, list[Wrong]]:
    """The parameters, and what is wrong with them in words that say how to mend it."""
    errors: list[Wrong] = []
    chain = params.get("chain", "")
    if chain and all(one.code != chain for one in found.rows.chains):
        errors.append(Wrong("chain", _("产业链"), _("没有代码为“%(text)s”的产业链，请重选。") % {"text": chain[:20]}))
        chain = ""
    k = _number(params, "k", _("选几个"), errors)
    if k is None and not params.get("k", "3").strip():
        errors.append(Wrong("k", _("选几个"), _("请填 1 到 %(most)d 的整数。") % {"most": MOST_NODES}))
    if k is not None and (k != int(k) or not 1 <= k <= MOST_NODES):
        errors.append(Wrong("k", _("选几个"), _("请填 1 到 %(most)d 的整数。") % {"most": MOST_NODES}))
        k = None
    labels = (("land", _("用地上限")), ("energy", _("能耗上限")), ("labour", _("用工上限")))
    limits = {name: _number(params, name, label, errors) for name, label in labels}
    near = _number(params, "related", _("相关度"), errors)
    if near is not None and near > 1:
        errors.append(Wrong("related", _("相关度"), _("请填 0 到 1 之间的数；不限就留空。")))
        near = None
    fit = _number(params, "fit", _("本县适配"), errors)
    if fit is not None and fit not in FITS:
        errors.append(Wrong("fit", _("本县适配"), _("请选 1 到 5。")))
        fit = None
    inside = {one.node.code for one in in_chain(found, listed, chain)}
    must, leave = _picked(params, "must", inside, found, errors), _picked(params, "leave", inside, found, errors)
    if both := sorted(set(must) & set(leave)):
        errors.append(
            Wrong("must", _("必选"), _("%(names)s 又必选又不选，请留一样。") % {"names": _names(found, both)})
        )
    asked = Asked(
        chain, 3 if k is None else int(k), limits["land"], limits["energy"], limits["labour"], None if fit is None else int(fit),
        near, must, leave,
    )  # fmt: skip
    return asked, errors


def _picked(params: QueryDict, name: str, inside: set[str], found: Graded, errors: list[Wrong]) -> tuple[str, ...]:
    """Ticked links; those that are no candidates here are named."""
    picked = sorted(set(params.getlist(name)))
    gone = [one for one in picked if one not in inside]
    if gone:
        text = _("%(names)s 不是这里的候选（已有企业，或不在所选的链上），已去掉。请看一遍再测算。")
        label = _("必选") if name == "must" else _("不选")
        errors.append(Wrong("must", label, text % {"names": _names(found, gone)}))
    return tuple(one for one in picked if one in inside)


def _names(found: Graded, codes: list[str]) -> str:
    known = found.node_by_code
    return _("、").join(known[one].label if one in known else one[:20] for one in codes)


def _number(params: QueryDict, name: str, label: str, errors: list[Wrong]) -> float | None:
    """A number not below 0; None when nothing is typed or it cannot be read, which is then an error."""
    text = params.get(name, "").strip().replace(",", "").replace("，", "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < LARGEST:
        errors.append(Wrong(name, label, NOT_A_NUMBER.get(name, LIMIT) % {"text": text[:20], "most": MOST_NODES}))
        return None
    return value
