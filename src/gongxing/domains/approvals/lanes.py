"""The green lane: its rules as the pack has them, who is on it, what it makes of a promised limit, and how much of it there is.

A promised limit of p working days becomes ⌈ratio × p⌉ on a lane whose grade has a ratio; 0 stays 0. The statutory limit is none of its business.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from django.db.models import Count, QuerySet

from gongxing.domains.approvals.items import PACK, Item
from gongxing.domains.approvals.models import Case, GreenLane
from gongxing.kernel.packs.status import status_words
from gongxing.kernel.packs.tables import PackRow, table

LEDGER, TABLE = "approvals.greenlane", "greenlane"
ENTRY, BAR, GRADE, GIVE, NEVER, WATCH = "entry", "bar", "grade", "give", "never", "watch"
SHARE, RATIO = "usage_share", "ratio"
GOING = (Case.State.HANDED_IN, Case.State.CORRECTING, Case.State.RUNNING, Case.State.STOPPED, Case.State.DECIDED)
HUNDRED = 100


@dataclass(frozen=True)
class LaneRule:
    """A row of the lane's rules. ``value`` None where it has no number; ``unsure`` is the word of its status where nobody has verified it."""

    code: str
    part: str
    key: str
    text: str
    value: Decimal | None
    unit: str
    note: str
    basis: str
    unsure: str

    @property
    def figure(self) -> str:
        """The number as it is read, "" where there is none."""
        return "" if self.value is None else f"{self.value:,f}"


def lane_rules(day: date) -> Mapping[str, Sequence[LaneRule]]:
    """The rules as they hold on a day, by part."""
    found: dict[str, list[LaneRule]] = defaultdict(list)
    names = {row["code"]: row["name_zh"] for row in table("vocab", "sources", day)}
    words = status_words(day)
    for row in table(PACK, TABLE, day):
        unsure = "" if row.status == "verified" else words.get(row.status, row.status)
        basis = source_words(row.source, names)
        rule = LaneRule(
            row["code"],
            row["part"],
            row["key"],
            row["text_zh"],
            _value(row),
            row["unit"],
            row["note_zh"],
            basis,
            unsure,
        )
        found[rule.part].append(rule)
    return found


def entry_rule(code: str, day: date) -> LaneRule | None:
    """The condition of entry with this code; None for anything else."""
    return next((one for one in lane_rules(day).get(ENTRY, ()) if one.code == code), None)


def _value(row: PackRow) -> Decimal | None:
    try:
        return Decimal(row["value"]) if row["value"] else None
    except InvalidOperation:
        return None


def source_words(codes: str, names: Mapping[str, str]) -> str:
    """Sources ``HPF:25;XFF:12`` by the names of the vocabulary; what it does not have stays as it is written."""
    said = []
    for one in filter(None, codes.split(";")):
        code, _colon, article = one.partition(":")
        said.append(f"{names.get(code, code)} {article}".strip())
    return "；".join(said)


def lane_of(project: int) -> GreenLane | None:
    """The stay on the lane that has not ended. One query."""
    return GreenLane.objects.filter(project_id=project, left_on__isnull=True).first()


def shortened(lane: GreenLane | None, item: Item | None) -> int | None:
    """The promised limit in working days that a lane makes of the item's own; None where there is no lane, or it does not shorten this one."""
    if lane is None or item is None or item.promised is None or item.promised.unit != "wd":
        return None
    rows = table(PACK, TABLE, lane.entered_on)
    grade = next((one for one in rows if (one["part"], one["key"], one["unit"]) == (GRADE, lane.grade, RATIO)), None)
    ratio = None if grade is None else _value(grade)
    return None if ratio is None else int((ratio * item.promised.n).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True)
class Meeting:
    """The meeting a grade promises: within how many working days, by which article, and how well that is checked."""

    days: int
    basis: str
    status: str


def meeting_of(lane: GreenLane) -> Meeting | None:
    """The meeting the grade of a stay promises by the rules of its first day; None where it promises none."""
    rows = table(PACK, TABLE, lane.entered_on)
    row = next((one for one in rows if (one["part"], one["key"], one["unit"]) == (GRADE, lane.grade, "wd")), None)
    days = None if row is None else _value(row)
    return None if row is None or days is None else Meeting(int(days), row.source, row.status)


@dataclass(frozen=True)
class Usage:
    """How many cases under way are on the lane. ``most``: the rule with the share (in per cent) above which there is a warning."""

    on_lane: int
    all: int
    most: LaneRule | None

    @property
    def percent(self) -> Decimal | None:
        """The share in per cent; None where nothing is under way."""
        return Decimal(HUNDRED * self.on_lane) / self.all if self.all else None

    @property
    def warning(self) -> bool:
        """Whether it is above the rule's share."""
        share = self.percent
        return share is not None and self.most is not None and self.most.value is not None and share > self.most.value


def usage(cases: QuerySet[Case], day: date) -> Usage:
    """The share of the lane among those of these cases that are under way. Two queries."""
    most = next((one for one in lane_rules(day).get(WATCH, ()) if one.key == SHARE), None)
    going = cases.filter(state__in=GOING).order_by()
    lanes = GreenLane.objects.filter(left_on__isnull=True).values("project")
    return Usage(going.filter(project__in=lanes).count(), going.count(), most)


def going_by_project(projects: Iterable[int]) -> Mapping[int, tuple[int, int]]:
    """Cases under way of each project, and how many of them have a shortened promise. One query."""
    rows = Case.objects.filter(project__in=list(projects), state__in=GOING).order_by()
    counted = rows.values("project").annotate(n=Count("pk"), short=Count("promised")).values_list("project", "n", "short")  # fmt: skip
    return {project: (n, short) for project, n, short in counted}
