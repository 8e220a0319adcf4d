"""A form as a browser holds it, and what counting it left behind."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from gongxing.domains.firms.ledgers import ProductLedger
from gongxing.kernel.burden.models import FormCount
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named

LogIn = Callable[[str], Client]
FIGURE, PRODUCT, FIRM = "/l/firms-productfigure/add/", "/l/firms-product/add/", "/l/firms-firm/"
LAST = today().year - 1


def declare(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """The product's industry declared to be the enterprise's, for one test."""
    one = ledger_named("firms.product")
    columns = tuple(
        replace(column, **changes) if column.name == "industry" else column for column in ProductLedger.columns
    )
    monkeypatch.setattr(ProductLedger, "columns", columns)
    monkeypatch.setattr(one, "_columns", {column.name: column for column in columns})
    monkeypatch.setitem(one.__dict__, "editable", tuple(column for column in columns if column.editable))


def opened(client: Client, url: str) -> dict[str, str]:
    """What a browser holds of a form it opened: every field, and what the form carries."""
    page = client.get(url)
    assert page.status_code == 200
    return {
        **{field["name"]: field["value"] for field in page.context["fields"]},
        "prefilled": page.context["prefilled"],
    }


def numbers(form: str) -> tuple[int, ...]:
    """saves, asked, kept, changed, typed, twice, owed of a form, over everything counted."""
    rows = FormCount.objects.filter(form=form)
    return tuple(
        sum(getattr(row, name) for row in rows)
        for name in ("saves", "asked", "kept", "changed", "typed", "twice", "owed")
    )
