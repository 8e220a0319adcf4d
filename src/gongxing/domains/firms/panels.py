"""Blocks of the enterprise page: figures by source, products and their yearly figures, names, possible duplicates."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gongxing.domains.firms.industry import Classifier
from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure, Product, ProductFigure
from gongxing.domains.firms.queries import open_questions
from gongxing.domains.firms.reasons import reason_words
from gongxing.kernel.access.visible import permissions, reach, restrict, visible
from gongxing.kernel.charts.spec import Chart, Series
from gongxing.kernel.ledger.declare import Panel, ledger_named
from gongxing.kernel.ledger.prefill import add_url
from gongxing.kernel.ledger.show import display, unknown
from gongxing.kernel.org.actor import Actor

SHOWN = ("revenue", "output", "value_added", "tax", "profit", "employees", "rd", "energy", "land_mu")


def firm_panels(firm: Firm, actor: Actor) -> list[Panel]:
    """Panels in the order of the page."""
    figures = list(visible(FirmFigure.objects.filter(firm=firm), actor).order_by("-period_start", "source"))
    products = list(visible(Product.objects.filter(firm=firm), actor).order_by("-main", "name"))
    panels = [
        Panel("industry", _("行业依据"), "firms/industry_panel.html", _industry(firm)),
        Panel("figures", _("数据"), "firms/figures_panel.html", _figures(firm, figures, actor), len(figures)),
        Panel(
            "products",
            _("产品"),
            "firms/products_panel.html",
            {"products": products, "add_url": _adding("firms.product", firm, actor)},
            len(products),
        ),
    ]
    allowed = reach(actor, "view", "firms.productfigure")
    if not allowed.nothing:
        sold = list(restrict(ProductFigure.objects.filter(firm=firm), allowed).order_by("folded", "source", "-year"))
        if sold or products:
            panels.append(Panel("sold", _("产品数据"), "firms/sold_panel.html", _sold(firm, sold, actor), len(sold)))
    twins = _twins(firm, actor)
    if twins["count"]:
        panels.append(Panel("twins", _("疑似重复"), "firms/twins_panel.html", twins, twins["count"]))
    return panels


def _industry(firm: Firm) -> dict[str, Any]:
    """On whose word the industry stands, and what the classifier reads in name and scope: its words, its choice, its certainty."""
    classifier = Classifier()
    found = classifier.suggest(firm.name, firm.business_scope)
    best = found.shown_code or found.code4
    own = firm.industry_source == Firm.IndustrySource.SUGGESTED
    return {
        "code": firm.industry,
        "name": classifier.name_of(firm.industry),
        "source": firm.get_industry_source_display(),
        "open": firm.industry_source == Firm.IndustrySource.NONE,
        "percent": int(100 * firm.industry_confidence) if own and firm.industry_confidence is not None else None,
        "reasons": [reason_words(reason) for reason in found.reasons],
        "other": f"{best} {classifier.name_of(best)}" if best and best != firm.industry else "",
    }


def _twins(firm: Firm, actor: Actor) -> dict[str, Any]:
    """Open questions about the firm. The other side is named only to those who may see it; only who may answer gets to the desk."""
    asked = DuplicateQuestion.objects.filter(Q(one=firm) | Q(other=firm), answer=DuplicateQuestion.Answer.OPEN)
    questions = list(asked.select_related("one", "other").order_by("ground", "-likeness", "pk"))
    if not questions:
        return {"count": 0}
    others = [one.other if one.one_id == firm.pk else one.one for one in questions]
    seen = set(visible(Firm.objects.filter(pk__in=[one.pk for one in others]), actor).values_list("pk", flat=True))
    mine = set(open_questions(actor).filter(pk__in=[one.pk for one in questions]).values_list("pk", flat=True))
    lines = [
        {"asked": one, "firm": other, "answers": one.pk in mine}
        for one, other in zip(questions, others, strict=True)
        if other.pk in seen
    ]
    return {"count": len(questions), "twins": lines, "hidden": len(questions) - len(lines)}


def _adding(ledger_name: str, firm: Firm, actor: Actor, **given: str) -> str:
    """The form that adds a row about this firm, with the firm filled in; "" where the actor may not."""
    ledger = ledger_named(ledger_name)
    return (
        add_url(ledger, firm=firm.pk, **given)
        if "add" in ledger.verbs and permissions(actor).may("add", ledger_name)
        else ""
    )


def _figures(firm: Firm, figures: list[FirmFigure], actor: Actor) -> dict[str, Any]:
    ledger = ledger_named("firms.firmfigure")
    columns = [ledger.column(name) for name in SHOWN]
    rows = [
        {
            "url": ledger.row_url(one.pk),
            "period": one.period,
            "source": one.get_source_display(),
            "cells": [display(column, one) for column in columns],
        }
        for one in figures
    ]
    return {
        "heads": [{"label": str(column.label), "unit": column.unit_label} for column in columns],
        "rows": rows,
        "chart": revenue_chart(firm, figures),
        "unknown": unknown(),
        "add_url": _adding("firms.firmfigure", firm, actor),
    }


def _sold(firm: Firm, figures: list[ProductFigure], actor: Actor) -> dict[str, Any]:
    """Yearly figures of the firm's products, product by product, newest year first; beside the newest one of each product, the form of
    another year."""
    newest = {one.folded: one.pk for one in sorted(figures, key=lambda one: one.year)}
    adding = bool(_adding("firms.productfigure", firm, actor))
    ledger = ledger_named("firms.productfigure")
    quantity, revenue = ledger.column("quantity"), ledger.column("revenue")
    rows = [
        {
            "url": ledger.row_url(one.pk),
            "name": one.name,
            "year": one.year,
            "source": one.get_source_display(),
            "quantity": display(quantity, one),
            "quantity_unit": one.quantity_unit,
            "revenue": display(revenue, one),
            "add_url": _adding("firms.productfigure", firm, actor, name=one.name)
            if adding and newest[one.folded] == one.pk
            else "",
        }
        for one in figures
    ]
    return {
        "rows": rows,
        "unit": revenue.unit_label,
        "url": ledger.url,
        "add_url": _adding("firms.productfigure", firm, actor),
    }


def revenue_chart(firm: Firm, figures: list[FirmFigure]) -> Chart | None:
    """Yearly revenue, one line per source, sources never joined. None below two years."""
    yearly = [one for one in figures if len(one.period) == 4 and one.revenue is not None]
    periods = sorted({one.period for one in yearly})
    if len(periods) < 2:
        return None
    labels = dict(FirmFigure.Source.choices)
    by_source: dict[str, dict[str, Any]] = {}
    for one in yearly:
        by_source.setdefault(one.source, {})[one.period] = one.revenue
    series = tuple(
        Series(str(labels[source]), tuple(values.get(period) for period in periods))
        for source, values in by_source.items()
    )
    main = max(series, key=lambda one: sum(value is not None for value in one.values))
    known = [float(value) for value in main.values if value is not None]
    change = (known[-1] / known[0] - 1) * 100 if known[0] else None
    trend = _("营业收入 %(n)d 年%(way)s %(pct).1f%%（%(source)s）") % {
        "n": len(known) - 1,
        "way": _("增长") if (change or 0) >= 0 else _("下降"),
        "pct": abs(change or 0),
        "source": main.name,
    }
    return Chart(
        key=f"revenue-{firm.pk}",
        title=trend,
        categories=tuple(periods),
        series=series,
        unit=pgettext("unit", "万元"),
        definition=_("企业数据台账中各年度营业收入，按来源分线，来源之间不合并。"),
        source=_("企业数据"),
        as_of=periods[-1],
    )
