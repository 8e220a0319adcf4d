"""Supply results as 中国土地市场网 writes them, through the ordinary import of tables: hectares, its own words, agreed days, records by their address."""

from datetime import date
from decimal import Decimal

import pytest
from tests.flows.sheets import checked, faults, written

from gongxing.domains.land.ledgers.supply_words import known_day, parcel_number
from gongxing.domains.land.models import Parcel
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
HEAD = (
    "url,region,district,supervision_no,project_name,location,area_ha,land_source,land_use,supply_mode,term_years,industry,land_grade,price_wan_yuan,installments,holder,"
    "far_max,far_min,deliver_date_agreed,start_date_agreed,finish_date_agreed,start_date_actual,finish_date_actual,approver,sign_date"
)
ADDRESS = "http://www.example.cn/default.aspx?tabid=386&comname=default&wmguid=75c7&recorderguid={}"
RECORDS = [f"6a01efd9-37f9-4f48-849d-d1349{n:07d}" for n in range(6)]


def line(n: int, **more: str) -> str:
    cells = {
        "url": ADDRESS.format(RECORDS[n]), "region": '"样本省,样本市"', "district": "青禾县", "supervision_no": "", "project_name": f"样本{n}号食品项目", "location": " 六景大道以东 ",
        "area_ha": "1.333300", "land_source": "0.000000", "land_use": "工业用地", "supply_mode": "挂牌出让", "term_years": "50", "industry": "食品制造业", "land_grade": "八级",
        "price_wan_yuan": "282.8246", "installments": "282.8246;", "holder": "青禾样本食品有限公司", "far_max": "2.00", "far_min": "1.00", "deliver": "2017年01月05日",
        "start": "2017年03月13日", "finish": "2018年09月12日", "began": "", "ended": "", "approver": "青禾县人民政府", "sign": "2017年01月03日",
    }  # fmt: skip
    return ",".join({**cells, **more}.values())


def taken(office: Office, *lines: str) -> ImportSession:
    content = "\n".join([HEAD, *lines, ""]).encode()
    return checked(office.actor("yuanqu"), content, "供地结果.csv", "land.parcel")


def test_supply_results_become_parcels_with_their_clock(office: Office) -> None:
    session = taken(
        office, line(0), line(1, supply_mode="划拨", land_use="科教用地", price_wan_yuan=""), line(2, land_use="军事设施用地"),
        line(3, start="1900年01月01日", finish="", land_use="其他普通商品住房用地", supply_mode="协议出让"), line(4, finish="2016年01月01日"),
    )  # fmt: skip
    assert session.state == "checked", session.error
    meant = {one["label"]: (one["target"], one["unit"]) for one in session.setup["columns"] if one["target"]}
    assert meant["area_ha"] == ("land_mu", "公顷") and meant["price_wan_yuan"] == ("price_wan", "万元")
    assert {label: target for label, (target, _unit) in meant.items() if label not in ("area_ha", "price_wan_yuan")} == {
        "url": "number", "supervision_no": "supervision_no", "project_name": "name", "location": "place", "land_use": "planned_use", "supply_mode": "supply_mode",
        "holder": "holder", "far_min": "far_promised", "deliver_date_agreed": "delivered_on", "start_date_agreed": "agreed_start", "finish_date_agreed": "agreed_finish",
        "start_date_actual": "actual_start", "finish_date_actual": "actual_finish", "sign_date": "contract_on",
    }  # fmt: skip
    assert faults(session) == [(4, "planned_use", "choice.unknown"), (6, "agreed_finish", "parcel.date_order")]
    session = written(session, office.actor("yuanqu"))
    assert session.state == "written"
    first = Parcel.objects.get(number=RECORDS[0])
    assert (first.land_mu, first.price_wan, first.place) == (Decimal("20.00"), Decimal("282.82"), "六景大道以东")
    assert (first.planned_use, first.supply_mode, first.name) == ("industry", "grant", "样本0号食品项目")
    assert (first.agreed_start, first.contract_on) == (date(2017, 3, 13), date(2017, 1, 3))
    assert first.idle_on == date(2018, 3, 13) and first.state == "supplied_unused"
    assert Parcel.objects.get(number=RECORDS[1]).supply_mode == "allocate"
    assert Parcel.objects.get(number=RECORDS[3]).agreed_start is None
    assert taken(office, line(0)).counts["same"] == 1, "the same record again is the same parcel"


def test_a_supervision_number_stands_in_for_a_missing_number(office: Office) -> None:
    number = "1101002019B01604"
    session = taken(office, line(0, url="", supervision_no=number), line(1, url=""))
    assert faults(session) == [(3, "number", "column.required")]
    written(session, office.actor("yuanqu"))
    row = Parcel.objects.get()
    assert (row.number, row.supervision_no) == (number, number)
    with as_system() as ctx:
        ctx.update(row, number="A-01")
    sheet = f"电子监管号,面积(亩),使用权人\n{number},21,青禾样本食品有限公司\n1101002019B01605,3,青禾乙公司\n".encode()
    session = checked(office.actor("yuanqu"), sheet, "监管号.csv", "land.parcel")
    assert session.state == "checked", session.error
    assert [(one.column, one.new) for one in session.changes.all()] == [("land_mu", "21")]
    assert (session.counts["update"], session.counts["new"]) == (1, 1)
    written(session, office.actor("yuanqu"))
    assert set(Parcel.objects.values_list("number", "land_mu")) == {
        ("A-01", Decimal(21)),
        ("1101002019B01605", Decimal(3)),
    }


def test_the_number_of_a_record_and_days_that_are_none() -> None:
    assert parcel_number(ADDRESS.format(RECORDS[1].upper())) == RECORDS[1]
    assert parcel_number(ADDRESS.format("453D1EA4CBA107CBE055000000000001")) == "453d1ea4cba107cbe055000000000001"
    assert (parcel_number(" A-01 "), parcel_number(12.0), parcel_number("—"), parcel_number(None)) == (
        "A-01",
        "12",
        "",
        "",
    )
    with pytest.raises(Fault):
        parcel_number("x" * 41)
    assert known_day("1900-01-01") is known_day("1901年01月01日") is known_day("") is None
    assert known_day("2017年01月03日") == date(2017, 1, 3)
    with pytest.raises(Fault):
        known_day("2017年1月")
