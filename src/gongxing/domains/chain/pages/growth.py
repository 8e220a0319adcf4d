"""Growth points: which firms and products grow fast, which firms stand near the scale, where new ones are founded, on which links several of these meet."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from gongxing.domains.chain.analysis.growing import Grown, grown
from gongxing.domains.chain.analysis.ruling import GROWTH
from gongxing.domains.chain.analysis.show_growth import (
    SHOWN as FAST,
)
from gongxing.domains.chain.analysis.show_growth import (
    chain_choices,
    fast,
    founded_once,
    known_chain,
    names_with_figures,
    points,
    registrations,
    tally,
    watched,
    watched_once,
    window,
)
from gongxing.domains.chain.analysis.show_growth_products import (
    Readable,
    fast_products,
    product_tally,
    readable,
    side_of,
    unrated_products,
)
from gongxing.domains.chain.pages.frame import address, book_url, crumbs, reader
from gongxing.domains.chain.words import parameter_words
from gongxing.domains.firms.models import FirmFigure
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.packs.tables import table

TRIAL, LARGEST, MOST = "t.", 1e6, 40
YEARS_LIMIT, UNRATED = 10, 15


def growth_page(request: HttpRequest) -> HttpResponse:
    """GET: growth points by the figures of one source (``?source=``), of one chain or all, with lines to try (``?t.<code>=``)."""
    shown = growth_shown(request)
    new = shown["registrations"]
    cut = {"registrations": new[:MOST], "registrations_rest": max(0, len(new) - MOST)}
    return render(request, "chain/growth.html", {**shown, **cut})


def growth_shown(request: HttpRequest, most: int | None = FAST) -> dict[str, Any]:
    """What the page and its workbook say; ``most`` fast firms and as many products are listed (None: all)."""
    actor = reader(request)
    sources = FirmFigure.Source
    asked = request.GET.get("source", "")
    source = asked if asked in sources.values else sources.STATISTICS.value
    trial, faults = _trial(request.GET)
    try:
        given = grown(source, trial)
    except ValueError:
        faults.append(_("这几条界线放在一起算不成（年数至少 1，把握在 0 到 100 之间），没有试用。"))
        trial, given = {}, grown(source)
    chain, there = known_chain(given.found.rows.chains, request.GET.get("chain", "")), address(request)
    names, sold = names_with_figures(given, actor), readable(given, actor)
    shown, rest = fast(given, chain, names, most)
    return {
        "book_url": book_url(request, actor, "chain-growth-book", "chain.chain"),
        "crumbs": crumbs((_("增长点"), "")), "points": points(given, chain, names, lambda subjects: side_of(given, subjects, sold)), "fast": shown, "fast_rest": rest,
        "products": _products(given, chain, sold, there, most), "founded_once": founded_once(given, chain), "watched_once": watched_once(given, chain),
        "watched": watched(given, chain, names), "registrations": registrations(given, chain),
        "window": window(given), "tally": tally(given, chain), "year": given.year, "rules": given.rules, "faults": faults,
        "first": (given.year or 0) - given.rules.years, "chains": chain_choices(given, chain, there), "chain": chain, "source": source,
        "source_label": sources(source).label, "as_of": today(), "card": [*method(given), *product_method(given)], "trial": trial_fields(given, trial),
        "tried": bool(trial), "keep": [(name, request.GET[name]) for name in ("source", "chain") if request.GET.get(name)],
        "sources": [
            {"label": label, "active": value == source, "url": there(source=value)} for value, label in sources.choices
        ],
        "shorter_url": _shorter(given.with_figures, given.rules.years, there), "reset_url": there(**{f"{TRIAL}{code}": "" for code in GROWTH}),
        "figures_url": ledger_named("firms.firmfigure").url, "undated": given.undated,
    }  # fmt: skip


def _products(given: Grown, chain: str, seen: Readable, there: Any, most: int | None) -> dict[str, Any]:
    """The part of the page about products."""
    found = given.products
    listed, rest = fast_products(given, chain, seen, most)
    unrated, unrated_rest = unrated_products(given, chain, seen, None if most is None else UNRATED)
    return {
        "fast": listed, "rest": rest, "unrated": unrated, "unrated_rest": unrated_rest, "tally": product_tally(given, chain), "year": found.year,
        "first": (found.year or 0) - given.rules.years, "apart": bool(found.year and given.year and found.year != given.year),
        "shorter_url": _shorter(found.with_figures, given.rules.years, there), "url": ledger_named("firms.productfigure").url,
    }  # fmt: skip


def _shorter(years: Mapping[int, int], window: int, there: Any) -> str:
    """The way to a shorter window when the source's figures do not reach back far enough; "" when there is none."""
    have = sorted(years)
    if len(have) < 2 or have[-1] - window in have:
        return ""
    return str(there(**{f"{TRIAL}chain.growth.years": str(have[-1] - have[0])}))


