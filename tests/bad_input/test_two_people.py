"""Two people at one row: no one is overwritten, and what is gone is said."""

import pytest
from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.testing.office import Office
from tests.bad_input.office_day import FIRMS, a_firm, texts


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "没有覆盖任何一方"), ("en", "neither side was overwritten")]
)
def test_two_people_editing_one_firm(office: Office, client: Client, language: str, words: str) -> None:
    firm = a_firm(office, address="禾城镇一号", main_products="白糖")
    client.force_login(office.users["gongxin"])
    texts(client, language)
    save(ledger_named("firms.firm"), office.actor("yuanqu"), {"address": "禾城镇二号"}, key=firm.pk, version=1)
    mine = {"name": firm.name, "unit": "东园", "address": "禾城镇三号", "main_products": "红糖", "version": "1"}
    answer = client.post(f"{FIRMS}{firm.pk}/change/", mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert words in page
    for text in ("禾城镇一号", "禾城镇二号", "禾城镇三号", "红糖"):
        assert text in page
    firm.refresh_from_db()
    assert (firm.address, firm.main_products, firm.version) == ("禾城镇二号", "白糖", 2)
    chosen = {"address": "禾城镇三号", "main_products": "红糖", "version": "2"}
    assert client.post(f"{FIRMS}{firm.pk}/change/", chosen).status_code == 302
    firm.refresh_from_db()
    assert (firm.address, firm.main_products, firm.version) == ("禾城镇三号", "红糖", 3)


def test_the_version_a_form_was_typed_against_survives_a_refusal(office: Office, client: Client) -> None:
    """Refused once for a fault, the form still carries the version it began with, or the next save would overwrite a colleague."""
    firm = a_firm(office)
    client.force_login(office.users["gongxin"])
    answer = client.post(f"{FIRMS}{firm.pk}/change/", {"name": "", "unit": "东园", "version": "1"})
    assert answer.status_code == 422
    save(ledger_named("firms.firm"), office.actor("yuanqu"), {"address": "禾城镇二号"}, key=firm.pk, version=1)
    assert 'name="version" value="1"' in answer.content.decode()
    again = client.post(f"{FIRMS}{firm.pk}/change/", {"name": firm.name, "unit": "东园", "address": "", "version": "1"})
    assert again.status_code == 409
    firm.refresh_from_db()
    assert (firm.address, firm.version) == ("禾城镇二号", 2)


def test_a_row_deleted_meanwhile_is_said(office: Office, client: Client) -> None:
    firm = a_firm(office)
    client.force_login(office.users["gongxin"])
    Firm.objects.all().delete()
    assert (
        client.post(
            f"{FIRMS}{firm.pk}/change/", {"name": "青禾又改有限公司", "unit": "东园", "version": "1"}
        ).status_code
        == 404
    )
