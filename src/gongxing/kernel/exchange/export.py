"""Export: exactly the filtered list, streamed, safe to open, able to come back."""

import csv
import errno
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.exceptions import FileCreateError

from gongxing.kernel.audit.models import Head
from gongxing.kernel.clock import now
from gongxing.kernel.database.rows import Row
from gongxing.kernel.exchange.reading.source import guarded, is_guarded
from gongxing.kernel.exchange.setup import ID_LABEL, VERSION_LABEL
from gongxing.kernel.exchange.sheet import fill
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import NoSpace, keep_path
from gongxing.kernel.jobs.run import JobError, Progress
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger
from gongxing.kernel.ledger.invented import Shown, invented_words
from gongxing.kernel.ledger.listing import Listing
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.ledger.show import MASK, raw_text
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.facets import facet_chips

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK, LONGEST_CELL = 2000, 32_000
KEEP_DAYS = 7
A3 = 8
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def reader(column: Column, masked: bool) -> Callable[[Row], Any]:
    """How a cell of the export is read from a row: numbers as numbers, dates as text as precisely as known, all else as text.

    Made once for a column: an export of a million cells asks nothing of the column again.
    """
    name = column.name
    if masked:
        return lambda row: MASK if getattr(row, name) not in (None, "") else None
    if column.kind in (Kind.DECIMAL, Kind.INTEGER):
        return lambda row: getattr(row, name)
    if column.kind in (Kind.TEXT, Kind.LONG, Kind.PACK, Kind.USCC):
        return lambda row: str(getattr(row, name) or "") or None
    if column.kind is Kind.CHOICE:
        words = {value: str(label) for value, label in column.choices}
        return lambda row: words.get(getattr(row, name), getattr(row, name)) or None
    if column.kind is Kind.REFERENCE:
        return lambda row: str(getattr(row, name)) if getattr(row, name) is not None else None
    if column.kind is Kind.SHAPE:
        return lambda row: _fitting(raw_text(column, row)) or None
    return lambda row: raw_text(column, row) or None


def _fitting(text: str) -> str:
    """A shape as a cell holds it; one too long for a cell is covered by the mask, which changes nothing when it is given back."""
    return text if len(text) <= LONGEST_CELL else MASK


def _rows(listing: Listing, masks: Masks, progress: Progress | None) -> Iterator[tuple[Any, bool]]:
    """All rows of the list in order, each with whether its sensitive cells are masked; by chunks of ids so that memory stays flat."""
    ids = list(listing.ordered().values_list("pk", flat=True))
    rows = listing.state.ledger.rows()
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        found = {row.pk: row for row in rows.filter(pk__in=part)}
        covered = masks.rows(found)
        yield from ((found[pk], pk in covered) for pk in part if pk in found)
        if progress is not None:
            progress.step(start + len(part), len(ids))


def export_columns(ledger: Ledger[Any]) -> list[Column]:
    """Editable columns first as declared, so that the sheet can come back; then the derived ones."""
    return [*ledger.editable, *(column for column in ledger.columns if not column.editable)]


def export_list(
    ledger: Ledger[Any], listing: Listing, actor: Actor, kind: str, progress: Progress | None = None
) -> StoredFile:
    """Write the list to a file and keep it. ``kind``: xlsx or csv. Raises JobError when the disk is full, leaving nothing."""
    folder = Path(settings.DATA_DIR) / "staging"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = timezone.localtime(now()).strftime("%Y%m%d-%H%M")
    name = f"{ledger.label}-{stamp}.{kind}"
    with tempfile.NamedTemporaryFile(dir=folder, suffix=f".{kind}", delete=False) as handle:
        scratch = Path(handle.name)
    try:
        lines = _lines(ledger, listing, actor, progress)
        if kind == "csv":
            _csv(scratch, ledger, lines)
        else:
            _xlsx(scratch, ledger, listing, actor, lines)
        media = "text/csv" if kind == "csv" else XLSX
        return keep_path(
            scratch, name=name, media_type=media, user_id=actor.user_id, expires_at=now() + timedelta(days=KEEP_DAYS)
        )
    except (OSError, FileCreateError, NoSpace) as error:
        reason = error.errno if isinstance(error, OSError) else None
        if reason in FULL or isinstance(error, NoSpace | FileCreateError):
            raise JobError(_("磁盘已满，导出没有完成，也没有留下半个文件。请联系管理员清理磁盘后重试。")) from error
        raise
    finally:
        scratch.unlink(missing_ok=True)


