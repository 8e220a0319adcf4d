"""Clauses in words of the reader's language: operators, values, statuses, how much is missing, by when, and what is wrong with a condition."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.policy.fields import BARRED, DOUBTED, ENTRIES, INDUSTRIES, SECTIONS, Entry
from gongxing.domains.policy.models import Clause
from gongxing.domains.policy.register import Rows
from gongxing.engines.conditions import Condition, Fault, Field
from gongxing.engines.matching import Amount, Explanation, GroupState, PredicateState, Shortfall, Status
from gongxing.engines.wording import FieldRefusal, refused_fields
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.column import counted
from gongxing.kernel.packs.tables import table

UNKNOWN, SHOWN_ITEMS, PLACES = "—", 6, 4
PAYS_NOTHING = frozenset({Clause.Kind.TITLE, Clause.Kind.SERVICE})
"""Kinds of clauses that give a title or a service, and no money."""
SOON, NEAR = 7, 30
"""Days to a deadline from which it is red, and from which it is yellow."""
STATUSES: Mapping[Status, str | Promise] = {
    Status.MEETS: _("符合"), Status.NEAR: _("差一项"), Status.MISSING: _("缺数据"), Status.FAILS: _("不符合"), Status.FAULTY: _("条件有误"),
}  # fmt: skip
TONES: Mapping[Status, str] = {
    Status.MEETS: "good", Status.NEAR: "warn", Status.MISSING: "idle", Status.FAILS: "idle", Status.FAULTY: "bad",
}  # fmt: skip
OPS: Mapping[str, str | Promise] = {
    "eq": _("等于"), "ne": _("不是"), "in": _("是其中之一"), "not_in": _("都不是"), "ge": _("不低于"), "gt": _("高于"), "le": _("不超过"), "lt": _("低于"),
    "between": _("在两者之间"), "starts": _("代码开头是"), "not_starts": _("代码开头不是"), "is_true": _("是"), "is_false": _("不是（未认定）"),
    "on_or_after": _("不早于"), "on_or_before": _("不晚于"), "contains": _("包含"), "any_of": _("有其中任一"), "none_of": _("一个都没有"),
}  # fmt: skip
"""Operators as pickers name them."""
FORMS: Mapping[str, str | Promise] = {
    "eq": _("%(field)s等于 %(value)s"), "ne": _("%(field)s不是 %(value)s"), "in": _("%(field)s是 %(value)s 之一"), "not_in": _("%(field)s不是 %(value)s"),
    "ge": _("%(field)s不低于 %(value)s"), "gt": _("%(field)s高于 %(value)s"), "le": _("%(field)s不超过 %(value)s"), "lt": _("%(field)s低于 %(value)s"),
    "between": _("%(field)s在 %(low)s 到 %(high)s 之间"), "starts": _("%(field)s以 %(value)s 开头"), "not_starts": _("%(field)s不以 %(value)s 开头"),
    "is_true": _("%(field)s：是"), "is_false": _("%(field)s：否"), "on_or_after": _("%(field)s不早于 %(value)s"), "on_or_before": _("%(field)s不晚于 %(value)s"),
    "contains": _("%(field)s包含 %(value)s"), "any_of": _("%(field)s有 %(value)s 之一"), "none_of": _("%(field)s没有 %(value)s"),
}  # fmt: skip


def number_words(value: Decimal | int, unit: str = "") -> str:
    """1850.5500 → 1,850.55, exact, with its unit."""
    plain = Decimal(value)
    text = f"{plain:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if not unit else f"{text}{unit}" if unit == "%" else f"{text} {counted(unit)}"


def value_words(value: Any, entry: Entry | None, rows: Rows) -> str:
    """A datum or a wanted value in words; "—" for an unknown one."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, bool):
        return pgettext("yes or no", "是") if value else pgettext("yes or no", "否")
    if isinstance(value, (Decimal, int)):
        return number_words(value, str(entry.unit) if entry else "")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, frozenset, set)):
        items = value if isinstance(value, tuple) else sorted(value)
        said = [value_words(one, entry, rows) for one in items[:SHOWN_ITEMS]]
        text = _t("、").join(said) or _t("没有")
        return text if len(items) <= SHOWN_ITEMS else _t("%(text)s 等 %(n)d 个") % {"text": text, "n": len(items)}
    return item_label(str(value), entry, rows)


