"""Sentences for the faults of this folder."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "unit.one_root": _("全县只有一个顶级单位，请给它选一个上级单位。"),
    "unit.no_move": _("单位不能直接改上级：范围授权和历史都按原位置记着。请新建单位，再把岗位移过去。"),
    "dates.order": _("结束日期 %(end)s 早于开始日期 %(start)s，请改其中一个。"),
    "deadline.pause_early": _("暂停开始 %(start)s 早于起算日 %(began)s，请核对日期。"),
    "deadline.pause_future": _("%(day)s 还没有到。暂停和恢复按已经发生的事登记，请填今天或以前的日期。"),
    "password.weak": _("密码不合规则：%(rules)s"),
    "post.nothing_to_grant": _("角色“%(role)s”的授权这个岗位都已经有了，或规则包里没有给它列授权。"),
    "pack.row_unknown": _("规则包里没有这一行：%(key)s。"),
    "pack.row_known": _("规则包里已经有 %(key)s 这一行，请打开那一行修改。"),
    "pack.key_changed": _("主键不能改（原为 %(key)s）。要另立一条，请用“新增一行”。"),
    "pack.key_mark": _("主键里不能有“%(mark)s”。"),
    "pack.not_editable": _("“%(table)s”是国家标准原表，不在这里改；新版发布后随升级更换。"),
    "pack.changed_meanwhile": _("你打开之后有人改过这一行，没有写入。下面是现在的内容，请核对后再改。"),
    "pack.cell_missing": _("“%(column)s”不能空着。"),
}
