"""What cannot be done with land, in the clerk's words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Promise] = {
    "park.leading_three": _("主导产业最多 3 个，请留下最主要的。"),
    "utility.used_over": _("已用 %(used)s 超过能力 %(capacity)s，请核对两个数，或把扩容另登记一条。"),
    "parcel.date_order": _("%(day)s 早于前一个日期 %(before)s，请核对两个日期。"),
    "parcel.future": _("%(day)s 还没有到：这里只登记已经发生的。"),
    "parcel.unit": _("面积 %(area)s 亩和图上的 %(drawn)s 亩对不上，像是按%(unit)s填的。请换算成亩。"),
    "layer.replaces_itself": _("图层不能替换自己，请选上一个版本。"),
    "layout.no_trial": _("没有这次试放，请先在方案页试放。"),
    "layout.trial_stale": _("方案在试放以后改过，这次试放作废。请再试一次。"),
    "layout.trial_empty": _("这样放，其余的排不出可行的方案，不能固定。"),
    "layout.no_such_plan": _("没有这个方案，请从有的里选。"),
    "need.years": _("最晚用地年份 %(last)s 早于最早的 %(first)s，请核对。"),
    "clearing.more_than_all": _("%(n)s 户比总户数 %(all)s 还多，请核对。"),
    "clearing.part_over": _("%(part)s 超过总数 %(whole)s，请核对。"),
    "clearing.vacated_before_agreed": _("腾空 %(n)s 户比签协议的 %(agreed)s 户多：先补偿后搬迁，请核对。"),
    "split.line_unreadable": _("“%(text)s”不是一条线。请在图上画，或写至少两个点：经度 纬度，一行一点。"),
    "split.not_across": _("这条线没有穿过地块。请从地块外画到地块外，把它分成两块。"),
    "split.too_many": _("这条线把地块分成了 %(n)s 块，一次只能分成两块。请改线，或分几次办。"),
    "split.many_parts": _("这块地有 %(n)s 个不相连的部分，先拆成单独的地块再分割。"),
    "split.too_small": _("较小的一块只有 %(area)s 亩，少于 %(least)s 亩。请移动分割线。"),
    "split.number_long": _("编号“%(number)s”后面加不下 -1、-2，请先把编号改短。"),
    "draw.same": _("图形和现在的一样，没有可保存的。"),
    "draw.nothing_to_undo": _("“%(number)s”最近一次修改不是画图或分割，没有可撤回的。要改别的请办“修改”。"),
    "draw.other_changed": _("“%(number)s”后来有人改过，不能撤回。请核对后手工改回。"),
    "draw.other_used": _("“%(number)s”上已经登记了%(what)s，不能撤回分割。请先改挂到别的地块。"),
    "mapfile.no_layer": _("请先选这些图形都放进哪个图层；没有的先到“规划图层”里登记。"),
}
