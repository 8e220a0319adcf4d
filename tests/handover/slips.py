"""What the page of a handover sends, and what comes of it."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.office.handing import seen_of
from gongxing.kernel.office.held import held_by
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Handover, Post

LogIn = Callable[[str], Client]
SINCE = date(2024, 1, 1)
TODAY = "deadlines.deadline:post"


def asked(actor: Actor, held_post: Post, /, **more: Any) -> dict[str, Any]:
    """What the page sends: what it showed, and the choices."""
    moves = more.pop("moves", {})
    return {
        "post": held_post.code, "leaver": "", "last_day": today().isoformat(), "successor": "wangxin", "moves": json.dumps(moves),
        "seen": seen_of(held_by(held_post.pk, actor)), "why": "工作调动", **more,
    }  # fmt: skip


def hand_over(actor: Actor, post: Post, **more: Any) -> list[Handover]:
    made: list[Handover] = perform(action_named("office.hand_over"), actor, asked(actor, post, **more))
    return made


def refusal(actor: Actor, raw: dict[str, Any]) -> tuple[str, str]:
    """Field and code of the one refusal; nothing was written."""
    before = Entry.objects.count()
    with pytest.raises(Refused) as caught:
        perform(action_named("office.hand_over"), actor, raw)
    assert Entry.objects.count() == before
    (one,) = caught.value.faults
    return one.column, one.fault.code
