"""Which row a line means, who may write it, and what it may change."""

import csv
import io
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from gongxing.domains.firms.ledgers import FirmLedger
from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.kernel.access.models import Grant
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.exchange.flow import arrange, upload
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.exchange.preview import fault_sentence
from gongxing.kernel.exchange.setup import Setup, corrected
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office
from tests.flows.sheets import HEAD, checked, code, edited, exported, faults, recheck, row, run_jobs, written, xlsx

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
NAMED = ["单位名称", "所属园区", "经营范围"]
FIGURES = ["企业名称", "年度", "来源", "营业收入（万元）"]


def a_firm(office: Office, name: str, unit: str = "东园", uscc: str | None = None, **more: object) -> Firm:
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(Firm(name=name, folded=name, initials="qh", unit=office.units[unit], uscc=uscc, **more))


def sentences(session: ImportSession, language: str = "zh-hans") -> list[str]:
    with translation.override(language):
        return [fault_sentence(one, ledger_named(session.ledger)) for one in session.faults.order_by("row")]


# -- a row of another unit ----------------------------------------------------------------------------------------


def test_a_firm_registered_elsewhere_is_said_by_row_and_never_made_twice(office: Office) -> None:
    coded = a_firm(office, "青禾西来食品有限公司", "西园", code(1))
    bare = a_firm(office, "青禾无码食品有限公司", "西园")
    park = office.actor("yuanqu")
    session = checked(
        park,
        xlsx([HEAD, row(1, name=coded.name), row(2, name=bare.name, code=""), row(3, name="青禾新来食品有限公司")]),
    )
    assert faults(session) == [(2, "", "row.elsewhere"), (3, "", "row.elsewhere")]
    assert session.counts["new"] == 1
    assert "登记在西园" in sentences(session)[0]
    written(session, park)
    assert Firm.objects.filter(name=bare.name).count() == 1
    assert Firm.objects.get(name="青禾新来食品有限公司").unit == office.units["东园"]


def test_a_park_does_not_move_its_firm_out_of_its_reach(office: Office) -> None:
    firm = a_firm(office, "青禾要走食品有限公司", "东园", code(1))
    park = office.actor("yuanqu")
    session = checked(park, xlsx([HEAD, row(1, name=firm.name, unit="西园")]))
    assert faults(session) == [(2, "", "row.outside")]
    assert "西园" in sentences(session)[0]


def test_a_grant_that_ends_between_check_and_write_stops_the_write(office: Office) -> None:
    """The write asks again after it has written: a park that could reach the other park at the check can no longer."""
    firm = a_firm(office, "青禾要走食品有限公司", "东园", code(1))
    lent = [
        Grant(post=office.posts["yuanqu"], verb=verb, target="firms.firm", unit=office.units["西园"], start=today())
        for verb in ("view", "change")
    ]
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create_many(lent)
    session = checked(office.actor("yuanqu"), xlsx([HEAD, row(1, name=firm.name, unit="西园")]))
    assert session.counts["update"] == 1
    Grant.objects.filter(pk__in=[one.pk for one in lent]).delete()
    before = Entry.objects.count()
    session = written(session, office.actor("yuanqu"))
    assert (session.state, Entry.objects.count()) == ("checked", before)
    assert "授权范围" in session.error
    firm.refresh_from_db()
    assert firm.unit == office.units["东园"]


def test_a_key_registered_between_check_and_write_is_named(office: Office) -> None:
    actor = office.actor("gongxin")
    session = checked(actor, xlsx([HEAD, row(1), row(2)]))
    a_firm(office, "青禾抢先食品有限公司", "东园", code(2))
    session = written(session, actor)
    assert session.state == "checked"
    assert "青禾抢先食品有限公司" in session.error
    assert "第 3 行" in session.error


# -- one name, several firms --------------------------------------------------------------------------------------


def test_a_name_alone_never_picks_one_of_two_firms(office: Office) -> None:
    one = a_firm(office, "青禾东乡支公司", "东园", code(1), business_scope="甲")
    other = a_firm(office, "青禾东乡支公司", "西园", code(2), business_scope="乙")
    actor = office.actor("gongxin")
    session = checked(actor, xlsx([NAMED, ["青禾东乡支公司", "东园", "丙"], ["青禾别家有限公司", "东园", "丁"]]))
    assert faults(session) == [(2, "", "row.ambiguous")]
    assert "统一社会信用代码" in sentences(session)[0]
    written(session, actor)
    assert [Firm.objects.get(pk=firm.pk).business_scope for firm in (one, other)] == ["甲", "乙"]


