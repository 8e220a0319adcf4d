"""What is said when a permit plan is refused."""

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

PLAN_SENTENCES: dict[str, Lazy] = {
    "plan.answer": _("回答有误：%(text)s"),
    "plan.answers_unread": _("回答没有读懂。请从问卷页面提交，或按“问题代码: 回答”的 JSON 传来。"),
    "plan.far_start": _("起算日 %(day)s 离今天超过十年，请核对年份。"),
    "plan.no_measure": _("没有“%(text)s”这项提速办法，请从列表里选。"),
    "plan.no_regional": _(
        "园区登记没有做区域评估，不能按区域评估排。园区做完以后先改园区登记，或在问卷里写明做了哪一项。"
    ),
    "desk.unknown": _("事项里没有“%(name)s”这个办理机关。请照事项表的写法填，或填 * 改没有单列的机关。"),
    "desk.places": _("“%(value)s”不能用：同时能看的件数填 %(least)s 到 %(most)s 的整数。"),
}
