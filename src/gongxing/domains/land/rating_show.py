"""What the pages of the rating per mu show: the round, its lines, one enterprise's what-if."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongxing.domains.land.models import Rating, RatingLine
from gongxing.domains.land.rating_words import field_label, field_unit, number, said, tidy
from gongxing.domains.land.ratings import family_of, kept_round, plain
from gongxing.engines.permu import Reach, reach, shown, what_if
from gongxing.kernel.clock import today
from gongxing.kernel.packs.status import status_words

GRADE_STATES = {"A": "good", "B": "fill", "C": "warn", "D": "bad"}
STATE_STATES = {"draft": "idle", "posted": "fill", "published": "good"}
BENCHMARK_RULES = {
    "given": gettext_lazy("给定"), "mean": gettext_lazy("本组平均"), "total": gettext_lazy("本组合计之比"), "percentile": gettext_lazy("百分位"),
}  # fmt: skip
VERIFIED = "verified"
WHOLE, CENT = Fraction(1), Fraction(1, 100)
COUNTABLE = frozenset({"employees"})
ADVICE = "use_limit"


@dataclass(frozen=True)
class WhatIf:
    """An answered what-if: the sentence, and the sentence of the least value that reaches the next grade ("" where there is none to reach)."""

    text: str
    least: str
    field: str
    add: str
    wrong: str = ""


def rules_of(rating: Rating) -> dict[str, Any]:
    """The formula of a round as it was kept: terms with benchmark, cap and status, cuts, adjustments, and what was left out."""
    kept, words = rating.benchmarks, status_words(today())
    if not kept:
        return {}
    means = kept["means"]
    return {
        "family": kept["family"]["name_zh"],
        "group": _("规上") if kept["family"]["group"] == "above_scale" else _("规下"),
        "benchmark_from": kept["family"]["benchmark_zh"],
        "terms": [
            {
                "code": one["term"], "name": one["name_zh"], "unit": one["x_unit"], "weight": one["weight"], "formula": _formula(one["formula"]),
                "b": number(kept["benchmarks"][one["term"]], 4) if one["term"] in kept["benchmarks"] else "",
                "rule": BENCHMARK_RULES.get(one["benchmark_rule"], one["benchmark_rule"]), "cap": one["cap_ratio"],
                "mean": number(means[one["term"]], 4) if one["term"] in means else "", "source": one["source"], "note": one["note_zh"],
                "mark": "" if one["status"] == VERIFIED else words.get(one["status"], one["status"]),
            }
            for one in kept["terms"]
        ],
        "bands": [
            {"grade": one["grade"], "from": one["from_pct"], "to": one["to_pct"], "n": kept["counts"].get(one["grade"], 0), "state": GRADE_STATES.get(one["grade"], "idle"), "mark": "" if one["status"] == VERIFIED else words.get(one["status"], one["status"])}
            for one in kept["grades"]
        ],
        "adjustments": [
            {"name": one["name_zh"], "effect": _effect(one), "note": one["note_zh"], "source": one["source"], "mark": "" if one["status"] == VERIFIED else words.get(one["status"], one["status"])}
            for one in kept["adjustments"] if one["key"] != ADVICE
        ],
        "advice": next((one for one in kept["adjustments"] if one["key"] == ADVICE), None),
        "left_out": kept["left_out"], "said": [said(kept, one) for one in kept["reasons"]],
        "lacking": _("公布的基准值") if kept["lacking"] == "benchmark" else _("本组有数企业的平均"),
    }  # fmt: skip


def _formula(text: str) -> str:
    top, _mark, under = text.partition("/")
    sides = ["＋".join(field_label(part.strip()) for part in side.split("+")) for side in (top, under) if side.strip()]
    return " ÷ ".join(sides)


def _effect(row: Mapping[str, str]) -> str:
    value = {"value": row["value"]}
    return {
        "deduct_first": _("第一家扣 %(value)s 分"), "deduct_each": _("每家扣 %(value)s 分"), "grade": _("定为 %(value)s 档"),
        "bar": _("不得为 %(value)s 档"), "treat_as": _("按 %(value)s 档看待"), "days": _("%(value)s 天"),
    }.get(row["effect"], "") % value  # fmt: skip


def line_row(line: RatingLine, kept: Mapping[str, Any], firm_url: str = "") -> dict[str, Any]:
    """One line as tables show it."""
    return {
        "line": line, "name": line.firm.name, "url": reverse("land-rating-line", args=[line.pk]), "firm_url": firm_url,
        "state": GRADE_STATES.get(line.grade, "idle"), "grade": line.grade, "treated": line.given.get("treated_as", ""),
        "terms": terms_of(line, kept), "said": [said(kept, one) for one in line.reasons], "moved": line.given.get("by_place", "") not in ("", line.grade),
        "by_place": line.given.get("by_place", ""),
    }  # fmt: skip


def terms_of(line: RatingLine, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The terms of a line in the order of the formula."""
    found = {one["code"]: one for one in line.terms}
    rows = []
    for row in kept.get("terms", ()):
        one = found.get(row["term"])
        if one is None:
            rows.append({"name": row["name_zh"], "unit": row["x_unit"], "known": False})
            continue
        rows.append(
            {
                "name": row["name_zh"], "unit": row["x_unit"], "known": True, "x": "—" if one["x"] is None else tidy(Decimal(one["x"])), "b": tidy(Decimal(one["b"])),
                "raw": "—" if one["raw"] is None else tidy(Decimal(one["raw"])), "ratio": tidy(Decimal(one["ratio"])), "points": one["points"], "weight": row["weight"],
                "capped": one["capped"], "said": said(kept, one["reason"]),
            }
        )  # fmt: skip
    return rows


