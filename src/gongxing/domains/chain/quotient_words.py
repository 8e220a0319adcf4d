"""What a link's location quotient rests on, in sentences: the drawer, its page and the report say the same."""

from django.utils.translation import gettext as _

from gongxing.domains.chain.national import YEAR
from gongxing.domains.chain.quotients import LinkQuotient, LinkSector, Quotients
from gongxing.domains.chain.words import firm_count


def quotient_lines(known: Quotients, one: LinkQuotient) -> list[str]:
    """The quotient with its sectors, both sides' years and the firms behind it; else why there is none. Then what was left out, and
    which rows of the concordance are a judgement."""
    found = one.quotient
    if found is None:
        lines = [_why_none(known, one)]
    else:
        lines = [
            _("%(value)s（%(firms)s）") % {"value": f"{found.value:.2f}", "firms": firm_count(found.firms)},
            _sectors(known, one.counted),
            _("以产出计：本县 %(year)s 年统计局营业收入，全国 %(base)d 年投入产出表（%(size)s 部门）总产出，都只算工业")
            % {"year": known.year, "base": YEAR, "size": known.given.size},
        ]  # fmt: skip
        if one.doubtful:
            lines.append(_("行业归部门存疑：%(codes)s") % {"codes": _("、").join(one.doubtful)})
    return [*lines, *_left_out(known, one)]


def _sectors(known: Quotients, counted: tuple[LinkSector, ...]) -> str:
    if len(counted) == 1:
        return _("部门“%(name)s”") % {"name": known.given.name(counted[0].sector)}
    told = [
        _("“%(name)s”%(value)s（%(firms)s）") % {"name": known.given.name(one.sector), "value": f"{one.quotient:.2f}", "firms": firm_count(one.firms)}
        for one in counted
    ]  # fmt: skip
    return _("%(sectors)s，按全国总产出加权") % {"sectors": _("、").join(told)}


def _why_none(known: Quotients, one: LinkQuotient) -> str:
    if not one.sectors:
        return _("没有：行业小类都不在工业范围") if one.elsewhere else _("没有：环节没有登记行业小类")
    if known.year is None:
        return _("没有：还没有统计局的年度营业收入")
    if not known.enough:
        return _("没有：全县有数的工业企业只有 %(n)d 家，少于 %(least)d 家") % {
            "n": known.firms,
            "least": known.least.county,
        }
    words = {"names": _few(known, one), "year": known.year, "least": known.least.sector}
    if not one.counted:
        return _("没有：部门%(names)s有 %(year)s 年统计局营业收入，少于 %(least)d 家") % words
    return _("没有：够 %(least)d 家的部门只占它行业小类的一半或更少，代表不了它") % words


def _few(known: Quotients, one: LinkQuotient) -> str:
    """Sectors without a quotient, each with its firms."""
    few = [sector for sector in one.sectors if sector.quotient is None]
    return _("、").join(
        _("“%(name)s”%(firms)s") % {"name": known.given.name(sector.sector), "firms": firm_count(sector.firms)}
        for sector in few
    )


def _left_out(known: Quotients, one: LinkQuotient) -> list[str]:
    """Sectors of too few firms beside one that has enough, and classes outside industry."""
    lines = []
    few = _few(known, one) if one.counted else ""
    if few:
        lines.append(_("没有算的部门：%(names)s，少于 %(least)d 家") % {"names": few, "least": known.least.sector})
    if one.elsewhere and one.sectors:
        lines.append(_("没有算的行业（不在工业范围）：%(codes)s") % {"codes": _("、").join(one.elsewhere)})
    return lines
