"""The declarations of what enterprises report and make: periodic figures, products, yearly figures of products."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongxing.domains.firms.figures import period_bounds
from gongxing.domains.firms.industry import CODES
from gongxing.domains.firms.models import FirmFigure, Product, ProductFigure
from gongxing.domains.firms.naming import product_key
from gongxing.kernel.access.visible import visible
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.cleaner import reference_keys
from gongxing.kernel.ledger.column import Column, Filled, Initial, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, ledger
from gongxing.kernel.org.actor import Actor

ZERO, FIRST_YEAR, LAST_YEAR = Decimal(0), Decimal(2000), Decimal(2100)
SOURCES = tuple(FirmFigure.Source.choices)
ENTERPRISE = "enterprise"
IMPORTED_ONLY = _("统计局数据只能导入，不能在页面上改。")
M = TypeVar("M", bound=Row)


class BySource(Ledger[M]):
    """Figures that say where they come from: those of the statistics office come from its files, brought in by those it lets."""

    def prefill(self, given: Mapping[str, str], actor: Actor) -> Mapping[str, Filled]:
        """Who types says whose figures they are: an enterprise its own, an office those of a department."""
        if actor.post is None:
            return {}
        source = FirmFigure.Source.SELF if actor.post.role == ENTERPRISE else FirmFigure.Source.DEPARTMENT
        return {"source": Filled(source.value, _t("按本人岗位填好"))}

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


@ledger
class FigureLedger(BySource[FirmFigure]):
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
        Column("source", _("来源"), Kind.CHOICE, choices=SOURCES, required=True, help=IMPORTED_ONLY),
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
        Column("industry", _("所属行业"), Kind.PACK, pack=CODES),
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
class ProductFigureLedger(BySource[ProductFigure]):
    """Yearly output and sales of products by source."""

    model = ProductFigure
    label = _("产品数据")
    icon = "table"
    key, title, order = "ref", "name", "-year"
    related = ("firm", "firm__unit")
    searchable = False
    facets = ("source",)
    follows = {"quantity_unit": ("firm", "name")}
    columns = (
        Column("name", _("产品名称"), required=True, max_length=100, help=_("各年写同一个名字，增长才连得上；全角半角、大小写和空格不算不同。"), synonyms=("产品", "主要产品名称", "品名")),
        Column("firm", _("企业"), Kind.REFERENCE, target="firms.firm", required=True, synonyms=("企业名称", "单位名称", "统一社会信用代码", "信用代码")),
        Column("year", _("年度"), Kind.INTEGER, required=True, plain=True, initial=Initial.LAST_YEAR, sort=True, minimum=FIRST_YEAR, maximum=LAST_YEAR, synonyms=("年份", "期别", "报告期")),
        Column("source", _("来源"), Kind.CHOICE, choices=SOURCES, required=True, help=IMPORTED_ONLY),
        Column("quantity", _("产量"), Kind.DECIMAL, minimum=ZERO, digits=4, synonyms=("产品产量", "生产量", "年产量")),
        Column("quantity_unit", _("产量单位"), max_length=20, help=_("如 吨、万件。各年写同一个单位，产量的增长才算得出。"), synonyms=("计量单位", "单位")),
        Column("revenue", _("销售收入"), Kind.DECIMAL, unit="万元", sort=True, help=_("这个产品一年的销售收入，退货多可以是负数。"), synonyms=("销售额", "产品销售收入", "产品收入")),
        Column("ref", _("编号"), shown=False, editable=False),
    )  # fmt: skip

    def prefill(self, given: Mapping[str, str], actor: Actor) -> Mapping[str, Filled]:
        """Of a product the firm has figures of already, the unit it counts in: growth needs the same one every year."""
        filled = dict(super().prefill(given, actor))
        firm = reference_keys("firms.firm", actor, frozenset({given.get("firm", "")})).get(given.get("firm", ""))
        product = product_key(given.get("name", ""))
        if firm is None or not product:
            return filled
        rows = visible(ProductFigure.objects.filter(firm=firm, folded=product), actor).exclude(quantity_unit="")
        last = rows.order_by("-year", "source").first()
        if last is not None:
            said = {"ledger": str(self.label), "year": last.year}
            filled["quantity_unit"] = Filled(last.quantity_unit, _t("取自%(ledger)s，%(year)d 年") % said)
        return filled

    @property
    def key_columns(self) -> frozenset[str]:
        return frozenset({"firm", "name", "year", "source"})

    def key_of(self, values: Mapping[str, Any]) -> str | None:
        parts = [values.get(one) for one in ("firm_id", "year", "source")]
        product = product_key(values.get("name") or "")
        return ":".join(str(one) for one in (*parts, product)) if all(parts) and product else None

    def find(self, keys: Iterable[str]) -> dict[str, int]:
        return dict(ProductFigure.objects.filter(ref__in=list(keys)).values_list("ref", "pk"))

    def check(self, values: Mapping[str, Any], row: Row | None) -> list[FieldFault]:
        """A year to come is a slip of the pen; a quantity without its unit says nothing."""
        faults = []
        if (year := values.get("year")) is not None and year > today().year:
            faults.append(FieldFault("year", Fault("product_figure.year", year=year)))
        if "quantity" in values or "quantity_unit" in values:
            quantity = values.get("quantity", getattr(row, "quantity", None))
            if quantity is not None and not values.get("quantity_unit", getattr(row, "quantity_unit", "")):
                faults.append(
                    FieldFault("quantity_unit", Fault("product_figure.unit_needed", quantity=f"{quantity:f}"))
                )
        return faults

    def derive(self, values: dict[str, Any], row: Row | None) -> dict[str, Any]:
        merged = {name: values.get(name, getattr(row, name, None)) for name in ("firm_id", "name", "year", "source")}
        values["folded"], values["ref"] = product_key(merged["name"] or ""), self.key_of(merged) or ""
        return values
