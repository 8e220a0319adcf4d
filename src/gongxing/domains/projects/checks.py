"""Checks the gates ask for: a registry. Other stages register theirs; a check nobody provides is unknown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from gongxing.domains.projects.models import Project

State = Literal["met", "missing", "unknown"]


class Said:
    """A lazy sentence with its values: put into the reader's language when it is read."""

    def __init__(self, words: str | Lazy, **values: object) -> None:
        self.words, self.values = words, values

    def __str__(self) -> str:
        return str(self.words) % self.values


@dataclass(frozen=True)
class Check:
    """What a check found. ``words`` say why, or what is to be done; ``url`` leads to where it is mended ("": the page of the gate knows)."""

    state: State
    words: str | Lazy | Said = ""
    url: str = ""


Provider = Callable[[Project], Check]
_providers: dict[str, Provider] = {}


def provide_check(key: str, provider: Provider) -> None:
    """Register what settles a check of the gates pack; a later one replaces an earlier one of the same key."""
    _providers[key] = provider


def check_of(project: Project, key: str) -> Check:
    """The state of one check; unknown where nobody provides it."""
    provider = _providers.get(key)
    return Check("unknown", _("这一项还没有人核过")) if provider is None else provider(project)
