"""The words of a permit plan: articles by their names, reasons, refusals, what to chase."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from gongxing.domains.approvals.items import PACK
from gongxing.domains.approvals.panels import limit_words
from gongxing.domains.approvals.permit_rules import QuestionWords, question_words
from gongxing.domains.projects.rule_words import said
from gongxing.engines.permits import Chase, Length
from gongxing.engines.permits.building import REVIEW
from gongxing.engines.reasons import Reason
from gongxing.engines.workdays import Limit
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.packs.tables import table

VERIFIED = "verified"
ENDS = "？?"
MARK, ENGLISH_MARK = "【里程碑】", "Milestone:"
"""What the pack writes before the name of a milestone."""
LISTED = re.compile(r"\[([^\]]*)\]")
"""What an expression lists after in."""
CITED = re.compile(r"\b[A-Z][A-Z0-9]*:\d+")
"""An article as the pack writes it: HPF:25."""
STAGES: Mapping[str, Lazy] = {
    "S0": _("设立登记"),
    "S1": _("立项用地规划许可"),
    "P": _("并联事项"),
    "S2": _("工程建设许可"),
    "S3": _("施工许可"),
    "M": _("里程碑"),
    "S4": _("竣工验收"),
    "S5": _("投产运行"),
}
"""Stages of the pack in the order of the page: what runs beside them before the works stands between the first and the second."""
TYPES: Mapping[str, Lazy] = {"kind": _("项目类型"), "nature": _("建设性质")}


@dataclass(frozen=True)
class Words:
    """Names of a day's rules in the reader's language."""

    items: Mapping[str, str]
    authorities: Mapping[str, str]
    questions: Mapping[str, QuestionWords]
    measures: Mapping[str, tuple[str, str, str]]
    """Name, what it does, its limit in law."""
    sources: Mapping[str, str]
    statuses: Mapping[str, str]
    conditions: dict[str, str] = field(default_factory=dict)
    """Conditions put into words before."""

    @classmethod
    def of(cls, day: date) -> "Words":
        """Read. Five queries."""
        rows = table(PACK, "items", day)
        return cls(
            {row["item"]: said(row, "name") for row in rows},
            {row["item"]: row["authority"] for row in rows},
            question_words(day),
            {
                row["code"]: (said(row, "name"), said(row, "does"), said(row, "limit"))
                for row in table(PACK, "measures", day)
            },
            {row["code"]: row["name_zh"] for row in table("vocab", "sources", day)},
            status_words(day),
        )

    def item(self, key: str) -> str:
        """The name of an item; of the review before the land contract with that word."""
        code = key if key in self.items else key.removesuffix(REVIEW)
        name = self.items.get(code, code)
        return _t("%(item)s（提前预审）") % {"item": name} if key != code else name

    def milestone(self, key: str) -> str:
        """A milestone without the word that it is one; of any other item its name."""
        return self.item(key).removeprefix(MARK).removeprefix(ENGLISH_MARK).strip()

    def basis(self, text: str, status: str = VERIFIED) -> str:
        """Articles as people cite them, 城乡规划法 第38条, with what nobody verified said so."""
        parts = [self._article(one.strip()) for one in text.split(";") if one.strip()]
        found = _t("；").join(parts)
        unsure = self.unsure(status)
        return (
            _t("%(basis)s（%(status)s）") % {"basis": found, "status": unsure} if found and unsure else found or unsure
        )

    def cited(self, text: str) -> str:
        """A sentence of the pack with the articles in it as people cite them."""
        return CITED.sub(lambda found: self._article(found[0]), text)

    def _article(self, text: str) -> str:
        code, _colon, article = text.partition(":")
        name = self.sources.get(code, code)
        return _t("%(law)s第%(n)s条") % {"law": name, "n": article} if article else name

    def unsure(self, status: str) -> str:
        """What is to be said of a rule nobody verified; "" of a verified one."""
        return "" if status in ("", VERIFIED) else self.statuses.get(status, status)

    def answer(self, code: str, value: str) -> str:
        """An answer as the form shows it."""
        one = self.questions.get(code)
        if not value or one is None:
            return value or _t("没有")
        return one.options.get(value, f"{value} {one.unit}".strip())

    def question(self, code: str) -> str:
        """The question, or what is beside the questions."""
        one = self.questions.get(code)
        return one.label if one is not None else str(TYPES.get(code, code))

    def condition(self, text: str) -> str:
        """A rule's condition with the questions in place of their codes: 用地怎么取得？= 新出让."""
        if text not in self.conditions:
            self.conditions[text] = self._said(text)
        return self.conditions[text]

    def _said(self, text: str) -> str:
        shown = text
        for code in sorted(self.questions, key=len, reverse=True):
            if code not in shown:
                continue
            one = self.questions[code]
            for value, label in one.options.items():
                if f'"{value}"' in shown:
                    shown = _quoted(shown, code, value, label)
            shown = shown.replace(code, f"“{one.label.rstrip(ENDS)}”")
        words = ((" and ", _t(" 且 ")), (" or ", _t(" 或 ")), (" not in ", _t(" 不属于 ")), (" in ", _t(" 属于 ")), (" == ", _t("：")), (" != ", " ≠ "), (" >= ", " ≥ "), (" <= ", " ≤ "))  # fmt: skip
        for plain, word in words:
            shown = shown.replace(plain, word)
        return LISTED.sub(lambda found: found[1].replace(", ", _t("、")), shown.replace('"', ""))


