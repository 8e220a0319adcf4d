"""The sentence for every fault code: it names the thing, the value, the rule and the way out."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.cells.fault import Fault

SENTENCES: dict[str, Promise] = {
    "column.required": _("这一项必须填写。"),
    "number.too_small": _("%(value)s 小于允许的最小值 %(minimum)s，请核对数值和单位。"),
    "number.too_big": _("%(value)s 大于允许的最大值 %(maximum)s，请核对数值和单位。"),
    "number.not_whole": _("%(value)s 不是整数，这一项只收整数。"),
    "date.day_needed": _("“%(text)s”没有写到日，这一项要写到日，例如 2025-03-01。"),
    "shape.too_big": _("图形太大，超过 20 MB，请先简化边界或拆成几个图形。"),
    "shape.unreadable": _("“%(text)s”读不成图形。可以写 WKT、GeoJSON，或一串“经度 纬度”拐点，中间用分号隔开。"),
    "shape.refused": _("%(text)s"),
    "shape.empty": _("图形是空的或面积为零，请重新画或重新导出。"),
    "shape.not_area": _("这里要一个面，文件里是 %(kind)s（点或线）。请把边界闭合成面再导入。"),
    "shape.swapped": _("坐标像是写成了“纬度 经度”：第一个数 %(lon)s 是纬度。请调换成“经度 纬度”。"),
    "shape.metres": _("坐标是米（%(x)s, %(y)s），不是经纬度。请用“导入图件”上传并选坐标系，或先转成 CGCS2000 经纬度。"),
    "shape.elsewhere": _("坐标 %(lon)s, %(lat)s 不在中国范围内，请核对坐标系。"),
    "shape.crossing": _("边界在 %(lon)s, %(lat)s 处自己相交，请在那里改顺再导入。"),
    "flag.unreadable": _("“%(text)s”看不出是或否，请写“是”或“否”。"),
    "choice.unknown": _("“%(text)s”不在可选项里，可选：%(choices)s。"),
    "pack.unknown": _("“%(text)s”不在 %(table)s 中，请选列表里的代码。"),
    "reference.unknown": _("没有找到“%(text)s”，请先登记它，或改成已登记的代码或名称。"),
    "reference.unclear": _("叫“%(text)s”的不止一家，不知道是哪一家。请改填它的代码。"),
    "row.duplicate_key": _("%(value)s 已经登记过：%(title)s。请打开那一条修改，不要重复登记。"),
    "row.duplicate_elsewhere": _(
        "%(value)s 已由 %(unit)s 登记，你看不到那一条。请核对，确实是同一条的，请 %(unit)s 修改或移交。"
    ),
    "row.changed_meanwhile": _("刚刚有人改了这条记录所依据的内容，没有写入。请再提交一次。"),
    "row.version_needed": _("没有说明你看到的是第几版（version），没有写入。请先读出这一条，把它的 version 一起提交。"),
    "row.version_unknown": _(
        "第 %(version)s 版不存在，这一条现在是第 %(current)s 版，没有写入。请重新打开这一条再改。"
    ),
    "list.not_sortable": _("不能按“%(column)s”排序，已改用默认排序。"),
    "list.range_unreadable": _("“%(column)s”的范围“%(text)s”看不懂，已忽略，请写数字或 2025-03-01 这样的日期。"),
    "action.not_now": _("这条记录现在的状态不能做这件事，请刷新后再看。"),
    "action.stale": _("你打开之后有人改过这条记录，没有写入。请关闭对话框，看过新内容后再办。"),
    "action.nothing_selected": _("没有选中任何你能处理的记录。"),
    "action.too_many": _("一次最多处理 %(limit)d 条，请先筛选。"),
    "row.no_key": _("这一行没有主键，无法判断是新增还是修改。"),
}
"""Codes of this layer. Other layers add theirs with ``add_sentences`` when they are loaded."""


def add_sentences(more: Mapping[str, Promise]) -> None:
    """Register the sentences of fault codes that another module raises."""
    SENTENCES.update(more)


def sentence(fault: Fault) -> str:
    """The fault in the user's language. An unregistered code is shown as it is, never swallowed."""
    template = SENTENCES.get(fault.code)
    if template is None:
        return gettext("无法接受：%(code)s") % {"code": fault.code}
    params: dict[str, Any] = dict(fault.params)
    return str(template) % params
