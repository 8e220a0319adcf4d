"""Plumbing shared by every benchmark: arguments, printing, bounds and the last line.

A benchmark module looks like this::

    def main(argv: Sequence[str] | None = None) -> int:
        args = arguments(__doc__, argv)
        folder = args.data / "labels"
        if not folder.is_dir():
            return skip(f"{folder} is absent: nothing measured.")
        bounds = Bounds()
        case("set A", strict=0.71, rows=384)
        bounds.check("strict", 0.71, ">=", 0.65)
        return bounds.finish()

    if __name__ == "__main__":
        sys.exit(main())
"""

from __future__ import annotations

import argparse
import math
import operator
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCES = REPOSITORY / "src"
if str(SOURCES) not in sys.path:  # so that a checkout measures itself without being installed
    sys.path.insert(0, str(SOURCES))

Figure = float | int | str

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
}


@dataclass(frozen=True)
class Arguments:
    """What every benchmark takes: the folder of shared data and the seed of whatever it draws."""

    data: Path
    seed: int


def default_data() -> Path:
    """``$GONGXING_SHARED/data`` when set, else ``../shared/data`` beside the repository."""
    shared = os.environ.get("GONGXING_SHARED")
    return (Path(shared) if shared else REPOSITORY.parent / "shared") / "data"


def arguments(description: str | None, argv: Sequence[str] | None = None, seed: int = 20260101) -> Arguments:
    """Read ``--data DIR`` and ``--seed N``."""
    parser = argparse.ArgumentParser(description=(description or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=default_data(), help="folder with the real files")
    parser.add_argument("--seed", type=int, default=seed)
    read = parser.parse_args(argv)
    return Arguments(data=read.data, seed=read.seed)


def show(value: Figure) -> str:
    """A figure as printed: four significant digits for fractions, whole numbers and words as they are."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def line(**figures: Figure) -> str:
    """``name=value name=value …`` on one line."""
    return " ".join(f"{key}={show(value)}" for key, value in figures.items())


def case(name: str, **figures: Figure) -> None:
    """Print one case: its name, a colon, its figures."""
    print(f"{name}: {line(**figures)}", flush=True)


def machine_speed() -> float:
    """Seconds for five million steps of an empty loop, the best of three: a machine shared with others is not the same every hour, and
    figures of two runs can only be compared beside this one."""
    best = math.inf
    for _ in range(3):
        with stopwatch() as watch:
            for _step in range(5_000_000):
                pass
        best = min(best, watch.seconds)
    return best


def versions(*packages: str, **settings: Figure) -> None:
    """Print what was measured on: Python, machine, cores, the machine's speed at this moment (``steps_s``), the named packages, and
    settings such as the seed."""
    figures: dict[str, Figure] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count() or 0,
        "steps_s": round(machine_speed(), 3),
    }
    for package in packages:
        try:
            figures[package] = version(package)
        except PackageNotFoundError:
            figures[package] = "absent"
    case("versions", **figures, **settings)


def skip(sentence: str) -> int:
    """Say in one sentence why nothing was measured; the exit code is 0."""
    print(sentence)
    print(line(skipped=1))
    return 0


def child(start: str, folder: Path, arguments: Sequence[str]) -> int:
    """Run ``start`` in a new Python with Django set up on an empty SQLite database in ``folder``; its exit code."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "gongxing.site.settings",
        "GONGXING_DATA_DIR": str(folder),
        "GONGXING_DATABASE_URL": "",
        "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{SOURCES}",
    }
    return subprocess.run([sys.executable, "-c", start, *arguments], cwd=REPOSITORY, env=env, check=False).returncode


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile (``share`` in 0..1) of a non-empty sequence."""
    ordered = sorted(values)
    rank = max(1, -(-int(share * 1_000_000) * len(ordered) // 1_000_000))
    return ordered[min(rank, len(ordered)) - 1]


class Stopwatch:
    """Seconds of wall clock between entering and leaving ``with stopwatch()``."""

    seconds: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Time a block with the monotonic clock."""
    watch = Stopwatch()
    start = time.perf_counter()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - start


@dataclass
class Bounds:
    """Collects figures with their limits; ``finish`` prints them all and says whether every limit held."""

    figures: dict[str, Figure] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def note(self, **figures: Figure) -> None:
        """Figures for the last line that have no limit."""
        self.figures.update(figures)

    def check(self, figure: str, value: float, op: str, limit: float) -> bool:
        """Keep ``figure`` for the last line and compare it with its limit; ``op`` is one of >= <= > < ==."""
        self.figures[figure] = value
        held = OPERATORS[op](value, limit)
        if not held:
            self.missed.append(f"{figure} {show(value)} should be {op} {show(limit)}")
        return held

    def finish(self) -> int:
        """Print each missed bound, then the last line; 0 when every bound held, else 1."""
        for sentence in self.missed:
            print(f"missed: {sentence}")
        print(line(**self.figures, missed=len(self.missed)), flush=True)
        return 1 if self.missed else 0
