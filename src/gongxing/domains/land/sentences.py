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
    "layout.trial_elsewhere": _(
        "它没有站到选定的地块上：项目或地块缺数（用地、产值、税收、征拆或平整费用），没有参加测算。请先补齐。"
    ),
    "layout.parcel_taken": _("这块地已经固定给了别的项目，一块地不能给两家。"),
    "layout.parcels_gone": _("%(parcels)s 已经不在可供之列，请重新测算再发布。"),
    "layout.no_such_plan": _("没有这个方案，请从有的里选。"),
    "need.years": _("最晚用地年份 %(last)s 早于最早的 %(first)s，请核对。"),
    "clearing.more_than_all": _("%(n)s 户比总户数 %(all)s 还多，请核对。"),
    "clearing.part_over": _("%(part)s 超过总数 %(whole)s，请核对。"),
    "clearing.vacated_before_agreed": _("腾空 %(n)s 户比签协议的 %(agreed)s 户多：先补偿后搬迁，请核对。"),
    "clearing.name": _("这里像是写了人的姓名。征拆台账只记编号和户数，请改写。"),
    "clearing.phone": _("这里像是写了手机号码。征拆台账不记个人联系方式，请删掉。"),
    "clearing.card": _("这里像是写了身份证号码。征拆台账不记身份证号码，请删掉。"),
    "clearing.step_of_other": _("%(kind)s没有这一步，请核对征收类型或步骤。"),
    "rating.future": _("%(year)s 年还没有到，没有数据可评。"),
    "rating.there": _("%(year)s 年的 %(family)s 已经公示或公布。要重做，先撤回公示。"),
    "rating.no_terms": _("公式 %(family)s 没有评价项，不能打分。请先到规则包补上权重和基准。"),
    "rating.no_figures": _("没有企业有 %(year)s 年%(source)s来源的数据。请换年度或来源，或先导入企业数据。"),
    "rating.nobody": _("这一轮没有一家企业算出得分，不能公示。请先补数据。"),
    "rating.posting_runs": _("公示到 %(day)s 才满，次日起可以公布。"),
    "rating.unanswered": _("还有 %(n)s 条异议没有答复，答复以后才能公布。"),
    "rating.reason_short": _("请写明事实，至少 %(n)s 个字。"),
    "rating.veto_unknown": _("“%(text)s”不是一票否决的情形，可用的有：%(choices)s。"),
    "rating.document_needed": _("一票否决和不分档会改变企业的档，请填依据文件。"),
    "indicator.whose": _("本县园区和对标园区填一个，只填一个。"),
    "split.line_unreadable": _("“%(text)s”不是一条线。请在图上画，或写至少两个点：经度 纬度，一行一点。"),
    "split.not_across": _("这条线没有穿过地块。请从地块外画到地块外，把它分成两块。"),
    "split.too_many": _("这条线把地块分成了 %(n)s 块，一次只能分成两块。请改线，或分几次办。"),
    "split.many_parts": _("这块地有 %(n)s 个不相连的部分，先拆成单独的地块再分割。"),
    "split.too_small": _("较小的一块只有 %(area)s 亩，少于 %(least)s 亩。请移动分割线。"),
    "split.number_long": _("编号“%(number)s”后面加不下 -1、-2，请先把编号改短。"),
    "draw.same": _("图形和现在的一样，没有可保存的。"),
    "draw.overlaps": _(
        "和相邻的%(names)s重叠，超过图形检查的容差。请把边线改到界址点上（画图时会吸到旁边地块的边上）；是旁边那块画错的，先改那一块；两次测量的界线不一致、确要这样保存的，写明重叠的理由。"
    ),
    "draw.sold_twice": _(
        "和相邻的%(names)s重叠，两块都签了合同，是一地两卖，不能保存。先核对两份合同和电子监管号，再改图形。"
    ),
    "draw.nothing_to_undo": _("“%(number)s”最近一次修改不是画图或分割，没有可撤回的。要改别的请办“修改”。"),
    "draw.other_changed": _("“%(number)s”后来有人改过，不能撤回。请核对后手工改回。"),
    "draw.other_used": _("“%(number)s”上已经登记了%(what)s，不能撤回分割。请先改挂到别的地块。"),
    "check.no_layers": _("还没有加载规划图层，无法核对。请先导入图层。"),
    "check.no_shape": _("“%(number)s”的图形不能核对，请先改好图形。"),
    "mapfile.no_layer": _("请先选这些图形都放进哪个图层；没有的先到“规划图层”里登记。"),
}
