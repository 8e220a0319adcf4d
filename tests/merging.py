"""Two enterprises to merge, for the tests of merging, of taking it back and of its page."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client

from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure, Product
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import writing
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]
MERGE, UNMERGE = "firms.merge_firms", "firms.unmerge_firms"


def firm(office: Office, name: str, **more: Any) -> Firm:
    unit = more.pop("unit", office.units["东园"])
    values = ledger_named("firms.firm").derive({"name": name}, None) | more
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(Firm(unit=unit, **values))


def figure(of: Firm, period: str = "2025", source: str = "dept", **more: Any) -> FirmFigure:
    with writing(SYSTEM, "test", "") as ctx:
        row = FirmFigure(
            firm=of,
            ref=f"{of.pk}:{period}:{source}",
            period=period,
            period_start=date(2025, 1, 1),
            source=source,
            **more,
        )
        return ctx.create(row)


def product(of: Firm, name: str, **more: Any) -> Product:
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(Product(firm=of, ref=f"{of.pk}:{name}", name=name, **more))


def question(one: Firm, other: Firm, answer: str = "open") -> DuplicateQuestion:
    first, second = sorted((one, other), key=lambda row: row.pk)
    with writing(SYSTEM, "test", "") as ctx:
        asked = DuplicateQuestion(one=first, other=second, ref=f"{first.pk}:{second.pk}", ground="name", answer=answer)
        return ctx.create(asked)


def merge(office: Office, keep: Firm, gone: Firm, who: str = "gongxin", **more: str) -> Firm:
    raw = {
        "keep": keep.pk,
        "gone": gone.pk,
        "keep_version": keep.version,
        "gone_version": gone.version,
        "why": "同一家",
        **more,
    }
    row = perform(action_named(MERGE), office.actor(who), raw)
    assert isinstance(row, Firm)
    return Firm.objects.get(pk=row.pk)


def token(winner: Row, loser: Row) -> str:
    return f"{winner._meta.label_lower}:{winner.pk}@{winner.version}>{loser.pk}@{loser.version}"


FULL = {
    "phone": "0771-1", "contact": "甲岗", "website": "a.example", "remark": "老客户", "industry": "1340", "section": "C", "industry_source": "confirmed",
    "capital": Decimal(500), "capital_currency": "USD", "capital_text": "500万美元", "founded": date(2015, 3, 1), "founded_precision": "month",
}  # fmt: skip
