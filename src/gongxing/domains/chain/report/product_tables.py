"""The list of growing products of the growth workbook, made of the values its page shows (see ``tables``)."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from gongxing.domains.chain.report.facts import ListColumn, Listing
from gongxing.domains.chain.report.tables import N, Shown, shown_number


def product_list(shown: Shown, figures: bool) -> Listing:
    """Fast products, then those without a rate; ``figures``: whether the reader may export figures of products."""
    found = shown["products"]
    listed = tuple(
        (
            one["name"], one["firm"], one["node"]["name"] if one["node"] else None, shown_number(one["start"]), shown_number(one["end"]), shown_number(one["rate"]),
            one["interval"] if one["interval"] != "—" else None, one["n"], shown_number(one["output"]),
            None if one["rate"] == "—" else _("有把握") if one["certain"] else pgettext("level", "可能"), _("基数小") if one["small"] else None, _("；").join(one["words"]) or None,
        )
        for one in ((*found["fast"], *found["unrated"]) if figures else ())
    )  # fmt: skip
    columns = (
        ListColumn(_("产品"), 14), ListColumn(_("企业"), 18), ListColumn(_("环节"), 12), ListColumn(_("%(year)s 年销售收入（万元）") % {"year": found["first"]}, 8, N),
        ListColumn(_("%(year)s 年销售收入（万元）") % {"year": found["year"] or "—"}, 8, N), ListColumn(_("年均增长（%）"), 6, N), ListColumn(_("区间（拟合）"), 10),
        ListColumn(_("年度数"), 4, N), ListColumn(_("产量年均增长（%）"), 6, N), ListColumn(_("把握"), 5), ListColumn(_("基数"), 4), ListColumn(_("怎么算的"), 28),
    )  # fmt: skip
    return Listing(_("增长产品"), _("增长产品"), columns, listed, tuple(_product_notes(found, figures, bool(listed))))


def _product_notes(found: Shown, figures: bool, listed: bool) -> list[str]:
    if not figures:
        return [_("你的岗位没有导出产品数据的权限，增长产品没有带出；在页面上看。")]
    if not found["year"]:
        return [_("这个来源还没有产品的年度销售收入。")]
    notes = [] if listed else [_("没有看得到的增长产品。")]
    tally, hidden = found["tally"], found["rest"] + found["unrated_rest"]
    notes += [_("算不出的：%(why)s %(n)d 个，排在后面") % {"why": why, "n": n} for why, n in tally["why"]]
    if hidden:
        notes.append(ngettext("另有 %(n)d 个产品，不归你看。", "另有 %(n)d 个产品，不归你看。", hidden) % {"n": hidden})
    return notes
