"""What a reader asks of the map: lines to try, a day to look at, another day to compare with, and what to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from gongxing.domains.chain.disclosure import for_reader
from gongxing.domains.chain.models import Node
from gongxing.domains.chain.queries import Graded, first_day, graded
from gongxing.domains.chain.show import Filter
from gongxing.domains.chain.words import KINDS, PART_KINDS, WAYS, parameter_words, state_word
from gongxing.engines.chain import CODES, NodeChange, compare
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.packs.tables import table
from gongxing.kernel.pages.requests import number_of

TRIAL = "t."
LARGEST = 1e6
TRIED = (
    "chain.critical", "chain.weak.local_rate", "chain.weak.firms", "chain.strong.firms", "chain.weight.value", "chain.weight.betweenness",
    "chain.weight.barrier", "chain.weight.dependence", "chain.weight.policy",
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """The grading shown; the one of the same day by the pack's own lines; the one of the other day, if one was asked for; what was
    tried; what could not be read, in sentences."""

    found: Graded
    own: Graded
    other: Graded | None
    trial: Mapping[str, float]
    day: date
    faults: tuple[str, ...]

    @property
    def past(self) -> bool:
        """Whether an earlier day is shown."""
        return self.day < today()


def read(params: QueryDict, actor: Actor, leaving: bool = False) -> Reading:
    """Read the address: ``t.<code>`` lines to try, ``day`` and ``with`` as dates. The gradings are those this reader may see; ``leaving``: those he
    may take along in a paper or a file."""
    trial, faults = _trial(params)
    day, other = _day(params, "day", faults) or today(), _day(params, "with", faults)
    own = graded(day=day)
    found = own
    if trial:
        try:
            found = graded(trial, day)
        except ValueError:
            faults.append(_("这些界线和权重放在一起没法算（例如权重全是 0、比例大于 100%），没有试用。"))
            trial = {}
    compared = None if other is None else for_reader(graded(trial or None, other), actor, leaving)
    return Reading(
        for_reader(found, actor, leaving), for_reader(own, actor, leaving), compared, trial, day, tuple(faults)
    )


def _trial(params: QueryDict) -> tuple[dict[str, float], list[str]]:
    """Values the reader tries instead of the pack's, by code; what cannot be read is named, not guessed."""
    trial: dict[str, float] = {}
    faults: list[str] = []
    for code in CODES:
        text = params.get(f"{TRIAL}{code}", "").strip()
        if not text:
            continue
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value < LARGEST:
            faults.append(_("“%(text)s”不是 0 以上的数，没有试用。") % {"text": text[:20]})
        else:
            trial[code] = value
    return trial, faults


def _day(params: QueryDict, name: str, faults: list[str]) -> date | None:
    text = params.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        faults.append(_("看不懂日期“%(text)s”，请写成 2026-03-31。") % {"text": text[:20]})
        return None
    if day > today():
        faults.append(_("%(day)s 还没到，显示今天。") % {"day": day.isoformat()})
        return None
    return day


def filter_of(params: QueryDict) -> Filter:
    """States, segment, park and the chosen link."""
    park = params.get("park", "")
    return Filter(
        frozenset(params.getlist("state")), params.get("segment", ""), number_of(park) or 0, params.get("node", "")
    )  # fmt: skip


def trial_fields(read: Reading) -> list[dict[str, Any]]:
    """Lines and weights one can try, with the pack's own values."""
    labels = {row["code"]: (row["name_zh"], row["unit"]) for row in table("parameters", "parameters", read.day)}
    fields = []
    for code in TRIED:
        name, scale = CODES[code]
        own = getattr(read.own.grading.parameters, name) / scale
        label, unit = labels.get(code, (code, ""))
        fields.append(
            {
                "name": f"{TRIAL}{code}", "code": code, "label": parameter_words(label), "unit": unit, "own": f"{own:g}",
                "value": f"{read.trial[code]:g}" if code in read.trial else "",
            }
        )  # fmt: skip
    return fields


def moved(before: Graded, after: Graded, chain: str = "") -> list[dict[str, Any]]:
    """What differs between two gradings, of one chain or of all: the link, what kind of change, from what to what, and why."""
    names = {node.code: node.label for graded_ in (before, after) for node in graded_.rows.nodes}
    found = compare(before.grading, after.grading).changes
    return [_told(one, names) for one in found if one.kind != "act_changed" and chain in ("", one.chain)]


def _told(change: NodeChange, names: Mapping[str, str]) -> dict[str, Any]:
    key = change.kind in PART_KINDS
    return {
        "code": change.node, "chain": change.chain, "name": names.get(change.node, change.node), "kind": str(KINDS[change.kind]),
        "way": WAYS.get(change.kind, "other"), "key": key,
        "before": _score(change.before) if key else state_word(change.before), "after": _score(change.after) if key else state_word(change.after),
        "reasons": change.reasons,
    }  # fmt: skip


def _score(text: str) -> str:
    return f"{float(text):.0f}" if text else "—"


def timeline(read: Reading) -> dict[str, Any]:
    """The slider: its first and last day, and where it stands, in days."""
    first = first_day() or today()
    last = max((today() - first).days, 0)
    return {
        "first": first, "last": today(), "span": last, "at": min(max((read.day - first).days, 0), last), "day": read.day,
        "past": read.past,
    }  # fmt: skip


def changed(told: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """For the map: link → way and word of its change; better or worse outranks what is neither."""
    found: dict[str, tuple[str, str]] = {}
    for one in told:
        if found.get(one["code"], ("other", ""))[0] == "other":
            found[one["code"]] = one["way"], one["kind"]
    return found


def segments(shown: Filter, there: Any) -> list[dict[str, Any]]:
    """The choice of a segment."""
    return [
        {
            "label": str(label), "active": shown.segment == value, "url": there(segment="" if shown.segment == value else value),
        }
        for value, label in Node.Segment.choices
    ]  # fmt: skip
