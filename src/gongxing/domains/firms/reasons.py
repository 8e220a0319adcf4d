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


FORMS: dict[str, Promise] = {
    "accountants": _("会计、税务师事务所"),
    "auction": _("拍卖行"),
    "bank_central": _("人民银行"),
    "bank_outlet": _("银行网点"),
    "bank_policy": _("政策性银行"),
    "convenience_store": _("便利店"),
    "coop_buying": _("供销社收购部"),
    "coop_feed": _("供销社饲料门市"),
    "coop_fertiliser": _("供销社化肥门市"),
    "coop_pesticide": _("供销社农药门市"),
    "coop_scrap": _("供销社废旧物资收购"),
    "coop_shop": _("供销社门市"),
    "credit_union": _("信用社"),
    "driving_school": _("驾校"),
    "filling_station": _("加油站"),
    "food_station_buying": _("食品站收购"),
    "food_station_slaughter": _("食品站屠宰"),
    "gas_station": _("加气站"),
    "law_firm": _("律师事务所"),
    "life_insurance": _("人寿保险"),
    "pawn": _("典当行"),
    "post_office": _("邮政局所"),
    "postal_savings": _("邮政储蓄银行"),
    "property_insurance": _("财产保险"),
    "securities": _("证券营业部"),
    "supermarket": _("超市"),
    "travel_agency": _("旅行社"),
}
"""The special forms of the classifier (``engines/classify/forms``) as people call them."""


def pattern_words(pattern: str) -> str:
    """A wording as people read it: the words of name and scope and how they are meant, or the form of institution it is."""
    known = {**FORMS, **VERBS}
    return _t("、").join(str(known.get(part, part)) for part in pattern.split("|") if part)


def reason_words(reason: Reason) -> str:
    """One reason for people; an unknown code is shown as it is."""
    details = dict(reason.details)
    if reason.code == "classify.word":
        place = _t("名称") if details.get("where") == "name" else _t("经营范围")
        verb = VERBS.get(details.get("verb", ""), _t("服务"))
        return _t("%(place)s里有“%(word)s”（%(verb)s → %(code)s）") % {**details, "place": place, "verb": verb}
    if "form" in details:
        details["form"] = str(FORMS.get(details["form"], details["form"]))
    template = SENTENCES.get(reason.code)
    return str(template) % details if template is not None else reason.code
