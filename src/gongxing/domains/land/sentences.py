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
}
