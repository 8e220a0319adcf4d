"""What says of itself that it is invented: the head of every page of a demonstration, exports and documents of one row."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client

from gongxing.domains.chain.words import firm_count
from gongxing.domains.firms.models import Firm
from gongxing.kernel.audit.write import writing
from gongxing.kernel.documents.facts import sheet_of
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.invented import Shown, invented_words
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.once

LogIn = Callable[[str], Client]
ALL = "演示环境：单位、企业、数据全部虚构，不对应任何真实主体。"


def firms(office: Office, n: int, invented: bool, begin: int = 0) -> None:
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create_many(
            [
                Firm(
                    name=f"试验{at}厂", folded=f"试验{at}厂", initials="", unit=office.units["东园"], invented=invented
                )
                for at in range(begin, begin + n)
            ]
        )


def head(client: Client) -> str:
    html = client.get("/", follow=True).content.decode()
    return html.partition('class="gx-banner"')[2].partition("</aside>")[0].partition(">")[2]


def test_the_head_says_all_only_while_it_is_true(office: Office, client_of: LogIn, settings: Any) -> None:
    client = client_of("gongxin")
    assert head(client) == ""
    settings.DEMO = True
    assert head(client) == ALL
    firms(office, 1403, True)
    assert head(client) == ALL
    firms(office, 1, False, 1403)
    assert head(client) == "演示环境：1,404 家企业里 1,403 家是虚构的，其余是录入或导入的。"
    page = Client().get("/login/", follow=True).content.decode()
    assert "演示环境：自带的单位、企业、数据全部虚构，不对应任何真实主体。" in page
    assert "1,404" not in page


@pytest.mark.parametrize(
    ("demo", "invented", "total", "said"),
    [
        (True, 0, 0, ""), (True, 2, 2, "演示数据，全部虚构。"), (False, 2, 2, "演示数据，全部虚构。"), (False, 0, 3, ""),
        (True, 0, 3, "在演示环境里做的；列出的没有虚构数据。"), (False, 1403, 1404, "有虚构数据（虚构 / 全部）：企业 1,403 / 1,404。"),
    ],
)  # fmt: skip
def test_the_words_by_how_much_is_invented(demo: bool, invented: int, total: int, said: str, settings: Any) -> None:
    settings.DEMO = demo
    assert invented_words([Shown("企业", invented, total), Shown("产品", 0, 0)]) == said


def test_an_export_counts_what_it_holds(office: Office, client_of: LogIn, settings: Any) -> None:
    settings.DEMO = True
    firms(office, 3, True)
    firms(office, 2, False, 3)
    client = client_of("gongxin")

    def note(query: str = "") -> list[str]:
        answer = client.post(f"/l/firms-firm/export/?{query}", {"format": "xlsx"})
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        cover = openpyxl.load_workbook(io.BytesIO(content))["封面"]
        return [str(row[1].value) for row in cover.iter_rows() if row[0].value == "注意"]

    assert note() == ["有虚构数据（虚构 / 全部）：企业台账 3 / 5。"]
    assert note("q=试验1厂") == ["演示数据，全部虚构。"]
    settings.DEMO = False
    assert note() == []


def test_a_document_of_one_row_speaks_of_that_row(office: Office, settings: Any) -> None:
    settings.DEMO = True
    firms(office, 1, True)
    firms(office, 1, False, 1)
    ledger, actor = ledger_named("firms.firm"), office.actor("gongxin")
    said = [sheet_of(ledger, row, actor).warning for row in ledger.rows().order_by("pk")]
    assert said == ["演示数据，全部虚构。", "在演示环境里做的；列出的没有虚构数据。"]


def test_many_firms_are_counted_with_commas() -> None:
    assert (firm_count(12), firm_count(1404)) == ("12 家", "1,404 家")
