"""Writing what was drawn, week after week, so that the trail reads as it would have."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.utils import timezone

from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import at, now, today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import SYSTEM

WHY = "生成演示地块与规划（全部虚构）"
Step = Callable[[Ctx], None]
R = TypeVar("R", bound=Row)


class Journal:
    """Collects steps by day. The register was opened on a day: what happened earlier was entered then; what lies in the future is not."""

    def __init__(self, opened: date) -> None:
        self.opened = opened
        self.today, self.now = today(), now()
        self.steps: dict[date, list[Step]] = defaultdict(list)

    def on(self, day: date, step: Step) -> None:
        """Note a step."""
        if day <= self.today:
            self.steps[max(day, self.opened)].append(step)

    def write(self) -> None:
        """Each week in one go on its last day, what is noted meanwhile for a later day too."""
        while self.steps:
            first = min(self.steps)
            last = first if first == self.opened else min(first + timedelta(days=6 - first.weekday()), self.today)
            moment = min(timezone.make_aware(datetime.combine(last, time(16, 30))), self.now)
            with at(moment), writing(SYSTEM, "demo", WHY) as ctx:
                while self.steps and (day := min(self.steps)) <= last:
                    for step in self.steps.pop(day):
                        step(ctx)


def made(model: type[R], values: Mapping[str, Any], **known: Row) -> R:
    """An invented row with what its register works out of the values. ``known`` are rows it refers to, so that nothing asks for them again."""
    row = model(**ledger_named(model._meta.label_lower).derive(dict(values), None), invented=True)
    for name, other in known.items():
        setattr(row, name, other)
    return row


def changed(ctx: Ctx, row: Row, facts: Mapping[str, Any]) -> None:
    """Write facts and what the register works out of them."""
    ctx.update(row, **ledger_named(row._meta.label_lower).derive(dict(facts), row))
