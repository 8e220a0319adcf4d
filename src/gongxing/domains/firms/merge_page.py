"""The merge page: both enterprises field by field, contradicting figures and products, and what moves along.

The whole state is in the form's fields, so that the other side can be kept without losing a choice: ``shown`` is the side the defaults of
the page were made for; a radio that still stands on it follows when another side is kept.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongxing.domains.firms.actions.duplicates import mark_different, merge_firms
from gongxing.domains.firms.merging import (
    BOTH,
    FIRM,
    MINE,
    SAME,
    THEIRS,
    Bundle,
    Clash,
    firm_bundles,
    grants_on,
    plan_merge,
)
from gongxing.domains.firms.models import DuplicateQuestion, Firm
from gongxing.domains.firms.queries import open_questions
from gongxing.kernel.access.visible import may
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.ledger.column import Column, Kind, capital_unit
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.ledger.show import MASK, display
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting

ONE, OTHER = "one", "other"


class Choice:
    """What the form says: which side is kept, and each radio. Given values are honoured, untouched defaults follow the kept side."""

    def __init__(self, given: QueryDict, asked: DuplicateQuestion) -> None:
        self.keep = OTHER if given.get("keep") == OTHER else ONE
        self.shown = OTHER if given.get("shown") == OTHER else ONE
        self._given = given
        self.firms: Mapping[str, Firm] = {ONE: asked.one, OTHER: asked.other}

    @property
    def survivor(self) -> Firm:
        return self.firms[self.keep]

    @property
    def gone(self) -> Firm:
        return self.firms[ONE if self.keep == OTHER else OTHER]

    @property
    def switched(self) -> bool:
        """Whether another side is kept than the one the page's defaults were made for."""
        return self.keep != self.shown

    def token(self, name: str) -> str:
        """The posted text of a radio."""
        return self._given.get(name, "")

    def side(self, name: str) -> str:
        """The side a radio stands on: what a person chose, else the kept side."""
        chosen = self._given.get(name, "")
        return chosen if chosen in (ONE, OTHER) and chosen != self.shown else self.keep


