"""An enterprise somebody is about to spoil, and the language of the complaint."""

from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.testing.office import Office

FIRMS = "/l/firms-firm/"


def texts(client: Client, language: str) -> None:
    client.cookies["gx_lang"] = language


def a_firm(office: Office, **more: str) -> Firm:
    row = save(
        ledger_named("firms.firm"), office.actor("gongxin"), {"name": "青禾试导食品有限公司", "unit": "东园", **more}
    )
    assert isinstance(row, Firm)
    return row
