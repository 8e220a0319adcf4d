"""What the applicant sees of the cases of a project: what to hand in, where it is, whose desk, the clocks, all that was told, the next date.

Desks, never persons. Of the trail only what is meant for the applicant: what was told to be lacking, and the reasons of a refusal, of an extension, of a decision.
Of the flow every act with its comment in full, those taken back marked as such.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.handing_in import LEDGER as MATERIAL
from gongxing.domains.approvals.actions.handing_in import SHUT
from gongxing.domains.approvals.items import Item
from gongxing.domains.approvals.models import Case, CaseFlow, CaseNote, CaseStep, Material, Stop
from gongxing.domains.approvals.panels import TONES, limit_words, unsure
from gongxing.domains.approvals.standing import (
    COMPLETE,
    DELIVER,
    PROMISED,
    RULES,
    STATUTORY,
    Times,
    ground_of,
    item_of,
    times_of,
)
from gongxing.engines.workdays import Limit
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.trail import Moment, read_entry
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.limits import provisional_words
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.files.models import StoredFile

CASE, NOTE = "approvals.case", "approvals.casenote"
STATE = Case.State
ASKED, REFUSED, EXTENDED, DECIDED = (
    "approvals.ask_correction",
    "approvals.refuse",
    "approvals.extend",
    "approvals.decide",
)
TOLD: dict[str, Lazy] = {
    ASKED: _("一次告知：要补的材料"),
    REFUSED: _("不予受理的理由"),
    EXTENDED: _("延长时限的理由"),
    DECIDED: _("决定的说明"),
}
STATE_TONES = {
    STATE.HANDED_IN: "vow", STATE.CORRECTING: "warn", STATE.RUNNING: "vow", STATE.STOPPED: "idle", STATE.DECIDED: "warn", STATE.DELIVERED: "good",
    STATE.REFUSED: "bad", STATE.WITHDRAWN: "idle",
}  # fmt: skip


@dataclass(frozen=True)
class ClockShown:
    """One clock of a case. ``due`` is None while it stands still; ``over`` says that it ended or fell away."""

    key: int
    rule: str
    label: str
    limit: str
    since: date
    due: datetime | None
    state: str
    tone: str
    basis: str
    status: str
    provisional: str
    over: bool


@dataclass(frozen=True)
class FileShown:
    """A file that was handed in."""

    key: int
    name: str
    day: date


@dataclass(frozen=True)
class MaterialShown:
    """A material: ``tone`` and ``words`` say how it stands, ``lacking`` what the desk asked for, ``files`` what came."""

    key: int
    name: str
    tone: str
    words: str
    lacking: str
    missing: bool
    files: tuple[FileShown, ...]


@dataclass(frozen=True)
class Told:
    """Something the applicant was told, or that was said on the way: by which desk, on which day. ``withdrawn``: the act was taken back."""

    day: date
    heading: str
    text: str
    desk: str
    withdrawn: bool = False


@dataclass(frozen=True)
class CaseShown:
    """One case as the applicant sees it. ``next`` is the sentence about what comes next, ``next_on`` its day where there is one; ``hands``: the
    desks it is with, those of the open steps of its flow where it has one."""

    key: int
    name: str
    turn: int
    state: str
    tone: str
    desk: str
    unit: str
    received_on: date
    next: str
    next_on: date | None
    clocks: tuple[ClockShown, ...]
    times: Times
    materials: tuple[MaterialShown, ...]
    told: tuple[Told, ...]
    takes_files: bool
    has_letter: bool
    hands: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many materials are not there yet, or not as they should be."""
        return sum(one.missing for one in self.materials)


def cases_shown(cases: Sequence[Case]) -> list[CaseShown]:
    """These cases (with ``post__unit`` joined) as shown, those that go on first. Nine queries, however many they are."""
    keys = [one.pk for one in cases]
    stops, materials, clocks = defaultdict(list), defaultdict(list), defaultdict(list)
    for stop in Stop.objects.filter(case__in=keys).order_by("start", "pk"):
        stops[stop.case_id].append(stop)
    for material in Material.objects.filter(case__in=keys).order_by("pk"):
        materials[material.case_id].append(material)
    for clock in Deadline.objects.filter(ledger=CASE, row__in=keys).prefetch_related("pauses").order_by("pk"):
        clocks[clock.row].append(clock)
    told, notes, hands = _moments(keys), _notes(keys), _hands(keys)
    files = _files([one.pk for rows in materials.values() for one in rows])
    shown = [
        _shown(
            one,
            stops[one.pk],
            materials[one.pk],
            clocks[one.pk],
            told.get(one.pk, []),
            notes.get(one.pk, []),
            files,
            hands.get(one.pk, ()),
        )
        for one in cases
    ]
    return sorted(shown, key=lambda one: not one.takes_files)


