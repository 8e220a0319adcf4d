"""The sentence of every reason the engines of stages and maturity and the search for twins give, by its code."""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

STAGES: Mapping[str, Lazy] = {
    "stages.started": _("%(day)s 开工，在当年"),
    "stages.full_reached": _("%(day)s 达产，在当年"),
    "stages.full_planned": _("以前已投产，计划 %(day)s 达产，在当年"),
    "stages.produced": _("往年开工，%(day)s 投产，在当年"),
    "stages.completed": _("往年开工，%(day)s 竣工，在当年"),
    "stages.production_planned": _("往年开工，计划 %(day)s 投产，在当年"),
    "stages.completion_planned": _("往年开工，计划 %(day)s 竣工，在当年"),
    "stages.not_finishing": _("往年开工，当年不竣工也不投产：下一个日期是 %(day)s"),
    "stages.finish_missed": _("往年开工，原定 %(day)s 竣工或投产，没有做到"),
    "stages.built_not_producing": _("%(day)s 已竣工，当年还没有投产"),
    "stages.able_to_start": _("还没开工，计划 %(day)s 开工，当年能开工"),
    "stages.start_missed": _("还没开工，原定 %(day)s 开工，已经过了"),
    "stages.signed": _("%(day)s 签约，在当年"),
    "stages.negotiating": _("%(day)s 开始洽谈，还没签约"),
    "stages.shaping": _("%(day)s 提出或入库，还没进入洽谈"),
    "stages.reached": _("走到的最远阶段是“%(stage)s”"),
    "stages.finish_plan_unknown": _("往年开工，没有竣工、投产计划日期"),
    "stages.removed": _("%(day)s 已退库，不归批"),
    "stages.transferred": _("%(day)s 已转出，不归批"),
    "stages.paused": _("%(day)s 起暂缓，不归批"),
    "stages.full_before": _("%(day)s 已达产，在当年以前"),
    "stages.full_later": _("已投产，计划 %(day)s 达产，不在当年"),
    "stages.full_missed": _("已投产，原定 %(day)s 达产，没有做到"),
    "stages.start_later": _("已签约，计划 %(day)s 开工，不在当年"),
    "stages.full_plan_unknown": _("已投产，没有达产计划日期"),
    "stages.start_day_unknown": _("不知道哪天开工，归不了批"),
    "stages.start_plan_unknown": _("已签约，没有开工计划日期，归不了批"),
    "stages.no_day": _("没有任何阶段日期"),
    "stages.not_begun": _("到那一年底还没有这个项目"),
    "stages.no_step_this_year": _("当年没有签约、开工或投产"),
    "stages.no_entry_size": _("这类项目没有设“三个一批”的规模"),
    "stages.type_unknown": _("没有填行业，不知道按哪一类的规模"),
    "stages.investment_unknown": _("没有填总投资，要 %(minimum)s 万元才算"),
    "stages.below_entry_size": _("总投资 %(investment)s 万元，不到 %(minimum)s 万元"),
    "stages.no_group": _("“%(stage)s”阶段没有设归到哪一批"),
}
MATURITY: Mapping[str, Lazy] = {
    "maturity.level": _("%(level)s"),
    "maturity.share": _("完成 %(share)s"),
    "maturity.unknown": _("没有填"),
    "maturity.level_gone": _("现在填的“%(level)s”不在档次表里，请重新选"),
    "maturity.not_a_share": _("现在填的“%(value)s”不是 0 到 100%%，请核对"),
    "maturity.blocks": _("%(level)s，不计分"),
}
TWINS: Mapping[str, Lazy] = {
    "twins.same_firm": _("业主是同一家企业：%(owner)s"),
    "twins.same_owner_name": _("业主名称相同：%(owner)s"),
    "twins.same_parcel": _("地块相同：%(place)s"),
    "twins.amount": _("总投资相差 %(share)s：%(one)s 和 %(other)s 万元"),
    "twins.name": _("名称相像 %(share)s"),
    "twins.same_code": _("项目代码相同：%(code)s"),
    "twins.resigned": _("“%(name)s”已经%(stage)s，可能是换个名称重新签约"),
    "twins.earlier": _("“%(name)s”早签了 %(days)s 天以上，可能是重新签约"),
}
VETTING: Mapping[str, Lazy] = {
    "vetting.stale_exit": _("%(days)s 天没有动态，到了建议退库的 %(line)s 天"),
    "vetting.stale_amber": _("%(days)s 天没有动态，到了黄灯的 %(line)s 天"),
    "vetting.stale_remind": _("%(days)s 天没有动态，该更新了"),
    "vetting.day_unknown": _("不知道最近一次动态是哪天"),
    "vetting.eliminated": _("属于%(level)s，不能留库"),
    "vetting.same_project": _("已判断和另一个在库项目是同一个"),
    "vetting.twin_open": _("有疑似重复项目还没判断"),
    "vetting.below_size": _("总投资 %(investment)s 万元，不到入库规模 %(minimum)s 万元"),
    "vetting.investment_unknown": _("没有填总投资"),
    "vetting.owner_unknown": _("没有业主，也没有意向业主"),
    "vetting.hold_over": _("暂缓到 %(day)s，已经过了"),
    "vetting.moving": _("%(days)s 天内有动态"),
}
SENTENCES: Mapping[str, Lazy] = {**STAGES, **MATURITY, **TWINS, **VETTING}


def reason_words(code: str, values: Mapping[str, object], named: Callable[[str, str], str] | None = None) -> str:
    """The sentence of a reason. ``named`` puts a stored code into words: called with the name of the value and the code."""
    told = values if named is None else {name: named(name, str(value)) for name, value in values.items()}
    found = SENTENCES.get(code)
    return code if found is None else str(found) % told
