"""Past facts about rules."""

from dataclasses import dataclass

from gongxing.kernel.events import Event


@dataclass(frozen=True)
class RulesChanged(Event):
    """The county changed rows of a pack table; what was computed from it may be computed anew."""

    pack: str
    table: str
    user_id: int