def test_a_code_finds_the_firm_of_its_name_that_has_none_and_no_other(office: Office) -> None:
    """Linked by code, or by folded name if there are not two codes (methods-text §2)."""
    bare = a_firm(office, "青禾补码食品有限公司", "东园")
    a_firm(office, "青禾两码食品有限公司", "东园", code(8))
    a_firm(office, "青禾难分食品有限公司", "东园")
    a_firm(office, "青禾难分食品有限公司", "东园", code(9))
    actor = office.actor("gongxin")
    names = ("青禾补码食品有限公司", "青禾两码食品有限公司", "青禾难分食品有限公司")
    session = checked(actor, xlsx([HEAD, *(row(number, name=name) for number, name in enumerate(names, start=1))]))
    assert faults(session) == [(4, "", "row.ambiguous")]
    assert (session.counts["update"], session.counts["new"]) == (1, 1)
    written(session, actor)
    bare.refresh_from_db()
    assert bare.uscc == code(1)
    assert Firm.objects.filter(name="青禾两码食品有限公司").count() == 2


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "不止一家"), ("en", "more than one")])
def test_figures_for_an_ambiguous_name_attach_to_nobody(office: Office, language: str, words: str) -> None:
    a_firm(office, "青禾东乡支公司", "东园", code(1))
    a_firm(office, "青禾东乡支公司", "西园", code(2))
    actor = office.actor("gongxin")
    sheet = [FIGURES, ["青禾东乡支公司", 2025, "部门", 5], [code(2), 2025, "部门", 6]]
    session = checked(actor, xlsx(sheet), ledger="firms.firmfigure")
    assert faults(session) == [(2, "firm", "reference.unclear")]
    if language == "zh-hans":
        assert words in sentences(session)[0]
    written(session, actor)
    assert FirmFigure.objects.get().firm.uscc == code(2)
    with pytest.raises(Refused) as refused:
        save(ledger_named("firms.firmfigure"), actor, {"firm": "青禾东乡支公司", "period": "2025", "source": "部门"})
    assert refused.value.faults[0].fault.code == "reference.unclear"


def test_a_name_only_one_of_which_i_can_see_is_that_one(office: Office) -> None:
    mine = a_firm(office, "青禾东乡支公司", "东园", code(1))
    a_firm(office, "青禾东乡支公司", "西园", code(2))
    session = checked(
        office.actor("yuanqu"), xlsx([FIGURES, ["青禾东乡支公司", 2025, "部门", 5]]), ledger="firms.firmfigure"
    )
    written(session, office.actor("yuanqu"))
    assert FirmFigure.objects.get().firm == mine


# -- who may bring statistics -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "allowed"), [("yuanqu", False), ("gongxin", False), ("tongji", True)])
def test_only_the_statistics_office_imports_its_figures(office: Office, who: str, allowed: bool) -> None:
    firm = a_firm(office, "青禾统计食品有限公司", "东园", code(1))
    actor = office.actor(who)
    sheet = [FIGURES, [firm.name, 2025, "统计局", 5], [firm.name, 2025, "部门", 5]]
    session = checked(actor, xlsx(sheet), ledger="firms.firmfigure")
    assert faults(session) == ([] if allowed else [(2, "source", "figure.statistics_office_only")])
    written(session, actor)
    assert FirmFigure.objects.filter(source="stat").exists() is allowed


def test_a_returned_export_does_not_change_a_statistics_figure(office: Office) -> None:
    firm = a_firm(office, "青禾统计食品有限公司", "东园", code(1))
    written(checked(office.actor("tongji"), xlsx([FIGURES, [firm.name, 2025, "统计局", 5]]), ledger="firms.firmfigure"), office.actor("tongji"))  # fmt: skip
    actor = office.actor("gongxin")
    content = edited(exported(actor, "xlsx", "firms.firmfigure"), {(firm.name, "营业收入（万元）"): 50}, key="企业")
    session = checked(actor, content, ledger="firms.firmfigure")
    assert faults(session) == [(3, "source", "figure.statistics_office_only")]


