"""What is said when something about a case is refused."""

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Lazy] = {
    "case.future": _("日期 %(day)s 还没到，请填已经发生的那一天。"),
    "case.notice_over": _(
        "到 %(due)s 为止没有告知，依行政许可法第三十二条，自 %(since)s 起视为受理：受理日请写 %(since)s。当时告知过、受理过的，写当时的日期。"
    ),
    "case.before": _("日期 %(day)s 早于%(what)s %(before)s，请核对两个日期。"),
    "case.no_item": _(
        "%(day)s 的事项库里没有“%(item)s”这个事项。请从列表里选；要办的事项不在列表里，先到“规则”里登记。"
    ),
    "case.going": _("这个项目的“%(item)s”已经在办（%(day)s 收件），不能再收一次。办结、撤回或不予受理以后才能再申请。"),
    "case.desk_needed": _("请选由哪个岗位承办。"),
    "case.told_once": _("已在 %(day)s 一次告知补正，不能再告知第二次。材料齐了就受理；不齐的，依法作出决定。"),
    "case.no_ground": _("规则里没有“%(ground)s”这种停钟事由，请从列表里选。"),
    "case.stops_nothing": _("“%(ground)s”不停受理以后的时限。补正只发生在受理以前；受理以后要材料，时限照走。"),
    "case.proof_needed": _("请写凭证：书面告知的名称和文号。没有书面凭证不能停钟。"),
    "case.no_extension": _("这个事项的规定里没有延长，不能延长时限。"),
    "case.extension_most": _("最多延长 %(n)s，请改小。"),
    "case.extension_late": _("法定时限 %(due)s 已到，到期以后不能再延长。"),
    "case.document_needed": _("准予的决定请写文号或证号。"),
    "case.not_accepted": _("还没有受理日，不能有决定日。请先补上受理日。"),
    "case.outcome_with_day": _("决定日和决定要一起填：办结了就写准予还是不予，没有办结就都空着。"),
}
