"""Past facts of this stage."""

from dataclasses import dataclass

from gongxing.kernel.events import Event


@dataclass(frozen=True)
class FirmsChanged(Event):
    """Firms were registered, imported or renamed; ``count`` of them, by this account and post."""

    count: int
    user_id: int
    post_id: int | None


@dataclass(frozen=True)
class FiguresChanged(Event):
    """Figures of these firms were written."""

    firm_ids: tuple[int, ...]
