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


VERBS: dict[str, Promise] = {
    "make": _("生产"),
    "wholesale": _("批发"),
    "retail": _("零售"),
    "repair": _("修理"),
    "rent": _("租赁"),
    "install": _("安装"),
    "grow": _("种养"),
    "develop": _("开发"),
    "store": _("仓储运输"),
}


def pattern_words(pattern: str) -> str:
    """A wording as people read it: the words of name and scope, and how they are meant."""
    return _t("、").join(str(VERBS.get(part, part)) for part in pattern.split("|") if part)


def reason_words(reason: Reason) -> str:
    """One reason for people; an unknown code is shown as it is."""
    details = dict(reason.details)
    if reason.code == "classify.word":
        place = _t("名称") if details.get("where") == "name" else _t("经营范围")
        verb = VERBS.get(details.get("verb", ""), _t("服务"))
        return _t("%(place)s里有“%(word)s”（%(verb)s → %(code)s）") % {**details, "place": place, "verb": verb}
    template = SENTENCES.get(reason.code)
    return str(template) % details if template is not None else reason.code
