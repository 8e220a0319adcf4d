"""Problem and answers as JSON and back (``engines.records``)."""

from __future__ import annotations

from gongxing.engines import records
from gongxing.engines.portfolio.model import Problem
from gongxing.engines.portfolio.results import Explanation, More, Result


def to_json(thing: Problem | Result | Explanation | More) -> str:
    """A problem or an answer as text; NaN becomes null (unknown). ValueError where a figure is infinite."""
    return records.to_json(thing)


def problem_from_json(text: str) -> Problem:
    """What ``to_json`` wrote. ValueError where something is missing, unknown or of another type."""
    return records.from_json(Problem, text)


def result_from_json(text: str) -> Result:
    """What ``to_json`` wrote. ValueError where something is missing, unknown or of another type."""
    return records.from_json(Result, text)


def explanation_from_json(text: str) -> Explanation:
    """What ``to_json`` wrote. ValueError where something is missing, unknown or of another type."""
    return records.from_json(Explanation, text)


def more_from_json(text: str) -> More:
    """What ``to_json`` wrote. ValueError where something is missing, unknown or of another type."""
    return records.from_json(More, text)