def _lines(ledger: Ledger[Any], listing: Listing, actor: Actor, progress: Progress | None) -> Iterator[list[Any]]:
    """The cells of each row, with its id and version at the end."""
    columns = export_columns(ledger)
    plain = [reader(column, False) for column in columns]
    masking = [reader(column, column.sensitive) for column in columns]
    for row, covered in _rows(listing, Masks(ledger, actor), progress):
        yield [*(read(row) for read in (masking if covered else plain)), row.pk, row.version]


def _csv(path: Path, ledger: Ledger[Any], lines: Iterator[list[Any]]) -> None:
    columns = export_columns(ledger)
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow([_label(column) for column in columns] + [ID_LABEL, VERSION_LABEL])
        for cells in lines:
            writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])


def _typed(cell: Any) -> Any:
    """A cell of a sheet, where text runs nothing; only what an import would take for a guard of ours is guarded."""
    return guarded(cell) if cell.__class__ is str and is_guarded(cell) else cell


def _label(column: Column) -> str:
    return f"{column.label}（{column.unit}）" if column.unit else str(column.label)


def _xlsx(path: Path, ledger: Ledger[Any], listing: Listing, actor: Actor, lines: Iterator[list[Any]]) -> None:
    def skeleton(target: Path, count: int) -> None:
        options = {"constant_memory": True, "tmpdir": str(path.parent)}
        with xlsxwriter.Workbook(str(target), options) as book:
            _head(book, book.add_worksheet(str(ledger.label)[:31]), ledger, count)
            _cover(book, ledger, listing, actor, count)

    lines = ([_typed(cell) for cell in cells] for cells in lines)
    fill(path, skeleton, lines, 3)


def _head(book: Any, sheet: Any, ledger: Ledger[Any], count: int) -> None:
    """Title, header, widths and print settings of the sheet of rows."""
    columns = export_columns(ledger)
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#EDF0F4", "border": 1, "text_wrap": True, "valign": "vcenter"})
    for at, column in enumerate(columns):
        sheet.set_column(at, at, _width(column))
    sheet.set_column(len(columns), len(columns) + 1, 4, None, {"hidden": True})
    sheet.write_string(0, 0, f"{settings.COUNTY} {ledger.label}", title)
    for at, label in enumerate([*(_label(column) for column in columns), ID_LABEL, VERSION_LABEL]):
        sheet.write_string(1, at, label, head)
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.print_area(0, 0, count + 1, len(columns) - 1)


def _width(column: Column) -> int:
    if column.kind is Kind.LONG:
        return 40
    return 12 if column.numeric else 28 if column.name in ("name", "address", "title") else 14


def _cover(book: Any, ledger: Ledger[Any], listing: Listing, actor: Actor, total: int) -> None:
    """Who, when, which filter, how many rows, as of when; and the head of the audit chain, so that a later cut would show."""
    sheet = book.add_worksheet(_("封面"))
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 80)
    chips = facet_chips(listing.state)
    post = f"{actor.post.unit_name} {actor.post.title}" if actor.post else ""
    head = Head.objects.filter(pk=1).first()
    lines = [
        (_("台账"), str(ledger.label)),
        (_("导出人"), f"{post} {actor.name}".strip()),
        (_("导出时间"), timezone.localtime(now()).strftime("%Y-%m-%d %H:%M:%S")),
        (_("筛选条件"), "；".join(f"{chip['label']}：{chip['value']}" for chip in chips) or _("无，全部可见记录")),
        (_("行数"), f"{total:,}"),
        (_("数据截至"), timezone.localtime(now()).strftime("%Y-%m-%d %H:%M")),
        (_("留痕链头"), head.hash if head is not None else ""),
        (_("说明"), _("隐藏的两列 __id、__version 用来在改完后原样导回，请不要删除。")),
    ]
    if settings.DEMO:
        made = listing.rows.order_by().filter(invented=True).count()
        lines += [(_("注意"), text) for text in [invented_words([Shown(ledger.label, made, total)])] if text]
    for at, (label, text) in enumerate(lines):
        sheet.write_string(at, 0, label)
        sheet.write_string(at, 1, text)
