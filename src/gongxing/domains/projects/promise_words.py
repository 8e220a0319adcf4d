"""Sentences of promises: what was wrong, and the way out."""

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Lazy] = {
    "promise.firm_has_account": _("“%(firm)s”有自己的账号，要由企业自己办，经办岗位不能代替。请通知企业登录后在“我的承诺”里办。"),
    "promise.letter_needed": _("“%(firm)s”没有账号。请取得企业盖章的书面意见，填上编号再办。"),
    "promise.own_side_letter": _("政府的承诺要由企业确认。“%(firm)s”没有账号，请取得企业盖章的书面意见，填上编号再办。"),
    "promise.own_side": _("这是企业的承诺，要由政府一方确认，承诺的一方不能自己确认。"),
    "promise.both_sides": _("你同时代表政府和企业，不能替其中一方确认。请由对方的另一个账号办。"),
    "promise.own_claim": _("报告完成的是你，不能又由你确认。请由对方办；代录企业意见的，也要换一个人。"),
    "promise.owner_cannot": _("“%(post)s”是责任岗位，不能代录企业的意见。请由另一个岗位办。"),
    "promise.not_owed": _("这项承诺由“%(unit)s %(post)s”负责，只有这个岗位、同单位的岗位或管承诺台账的岗位能报告完成。"),
    "promise.evidence_long": _("完成证明加上书面说明的编号，超出 %(n)s 个字，请改短。"),
    "promise.file_gone": _("上传的文件找不到了（只有上传的人能用）。请重新上传。"),
}  # fmt: skip
