"""What a unit can do about a stretch of time between two acts, and in whose hands the case is meanwhile. Advice of the product, no rule."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.approvals.mining.casebook import APPLICANT, GO, SILENT, STOP, firm_pauses

UNIT, AWAITED = pgettext_lazy("hand", "承办单位"), _("所等的一方")
ADVICE: Mapping[tuple[str, str], tuple[Lazy, Lazy]] = {
    ("contact_on", "received_on"): (APPLICANT, _("先辅导再收件：把材料清单和样表给到企业。")),
    ("received_on", "accepted_on"): (UNIT, _("材料齐的当场受理，不等。")),
    ("received_on", SILENT): (UNIT, _("当场看齐不齐，不要等到视为受理。")),
    ("received_on", "correction_on"): (UNIT, _("收件当天就一次告知缺什么。")),
    ("received_on", "refused_on"): (UNIT, _("不归本单位管的当天退，并告诉该去哪里。")),
    ("correction_on", "corrected_on"): (APPLICANT, _("告知写具体，附样表；缺次要材料的可以容缺受理。")),
    ("corrected_on", "accepted_on"): (UNIT, _("补齐当天受理。")),
    (STOP, GO): (AWAITED, _("停钟前就委托或征求意见，几项同时办；到期催办。")),
    (GO, "decided_on"): (UNIT, _("停钟结束前先写好审查意见，一恢复就定。")),
    ("extended_on", "decided_on"): (UNIT, _("延长多的事项，看时限定得合不合适。")),
    ("decided_on", "delivered_on"): (UNIT, _("当天出证，电子送达或邮寄。")),
}
REVIEW = (UNIT, _("减内部环节，几个科室同时审；看哪几件拖得最久。"))
OWN = (APPLICANT, _("问清缺什么、哪天能好，到日子主动联系；占得多的看看是不是被劝停。"))
STOPPING = (UNIT, _("受理时就判断要不要评审、公示，早一天发出。"))


def with_advice(figures: dict[str, Any], kinds: Mapping[str, str]) -> None:
    """Put ``hand`` and ``advice`` beside each bottleneck. ``kinds``: what each activity is, by its name (``Casebook.kinds``)."""
    own = firm_pauses()
    for one in figures["bottlenecks"]:
        source, target = kinds.get(one["source"], ""), kinds.get(one["target"], "")
        found = OWN if one["source"] in own and target == GO else ADVICE.get((source, target))
        if found is None and target == STOP:
            found = STOPPING
        if found is None and source in ("accepted_on", SILENT) and target in ("decided_on", "extended_on"):
            found = REVIEW
        if found is not None:
            one["hand"], one["advice"] = found
