"""The English catalogue: collect the strings, merge them, check them, compile them. Uses Babel, so no gettext tools are needed.

Chinese is the source language: every string shown to a person is a Chinese literal handed to gettext, or stands in a ``translate`` or
``blocktranslate`` tag. ``locale/en/LC_MESSAGES/django.po`` holds the English of each. The compiled ``.mo`` is not kept in the
repository; ``compile_stale`` makes it when a command starts.
"""

import ast
import io
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).resolve().parent / "locale" / "en" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
KEYWORDS = {
    "_": None, "_t": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[#0\- +]*\d*(?:\.\d+)?([sdifr])|\{(\w*)(?::[^}]*)?\}")
HAN = re.compile(r"[\u4e00-\u9fff]")
HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
HEADER = "# English of Gongxing. Chinese is the source language.\n# Written by python -m gongxing translations --write; the English is edited here."
MADE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Found:
    """A string in the source: its file, line, context and text (singular and plural where it has both)."""

    path: str
    line: int
    context: str | None
    texts: tuple[str, ...]


def _sources() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*")):
        parts = path.relative_to(PACKAGE).parts
        if (
            path.suffix in (".py", ".html", ".txt")
            and "tests" not in parts
            and "migrations" not in parts
            and "static" not in parts
        ):
            yield path


def collect() -> list[Found]:
    """Every translatable string of the package."""
    found: list[Found] = []
    for path in _sources():
        source = path.read_text(encoding="utf-8")
        code = source if path.suffix == ".py" else templatize(source, origin=str(path))
        name = path.relative_to(PACKAGE).as_posix()
        for line, message, _comments, context in extract(
            "python", io.BytesIO(code.encode()), KEYWORDS, options={"encoding": "utf-8"}
        ):
            texts = (message,) if isinstance(message, str) else tuple(message)
            if texts and texts[0]:
                found.append(Found(name, line, context, texts))
    return found


def load() -> Catalog:
    """The catalogue as it is kept; an empty one where there is none."""
    if not PO.exists():
        return Catalog(locale="en", domain="django", project="gongxing", charset="utf-8")
    with PO.open("rb") as handle:
        return read_po(handle, locale="en", domain="django")


def merged() -> Catalog:
    """The kept catalogue with new strings added and vanished ones dropped; locations by file, so that moved lines change nothing."""
    kept = load()
    made = Catalog(
        locale="en", domain="django", project="gongxing", header_comment=HEADER, fuzzy=False, charset="utf-8", creation_date=MADE,
        revision_date=MADE, last_translator="Gongxing", language_team="Gongxing", msgid_bugs_address="see SECURITY.md",
    )  # fmt: skip
    for one in collect():
        key = one.texts if len(one.texts) > 1 else one.texts[0]
        old = kept.get(key, one.context)
        string = old.string if old is not None else ""
        if len(one.texts) > 1 and isinstance(string, str):
            string = (string, string)  # it had no plural until now
        made.add(
            key,
            string,
            locations=[(one.path, 1)],
            context=one.context,
            flags=old.flags if old else (),
        )
    return made


def write() -> int:
    """Write the merged catalogue; how many strings have no English yet."""
    catalogue = merged()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as handle:
        write_po(handle, catalogue, width=140, sort_by_file=True, include_lineno=False, omit_header=False)
    return sum(not _full(message) for message in catalogue if message.id)


def _texts(message: Message) -> tuple[str, ...]:
    """The English of a string: one text, or singular and plural."""
    found = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(text or "" for text in found)


def _full(message: Message) -> bool:
    return all(_texts(message))


def placeholders(text: str) -> list[str]:
    """The named and numbered slots of a string, sorted; ``%%`` is none."""
    return sorted(match[0] for match in PLACEHOLDER.finditer(text.replace("%%", "")))


def same_slots(english: str, chinese: str, last: bool) -> bool:
    """Whether the English fills the slots of the Chinese: a plural or an only text all of them, a singular may say its number in a word."""
    found, asked = placeholders(english), placeholders(chinese)
    return found == asked or (not last and set(found) < set(asked))


def faults() -> list[str]:
    """What keeps the catalogue from being complete: strings without English, fuzzy ones, other placeholders, Chinese left in English,
    strings in the file that the source no longer has."""
    kept, wrong, known = load(), [], set()
    for one in collect():
        known.add((one.context, one.texts[0]))
        message = kept.get(one.texts if len(one.texts) > 1 else one.texts[0], one.context)
        if message is None or not _full(message):
            wrong.append(f"{one.path}:{one.line}: no English for {one.texts[0]!r}")
            continue
        texts = _texts(message)
        for text in texts:
            if not same_slots(text, one.texts[0], last=text is texts[-1]):
                wrong.append(f"{one.path}:{one.line}: placeholders differ in {text!r}")
            if any(
                run not in one.texts[0] for run in HAN_RUN.findall(text)
            ):  # an example to type may stay, a forgotten word not
                wrong.append(f"{one.path}:{one.line}: Chinese left in {text!r}")
        if message.fuzzy:
            wrong.append(f"{one.path}:{one.line}: fuzzy {one.texts[0]!r}")
    for message in kept:
        first = message.id[0] if isinstance(message.id, tuple | list) else message.id
        if first and (message.context, first) not in known:
            wrong.append(f"django.po: not in the source any more: {first!r}")
    return wrong


def compile_stale() -> bool:
    """Compile the catalogue if the compiled one is missing or older. True when it was compiled."""
    if MO.exists() and MO.stat().st_mtime_ns >= PO.stat().st_mtime_ns:
        return False
    catalogue = load()
    with tempfile.NamedTemporaryFile(
        dir=FOLDER, suffix=".part", delete=False
    ) as handle:  # several processes may compile at once
        write_mo(handle, catalogue)
    Path(handle.name).replace(MO)
    return True


def unwrapped(path: Path, allowed: frozenset[str] = frozenset()) -> list[tuple[int, str]]:
    """Chinese literals of a Python file that are not handed to gettext: (line, text). Docstrings count, they are English."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wrapped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            wrapped.update(id(part) for part in ast.walk(node))
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and HAN.search(node.value)
        and id(node) not in wrapped and node.value not in allowed
    ]  # fmt: skip
