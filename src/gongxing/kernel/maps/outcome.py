"""What reading a map file gives: layers, questions, faults of single rows. Words are put to the codes by who shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from gongxing.engines.reasons import Reason

Cell = str | int | float | date | None
TEXT, NUMBER, DATE = "text", "number", "date"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of attributes: its name as written in the file, and ``text``, ``number`` or ``date``."""

    name: str
    kind: str = TEXT


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question. ``value`` is what is sent back, ``reason`` says what it would mean."""

    value: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Question:
    """What a person must decide before the file can be read.

    ``key`` is the name under which the answer comes back, ``reason`` why it is asked, ``suggested`` the value of the choice that
    fits best ("" where none does), ``free`` whether another value may be typed.
    """

    key: str
    reason: Reason
    choices: tuple[Choice, ...] = ()
    suggested: str = ""
    free: bool = False


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why one row cannot be taken as it stands. ``number`` counts the rows of the file from 1; x, y (degrees) is where it is seen."""

    number: int
    reason: Reason
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """Rows of a layer, or a batch of them.

    ``numbers[i]``, ``rows[i]`` and ``shapes[i]`` belong together; a shape is WKB in EPSG:4490, two-dimensional, or None where the
    file has none. Rows with a fault are kept, so that the fault can be drawn; ``sound`` tells which have none.
    """

    name: str
    columns: tuple[Column, ...]
    numbers: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shapes: tuple[bytes | None, ...]
    source_crs: str
    notes: tuple[Reason, ...] = ()
    faults: tuple[RowFault, ...] = ()

    @property
    def sound(self) -> tuple[bool, ...]:
        """Per row, whether no fault stands against it."""
        bad = {fault.number for fault in self.faults}
        return tuple(number not in bad for number in self.numbers)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken. Sizes in bytes; ``ratio`` is unpacked over packed, asked of archives that unpack to more than 50 MB."""

    bytes: int = 500 * 1024 * 1024
    unpacked: int = 1500 * 1024 * 1024
    ratio: int = 200
    entries: int = 5000
    rows: int = 500_000
    vertices: int = 200_000
    batch: int = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """The box the shapes should lie in (degrees), usually the county with a margin of its own size. ``margin`` in degrees."""

    west: float
    south: float
    east: float
    north: float
    margin: float = 0.1

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point lies in the box or its margin."""
        return (
            self.west - self.margin <= lon <= self.east + self.margin
            and self.south - self.margin <= lat <= self.north + self.margin
        )

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file shall be read: answers so far by the key of their question, where it should lie, what kind of shape is wanted.

    ``wanted`` is ``area``, ``line``, ``point`` or ``any``.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None
    wanted: str = "area"
    limits: Limits = field(default_factory=Limits)


class Asking(Exception):
    """Raised inside a reader where it cannot go on without an answer."""

    def __init__(self, *questions: Question) -> None:
        super().__init__(", ".join(question.reason.code for question in questions))
        self.questions = questions
