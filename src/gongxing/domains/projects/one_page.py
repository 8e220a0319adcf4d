"""项目一页纸: what the county head asks of one project, collected once for Word and for the printed page.

Stage track, what is missing to the next stage and who owes it, days planned and real, the parts of the money, promises both ways, the next step.
Nothing is worked out here that the project's page does not show; lists are cut to what a page holds and say how much was cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gongxing.domains.projects.gating import Gate, Gates
from gongxing.domains.projects.maturing import MaturityBox, maturity_box
from gongxing.domains.projects.models import Project
from gongxing.domains.projects.models.promises import Side
from gongxing.domains.projects.panels import PLANS, funds_of, standing_of, track_of
from gongxing.domains.projects.promising import BoxRow, promise_box, rate_of, readable
from gongxing.kernel.access.visible import may
from gongxing.kernel.clock import now
from gongxing.kernel.ledger.column import counted
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.invented import Shown, invented_words
from gongxing.kernel.ledger.show import display, number_text
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Post

HERE, PROMISE = "projects.project", "projects.promise"
LACKING, PROMISES = 6, 3
REAL = {"construction": "started_on", "completed": "completed_on", "production": "produced_on", "full_capacity": "full_on"}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A stage of the track. ``state``: done, skipped, now, next; ``when``: the day, the planned month, or words."""

    label: str
    state: str
    when: str


@dataclass(frozen=True)
class Lack:
    """One missing thing: what, why, who owes it, until when, and whether the stage cannot be entered without it."""

    label: str
    words: str
    owes: str
    due: str
    blocks: bool


@dataclass(frozen=True)
class Kept:
    """The promises of one side: the rate in words, the first ones, and how many more there are."""

    side: str
    rate: str
    lines: tuple[BoxRow, ...]
    more: int


@dataclass(frozen=True)
class OnePage:
    """The page. ``basics`` and ``money`` are pairs of label and text; ``dates``: label, planned, real. ``promises`` None: the reader may not see
    them. ``standing``: what is to be said of a project on hold or gone, "" otherwise."""

    title: str
    number: str
    warning: str
    standing: str
    basics: tuple[tuple[str, str], ...]
    track: tuple[Step, ...]
    gate: str
    lacking: tuple[Lack, ...]
    more: int
    dates: tuple[tuple[str, str, str], ...]
    money: tuple[tuple[str, str], ...]
    money_note: str
    promises: tuple[Kept, ...] | None
    following: tuple[str, ...]
    foot: str


def one_page(project: Project, actor: Actor) -> OnePage:
    """The page of a project the reader may see, as of today."""
    gates = Gates(project)
    ahead = gates.following()
    gate = gates.gate(ahead[0]) if ahead else None
    shown = gate.lacking[:LACKING] if gate is not None else ()
    due = _day(getattr(project, PLANS[gate.to_stage])) if gate is not None and gate.to_stage in PLANS else "—"
    standing = _standing(gates)
    maturity = maturity_box(project)
    return OnePage(
        title=project.name, number=project.code or project.number,
        warning=invented_words([Shown(pgettext("several", "项目"), int(project.invented), 1)]), standing=standing,
        basics=_basics(project, gates, maturity),
        track=tuple(Step(str(one["label"]), one["state"], _when(one)) for one in track_of(gates, "")),
        gate=_gate_words(gate), lacking=tuple(Lack(one.label, one.words, str(one.owes), due, one.blocks) for one in shown),
        more=len(gate.lacking) - len(shown) if gate is not None else 0,
        dates=tuple((gates.label(stage), _day(getattr(project, PLANS[stage])), _day(getattr(project, REAL[stage]))) for stage in REAL),
        money=_money(project), money_note=_money_note(project),
        promises=_promises(project, actor) if may(actor, "view", PROMISE) else None,
        following=_following(gates, gate, maturity), foot=_foot(actor),
    )  # fmt: skip


def _day(value: Any) -> str:
    return value.isoformat() if value is not None else "—"


def _when(step: dict[str, Any]) -> str:
    return step["day"].isoformat() if step["state"] == "done" and step["day"] is not None else str(step["when"])


def _post(post: Post | None) -> str:
    return "—" if post is None else f"{post.unit.name} {post.title}"


def _amount(value: Decimal | None, unit: str) -> str:
    return "—" if value is None else f"{number_text(value, 2)} {counted(unit)}"


def _basics(project: Project, gates: Gates, maturity: MaturityBox) -> tuple[tuple[str, str], ...]:
    ledger = ledger_named(HERE)
    place = " ".join(filter(None, (project.site.name if project.site else "", project.place)))
    stage = gates.label(project.stage)
    since = (
        _("%(stage)s（自 %(day)s）") % {"stage": stage, "day": _day(project.stage_on)} if project.stage_on else stage
    )
    return (
        (_("业主"), project.owner_label or "—"), (_("责任单位"), project.unit.name),
        (_("责任领导"), _post(project.leader)), (_("经办岗位"), _post(project.owner)),
        (_("阶段"), since), (_("行业"), display(ledger.column("industry"), project)),
        (_("建设地点"), place or "—"), (_("用地"), _amount(project.land_mu, _("亩"))),
        (_("成熟度"), _("%(score)s 分，%(label)s") % {"score": maturity.score, "label": maturity.label}), (_("七个一批"), maturity.batch),
        (_("达产年产值"), _amount(project.output_planned, _("万元"))), (_("达产年税收"), _amount(project.tax_planned, _("万元"))),
    )  # fmt: skip


