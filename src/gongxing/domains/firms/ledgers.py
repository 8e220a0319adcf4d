"""The declarations of enterprises, products, figures and confirmed industry patterns."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.firms.figures import period_bounds
from gongxing.domains.firms.industry import Classifier, industry_fields
from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure, IndustryPattern, Product
from gongxing.domains.firms.naming import folded, initials
from gongxing.domains.firms.panels import firm_panels
from gongxing.domains.firms.queries import NEAR_SCALE
from gongxing.domains.firms.scale import REFRESH
from gongxing.domains.firms.sections import section_of
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, Panel, Preset, ledger
from gongxing.kernel.org.actor import Actor

INDUSTRY = ("industry-codes", "gbt4754")
BASIC, REGISTER, SCALE, CONTACT = _("基本情况"), _("登记事项"), _("规模与资质"), _("联系")
LATEST = _("最近一个年度的数据，来源见“数据来源”列；统计局、部门、企业自报不合并计算。")
ZERO = Decimal(0)
SIZE_STATES = {"unknown": "idle"}
STATUS_STATES = {"suspended": "warn", "moved": "idle", "revoked": "bad", "closed": "idle"}


def _namesakes(stored: Sequence[tuple[int, bool]], coded: bool) -> tuple[int, ...]:
    """Firms of one name a row may mean; ``stored`` tells of each whether it has a code. A row with a code of its own is new beside firms
    that have others, and the one without a code beside them could be any of them."""
    if coded and all(has_code for _pk, has_code in stored):
        return ()
    return tuple(pk for pk, _has_code in stored)


@ledger
class FirmLedger(Ledger[Firm]):
    """The enterprise register."""

    model = Firm
    label = _("企业台账")
    counter = pgettext_lazy("counter", "家")
    icon = "building-factory-2"
    key, title, order = "uscc", "name", "-revenue"
    renewals = frozenset({REFRESH})
    facets = ("unit", "section", "size", "status", "above_scale", "specialised")
    marks = ("near_scale",)
    tagged = ("above_scale", "near_scale", "hi_tech", "specialised", "listed")
    lookups = {"name": "firms-known"}
    related = ("unit",)
    totals_by = "figure_source"
    columns = (
        Column("name", _("企业名称"), required=True, group=BASIC, synonyms=("单位名称", "企业全称", "名称", "公司名称", "单位详细名称", "纳税人名称", "市场主体名称")),
        Column("uscc", _("统一社会信用代码"), Kind.USCC, shown=False, group=BASIC, help=_("18 位，最后一位是校验码。没有代码的先留空。"), synonyms=("信用代码", "社会信用代码", "统一信用代码", "机构代码", "税号", "纳税人识别号")),
        Column("industry", _("行业"), Kind.PACK, pack=INDUSTRY, group=BASIC, help=_("GB/T 4754—2017（2019 修改单），填代码。"), synonyms=("行业代码", "国民经济行业", "行业类别代码", "所属行业", "行业小类")),
        Column("industry_source", _("行业依据"), Kind.CHOICE, choices=tuple(Firm.IndustrySource.choices), states={"none": "warn"}, editable=False, shown=False, group=BASIC),
        Column("section", _("门类"), Kind.PACK, pack=INDUSTRY, editable=False, shown=False, group=BASIC),
        Column("size", _("规模"), Kind.CHOICE, choices=tuple(Firm.Size.choices), states=SIZE_STATES, editable=False, group=SCALE, source_note=_("按《统计上大中小微型企业划分办法（2017）》由最近年度数据判定，缺指标时为未定。")),
        Column("unit", _("属地"), Kind.REFERENCE, target="org.unit", required=True, group=BASIC, help=_("园区、乡镇或主管部门。"), synonyms=("所属园区", "园区", "乡镇", "属地单位", "主管单位", "所在园区")),
        Column("status", _("状态"), Kind.CHOICE, choices=tuple(Firm.Status.choices), states=STATUS_STATES, group=BASIC, synonyms=("经营状态", "登记状态", "企业状态")),
        Column("revenue", _("营业收入"), Kind.DECIMAL, unit="万元", sort=True, total=True, editable=False, group=SCALE, source_note=LATEST),
        Column("tax", _("入库税收"), Kind.DECIMAL, unit="万元", sort=True, total=True, editable=False, group=SCALE, source_note=LATEST),
        Column("employees", _("用工"), Kind.INTEGER, unit="人", sort=True, total=True, editable=False, group=SCALE, source_note=LATEST),
        Column("tax_per_mu", _("亩均税收"), Kind.DECIMAL, unit="万元/亩", sort=True, shown=False, editable=False, group=SCALE, source_note=_("入库税收 ÷ 用地，同一来源、同一年度。")),
        Column("figure_source", _("数据来源"), Kind.CHOICE, choices=tuple(FirmFigure.Source.choices), editable=False, group=SCALE),
        Column("figure_period", _("数据期"), editable=False, group=SCALE),
        Column("land_mu", _("用地"), Kind.DECIMAL, unit="亩", sort=True, shown=False, total=True, editable=False, group=SCALE, source_note=LATEST),
        Column("above_scale", _("规上"), Kind.FLAG, shown=False, group=SCALE, synonyms=("是否规上", "规上企业", "规模以上")),
        Column("near_scale", _("准规上"), Kind.FLAG, shown=False, editable=False, group=SCALE),
        Column("hi_tech", _("高新技术企业"), Kind.FLAG, shown=False, group=SCALE, synonyms=("高企", "是否高新", "高新技术")),
        Column("specialised", _("专精特新"), Kind.CHOICE, choices=tuple(Firm.Specialised.choices), shown=False, group=SCALE),
        Column("listed", _("上市"), Kind.FLAG, shown=False, group=SCALE, synonyms=("是否上市",)),
        Column("stock_code", _("证券代码"), shown=False, max_length=12, group=SCALE, synonyms=("股票代码",)),
        Column("capital", _("注册资本"), Kind.CAPITAL, sort=True, shown=False, fields=("capital", "capital_currency", "capital_text", "capital_mark"), group=REGISTER, help=_("照登记写，连单位一起写，如 500万元、100(万美元)；外币不折算。"), synonyms=("注册资金", "注册资本(万元)", "注册资本金", "认缴出资额")),
        Column("founded", _("成立日期"), Kind.SPAN, sort=True, shown=False, fields=("founded", "founded_precision"), group=REGISTER, synonyms=("注册日期", "成立时间", "开业日期", "设立日期", "注册时间")),
        Column("produced", _("投产日期"), Kind.SPAN, shown=False, fields=("produced", "produced_precision"), group=REGISTER, synonyms=("投产时间",)),
        Column("approved", _("核准日期"), Kind.DATE, shown=False, group=REGISTER),
        Column("term_end", _("营业期限至"), Kind.DATE, shown=False, group=REGISTER),
        Column("ownership", _("企业类型"), shown=False, max_length=60, group=REGISTER, synonyms=("登记注册类型", "公司类型", "主体类型")),
        Column("holding", _("控股情况"), shown=False, max_length=30, group=REGISTER),
        Column("group_name", _("所属集团"), shown=False, max_length=120, group=REGISTER),
        Column("registrar", _("登记机关"), shown=False, max_length=80, group=REGISTER),
        Column("registration_no", _("旧注册号"), shown=False, max_length=20, group=REGISTER, synonyms=("注册号", "工商注册号")),
        Column("former_names", _("曾用名"), Kind.LIST, shown=False, group=REGISTER),
        Column("business_scope", _("经营范围"), Kind.LONG, shown=False, max_length=4000, group=REGISTER, synonyms=("主营业务", "经营业务范围")),
        Column("main_products", _("主要产品"), shown=False, max_length=300, group=REGISTER, synonyms=("产品", "主营产品")),
        Column("address", _("地址"), shown=False, max_length=300, group=CONTACT, synonyms=("注册地址", "住所", "企业地址", "详细地址", "经营地址", "单位地址")),
        Column("postcode", _("邮编"), shown=False, max_length=10, group=CONTACT, synonyms=("邮政编码",)),
        Column("contact", _("联系人"), shown=False, max_length=40, sensitive=True, group=CONTACT),
        Column("phone", _("联系电话"), shown=False, max_length=40, sensitive=True, group=CONTACT, synonyms=("电话", "手机", "联系方式")),
        Column("website", _("网址"), shown=False, max_length=120, group=CONTACT),
        Column("remark", _("备注"), shown=False, max_length=300, group=CONTACT, synonyms=("说明",)),
        Column("initials", _("名称拼音"), sort=True, shown=False, editable=False, group=BASIC),
    )  # fmt: skip
    presets = (
        Preset(_("规上"), "f.above_scale=True"),
        Preset(_("准规上"), NEAR_SCALE),
        Preset(_("专精特新及以上"), "f.specialised=specialised&f.specialised=giant&f.specialised=champion"),
        Preset(_("规模未定"), "f.size=unknown"),
    )

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"uscc", "name"})

    def complete(self, values: Sequence[dict[str, Any]], stored: Sequence[Row | None], typed: bool = False) -> None:
        """Suggest an industry for firms that have none, wherever they come from. A code that was imported or confirmed is never
        touched, unless a person empties it: then it is asked anew. A code that a person types is confirmed by it."""
        classifier: Classifier | None = None
        for fields, row in zip(values, stored, strict=True):
            firm = row if isinstance(row, Firm) else None
            if typed and fields.get("industry") and (firm is None or firm.industry != fields["industry"]):
                fields["industry_source"] = Firm.IndustrySource.CONFIRMED
                fields["industry_confidence"] = None
            emptied = typed and "industry" in fields and not fields["industry"] and firm is not None and firm.industry
            if not fields.get("industry"):
                fields.pop("industry", None)
            if "industry" in fields or not (emptied or _to_suggest(fields, firm, typed)):
                continue
            name, scope = (fields.get(one, getattr(firm, one, "")) for one in ("name", "business_scope"))
            classifier = classifier or Classifier()
            fields.update(industry_fields(classifier.suggest(name, scope)))
            fields["section"] = section_of(fields["industry"])

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        """The code, else the folded name: old registers have firms without a code."""
        return values.get("uscc") or (f"~{folded(values['name'])}" if values.get("name") else None)

    def find(self, keys: Iterable[str]) -> dict[str, int]:
        wanted = list(keys)
        codes = [key for key in wanted if not key.startswith("~")]
        names = [key[1:] for key in wanted if key.startswith("~")]
        found = dict(Firm.objects.filter(uscc__in=codes).values_list("uscc", "pk"))
        pairs = Firm.objects.filter(folded__in=names).order_by("pk").values_list("folded", "pk")
        found.update({f"~{name}": pk for name, pk in reversed(list(pairs))})
        return {str(key): pk for key, pk in found.items()}

    def candidates(self, rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, ...]]:
        """The same code; else the same folded name, if not both have a code (two codes are two firms until a person says otherwise)."""
        codes = {values["uscc"] for values in rows if values.get("uscc")}
        by_code = {str(code): pk for code, pk in Firm.objects.filter(uscc__in=codes).values_list("uscc", "pk")}
        names = [folded(values["name"]) if values.get("name") else "" for values in rows]
        wanted = {name for name, values in zip(names, rows, strict=True) if name and values.get("uscc") not in by_code}
        by_name: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        for name, pk, code in Firm.objects.filter(folded__in=wanted).order_by("pk").values_list("folded", "pk", "uscc"):
            by_name[name].append((pk, bool(code)))
        return [
            (by_code[values["uscc"]],) if values.get("uscc") in by_code
            else _namesakes(by_name.get(name, ()), bool(values.get("uscc")))
            for name, values in zip(names, rows, strict=True)
        ]  # fmt: skip

    def attached(self, keys: Sequence[int]) -> list[QuerySet[Any]]:
        open_ones = DuplicateQuestion.objects.filter(answer=DuplicateQuestion.Answer.OPEN)
        return [open_ones.filter(Q(one__in=keys) | Q(other__in=keys))]

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        faults = []
        founded = values.get("founded")
        if founded is not None and founded > today():
            faults.append(FieldFault("founded", Fault("firm.founded_future", date=founded.isoformat())))
        if values.get("listed") and not values.get("stock_code") and not getattr(row, "stock_code", ""):
            faults.append(FieldFault("stock_code", Fault("firm.stock_code_needed")))
        return faults

    def check_typed(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        """An amount typed without 万 is asked back; what a register wrote so stays until somebody knows better."""
        text = values.get("capital_text", "")
        if values.get("capital_mark") == "confirm" and text != getattr(row, "capital_text", ""):
            return [FieldFault("capital", Fault("money.unit_needed", text=text))]
        return []

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        if "name" in values:
            values["folded"], values["initials"] = folded(values["name"]), initials(values["name"])
        if isinstance(row, Firm) and "name" in values and values["name"] != row.name and "former_names" not in values:
            values["former_names"] = [*row.former_names, row.name]
        if values.get("industry"):
            values["section"] = section_of(values["industry"])
            if row is None or values["industry"] != getattr(row, "industry", ""):
                values.setdefault("industry_source", Firm.IndustrySource.IMPORTED)
        for name, default in (("status", Firm.Status.ACTIVE), ("specialised", Firm.Specialised.NONE)):
            if name in values and not values[name]:
                values[name] = default if row is None else getattr(row, name)
        for name in ("above_scale", "listed", "hi_tech"):
            if name in values and values[name] is None:
                values[name] = False if row is None else getattr(row, name)
        return values

    def tags(self, row: Row) -> list[tuple[str, str]]:
        assert isinstance(row, Firm)
        tags = []
        if row.above_scale:
            tags.append((_t("规上"), ""))
        if row.near_scale:
            tags.append((_t("准规上"), "warn"))
        if row.hi_tech:
            tags.append((_t("高新"), ""))
        if row.specialised != Firm.Specialised.NONE:
            tags.append((row.get_specialised_display(), "vow"))
        if row.listed:
            tags.append((_t("上市"), "fill"))
        return tags

    def panels(self, row: Row, actor: Actor) -> list[Panel]:
        assert isinstance(row, Firm)
        return firm_panels(row, actor)

    def search_text(self, row: Row) -> tuple[str, str, str]:
        assert isinstance(row, Firm)
        return row.uscc or row.registration_no, row.name, " ".join(row.former_names)


def _to_suggest(fields: Mapping[str, Any], firm: Firm | None, typed: bool) -> bool:
    """Whether the classifier has something to say: the code is nobody's decision yet, and what it would read is new to it. A sheet that
    comes back unchanged changes nothing."""
    if firm is None:
        return "name" in fields
    if firm.industry_source not in (Firm.IndustrySource.NONE, Firm.IndustrySource.SUGGESTED):
        return False
    read = ("name", "business_scope")
    return (typed and firm.industry_confidence is None) or any(
        name in fields and fields[name] != getattr(firm, name) for name in read
    )


@ledger
class FigureLedger(Ledger[FirmFigure]):
    """Periodic figures by source."""

    model = FirmFigure
    label = _("企业数据")
    icon = "chart-bar"
    key, title, order = "ref", "period", "-period_start"
    related = ("firm", "firm__unit")
    searchable = False
    columns = (
        Column("firm", _("企业"), Kind.REFERENCE, target="firms.firm", required=True, synonyms=("企业名称", "单位名称", "统一社会信用代码", "信用代码")),
        Column("period", _("期别"), required=True, max_length=8, help=_("2025、2025H1、2025Q1 或 2025-06。"), synonyms=("年度", "年份", "报告期", "时间")),
        Column("source", _("来源"), Kind.CHOICE, choices=tuple(FirmFigure.Source.choices), required=True, help=_("统计局数据只能导入，不能在页面上改。")),
        Column("revenue", _("营业收入"), Kind.DECIMAL, unit="万元", sort=True, synonyms=("主营业务收入", "营业总收入", "销售收入")),
        Column("output", _("工业总产值"), Kind.DECIMAL, unit="万元", minimum=ZERO, synonyms=("产值", "总产值")),
        Column("value_added", _("工业增加值"), Kind.DECIMAL, unit="万元", synonyms=("增加值",)),
        Column("tax", _("入库税收"), Kind.DECIMAL, unit="万元", sort=True, synonyms=("税收", "纳税额", "税金", "实缴税金")),
        Column("profit", _("利润总额"), Kind.DECIMAL, unit="万元", synonyms=("利润",)),
        Column("assets", _("资产总计"), Kind.DECIMAL, unit="万元", shown=False, minimum=ZERO, synonyms=("总资产", "资产总额")),
        Column("employees", _("从业人员"), Kind.INTEGER, unit="人", minimum=ZERO, synonyms=("用工", "用工人数", "职工人数", "从业人数")),
        Column("rd", _("研发费用"), Kind.DECIMAL, unit="万元", minimum=ZERO, shown=False, synonyms=("研发投入", "R&D经费")),
        Column("energy", _("综合能耗"), Kind.DECIMAL, unit="吨标准煤", minimum=ZERO, shown=False, synonyms=("能耗",)),
        Column("land_mu", _("用地"), Kind.DECIMAL, unit="亩", minimum=ZERO, shown=False, synonyms=("占地", "用地面积", "占地面积")),
        Column("period_start", _("期初"), Kind.DATE, sort=True, shown=False, editable=False),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        if not values.get("firm_id") or not values.get("period") or not values.get("source"):
            return None
        return f"{values['firm_id']}:{values['period']}:{values['source']}"

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"firm", "period", "source"})

    def find(self, keys: Iterable[str]) -> dict[str, int]:
        return dict(FirmFigure.objects.filter(ref__in=list(keys)).values_list("ref", "pk"))

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        if "period" in values:
            try:
                period_bounds(values["period"])
            except Fault as fault:
                return [FieldFault("period", fault)]
        return []

    def check_typed(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        """Figures of the statistics office come from its files only (统计法: one source, no retyping)."""
        if FirmFigure.Source.STATISTICS in (values.get("source"), getattr(row, "source", "")):
            return [FieldFault("source", Fault("figure.statistics_import_only"))]
        return []

    def check_import(self, values: Mapping[str, Any], row: Row | None, may: Callable[[str], bool]) -> list[FieldFault]:
        """Only who holds the verb ``statistics`` brings figures of the statistics office in, or changes them."""
        source = FirmFigure.Source.STATISTICS
        if source in (values.get("source"), getattr(row, "source", "")) and not may("statistics"):
            return [FieldFault("source", Fault("figure.statistics_office_only"))]
        return []

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        merged = {name: values.get(name, getattr(row, name, None)) for name in ("firm_id", "period", "source")}
        values["ref"] = self.key_of(merged) or ""
        values["period_start"] = period_bounds(str(merged["period"]))[0]
        return values


@ledger
class ProductLedger(Ledger[Product]):
    """What enterprises make."""

    model = Product
    label = _("产品目录")
    icon = "package"
    key, title, order = "ref", "name", "name"
    related = ("firm", "firm__unit")
    columns = (
        Column("name", _("产品名称"), required=True, max_length=100, sort=True, synonyms=("产品",)),
        Column("firm", _("企业"), Kind.REFERENCE, target="firms.firm", required=True, synonyms=("企业名称", "单位名称", "统一社会信用代码")),
        Column("main", _("主导产品"), Kind.FLAG),
        Column("industry", _("所属行业"), Kind.PACK, pack=INDUSTRY),
        Column("capacity", _("年产能"), Kind.DECIMAL, minimum=ZERO),
        Column("capacity_unit", _("产能单位"), max_length=20),
        Column("revenue_share", _("占营收比重"), Kind.DECIMAL, unit="%", minimum=ZERO, maximum=Decimal(100)),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        if not values.get("firm_id") or not values.get("name"):
            return None
        return f"{values['firm_id']}:{values['name']}"

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"firm", "name"})

    def find(self, keys: Iterable[str]) -> dict[str, int]:
        return dict(Product.objects.filter(ref__in=list(keys)).values_list("ref", "pk"))

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        merged = {name: values.get(name, getattr(row, name, None)) for name in ("firm_id", "name")}
        values["ref"] = self.key_of(merged) or ""
        if values.get("main") is None:
            values["main"] = bool(getattr(row, "main", False))
        return values

    def search_text(self, row: Row) -> tuple[str, str, str]:
        assert isinstance(row, Product)
        return "", row.name, row.firm.name


@ledger
class PatternLedger(Ledger[IndustryPattern]):
    """Confirmed wordings: one answer, many firms."""

    model = IndustryPattern
    label = _("已确认的行业字样")
    icon = "tags"
    key, title, order = "pattern", "pattern", "-confirmed_at"
    verbs = frozenset({"export"})
    searchable = False
    in_menu = False
    columns = (
        Column("pattern", _("字样"), editable=False, max_length=160),
        Column("industry", _("行业"), Kind.PACK, pack=INDUSTRY, editable=False),
        Column("firms", _("涉及企业"), Kind.INTEGER, unit="家", editable=False),
        Column("confirmed_at", _("确认时间"), Kind.MOMENT, sort=True, editable=False),
    )


@ledger
class DuplicateLedger(Ledger[DuplicateQuestion]):
    """Rows that may be one enterprise, waiting for a person."""

    model = DuplicateQuestion
    label = _("疑似重复企业")
    icon = "copy"
    key, title, order = "ref", "ref", "-likeness"
    related = ("one", "other")
    verbs = frozenset({"export"})
    searchable = False
    in_menu = False
    facets = ("answer",)
    columns = (
        Column("ref", _("编号"), editable=False),
        Column("one", _("企业甲"), Kind.REFERENCE, target="firms.firm", editable=False),
        Column("other", _("企业乙"), Kind.REFERENCE, target="firms.firm", editable=False),
        Column("ground", _("依据"), Kind.CHOICE, choices=(("code", _("代码相同")), ("name", _("名称相同")), ("address", _("名称相近、地址相同"))), editable=False),
        Column("likeness", _("相似度"), Kind.DECIMAL, digits=3, sort=True, editable=False),
        Column("answer", _("结论"), Kind.CHOICE, choices=tuple(DuplicateQuestion.Answer.choices), states={"open": "warn", "same": "good", "different": "idle"}, editable=False),
    )  # fmt: skip
