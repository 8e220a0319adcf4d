"""The declaration of the enterprise register."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongxing.domains.firms.industry import CODES, Classifier, industry_fields
from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure
from gongxing.domains.firms.naming import folded, initials
from gongxing.domains.firms.panels import firm_panels
from gongxing.domains.firms.queries import NEAR_SCALE
from gongxing.domains.firms.scale import REFRESH
from gongxing.domains.firms.sections import section_of
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Initial, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, Panel, Preset, ledger
from gongxing.kernel.org.actor import Actor

BASIC, REGISTER, SCALE, CONTACT = _("基本情况"), _("登记事项"), _("规模与资质"), _("联系")
LATEST = _("最近一个年度的数据，来源见“数据来源”列；统计局、部门、企业自报不合并计算。")
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
        Column("industry", _("行业"), Kind.PACK, pack=CODES, group=BASIC, help=_("GB/T 4754—2017（2019 修改单），填代码。"), synonyms=("行业代码", "国民经济行业", "行业类别代码", "所属行业", "行业小类")),
        Column("industry_source", _("行业依据"), Kind.CHOICE, choices=tuple(Firm.IndustrySource.choices), states={"none": "warn"}, editable=False, shown=False, group=BASIC),
        Column("section", _("门类"), Kind.PACK, pack=CODES, editable=False, shown=False, group=BASIC),
        Column("size", _("规模"), Kind.CHOICE, choices=tuple(Firm.Size.choices), states=SIZE_STATES, editable=False, group=SCALE, source_note=_("按《统计上大中小微型企业划分办法（2017）》由最近年度数据判定，缺指标时为未定。")),
        Column("unit", _("属地"), Kind.REFERENCE, target="org.unit", required=True, initial=Initial.REACHED_UNIT, group=BASIC, help=_("园区、乡镇或主管部门。"), synonyms=("所属园区", "园区", "乡镇", "属地单位", "主管单位", "所在园区")),
        Column("status", _("状态"), Kind.CHOICE, choices=tuple(Firm.Status.choices), states=STATUS_STATES, group=BASIC, synonyms=("经营状态", "登记状态", "企业状态")),
        Column("revenue", _("营业收入"), Kind.DECIMAL, unit="万元", sort=True, total=True, editable=False, group=SCALE, source_note=LATEST, same_as="firms.firmfigure.revenue"),
        Column("tax", _("入库税收"), Kind.DECIMAL, unit="万元", sort=True, total=True, editable=False, group=SCALE, source_note=LATEST, same_as="firms.firmfigure.tax"),
        Column("employees", _("用工"), Kind.INTEGER, unit="人", sort=True, total=True, editable=False, group=SCALE, source_note=LATEST, same_as="firms.firmfigure.employees"),
        Column("tax_per_mu", _("亩均税收"), Kind.DECIMAL, unit="万元/亩", sort=True, shown=False, editable=False, group=SCALE, source_note=_("入库税收 ÷ 用地，同一来源、同一年度。")),
        Column("figure_source", _("数据来源"), Kind.CHOICE, choices=tuple(FirmFigure.Source.choices), editable=False, group=SCALE),
        Column("figure_period", _("数据期"), editable=False, group=SCALE),
        Column("land_mu", _("用地"), Kind.DECIMAL, unit="亩", sort=True, shown=False, total=True, editable=False, group=SCALE, source_note=LATEST, same_as="firms.firmfigure.land_mu"),
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
        if "above_scale" in values and values["above_scale"] is None:
            values["above_scale"] = bool(getattr(row, "above_scale", False))
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
