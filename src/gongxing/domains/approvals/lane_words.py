"""What is said when a project may not enter the green lane."""

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

LANE_SENTENCES: dict[str, Lazy] = {
    "lane.stage": _("项目在“%(stage)s”，不再办审批，不能进绿色通道。"),
    "lane.already": _("项目在 %(day)s 已进绿色通道，不用再进。要换条件或档次的，先退出。"),
    "lane.no_ground": _("规则里没有“%(ground)s”这个进入条件，请从列表里选。"),
    "lane.listed": _("业主仍在失信名单，不得进绿色通道；修复以后再办。"),
    "lane.broken_promise": _(
        "业主有 %(n)s 项承诺到期没有兑现（%(day)s：%(text)s），不得进绿色通道。兑现并互认以后再办。"
    ),
    "lane.restricted": _("项目是%(kind)s，不得进绿色通道。"),
    "lane.catalogue": _("产业目录类别还没有过：%(words)s。类别不清的不得进绿色通道。"),
    "lane.not_encouraged": _("项目的产业目录类别是“%(kind)s”，不是鼓励类，不符合这个条件。请换一个条件。"),
    "lane.no_investment": _("项目没有填总投资，不能判断是否够大。先在项目里补上。"),
    "lane.too_small": _("总投资 %(total)s 万元，不到 %(least)s 万元，不符合这个条件。请换一个条件。"),
    "lane.no_gap": _(
        "项目没有挂在本县缺失（或只有在建）的关键环节上，产业链图谱不支持这个条件。请先挂环节，或换一个条件。"
    ),
    "lane.paper_needed": _("“%(ground)s”要写明文件名称和文号。"),
    "lane.paper_day": _("请填文件日期。"),
    "lane.original_needed": _("书面批示要存原件：请上传扫描件。口头的不算。"),
    "lane.before_left": _("上一次到 %(day)s 才退出，进入日不能更早。"),
}
