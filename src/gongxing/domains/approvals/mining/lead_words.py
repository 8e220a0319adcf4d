"""Leads on clocks in words. Each says what is seen, never what it means: 核查线索，不是结论."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Lazy] = {
    "process.pause_at_due": _("到期日才停钟"),
    "process.resubmitted": _("退了再报"),
    "process.accepted_late": _("接触很久才受理"),
    "process.bunched": _("压线办结"),
    "process.entered_late": _("事后补录"),
    "process.entered_at_once": _("一次补录多天"),
    "process.firm_pauses": _("停钟多说是企业自身"),
}
SENTENCES: dict[str, Lazy] = {
    "process.pause_at_due": _("%(opened)s 以“%(kind)s”停钟，当时的到期日是 %(due)s。"),
    "process.resubmitted": _("同一个项目的同一个事项退了再报，前后报了 %(times)s 次，每次时限从头算。"),
    "process.accepted_late": _("%(contact)s 第一次接触，%(accepted)s 才受理，隔了 %(days)s 个工作日。"),
    "process.bunched": _(
        "按时办结的 %(in_time)s 件里，%(at_limit)s 件压在到期日；往前同样长的一段只有 %(before)s 件。"
    ),
    "process.entered_late": _("“%(what)s”写的是 %(stated)s，%(entered)s 才录入；这一件有 %(entries)s 处这样。"),
    "process.entered_at_once": _("%(entered)s 前后一次录入 %(entries)s 处，写的是不同的日期。"),
    "process.firm_pauses": _("停钟 %(days)s 个工作日里，%(firm)s 个写的是企业自身原因，占 %(percent)s%%。"),
}


def lead_sentence(reason: str, details: Mapping[str, Any], grounds: Mapping[str, str], steps: Mapping[str, str]) -> str:
    """What was seen. ``grounds`` and ``steps`` name grounds of stops and acts by their codes."""
    sentence = SENTENCES.get(reason)
    if sentence is None:
        return reason
    kind, what = str(details.get("kind", "")), str(details.get("what", ""))
    share = float(details.get("share") or 0)
    return str(sentence) % {
        **details, "kind": grounds.get(kind, kind), "what": steps.get(what, what), "percent": f"{share * 100:.0f}",
        "entered": str(details.get("entered", "")).replace("T", " ")[:16], "stated": str(details.get("stated", ""))[:10],
    }  # fmt: skip
