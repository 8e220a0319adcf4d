"""The reason an engine gives for a result: a code and its parameters, never a sentence.

Sentences belong to the user's language, so the page that shows a reason turns the code into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason.

    ``code`` names the rule (``classify.word``), ``params`` are its details as sorted (name, value) pairs so that
    the reason is hashable, ``weight`` is how much it counted (no unit; larger counted more).
    """

    code: str
    params: tuple[tuple[str, str], ...] = ()
    weight: float = 0.0

    @classmethod
    def of(cls, code: str, weight: float = 0.0, /, **params: str) -> Reason:
        """Build a reason from keyword details: ``Reason.of("classify.word", 1.0, word="白糖")``."""
        return cls(code, tuple(sorted(params.items())), weight)

    @property
    def details(self) -> Mapping[str, str]:
        """The parameters as a mapping, for filling a sentence template."""
        return dict(self.params)