def fields_of(line: RatingLine) -> list[dict[str, str]]:
    """The fields the formula of a line uses, with the present value."""
    names = dict.fromkeys(
        name for term in family_of(line.rating.benchmarks).terms for name in (*term.numerator, *term.denominator)
    )
    values = line.given["values"]
    return [
        {"name": name, "label": field_label(name), "unit": field_unit(name), "value": tidy(Decimal(values[name])) if name in values else ""}
        for name in names
    ]  # fmt: skip


def answer(line: RatingLine, field: str, add: str) -> WhatIf:
    """What would follow if one figure of this enterprise were greater by so much, everything else as it was in the round; and the least value that reaches
    the next grade."""
    known = {one["name"]: one for one in fields_of(line)}
    if field not in known:
        return WhatIf("", "", "", add)
    least = _least(line, field)
    if not add.strip():
        return WhatIf("", least, field, add)
    try:
        change = Decimal(add.strip().replace(",", "").replace("，", ""))
        now = Decimal(line.given["values"].get(field, "0"))
        then = now + change
    except ArithmeticError:
        return WhatIf("", least, field, add, _("“%(text)s”不是数字。") % {"text": add[:20]})
    if not change.is_finite() or abs(change) > 10**12:
        return WhatIf("", least, field, add, _("“%(text)s”不是数字。") % {"text": add[:20]})
    if then < 0:
        return WhatIf(
            "",
            least,
            field,
            add,
            _("减得太多：%(label)s现在是 %(now)s。") % {"label": field_label(field), "now": tidy(now)},
        )
    after = what_if(kept_round(line), str(line.firm_id), {field: then})
    told = {
        "label": field_label(field), "unit": field_unit(field), "now": tidy(now), "then": tidy(then),
        "score": "—" if line.score is None else f"{line.score:.3f}", "after": "—" if after.score is None else str(shown(after.score, 3)),
    }  # fmt: skip
    text = _("%(label)s从 %(now)s 变成 %(then)s %(unit)s，得分 %(score)s → %(after)s") % told
    if after.place is not None and line.place is not None:
        text += _("，名次 %(before)d → %(after)d") % {"before": line.place, "after": after.place}
    if after.grade or line.grade:
        text += _("，%(before)s 档 → %(after)s 档") % {"before": line.grade or "—", "after": after.grade or "—"}
    return WhatIf(text + _("。"), least, field, add)


def _least(line: RatingLine, field: str) -> str:
    grades = [band.grade for band in family_of(line.rating.benchmarks).bands]
    if not grades or line.grade not in grades:
        return ""
    at = grades.index(line.grade)
    if at == 0:
        return _("已经是最高档。")
    found = reach(kept_round(line), str(line.firm_id), field, grades[at - 1], WHOLE if field in COUNTABLE else CENT)
    return reach_words(found, line.rating.benchmarks)


def reach_words(found: Reach, kept: Mapping[str, Any]) -> str:
    """What one field would have to be for a grade, as a sentence."""
    head = {"grade": found.grade, "label": field_label(found.field), "unit": field_unit(found.field)}
    step = found.up or found.down
    if step is None:
        return _("要进 %(grade)s 档：") % head + _("；").join(said(kept, plain(one)) for one in found.reasons) + _("。")
    told = {
        **head,
        "value": tidy(shown(step.value, 2)),
        "needed": "—" if found.needed is None else str(shown(found.needed, 3)),
    }
    text = _("其他企业不变，要进 %(grade)s 档须得 %(needed)s 分：%(label)s") % told
    text += (_("至少 %(value)s %(unit)s") if found.up is not None else _("至多 %(value)s %(unit)s")) % told
    if step.change is not None:
        sign = _("（增加 %(n)s）") if step.change > 0 else _("（减少 %(n)s）")
        text += sign % {"n": tidy(shown(abs(step.change), 2))}
    return text + _("。")


def headline(rating: Rating) -> str:
    """The round in one line of figures."""
    kept = rating.benchmarks
    counts: Mapping[str, int] = kept.get("counts", {}) if kept else {}
    graded = _("，").join(_("%(grade)s 档 %(n)d 家") % {"grade": grade, "n": n} for grade, n in counts.items() if grade)
    text = _("%(n)d 家算出得分") % {"n": rating.firms or 0}
    return _("%(rated)s，%(graded)s") % {"rated": text, "graded": graded} if graded else text


def bars(counts: Mapping[str, int]) -> Sequence[dict[str, Any]]:
    """The counts of grades as bars: width in percent of the largest."""
    most = max(counts.values(), default=0) or 1
    return [{"grade": grade, "n": n, "width": round(100 * n / most, 1), "state": GRADE_STATES.get(grade, "idle")} for grade, n in counts.items() if grade]  # fmt: skip
