"""The models, steps and reasons of ``engines.siting`` in the reader's words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.engines.reasons import Reason

MODELS: Mapping[str, tuple[Promise, Promise]] = {
    "median": (_("总路程最短"), _("每个人到最近一处的路加起来最短；适合天天要去的。")),
    "center": (_("最远的也不太远"), _("让离得最远的那块地尽量近；适合应急的。")),
    "covering": (_("在半径内服务最多"), _("让服务半径以内的人最多；半径以外的不管多远。")),
    "capacitated": (_("有容量的"), _("每处只服务得了这么多人，一块地的人去同一处；总路程最短。")),
}
WAYS: Mapping[str, Promise] = {"straight": _("直线距离"), "road": _("沿路网")}
STEPS: Mapping[str, Promise] = {
    "siting.bounding": _("算上界"),
    "siting.branching": _("逐个排除"),
    "siting.packing": _("按容量分配"),
    "siting.radius": _("缩小最远距离"),
    "scale": _("算各情景"),
}
FIELDS: Mapping[str, Promise] = {
    "weight": _("人数"), "demand": _("人数"), "capacity": _("能服务的人数"), "fixed_cost": _("费用"),
}  # fmt: skip
THINGS: Mapping[str, Promise] = {"client": pgettext_lazy("siting", "服务对象"), "site": pgettext_lazy("siting", "位置")}
WHY: Mapping[str, Promise] = {
    "proved": _("已证明没有更好的选法"),
    "within": _("离最好的选法不超过要求的差距"),
    "stopped": _("时间用完，给出的是目前最好的：值 %(value)s，上界 %(bound)s"),
    "stopped.nothing_found": _("时间用完，还没有找到可行的选法；请放宽条件或少选几处"),
    "too_few": _("新建 %(new)s 处够不着所有人，至少要 %(needs)s 处"),
    "capacity_short": _("一共要服务 %(needs)s 人，最多只服务得了 %(most)s 人，差 %(lacks)s 人"),
    "client_too_large": _("%(client)s 上的人比够得着的任何一处能服务的都多，差 %(lacks)s 人"),
    "no_packing": _("总容量够，但一块地的人要去同一处，怎么分都装不下"),
    "no_sharing": _("总容量够，但够得着的地方装不下"),
    "no_clients": _("没有要服务的人：没有画了图形的在用地块"),
    "no_sites": _("没有可选的位置：没有立着的设施，也没有规划用途合适的可供地块"),
    "none_open": _("没有立着的设施，也没有要新建的"),
    "count_unknown": _("没有说新建几处"),
    "negative_count": _("新建 %(new)s 处：不能是负数"),
    "same_key": _("%(kind)s %(key)s 出现两次"),
    "open_and_barred": _("%(site)s 已经立着，却又不许在那里建"),
    "outside": _("有 %(clients)s 块地在半径以外"),
    "unreachable": _("没有一处够得着"),
    "barred": _("不许建：%(why)s"),
    "unknown": _("不知道%(field)s，没有用"),
    "unknown_distances": _("有 %(pairs)s 对位置的距离不明，没有用"),
    "edge_unknown": _("有一段路的长度不明，没有用"),
    "node_unknown": _("有一个位置不在路网上"),
    "unreachable_pairs": _("有 %(pairs)s 对位置之间没有路"),
}


def step_words(code: str) -> str:
    """A step of the solver."""
    return str(STEPS.get(code, _("在算")))


def why(reason: Reason) -> str:
    """One reason as a sentence; one nobody wrote a sentence for is shown by its code."""
    code = reason.code.removeprefix("siting.")
    details = dict(reason.details)
    if "field" in details:
        details["field"] = str(FIELDS.get(details["field"], details["field"]))
    if "kind" in details:
        details["kind"] = str(THINGS.get(details["kind"], details["kind"]))
    for name in ("key", "site"):
        if name in details:
            details[name] = details[name].removeprefix("p:").removeprefix("f:")
    template = WHY.get(code)
    return code if template is None else str(template) % details


def metres(value: float) -> str:
    """A distance in metres, or in kilometres from a thousand metres on."""
    if value < 1000:
        return str(_("%(n)s 米")) % {"n": f"{value:,.0f}"}
    return str(_("%(n)s 公里")) % {"n": f"{value / 1000:,.2f}".rstrip("0").rstrip(".")}


def persons(value: float) -> str:
    """People, whole."""
    return f"{value:,.0f}"