def _quoted(text: str, code: str, value: str, label: str) -> str:
    """A value's label, in the clause that names the question alone: two questions may have an option of the same code."""
    at = text.find(code)
    while at >= 0:
        end = min((place for place in (text.find(" and ", at), text.find(" or ", at)) if place >= 0), default=len(text))
        clause = text[at:end].replace(f'"{value}"', label)
        text = text[:at] + clause + text[end:]
        at = text.find(code, at + len(clause))
    return text


def length_words(length: Length) -> str:
    """A length as people say it: 20 工作日, 当日."""
    return limit_words(Limit(length.n, length.unit))


def finding_words(reason: Reason, words: Words) -> str:
    """Why an item is needed, or is not, in one sentence."""
    details = reason.details
    when = words.condition(details.get("when", ""))
    if reason.code == "permits.needed":
        text = _t("要办：%(when)s") % {"when": when} if when.strip() != _always(words) else _t("每个项目都要办")
    elif reason.code == "permits.excluded":
        text = _t("不办：%(when)s") % {"when": when}
    elif reason.code == "permits.unknown":
        asks = _t("、").join(words.question(code) for code in details.get("asks", "").split())
        return _t("说不清，要先回答：%(asks)s") % {"asks": asks}
    else:
        return _t("不办：没有哪条规则要求")
    return text


def _always(words: Words) -> str:
    return words.condition('always == "yes"').strip()


REFUSALS: Mapping[str, Callable[[Mapping[str, str], Words], str]] = {
    "permits.statutory_edge": lambda one, words: _t("“%(after)s”须先有“%(before)s”，法律规定，不能改：%(basis)s") % {"after": words.item(one["after"]), "before": words.item(one["before"]), "basis": words.basis(one["basis"], one["status"])},
    "permits.least_period": lambda one, words: _t("“%(item)s”是最短期限，不能缩短：%(basis)s") % {"item": words.item(one["item"]), "basis": words.basis(one["basis"], one["status"])},
    "permits.not_committable": lambda one, words: _t("“%(item)s”没有准许告知承诺的规定：%(basis)s") % {"item": words.item(one["item"]), "basis": words.basis(one["basis"], one["status"])},
    "permits.happened": lambda one, words: _t("“%(item)s”已经在办或办结，不再变") % {"item": words.item(one["item"])},
    "permits.no_effect": lambda one, words: _t("对这个项目没有作用"),
    "permits.no_such_item": lambda one, words: _t("规则里缺事项“%(item)s”（用在“%(where)s”）") % {"item": one.get("item", ""), "where": one.get("where", "")},
    "permits.cycle": lambda one, words: _t("先后关系成了圈：%(items)s") % {"items": one.get("items", "")},
}  # fmt: skip


def refusal_words(reason: Reason, words: Words) -> str:
    """A refusal or a fault of the pack in one sentence, with its article."""
    say = REFUSALS.get(reason.code)
    if say is not None:
        return say(reason.details, words)
    where = " ".join(reason.details.values())
    return _t("规则对不上（%(code)s）：%(where)s") % {"code": reason.code, "where": where}


def chase_words(found: Chase, words: Words) -> str:
    """Today's one document: whose turn it is, until when, and why this one."""
    doing = _t("交件") if found.doing == "submit" else pgettext("item", "办结")
    details = found.reason.details
    if found.reason.code == "permits.chase_late":
        return _t("最迟 %(day)s 就该%(doing)s，已晚 %(n)s 个工作日，每晚一天终点晚一天") % {"day": details["latest"], "doing": doing, "n": details["late_wd"]}  # fmt: skip
    if found.reason.code == "permits.chase_owed":
        text = _t("法律要求在“%(milestone)s”以前取得，系统里没有办结记录：办过的补登，没办的依法补办")
        return text % {"milestone": words.milestone(details["reached"])}
    if found.reason.code == "permits.chase_critical":
        return _t("没有余地：%(day)s 前要%(doing)s，晚一天终点晚一天") % {"day": details["latest"], "doing": doing}
    return _t("现在就能办的几件里它余地最少：最迟 %(day)s %(doing)s，还有 %(n)s 个工作日浮动") % {"day": details["latest"], "doing": doing, "n": details["spare_wd"]}  # fmt: skip