def _standing(gates: Gates) -> str:
    told = standing_of(gates)
    if told is None:
        return ""
    parts = [str(told["label"])]
    if told["since"] is not None:
        parts.append(_("自 %(day)s") % {"day": told["since"].isoformat()})
    if told["reason"]:
        parts.append(_("原因：%(reason)s") % {"reason": told["reason"]})
    if told["to_unit"]:
        parts.append(_("承接单位：%(unit)s") % {"unit": told["to_unit"]})
    if told["until"] is not None:
        parts.append((_("%(day)s 已到期，请恢复或退库") if told["over"] else _("到 %(day)s")) % {"day": told["until"].isoformat()})  # fmt: skip
    return _("；").join([*parts, *filter(None, (told["note"],))])


def _gate_words(gate: Gate | None) -> str:
    if gate is None:
        return ""
    if not gate.lacking:
        return _("进入%(stage)s的都齐了（%(total)d 样）") % {"stage": gate.label, "total": gate.total}
    return _("离%(stage)s还差 %(n)d 样（%(total)d 样已有 %(met)d 样）") % {"stage": gate.label, "n": len(gate.lacking), "total": gate.total, "met": gate.met}  # fmt: skip


def _share(percent: Any) -> str:
    return "" if percent is None else _("（%(share)s%%）") % {"share": percent}


def _money(project: Project) -> tuple[tuple[str, str], ...]:
    funds = funds_of(project)
    parts = [(_("总投资"), _amount(project.total_investment, _("万元")))]
    for one in funds["bars"]:
        parts.append((str(one["label"]), f"{_amount(one['amount'], _('万元'))}{_share(one['share'])}"))
    return (
        *parts, (_("到位资金"), f"{_amount(project.funds_in_place, _('万元'))}{_share(funds['there_share'])}"),
        (_("本年计划投资"), _amount(project.annual_plan, _("万元"))), (_("累计完成投资"), _amount(project.invested, _("万元"))),
    )  # fmt: skip


def _money_note(project: Project) -> str:
    """Whether the parts are the total."""
    funds = funds_of(project)
    if not funds["bars"]:
        return _("还没有填资金来源。")
    if funds["gap"] is None:
        return _("没有填总投资，核不了合计。")
    if not funds["gap"]:
        return _("各项合计等于总投资。")
    return _("各项合计和总投资相差 %(gap)s 万元。") % {"gap": number_text(funds["gap"], 2)}


def _promises(project: Project, actor: Actor) -> tuple[Kept, ...]:
    """Both sides, what is late first."""
    box, rows = promise_box(project, actor), list(readable(actor).filter(project_id=project.pk))
    found = []
    for value, label in Side.choices:
        rate = rate_of(str(label), [one for one in rows if one.side == value], box.rate.as_of)
        lines = [one for one in box.rows if one.side == str(label)]
        words = _("%(all)d 项已兑现 %(kept)d 项；%(words)s") % {
            "all": rate.all,
            "kept": rate.all_kept,
            "words": rate.words,
        }
        found.append(Kept(str(label), words if lines else _("没有登记"), tuple(lines[:PROMISES]), max(len(lines) - PROMISES, 0)))  # fmt: skip
    return tuple(found)


def _following(gates: Gates, gate: Gate | None, maturity: MaturityBox) -> tuple[str, ...]:
    """What is to be done next: what keeps the gate shut first, else the step itself, then the cheapest gain in maturity."""
    if gate is None:
        return (_("没有下一个阶段。"),)
    said: list[str] = []
    if gates.held_at:
        said.append(_("暂缓到期前定：恢复到%(stage)s，或退库。") % {"stage": gate.label})
    elif gate.blocking:
        first = gate.blocking[0]
        said.append(_("先办“%(item)s”（%(owes)s）：%(words)s") % {"item": first.label, "owes": first.owes, "words": first.words})  # fmt: skip
    else:
        said.append(_("必办的都齐了，可以办理进入%(stage)s。") % {"stage": gate.label})
    for one in maturity.steps[:1]:
        said.append(_("最省力的提分：%(part)s到“%(to)s”，加 %(gain)s 分，约 %(days)s 个工作日") % {"part": one.label, "to": one.to, "gain": one.gain, "days": one.days})  # fmt: skip
    return tuple(said)


def _foot(actor: Actor) -> str:
    post = f"{actor.post.unit_name} {actor.post.title}" if actor.post else actor.name
    moment = timezone.localtime(now()).strftime("%Y-%m-%d %H:%M")
    return _("来源：项目储备库、承诺台账、关口规则包；截至 %(moment)s；制表：%(post)s") % {
        "moment": moment,
        "post": post,
    }


def paired(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str, str, str]]:
    """Pairs of label and text two by two, the last one filled up."""
    filled = [*pairs, ("", "")] if len(pairs) % 2 else list(pairs)
    return [(*one, *other) for one, other in zip(filled[::2], filled[1::2], strict=True)]