@require_http_methods(["GET", "POST"])
def merge_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET keep, shown and radios: both firms field by field. POST: merge, or with ``different`` two firms. 422 with the page where something
    is refused, 409 where somebody changed a row after the page was shown."""
    actor = acting(request)
    asked = open_questions(actor).filter(pk=key).first()
    if asked is None:
        raise LookupError(f"question {key}")
    choice = Choice(request.POST if request.method == "POST" else request.GET, asked)
    errors: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            if "different" in request.POST:
                return _different(request, asked)
            if not choice.switched:
                return _merge(request, choice)
            errors, status = [_("已换成保留另一家，默认取值跟着换了。请再看一遍，然后合并。")], 422
        except Refused as refused:
            errors, status = [sentence(one.fault) for one in refused.faults], 422
        except StaleRow as stale:
            errors, status = [_stale_words(stale)], 409
    return render(
        request, "firms/merge.html", _context(actor, asked, choice, errors, request.POST.get("why", "")), status=status
    )


def _stale_words(stale: StaleRow) -> str:
    return _("你打开之后有人改过“%(title)s”，没有合并。下面已是新的内容，请看过再定。") % {"title": stale.row}


def _different(request: HttpRequest, asked: DuplicateQuestion) -> HttpResponse:
    perform(mark_different, acting(request), {"why": request.POST.get("why", "")}, key=asked.pk)
    messages.success(request, _("已记为不是同一家，以后不再问。"))
    return HttpResponseRedirect(reverse("firms-duplicates"))


def _merge(request: HttpRequest, choice: Choice) -> HttpResponse:
    posted = request.POST
    versions = {ONE: posted.get("version-one", ""), OTHER: posted.get("version-other", "")}
    gone_side = ONE if choice.keep == OTHER else OTHER
    taken = [bundle.column.name for bundle in firm_bundles() if choice.side(f"take-{bundle.column.name}") == gone_side]
    raw = {
        "keep": choice.survivor.pk, "gone": choice.gone.pk, "keep_version": versions[choice.keep], "gone_version": versions[gone_side],
        "take": " ".join(taken), "choose": " ".join(text for name, text in posted.items() if name.startswith("clash-") and isinstance(text, str)),
        "why": posted.get("why", ""),
    }  # fmt: skip
    row = perform(merge_firms, acting(request), raw)
    messages.success(request, _("已合并。并入的一家全部内容留在留痕里，曾用名已保留；合错了可在这一页“撤回合并”。"))
    return HttpResponseRedirect(ledger_named(FIRM).row_url(row.pk))


def _context(actor: Actor, asked: DuplicateQuestion, choice: Choice, errors: list[str], why: str) -> dict[str, Any]:
    plan = plan_merge(choice.survivor, choice.gone)
    clashes = [_clash_line(clash, choice) for clash in plan.clashes]
    covered = Masks(ledger_named(FIRM), actor).rows((asked.one_id, asked.other_id))
    return {
        "crumbs": [{"label": _("疑似重复"), "url": reverse("firms-duplicates")}, {"label": _("逐栏比较"), "url": ""}],
        "asked": asked,
        "one": asked.one,
        "other": asked.other,
        "keep": choice.keep,
        "lines": [_line(bundle, choice, covered) for bundle in firm_bundles()],
        "clashes": clashes,
        "blocked": any(line["settled"] for line in clashes),
        "moving": _moving(choice.gone, [row for row, _changes in plan.moves]),
        "errors": errors,
        "why": why,
        "may_merge": may(actor, "merge", FIRM),
    }


def _line(bundle: Bundle, choice: Choice, covered: frozenset[int]) -> dict[str, Any]:
    """One column of the two: shown as each side has it; with radios only where a person has something to decide."""
    column = bundle.column
    one, other = choice.firms[ONE], choice.firms[OTHER]
    verdict = bundle.verdict(one, other)
    texts = {
        side: MASK if column.sensitive and firm.pk in covered and not bundle.blank(firm) else _text(column, firm)
        for side, firm in choice.firms.items()
    }
    return {
        "name": column.name,
        "label": str(column.label),
        "one": texts[ONE],
        "other": texts[OTHER],
        "differs": verdict == BOTH,
        "side": choice.side(f"take-{column.name}") if verdict == BOTH else {MINE: ONE, THEIRS: OTHER}.get(verdict, ""),
        "filled": verdict in (MINE, THEIRS),
        "same": verdict == SAME,
        "becomes_former": column.name == "name" and verdict == BOTH,
    }


def _text(column: Column, row: Row) -> str:
    """The value with what tells it from one that looks alike: a capital with its currency, or as it was written where it is unclear."""
    if column.kind is not Kind.CAPITAL:
        return display(column, row)
    amount, currency, text, _mark = (getattr(row, name) for name in column.fields)
    if amount is None:
        return str(text) or display(column, row)
    return f"{display(column, row)} {capital_unit(currency)}".strip()


def _clash_line(clash: Clash, choice: Choice) -> dict[str, Any]:
    """Two figures or products of which one stays; without a contradiction they are simply united."""
    rows = {choice.keep: clash.mine, (ONE if choice.keep == OTHER else OTHER): clash.theirs}
    low, high = sorted((clash.mine.pk, clash.theirs.pk))
    name = f"clash-{clash.ledger.slug}-{low}-{high}"
    fault = clash.settled(locked=False)
    return {
        "register": str(clash.ledger.label),
        "title": clash.title,
        "name": name,
        "settled": "" if fault is None else sentence(fault),
        "open": bool(clash.open) and fault is None,
        "side": _clash_side(name, clash, choice, rows),
        "token_one": clash.token(rows[ONE]),
        "token_other": clash.token(rows[OTHER]),
        "cells": [
            {
                "label": str(bundle.column.label),
                "unit": bundle.column.unit_label,
                "one": display(bundle.column, rows[ONE]),
                "other": display(bundle.column, rows[OTHER]),
                "differs": bundle in clash.open,
            }
            for bundle in clash.bundles()
            if not (bundle.blank(rows[ONE]) and bundle.blank(rows[OTHER]))
        ],
    }


def _clash_side(name: str, clash: Clash, choice: Choice, rows: Mapping[str, Row]) -> str:
    posted = choice.token(name)
    given = next((side for side, row in rows.items() if posted == clash.token(row)), "")
    return given if given and given != choice.shown else choice.keep


def _moving(gone: Firm, rows: list[Row]) -> str:
    """What goes over to the kept enterprise without a question: how many of each kind."""
    counts: dict[str, int] = {}
    for row in rows:
        label = str(row._meta.verbose_name)
        counts[label] = counts.get(label, 0) + 1
    counts[_("时限")] = Deadline.objects.filter(ledger=FIRM, row=gone.pk).count()
    counts[_("单条授权")] = grants_on(gone).count()
    return _("，").join(f"{label} {count}" for label, count in counts.items() if count)
