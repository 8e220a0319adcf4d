"""What the page of specialisation and relatedness shows."""

from typing import Any

from django.utils.translation import gettext as _t

from gongxing.domains.chain.analysis.relating import Nearness
from gongxing.domains.chain.analysis.specialising import Absent, Specialisation
from gongxing.domains.chain.words import amount, percent

NEAREST = 20


def finding(given: Specialisation) -> str:
    """The title says what was found."""
    if given.year is None:
        return _t("专业化与关联：还没有统计局的年度营业收入")
    if not given.enough:
        return _t("专业化与关联：有数的工业企业只有 %(n)d 家，太少，不算") % {"n": given.firms}
    if not given.specials:
        return _t("专业化与关联：没有一个镇或园区够 %(n)d 家企业的专业化部门") % {"n": given.least}
    best = given.specials[0]
    return _t("%(unit)s的“%(sector)s”占比是全县的 %(times)s 倍（%(n)d 家）") % {
        "unit": best.unit, "sector": given.given.name(best.sector), "times": f"{best.rca:.1f}", "n": best.n,
    }  # fmt: skip


def specials(given: Specialisation) -> list[dict[str, Any]]:
    """Units and their sectors, most specialised first."""
    return [
        {
            "unit": one.unit,
            "sector": given.given.name(one.sector),
            "rca": f"{one.rca:.2f}",
            "n": one.n,
            "unit_n": one.unit_n,
        }
        for one in given.specials
    ]


def absent(listed: tuple[Absent, ...]) -> list[dict[str, Any]]:
    """The absent sectors nearest to the county."""
    return [
        {
            "name": one.name, "code": one.sector, "value": f"{one.relatedness:.2f}", "width": f"{100 * one.relatedness:.1f}", "firms": one.firms,
            "strong": [f"{near.name} {near.closeness:.2f}" for near in one.strong],
        }
        for one in listed[:NEAREST]
    ]  # fmt: skip


def grew(given: Specialisation) -> list[dict[str, Any]]:
    """Units and the parts of their change."""
    return [
        {
            "unit": one.unit, "n": one.n, "sectors": one.sectors, "before": amount(one.row.before), "change": signed(one.row.change),
            "rate": percent(round(one.row.change / one.row.before, 4)) if one.row.before else "—", "county": signed(one.row.national_growth),
            "mix": signed(one.row.industry_mix), "own": signed(one.row.regional_share), "good": one.row.regional_share > 0,
        }
        for one in given.grew
    ]  # fmt: skip


def signed(value: float) -> str:
    """An amount with its sign."""
    text = amount(abs(value))
    return f"−{text}" if value < 0 else f"+{text}"


def method(given: Specialisation, near: Nearness) -> list[tuple[str, str]]:
    """The method card: inputs, filters, formula, sign, sample."""
    return [
        (_t("输入"), _t("企业数据台账里统计局来源的年度营业收入，企业的属地和行业；全国投入产出表（%(source)s）") % {"source": given.given.source}),
        (_t("筛选"), _t("存续企业，只算工业；专业化和增长按 %(a)s 部门，关联按 %(b)s 部门") % {"a": given.given.size, "b": near.given.size}),
        (_t("专业化"), _t("显示性比较优势 =（部门占这个镇或园区的营收份额）÷（部门占全县的份额）；不低于 1 才列（Balassa 1965）")),
        (_t("关联密度"), _t("部门和最近的 %(k)d 个部门（连它自己）里，本县已比全国集中的占多少，按直接消耗系数两列的余弦加权（Los 2000；Hidalgo 等 2007）；只列本县还没有集中的") % {"k": near.neighbours}),
        (
            _t("增长拆分"),
            _t("偏离份额法（Dunn 1960）：变化 = 随全县 + 部门结构 + 自己的。参照是全县合计，不是全国：没有装入两年的全国或全区数；所以各镇和园区“自己的”加起来是 0，说的是县内谁快谁慢。按当年价"),
        ),
        (_t("同口径"), _t("增长只算两年都有统计局数的企业；新来的、停产的、没报的不在里面")),
        (
            _t("不说的"),
            _t("少于 %(n)d 家的格和合计不显示，免得看出是哪一家；专业化的格有 %(thin)d 个、镇和园区有 %(small)d 个因此没列") % {"n": given.least, "thin": given.thin, "small": given.small_units},
        ),
        (_t("方向"), _t("专业化大：比全县集中；关联密度大：离本县已有的近；结构为正：所在部门全县长得快；自己的为正：比全县同部门快")),
        (_t("样本"), _t("%(n)d 家有 %(year)s 年的数，%(units)d 个镇和园区；两年都有的 %(both)d 家") % {"n": given.firms, "year": given.year or "—", "units": given.units, "both": given.both}),
    ]  # fmt: skip
