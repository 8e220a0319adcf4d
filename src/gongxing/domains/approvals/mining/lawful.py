"""The legal order of the acts of a case (行政许可法 32, 42–45): handed in, corrected where asked, accepted or refused, stopped and going on, decided, delivered.

The applicant may take the application back until it is decided. Stops that overlap are one pause, from the first notice to the last end. Acts of one day have the order of the law: only a
day that lies before another can be out of order.
"""

from django.utils.translation import gettext as _t

from gongxing.domains.approvals.mining.casebook import GO, SILENT, STEPS, STOP, Casebook
from gongxing.domains.approvals.mining.paths import Path, Paths, paths_of
from gongxing.engines.process import Arrow, Flow, Step

READY, RUNNING = "ready", "running"
"""Where a case stands between acts: complete enough to be answered; accepted and not stopped. Neither leaves a trace."""
AHEAD = {
    "contact_on": ("received_on",),
    "received_on": (READY, "correction_on"),
    "correction_on": ("corrected_on", "refused_on", "withdrawn_on"),
    "corrected_on": (READY,),
    READY: ("accepted_on", "refused_on", "withdrawn_on"),
    "accepted_on": (RUNNING,),
    RUNNING: (STOP, "extended_on", "decided_on", "withdrawn_on"),
    STOP: (GO, "withdrawn_on"),
    GO: (RUNNING,),
    "extended_on": (RUNNING,),
    "decided_on": ("delivered_on",),
}
ENDS = ("delivered_on", "refused_on", "withdrawn_on")
LAW = Flow(
    tuple(Step(key, "" if key in (READY, RUNNING) else key) for key in (*AHEAD, *ENDS)),
    tuple(Arrow(source, target) for source, targets in AHEAD.items() for target in targets),
    ("contact_on", "received_on"),
    ENDS,
)


def lawful_paths(book: Casebook) -> Paths:
    """The path of every case of a casebook by case, pauses that overlap as one."""
    log = book.log
    kinds = ["accepted_on" if kind == SILENT else kind for kind in book.kinds]
    codes, begins = log.activity.codes.tolist(), log.begins.tolist()
    known: dict[tuple[int, ...], Path] = {}
    first = log.begins[:-1]
    items = [book.item.names[code] for code in book.item.codes[first].tolist()]
    numbers = zip(book.key[first].tolist(), items, book.unit[first].tolist(), book.year[first].tolist(), book.over[first].tolist(), strict=True)  # fmt: skip
    rows = []
    for place, (key, item, unit, year, over) in enumerate(numbers):
        taken = tuple(codes[begins[place] : begins[place + 1]])
        if taken not in known:
            known[taken] = merged([kinds[code] for code in taken])
        rows.append((key, item, unit, year, bool(over), False, known[taken]))
    return paths_of(rows)


def merged(acts: list[str]) -> Path:
    """Acts of a case with overlapping pauses as one; an extension granted while the clock stands still changes nothing of that and is left out."""
    found: list[str] = []
    depth = 0
    for act in acts:
        if act == STOP:
            depth += 1
            if depth > 1:
                continue
        elif act == GO:
            depth -= 1
            if depth:
                continue
        elif act == "extended_on" and depth:
            continue
        found.append(act)
    return tuple(found)


def lacking(activity: str, steps: tuple[str, ...], path: Path) -> tuple[str, ...]:
    """Which act was to come before one, told by what the case had by then; () where it had no place there at all."""
    before = path[: path.index(activity)] if activity in path else path
    if "received_on" not in before:
        return ("received_on",)
    if activity in ("accepted_on", "refused_on"):
        told = "correction_on" in before and "corrected_on" not in before
        return ("corrected_on",) if told else ()
    if activity == "corrected_on":
        return ("correction_on",)
    if activity == "delivered_on":
        return ("decided_on",)
    if activity == GO:
        return (STOP,)
    if "accepted_on" not in before:
        return ("accepted_on",)
    if before.count(STOP) > before.count(GO):
        return (GO,)
    return tuple("accepted_on" if one == RUNNING else "received_on" if one == READY else one for one in steps)


def act_words() -> dict[str, str]:
    """The words of acts by their keys."""
    named = {name: str(words) for name, words in STEPS}
    return {**named, STOP: _t("停钟"), GO: _t("恢复计时"), READY: named["received_on"], RUNNING: named["accepted_on"]}
