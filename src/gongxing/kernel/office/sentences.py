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
    "handover.json": _("“%(text)s”不是 JSON 对象，请用交接页办理。"),
    "handover.post_unknown": _("没有代码为“%(post)s”的岗位，或它不在你能办交接的单位里。"),
    "handover.nobody": _("岗位“%(post)s”从来没有人任职，没有移交人。请先登记任职。"),
    "handover.not_holder": _("“%(name)s”不是岗位“%(post)s”的任职人。现在可以移交的是：%(holders)s。"),
    "handover.no_account": _("没有叫“%(name)s”的账号。请先在“账号”里给接任人建账号，再办交接。"),
    "handover.name_twice": _("叫“%(name)s”的不止一个账号，请填账号，不要填姓名。"),
    "handover.inactive": _("“%(name)s”的账号已停用，接不了。请先启用，或换一个人。"),
    "handover.same_person": _("接任人就是移交人“%(name)s”自己，请换一个人。"),
    "handover.own": _("不能把岗位交接给自己。请由县府办或系统管理员办这次交接。"),
    "handover.before_start": _("最后一天 %(day)s 早于%(name)s在这个岗位开始任职的 %(start)s，请核对日期。"),
    "handover.after_end": _("%(name)s在这个岗位的任职到 %(end)s 为止，最后一天不能是 %(day)s。"),
    "handover.first_early": _("接任人第一天 %(day)s 早于移交人开始任职的 %(start)s，请核对日期。"),
    "handover.done": _("%(name)s这一次任职已经交接过，交接单 %(number)s。没有再写。"),
    "handover.moved": _("你打开之后“%(title)s”等 %(n)d 件有了变化，什么都没有写。下面是现在的清单，请核对后再办。"),
    "handover.same_post": _("“%(post)s”就是要交出的岗位。留在本岗位的事不用选，选“随岗位交给接任人”。"),
    "handover.post_empty": _("岗位“%(post)s”没有人任职，事项移过去没人办。请先给它登记任职，或换一个岗位。"),
    "handover.nobody_takes": _(
        "没有接任人，“%(title)s”等 %(n)d 件留在“%(post)s”没人办。请填接任人，或给每一组选一个岗位。"
    ),
    "handover.no_receiver": _("“%(post)s”没有要移走的事，也没有接任人。只是不再任职，请用“结束任职”。"),
    "handover.ring": _("“%(junior)s”是“%(post)s”的上级，不能反过来归它管。请给下级岗位这一组另选岗位。"),
    "handover.cannot_move": _("“%(title)s”移不到“%(post)s”：那里已经有同样的一条。请给这一组另选岗位。"),
    "handover.signed": _("交接单 %(number)s 你已经确认过了。"),
    "handover.void": _("交接单 %(number)s 已经作废，不用确认。"),
    "pack.cell_missing": _("“%(column)s”不能空着。"),
}