def item_label(value: str, entry: Entry | None, rows: Rows) -> str:
    """A choice, a unit, a link, a chain or a class by its name; what has none stays as it is."""
    if entry is None:
        return value
    for code, label in entry.choices:
        if code == value:
            return str(label)
    if entry.lookup == INDUSTRIES:
        found = table("industry-codes", "gbt4754", today()).by_key(value)
        return f"{value} {found['name_zh']}" if found is not None else value
    return rows.names.get(entry.lookup, {}).get(value, value)


def predicate_words(field: str, op: str, wanted: Any, rows: Rows, named: bool = True) -> str:
    """One predicate as a short clause: 营业收入（统计局 2025 年）不低于 2,000 万元; without the field's name where that was just said."""
    entry = rows.entries.get(field)
    form = str(FORMS.get(op, "%(field)s %(value)s"))
    words = {
        "field": rows.label(field) if named else "",
        "value": value_words(wanted, entry, rows),
        "low": "",
        "high": "",
    }
    if op == "between" and isinstance(wanted, tuple) and len(wanted) == 2:
        words["low"], words["high"] = (value_words(one, entry, rows) for one in wanted)
    return (form % words).strip()


def group_words(group: Sequence[Any], rows: Rows) -> str:
    """The alternatives of one group."""
    return _t(" 或 ").join(predicate_words(one.field, one.op, one.value, rows) for one in group)


def condition_words(condition: Condition, rows: Rows) -> list[str]:
    """The groups of a condition, each a line."""
    return [group_words(group, rows) for group in condition.groups]


def actual_words(one: PredicateState, rows: Rows) -> str:
    """What stands in the register now."""
    return value_words(one.actual, rows.entries.get(one.field), rows)


def shortfall_words(short: Shortfall | None, unit: str) -> str:
    """How much is missing: 差 149.45 万元, 多 12 吨标煤, 晚了 30 天; "" where there is no distance."""
    if short is None:
        return ""
    if isinstance(short.bound, date):
        n = int(short.amount)
        late = short.direction == "earlier"
        text = ngettext("晚了 %(n)d 天", "晚了 %(n)d 天", n) if late else ngettext("早了 %(n)d 天", "早了 %(n)d 天", n)
        return text % {"n": n}
    amount = (
        _t("%(n)s 个百分点") % {"n": number_words(short.amount)} if unit == "%" else number_words(short.amount, unit)
    )
    if short.strict and not short.amount:
        return _t("正好卡在线上，要超过才算") if short.direction == "more" else _t("正好卡在线上，要低于才算")
    form = _t("差 %(amount)s") if short.direction == "more" else _t("多 %(amount)s")
    text = form % {"amount": amount}
    return _t("%(text)s以上") % {"text": text} if short.strict else text


def lack_words(one: PredicateState, rows: Rows) -> str:
    """What one predicate of a firm that lacks it says: the field, how much, what is wanted and what there is."""
    entry = rows.entries.get(one.field)
    words = {
        "field": rows.label(one.field), "short": shortfall_words(one.shortfall, str(entry.unit) if entry else ""),
        "wanted": predicate_words(one.field, one.op, one.wanted, rows), "now": actual_words(one, rows),
    }  # fmt: skip
    if words["short"]:
        words["wanted"] = predicate_words(one.field, one.op, one.wanted, rows, named=False)
        return _t("%(field)s%(short)s（要求%(wanted)s，现在 %(now)s）") % words
    return _t("要求%(wanted)s，现在 %(now)s") % words


def mend_words(one: PredicateState, rows: Rows) -> str:
    """What would change it."""
    entry = rows.entries.get(one.field)
    label = rows.label(one.field)
    if one.shortfall is not None:
        bound = value_words(one.shortfall.bound, entry, rows)
        forms = {
            "more": _t("把%(field)s做到 %(bound)s"), "less": _t("把%(field)s降到 %(bound)s"), "later": _t("把%(field)s改到 %(bound)s 或以后"),
            "earlier": _t("把%(field)s提前到 %(bound)s 或以前"),
        }  # fmt: skip
        text = forms[one.shortfall.direction] % {"field": label, "bound": bound}
        return (
            _t("%(text)s以上") % {"text": text} if one.shortfall.strict and one.shortfall.direction == "more" else text
        )
    if one.op == "is_true":
        return _t("办成“%(field)s”后在%(kept)s里登记") % {"field": label, "kept": entry.kept if entry else ""}
    return _t("达到“%(wanted)s”后在%(kept)s里更新") % {
        "wanted": predicate_words(one.field, one.op, one.wanted, rows), "kept": entry.kept if entry else "",
    }  # fmt: skip


