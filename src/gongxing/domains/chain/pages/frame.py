"""What the pages of this stage share: who may look, the way back, and an address with some of its parts changed."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.chain.models import Chain
from gongxing.kernel.access.visible import may
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import acting

NO_PATH = str.maketrans({"/": "／", "\\": "＼"})
EXPORTED = ("chain.node", "chain.edge")
"""The registers a chain as a file is made of."""


def crumbs(*parts: tuple[str, str]) -> list[dict[str, str]]:
    """The way back: all chains, then (label, address) pairs; an empty address is the page itself."""
    first = {"label": _("产业链图谱"), "url": reverse("chain-maps")}
    return [first, *({"label": label, "url": url} for label, url in parts)]


def reader(request: HttpRequest) -> Actor:
    """Who looks. Raises Denied when they may not see chains."""
    actor = acting(request)
    if not may(actor, "view", "chain.chain"):
        raise Denied("view", "chain.chain")
    return actor


def address(request: HttpRequest) -> Callable[..., str]:
    """The address of this page with some of its parts changed; an empty part is left out."""

    def made(**changes: Any) -> str:
        query = request.GET.copy()
        for name, value in changes.items():
            query.setlist(name, value if isinstance(value, list) else [value] if value else [])
        return f"{request.path}?{query.urlencode()}" if query.urlencode() else request.path

    return made


def downloads(chain: Chain, actor: Actor) -> list[dict[str, str]]:
    """The chain itself as files, for those who may export links and relations."""
    if not all(may(actor, "export", target) for target in EXPORTED):
        return []
    kinds = (
        ("xlsx", _("Excel（环节、上下游两张表）")),
        ("graphml", _("图文件 GraphML")),
        ("json", _("图文件 JSON Graph")),
    )
    return [{"label": label, "url": reverse("chain-export", args=[chain.code, kind])} for kind, label in kinds]


def attachment(made: bytes, media: str, name: str) -> HttpResponse:
    """A file to keep, under a name that may hold any letters."""
    response = HttpResponse(made, content_type=media)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name.translate(NO_PATH))}"
    return response


def book_url(request: HttpRequest, actor: Actor, name: str, ledger: str, *parts: str) -> str:
    """The address of a page's workbook with the filters of the page; "" for who may not export the register it rests on. ``parts`` of an address that
    names things."""
    if not may(actor, "export", ledger):
        return ""
    query = request.GET.urlencode()
    url = reverse(name, args=parts)
    return f"{url}?{query}" if query else url