def told_of(case: Case) -> Moment | None:
    """The entry in which the applicant was told what is lacking; None where that was not told by the verb (an imported case)."""
    return next((one for one in _moments([case.pk]).get(case.pk, []) if lacking_of(one)), None)


def lacking_of(moment: Moment | None) -> str:
    """What an entry said was lacking."""
    return next((one.after or "" for one in moment.changes if one.field == "@lacking"), "") if moment else ""


def _moments(keys: Sequence[int]) -> dict[int, list[Moment]]:
    found: dict[int, list[Moment]] = defaultdict(list)
    for entry in Entry.objects.filter(ledger=CASE, row__in=keys, verb__in=tuple(TOLD)).order_by("id"):
        found[entry.row].append(read_entry(entry))
    return found


def _notes(keys: Sequence[int]) -> dict[int, list[tuple[bool, Told]]]:
    """What was done and said on the way of cases, the last first, with whether it was an act of the flow. The desk is that of the entry: a note itself names whoever wrote it."""
    rows = list(CaseNote.objects.filter(case__in=keys).order_by("pk"))
    made = (
        Entry.objects.filter(ledger=NOTE, row__in=[one.pk for one in rows], row_version=1)
        if rows
        else Entry.objects.none()
    )
    desks = dict(made.order_by("id").values_list("row", "post"))
    found: dict[int, list[tuple[bool, Told]]] = defaultdict(list)
    for one in reversed(rows):
        told = Told(one.noted_on, _heading(one), one.comment, desks.get(one.pk, ""), one.withdrawn)
        found[one.case_id].append((one.number > 0, told))
    return found


