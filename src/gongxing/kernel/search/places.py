"""The place of a unit in the tree as tokens: the unit and all its ancestors (``u40 u5 u1``). Permission is asked of them."""

from collections.abc import Iterable

from gongxing.kernel.org.models import PATH_DIGITS, Unit

STEP = PATH_DIGITS + 1


def mark(unit: int) -> str:
    """The token of a unit."""
    return f"u{unit}"


class Places:
    """All units as they stand now, read once."""

    def __init__(self) -> None:
        self._paths: dict[int, str] = dict(Unit.objects.order_by().values_list("pk", "path"))
        self._ids = {path: key for key, path in self._paths.items()}
        self._tokens: dict[int, str] = {}

    def of(self, unit: int | None) -> str:
        """The tokens of a unit; "" for none (seen only by those who see everything)."""
        if unit is None:
            return ""
        if unit not in self._tokens:
            path = self._paths.get(unit, "")
            ends = range(len(path), 0, -STEP)
            self._tokens[unit] = " ".join(mark(key) for end in ends if (key := self._ids.get(path[:end])) is not None)
        return self._tokens[unit]

    def under(self, units: Iterable[int]) -> list[int]:
        """These units and everything below them."""
        heads = tuple(path for unit in units if (path := self._paths.get(unit)))
        return [key for key, path in self._paths.items() if path.startswith(heads)] if heads else []

    def tops(self, units: Iterable[int]) -> tuple[int, ...]:
        """The topmost of these units: their subtrees carry their tokens too."""
        tops: list[str] = []
        for path in sorted(self._paths[unit] for unit in units if unit in self._paths):
            if not tops or not path.startswith(tops[-1]):
                tops.append(path)
        return tuple(self._ids[path] for path in tops)
