"""Fault: why a cell cannot be accepted, as a code and its parameters; the sentence is found in the user's language."""

from typing import Any


class Fault(Exception):
    """``code`` names the rule (``uscc.check``), ``params`` the thing, the value and the way out (``fix``: a corrected value)."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fault) and (self.code, self.params) == (other.code, other.params)

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted((name, str(value)) for name, value in self.params.items()))))

    def __repr__(self) -> str:
        return f"Fault({self.code!r}, {self.params!r})"