def failing_words(group: GroupState, rows: Rows) -> str:
    """Why a group fails: what it wants and what there is."""
    wanted = _t(" 或 ").join(predicate_words(one.field, one.op, one.wanted, rows) for one in group.predicates)
    now = dict.fromkeys(
        _t("%(field)s %(now)s") % {"field": rows.label(one.field), "now": actual_words(one, rows)}
        for one in group.predicates
    )
    return _t("要求%(wanted)s；现在 %(now)s") % {"wanted": wanted, "now": _t("、").join(now)}


def missing_words(field: str, rows: Rows) -> str:
    """Which datum is missing and who has it."""
    entry = rows.entries.get(field)
    holder = entry.holder_label if entry else UNKNOWN
    return _t("缺“%(field)s”，这个数在%(holder)s") % {"field": rows.label(field), "holder": holder}


def deadline_words(opens: date | None, closes: date | None, day: date) -> tuple[str, str]:
    """Tone and words of when one can apply."""
    if opens is not None and day < opens:
        n = (opens - day).days
        text = ngettext("%(day)s 开始申报（%(n)d 天后）", "%(day)s 开始申报（%(n)d 天后）", n)
        return "idle", text % {"day": opens.isoformat(), "n": n}
    if closes is None:
        return "idle", _t("没有截止日期")
    n = (closes - day).days
    if n < 0:
        return "idle", _t("%(day)s 已截止") % {"day": closes.isoformat()}
    tone = "bad" if n <= SOON else "warn" if n <= NEAR else "good"
    if n == 0:
        return tone, _t("今天截止")
    return tone, ngettext("%(day)s 截止，还有 %(n)d 天", "%(day)s 截止，还有 %(n)d 天", n) % {
        "day": closes.isoformat(),
        "n": n,
    }


def ends_words(ends: date | None, day: date) -> tuple[str, str]:
    """Tone and words of how long a clause still holds."""
    if ends is None:
        return "idle", _t("没有写到哪天为止")
    n = (ends - day).days
    tone = "bad" if n <= SOON else "warn" if n <= NEAR else "idle"
    text = ngettext("执行到 %(day)s，还有 %(n)d 天", "执行到 %(day)s，还有 %(n)d 天", n)
    return tone, text % {"day": ends.isoformat(), "n": n}


def by_words(found: Explanation, day: date) -> str:
    """By when what is lacking would have to be there."""
    if found.window == "after":
        return _t("这一轮已截止，补上了等下一轮")
    return _t("没有截止日期") if found.by is None else deadline_words(None, found.by, day)[1]


def money_words(value: Decimal | None) -> str:
    """An amount of money; "—" when nobody knows."""
    return UNKNOWN if value is None else number_words(value, _t("万元"))


def amount_words(amount: Amount | None, rows: Rows, kind: str) -> str:
    """What a clause of a kind (``Clause.Kind``) pays; of one that ought to pay something it says when nobody wrote how much."""
    if amount is None:
        return _t("不给钱，给资格或服务") if kind in PAYS_NOTHING else _t("没有写标准")
    if amount.kind == "fixed":
        return _t("定额 %(value)s") % {"value": money_words(amount.value)}
    words = {
        "field": rows.label(amount.field),
        "rate": number_words(amount.value * 100, "%"),
        "cap": money_words(amount.cap),
    }
    if amount.cap is None:
        return _t("按%(field)s的 %(rate)s") % words
    return _t("按%(field)s的 %(rate)s，最高 %(cap)s") % words


# what may not be asked


def refusals() -> tuple[FieldRefusal, ...]:
    """Fields that may never decide who is supported or how much, out of the pack as it holds today."""
    rows = table("fair-competition", "refused_fields", today())
    return tuple(FieldRefusal.from_row(row, row.source, row.status) for row in rows)


def refusal_words(one: FieldRefusal) -> str:
    """The reason of a refusal in the reader's language, with its article."""
    words = one.words_en if (get_language() or "").startswith("en") and one.words_en else one.words_zh
    return _t("%(words)s（%(article)s）") % {"words": words, "article": one.article_zh}


def doubts(condition: Condition) -> list[str]:
    """Cautions about fields that are allowed but often ask more than is needed."""
    rules = {row["code"]: row for row in table("fair-competition", "rules", today())}
    said = []
    for name in condition.fields:
        rule = rules.get(DOUBTED.get(name, ""))
        if rule is not None:
            english = (get_language() or "").startswith("en")
            words = {
                "rule": rule["code"],
                "name": rule["name_en"] if english else rule["name_zh"],
                "article": rule["article_zh"],
            }
            words["question"] = rule["question_en"] if english else rule["question_zh"]
            said.append(_t("%(rule)s %(name)s（%(article)s）：%(question)s") % words)
    return list(dict.fromkeys(said))


