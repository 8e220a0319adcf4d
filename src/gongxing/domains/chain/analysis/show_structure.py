"""What the structure page shows."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.chain.analysis.structuring import Structure
from gongxing.domains.chain.national import YEAR
from gongxing.domains.chain.quotients import SIZE
from gongxing.domains.chain.words import amount, percent
from gongxing.engines.inputoutput import suppliers

CLASSES: Mapping[str, tuple[Promise, str]] = {
    "key": (_("前后都强"), "vow"),
    "backward": (_("拉动上游强"), "fill"),
    "forward": (_("支撑下游强"), "good"),
    "weak": (_("都不强"), "idle"),
}
FAULTS: Mapping[str, Promise] = {
    "inputoutput.no_account": _("部门 %(sector)s 没有账户"),
    "inputoutput.no_output": _("部门 %(sector)s 没有产出"),
    "inputoutput.row_missing": _("部门 %(sector)s 缺一行"),
    "inputoutput.column_missing": _("部门 %(sector)s 缺一列"),
    "inputoutput.unbalanced": _("部门 %(sector)s 的账不平，差 %(gap)s 万元"),
    "inputoutput.re_exports": _("部门 %(sector)s 的进口多于国内使用（转口），进口占比按 100%% 算"),
    "inputoutput.no_sector": _("表里没有部门"),
    "inputoutput.not_productive": _("直接消耗系数的谱半径 %(radius)s 不小于 1，逆矩阵没有意义"),
}
LARGEST = 12


def finding(given: Structure) -> str:
    """The title says what was found."""
    if not given.sectors:
        return _t("产业结构：还没有统计局的年度营业收入")
    if not given.enough:
        return _t("产业结构：有数的企业只有 %(n)d 家，少于 %(least)d 家，不算区位商") % {
            "n": given.firms, "least": given.least_county,
        }  # fmt: skip
    known = [one for one in given.sectors if one.quotient is not None]
    if not known:
        return _t("产业结构：没有一个部门够 %(least)d 家企业，不算区位商") % {"least": given.least}
    best = max(known, key=lambda one: (one.quotient or 0.0, one.sector))
    return _t("“%(name)s”比全国集中 %(times)s 倍（%(n)s 家）") % {
        "name": given.national.accounts.name(best.sector), "times": f"{best.quotient:.1f}", "n": f"{best.firms:,}",
    }  # fmt: skip


def shares(given: Structure, all_figures: bool) -> list[dict[str, Any]]:
    """Sectors by revenue. Where fewer firms than the line stand behind a sector, only who sees all firms' figures sees its money."""
    listed = []
    widest = max((one.quotient or 0.0 for one in given.sectors), default=0.0)
    for one in given.sectors:
        open_ = all_figures or one.firms >= given.least
        quotient = one.quotient
        listed.append(
            {
                "code": one.sector, "name": given.national.accounts.name(one.sector), "firms": one.firms, "revenue": amount(one.revenue if open_ else None),
                "share": percent(round(one.share, 4)) if open_ else "—", "national": percent(round(one.national_share, 4)),
                "quotient": "—" if quotient is None else f"{quotient:.2f}", "doubtful": one.doubtful,
                "width": None if quotient is None or not widest else f"{100 * quotient / widest:.1f}",
                "why": "" if quotient is not None else _t("%(n)d 家，少于 %(least)d 家") % {"n": one.firms, "least": given.least}
                if given.enough else _t("全县企业太少"),
                "level": None if quotient is None else _level(quotient, given.lines),
            }
        )  # fmt: skip
    return listed


def _level(quotient: float, lines: tuple[float, float]) -> tuple[str, str]:
    """(word, tone) of a quotient."""
    if quotient >= lines[1]:
        return _t("比全国集中"), "good"
    return (_t("比全国少"), "warn") if quotient < lines[0] else (_t("与全国差不多"), "idle")


def linked(given: Structure) -> list[dict[str, Any]]:
    """Backward and forward linkages (nation) of the county's largest sectors."""
    listed = []
    for one in given.sectors[:LARGEST]:
        link = given.linkages.get(one.sector)
        if link is None:
            continue
        word, tone = CLASSES[link.kind]
        listed.append(
            {
                "code": one.sector, "name": given.national.accounts.name(one.sector), "firms": one.firms, "backward": f"{link.backward:.2f}", "forward": f"{link.forward:.2f}",
                "ghosh": f"{link.forward_ghosh:.2f}", "multiplier": f"{link.output_multiplier_domestic:.2f}", "word": str(word), "tone": tone,
                "imports": percent(round(link.import_share, 3)),
                "buys": [
                    (given.national.accounts.name(part.sector), percent(round(part.share, 3)))
                    for part in suppliers(given.solution, one.sector, 3)
                ],
            }
        )  # fmt: skip
    return listed


def notes(given: Structure) -> list[str]:
    """What the solved table says of itself: sectors left out, accounts that do not balance."""
    reasons = [*given.solution.excluded, *given.solution.notes]
    if given.solution.refused is not None:
        reasons.append(given.solution.refused)
    told = []
    for one in reasons:
        details = {
            key: given.national.accounts.name(value) if key == "sector" else value for key, value in one.details.items()
        }
        told.append(str(FAULTS[one.code]) % details if one.code in FAULTS else one.code)
    return told


def method(given: Structure) -> list[tuple[str, str]]:
    """The method card."""
    return [
        (
            _t("输入"),
            _t("本县：企业数据台账里统计局来源的 %(year)s 年营业收入；全国：%(source)s，%(size)s 部门表的总产出（万元，生产者价格），%(base)d 年")
            % {"year": given.year or "—", "source": given.national.accounts.source, "size": given.size, "base": YEAR},
        ),
        (
            _t("筛选"),
            _t("存续企业；按行业代码最长前缀归到部门（行业对应为自编，非官方，存疑的行标出）；")
            + (_t("两边都只算工业（采矿、制造、电热气水）") if given.scope == "industry" else _t("两边都算全部部门；统计局的数多为规上企业，服务业会偏低")),
        ),
        (_t("区位商"), _t("（本县部门营业收入 ÷ 本县合计）÷（全国部门总产出 ÷ 全国合计）；以产出计，本县用营业收入近似")),
        (
            _t("不算的"),
            _t("一个部门少于 %(least)d 家、全县少于 %(county)d 家，不算区位商；一个部门少于 %(least)d 家，金额只给能看全部企业数据的人看")
            % {"least": given.least, "county": given.least_county},
        ),
        (
            _t("前后向联系"),
            _t("后向 = 列昂惕夫逆矩阵列均值 ÷ 总均值；前向 = 行均值 ÷ 总均值；前向（高希）= 高希逆矩阵行均值 ÷ 总均值。均值是 1；都按全国表，不是本县的联系"),
        ),
        (_t("用在哪里"), _t("产业链图判薄弱、优势，用 %(size)s 部门、只算工业的区位商；一个环节的行业对到几个部门，按全国总产出加权，不够家数的部门不算") % {"size": SIZE}),
        (_t("方向"), _t("区位商大于 1：比全国集中；后向大：多办一家，带动上游多；前向大：多办一家，下游受益多")),
        (
            _t("样本"),
            _t("%(n)s 家；行业不明 %(u)s 家、范围外 %(o)s 家没有算")
            % {"n": f"{given.firms:,}", "u": f"{given.unmatched[0]:,}", "o": f"{given.outside[0]:,}"},
        ),
        (_t("核对"), _t("全国表取自存档副本，账目已核，未与原件逐格核对（依据待复核）；不是广西的表")),
    ]  # fmt: skip