def _trial(params: QueryDict) -> tuple[dict[str, float], list[str]]:
    """Lines the reader tries instead of the pack's; what cannot be read is named and left out."""
    trial: dict[str, float] = {}
    faults: list[str] = []
    for code in GROWTH:
        text = params.get(f"{TRIAL}{code}", "").strip()
        if not text:
            continue
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        most = YEARS_LIMIT if code == "chain.growth.years" else LARGEST
        if 0 <= value <= most:
            trial[code] = value
        else:
            faults.append(
                _("“%(text)s”不是 0 到 %(most)s 的数，没有试用。") % {"text": text[:20], "most": f"{most:,.0f}"}
            )
    return trial, faults


def trial_fields(given: Grown, trial: dict[str, float]) -> list[dict[str, Any]]:
    """The lines one can try, each with the pack's own value."""
    rows = {row["code"]: row for row in table("parameters", "parameters", today())}
    return [
        {
            "name": f"{TRIAL}{code}", "label": parameter_words(rows[code]["name_zh"]), "unit": rows[code]["unit"], "own": rows[code]["value"],
            "value": f"{trial[code]:g}" if code in trial else "",
        }
        for code in GROWTH if code in rows
    ]  # fmt: skip


def method(given: Grown) -> list[tuple[str, str]]:
    """The method card: inputs, filters, formula, sign, sample."""
    rules = given.rules
    return [
        (_("输入"), _("企业数据台账的年度营业收入，一次只用一个来源，不混；企业成立日期；准规上名单；企业上链")),
        (_("筛选"), _("存续企业；主营或配套，且已确认或有把握；新登记连后来注销、停业、迁出的也算（按它当时所在的环节），待确认的不算")),
        (
            _("算式"),
            _("年均增长 =（末年 ÷ %(years)d 年前）^(1/%(years)d) − 1；区间：按年对数直线拟合，t 分布，把握 %(level)g%%，至少 3 个年度")
            % {"years": rules.years, "level": 100 * rules.level},
        ),
        (
            _("快增长"),
            _("年均增长不低于 %(rate)g%%；区间下限也不低于才算“有把握”") % {"rate": 100 * rules.fast_rate},
        ),
        (
            _("瞪羚"),
            _("快增长，且 %(years)d 年前营业收入不低于 %(base)g 万元%(age)s；这是系统建议值，由本县改")
            % {
                "years": rules.years, "base": rules.gazelle_base,
                "age": _("，成立不超过 %(n)d 年") % {"n": rules.gazelle_max_age} if rules.gazelle_max_age is not None else "",
            },
        ),
        (
            _("新登记增多"),
            _("上一整年不少于 %(least)d 家，且多于前几年平均的 %(ratio)g 倍")
            % {"least": rules.registrations_min, "ratio": rules.registrations_ratio},
        ),
        (_("增长点"), _("四种迹象（企业快、产品快、临近规上、新登记增多）至少 %(n)d 种同时出现") % {"n": rules.signs}),
        (_("合计"), _("一家企业在几个环节上的，各环节都数它；页上的合计每家只数一次")),
        (_("方向"), _("越大越快")),
        (
            _("样本"),
            _("上链企业 %(placed)d 家，每家只数一次，其中窗口内有数 %(n)d 家；成立年份不知道 %(undated)d 家，没有算进新登记")
            % {"placed": given.placed, "n": len(given.firms), "undated": given.undated},
        ),
        (_("界线"), _("规则包“参数”里 chain.growth 开头的行，状态“系统建议值”，由本县改")),
    ]  # fmt: skip


def product_method(given: Grown) -> list[tuple[str, str]]:
    """The part of the method card about products."""
    found, rules = given.products, given.rules
    told = product_tally(given, "")
    return [
        (_("产品：输入"), _("产品数据台账的年度销售收入和产量，与企业同一个来源，不混；存续企业")),
        (
            _("产品：归组"),
            _(
                "同一家企业、产品名相同的各年连成一个产品；全角半角、大小写、空格不算不同，其余写法不同就是两个产品，不猜"
            ),
        ),
        (
            _("产品：算式"),
            _("与企业同一算式、同一界线，看销售收入；首年或末年缺数、首年不大于零的算不出，列明原因，不按 0 算"),
        ),
        (_("产品：产量"), _("各年单位相同才算产量的增长，只供对照，不判快慢；单位不一致的不换算、不算")),
        (
            _("产品：基数小"),
            _("%(first)s 年销售收入不到 %(base)g 万元（瞪羚的起点线）的标“基数小”，照算照列，排在后面")
            % {"first": (found.year or 0) - rules.years if found.year else "—", "base": rules.gazelle_base},
        ),
        (
            _("产品：环节"),
            _(
                "先在企业自己的环节里按产品名找；名里看不出而企业只在一个环节的，算在那个环节；企业不在链上的，按产品名在全县环节里找；几个都像的不猜，写“—”"
            ),
        ),
        (_("产品：迹象"), _("企业在这个环节已算“企业增长快”的，它的产品是同一件事，不另算一种迹象")),
        (
            _("产品：样本"),
            _("窗口内有数的产品 %(n)d 个，属 %(firms)d 家企业；算得出 %(rated)d 个，对上环节 %(linked)d 个")
            % {"n": told["figures"], "firms": told["firms"], "rated": told["rated"], "linked": told["linked"]},
        ),
    ]