# what is wrong

AMOUNT_CODES = frozenset({"amount_kind", "amount_negative", "amount_over_one", "amount_field_unknown", "amount_field_kind", "cap_negative", "budget_negative"})  # fmt: skip
MONEY = "amount"


def barred_label(subject: str, field: str) -> str:
    """The name of a datum that is on file and may not be asked for; "" for any other."""
    return next((str(label) for name, label in BARRED[subject] if name == field), "")


def refused_faults(
    condition: Condition, amount: Amount | None, subject: str
) -> list[tuple[str, str, Mapping[str, Any]]]:
    """(place, code, details) of each field that may not be used, place being its row in the form."""
    found: list[tuple[str, str, Mapping[str, Any]]] = []
    known = refusals()
    for g, group in enumerate(condition.groups):
        for p, one in enumerate(group):
            for refusal in refused_fields("eligibility", [one.field], known)[:1]:
                label = barred_label(subject, one.field) or one.field
                found.append((f"g{g}p{p}", "clause.field_refused", {"field": label, "words": refusal_words(refusal)}))
    if amount is not None and amount.field:
        for refusal in refused_fields("amount", [amount.field], known)[:1]:
            label = barred_label(subject, amount.field) or amount.field
            found.append((MONEY, "clause.base_refused", {"field": label, "words": refusal_words(refusal)}))
    return found


def fault_details(one: Fault, condition: Condition, rows: Rows) -> tuple[str, str, dict[str, Any]]:
    """Place, code and details of one fault of the engine, for the sentences of ``wiring``."""
    entry = rows.entries.get(one.field)
    label = rows.label(one.field) if one.field else ""
    details: dict[str, Any] = {
        "field": label,
        "detail": one.detail,
        "row": (one.group or 0) + 1,
        "unit": str(entry.unit) if entry else "",
    }
    place = f"g{one.group}p{one.place}" if one.place is not None else f"g{one.group}" if one.group is not None else ""
    if one.code in AMOUNT_CODES:
        place = MONEY
    if one.code in ("unknown_field", "amount_field_unknown"):
        details["nearest"] = nearest_fields(one.field, rows)
    elif one.code == "unknown_option":
        details["detail"] = item_label(one.detail, entry, rows)
    elif one.code in ("unknown_op", "op_not_for_kind"):
        op = one.detail.split(" ")[0]
        details["detail"] = str(OPS.get(op, op))
    elif one.code == "contradiction":
        details["groups"] = _t("、").join(
            _t("第 %(n)d 组“%(words)s”") % {"n": g + 1, "words": group_words(condition.groups[g], rows)}
            for g in one.groups
        )
    elif one.code == "range_reversed":
        low, high = one.detail.split(" ")
        details |= {"low": low, "high": high}
    return place, f"clause.{one.code}", details


def nearest_fields(name: str, rows: Rows) -> str:
    """Fields that could be meant by a name that is none."""
    own = name.rpartition(".")[2]
    labels = {key: rows.label(key) for key in rows.entries}
    same = [key for key in labels if key.rpartition(".")[2] == own]
    near = same or get_close_matches(name, list(labels), 3, 0.6) or [
        key for key, label in labels.items() if label in get_close_matches(name, list(labels.values()), 3, 0.4)
    ]  # fmt: skip
    return _t("、").join(f"“{labels[key]}”" for key in near[:3]) or _t("列表里的一个")


def field_sections(subject: str, rows: Rows) -> list[dict[str, Any]]:
    """The fields of a subject for a picker, by section; what is on file but barred stands there closed."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for one in ENTRIES[subject].values():
        sections.setdefault(one.section, []).append(
            {"value": one.name, "label": _labelled(rows.label(one.name), one), "closed": False}
        )
    for name, label in BARRED[subject]:
        words = refused_fields("eligibility", [name], refusals()) or refused_fields("amount", [name], refusals())
        if words:
            section = name.split(".")[0] if "." in name else "money"
            text = _t("%(label)s：不能用（%(article)s）") % {"label": label, "article": words[0].article_zh}
            sections.setdefault(section, []).append({"value": name, "label": text, "closed": True})
    return [{"label": str(SECTIONS[key]), "fields": found} for key, found in sections.items()]


def _labelled(label: str, entry: Entry) -> str:
    return f"{label} · {entry.unit}" if entry.unit else label


def kind_of(field: Field | Entry | None) -> str:
    """The kind of a field, "text" where there is none."""
    return "text" if field is None else field.kind
