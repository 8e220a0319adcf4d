"""What a form begins with: what its address says, the actor's own, last year's unit, the only row there is."""

import json

import pytest

from gongxing.domains.firms.models import Firm, Product
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import all_actions
from gongxing.kernel.audit.write import writing
from gongxing.kernel.burden.models import TwiceCount
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.prefill import prefilled
from gongxing.kernel.ledger.store import save
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, Tenure
from gongxing.kernel.testing.office import SINCE, Office
from tests.burden.forms import FIGURE, FIRM, LAST, LogIn, numbers, opened


def test_a_form_opened_from_a_firm_knows_the_firm(client_of: LogIn, firm: Firm) -> None:
    page = client_of("gongxin").get(FIGURE, {"firm": firm.pk})
    fields = {field["name"]: (field["value"], field["filled"]) for field in page.context["fields"]}
    assert fields["firm"] == (firm.name, "按打开它的页面填好")
    assert fields["year"] == (str(LAST), "已填上一年")
    assert fields["source"] == ("dept", "按本人岗位填好")
    assert [name for name, (value, _source) in fields.items() if not value] == [
        "name",
        "quantity",
        "quantity_unit",
        "revenue",
    ]
    assert "按打开它的页面填好" in page.content.decode()


def test_the_firms_page_leads_to_filled_forms(client_of: LogIn, firm: Firm) -> None:
    page = client_of("gongxin").get(f"{FIRM}{firm.pk}/").content.decode()
    assert f"/l/firms-firmfigure/add/?firm={firm.pk}" in page
    assert f"/l/firms-product/add/?firm={firm.pk}" in page
    read_only = client_of("xianfuban").get(f"{FIRM}{firm.pk}/").content.decode()
    assert "/add/?firm=" not in read_only


def test_what_one_may_not_see_fills_nothing(client_of: LogIn, firm: Firm) -> None:
    fields = opened(client_of("yuanqu2"), f"{FIGURE}?firm={firm.pk}")
    assert fields["firm"] == ""
    assert firm.name not in fields["prefilled"]


def test_the_unit_of_last_year_is_taken_over(client_of: LogIn, office: Office, firm: Firm) -> None:
    raw = {
        "name": "电 机",
        "firm": firm.name,
        "year": "2023",
        "source": "dept",
        "quantity": "5",
        "quantity_unit": "万台",
    }
    save(ledger_named("firms.productfigure"), office.actor("gongxin"), raw)
    page = client_of("gongxin").get(FIGURE, {"firm": str(firm.pk), "name": "电机"})
    fields = {field["name"]: (field["value"], field["filled"]) for field in page.context["fields"]}
    assert fields["quantity_unit"] == ("万台", "取自产品数据，2023 年")
    page = client_of("gongxin").get(f"{FIRM}{firm.pk}/")
    assert f"{FIGURE}?firm={firm.pk}&amp;name=%E7%94%B5+%E6%9C%BA" in page.content.decode()
    asked = "/l/firms-productfigure/prefill/"
    told = client_of("gongxin").get(asked, {"firm": firm.name, "name": "电机"}).json()
    assert told == {"quantity_unit": ["万台", "取自产品数据，2023 年"]}
    assert client_of("gongxin").get(asked, {"firm": firm.name}).json() == {"quantity_unit": ["", ""]}


def test_a_park_registers_firms_of_its_own_and_the_bureau_is_asked(client_of: LogIn) -> None:
    assert opened(client_of("yuanqu"), f"{FIRM}add/")["unit"] == "东园"
    assert opened(client_of("gongxin"), f"{FIRM}add/")["unit"] == ""


def test_the_only_row_a_reference_can_mean_is_filled_in(office: Office, firm: Firm, other: Firm) -> None:
    with writing(SYSTEM, "test", "") as ctx:
        post = ctx.create(
            Post(unit=office.units["东园"], title="企业岗", code="P-one", role="enterprise", invented=True)
        )
        ctx.create(Tenure(user=office.users["nobody"], post=post, start=SINCE, invented=True))
        ctx.create(
            Grant(post=post, verb="view", target="firms.firm", unit=office.units["县"], thing=other.pk, start=SINCE)
        )
    ledger = ledger_named("firms.product")
    assert prefilled(ledger, {}, office.actor("nobody"))["firm"] == ("青禾另填食品有限公司", "只有这一项可选")
    assert "firm" not in prefilled(ledger, {}, office.actor("gongxin"))
    assert prefilled(ledger_named("firms.firmfigure"), {}, office.actor("nobody"))["source"].value == "self"


def test_a_stored_reference_is_written_by_name_among_many_too(
    client_of: LogIn, office: Office, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the limit of the picker the field used to hold the id, which no save understands."""
    monkeypatch.setattr("gongxing.kernel.pages.form.PICKER_LIMIT", 0)
    row = save(ledger_named("firms.product"), office.actor("gongxin"), {"name": "电机", "firm": firm.name})
    client, url = client_of("gongxin"), f"/l/firms-product/{row.pk}/change/"
    page = client.get(url)
    values = {field["name"]: field["value"] for field in page.context["fields"]}
    assert values["firm"] == firm.name
    assert client.post(url, {**values, "capacity_unit": "台", "version": "1"}).status_code == 302
    assert Product.objects.get(pk=row.pk).capacity_unit == "台"


def test_a_dialog_begins_with_what_the_row_holds(client_of: LogIn, firm: Firm) -> None:
    client = client_of("gongxin")
    url = next(f"/do/{one.name}/" for one in all_actions() if one.name.endswith("confirm_industry"))
    page = client.get(url, {"key": firm.pk})
    field = next(one for one in page.context["fields"] if one["name"] == "code")
    assert (field["value"], field["filled"]) == ("3812", f"取自企业台账，{today().isoformat()}")
    asked = {"key": str(firm.pk), "version": "1", "code": "3812", "word": "", "prefilled": page.context["prefilled"]}
    assert client.post(url, asked).status_code == 204
    name = url.removeprefix("/").removesuffix("/")
    assert numbers(name) == (1, 2, 1, 0, 0, 0, 1)
    firm.refresh_from_db()
    assert client.post(url, {"key": str(firm.pk), "version": str(firm.version), "code": "3812"}).status_code == 204
    assert numbers(name) == (2, 3, 1, 0, 1, 1, 2)
    assert TwiceCount.objects.get().owner == "firms.firm.industry"


def test_an_error_keeps_what_was_filled_in_and_says_so(client_of: LogIn, firm: Firm) -> None:
    client = client_of("gongxin")
    page = client.post(FIGURE, opened(client, f"{FIGURE}?firm={firm.pk}") | {"year": "2024"})
    fields = {field["name"]: (field["value"], field["filled"]) for field in page.context["fields"]}
    assert fields["firm"] == (firm.name, "按打开它的页面填好")
    assert fields["year"] == ("2024", "")
    assert json.loads(page.context["prefilled"])["year"] == [str(LAST), "已填上一年"]
