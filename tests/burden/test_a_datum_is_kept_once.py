"""A datum that is kept elsewhere is taken from there, and every declaration of one leads somewhere."""

import pytest

from gongxing.domains.firms.models import Firm, Product
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import all_actions
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import all_ledgers, ledger_named
from gongxing.kernel.ledger.prefill import owner_of, prefilled
from gongxing.kernel.testing.office import Office
from tests.burden.forms import PRODUCT, LogIn, declare, opened


def test_a_datum_kept_elsewhere_is_taken_from_there_with_its_day(client_of: LogIn, firm: Firm, same: None) -> None:
    page = client_of("gongxin").get(PRODUCT, {"firm": firm.pk})
    field = next(one for one in page.context["fields"] if one["name"] == "industry")
    assert (field["value"], field["filled"]) == ("3812", f"取自企业台账，{today().isoformat()}")


def test_choosing_a_firm_tells_what_follows(client_of: LogIn, firm: Firm, other: Firm, same: None) -> None:
    client = client_of("gongxin")
    answer = client.get("/l/firms-product/prefill/", {"firm": other.name})
    assert answer.json() == {"industry": ["1432", f"取自企业台账，{today().isoformat()}"]}
    assert client.get("/l/firms-product/prefill/", {"firm": "没有这家"}).json() == {"industry": ["", ""]}
    assert client_of("yuanqu2").get("/l/firms-product/prefill/", {"firm": firm.name}).json() == {"industry": ["", ""]}
    assert client_of("nobody").get("/l/firms-product/prefill/", {"firm": firm.name}).status_code == 403


def test_what_follows_from_a_firm_follows_the_next_one(client_of: LogIn, firm: Firm, other: Firm, same: None) -> None:
    """Without scripts the industry of the first firm would stay beside the second."""
    client = client_of("gongxin")
    form = opened(client, f"{PRODUCT}?firm={firm.pk}") | {"name": "饼干", "firm": other.name}
    assert client.post(PRODUCT, form).status_code == 302
    assert Product.objects.get().industry == "1432"


def test_covered_cells_are_not_taken_over(office: Office, firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, same_as="firms.firm.phone", kind=Kind.TEXT, pack=None)
    ledger = ledger_named("firms.product")
    grants = Grant.objects.filter(post=office.posts["gongxin"], verb="unmask", target="firms.firm")
    assert grants.exists()
    assert prefilled(ledger, {"firm": firm.name}, office.actor("gongxin"))["industry"].value == "13800000000"
    grants.delete()
    assert "industry" not in prefilled(ledger, {"firm": firm.name}, office.actor("gongxin"))


def test_every_datum_declared_to_be_kept_elsewhere_is(office: Office) -> None:
    declared = [(column, ledger.columns, "") for ledger in all_ledgers() for column in ledger.columns if column.same_as]
    for one in all_actions():
        columns = tuple(parameter.column for parameter in one.parameters)
        declared += [(column, columns, one.target) for column in columns if column.same_as]
    assert len(declared) >= 5
    for column, columns, subject in declared:
        owner = owner_of(column, columns, subject)
        assert owner is not None
        assert not owner.column.same_as, f"{column.same_as} is itself kept elsewhere"


def test_what_follows_and_from_what_are_fields_of_the_form() -> None:
    following = [(ledger, name, way) for ledger in all_ledgers() for name, way in ledger.follows.items()]
    assert following
    for ledger, name, way in following:
        assert {name, *way} <= {column.name for column in ledger.editable}


def test_a_way_that_leads_nowhere_is_refused() -> None:
    columns = (
        Column("a", "甲", same_as="firms.firm.industry", via="unit"),
        Column("unit", "单位", Kind.REFERENCE, target="org.unit"),
    )
    with pytest.raises(LookupError, match="does not lead"):
        owner_of(columns[0], columns)
    twins = (
        Column("a", "甲", same_as="firms.firm.industry"), Column("one", "一", Kind.REFERENCE, target="firms.firm"),
        Column("two", "二", Kind.REFERENCE, target="firms.firm"),
    )  # fmt: skip
    with pytest.raises(LookupError, match="one, two"):
        owner_of(twins[0], twins)
    with pytest.raises(LookupError, match="no such column"):
        owner_of(Column("a", "甲", same_as="firms.firm.nothing"), twins)
