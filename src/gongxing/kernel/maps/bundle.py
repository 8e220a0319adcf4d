"""What was uploaded: one file, several parts, or a ZIP; copied under safe names into a folder, with archives held to limits."""

import shutil
import stat
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import IO

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.maps.outcome import Limits

SHAPEFILE = ("shp", "shx", "dbf", "prj", "cpg")
SINGLE = ("gpkg", "geojson", "json", "dxf", "kml", "csv", "txt", "xlsx", "xls")
BESIDE = ("sbn", "sbx", "qpj", "qix", "fix", "xml", "lyr", "ain", "aih", "atx", "ixs", "mxs", "qmd", "qml", "sld")
UNREAD = {
    "dwg": "dwg",
    "rar": "archive",
    "7z": "archive",
    "mdb": "geodatabase",
    "gdb": "geodatabase",
    "mpk": "package",
    "tab": "mapinfo",
    "mif": "mapinfo",
}
PIECE = 1 << 20
LARGE = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """One map of an upload: its kind, its name for people, and its parts by ending; all parts lie side by side under one stem."""

    kind: str
    name: str
    parts: dict[str, Path]

    @property
    def path(self) -> Path:
        """The file that is opened."""
        return self.parts["shp" if self.kind == "shapefile" else self.kind]


def gathered(files: Sequence[tuple[str, Path]], folder: Path, limits: Limits) -> tuple[Member, ...]:
    """The maps in what was uploaded, (name as uploaded, where it lies) each. Everything is copied or unpacked into a new folder inside ``folder``.

    Raises Fault: file.none, file.empty, file.too_big, file.bomb, file.path, file.encrypted, file.unreadable, file.not_read (what to do
    instead stands under ``kind``), file.no_map.
    """
    if not files:
        raise Fault("file.none")
    if sum(path.stat().st_size for _, path in files) > limits.bytes:
        raise Fault("file.too_big", name=files[0][0], limit=limits.bytes // PIECE)
    folder = Path(mkdtemp(dir=folder))  # nothing of an earlier look lies beside it
    found: dict[tuple[str, str], dict[str, Path]] = {}
    for at, (name, path) in enumerate(files):
        if path.stat().st_size == 0:
            raise Fault("file.empty", name=name)
        ending = _ending(name)
        if ending in ("zip", "kmz"):
            _unpack(path, name, folder, limits, found, at)
        else:
            _keep(name, path, folder, found, at)
    members = [_member(stem, kind, parts) for (stem, kind), parts in found.items() if parts]
    if not members:
        refused = next((UNREAD[_ending(name)] for name, _ in files if _ending(name) in UNREAD), "")
        if refused:
            raise Fault("file.not_read", name=files[0][0], kind=refused)
        raise Fault("file.no_map", name=files[0][0])
    return tuple(members)


def _ending(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.lower().lstrip(".")


def _stem(name: str) -> str:
    whole = PurePosixPath(name.replace("\\", "/"))
    return str(whole.with_suffix(""))


def _member(stem: str, kind: str, parts: dict[str, Path]) -> Member:
    return Member(kind, PurePosixPath(stem).name, parts)


def _room(name: str, folder: Path, found: dict[tuple[str, str], dict[str, Path]], at: int) -> Path | None:
    """Where a file of this name is to lie, None where it is no part of a map."""
    ending, stem = _ending(name), _stem(name)
    if ending in SHAPEFILE:
        kind = "shapefile"
        key = (next((one for one, sort in found if sort == kind and one.lower() == stem.lower()), stem), kind)
    elif ending in SINGLE:
        kind = {"json": "geojson"}.get(ending, ending)
        key = (f"{at}/{stem}" if (stem, kind) in found else stem, kind)
    else:
        return None
    parts = found.setdefault(key, {})
    target = folder / f"m{list(found).index(key)}.{ending}"
    parts[ending if kind == "shapefile" else kind] = target
    return target


def _keep(name: str, path: Path, folder: Path, found: dict[tuple[str, str], dict[str, Path]], at: int) -> None:
    target = _room(name, folder, found, at)
    if target is not None:
        shutil.copyfile(path, target)


def _shown(entry: zipfile.ZipInfo) -> str:
    """The name of an entry; archives made on Chinese Windows write GBK without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _unpack(
    path: Path, name: str, folder: Path, limits: Limits, found: dict[tuple[str, str], dict[str, Path]], at: int
) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            refuse(entries, name, limits)
            left = limits.unpacked
            for entry in entries:
                shown = _shown(entry)
                if "__MACOSX" in shown or PurePosixPath(shown).name.startswith("._"):
                    continue
                target = _room(shown, folder, found, at)
                if target is None:
                    continue
                with archive.open(entry) as source:
                    left = _copied(source, target, left, entry.compress_size, name, limits)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise Fault("file.unreadable", name=name) from error
    except RuntimeError as error:
        raise Fault("file.encrypted", name=name) from error


def refuse(entries: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    """What the list of contents already gives away. Sizes are counted again while unpacking: the list may lie."""
    for entry in entries:
        shown = _shown(entry).replace("\\", "/")
        parts = PurePosixPath(shown).parts
        if ".." in parts or shown.startswith("/") or ":" in (parts[0] if parts else ""):
            raise Fault("file.path", name=name, entry=shown[:80])
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Fault("file.path", name=name, entry=shown[:80])
        if entry.flag_bits & 1:
            raise Fault("file.encrypted", name=name)
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if (
        len(entries) > limits.entries
        or unpacked > limits.unpacked
        or (unpacked > LARGE and unpacked / packed > limits.ratio)
    ):
        raise Fault("file.bomb", name=name, unpacked=unpacked // PIECE, entries=len(entries))


def _copied(source: IO[bytes], target: Path, left: int, packed: int, name: str, limits: Limits) -> int:
    written = 0
    with target.open("wb") as sink:
        while piece := source.read(PIECE):
            written += len(piece)
            if written > left or (written > LARGE and written > limits.ratio * max(1, packed)):
                raise Fault("file.bomb", name=name, unpacked=written // PIECE, entries=0)
            sink.write(piece)
    return left - written
