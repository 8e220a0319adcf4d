"""Figures of a log and refusals of a file as people read them."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
COLUMN_WORDS: dict[str, Lazy] = {
    "case": _("件号"), "activity": _("环节"), "time": _("时间（做完的时间）"), "start": _("开始时间"), "resource": _("经办"), "desk": _("科室"),
    "lifecycle": _("状态（start、complete）"),
}  # fmt: skip
REFUSALS: dict[str, Lazy] = {
    "process.empty_file": _("文件是空的，请核对后重新导出再传。"),
    "process.no_post": _("你现在没有岗位，导入的日志不知道归哪个单位。请先让管理员定岗位。"),
    "process.interrupted": _("上次没有读完，请再读一次。"),
    "process.no_events": _("文件里没有一条能用的记录：每条要有件号、环节和时间。请核对列选对了没有。"),
    "process.document_type": _("文件里有 DOCTYPE 或实体声明，为安全起见不读。请从原系统重新导出标准 XES。"),
    "process.mixed_zones": _("有 %(naive)s 个时间没写时区，%(aware)s 个写了，放在一起会排错先后。请选没写的是哪个时区。"),
    "process.too_large": _("文件展开后超过上限，没有读。请按年份或事项分成几个文件。"),
    "process.broken_gzip": _("压缩包坏了（%(detail)s），请重新压缩或直接传原文件。"),
    "process.broken_xml": _("第 %(line)s 行不是完整的 XML（%(detail)s），请重新导出。"),
    "process.not_xes": _("文件不是 XES 日志，请核对格式。"),
    "process.broken_table": _("表格读不下去（%(detail)s），请另存为 CSV 再传。"),
    "process.no_column": _("表里没有“%(column)s”这一列，请重新选列。"),
    "process.column_twice": _("“%(column)s”这一列有两个，分不清是哪个。请改名后再传。"),
    "process.no_column_said": _("还没有选“%(part)s”是哪一列。没有这一列就拼不出流程。"),
    "process.unknown_encoding": _("看不出文件的编码，请另存为 UTF-8 的 CSV 再传。"),
    "process.broken_json": _("不是完整的 JSON（%(detail)s），请重新导出。"),
    "process.not_ocel": _("不是 OCEL 日志：“%(part)s”这一部分不对。请核对格式。"),
    "process.which_type": _("日志里有几种对象，请选哪一种算一件。"),
    "process.no_such_type": _("日志里没有“%(type)s”这种对象，请重新选。"),
}  # fmt: skip
LEFT_OUT: dict[str, Lazy] = {
    "process.no_case": _("没有件号"), "process.no_activity": _("没有环节"), "process.no_time": _("没有时间"), "process.unreadable_time": _("时间看不懂"),
    "process.unreadable_start": _("开始时间看不懂，按不知道算"), "process.start_after_end": _("开始晚于做完，开始按不知道算"),
    "process.case_without_name": _("件没有名称，给了编号"), "process.case_without_events": _("件里没有记录"), "process.case_twice": _("同一件分成几段，已合并或另编号"),
    "process.event_outside_case": _("记录不在任何一件里"), "process.short_row": _("行比表头短，缺的按不知道算"), "process.start_without_end": _("开始了没有做完"),
    "process.other_transition": _("别的状态（如排队、挂起）"), "process.event_of_no_case": _("记录不属于选的那种对象"),
    "process.event_of_several_cases": _("一条记录属于几件，每件各算一次"), "process.unknown_object": _("没有登记的对象"),
}  # fmt: skip


def refusal(trouble: Mapping[str, str]) -> str:
    """The sentence of a refusal: what is wrong and what to do."""
    code = trouble.get("code", "")
    details = {**trouble, "part": str(COLUMN_WORDS.get(trouble.get("part", ""), trouble.get("part", "")))}
    sentence = REFUSALS.get(code)
    return code if sentence is None else str(sentence) % details


def left_out(faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a reader left out or doubted, as lines."""
    return [
        {
            "words": str(LEFT_OUT.get(one["code"], one["code"])),
            "count": one["count"],
            "examples": "；".join(one["examples"]),
        }
        for one in faults
    ]


def lasting(seconds: float | None, working: bool) -> str:
    """A time as people say it: working days to a tenth, else days, hours, minutes or seconds. "—" for what is not known."""
    if seconds is None:
        return "—"
    if working:
        return _t("%(n)s 工作日") % {
            "n": f"{seconds / DAY:.3g}" if abs(seconds) < DAY * 100 else f"{seconds / DAY:,.0f}"
        }
    if abs(seconds) >= DAY:
        return _t("%(n)s 天") % {"n": f"{seconds / DAY:.3g}" if abs(seconds) < DAY * 100 else f"{seconds / DAY:,.0f}"}
    if abs(seconds) >= HOUR:
        return _t("%(n)s 小时") % {"n": f"{seconds / HOUR:.3g}"}
    if abs(seconds) >= MINUTE or not seconds:
        return _t("%(n)s 分钟") % {"n": f"{seconds / MINUTE:.3g}"}
    return _t("%(n)s 秒") % {"n": f"{seconds:.2g}"}


def worded(value: Any, working: bool) -> Any:
    """The same figures, and beside each ``…_s`` its words under the name without ``_s``; shares also as percents."""
    if isinstance(value, list):
        return [worded(one, working) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: worded(one, working) for key, one in value.items()}
    found.update({key[:-2]: lasting(one, working) for key, one in value.items() if key.endswith("_s") and not isinstance(one, dict | list)})  # fmt: skip
    if isinstance(value.get("share"), float):
        found["percent"] = f"{value['share'] * 100:.1f}"
    found.update({f"{key}_percent": f"{value[key] * 100:.0f}%" for key in ("before", "now") if isinstance(value.get(key), float)})  # fmt: skip
    return found