def _hands(keys: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The desks of the open steps of flows that are not over, by case."""
    live = (CaseFlow.Status.RUNNING, CaseFlow.Status.SUSPENDED)
    steps = CaseStep.objects.filter(flow__case__in=keys, flow__status__in=live, state=CaseStep.State.OPEN)
    found: dict[int, list[str]] = defaultdict(list)
    for one in steps.select_related("flow", "post__unit").order_by("pk"):
        found[one.flow.case_id].append(f"{one.post.unit.name} {one.post.title} · {one.name}")
    return {case: tuple(dict.fromkeys(desks)) for case, desks in found.items()}


def _heading(note: CaseNote) -> str:
    """The step, what was done there and to whom it went on."""
    verb = _t("进入流程") if note.number == 1 else str(note.get_verb_display())
    said = " · ".join(filter(None, (note.step, verb)))
    return f"{said} → {note.target}" if note.target else said


def _files(keys: Sequence[int]) -> Mapping[int, list[StoredFile]]:
    found: dict[int, list[StoredFile]] = defaultdict(list)
    for one in StoredFile.objects.filter(ledger=MATERIAL, row__in=keys).order_by("pk"):
        found[one.row].append(one)
    return found


def _shown(
    case: Case, stops: Sequence[Stop], materials: Iterable[Material], clocks: Sequence[Deadline], moments: Sequence[Moment],
    notes: Sequence[tuple[bool, Told]], files: Mapping[int, list[StoredFile]], hands: tuple[str, ...],
) -> CaseShown:  # fmt: skip
    for one in stops:
        one.case = case
    item = item_of(case)
    asked_at = next((one.at for one in moments if one.verb == ASKED), None)
    lines = _clocks(clocks)
    words, day = _next(case, lines)
    name = case.name or case.item
    return CaseShown(
        case.pk, item.name if item else name, case.turn, str(case.get_state_display()), STATE_TONES[STATE(case.state)], case.post.title, case.post.unit.name,
        case.received_on, words, day, lines, times_of(case, item, stops), tuple(_material(one, case, asked_at, files.get(one.pk, [])) for one in materials),
        _told(case, item, stops, moments, notes), case.state not in SHUT, case.correction_on is not None,
        hands or (f"{case.post.unit.name} {case.post.title}",),
    )  # fmt: skip


def _clocks(clocks: Iterable[Deadline]) -> tuple[ClockShown, ...]:
    order = {rule: place for place, rule in enumerate(RULES)}
    known = sorted((one for one in clocks if one.rule in order), key=lambda one: order[one.rule])
    return tuple(_clock(one) for one in known)


def _clock(one: Deadline) -> ClockShown:
    still = any(pause.end is None for pause in one.pauses.all())
    over = one.state not in (Deadline.State.RUNNING, Deadline.State.PASSED)
    return ClockShown(
        one.pk, one.rule, str(RULES[one.rule]), limit_words(Limit(one.limit, one.unit)), timezone.localtime(one.started_at).date(),
        None if still else timezone.localtime(one.due_at), str(one.get_state_display()), TONES[Deadline.State(one.state)], one.basis,
        unsure(one.basis_status), provisional_words(one), over,
    )  # fmt: skip


def _due(clocks: Iterable[ClockShown], *rules: str) -> date | None:
    days = [one.due.date() for one in clocks if one.rule in rules and one.due is not None and not one.over]
    return min(days, default=None)


def _next(case: Case, clocks: Sequence[ClockShown]) -> tuple[str, date | None]:
    """What comes next, in plain words, and its day. A day that went by without its act is said so."""
    if case.state == STATE.HANDED_IN:
        last = _due(clocks, COMPLETE)
        if last is not None and last < today():
            return _t("告知的期限已过，窗口在核对登记。没有告知过的，从收到材料那天起视为受理。"), last
        return _t("窗口在看材料齐不齐。到期没有告知，就从收到材料那天起视为受理。"), last
    if case.state == STATE.CORRECTING:
        return _t("等你把材料补齐。受理以前不算办理时间。"), None
    if case.state == STATE.RUNNING:
        return _deciding(_due(clocks, PROMISED), _due(clocks, STATUTORY))
    if case.state == STATE.STOPPED:
        return _t("已停钟，原因见下面的告知。事由消除以后接着数。"), None
    outcome = str(case.get_outcome_display())
    if case.state == STATE.DECIDED:
        return _t("已作出决定（%(outcome)s），等送达。") % {"outcome": outcome}, _due(clocks, DELIVER)
    if case.state == STATE.DELIVERED:
        return _t("，").join(filter(None, (_t("已办结：%(outcome)s") % {"outcome": outcome}, case.document))) + _t(
            "。"
        ), None
    if case.state == STATE.REFUSED:
        return _t("不予受理，理由见下面的告知。"), None
    return _t("你已撤回，不再办理。"), None


def _deciding(promised: date | None, statutory: date | None) -> tuple[str, date | None]:
    """When the decision is to be expected: by the promise while that day is not over, then by the law."""
    day = today()
    if promised is not None and promised >= day:
        return _t("正在办理。承诺最迟在这一天作出决定。"), promised
    if statutory is not None and statutory >= day:
        late = _t("承诺的日子（%(day)s）已过，还没有作出决定。") % {"day": promised.isoformat()} if promised else ""
        return (late or _t("正在办理。")) + _t("法定最迟在这一天作出决定。"), statutory
    last = statutory or promised
    if last is not None:
        return _t("时限（%(day)s）已过，还没有作出决定，请向窗口催办。") % {"day": last.isoformat()}, None
    return _t("正在办理。"), None


def _material(one: Material, case: Case, asked_at: datetime | None, files: Sequence[StoredFile]) -> MaterialShown:
    shown = tuple(FileShown(file.pk, file.name, timezone.localtime(file.created_at).date()) for file in files)
    again = asked_at is not None and any(file.created_at > asked_at for file in files)
    missing = False
    if one.lacking and again:
        tone, words = "vow", _t("已补交，等窗口核对")
    elif one.lacking:
        tone, words, missing = "warn", _t("要补"), True
    elif one.handed_on:
        tone, words = "good", _t("%(day)s 交来") % {"day": one.handed_on.isoformat()}
    elif one.later_on:
        tone, words, missing = "vow", _t("容缺，%(day)s 前补交") % {"day": one.later_on.isoformat()}, True
    else:
        tone, words, missing = "warn", _t("还没有交"), True
    return MaterialShown(one.pk, one.name, tone, words, one.lacking, missing and case.state not in SHUT, shown)


def _told(
    case: Case, item: Item | None, stops: Iterable[Stop], moments: Iterable[Moment], notes: Sequence[tuple[bool, Told]]
) -> tuple[Told, ...]:
    """Everything told and said, the last day first. What stands both in an act of the flow and in the trail, or in the trail and in a remark, is said once."""
    desk = case.post.unit.name
    found, seen = [], set()
    acts = {told.text for act, told in notes if act}
    for one in moments:
        text = lacking_of(one) if one.verb == ASKED else one.why.strip()
        day = case.correction_on if one.verb == ASKED else None
        if text and one.tx not in seen and text not in acts:  # a verb leaves several entries, its reason stands in each
            seen.add(one.tx)
            found.append(Told(day or timezone.localtime(one.at).date(), str(TOLD[one.verb]), text, desk))
    told_already = {one.text for one in found}
    found = [told for act, told in notes if act or told.text not in told_already] + found
    for stop in stops:
        ground = None if item is None else ground_of(stop, item)
        name = stop.ground if ground is None else ground.name
        found.append(Told(stop.start, _t("停钟：%(ground)s") % {"ground": name}, stop.proof, desk))
        if stop.end is not None:
            found.append(Told(stop.end, _t("恢复计时：%(ground)s") % {"ground": name}, _t("从下一天起接着数。"), desk))
    if case.silent and case.accepted_on:
        text = _t("到期没有告知要补什么，从收到材料那天起视为受理（行政许可法第三十二条）。")
        found.append(Told(case.accepted_on, _t("视为受理"), text, desk))
    return tuple(sorted(found, key=lambda one: one.day, reverse=True))