# -- amounts without a unit ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "line", "cell", "amount", "currency"),
    [
        ("注册资本（万元）", "", 500, "500", "CNY"),
        ("注册资本(万元)", "", "1,200.5", "1200.5", "CNY"),
        ("注册资本（元）", "", 5000000, "500", "CNY"),
        ("注册资本（亿元）", "", 1.2, "12000", "CNY"),
        ("注册资本（万美元）", "", 100, "100", "USD"),
        ("注册资本", "单位：万元", 500, "500", "CNY"),
        ("注册资本（万元）", "", "100(万美元)", "100", "USD"),
        ("注册资本（元）", "", "500万元", "500", "CNY"),
    ],
)
def test_the_header_or_the_unit_line_gives_bare_amounts_their_unit(
    office: Office, head: str, line: str, cell: object, amount: str, currency: str
) -> None:
    actor = office.actor("gongxin")
    above = [["青禾县企业名录"], [line]] if line else []
    session = checked(actor, xlsx([*above, ["企业名称", "属地", head], ["青禾注资食品有限公司", "东园", cell]]))
    written(session, actor)
    firm = Firm.objects.get()
    assert (firm.capital, firm.capital_currency) == (Decimal(amount), currency)
    again = checked(actor, exported(actor, "xlsx"))
    assert (again.counts["same"], again.counts["fault"]) == (1, 0)


def test_bare_amounts_without_any_unit_are_asked_about_on_the_preview(office: Office, client: Client) -> None:
    actor = office.actor("gongxin")
    client.force_login(office.users["gongxin"])
    sheet = xlsx([["企业名称", "属地", "注册资本"], ["青禾注资食品有限公司", "东园", 500]])
    session = checked(actor, sheet)
    page = client.get(f"/imports/{session.pk}/").content.decode()
    assert "有 1 格只写了数字" in page
    at = next(use.position for use in Setup.from_json(session.setup).columns if use.target == "capital")
    assert f'name="unit-{at}"' in page
    answer = client.post(f"/imports/{session.pk}/", {f"target-{at}": "capital", f"unit-{at}": "万元"})
    assert answer.status_code == 302
    run_jobs()
    written(ImportSession.objects.get(pk=session.pk), actor)
    assert Firm.objects.get().capital == Decimal(500)


def test_an_unanswered_amount_stays_unknown_and_a_person_settles_it(office: Office, client: Client) -> None:
    actor = office.actor("gongxin")
    written(checked(actor, xlsx([["企业名称", "属地", "注册资本"], ["青禾注资食品有限公司", "东园", 500]])), actor)
    firm = Firm.objects.get()
    assert (firm.capital, firm.capital_mark, firm.capital_text) == (None, "confirm", "500")
    client.force_login(office.users["gongxin"])
    assert "500（单位待确认）" in client.get(f"/l/firms-firm/{firm.pk}/").content.decode()
    ledger = FirmLedger()
    with pytest.raises(Refused) as refused:
        save(ledger, actor, {"capital": "600"}, key=firm.pk, version=firm.version)
    assert refused.value.faults[0].fault.code == "money.unit_needed"
    kept = save(ledger, actor, {"capital": "500", "remark": "已走访"}, key=firm.pk, version=firm.version)
    settled = save(ledger, actor, {"capital": "500万元"}, key=firm.pk, version=kept.version)
    assert isinstance(settled, Firm)
    assert (settled.capital, settled.capital_mark) == (Decimal(500), "assumed")


# -- what a sheet may change --------------------------------------------------------------------------------------


def test_an_ordinary_sheet_erases_nothing_with_a_blank(office: Office) -> None:
    firm = a_firm(office, "青禾留存食品有限公司", "东园", code(1), address="禾城镇一号", phone="0771-1", capital=Decimal(500), capital_text="500万元", capital_currency="CNY")  # fmt: skip
    actor = office.actor("gongxin")
    head = ["企业名称", "统一社会信用代码", "地址", "联系电话", "注册资本", "经营范围"]
    for line in ([firm.name, "", "", "—", "", "糕点制造"], ["", code(1), None, "", "N/A", "糕点制造、销售"]):
        session = written(checked(actor, xlsx([head, line])), actor)
        assert (session.counts["update"], session.counts["cells"]) == (1, 1)
    firm.refresh_from_db()
    assert (firm.uscc, firm.address, firm.phone, firm.capital) == (code(1), "禾城镇一号", "0771-1", Decimal(500))
    assert firm.business_scope == "糕点制造、销售"


