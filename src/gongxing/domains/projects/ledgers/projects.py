"""The declaration of the project register, the spine."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.firms.models import Firm
from gongxing.domains.firms.naming import initials
from gongxing.domains.firms.sections import section_of
from gongxing.domains.projects.models import FUND_FIELDS, Project
from gongxing.domains.projects.naming import folded_name, new_number
from gongxing.domains.projects.panels import project_page, project_panels
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.project_code import parse as parse_code
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import UNKNOWN, Column, Initial, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, Panel, Preset, ledger
from gongxing.kernel.org.actor import Actor

ZERO, HUNDRED, TOLERANCE = Decimal(0), Decimal(100), Decimal("0.01")
BASIC, MONEY, LAND, FACTORS, DATES, WORK, TERMS, POOL = (
    _("基本情况"), _("资金"), _("用地"), _("能耗与排放"), _("时间"), _("前期工作"), _("审批条件"), _("储备库"),
)  # fmt: skip
CODES = ("industry-codes", "gbt4754")
GONE = (Firm.Status.REVOKED, Firm.Status.CLOSED)
PLANNED = ("plan_start", "plan_complete", "plan_produce", "plan_full")
CONDITIONS = _("答不上来就空着：系统只会说“不知道要不要”，不会当作不要。")
DECIDED = _("由有判定权的岗位对照目录判定，写明条目和理由；表单、导入和接口都不改它。")
RECKON = "projects.reckon"
STAGE_STATES = {"paused": "warn", "removed": "idle", "transferred": "idle", "full_capacity": "good", "reviewed": "good"}
STALE_STATES = {"remind": "warn", "amber": "warn", "exit": "bad"}


def national_code(raw: Any) -> str:
    """A national project code as it is stored; "" for none. Raises Fault."""
    text = str(raw if raw is not None else "").strip()
    return "" if text in UNKNOWN else str(parse_code(text))


def _flag(name: str, label: str | Lazy) -> Column:
    return Column(name, label, Kind.FLAG, shown=False, group=TERMS, help=CONDITIONS)


def _money(name: str, label: str | Lazy, **more: Any) -> Column:
    return Column(name, label, Kind.DECIMAL, unit="万元", minimum=ZERO, group=MONEY, **more)


@ledger
class ProjectLedger(Ledger[Project]):
    """All projects of the county, from the first idea to full capacity."""

    model = Project
    label = _("项目储备库")
    counter = pgettext_lazy("counter", "个")
    stage = "谋"
    icon = "progress"
    key, title, order = "code", "name", "-total_investment"
    detail_template = "projects/project.html"
    renewals = frozenset({RECKON})
    facets = ("unit", "stage", "kind", "batch", "maturity_class", "stale")
    tagged = ("stale", "catalogue")
    related = ("unit", "firm", "site")
    columns = (
        Column("name", _("项目名称"), required=True, max_length=120, group=BASIC, synonyms=("项目", "名称")),
        Column("code", _("项目代码"), max_length=40, shown=False, group=BASIC, parse=national_code, help=_("国家项目代码，24 位；没有赋码的先留空。"), source_note=_("代码的构成按通行做法，未核实原文；认得出的写法都会改成标准样子。"), synonyms=("国家项目代码", "统一项目代码", "赋码")),
        Column("number", _("项目编号"), editable=False, shown=False, group=BASIC),
        Column("stage", _("阶段"), Kind.CHOICE, choices=tuple(Project.Stage.choices), states=STAGE_STATES, editable=False, group=BASIC, help=_("过了关口才变，不能直接改。")),
        Column("stage_on", _("进入本阶段"), Kind.DATE, sort=True, shown=False, editable=False, group=BASIC),
        Column("kind", _("项目类型"), Kind.CHOICE, choices=tuple(Project.Kind.choices), shown=False, group=BASIC, synonyms=("类型",)),
        Column("nature", _("建设性质"), Kind.CHOICE, choices=tuple(Project.Nature.choices), shown=False, group=BASIC),
        Column("origin", _("项目来源"), Kind.CHOICE, choices=tuple(Project.Origin.choices), shown=False, group=BASIC),
        Column("industry", _("行业"), Kind.PACK, pack=CODES, shown=False, group=BASIC, help=_("GB/T 4754—2017 代码。"), synonyms=("行业代码", "国民经济行业"), same_as="firms.firm.industry", via="firm"),
        Column("section", _("门类"), Kind.PACK, pack=CODES, editable=False, shown=False, group=BASIC),
        Column("unit", _("责任单位"), Kind.REFERENCE, target="org.unit", required=True, initial=Initial.REACHED_UNIT, group=BASIC, synonyms=("牵头单位", "园区", "责任部门")),
        Column("owner", _("经办岗位"), Kind.REFERENCE, target="org.post", initial=Initial.OWN_POST, shown=False, group=BASIC),
        Column("leader", _("责任领导"), Kind.REFERENCE, target="org.post", shown=False, group=BASIC, help=_("填岗位，不填人名；换人不换责任。"), synonyms=("包联领导", "责任县领导")),
        Column("firm", _("业主企业"), Kind.REFERENCE, target="firms.firm", group=BASIC, synonyms=("业主", "项目业主", "建设单位", "统一社会信用代码")),
        Column("owner_name", _("意向业主"), shown=False, max_length=120, group=BASIC, help=_("还没有在企业台账里的，先写名称。")),
        Column("contact_name", _("企业联系人"), shown=False, sensitive=True, same_as="firms.firm.contact", via="firm", max_length=40, group=BASIC, synonyms=("联系人",)),
        Column("contact_phone", _("联系电话"), shown=False, sensitive=True, same_as="firms.firm.phone", via="firm", max_length=40, group=BASIC),
        Column("first_claim", _("首报单位"), Kind.REFERENCE, target="org.unit", shown=False, group=BASIC),
        Column("first_claim_on", _("首报日期"), Kind.DATE, shown=False, group=BASIC),
        Column("content", _("建设规模和内容"), Kind.LONG, shown=False, max_length=4000, group=BASIC, synonyms=("建设内容", "建设规模")),
        Column("catalogue", _("产业目录类别"), Kind.CHOICE, choices=tuple(Project.Catalogue.choices), states={"unknown": "idle", "restricted": "bad", "eliminated": "bad"}, shown=False, editable=False, group=BASIC, source_note=DECIDED),
        Column("catalogue_item", _("目录条目"), shown=False, editable=False, max_length=200, group=BASIC, source_note=DECIDED),
        _money("total_investment", _("总投资"), sort=True, total=True, synonyms=("计划总投资", "投资额", "投资总额", "项目总投资")),
        _money("annual_plan", _("本年计划投资"), sort=True, total=True, shown=False, synonyms=("年度计划投资", "年度投资计划")),
        _money("funds_in_place", _("到位资金"), shown=False, help=_("有验资、转账、发票或土地款凭证的才算。")),
        _money("invested", _("累计完成投资"), total=True, shown=False),
        _money("fund_own", _("资本金"), shown=False), _money("fund_loan", _("银行贷款"), shown=False, synonyms=("贷款",)),
        _money("fund_bond", _("专项债券"), shown=False, synonyms=("专项债",)), _money("fund_central", _("中央资金"), shown=False),
        _money("fund_province", _("省级资金"), shown=False), _money("fund_county", _("市县资金"), shown=False),
        _money("fund_raised", _("自筹资金"), shown=False, synonyms=("自筹",)), _money("fund_foreign", _("利用外资"), shown=False, synonyms=("外资",)),
        _money("agreement_amount", _("协议金额"), shown=False), _money("money_promised", _("政府承诺资金"), shown=False),
        _money("output_planned", _("达产年产值"), shown=False), _money("tax_planned", _("达产年税收"), shown=False, help=_("只作履约事实，不作任何奖补的基数。")),
        Column("jobs_planned", _("用工"), Kind.INTEGER, unit="人", minimum=ZERO, shown=False, group=MONEY),
        Column("central_fund", _("申报的中央资金"), shown=False, max_length=40, group=MONEY, help=_("一个项目只申报一项中央资金。")),
        Column("site", _("建设地点"), Kind.REFERENCE, target="org.unit", shown=False, group=LAND),
        Column("place", _("地块或厂房"), shown=False, max_length=120, group=LAND, synonyms=("地块", "厂房", "宗地")),
        Column("land_mode", _("用地方式"), Kind.CHOICE, choices=tuple(Project.LandMode.choices), shown=False, group=LAND),
        Column("land_mu", _("用地"), Kind.DECIMAL, unit="亩", minimum=ZERO, sort=True, total=True, group=LAND, synonyms=("用地面积", "用地需求", "拟用地")),
        Column("land_new_mu", _("其中新增用地"), Kind.DECIMAL, unit="亩", minimum=ZERO, shown=False, group=LAND),
        Column("conformity", _("规划符合性"), Kind.CHOICE, choices=tuple(Project.Conformity.choices), states={"conflict": "bad", "adjusting": "warn"}, shown=False, group=LAND),
        Column("standard_land", _("标准地"), Kind.FLAG, shown=False, group=LAND, help=CONDITIONS),
        Column("energy_tce", _("年综合能耗"), Kind.DECIMAL, unit="吨标准煤", minimum=ZERO, shown=False, group=FACTORS),
        Column("coal_t", _("年煤炭消费"), Kind.DECIMAL, unit="吨", minimum=ZERO, shown=False, group=FACTORS),
        Column("power_kwh", _("年用电"), Kind.DECIMAL, unit="万千瓦时", minimum=ZERO, shown=False, group=FACTORS),
        Column("water_t", _("年用水"), Kind.DECIMAL, unit="吨", minimum=ZERO, shown=False, group=FACTORS),
        *(
            Column(name, label, Kind.DECIMAL, unit="吨", digits=4, minimum=ZERO, shown=False, group=FACTORS)
            for name, label in (("cod", _("化学需氧量")), ("nh3n", _("氨氮")), ("so2", _("二氧化硫")), ("nox", _("氮氧化物")), ("vocs", _("挥发性有机物")))
        ),
        Column("capacity_use", _("产能利用率"), Kind.DECIMAL, unit="%", minimum=ZERO, shown=False, group=FACTORS),
        Column("plan_start", _("计划开工"), Kind.DATE, sort=True, group=DATES, synonyms=("拟开工时间", "计划开工时间")),
        Column("plan_complete", _("计划竣工"), Kind.DATE, shown=False, group=DATES, synonyms=("计划竣工时间",)),
        Column("plan_produce", _("计划投产"), Kind.DATE, shown=False, group=DATES), Column("plan_full", _("计划达产"), Kind.DATE, shown=False, group=DATES),
        *(
            Column(name, label, Kind.DATE, shown=False, editable=False, group=DATES)
            for name, label in (("admitted_on", _("入库日期")), ("signed_on", _("签约日期")), ("started_on", _("开工日期")), ("completed_on", _("竣工日期")), ("produced_on", _("投产日期")), ("full_on", _("达产日期")))
        ),
        *(
            Column(name, label, Kind.CHOICE, choices=choices, shown=False, group=WORK)
            for name, label, choices in (
                ("land_planning", _("用地规划手续"), tuple(Project.Step.choices)), ("land_class", _("地类"), tuple(Project.LandClass.choices)),
                ("land_supply", _("供地手续"), tuple(Project.Step.choices)), ("eia_state", _("环评进度"), tuple(Project.Step.choices)),
                ("energy_state", _("能评进度"), tuple(Project.Step.choices)), ("soil_state", _("水保进度"), tuple(Project.Step.choices)),
                ("design_depth", _("设计深度"), tuple(Project.Design.choices)), ("power_state", _("供电"), tuple(Project.Utility.choices)),
                ("water_state", _("供水"), tuple(Project.Utility.choices)), ("gas_state", _("供气"), tuple(Project.Utility.choices)),
                ("sewage_state", _("排污接管"), tuple(Project.Utility.choices)),
            )
        ),
        Column("clearance_share", _("征拆完成"), Kind.DECIMAL, unit="%", minimum=ZERO, maximum=HUNDRED, shown=False, group=WORK),
        Column("milestones", _("形象进度里程碑"), Kind.LONG, shown=False, max_length=2000, group=WORK, help=_("一行一个：日期 事项。")),
        _flag("needs_conversion", _("还要农转用或征收")), _flag("fitout", _("只做室内改造装修")), _flag("occ_hazard", _("可能产生职业病危害")), _flag("special_equipment", _("有特种设备")),
        _flag("new_building", _("新建厂房")), _flag("small_works", _("限额以下工程")),
        Column("eia_class", _("环评类别"), Kind.CHOICE, choices=tuple(Project.EiaClass.choices), shown=False, group=TERMS, help=CONDITIONS),
        Column("discharge_class", _("排污许可类别"), Kind.CHOICE, choices=tuple(Project.DischargeClass.choices), shown=False, group=TERMS, help=CONDITIONS),
        _flag("soil_zone", _("在水土流失防治区")),
        Column("earthwork_m3", _("土石方"), Kind.DECIMAL, unit="立方米", minimum=ZERO, shown=False, group=TERMS),
        Column("forest_ha", _("占用林地"), Kind.DECIMAL, unit="公顷", digits=4, minimum=ZERO, shown=False, group=TERMS),
        _flag("special_fire", _("特殊建设工程（消防）")),
        Column("chemical", _("危险化学品"), Kind.CHOICE, choices=tuple(Project.Chemical.choices), shown=False, group=TERMS, help=CONDITIONS),
        _flag("drain_to_sewer", _("向管网排水")), _flag("food", _("食品生产")), _flag("drug", _("药品生产")), _flag("energy_light_industry", _("在免单独节能审查行业目录")),
        Column("level", _("入库级别"), Kind.CHOICE, choices=tuple(Project.Level.choices), shown=False, group=POOL),
        Column("batch", _("七个一批"), Kind.CHOICE, choices=tuple(Project.Batch.choices), editable=False, group=POOL, source_note=_("按各阶段的日期推算，不用填。")),
        Column("maturity", _("成熟度"), Kind.INTEGER, unit="分", sort=True, editable=False, group=POOL, source_note=_("八项合计 100 分，见项目页。")),
        Column("maturity_class", _("成熟度档"), Kind.CHOICE, choices=tuple(Project.Maturity.choices), editable=False, shown=False, group=POOL),
        Column("stale", _("动态"), Kind.CHOICE, choices=tuple(Project.Stale.choices), states=STALE_STATES, editable=False, shown=False, group=POOL),
        Column("moved_on", _("最近动态"), Kind.DATE, sort=True, editable=False, group=POOL),
        Column("paused_until", _("暂缓到"), Kind.DATE, editable=False, shown=False, group=POOL),
        Column("to_unit", _("承接单位"), Kind.REFERENCE, target="org.unit", editable=False, shown=False, group=POOL),
        Column("remark", _("备注"), shown=False, max_length=300, group=BASIC),
        Column("initials", _("名称拼音"), sort=True, shown=False, editable=False, group=BASIC),
    )  # fmt: skip
    presets = (
        Preset(_("在建"), "f.stage=construction&f.stage=building"),
        Preset(_("签约未开工"), "f.stage=signed&f.stage=pre_construction"),
        Preset(_("建议退库"), "f.stale=exit"),
        Preset(_("成熟项目"), "f.maturity_class=ready"),
    )

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"code", "name"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        """The national code, else the folded name: most ideas have no code yet."""
        return values.get("code") or (f"~{folded_name(values['name'])}" if values.get("name") else None)

    def find(self, keys: Iterable[str]) -> dict[str, int]:
        wanted = list(keys)
        names = [key[1:] for key in wanted if key.startswith("~")]
        found = dict(
            Project.objects.filter(code__in=[key for key in wanted if key[:1] != "~"]).values_list("code", "pk")
        )
        pairs = Project.objects.filter(folded__in=names).order_by("pk").values_list("folded", "pk")
        found.update({f"~{name}": pk for name, pk in reversed(list(pairs))})
        return {str(key): pk for key, pk in found.items()}

    def candidates(self, rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, ...]]:
        """The same code; else every project of that name, if not both have a code."""
        codes = {values["code"] for values in rows if values.get("code")}
        by_code = {str(code): pk for code, pk in Project.objects.filter(code__in=codes).values_list("code", "pk")}
        names = [folded_name(values["name"]) if values.get("name") else "" for values in rows]
        named: dict[str, list[tuple[int, bool]]] = {}
        for name, pk, code in (
            Project.objects.filter(folded__in=set(names)).order_by("pk").values_list("folded", "pk", "code")
        ):
            named.setdefault(name, []).append((pk, bool(code)))
        found: list[tuple[int, ...]] = []
        for name, values in zip(names, rows, strict=True):
            code = values.get("code")
            same = [pk for pk, coded in named.get(name, ()) if not (code and coded)]
            found.append((by_code[code],) if code in by_code else tuple(same))
        return found

    def complete(self, values: Sequence[dict[str, Any]], stored: Sequence[Row | None], typed: bool = False) -> None:
        for fields, row in zip(values, stored, strict=True):
            if row is None:
                fields.setdefault("number", new_number())
                fields.setdefault("stage", Project.Stage.CONCEPT)
                fields.setdefault("stage_on", today())

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        def said(name: str) -> Any:
            return values[name] if name in values else getattr(row, name, None)

        return [*_money_faults(said), *_date_faults(said), *_owner_faults(values, row)]

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        if "name" in values:
            values["folded"], values["initials"] = folded_name(values["name"]), initials(values["name"])[:120]
        if "industry" in values:
            values["section"] = section_of(values["industry"] or "")
        for name, default in (("kind", "industry"), ("nature", "new"), ("origin", "attracted"), ("conformity", "unknown"), ("level", "none")):  # fmt: skip
            if name in values and not values[name]:
                values[name] = default if row is None else getattr(row, name)
        if "code" in values:
            values["code"] = values["code"] or None
        if row is None or any(getattr(row, name, None) != value for name, value in values.items()):
            values["moved_on"] = today()
        return values

    def tags(self, row: Row) -> list[tuple[str, str]]:
        assert isinstance(row, Project)
        tags = []
        if row.stale != Project.Stale.FRESH:
            tags.append((row.get_stale_display(), STALE_STATES[row.stale]))
        if row.catalogue in (Project.Catalogue.RESTRICTED, Project.Catalogue.ELIMINATED):
            tags.append((row.get_catalogue_display(), "bad"))
        return tags

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        assert isinstance(row, Project)
        return project_panels(row, actor)

    def page(self, row: Row, actor: Actor, asked: Mapping[str, str]) -> Mapping[str, Any]:
        assert isinstance(row, Project)
        return project_page(row, actor, asked)

    def search_text(self, row: Row) -> tuple[str, str, str]:
        assert isinstance(row, Project)
        return row.code or row.number, row.name, row.owner_name


def _money_faults(said: Any) -> list[FieldFault]:
    """The parts make the total wherever they are all told; they never exceed it. New land is a part of the land."""
    total, parts = said("total_investment"), [said(name) for name in FUND_FIELDS]
    given = sum((part for part in parts if part is not None), ZERO)
    faults = []
    if any(part is not None for part in parts) and total is not None and abs(given - total) > TOLERANCE:
        faults.append(
            FieldFault(
                "total_investment",
                Fault("project.money_sum", total=str(total), parts=str(given), gap=str(total - given)),
            )
        )
    if any(part is not None for part in parts) and total is None:
        faults.append(FieldFault("total_investment", Fault("project.money_total_needed", parts=str(given))))
    land, new = said("land_mu"), said("land_new_mu")
    if land is not None and new is not None and new > land:
        faults.append(FieldFault("land_new_mu", Fault("project.land_part", land=str(land), new=str(new))))
    return faults  # fmt: skip


def _date_faults(said: Any) -> list[FieldFault]:
    """Planned days come in the order of the work; nothing is claimed tomorrow."""
    faults, before = [], None
    for name in PLANNED:
        day: date | None = said(name)
        if day is None:
            continue
        if before is not None and day < before[1]:
            faults.append(
                FieldFault(name, Fault("project.plan_order", day=day.isoformat(), before=before[1].isoformat()))
            )
        before = (name, day)
    claimed = said("first_claim_on")
    if claimed is not None and claimed > today():
        faults.append(FieldFault("first_claim_on", Fault("project.future", day=claimed.isoformat())))
    return faults  # fmt: skip


def _owner_faults(values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
    """An enterprise that was struck off owns nothing new."""
    key = values.get("firm_id")
    if key is None or key == getattr(row, "firm_id", None):
        return []
    firm = Firm.objects.filter(pk=key, status__in=GONE).first()
    return [] if firm is None else [FieldFault("firm", Fault("project.firm_gone", name=firm.name, status=firm.get_status_display()))]  # fmt: skip
