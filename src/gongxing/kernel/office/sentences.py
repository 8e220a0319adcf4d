"""Sentences for the faults of this folder."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "unit.one_root": _("全县只有一个顶级单位，请给它选一个上级单位。"),
    "unit.no_move": _("单位不能直接改上级：范围授权和历史都按原位置记着。请新建单位，再把岗位移过去。"),
    "dates.order": _("结束日期 %(end)s 早于开始日期 %(start)s，请改其中一个。"),
    "password.weak": _("密码不合规则：%(rules)s"),
    "pack.row_unknown": _("规则包里没有这一行：%(key)s。"),
    "pack.cell_missing": _("“%(column)s”不能空着。"),
}
