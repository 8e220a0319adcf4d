"""Which cases under way keep rules that have changed since: their item's row of today beside that of the day they began. Reads alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _t

from gongxing.domains.approvals.items import PACK, Item, item_on
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.panels import limit_words
from gongxing.kernel.packs.tables import table

UNDECIDED = (Case.State.HANDED_IN, Case.State.CORRECTING, Case.State.RUNNING, Case.State.STOPPED)
KEY_LENGTH, ITEMS = 24, "items"


@dataclass(frozen=True)
class Difference:
    """One cell of an item then and now, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """What changed of an item for the cases that began under the same old row."""

    item: str
    name: str
    differences: tuple[Difference, ...]

    @property
    def key(self) -> str:
        """The same for the same change, whenever it is looked at."""
        said = "|".join(f"{one.label}:{one.old}>{one.new}" for one in self.differences)
        return sha256(f"{self.item}|{said}".encode()).hexdigest()[:KEY_LENGTH]

    @property
    def words(self) -> str:
        """The change in one line."""
        return _t("；").join(f"{one.label} {one.old} → {one.new}" for one in self.differences)


def undecided(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of these cases whose rules still say something."""
    return cases.filter(state__in=UNDECIDED)


def changes_of(cases: QuerySet[Case], day: date) -> Mapping[tuple[str, date], Change]:
    """Item and day of the rules → what is otherwise on ``day``; items that are as they were are left out. One query, and one of the pack for each day
    cases began on; an item is read only where its row is another one."""
    began = undecided(cases).order_by().values_list("item", "rules_on").distinct()
    now, tables = table(PACK, ITEMS, day), {}
    known: dict[tuple[str, object], Change | None] = {}
    found: dict[tuple[str, date], Change] = {}
    for code, first in began:
        if first not in tables:
            tables[first] = table(PACK, ITEMS, first)
        old, new = tables[first].by_key(code), now.by_key(code)
        if old is new:
            continue
        pair = (code, None if old is None else tuple(old.items()))
        if pair not in known:
            then, there = item_on(code, first), item_on(code, day)
            name = next((one.name for one in (there, then) if one is not None), code)
            differences = _differences(then, there)
            known[pair] = Change(code, name, differences) if differences else None
        change = known[pair]
        if change is not None:
            found[code, first] = change
    return found


def _differences(then: Item | None, now: Item | None) -> tuple[Difference, ...]:
    if then is None and now is None:
        return ()
    if then is None or now is None:
        there, gone = _t("有"), _t("没有")
        return (Difference(_t("事项库"), gone if then is None else there, gone if now is None else there),)
    cells = (
        (_t("法定时限"), limit_words(then.limit), limit_words(now.limit)),
        (_t("承诺时限"), limit_words(then.promised), limit_words(now.promised)),
        (_t("可以延长"), limit_words(then.extension), limit_words(now.extension)),
    )
    found = [Difference(*cell) for cell in cells if cell[1] != cell[2]]
    if then.materials != now.materials:
        found.append(Difference(_t("材料"), _only(then.materials, now.materials), _only(now.materials, then.materials)))
    return tuple(found)


def _only(some: Sequence[str], others: Sequence[str]) -> str:
    """The materials one list has and the other has not."""
    return _t("、").join(one for one in some if one not in others) or "—"


def posts_of(cases: QuerySet[Case], changes: Mapping[tuple[str, date], Change]) -> Mapping[tuple[int, Change], int]:
    """Desk and change → how many cases of the desk it touches. One query."""
    counted: dict[tuple[int, Change], int] = defaultdict(int)
    rows = undecided(cases).order_by().values_list("post", "item", "rules_on").annotate(n=Count("pk"))
    for post, item, began, n in rows:
        change = changes.get((item, began))
        if change is not None:
            counted[post, change] += n
    return counted
