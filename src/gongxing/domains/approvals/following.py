"""What goes along with a case without the case knowing of it: whether a verb may be done now, and what follows when its dates are kept."""

from collections.abc import Callable
from typing import Any

from gongxing.domains.approvals.models import Case
from gongxing.kernel.audit.write import Ctx

Guard = Callable[[Case, str], bool]
Follower = Callable[[Ctx, Case], None]
_guards: list[Guard] = []
_followers: list[Follower] = []


def add_guard(guard: Guard) -> None:
    """Ask this function too whether a verb (``accept``, ``refuse``, ``decide``, ``deliver``) may be done to a case as it stands."""
    if guard not in _guards:
        _guards.append(guard)


def add_follower(follower: Follower) -> None:
    """Call this function, in the same write, whenever the dates of a case were kept."""
    if follower not in _followers:
        _followers.append(follower)


def free(verb: str, *states: str) -> Any:
    """The test a button stands on: the case is in one of these states and nothing that goes along with it holds the verb back."""
    return lambda case: case.state in states and all(guard(case, verb) for guard in _guards)


def follow(ctx: Ctx, case: Case) -> None:
    """Let everything that goes along with a case follow its dates."""
    for follower in _followers:
        follower(ctx, case)
