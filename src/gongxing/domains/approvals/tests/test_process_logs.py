"""Logs of other systems: hand-made files whose figures are counted by hand, refusals, the job, who sees them; and two real logs where they are there."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.approval_process_samples import a_log

from gongxing.domains.approvals.mining import reading
from gongxing.domains.approvals.mining.axis import DAY, Outside, provisional_years, wall_in_working_days
from gongxing.domains.approvals.mining.log_jobs import READ, forget, queue, take_in
from gongxing.domains.approvals.mining.reading import Asked, guessed, header_of, kind_of, read
from gongxing.domains.approvals.mining.words import lasting
from gongxing.domains.approvals.models import ProcessLog
from gongxing.domains.approvals.tests.desks import Desks, desks
from gongxing.engines.process import Refused
from gongxing.kernel.clock.calendar import calendar
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import path_of
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.org.models import User
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.writes import as_system

pytestmark = pytest.mark.django_db(databases=["default", "ops"])

TABLE = """办件编号,环节,时间,科室
1,收件,2025-03-03 09:00,窗口
1,审查,2025-03-05 09:00,规划科
1,办结,2025-03-06 09:00,窗口
2,收件,2025-03-03 09:00,窗口
2,审查,2025-03-07 09:00,规划科
2,办结,2025-03-08 09:00,窗口
"""
XES = '<?xml version="1.0"?><log>{traces}</log>'
TRACE = '<trace><string key="concept:name" value="{case}"/>{events}</trace>'
EVENT = '<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="{time}"/></event>'


def xes(*times: tuple[str, str]) -> bytes:
    events = "".join(EVENT.format(name=name, time=time) for name, time in times)
    return XES.format(traces=TRACE.format(case="1", events=events)).encode()


@pytest.fixture
def world(office: Office) -> Desks:
    return desks(office)


def client_for(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def uploaded(client: Client, data: bytes, file_name: str, **more: str) -> Any:
    return client.post(reverse("process-logs"), {"file": SimpleUploadedFile(file_name, data), **more})


def test_a_table_is_asked_then_read_by_a_job(world: Desks) -> None:
    """收件 → 审查 takes 2 and 4 days, 审查 → 办结 1 and 1: the first is the bottleneck with 6 of 8 days; 中位 4 days of 3 and 5."""
    client = client_for("window")
    answer = uploaded(client, TABLE.encode("gb18030"), "办件.csv", name="工改日志", source="工改系统")
    log = ProcessLog.objects.get()
    assert answer.status_code == 302 and (log.state, log.kind, log.name, log.unit) == (
        "asking",
        "csv",
        "工改日志",
        world.window.unit,
    )
    page = client.get(answer.url).content.decode()
    assert (
        "怎么读" in page and "<option selected>办件编号</option>" in page and "<option selected>科室</option>" in page
    )
    refused = client.post(answer.url, {"c-activity": "环节", "c-time": "时间"})
    assert refused.status_code == 422 and "还没有选“件号”是哪一列" in refused.content.decode()
    twice = client.post(answer.url, {"c-case": "环节", "c-activity": "环节", "c-time": "时间"})
    assert twice.status_code == 422 and "“环节”选了两次" in twice.content.decode()
    assert (
        client.post(
            answer.url, {"c-case": "办件编号", "c-activity": "环节", "c-time": "时间", "c-desk": "科室"}
        ).status_code
        == 302
    )
    assert "正在读" in client.get(answer.url).content.decode() and run_next()
    log.refresh_from_db()
    assert (log.state, log.cases, log.events, log.activities) == ("ready", 2, 6, 3)
    job = Job.objects.get(kind=READ)
    assert (job.state, job.done_units, job.total_units) == ("done", 10, 11)
    first = log.answers["views"]["bottlenecks"]["bottlenecks"][0]
    assert (first["source"], first["target"], first["total_s"] / 86400, first["share"]) == ("收件", "审查", 6, 0.75)
    page = client.get(answer.url, {"view": "bottlenecks"}).content.decode()
    assert "一半的件 4 天内走完" in page and "75.0" in page
    supposed = client.get(answer.url, {"view": "bottlenecks", "without": "收件 → 审查"}).content.decode()
    assert "假如这样，中位用时从 4 天 到 1 天" in supposed
    only = client.get(answer.url, {"view": "map", "through": "没有"})
    assert only.status_code == 200 and "没有这样的件" in only.content.decode()
    for view in ("map", "variants", "waiting", "drift"):
        assert client.get(answer.url, {"view": view}).status_code == 200


def test_a_table_in_working_days(world: Desks) -> None:
    """办件 1 begins on Monday 3 March 2025 at nine, is examined on Wednesday and done on Thursday: 3 days either way. 办件 2 is examined on Friday 7 at nine and done on Saturday 8:
    5 days, but 4 working days and the 15 hours of Friday after nine, 4.625; and half of 3 + 4.625 is 3.8125."""
    client = client_for("window")
    answer = uploaded(client, TABLE.encode(), "a.csv")
    columns = {"c-case": "办件编号", "c-activity": "环节", "c-time": "时间", "c-desk": "科室"}
    client.post(answer.url, columns)
    assert run_next()
    page = client.get(answer.url).content.decode()
    assert (
        "一半的件 4 天内走完" in page and "用时按自然日" in page and "日志里的时间都没写时区，按同一个时钟算。" in page
    )
    page = client.get(answer.url, {"days": "work"}).content.decode()
    assert (
        "一半的件 3.81 工作日内走完" in page
        and "用时按本县的工作日" in page
        and '<option value="work" selected>' in page
    )
    assert "days=work&amp;view=waiting" in page, "the views keep the clock"
    some = client.get(answer.url, {"days": "work", "through": "审查", "view": "bottlenecks"}).content.decode()
    assert "一半的件 3.81 工作日内走完" in some
    assert ProcessLog.objects.get().answers["working"]["provisional"] == []


def test_dates_alone_are_counted_like_our_own_cases(world: Desks) -> None:
    """From Friday 7 to Monday 10 March lies one working day; from Saturday 8 to Monday 10 one; beyond the notices (2003) the year is named."""
    rows = "件号,环节,时间\n1,收件,2025-03-07\n1,办结,2025-03-10\n2,收件,2025-03-08\n2,办结,2025-03-10\n3,收件,2003-03-03\n3,办结,2003-03-04\n"
    log = read(rows.encode(), "csv", Asked((("activity", "环节"), ("case", "件号"), ("time", "时间"))))
    paced = wall_in_working_days(log, None, calendar())
    assert not isinstance(paced, Outside)
    assert [one / DAY for one in (paced.time[1::2] - paced.time[::2]).tolist()] == [1, 1, 1]
    assert provisional_years(log, None, calendar()) == [2003]


def test_a_log_outside_the_calendar_stays_in_calendar_days(world: Desks) -> None:
    client = client_for("window")
    answer = uploaded(client, xes(("a", "1998-03-03T09:00:00Z"), ("b", "1998-03-05T09:00:00Z")), "x.xes")
    assert run_next()
    page = client.get(answer.url, {"days": "work"}).content.decode()
    assert "有 2 条记录不在 2000 年到 2060 年" in page and "一半的件 2 天内走完" in page
    answer = uploaded(client, xes(("a", "2003-03-03T09:00:00Z"), ("b", "2003-03-04T09:00:00Z")), "y.xes")
    assert run_next()
    page = client.get(answer.url, {"days": "work"}).content.decode()
    assert "2003 年的放假安排没有录入" in page and "1 工作日内走完" in page
    assert "没有录入" not in client.get(answer.url).content.decode()


def test_a_log_read_before_there_were_working_days_is_still_told_in_them(world: Desks) -> None:
    """Its figures in working days are not kept: they are worked out from the file."""
    client = client_for("window")
    answer = uploaded(client, xes(("a", "2025-03-07T09:00:00+08:00"), ("b", "2025-03-10T09:00:00+08:00")), "x.xes")
    assert run_next()
    log = ProcessLog.objects.get()
    with as_system() as ctx:
        ctx.update(log, answers={key: value for key, value in log.answers.items() if key not in ("working", "clock")})
    assert "一半的件 3 天内走完" in client.get(answer.url).content.decode()
    assert "一半的件 1 工作日内走完" in client.get(answer.url, {"days": "work"}).content.decode()


def test_xes_packed_and_object_logs_are_read_at_once(world: Desks) -> None:
    client = client_for("window")
    uploaded(
        client, gzip.compress(xes(("a", "2025-03-03T09:00:00+08:00"), ("b", "2025-03-04T09:00:00+08:00"))), "x.xes.gz"
    )
    assert run_next()
    assert (ProcessLog.objects.get().state, ProcessLog.objects.get().events) == ("ready", 2)
    objects = {
        "objects": [{"id": "p1", "type": "project"}, {"id": "i1", "type": "item"}],
        "events": [
            {"type": "收件", "time": "2025-03-03T09:00:00Z", "relationships": [{"objectId": "p1"}, {"objectId": "i1"}]},
            {"type": "办结", "time": "2025-03-05T09:00:00Z", "relationships": [{"objectId": "p1"}]},
        ],
    }
    answer = uploaded(client, json.dumps(objects).encode(), "o.json")
    assert run_next()
    log = ProcessLog.objects.order_by("-pk")[0]
    assert (log.state, log.trouble["code"]) == ("asking", "process.which_type")
    page = client.get(answer.url).content.decode()
    assert "哪种对象算一件" in page and "<option>project</option>" in page
    client.post(answer.url, {"type": "project"})
    assert run_next()
    log.refresh_from_db()
    assert (log.state, log.cases, log.events) == ("ready", 1, 2)


def test_mixed_times_ask_for_the_zone(world: Desks) -> None:
    """9:00 of Beijing is 1:00 of UTC: from there to 2:00 UTC an hour passes."""
    client = client_for("window")
    answer = uploaded(client, xes(("a", "2025-03-03T09:00:00"), ("b", "2025-03-03T02:00:00Z")), "x.xes")
    assert run_next()
    log = ProcessLog.objects.get()
    assert log.state == "asking" and Job.objects.get(kind=READ).state == "failed"
    page = client.get(answer.url).content.decode()
    assert "有 1 个时间没写时区，1 个写了" in page and "Asia/Shanghai" in page
    client.post(answer.url, {"zone": "Asia/Shanghai"})
    assert run_next()
    log.refresh_from_db()
    assert log.state == "ready" and log.answers["overview"]["median_s"] == 3600
    assert "没写时区的时间按 UTC+8 算。" in client.get(answer.url).content.decode()


@pytest.mark.parametrize(("times", "asked"), [(("2025-03-03T09:00:00+08:00", "2025-03-03T03:00:00Z"), False), (("2025-03-03T09:00:00", "2025-03-03T11:00:00"), False), (("2025-03-03 09:00", "2025-03-03T03:00:00Z"), True)])  # fmt: skip
def test_zones_of_any_kind(world: Desks, times: tuple[str, str], asked: bool) -> None:
    """Two zones are put on one clock, no zone at all is one wall clock (2 hours each); some with and some without is asked."""
    client = client_for("window")
    answer = uploaded(client, xes(("a", times[0]), ("b", times[1])), "x.xes")
    assert run_next()
    log = ProcessLog.objects.get()
    assert (log.state == "asking") is asked
    page = client.get(answer.url).content.decode()
    if asked:
        assert "放在一起会排错先后。请选没写的是哪个时区" in page
    else:
        assert log.answers["overview"]["median_s"] == 7200 and ("都没写时区" in page) is (
            log.answers["clock"] == "wall"
        )


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.csv", "提交的是空文件"),
        (b"  \n ", "a.csv", "文件是空的"),
        (gzip.compress(b"x" * 100)[:20], "a.xes.gz", "压缩包坏了"),
    ],
)
def test_bad_files_are_not_kept(world: Desks, data: bytes, name: str, said: str) -> None:
    answer = uploaded(client_for("window"), data, name)
    assert answer.status_code == 422 and (said in answer.content.decode() or "文件是空的" in answer.content.decode())
    assert not ProcessLog.objects.exists() and not StoredFile.objects.exists()


BOMB = b'<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><log><trace/></log>'


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (BOMB, "process.document_type", "有 DOCTYPE 或实体声明"),
        (b"<log><trace>", "process.broken_xml", "不是完整的 XML"),
        (b'{"a": 1}', "process.not_ocel", "不是 OCEL 日志"),
        (b"<log></log>", "process.no_events", "没有一条能用的记录"),
    ],
)
def test_logs_that_cannot_be_read_say_why(world: Desks, data: bytes, code: str, said: str) -> None:
    client = client_for("window")
    answer = uploaded(client, data, "a.xes")
    assert run_next()
    log = ProcessLog.objects.get()
    assert log.trouble["code"] == code and Job.objects.get(kind=READ).error.count(said) == 1
    assert said in client.get(answer.url).content.decode()
    assert client.post(reverse("process-log-drop", args=[log.pk])).status_code == 302
    assert not ProcessLog.objects.exists() and not StoredFile.objects.exists()


def test_too_large_is_refused_while_it_is_unpacked() -> None:
    packed = gzip.compress(b"a,b\n" * 100_000)
    with pytest.raises(Refused) as caught:
        kind_of(packed, limit=1000)
    assert caught.value.reason.code == "process.too_large"
    with pytest.raises(Refused) as caught:
        read(
            b"a,b,c\n" + b"1,2,2025-03-03\n" * 100,
            "csv",
            Asked((("activity", "b"), ("case", "a"), ("time", "c"))),
            limit=100,
        )
    assert caught.value.reason.code == "process.too_large"


def test_columns_are_guessed_by_name() -> None:
    assert guessed(header_of(TABLE.encode())) == {
        "case": "办件编号",
        "activity": "环节",
        "time": "时间",
        "desk": "科室",
    }
    assert header_of("\ufeffCase ID;Activity\n1;a".encode()) == ["Case ID", "Activity"]
    assert header_of("件号\t环节\n".encode("utf-16")) == ["件号", "环节"]
    with pytest.raises(Refused) as caught:
        read(b"a,b\n1,2\n", "csv", Asked((("activity", "b"),)))
    assert dict(caught.value.reason.params) == {"part": "case"}


def test_times_in_words() -> None:
    told = [lasting(one, False) for one in (None, 0.0, 0.684, 90.0, 5400.0, 129600.0, 8640000.0)]
    assert told == ["—", "0 分钟", "0.68 秒", "1.5 分钟", "1.5 小时", "1.5 天", "100 天"]
    assert (lasting(129600.0, True), lasting(0.0, True)) == ("1.5 工作日", "0 工作日")


def test_a_column_without_a_name_is_not_offered(world: Desks) -> None:
    client = client_for("window")
    answer = uploaded(client, b",case_id,activity,timestamp\n0,1,a,2025-03-03\n", "a.csv")
    page = client.get(answer.url).content.decode()
    assert page.count("<option selected>") == 3 and "<option></option>" not in page


def test_a_reading_that_is_cancelled_can_be_asked_again(world: Desks) -> None:
    client = client_for("window")
    answer = uploaded(client, xes(("a", "2025-03-03T09:00:00Z")), "x.xes")
    job = Job.objects.get(kind=READ)
    client.post(reverse("job-cancel", args=[job.pk]))
    log = ProcessLog.objects.get()
    assert (log.state, log.trouble) == ("asking", {"code": "process.interrupted"})
    assert "上次没有读完" in client.get(answer.url).content.decode()


def test_who_sees_a_log(world: Desks) -> None:
    log = a_log(world.office)
    assert client_for("yuanqu").get(reverse("process-log", args=[log.pk])).status_code == 404
    assert client_for("yuanqu").get(reverse("process-logs")).status_code == 403
    assert client_for("sifa").get(reverse("process-logs")).status_code == 200
    assert uploaded(client_for("sifa"), TABLE.encode(), "a.csv").status_code == 403
    assert client_for("sifa").post(reverse("process-log-drop", args=[log.pk])).status_code == 404
    assert ProcessLog.objects.count() == 1


def test_the_file_goes_with_its_log(world: Desks) -> None:
    upload = SimpleUploadedFile("a.csv", TABLE.encode())
    log = take_in(upload, "", "", world.actor("window"))
    stored = StoredFile.objects.get(pk=log.file_id)
    assert (stored.ledger, stored.row, log.name) == ("approvals.processlog", log.pk, "a") and path_of(stored).is_file()
    forget(log, world.actor("window"))
    assert not path_of(stored).exists()


@pytest.mark.parametrize(
    ("name", "cases", "events", "worst"),
    [
        (
            "receipt.xes.gz",
            1434,
            8577,
            ("T05 Print and send confirmation of receipt", "T06 Determine necessity of stop advice"),
        ),
        ("BPIC15_1.xes.gz", 1199, 52217, ("01_HOOFD_010", "01_HOOFD_011")),
    ],
)
def test_real_logs_open_with_their_bottlenecks(
    world: Desks, shared: Path, name: str, cases: int, events: int, worst: tuple[str, str]
) -> None:
    """Counts are those of the peer's answers beside the files; the costliest edge is that with the largest sum of times, recounted here."""
    source = shared / "bench" / "eventlogs" / name
    if not source.is_file():
        pytest.skip(f"the event log is not here ({source})")
    actor = world.actor("window")
    log = take_in(SimpleUploadedFile(name, source.read_bytes()), "", "", actor)
    queue(log, Asked(), actor)
    assert run_next()
    log.refresh_from_db()
    assert (log.state, log.cases, log.events) == ("ready", cases, events)
    first = log.answers["views"]["bottlenecks"]["bottlenecks"][0]
    assert (first["source"], first["target"]) == worst == costliest(source.read_bytes())
    client = client_for("window")
    for view in ("map", "variants", "waiting", "bottlenecks", "drift"):
        answer = client.get(reverse("process-log", args=[log.pk]), {"view": view})
        assert answer.status_code == 200


def costliest(data: bytes) -> tuple[str, str]:
    """The pair of neighbours with the largest sum of times, event by event."""
    log = reading.read(data, "xes", Asked())
    sums: dict[tuple[str, str], int] = {}
    names, codes, times, cases = (
        log.activity.names,
        log.activity.codes.tolist(),
        log.time.tolist(),
        log.case.codes.tolist(),
    )
    for k in range(1, len(codes)):
        if cases[k] == cases[k - 1]:
            pair = names[codes[k - 1]], names[codes[k]]
            sums[pair] = sums.get(pair, 0) + times[k] - times[k - 1]
    return max(sums, key=lambda pair: sums[pair])
