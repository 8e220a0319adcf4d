"""Before the web processes part: words of both languages, addresses, templates and counts are there, and nothing was written."""

import pytest
from django.template import engines
from django.template.loaders.cached import Loader

from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.ledger import cube
from gongxing.kernel.ledger.declare import all_ledgers
from gongxing.kernel.testing.office import Office
from gongxing.site.warming import warm

pytestmark = pytest.mark.django_db(databases=["default", "ops"])


def test_the_first_page_finds_everything_ready(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cube, "_beside", False)
    entries = Entry.objects.count()
    warm()
    loader = engines["django"].engine.template_loaders[0]  # type: ignore[attr-defined]
    assert isinstance(loader, Loader)
    kept = {template.name for template in loader.get_template_cache.values() if hasattr(template, "name")}
    assert {"ledger/list.html", "base.html", "chain/map.html"} <= kept
    assert {one.name for one in all_ledgers()} <= set(cube._cubes)
    assert sum(cube._cubes["firms.firm"].cells.values()) == Firm.objects.count()
    assert Entry.objects.count() == entries
