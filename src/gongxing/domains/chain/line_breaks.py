"""How wide a text is, and where a line of it may end: at a joint of Chinese words, between two English ones, never inside a word or a
number, nor between a number and its unit.

A drawing has no line breaks of its own, so the lines are made here. Widths are in full-width characters (em), of a plain sans face.
"""

NBSP = "\u00a0"
JOINTS = "，；。、与及和）/ -–—·"
"""After these a line ends best."""
OPENERS, CLOSERS = "（《“", "，；。、：）》”％%…"
THIN = frozenset(" .,:;'|!()[]ijl-" + NBSP)
WIDE = frozenset("mwMW%@&+=<>~")
HYPHEN = 0.34
"""Width of a hyphen, of the mean of narrow letters too."""


def ems(text: str) -> float:
    """Width of a text in full-width characters: figures and most Latin letters are 0.56 of one, capitals 0.66, thin signs 0.34."""
    return sum(map(_em, text))


def _em(letter: str) -> float:
    if letter in THIN:
        return HYPHEN
    if not letter.isascii():
        return 1.0
    if letter in WIDE:
        return 0.86
    return 0.66 if letter.isupper() else 0.56


def fitted(text: str, room: float) -> str:
    """The beginning of a text that is at most ``room`` full-width characters wide."""
    used = 0.0
    for at, letter in enumerate(text):
        used += _em(letter)
        if used > room:
            return text[:at]
    return text


def may_end(text: str, at: int) -> bool:
    """Whether a line may end before the letter at ``at``: not inside a word or a number, not between a number and its unit or what it
    counts, not before a closing mark nor after an opening one."""
    before, after = text[at - 1], text[at]
    if NBSP in (before, after) or after == " " or after in CLOSERS or before in OPENERS:
        return False
    if before == " ":
        return not (after.isdigit() or (at > 1 and text[at - 2].isdigit() and not after.isascii()))
    if before.isascii() and after.isascii():
        return before in "-/"
    return not (before.isdigit() and not after.isascii() and after not in OPENERS)


def kept_whole(text: str, most: int) -> int:
    """The largest number of letters, up to ``most``, after which a line may end; 0 where there is none."""
    return next((at for at in range(min(most, len(text) - 1), 0, -1) if may_end(text, at)), 0)


def cut(text: str, room: float) -> str:
    """The text, or as much of it as fits, ended in …: whole words and whole numbers, and the beginning of a word only where the first one
    is too long."""
    if ems(text) <= room:
        return text
    most = len(fitted(text, room - 1))
    at = next((at for at in range(most, 0, -1) if may_end(text, at) or text[at - 1] == " "), 0)
    if not at:
        at = 0 if text[:1].isdigit() else most
    return f"{text[:at].rstrip(' ，、；：:,·-')}…"


def parted(text: str, room: float, most: int) -> tuple[str, ...]:
    """At most ``most`` lines of at most ``room`` full-width characters, as few as hold the text; what is longer still ends in …"""
    if ems(text) <= room:
        return (text,)
    first, second = halves(text, room)
    if most <= 2 or not second.endswith("…"):
        return first, second
    first, rest = _line(text, room)
    return (first, *parted(rest, room, most - 1))


def halves(text: str, room: float) -> tuple[str, str]:
    """Two lines of at most ``room`` full-width characters, parted near the middle, best after a joint; what is longer still ends in …"""
    middle = ems(text) / 2
    ends = [
        at
        for at in range(1, len(text))
        if may_end(text, at) and ems(text[:at].rstrip()) <= room and ems(text[at:].lstrip()) <= room
    ]
    joints = [at for at in ends if text[at - 1] in JOINTS and abs(ems(text[:at]) - middle) <= middle / 2]
    if not ends:
        first, rest = _line(text, room)
        return first, cut(rest, room)
    at = min(joints or ends, key=lambda one: (abs(ems(text[:one]) - middle), -one))
    return text[:at].rstrip(), text[at:].lstrip()


def _line(text: str, room: float) -> tuple[str, str]:
    """The longest line, and the rest; a word longer than the line is parted with a hyphen."""
    most = len(fitted(text, room))
    if most < len(text) and text[most] == " ":
        return text[:most], text[most:].lstrip()
    if at := kept_whole(text, most):
        return text[:at].rstrip(), text[at:].lstrip()
    at = max(len(fitted(text, room - HYPHEN)), 1)
    return (f"{text[:at]}-" if text[at - 1].isascii() and text[at - 1].isalpha() else text[:at]), text[at:]


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Lines no wider than ``width`` pixels at ``size`` pixels a full-width character, ended after a joint where there is one in their
    second half."""
    lines = []
    while text:
        part, rest = (text, "") if ems(text) <= width / size else _line(text, width / size)
        joint = max(part.rfind(one) for one in JOINTS) + 1
        if (
            rest
            and text[len(part) : len(part) + 1] != " "
            and len(part) // 2 < joint < len(part)
            and may_end(text, joint)
        ):
            part, rest = part[:joint].rstrip(), text[joint:].lstrip()
        lines.append(part)
        text = rest
    return lines
