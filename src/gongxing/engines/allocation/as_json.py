"""Problem and answers as JSON and back (``engines.records``)."""

from __future__ import annotations

from gongxing.engines import records
from gongxing.engines.allocation.model import Problem
from gongxing.engines.allocation.results import Override, Result, Why


def to_json(thing: Problem | Result | Why | Override) -> str:
    """A problem or an answer as text; NaN becomes null (unknown). ValueError where a figure is infinite."""
    return records.to_json(thing)


def problem_from_json(text: str) -> Problem:
    """What ``to_json`` wrote. ValueError where something is missing, unknown or of another type."""
    return records.from_json(Problem, text)


def result_from_json(text: str) -> Result:
    """What ``to_json`` wrote. ValueError where something is missing, unknown or of another type."""
    return records.from_json(Result, text)


def why_from_json(text: str) -> Why:
    """What ``to_json`` wrote. ValueError where something is missing, unknown or of another type."""
    return records.from_json(Why, text)


def override_from_json(text: str) -> Override:
    """What ``to_json`` wrote. ValueError where something is missing, unknown or of another type."""
    return records.from_json(Override, text)
