"""Encodings of Chinese texts: what is declared, what the bytes say, and the question where the two disagree."""

import codecs
import re
from collections.abc import Iterable
from pathlib import Path

from gongxing.engines.reasons import Reason
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps.outcome import Asking, Choice, Question

UTF8, GBK = "utf-8", "gb18030"
BOM = codecs.BOM_UTF8
WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
REPLACEMENT = "\ufffd"
_MOJIBAKE = re.compile(r"\ufffd|锟斤拷|烫烫烫|屯屯屯|ï¿½")
_NAMES = {
    "65001": UTF8,
    "utf8": UTF8,
    "utf-8": UTF8,
    "936": GBK,
    "cp936": GBK,
    "gbk": GBK,
    "gb2312": GBK,
    "gb18030": GBK,
    "54936": GBK,
}
LDID = {0x4D: GBK, 0x7A: GBK}  # language byte of a dBASE file: simplified Chinese


def named(declared: str) -> str:
    """The codec for a name as .cpg files write it ("ANSI 936", "GBK", "UTF-8", "65001"); "" where no such codec is known."""
    text = re.sub(r"^(ansi|oem|ldid/|windows)[ _:-]*", "", declared.strip().lower())
    if text in _NAMES:
        return _NAMES[text]
    try:
        return codecs.lookup(text if not text.isdigit() else f"cp{text}").name
    except LookupError:
        return ""


def decoded(raw: bytes, encoding: str, *, may_be_cut: bool = False) -> tuple[str, bool]:
    """The text, and whether its last character had been cut in half and was left out. Raises UnicodeDecodeError."""
    try:
        return raw.decode(encoding), False
    except UnicodeDecodeError as error:
        if may_be_cut and error.start >= len(raw) - 3 and raw:
            return raw[: error.start].decode(encoding), True
        raise


def destroyed(text: str) -> bool:
    """Whether characters were lost before the text came to us."""
    return _MOJIBAKE.search(text) is not None


def _reads(samples: list[bytes], encoding: str) -> bool:
    try:
        for raw in samples:
            decoded(raw, encoding, may_be_cut=True)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _sample(samples: list[bytes], encoding: str) -> str:
    return "、".join(raw.decode(encoding, "replace").replace(REPLACEMENT, "□") for raw in samples[:4])[:60]


def settled(raws: Iterable[bytes], declared: str, answer: str = "", by: str = "") -> tuple[str, Reason | None]:
    """The encoding of texts, with a note where it was found from the bytes.

    ``declared`` is a codec or "", ``by`` what declared it (cpg, language byte), ``answer`` a person's choice. Raises Asking where what is
    declared does not fit the bytes, Fault ``encoding.unknown`` where no Chinese encoding does.
    """
    samples = sorted({raw for raw in raws if not raw.isascii()}, key=lambda raw: (-len(raw), raw))[:400]
    if answer:
        codec = named(answer)
        if not codec or not _reads(samples, codec):
            raise Fault("encoding.wrong", encoding=answer, text=_sample(samples, codec or UTF8))
        return codec, None
    if not samples:
        return declared or UTF8, None
    fitting = [codec for codec in (UTF8, GBK) if _reads(samples, codec)]
    if declared and declared not in fitting and _reads(samples, declared):
        fitting.append(declared)
    if not fitting:
        raise Fault("encoding.unknown", text=_sample(samples, GBK))
    best = fitting[0]
    if declared and declared != best:
        code = "encoding.doubtful" if declared in fitting else "encoding.not_as_declared"
        raise Asking(
            Question(
                "encoding",
                Reason.of(code, declared=declared, by=by),
                tuple(
                    Choice(one, Reason.of("encoding.sample", encoding=one, text=_sample(samples, one)))
                    for one in fitting
                ),
                best,
                free=True,
            )
        )
    if declared:
        return declared, None
    return best, Reason.of("encoding.detected", encoding=best, text=_sample(samples, best))


def of_text_file(path: Path, answer: str = "") -> tuple[str, Reason | None]:
    """The encoding of a whole text file. UTF-16 and UTF-8 marks are believed, everything else is tried line by line."""
    with path.open("rb") as handle:
        head = handle.read(4)
        for mark, codec in WIDE.items():
            if head.startswith(mark):
                return codec, None
        if head.startswith(BOM):
            return "utf-8-sig", None
        handle.seek(0)
        odd: set[bytes] = set()
        fits = {UTF8: True, GBK: True}
        for line in handle:
            if b"\x00" in line:
                raise Fault("file.unreadable", name=path.name)
            if line.isascii():
                continue
            if len(odd) < 50:
                odd.add(line.strip()[:200] if len(line) < 200 else line.strip())
            for codec in fits:
                fits[codec] = fits[codec] and _reads_line(line, codec)
    if not odd:
        return UTF8, None
    if answer:
        codec = named(answer)
        if not codec or not fits.get(codec, True):
            raise Fault("encoding.wrong", encoding=answer, text="")
        return codec, None
    if not any(fits.values()):
        raise Fault("encoding.unknown", text=_sample(sorted(odd), GBK))
    best = UTF8 if fits[UTF8] else GBK
    return best, None if best == UTF8 else Reason.of(
        "encoding.detected", encoding=best, text=_sample(sorted(odd, key=len), best)
    )


def _reads_line(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def in_utf8(path: Path, encoding: str, folder: Path) -> Path:
    """The file in UTF-8: itself, or a copy in the folder, where the library reads nothing else."""
    if encoding in (UTF8, "utf-8-sig"):
        return path
    copy = folder / f"{path.stem}_utf8{path.suffix}"
    with path.open(encoding=encoding, newline="") as source, copy.open("w", encoding=UTF8, newline="") as target:
        while piece := source.read(1 << 20):
            target.write(piece)
    return copy
