"""The permit plan of a project as Word: what is reached when, what to chase, every item with its dates and articles, what measures save, what is not needed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.approvals.permit_owing import UNRECORDED
from gongxing.domains.approvals.permit_show import Line
from gongxing.kernel.documents.layout import (
    FANG,
    LYING,
    SMALL,
    SONG,
    TITLE,
    centred,
    heading,
    line,
    new_document,
    page,
    page_number,
    saved,
    table,
)
from gongxing.kernel.org.actor import Actor

WIDTH = LYING.room[0]


def plan_word(shown: Mapping[str, Any], actor: Actor) -> bytes:
    """The sheet as .docx bytes, from what the page shows."""
    document, plan = new_document(), shown["plan"]
    page(document.sections[0], LYING)
    page_number(document.sections[0])
    centred(document, _("项目许可路径"), SONG, TITLE, bold=True)
    centred(document, shown["project"].name, FANG, SMALL)
    if shown["invented"]:
        centred(document, shown["invented"], FANG, SMALL)
    line(document, _("%(title)s。从 %(start)s 起算，按 %(rules)s 的规定，截至 %(today)s。") % {"title": shown["title"], "start": plan.start_on.isoformat(), "rules": plan.rules_on.isoformat(), "today": shown["today"].isoformat()}, SMALL)  # fmt: skip
    for text in shown["notes"]:
        line(document, _("注意：%(text)s") % {"text": text}, SMALL)
    if shown["changed"]:
        asks = _("、").join(one["question"] for one in shown["changed"])
        line(document, _("制定以后情况变了，应重新制定：%(asks)s。") % {"asks": asks}, SMALL)
    if shown["spans"]:
        line(document, _("%(spans)s。") % {"spans": _("；").join(shown["spans"])}, SMALL)
    for one in shown["owed"]:
        owed = f"{one['name']}{_('（')}{one['default']}{_('）')}" if one["default"] else one["name"]
        line(document, _("法律要求在先、没有办结记录：%(item)s，应在“%(before)s”以前（%(basis)s）。") % {"item": owed, "before": one["before"], "basis": one["basis"]}, SMALL)  # fmt: skip
    for one in shown["unsettled"]:
        if one["added"]:
            line(document, _("没有回答、先按默认：%(question)s按“%(answer)s”，因此要办 %(items)s。") % {"question": one["question"], "answer": one["answer"], "items": _("、").join(one["added"])}, SMALL)  # fmt: skip
    dropped = [one for one in shown["unsettled"] if not one["added"]]
    if dropped:
        items = dict.fromkeys(name for one in dropped for name in one["dropped"])
        line(document, _("另有 %(n)d 题没有回答，先按默认不办：%(items)s。") % {"n": len(dropped), "items": _("、").join(items)}, SMALL)  # fmt: skip
    if shown["chase"] is not None:
        line(document, _("今天只追一件：%(item)s（%(authority)s）。%(words)s。") % {"item": shown["chase"]["name"], "authority": shown["chase"]["authority"], "words": shown["chase"]["words"]}, SMALL)  # fmt: skip
    heading(document, _("一、事项和日期"), 1)
    head = (
        _("事项"),
        _("办理机关"),
        _("状态"),
        _("最早开始"),
        _("最早办结"),
        _("最迟开始"),
        _("最迟办结"),
        _("浮动（工作日）"),
        _("为什么要办"),
        _("时限"),
    )
    table(document, head, [_row(one) for one in shown["lines"]], (36, 22, 14, 19, 19, 19, 19, 15, 38, 33), (*(False,) * 7, True, False, False), WIDTH, fine=True)  # fmt: skip
    if shown["path"]:
        line(document, _("关键路径：%(path)s。") % {"path": " → ".join(shown["path"])}, SMALL)
    if shown["measures"] is not None:
        heading(document, _("二、还能快几天"), 1)
        _measures(document, shown["measures"], shown["goal"])
    heading(document, _("三、不用办的") if shown["measures"] is not None else _("二、不用办的"), 1)
    table(document, (_("事项"), _("为什么"), _("依据")), [(one["name"], _("；").join(part for part in (one["why"], one["default"]) if part), one["basis"] or "—") for one in shown["left"]], (60, 110, 64), (False,) * 3, WIDTH, fine=True)  # fmt: skip
    heading(document, _("四、问卷") if shown["measures"] is not None else _("三、问卷"), 1)
    answers = [(one["question"], one["answer"], one["where"] or (_("没有回答，先按默认") if one["default"] else _("问卷填写"))) for one in shown["answers"]]  # fmt: skip
    table(document, (_("问题"), _("回答"), _("来源")), answers, (110, 60, 64), (False,) * 3, WIDTH, fine=True)
    post = f"{actor.post.unit_name} {actor.post.title}" if actor.post else actor.name
    line(document, _("方案由%(made)s于 %(on)s 制定；制表：%(post)s。法定天数依所引条文，承诺天数为本县建议值；写明未核实的，用前请核对原文。") % {"made": plan.made_by, "on": plan.made_on.isoformat(), "post": post}, SMALL)  # fmt: skip
    return saved(document)


def _row(one: Line) -> tuple[str, ...]:
    earliest = ["—", "—"] if one.lack == UNRECORDED else [one.start.isoformat(), one.finish.isoformat()]
    latest = [day.isoformat() if day is not None else "—" for day in (one.latest_start, one.latest_finish)]
    why = _("；").join(part for part in (one.why, one.default if one.state == "todo" else "", one.basis) if part)
    spare = "—" if one.spare is None else str(one.spare)
    return (one.name, one.authority, one.said, *earliest, *latest, spare, why, one.limits or "—")  # fmt: skip


def _measures(document: Any, found: Mapping[str, Any], goal: str) -> None:
    line(document, _("到%(goal)s，不用任何办法还要 %(plain)d 个工作日；六项都用还要 %(all)d 个工作日，共省 %(saved)d 个。各项单独省的天数不能相加，因为几条路同时在走。") % {"goal": goal, "plain": found["plain"], "all": found["together"], "saved": found["all"]}, SMALL)  # fmt: skip
    head = (_("办法"), _("单独省"), _("别的都用时还省"), _("法律的界限"), _("不能动的"))
    rows = [(one["name"], str(one["alone"]), str(one["given"]), f"{one['limit']}{_('；')}{one['basis']}", _("；").join(one["refused"]) or "—") for one in found["each"]]  # fmt: skip
    table(document, head, rows, (26, 18, 22, 74, 94), (False, True, True, False, False), WIDTH, fine=True)