def test_the_answer_for_a_missing_column_moves_no_registered_firm(office: Office) -> None:
    firm = a_firm(office, "青禾原地食品有限公司", "西园", code(1))
    actor = office.actor("gongxin")
    head = ["企业名称", "统一社会信用代码", "经营范围"]
    session = upload(ledger_named("firms.firm"), actor, "名录.xlsx", [xlsx([head, [firm.name, code(1), "糕点制造"], ["青禾新来食品有限公司", code(2), "糕点制造"]])])  # fmt: skip
    arrange(session, corrected(Setup.from_json(session.setup), {}, {"unit": "东园"}))
    session = recheck(ImportSession.objects.get(pk=session.pk), actor)
    written(session, actor)
    assert {one.name: one.unit.name for one in Firm.objects.all()} == {
        "青禾原地食品有限公司": "西园",
        "青禾新来食品有限公司": "东园",
    }


def test_a_returned_export_may_erase(office: Office) -> None:
    firm = a_firm(office, "青禾清空食品有限公司", "东园", code(1), address="禾城镇一号")
    actor = office.actor("gongxin")
    session = checked(actor, edited(exported(actor, "xlsx"), {(firm.name, "地址"): None}))
    assert session.counts["update"] == 1
    written(session, actor)
    firm.refresh_from_db()
    assert firm.address == ""


NASTY = {
    "address": "'=双引号起头", "phone": "+86 771 0000001", "remark": "-备注", "contact": "@某人", "website": "'+x", "main_products": "=1+1",
    "business_scope": "第一行\n第二行  两个空格", "capital_text": "104()", "capital_mark": "confirm", "founded": today().replace(year=2016, month=3, day=11),
    "founded_precision": "ten_days", "status": "suspended", "specialised": "giant", "former_names": ["甲", "乙"], "hi_tech": True,
}  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("out", "back"), [("zh-hans", "zh-hans"), ("en", "zh-hans"), ("zh-hans", "en"), ("en", "en")])
def test_an_untouched_export_changes_nothing(office: Office, kind: str, out: str, back: str) -> None:
    a_firm(office, "青禾周全食品有限公司", "东园", code(1), **NASTY)
    a_firm(office, "青禾一季食品有限公司", "西园", None, founded=today().replace(year=2016, month=4, day=1), founded_precision="quarter")  # fmt: skip
    a_firm(office, "青禾半年食品有限公司", "西园", None, founded=today().replace(year=2016, month=7, day=1), founded_precision="half")  # fmt: skip
    a_firm(office, "青禾东乡支公司", "东园", code(2))
    a_firm(office, "青禾东乡支公司", "西园", code(3), industry="9999", industry_source="imported")
    actor = office.actor("gongxin")
    with translation.override(out):
        content = exported(actor, kind)
    with translation.override(back):
        session = checked(actor, content, f"台账.{kind}")
    assert sentences(session) == []
    assert [(one.column, one.old, one.new) for one in session.changes.all()] == []
    assert (session.counts["rows"], session.counts["same"]) == (5, 5)


def test_an_untouched_export_of_figures_of_namesakes_changes_nothing(office: Office) -> None:
    actor = office.actor("gongxin")
    for number, unit in ((1, "东园"), (2, "西园")):
        a_firm(office, "青禾东乡支公司", unit, code(number))
    sheet = [["统一社会信用代码", *FIGURES[1:]], [code(1), 2025, "部门", 5], [code(2), 2025, "部门", 6.25]]
    written(checked(actor, xlsx(sheet), ledger="firms.firmfigure"), actor)
    session = checked(actor, exported(actor, "xlsx", "firms.firmfigure"), ledger="firms.firmfigure")
    assert (session.counts["same"], session.counts["fault"]) == (2, 0), sentences(session)


