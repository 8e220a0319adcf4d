"""Sentences and pages of the policy stage, registered when the site starts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongxing.domains.policy.sentences import CONDITION
from gongxing.kernel.ledger.faults import add_sentences

SENTENCES: dict[str, Promise] = {
    "policy.window_order": _("结束日期 %(day)s 在开始日期 %(before)s 之前，请核对两个日期。"),
    "policy.category": _("%(book)s 里没有这个类别，只有：%(choices)s。"),
    "policy.class_code": _("行业代码“%(text)s”不是两到四位数字。"),
    "policy.batch_settled": _("批次“%(name)s”已经通过，明细不能再改。要改，请另拟一批。"),
}

add_sentences(SENTENCES)
add_sentences(CONDITION)
