"""The sentence of every fault of a clause's condition and amount."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONDITION: Mapping[str, Promise] = {
    "clause.in_force": _("这一条现在是“%(state)s”，条件不能直接改。要改，请另出一版，旧版留着备查。"),
    "clause.shape": _("%(where)s 不是条件数据，没有接收。条件只收字段、比较和值，不收公式、代码或别的键。"),
    "clause.nothing": _("还没有条件。至少写一条，不然全县都算符合。"),
    "clause.unknown_field": _("字段“%(detail)s”已经没有了。请改成%(nearest)s，或去掉这一条。"),
    "clause.unknown_op": _("%(field)s：没有“%(detail)s”这种比较。请从列表里选。"),
    "clause.op_not_for_kind": _("%(field)s不能用“%(detail)s”来比。请从列表里选一种。"),
    "clause.value_missing": _("%(field)s：没有填要求的值。请填上，或去掉这一条。"),
    "clause.high_missing": _("%(field)s：范围只填了下限。请把上限也填上，或改用“不低于”。"),
    "clause.value_not_needed": _("%(field)s只问是不是，不用填值。请清空。"),
    "clause.value_type": _("%(field)s：值的类型不对。请照这个字段的单位和写法填。"),
    "clause.number": _("%(field)s：“%(text)s”不是数。请写数字，例如 2000 或 2,000.5。"),
    "clause.number_not_finite": _("%(field)s：“%(detail)s”不是一个确定的数。请写数字。"),
    "clause.number_too_long": _("%(field)s：这个数有 %(detail)s 位，太长。请核对是不是多打了。"),
    "clause.day": _("%(field)s：“%(text)s”不是日期。请写成 2026-03-01。"),
    "clause.class": _("%(field)s：“%(text)s”不是行业代码。请写门类字母或一到四位数字，例如 C 或 3922。"),
    "clause.empty_list": _("%(field)s：一个值也没有。请至少写一个。"),
    "clause.empty_text": _("%(field)s：值是空的。请填上。"),
    "clause.unknown_option": _("%(field)s没有“%(detail)s”这个选项，可能已经改名或去掉了。请重新选。"),
    "clause.unknown_name": _("%(field)s没有“%(detail)s”。可以写的有：%(examples)s等。"),
    "clause.two_of_a_name": _("%(field)s有几个都叫“%(text)s”，请改写代码：%(codes)s。"),
    "clause.range_reversed": _("%(field)s：下限 %(low)s 比上限 %(high)s 大，请对调。"),
    "clause.empty_group": _("第 %(row)s 组是空的。请填上，或去掉这一组。"),
    "clause.contradiction": _("这几组放在一起谁也不会符合：%(groups)s。请改掉其中一组，或把它们并成一组“或”。"),
    "clause.window_reversed": _("申报截止早于申报开始，请核对两个日期。"),
    "clause.field_refused": _("“%(field)s”不能作为领取条件：%(words)s。请去掉这一条。"),
    "clause.base_refused": _("“%(field)s”不能作计算基数：%(words)s。请改成定额，或按投资、研发费用等实际投入来算。"),
    "clause.base_missing": _("按比例给的，要选按什么数来算。"),
    "clause.amount_kind": _("标准只有“定额”和“按比例”两种，请选一种。"),
    "clause.amount_negative": _("标准 %(detail)s 小于 0，请核对。"),
    "clause.amount_over_one": _("比例超过 100%%，请核对是不是把万元填成了百分数。"),
    "clause.amount_field_unknown": _("计算基数“%(field)s”已经没有了。请改成%(nearest)s。"),
    "clause.amount_field_kind": _("“%(field)s”不是数，不能按它的比例算。请选一个有单位的数。"),
    "clause.cap_negative": _("最高额小于 0，请核对。"),
    "clause.budget_negative": _("资金盘子小于 0，请核对。"),
}
