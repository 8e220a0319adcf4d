"""Fourteen invented policies of the invented county, with clauses as typed conditions over its registers, and what of its firms many of them ask for:
how much each spends on research, by industry and size, and which bear a title of 专精特新.

Every document is marked 演示 and exists nowhere. Dates count from the day of building, so that some clauses always end soon. Two drafts are worded
unlawfully on purpose: the fair-competition review has something to find.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import Any

from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.domains.policy.models import Clause, Policy
from gongxing.engines.conditions import Condition, Predicate, to_json
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Unit

WHY, RESEARCH = "生成演示政策（全部虚构）", "生成演示研发费用和专精特新称号（全部虚构）"
INDUSTRY, REFORM, INVEST, SCIENCE, FINANCE = "工业和信息化局", "发展改革局", "招商促进局", "科技局", "金融办"
FIRM, PROJECT = Clause.Subject.FIRM, Clause.Subject.PROJECT
YEAR = 365
Group = Predicate | list[Predicate]


def p(name: str, op: str, value: Any = None) -> Predicate:
    """One predicate; whole numbers are amounts."""
    return Predicate(name, op, Decimal(value) if isinstance(value, int) else value)


MAKES = p("section", "eq", "C")
GROWING = p("stat.revenue_growth", "ge", 10)
BUILDING = p("stage", "in", ("construction", "building", "completed"))
STARTED = p("stage", "in", ("construction", "building", "completed", "production", "full_capacity"))


@dataclass(frozen=True)
class Said:
    """One clause. ``days``: from when to when one can apply, counted from today; None: always. ``pays``: kind, value, base, cap, pot."""

    code: str
    name: str
    article: str
    text: str
    subject: str
    kind: str
    condition: tuple[Group, ...]
    pays: tuple[str, str, str, str, str] | None = None
    days: tuple[int, int] | None = None
    automatic: bool = False
    edition: int = 1
    state: str = "in_force"


@dataclass(frozen=True)
class Document:
    """One document: number, title, bureau, level, days it holds from and to, clauses."""

    number: str
    title: str
    bureau: str
    level: str
    since: int
    until: int
    clauses: tuple[Said, ...]
    state: str = "in_force"


def fixed(value: str, budget: str = "") -> tuple[str, str, str, str, str]:
    return ("fixed", value, "", "", budget)


def ratio(rate: str, base: str, cap: str, budget: str = "") -> tuple[str, str, str, str, str]:
    return ("ratio", rate, base, cap, budget)


# fmt: off
DOCUMENTS: tuple[Document, ...] = (
    Document("青政办发〔2026〕3号（演示）", "青禾县促进工业企业上规模若干措施（演示）", INDUSTRY, "county", -300, 400, (
        Said("A1", "首次升规奖补", "第二条第一款", "年营业收入达到2000万元的制造业企业，首次纳入规上工业库的，给予一次性奖补10万元。", FIRM, "grant", (MAKES, p("self.revenue", "ge", 2000), p("below_scale", "is_true")), fixed("10", "300"), (-60, 25)),
        Said("A2", "规上企业增产奖补", "第三条", "规上制造业企业年营业收入不低于5000万元且比上年增长10%以上的，按研发费用的5%奖补，每家最高50万元。", FIRM, "grant", (MAKES, p("above_scale", "is_true"), p("stat.revenue", "ge", 5000), GROWING), ratio("0.05", "stat.rd", "50", "400"), (-30, 60)),
        Said("A3", "稳岗服务包", "第五条", "规上企业从业人员不少于50人的，由县人社部门提供招工专场和用工对接服务，企业无需申报。", FIRM, "service", (p("above_scale", "is_true"), p("stat.employees", "ge", 50)), None, None, True),
    )),
    Document("青政办发〔2026〕5号（演示）", "青禾县支持企业技术改造若干措施（演示）", INDUSTRY, "county", -280, 90, (
        Said("B1", "技改设备投入补助", "第一条", "技改、扩建项目总投资不低于500万元并已开工的，按总投资的3%补助，最高200万元。", PROJECT, "grant", (p("nature", "in", ("upgrade", "expansion")), p("total_investment", "ge", 500), STARTED), ratio("0.03", "total_investment", "200", "2000"), (-40, 6)),
        Said("B2", "技改贷款贴息", "第二条", "技改、扩建、改建项目银行贷款不低于300万元的，按贷款额的2%贴息，最高100万元。", PROJECT, "loan", (p("nature", "in", ("upgrade", "expansion", "rebuilding")), p("fund_loan", "ge", 300), BUILDING), ratio("0.02", "fund_loan", "100"), (-40, 50)),
        Said("B3", "节能改造服务", "第四条", "规上企业年综合能耗1000吨标准煤以上的，由县里安排一次免费节能诊断，企业无需申报。", FIRM, "service", (p("above_scale", "is_true"), [p("stat.energy", "ge", 1000), p("dept.energy", "ge", 1000)]), None, None, True),
    )),
    Document("青科发〔2026〕8号（演示）", "青禾县鼓励企业研发投入办法（演示）", SCIENCE, "county", -250, 480, (
        Said("C1", "研发费用后补助", "第三条", "制造业企业研发费用占营业收入3%以上的，按研发费用的8%补助，最高80万元。", FIRM, "grant", (MAKES, p("stat.rd_share", "ge", 3)), ratio("0.08", "stat.rd", "60"), (-200, -20), edition=1, state="ended"),
        Said("C1", "研发费用后补助", "第三条", "制造业企业研发费用占营业收入2%以上、不低于100万元的，按研发费用的8%补助，最高80万元。", FIRM, "grant", (MAKES, p("stat.rd_share", "ge", 2), p("stat.rd", "ge", 100)), ratio("0.08", "stat.rd", "80", "600"), (-15, 75), edition=2),
        Said("C2", "高新技术企业认定奖补", "第四条", "通过高新技术企业认定、研发费用50万元以上的，给予一次性奖补15万元。", FIRM, "grant", (p("hi_tech", "is_true"), p("stat.rd", "ge", 50)), fixed("15", "500"), (-15, 75)),
        Said("C3", "高新技术企业培育辅导", "第六条", "年营业收入2000万元以上、研发费用占营业收入3%以上的制造业企业，可预约认定辅导。", FIRM, "service", (MAKES, p("stat.revenue", "ge", 2000), p("stat.rd_share", "ge", 3))),
    )),
    Document("青工信发〔2026〕11号（演示）", "青禾县专精特新企业梯度培育办法（演示）", INDUSTRY, "county", -220, 500, (
        Said("D1", "创新型制造企业奖补", "第二条", "规上制造业企业通过高新技术企业认定、研发费用30万元以上的，给予奖补5万元，企业无需申报。", FIRM, "grant", (MAKES, p("above_scale", "is_true"), p("hi_tech", "is_true"), p("stat.rd", "ge", 30)), fixed("5"), None, True),
        Said("D2", "专精特新申报辅导", "第三条", "中小型规上企业，研发费用占营业收入3%以上或研发费用100万元以上的，纳入申报辅导。", FIRM, "title", (p("size", "in", ("medium", "small")), p("above_scale", "is_true"), [p("stat.rd_share", "ge", 3), p("stat.rd", "ge", 100)]), None, (-10, 20)),
        Said("D3", "专精特新企业创新奖补", "第四条", "认定为专精特新中小企业、小巨人或制造业单项冠军，研发费用占营业收入3%以上的，按研发费用的6%奖补，最高40万元。", FIRM, "grant", (p("specialised", "in", ("specialised", "giant", "champion")), p("stat.rd_share", "ge", 3)), ratio("0.06", "stat.rd", "40", "300"), (-10, 45)),
    )),
    Document("青发改发〔2026〕14号（演示）", "青禾县重大产业项目要素保障办法（演示）", REFORM, "county", -200, 520, (
        Said("E1", "用地指标优先安排", "第四条", "总投资5000万元以上、属鼓励类、规划符合的项目，优先安排用地指标。", PROJECT, "factor", (p("total_investment", "ge", 5000), p("catalogue", "eq", "encouraged"), p("conformity", "eq", "conforms"), p("land_new_mu", "gt", 0))),
        Said("E2", "用能协调服务", "第五条", "年综合能耗1000吨标准煤以下的新建、扩建项目，由县发改部门统一协调用能。", PROJECT, "service", (p("nature", "in", ("new", "expansion")), p("energy_tce", "le", 1000), p("eia_state", "in", ("submitted", "done", "not_needed")))),
        Said("E3", "标准厂房租金补助", "第七条", "租用标准厂房并已开工的项目，总投资300万元以上，给予一次性补助12万元。", PROJECT, "grant", (p("land_mode", "eq", "lease_building"), STARTED, p("total_investment", "ge", 300)), fixed("12", "600"), (-20, 4)),
    )),
    Document("青发改发〔2026〕17号（演示）", "青禾县争取上级资金项目储备要求（演示）", REFORM, "county", -180, 240, (
        Said("F1", "中央预算内投资申报条件", "第二条", "前期成熟度80分以上、没有申报别的中央资金、资金到位30%以上、规划符合的项目可以申报；一个项目只报一项中央资金。", PROJECT, "fund", (p("maturity", "ge", 80), p("central_taken", "is_false"), p("funds_share", "ge", 30), p("conformity", "eq", "conforms")), None, (-5, 28)),
        Said("F2", "技改专项资金申报条件", "第三条", "技改、扩建项目，总投资3000万元以上，能评已办结，计划开工不晚于申报截止后半年的，可以申报。", PROJECT, "fund", (p("nature", "in", ("upgrade", "expansion")), p("total_investment", "ge", 3000), p("energy_state", "in", ("done", "not_needed"))), None, (-5, 14)),
        Said("F3", "年内开工项目前期费支持", "第五条", "列入储备或已签约、总投资2000万元以上、年内计划开工的项目，支持前期费5万元。", PROJECT, "grant", (p("stage", "in", ("reserve", "signed", "pre_construction")), p("total_investment", "ge", 2000), p("plan_start", "on_or_after", "today"), p("plan_start", "on_or_before", "year_end")), fixed("5", "200"), (-10, 33)),
    )),
    Document("青招发〔2026〕6号（演示）", "青禾县招商项目服务办法（演示）", INVEST, "county", -160, 560, (
        Said("G1", "签约项目代办服务", "第二条", "已签约、还没有到计划投产日期的招商项目，由县代办员全程代办手续。", PROJECT, "service", (p("origin", "eq", "attracted"), p("stage", "in", ("signed", "pre_construction", "construction")), p("plan_produce", "on_or_after", "today"))),
        Said("G2", "项目如期投产奖补", "第六条", "招商项目投产、固定资产实际完成投资2000万元以上的，按完成投资的1%奖补，最高150万元。", PROJECT, "grant", (p("origin", "eq", "attracted"), p("stage", "in", ("production", "full_capacity")), p("invested", "ge", 2000)), ratio("0.01", "invested", "150", "1500"), (-90, 45)),
    )),
    Document("青金发〔2026〕2号（演示）", "青禾县中小企业融资支持办法（演示）", FINANCE, "county", -150, 210, (
        Said("H1", "中小企业贷款风险补偿", "第三条", "中小微制造业企业，资产总计500万元以上、上年盈利、没有列入严重失信主体名单的，可以申请。", FIRM, "loan", (MAKES, p("size", "in", ("medium", "small", "micro")), p("dept.assets", "ge", 500), p("dept.profit", "gt", 0), p("dishonest", "is_false"))),
        Said("H2", "首贷对接", "第四条", "存续的中小微制造业企业，年营业收入500万元以上的，由金融办组织银行对接。", FIRM, "loan", (p("status", "eq", "active"), MAKES, p("size", "in", ("medium", "small", "micro")), [p("stat.revenue", "ge", 500), p("dept.revenue", "ge", 500)])),
    )),
    Document("青政办发〔2026〕12号（演示）", "青禾县战略性新兴产业培育措施（演示）", REFORM, "county", -120, 600, (
        Said("I1", "新兴产业企业研发补助", "第二条", "在战略性新兴产业环节上、年营业收入1000万元以上的企业，按研发费用的10%补助，最高100万元。", FIRM, "grant", (p("strategic", "is_true"), p("stat.revenue", "ge", 1000), p("stat.rd", "gt", 0)), ratio("0.1", "stat.rd", "100", "800"), (-20, 9)),
        Said("I2", "新兴产业项目开工奖补", "第三条", "战略性新兴产业链上的项目，总投资3000万元以上并已开工，给予一次性奖补20万元。", PROJECT, "grant", (p("chains", "any_of", ("bat", "ele", "med", "eqp")), p("total_investment", "ge", 3000), STARTED), fixed("20", "1000"), (-20, 100)),
    )),
    Document("青农工发〔2026〕4号（演示）", "青禾县茶糖加工提质措施（演示）", INDUSTRY, "county", -100, 300, (
        Said("J1", "农产品加工提质补助", "第二条", "农副食品、食品和酒饮料茶制造企业，年营业收入1000万元以上，给予设备更新补助8万元。", FIRM, "grant", (p("industry", "starts", ("13", "14", "15")), p("dept.revenue", "ge", 1000)), fixed("8", "240"), (-30, 18)),
    )),
    Document("青工信发〔2026〕19号（演示）", "青禾县园区企业节约集约用地办法（演示）", INDUSTRY, "county", -90, 420, (
        Said("K1", "集约用地改造补助", "第三条", "在三个园区内、用地50亩以下、年产值3000万元以上的制造业企业，改造厂房的给予补助10万元。", FIRM, "grant", (MAKES, p("places", "any_of", ("QH-P1", "QH-P2", "QH-P3")), p("stat.land_mu", "le", 50), p("stat.output", "ge", 3000)), fixed("10"), (-10, 70)),
    )),
    Document("青政办发〔2025〕21号（演示）", "青禾县工业稳增长临时措施（演示）", INDUSTRY, "county", -360, 5, (
        Said("L1", "稳增长用工补助", "第一条", "规上制造业企业从业人员不少于100人、营业收入不低于上年的，给予补助6万元。", FIRM, "grant", (MAKES, p("above_scale", "is_true"), p("stat.employees", "ge", 100), p("stat.revenue_growth", "ge", 0)), fixed("6", "120"), (-100, 5)),
        Said("L2", "老旧设备淘汰登记", "第三条", "年用电大户按旧口径登记淘汰设备。", FIRM, "service", (p("stat.power_2019", "ge", 100),)),
    )),
    Document("青政办函〔2026〕30号（演示·起草）", "青禾县重点产业链扶持办法（起草稿，演示）", INDUSTRY, "county", 10, 700, (
        Said("M1", "链主企业进档奖励", "第二条", "对链主企业年营业收入进档的，每进一档给予奖励100万元。", FIRM, "grant", (MAKES, p("stat.revenue", "ge", 100_000)), fixed("100"), None, state="draft"),
    ), "draft"),
    Document("青政办函〔2026〕31号（演示·起草）", "青禾县招商引资奖励办法（起草稿，演示）", INVEST, "county", 10, 700, (
        Said("N1", "经济贡献返还", "第三条", "新引进企业按其对本县的经济贡献，以返还地方留存部分的方式给予奖励。", FIRM, "grant", (), None, None, state="draft"),
    ), "draft"),
)
# fmt: on


SPENT: Mapping[str, tuple[float, float]] = {
    "13": (0.3, 1.4), "14": (0.4, 1.8), "15": (0.4, 1.6), "17": (0.5, 1.8), "20": (0.3, 1.2), "22": (0.4, 1.6), "26": (1.0, 3.4), "27": (2.4, 6.5), "29": (0.8, 2.6),
    "30": (0.4, 1.6), "32": (0.6, 2.2), "33": (0.7, 2.4), "34": (1.6, 4.2), "35": (2.0, 5.0), "36": (1.4, 3.8), "38": (1.8, 4.8), "39": (2.2, 6.0), "40": (2.8, 7.0),
}  # fmt: skip
"""Research as a share of revenue, %, from and to, by division of manufacturing; invented."""
ELSEWHERE = (0.3, 1.5)
DOES: Mapping[str, float] = {
    Firm.Size.LARGE: 0.85,
    Firm.Size.MEDIUM: 0.65,
    Firm.Size.SMALL: 0.35,
    Firm.Size.MICRO: 0.08,
}
"""How many firms of a size do research at all; invented."""
FLOORS = ((Decimal(5000), 5.0), (Decimal(20_000), 4.0), (Decimal("Infinity"), 3.0))
"""About what a recognised high-tech firm spends, by its revenue in 万元 up to …; some fall a little short of it."""
REPORTS_NONE, TITLED = 0.7, 3.0
CENT = Decimal("0.01")
Title = Firm.Specialised


def build_policies(seed: int, units: Mapping[str, Unit], posts: Mapping[str, Post]) -> int:
    """Write them all as the system; ``seed`` is that of the county, of the policies nothing is drawn. Returns how many clauses there are."""
    day, count = today(), 0
    with writing(SYSTEM, "demo", RESEARCH) as ctx:
        _research(ctx, Random(f"{seed} research"))
    with writing(SYSTEM, "demo", WHY) as ctx:
        for document in DOCUMENTS:
            policy = ctx.create(_policy(document, units, day))
            for said in document.clauses:
                ctx.create(_clause(said, policy, document, posts, day))
                count += 1
    return count


def _research(ctx: Ctx, random: Random) -> None:
    """What each manufacturer spends on research in its years, and its title. Drawn in the order of the register, as often whatever a draw says."""
    firms = {one.pk: one for one in Firm.objects.filter(section="C", invented=True).order_by("pk")}
    rows = FirmFigure.objects.filter(firm_id__in=list(firms), invented=True).order_by("firm_id", "period", "source")
    told = {key: list(own) for key, own in groupby(rows.iterator(), attrgetter("firm_id"))}
    for firm in firms.values():
        does, level, reach, chance, none = (random.random() for _ in range(5))
        share = _share(firm, level, reach) if firm.hi_tech or does < DOES.get(firm.size, 0.0) else None
        for figure in told.get(firm.pk, ()):
            spent = _spent(figure, share, random.uniform(0.92, 1.1), none < REPORTS_NONE and firm.above_scale)
            ctx.update(figure, rd=spent)
        title = _title(firm, share, chance)
        if title != Title.NONE:
            ctx.update(firm, specialised=title)


def _share(firm: Firm, level: float, reach: float) -> float:
    """Research as a share of revenue, %."""
    low, high = SPENT.get(firm.industry[:2], ELSEWHERE)
    share = low + (high - low) * level
    if not firm.hi_tech:
        return share
    floor = next(least for limit, least in FLOORS if (firm.revenue or 0) < limit)
    return max(share, floor * (0.94 + 0.4 * reach))


def _spent(figure: FirmFigure, share: float | None, year: float, says_none: bool) -> Decimal | None:
    """Research of one year, 万元: nothing where the firm said so, None where nobody said."""
    if figure.revenue is None:
        return None
    if share is None:
        return Decimal(0) if says_none else None
    return (figure.revenue * Decimal(f"{share * year / 100:.6f}")).quantize(CENT)


def _title(firm: Firm, share: float | None, chance: float) -> str:
    """The title of a firm that does research: small and medium ones by how much, a large one as a champion of its trade."""
    if share is None or firm.status != Firm.Status.ACTIVE:
        return Title.NONE
    if firm.size == Firm.Size.LARGE:
        return Title.CHAMPION if chance < 0.2 else Title.NONE
    if firm.size not in (Firm.Size.MEDIUM, Firm.Size.SMALL):
        return Title.NONE
    if share >= TITLED and firm.above_scale and chance < (0.12 if firm.hi_tech else 0.03):
        return Title.GIANT
    if share >= TITLED and chance < 0.5:
        return Title.SPECIALISED
    return Title.INNOVATIVE if chance < 0.3 else Title.NONE


def _policy(one: Document, units: Mapping[str, Unit], day: date) -> Policy:
    since = day + timedelta(days=one.since)
    issued = None if one.state == "draft" else since
    return Policy(
        number=one.number, title=one.title, level=one.level, authority="青禾县人民政府（演示）", unit=units.get(one.bureau), state=one.state, issued_on=issued,
        starts_on=since, ends_on=day + timedelta(days=one.until), contact=f"{one.bureau} 0000-0000000（演示）", checked="local", where="演示，不存在", invented=True,
    )  # fmt: skip


def _clause(one: Said, policy: Policy, document: Document, posts: Mapping[str, Post], day: date) -> Clause:
    since, until = day + timedelta(days=document.since), day + timedelta(days=document.until)
    if one.edition > 1:
        since = day - timedelta(days=18)
    if one.state == "ended":
        until = day - timedelta(days=19)
    opens, closes = (day + timedelta(days=n) for n in one.days) if one.days else (None, None)
    names = ("kind", "value", "field", "cap", "budget")
    amount = {name: text for name, text in zip(names, one.pays, strict=True) if text} if one.pays else {}
    return Clause(
        ref=f"{policy.pk}:{one.code}:{one.edition}", policy=policy, code=one.code, edition=one.edition, name=one.name, article=one.article, text=one.text,
        subject=one.subject, kind=one.kind, condition=_condition(one.condition, day), amount=amount, starts_on=since, ends_on=until, opens_on=opens,
        closes_on=closes, automatic=one.automatic, contact="", post=posts.get("gongxin"), state=one.state, invented=True,
    )  # fmt: skip


def _condition(groups: tuple[Group, ...], day: date) -> Any:
    """The condition as it is stored; ``today`` and ``year_end`` are days."""
    if not groups:
        return []
    days = {"today": day, "year_end": date(day.year, 12, 31)}
    return to_json(
        Condition(tuple(tuple(_dated(one, days) for one in group) for group in Condition.of(*groups).groups))
    )


def _dated(one: Predicate, days: Mapping[str, date]) -> Predicate:
    return Predicate(one.field, one.op, days[one.value]) if isinstance(one.value, str) and one.value in days else one
