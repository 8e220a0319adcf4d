"""Pages of one process are made in turn; a long one holds the next up for a moment only, and what is sent in never waits."""

from threading import Event, Thread

import pytest
from django.http import HttpRequest, HttpResponse

from gongxing.site import middleware
from gongxing.site.middleware import Turns


class Slow:
    """A page that is made when told to: ``begun`` tells that it is being made."""

    def __init__(self) -> None:
        self.begun, self.go = Event(), Event()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/slow/":
            self.begun.set()
            assert self.go.wait(10)
        return HttpResponse(request.path)


def asked(path: str, method: str = "GET") -> HttpRequest:
    request = HttpRequest()
    request.path, request.method = path, method
    return request


@pytest.mark.parametrize(
    ("method", "patience", "waits"), [("GET", 10.0, True), ("GET", 0.02, False), ("POST", 10.0, False)]
)
def test_who_waits_for_a_long_page(method: str, patience: float, waits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "TURN_SECONDS", patience)
    page, answers = Slow(), []
    turns = Turns(page)
    long = Thread(target=lambda: answers.append(turns(asked("/slow/"))))
    short = Thread(target=lambda: answers.append(turns(asked("/short/", method))))
    long.start()
    assert page.begun.wait(10)
    short.start()
    short.join(0.3 if waits else 10)
    assert short.is_alive() is waits
    page.go.set()
    long.join(10)
    short.join(10)
    said = [response.content for response in answers]
    assert said == ([b"/slow/", b"/short/"] if waits else [b"/short/", b"/slow/"])
    assert turns.turn.acquire(blocking=False), "everybody gave the turn back"


def test_a_page_that_fails_gives_its_turn_back() -> None:
    def fails(request: HttpRequest) -> HttpResponse:
        raise LookupError(request.path)

    turns = Turns(fails)
    with pytest.raises(LookupError):
        turns(asked("/x/"))
    assert turns.turn.acquire(blocking=False)
