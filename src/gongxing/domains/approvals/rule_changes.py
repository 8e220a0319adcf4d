"""Which cases under way keep rules that have changed since: their item's row of today beside that of the day they began. Reads alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _t

from gongxing.domains.approvals.items import Item, item_names, item_on
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.panels import limit_words

UNDECIDED = (Case.State.HANDED_IN, Case.State.CORRECTING, Case.State.RUNNING, Case.State.STOPPED)
KEY_LENGTH = 24


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
    """Item and day of the rules → what is otherwise on ``day``; items that are as they were are left out. One query and the packs."""
    pairs = undecided(cases).order_by().values_list("item", "rules_on").annotate(n=Count("pk"))
    names, now, found = item_names(day), {}, {}
    for code, began, _n in pairs:
        if code not in now:
            now[code] = item_on(code, day)
        then = item_on(code, began)
        differences = _differences(then, now[code])
        if differences:
            name = names.get(code) or (then.name if then is not None else code)
            found[code, began] = Change(code, name, differences)
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
