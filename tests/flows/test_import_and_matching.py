"""The first page of the policies after an import of figures: what is matched was read by a job, not by the page."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongxing.domains.firms.models import Firm, FirmFigure
from gongxing.domains.policy import kept
from gongxing.domains.policy.handlers import MANY
from gongxing.domains.policy.jobs import COLUMNS, new_day
from gongxing.domains.policy.matching import forget
from gongxing.domains.policy.models import Clause, Policy
from gongxing.domains.policy.register import rows_of
from gongxing.engines.conditions import Condition, Predicate, to_json
from gongxing.engines.matching.columns import NumberColumn
from gongxing.kernel.audit.models import Link
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import today
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.testing.office import Office
from tests.flows.sheets import HEAD, checked, code, row, run_jobs, written, xlsx

LogIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db(databases=["default", "ops"], transaction=True)
FIRMS, LAST = 30, today().year - 1
FIGURES = ["统一社会信用代码", "年度", "来源", "营业收入（万元）"]
PAGE = "/policy/"
READ = ('"firms_firm"', '"firms_firmfigure"')


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget()
    yield
    forget()


def queue() -> list[Any]:
    return list(Job.objects.filter(kind=COLUMNS, state=Job.State.READY))


@pytest.fixture
def county(office: Office) -> Office:
    """Thirty firms, and a clause for those that sell for 2,000 万元 or more; all jobs done."""
    actor = office.actor("gongxin")
    session = written(checked(actor, xlsx([HEAD, *(row(at) for at in range(FIRMS))])), actor)
    assert session.counts["new"] == FIRMS
    with writing(SYSTEM, "test", "") as ctx:
        policy = ctx.create(Policy(number="样政〔2026〕1号", title="样政策", authority="样", state="in_force"))
        condition = to_json(Condition.of(Predicate("stat.revenue", "ge", Decimal(2000))))
        ctx.create(
            Clause(ref=f"{policy.pk}:A:1", policy=policy, code="A", name="升规", article="第一条", text="原文", subject="firm", kind="grant", state="in_force", condition=condition)
        )  # fmt: skip
    run_jobs()
    return office


def import_figures(office: Office, revenue: int) -> None:
    """Revenues of all firms, one more each: counted by the statistics office, by import."""
    lines = [[code(at), str(LAST), "统计局", str(revenue + at)] for at in range(FIRMS)]
    actor = office.actor("tongji")
    session = written(checked(actor, xlsx([FIGURES, *lines]), "数据.xlsx", "firms.firmfigure"), actor)
    assert (session.counts["fault"], FirmFigure.objects.count()) == (0, FIRMS)
    assert queue() == []


def asked_by_another_process(client: Client) -> tuple[dict[str, int], list[str]]:
    """What the page counts and the queries it makes, in a process that has looked at nothing yet."""
    forget()
    with CaptureQueriesContext(connections["default"]) as asked:
        page = client.get(PAGE)
    assert page.status_code == 200
    [line] = page.context["lines"]
    return {one["name"]: one["n"] for one in line["counts_row"]}, [one["sql"] for one in asked.captured_queries]


def test_the_first_page_after_an_import_reads_no_register_of_firms(county: Office, client_of: LogIn) -> None:
    client = client_of("gongxin")
    client.get(PAGE)
    for revenue, meets in ((1990, 20), (1980, 10)):
        import_figures(county, revenue)
        counts, queries = asked_by_another_process(client)
        assert (counts["meets"], counts["near"], counts["missing"]) == (meets, FIRMS - meets, 0)
        assert [one for one in queries if any(f"FROM {name}" in one for name in READ)] == []
        assert len(queries) <= 35, len(queries)


def test_what_was_laid_down_is_what_the_registers_say(county: Office) -> None:
    import_figures(county, 1990)
    forget()
    laid = rows_of("firm")
    for path in (Path(settings.DATA_DIR) / kept.FOLDER).iterdir():
        path.unlink()
    forget()
    read = rows_of("firm")
    assert (laid.ids, laid.titles, laid.units, laid.years) == (read.ids, read.titles, read.units, {"stat": LAST})
    for name, column in read.table.columns.items():
        there = laid.table.columns[name]
        assert list(there.raw) == list(column.raw), name
        assert [type(one) for one in there.raw] == [type(one) for one in column.raw], name
        assert list(there.unknown) == list(column.unknown), name
    revenues = laid.table.columns["stat.revenue"]
    assert isinstance(revenues, NumberColumn)
    assert sorted(revenues.raw)[:2] == [Decimal(1990), Decimal(1991)]


def test_a_file_of_another_state_is_none(county: Office) -> None:
    """Torn, absent, older than the register, or of another history under the same number: the registers are read."""
    import_figures(county, 1990)
    path = Path(settings.DATA_DIR) / kept.FOLDER / "policy-figures.json"
    good = path.read_text(encoding="utf-8")
    assert '"1990.00"' in good
    assert path.stat().st_mode & 0o077 == 0, "nobody else on the machine reads figures of firms"

    def first() -> Decimal:
        forget()
        return min(rows_of("firm").table.columns["stat.revenue"].raw)  # type: ignore[no-any-return]

    changed = good.replace('"1990.00"', '"7.00"')
    path.write_text(changed, encoding="utf-8")
    assert first() == 7, "the file is what is read"
    path.write_text(changed[: len(changed) // 2], encoding="utf-8")
    assert first() == 1990
    path.write_text("[]", encoding="utf-8")
    assert first() == 1990
    path.unlink()
    assert first() == 1990
    path.write_text(changed, encoding="utf-8")
    with writing(SYSTEM, "test", "") as ctx:
        ctx.update(FirmFigure.objects.order_by("revenue")[1], revenue=Decimal(1))
    assert first() == 1, "one figure was written since: another state"
    run_jobs()
    path.write_text(path.read_text(encoding="utf-8").replace('"1.00"', '"7.00"'), encoding="utf-8")
    Link.objects.update(hash="0" * 64)
    assert first() == 1, "the same numbers in another history"


def test_many_rows_queue_one_reading_and_few_none(county: Office) -> None:
    firms = list(Firm.objects.order_by("pk"))
    with writing(SYSTEM, "test", "") as ctx:
        for firm in firms[: MANY - 1]:
            ctx.update(firm, address="新路一号")
    assert queue() == []
    for address in ("新路二号", "新路三号"):
        with writing(SYSTEM, "test", "") as ctx:
            for firm in firms[:MANY]:
                ctx.update(firm, address=address)
    assert len(queue()) == 1
    run_jobs()
    assert Job.objects.filter(kind=COLUMNS).order_by("-pk")[0].result == {"text": "读入 1 部分"}
    new_day()
    assert len(queue()) == 1, "the figures of a year count from its first day after"
