"""Pages of one process are made in turn; a long one holds the next up for a moment only, and what is sent in never waits."""

from threading import Event, Semaphore, Thread
from time import monotonic, sleep

import pytest
from django.http import HttpRequest, HttpResponse

from gongxing.site import middleware
from gongxing.site.middleware import Turn, Turns


class Slow:
    """A page that is made when told to: ``begun`` tells that it is being made."""

    def __init__(self) -> None:
        self.begun, self.go = Event(), Event()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/slow/":
            self.begun.set()
            assert self.go.wait(10)
        return HttpResponse(request.path)


def free(turns: Turns) -> bool:
    """Whether the next one need not wait."""
    mine = turns.turn.take()
    turns.turn.give_back(mine)
    return mine.acquire(blocking=False)  # who waited was handed a lock that was taken


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
    assert free(turns), "everybody gave the turn back"


def test_a_page_that_fails_gives_its_turn_back() -> None:
    def fails(request: HttpRequest) -> HttpResponse:
        raise LookupError(request.path)

    turns = Turns(fails)
    with pytest.raises(LookupError):
        turns(asked("/x/"))
    assert free(turns)


def waiting(turn: Turn, number: int) -> None:
    end = monotonic() + 10
    while len(turn._waiting) < number:
        assert monotonic() < end
        sleep(0.001)


def test_turns_come_in_the_order_of_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "TURN_SECONDS", 10.0)
    turn, order = Turn(), []

    def ask(name: int) -> None:
        mine = turn.take()
        order.append(name)
        turn.give_back(mine)

    first = turn.take()
    threads = [Thread(target=ask, args=(name,)) for name in range(6)]
    for number, thread in enumerate(threads, 1):
        thread.start()
        waiting(turn, number)
    turn.give_back(first)
    for thread in threads:
        thread.join(10)
    assert order == list(range(6))


def test_who_takes_long_loses_the_turn_to_one_and_not_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "TURN_SECONDS", 0.05)
    turn, begun, go = Turn(), Semaphore(0), Event()

    def ask() -> None:
        mine = turn.take()
        monkeypatch.setattr(middleware, "TURN_SECONDS", 10.0)  # the second one may take long
        turn._until = monotonic() + 10.0
        begun.release()
        assert go.wait(10)
        turn.give_back(mine)

    first = turn.take()
    threads = [Thread(target=ask) for _name in range(3)]
    for thread in threads:
        thread.start()
    assert begun.acquire(timeout=10), "one goes on beside the long one"
    assert not begun.acquire(timeout=0.2), "the others wait for it"
    turn.give_back(first)
    assert not begun.acquire(timeout=0.1), "what was lost is not given to a third"
    go.set()
    for thread in threads:
        thread.join(10)
    assert begun.acquire(timeout=10) and begun.acquire(timeout=10)
