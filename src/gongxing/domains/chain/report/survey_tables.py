"""The progress of the purchase survey as lists of a workbook, by the rules of ``tables``."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.chain.disclosure import holds
from gongxing.domains.chain.report.facts import Cell, ListColumn, Listing
from gongxing.domains.chain.report.lists import figures_note
from gongxing.domains.chain.report.tables import rounded
from gongxing.kernel.access.visible import Reach

Shown = Mapping[str, Any]
N = True


def survey_lists(shown: Shown, figures: Reach) -> tuple[Listing, ...]:
    """How much is known, who answered, whom to ask, which links are silent. ``figures``: firms whose figures the reader may take along."""
    found = shown["found"]
    return (_known(shown), _answered(found.answered), _to_ask(found, figures), _silent(found))


def _known(shown: Shown) -> Listing:
    found = shown["found"]
    rows: tuple[tuple[Cell, ...], ...] = (
        (_("已答（家）"), len(found.answered)), (_("还没问的大户（家）"), found.n_to_ask), (_("还没有答卷的环节（个）"), found.n_silent),
        (_("填报的行"), found.lines), (_("其中填了金额的行"), found.told), (_("采购额合计（万元）"), rounded(found.money)), (_("知道从哪里买（万元）"), rounded(found.placed)),
        (_("其中县外（万元）"), rounded(found.outside)),
    )  # fmt: skip
    if not found.lines:
        rows = rows[:3]
    return Listing(_("进度"), _("采购调查进度"), (ListColumn(_("项"), 14), ListColumn(_("数"), 8, N)), rows)


def _answered(answered: Sequence[Any]) -> Listing:
    rows = tuple(
        (
            one.firm.name,
            one.unit,
            one.lines,
            one.told,
            rounded(one.money) if one.told else None,
            rounded(one.outside) if one.placed else None,
            one.unlinked,
            one.on,
        )
        for one in answered
    )
    columns = (
        ListColumn(_("企业"), 20), ListColumn(_("属地"), 10), ListColumn(_("填报的行"), 5, N), ListColumn(_("其中有金额"), 5, N), ListColumn(_("采购额（万元）"), 8, N),
        ListColumn(_("其中县外（万元）"), 8, N), ListColumn(_("没对上环节（行）"), 6, N), ListColumn(_("填报日期"), 7),
    )  # fmt: skip
    notes = (_("采购额大的在前；企业自报。没有填金额的空着，不按 0 算。"),)
    return Listing(_("已答"), _("已答"), columns, rows, notes if rows else (_("这一年还没有看得到的答卷。"),))


def _to_ask(found: Any, figures: Reach) -> Listing:
    open_: list[Any] = []
    shut: list[Any] = []
    for one in found.to_ask:
        (open_ if holds(figures, one.firm.id, one.firm.unit_id) else shut).append(one)
    shut.sort(key=lambda one: (one.firm.name, one.firm.id))
    rows = tuple(
        (one.firm.name, _("、").join(node.label for node in one.links), rounded(revenue))
        for one, revenue in [*((one, one.firm.revenue) for one in open_), *((one, None) for one in shut)]
    )
    kept = sum(one.firm.revenue is not None for one in shut)
    columns = (ListColumn(_("企业"), 20), ListColumn(_("环节"), 24), ListColumn(_("营业收入（万元，统计局）"), 9, N))
    none = _("没有：链上主营、要买投入的企业都答过了，或者还没有企业上链。")
    notes = (_("统计局营收大的在前。"), *([figures_note(kept)] if kept else []))
    return Listing(_("还没问"), _("还没问的大户"), columns, rows, notes if rows else (none,))


def _silent(found: Any) -> Listing:
    rows = tuple(
        (
            one.node.label, None if one.hidden else rounded(one.demand),
            _("按营收估计的需求能看出是哪一家，不显示") if one.hidden else _("不知道要买多少") if one.demand is None else _("按营收和比重估计"),
            _("、").join(firm.name for firm in one.buyers) or None,
        )
        for one in found.silent
    )  # fmt: skip
    columns = (
        ListColumn(_("环节"), 16),
        ListColumn(_("本地每年要买约（万元）"), 8, N),
        ListColumn(_("怎么来的"), 16),
        ListColumn(_("问谁"), 24),
    )
    none = _("没有：本地要买的环节都有人答过。")
    return Listing(_("还没答"), _("还没有答卷的环节"), columns, rows, () if rows else (none,))