def test_masked_telephones_are_not_written_over_the_real_ones(office: Office) -> None:
    firm = a_firm(office, "青禾电话食品有限公司", "禾城镇", code(1), phone="0771-5550001", contact="某人")
    masked = exported(office.actor("xianfuban"), "xlsx")
    actor = office.actor("gongxin")
    session = checked(actor, edited(masked, {(firm.name, "备注"): "看过"}))
    written(session, actor)
    firm.refresh_from_db()
    assert (firm.phone, firm.contact, firm.remark) == ("0771-5550001", "某人", "看过")
    save(FirmLedger(), office.actor("gongxin"), {"phone": "••••"}, key=firm.pk, version=firm.version)
    firm.refresh_from_db()
    assert firm.phone == "0771-5550001"


def test_a_preview_shows_no_telephone_its_reader_may_not_see(office: Office, client: Client) -> None:
    firm = a_firm(office, "青禾电话食品有限公司", "东园", code(1), phone="0771-5550001")
    Grant.objects.filter(post=office.posts["yuanqu"], verb="unmask").delete()
    park = office.actor("yuanqu")
    head = ["企业名称", "统一社会信用代码", "联系电话"]
    session = checked(park, xlsx([head, [firm.name, code(1), "0771-5550002"]]))
    client.force_login(office.users["yuanqu"])
    page = client.get(f"/imports/{session.pk}/").content.decode()
    assert "0771-5550002" in page
    assert "0771-5550001" not in page


def test_a_row_gone_since_its_export_is_not_registered_again(office: Office) -> None:
    firm = a_firm(office, "青禾并入食品有限公司", "东园", code(1))
    actor = office.actor("gongxin")
    content = exported(actor, "xlsx")
    with writing(SYSTEM, "test", "") as ctx:
        ctx.delete(firm)
    session = checked(actor, content)
    assert faults(session) == [(3, "", "row.gone")]
    assert Firm.objects.count() == 0


def test_a_returned_row_cannot_take_the_key_of_another(office: Office) -> None:
    a_firm(office, "青禾占码食品有限公司", "东园", code(1))
    other = a_firm(office, "青禾改码食品有限公司", "东园", code(2))
    actor = office.actor("gongxin")
    session = checked(actor, edited(exported(actor, "xlsx"), {(other.name, "统一社会信用代码"): code(1)}))
    assert [(one.column, one.code) for one in session.faults.all()] == [("uscc", "row.key_taken")]


def test_failed_rows_come_back_as_they_were(office: Office, client: Client) -> None:
    """Formula signs, numbers and the unit of the 单位 line survive the failed-rows file."""
    actor = office.actor("gongxin")
    client.force_login(office.users["gongxin"])
    head = ["企业名称", "统一社会信用代码", "属地", "注册资本", "联系电话", "备注"]
    wrong = code(1)[:17] + ("0" if code(1)[17] != "0" else "1")
    sheet = [
        ["名录"],
        ["单位：万元"],
        head,
        ["青禾再来食品有限公司", wrong, "东园", 500, 7710000001, "-备注" + "长" * 290],
    ]
    session = checked(actor, xlsx(sheet))
    assert faults(session) == [(4, "uscc", "uscc.check")]
    answer = client.get(f"/imports/{session.pk}/faults/")
    lines = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert lines[0][3] == "注册资本（万元）"
    lines[1][1] = code(1)
    buffer = io.StringIO()
    csv.writer(buffer).writerows(lines)
    written(checked(actor, buffer.getvalue().encode(), "失败行.csv"), actor)
    firm = Firm.objects.get()
    assert (firm.capital, firm.phone, firm.remark) == (Decimal(500), "7710000001", "-备注" + "长" * 290)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_choices_are_read_in_every_language(office: Office, language: str) -> None:
    actor = office.actor("gongxin")
    head = ["企业名称", "属地", "状态", "专精特新"]
    with translation.override("en"):
        english = str(dict(Firm.Status.choices)["suspended"])
    with translation.override(language):
        session = checked(
            actor,
            xlsx(
                [
                    head,
                    ["青禾甲有限公司", "东园", "停业", "专精特新中小企业"],
                    ["青禾乙有限公司", "东园", english.upper(), ""],
                ]
            ),
        )
        assert faults(session) == []
        written(session, actor)
    assert [firm.status for firm in Firm.objects.order_by("pk")] == ["suspended", "suspended"]
