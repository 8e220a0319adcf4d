"""The classifier's reasons as sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.engines.reasons import Reason

SENTENCES: dict[str, Promise] = {
    "classify.confirmed": _("本县已确认过这个字样：%(code)s"),
    "classify.form": _("机构形式“%(form)s”"),
    "classify.class_name": _("经营范围里写的就是类名“%(word)s”"),
    "classify.undecidable": _("%(division)s 大类从文字分不出小类，要人确认"),
    "classify.no_activity": _("文字里没有写做什么"),
}


def reason_words(reason: Reason) -> str:
    """One reason for people; an unknown code is shown as it is."""
    details = dict(reason.details)
    if reason.code == "classify.word":
        place = _t("名称") if details.get("where") == "name" else _t("经营范围")
        verbs = {
            "make": _t("生产"),
            "wholesale": _t("批发"),
            "retail": _t("零售"),
            "other": _t("服务"),
            "trade": _t("销售"),
        }
        verb = verbs.get(details.get("verb", ""), details.get("verb", ""))
        return _t("%(place)s里有“%(word)s”（%(verb)s → %(code)s）") % {**details, "place": place, "verb": verb}
    template = SENTENCES.get(reason.code)
    return str(template) % details if template is not None else reason.code
