"""What the generic pages share: the actor of a request and how a link, a button and a crumb are described to templates."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.kernel.action.declare import Action
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.listing import LARGEST_KEY
from gongxing.kernel.org.actor import Actor

MAX_DIGITS = 19  # no row has a longer number


def acting(request: HttpRequest) -> Actor:
    """The actor the middleware put on the request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def number_of(text: str) -> int | None:
    """A row's id or version as a form or an address gives it; None for anything that cannot be one."""
    plain = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
    return int(text) if plain and int(text) < LARGEST_KEY else None


def button(
    label: str,
    url: str,
    *,
    icon: str = "",
    primary: bool = False,
    method: str = "get",
    dialog: bool = False,
    danger: bool = False,
) -> dict[str, Any]:
    """A button as templates draw it."""
    return {
        "label": label, "url": url, "icon": icon, "primary": primary, "method": method, "dialog": dialog, "danger": danger,
    }  # fmt: skip


def action_button(one: Action[Any, Any], key: int | None = None, version: int | None = None) -> dict[str, Any]:
    """The button that opens an action's dialog, with the name of the action. With the ``version`` of the row the page shows, what is done
    is done to that and to nothing newer."""
    url = reverse("action-dialog", args=[one.name])
    about = {name: value for name, value in (("key", key), ("version", version)) if value is not None}
    drawn = button(
        str(one.label), f"{url}?{urlencode(about)}" if about else url, icon=one.icon, dialog=True,
        primary=one.tone == "primary", danger=one.tone == "danger",
    )  # fmt: skip
    return {**drawn, "name": one.name}


def crumbs(ledger: Ledger[Any], *more: tuple[str, str]) -> list[dict[str, str]]:
    """The way from the ledger to here."""
    trail = [{"label": str(ledger.label), "url": ledger.url}]
    trail.extend({"label": label, "url": url} for label, url in more)
    return trail


def ledger_frame(ledger: Ledger[Any]) -> dict[str, Any]:
    """The ledger as templates name it."""
    return {
        "label": str(ledger.label), "url": ledger.url, "icon": ledger.icon, "key": ledger.name, "slug": ledger.slug,
        "counter": str(ledger.counter),
    }  # fmt: skip


def nothing_yet(ledger: Ledger[Any], importing: bool, adding: bool, filtered: bool) -> dict[str, Any]:
    """The words of an empty list: the next step."""
    acts = []
    if filtered:
        acts.append(button(_("清空筛选"), ledger.url))
        return {"title": _("没有符合条件的记录"), "hint": _("放宽一个条件再试，或清空筛选。"), "actions": acts}
    if importing:
        acts.append(button(_("导入表格"), reverse("exchange-upload", args=[ledger.slug]), primary=True))
    if adding:
        acts.append(button(_("登记一条"), reverse("ledger-add", args=[ledger.slug])))
    return {"title": _("这里还没有记录"), "hint": _("从现有的 Excel 表导入最快，不用重新录入。"), "actions": acts}
