"""What the pages of an import show: where it stands, what it would change, what is to be decided. Nothing here opens the file."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.money import UNITS
from gongxing.kernel.cells.units import same_kind
from gongxing.kernel.exchange.flow import head_of, source_of, to_write
from gongxing.kernel.exchange.merging import RENAMED
from gongxing.kernel.exchange.models import ImportChange, ImportFault, ImportSession
from gongxing.kernel.exchange.setup import ColumnUse, Setup, askable
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.ledger.cleaner import Cleaner
from gongxing.kernel.ledger.column import Column, Kind, unit_word
from gongxing.kernel.ledger.declare import Ledger, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.ledger.show import MASK
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.form import field_of
from gongxing.kernel.pages.jobs import job_frame
from gongxing.kernel.pages.requests import crumbs, ledger_frame

State = ImportSession.State
RAW_ROWS, SHOWN_FAULTS, SHOWN_CHANGES, DISPUTES_A_PAGE = 8, 50, 60, 50
Shown = dict[str, Any]


def _frame(session: ImportSession) -> Shown:
    ledger = ledger_named(session.ledger)
    setup = Setup.from_json(session.setup)
    return {
        "ledger": ledger_frame(ledger),
        "crumbs": crumbs(ledger, (_("导入"), reverse("exchange-upload", args=[ledger.slug])), (session.file_name, "")),
        "session": {
            "id": session.pk, "file": session.file_name, "sheet": setup.sheet, "rows": session.counts.get("rows", 0), "rows_text": f"{session.counts.get('rows', 0):,}", "state": session.state,
            "state_text": session.get_state_display(), "error": session.error, "url": reverse("exchange-session", args=[session.pk]),
        },
    }  # fmt: skip


def running_frame(session: ImportSession) -> Shown:
    """A session a job is working on."""
    one = Job.objects.filter(pk=session.job_id or 0).first()
    return {**_frame(session), "job": job_frame(one) if one else None}


def done_frame(session: ImportSession) -> Shown:
    """A session that was written or taken back."""
    ledger = ledger_named(session.ledger)
    kept = [{"title": title, "url": ledger.row_url(key)} for key, title in session.counts.get("kept", [])]
    return {
        **_frame(session), "counts": {name: f"{n:,}" for name, n in session.counts.items() if isinstance(n, int)}, "kept": kept, "kept_n": session.counts.get("kept_n", len(kept)),
        "undone": session.state == State.UNDONE, "undo_url": reverse("exchange-undo", args=[session.pk]), "list_url": ledger.url,
        "faults_url": reverse("exchange-faults", args=[session.pk]) if session.counts.get("fault") else "",
    }  # fmt: skip


def undo_frame(session: ImportSession, n: int) -> Shown:
    """The question before a batch is taken back: how many it deletes and how many it gives their earlier values."""
    ledger, new = ledger_named(session.ledger), int(session.counts.get("new", 0))
    rows = f"{n:,} {ledger.counter}"
    return {
        **_frame(session), "n": n, "question": _("撤销 %(rows)s？") % {"rows": rows}, "label": _("撤销这 %(rows)s") % {"rows": rows},
        "removed": f"{new:,}", "restored": f"{n - new:,}", "undo_url": reverse("exchange-undo", args=[session.pk]),
    }  # fmt: skip


def preview_frame(session: ImportSession, actor: Actor, errors: list[str], page: int) -> Shown:
    """A session waiting for somebody to accept or correct it."""
    ledger = ledger_named(session.ledger)
    setup = Setup.from_json(session.setup)
    head = _head(session, setup)
    return {
        **_frame(session),
        "errors": errors or ([session.error] if session.error else []),
        "sheets": head["sheets"],
        "encoding": head["encoding"].upper().replace("-SIG", " BOM"),
        "setup": setup,
        "sums": _sums(session, ledger),
        "raw": _raw(head["rows"], setup),
        "mapping": [_use(use, ledger, session.counts.get("bare", 0)) for use in setup.columns],
        "defaults": _defaults(setup, ledger, actor),
        "disputes": _disputes(session, ledger, actor, page),
        "renamed": _renamed(session),
        "changes": _changes(session, ledger, actor),
        "faults": _faults(session, ledger),
        "foot": _foot(session, ledger),
    }


def _head(session: ImportSession, setup: Setup) -> Shown:
    """The beginning of the file as it was noted when it came; a session of an older version is noted now."""
    if not session.head:
        session.head = head_of(source_of(session), setup.sheet)
        ImportSession.objects.filter(pk=session.pk).update(head=session.head)
    return dict(session.head)


def _foot(session: ImportSession, ledger: Ledger[Any]) -> Shown:
    open_ = session.state == State.CHECKED
    return {
        "accept_url": reverse("exchange-write", args=[session.pk]) if open_ else "",
        "accept_label": _("写入 %(n)s %(counter)s") % {"n": f"{to_write(session):,}", "counter": ledger.counter},
        "decide_url": reverse("exchange-decide", args=[session.pk]) if open_ else "",
        "cancel_url": ledger.url,
        "faults_url": reverse("exchange-faults", args=[session.pk]) if session.counts.get("fault") else "",
    }


def _sums(session: ImportSession, ledger: Ledger[Any]) -> list[Shown]:
    counts, counter = session.counts, str(ledger.counter)
    lines = (
        ("new", _("新增"), "good", counter),
        (
            "update",
            _("更新"),
            "fill",
            _("%(counter)s，%(n)s 个格") % {"counter": counter, "n": f"{counts.get('cells', 0):,}"},
        ),
        ("same", _("无变化"), "idle", _("%(counter)s，不写") % {"counter": counter}),
        ("question", _("待你定"), "warn", _("两边都改过的格")),
        ("fault", _("写不进"), "bad", _("行，看原因")),
    )
    return [
        {"label": label, "value": f"{counts.get(name, 0):,}", "hint": hint, "state": state}
        for name, label, state, hint in lines
    ]


def _raw(rows: Sequence[Sequence[str]], setup: Setup) -> list[Shown]:
    why = dict(setup.skipped)
    words = {
        "title": _("标题，跳过"), "reporter": _("填报单位，跳过"), "unit": _("单位，已采用"), "numbering": _("编号行，跳过"), "blank": _("空行"),
    }  # fmt: skip
    shown = []
    for number, row in enumerate(rows[: max(setup.data_start, 1) + RAW_ROWS], start=1):
        head = setup.first <= number <= setup.last
        reason = _("表头") if head else words.get(why.get(number, ""), "")
        shown.append({"number": number, "cells": row[: max(setup.width, 1)], "head": head, "why": reason})
    return shown


def _use(use: ColumnUse, ledger: Ledger[Any], bare: int) -> Shown:
    """One column of the file: what it means, in which unit, and what to look at."""
    column = ledger.column(use.target) if use.target else None
    state, note = "idle" if column is None else "good" if use.sure else "warn", ""
    units: list[tuple[str, str]] = []
    if column is not None and column.kind is Kind.CAPITAL:
        units = [
            ("", _("单元格里写着")),
            *((unit, unit_word(unit)) for unit in dict.fromkeys((*UNITS, use.unit)) if unit),
        ]
        state, note = _amount_note(use, bare)
    elif column is not None and column.unit:
        units = [(unit, unit_word(unit)) for unit in same_kind(column.unit)]
        note = (
            f"{unit_word(use.unit)} → {column.unit_label}"
            if use.unit != column.unit
            else ""
            if use.sure
            else _("请核对单位")
        )
    elif column is not None and not use.sure:
        note = _("请核对")
    if not note and use.reason == "remembered":
        note = _("上次的选择")
    return {
        "position": use.position, "source": use.label or _("（空表头）"), "target": use.target, "unit": use.unit, "unit_choices": units,
        "choices": [("", _("不导入")), *((one.name, str(one.label)) for one in ledger.editable)], "note": note, "state": state,
    }  # fmt: skip


def _amount_note(use: ColumnUse, bare: int) -> tuple[str, str]:
    """State and remark of a column of amounts: those that are bare numbers need a unit from somewhere."""
    if use.unit:
        words = _("只写数字的按%(unit)s") if use.sure else _("只写数字的按%(unit)s，请核对单位")
        return "good" if use.sure else "warn", words % {"unit": unit_word(use.unit)}
    if bare:
        words = ngettext(
            "有 %(n)d 格只写了数字：请选单位后重新核对，不选则金额记为未知",
            "有 %(n)d 格只写了数字：请选单位后重新核对，不选则金额记为未知",
            bare,
        )
        return "warn", words % {"n": bare}
    return "good", ""


def _defaults(setup: Setup, ledger: Ledger[Any], actor: Actor) -> list[Shown]:
    """Columns the file leaves out, each with one value for all new rows."""
    missing = askable(ledger, setup)
    if not missing:
        return []
    cleaner = Cleaner(ledger, actor)
    return [field_of(column, setup.defaults.get(column.name, ""), {}, cleaner.known(column)) for column in missing]


def _hidden(changes: Sequence[ImportChange], ledger: Ledger[Any], actor: Actor) -> set[int]:
    """Those of the changes whose stored value the actor may not read."""
    masks = Masks(ledger, actor)
    sensitive = [one for one in changes if one.column in masks.columns]
    covered = masks.rows(one.key for one in sensitive)
    return {one.pk for one in sensitive if one.key in covered}


def _cell(one: ImportChange, ledger: Ledger[Any], hidden: set[int]) -> Shown:
    masked = one.pk in hidden
    column: Column = ledger.column(one.column)
    return {
        "id": one.pk, "row": one.row, "row_title": one.title, "url": ledger.row_url(one.key), "field": str(column.label),
        "old": MASK if masked and one.old else one.old, "theirs": MASK if masked and one.theirs else one.theirs, "new": one.new,
    }  # fmt: skip


def _disputes(session: ImportSession, ledger: Ledger[Any], actor: Actor, number: int) -> Shown | None:
    """One page of the cells both sides changed, each with what was decided so far."""
    found = session.changes.filter(note="conflict").order_by("row", "pk")
    pages = Paginator(found, DISPUTES_A_PAGE)
    if not pages.count:
        return None
    page = pages.get_page(number)
    shown = list(page.object_list)
    hidden = _hidden(shown, ledger, actor)
    mine = ImportChange.Choice.MINE
    return {
        "cells": [{**_cell(one, ledger, hidden), "mine": one.choice == mine} for one in shown],
        "n": pages.count,
        "decided": found.exclude(choice="").count(),
        "number": page.number,
        "pages": list(pages.page_range) if pages.num_pages > 1 else [],
    }


def _changes(session: ImportSession, ledger: Ledger[Any], actor: Actor) -> list[Shown]:
    found = list(session.changes.exclude(note="conflict").order_by("-weight", "row")[:SHOWN_CHANGES])
    hidden = _hidden(found, ledger, actor)
    return [
        {
            **_cell(one, ledger, hidden),
            "note": _warning(one, ledger),
            "state": "warn",
        }
        for one in found
    ]


def _warning(one: ImportChange, ledger: Ledger[Any]) -> str:
    """What is to be looked at before it is written; "" where nothing is."""
    if one.note == "ten_times":
        return _("相差 10 倍以上，请核单位")
    if one.note == RENAMED:
        return _("像是另一个：现在登记的是“%(old)s”，表里是“%(new)s”。请核对这一行的“%(key)s”") % {
            "old": one.old, "new": one.new, "key": ledger.column(ledger.key).label,
        }  # fmt: skip
    return ""


def _renamed(session: ImportSession) -> str:
    """How many rows would give a stored row a quite different name, in words; "" without any."""
    n = int(session.counts.get("renamed", 0))
    text = ngettext(
        "有 %(n)s 行会把已登记的名称换成几乎完全不同的，多半是代码填错了；见“会改成什么”。不是错误，核对后可以写入。",
        "有 %(n)s 行会把已登记的名称换成几乎完全不同的，多半是代码填错了；见“会改成什么”。不是错误，核对后可以写入。",
        n,
    )
    return text % {"n": f"{n:,}"} if n else ""


def fault_sentence(one: ImportFault, ledger: Ledger[Any]) -> str:
    """The fault of a row with the column it is in."""
    params = {name: int(value) if value.isdigit() and len(value) < 6 else value for name, value in one.params.items()}
    label = f"{ledger.column(one.column).label}{_('：')}" if one.column and ledger.has_column(one.column) else ""
    return label + sentence(Fault(one.code, **params))


def _faults(session: ImportSession, ledger: Ledger[Any]) -> list[Shown]:
    return [
        {
            "row": one.row,
            "sentence": fault_sentence(one, ledger),
            "fix": one.params.get("fix", ""),
            "field": one.column,
            "code": one.code,
        }
        for one in session.faults.order_by("row")[:SHOWN_FAULTS]
    ]
