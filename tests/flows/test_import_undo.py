"""Taking a batch back after everything that follows a commit has happened; and crashes between the commit and the word of it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.utils import OperationalError

from gongxing.domains.firms.jobs import REFRESH
from gongxing.domains.firms.ledgers import FirmLedger
from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure
from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import now
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.exchange import jobs
from gongxing.kernel.exchange.flow import start_undo, start_write, upload
from gongxing.kernel.exchange.models import ImportFault, ImportSession
from gongxing.kernel.exchange.undo import undo
from gongxing.kernel.exchange.write import write
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.jobs.run import run_next, sweep
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.office.ledgers import next_path
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Unit
from gongxing.kernel.testing.office import Office
from tests.flows.sheets import HEAD, checked, code, recheck, row, run_jobs, undone, written, xlsx

pytestmark = pytest.mark.django_db(databases=["default", "ops"], transaction=True)
SAMPLES = Path(__file__).resolve().parents[2] / "docs" / "samples"
FIGURES = ["统一社会信用代码", "年度", "来源", "营业收入（万元）"]


def sample(office: Office, name: str) -> ImportSession:
    """A sample of the tour, checked and written."""
    actor = office.actor("gongxin")
    session = recheck(upload(FirmLedger(), actor, name, [(SAMPLES / name).read_bytes()]), actor)
    return written(session, actor)


def test_the_tour_of_the_readme(office: Office) -> None:
    """Steps 3, 4 and 8, with what follows each commit: looking for duplicates, working list values out."""
    with writing(SYSTEM, "test", "") as ctx:
        for name in ("产业投资发展园", "高新技术产业园", "经济技术合作区", "云岭镇"):
            path = next_path(office.units["县"].pk)
            ctx.create(Unit(name=name, code=name, kind=Unit.Kind.PARK, parent=office.units["县"], path=path))
    first = sample(office, "messy-register.xlsx")
    assert (first.counts["rows"], first.counts["new"], first.counts["fault"], first.counts["bare"]) == (60, 55, 5, 11)
    assert Firm.objects.count() == 55
    second = sample(office, "old-system-gb18030.csv")
    assert (second.counts["rows"], second.counts["new"], second.counts["update"], second.counts["fault"]) == (40, 21, 19, 0)  # fmt: skip
    assert ImportFault.objects.filter(session=second).count() == 0
    assert Firm.objects.filter(capital=600).count() == 40, "bare amounts under 注册资本(万元)"
    assert DuplicateQuestion.objects.count() > 0
    first = undone(first, office.actor("gongxin"))
    assert first.state == "undone", (first.error, Job.objects.exclude(traceback="").values_list("traceback", flat=True))
    assert (first.counts["removed"], first.counts["restored"], first.counts["kept_n"]) == (36, 0, 19)
    assert len(first.counts["kept"]) == 19
    assert Firm.objects.count() == 40
    left = set(Firm.objects.values_list("pk", flat=True))
    assert all({one.one_id, one.other_id} <= left for one in DuplicateQuestion.objects.all())
    second = undone(second, office.actor("gongxin"))
    assert (second.counts["removed"], second.counts["restored"], second.counts["kept_n"]) == (21, 19, 0)
    assert Firm.objects.count() == 19
    assert check_chain().sound


def test_an_answered_question_keeps_its_firms_an_open_one_does_not(office: Office) -> None:
    actor = office.actor("gongxin")
    names = ("青禾同名食品有限公司", "青禾同名食品有限公司", "青禾另名食品有限公司", "青禾另名食品有限公司")
    session = written(checked(actor, xlsx([HEAD, *(row(at, name=name) for at, name in enumerate(names))])), actor)
    run_jobs()
    assert DuplicateQuestion.objects.count() == 2
    judged = DuplicateQuestion.objects.get(one__name=names[0])
    with writing(actor, "test", "") as ctx:
        ctx.update(judged, answer="different")
    session = undone(session, actor)
    assert (session.counts["removed"], session.counts["kept_n"]) == (2, 2)
    assert set(Firm.objects.values_list("name", flat=True)) == {names[0]}
    assert [one.pk for one in DuplicateQuestion.objects.all()] == [judged.pk]


def test_a_firm_with_a_deadline_is_kept(office: Office) -> None:
    actor = office.actor("gongxin")
    session = written(checked(actor, xlsx([HEAD, row(1), row(2)])), actor)
    firm = Firm.objects.get(uscc=code(1))
    with writing(SYSTEM, "test", "") as ctx:
        ctx.create(
            Deadline(
                ledger="firms.firm", row=firm.pk, title="核查", rule="x", limit=1, unit="wd", post=office.posts["gongxin"],
                started_at=now(), due_at=now() + timedelta(days=1),
            )
        )  # fmt: skip
    session = undone(session, actor)
    assert (session.counts["removed"], session.counts["kept"]) == (1, [[firm.pk, firm.name]])


def test_the_systems_own_sums_are_nobodys_change(office: Office) -> None:
    """A new industry makes the size be judged anew, which gives the firm a newer version."""
    actor = office.actor("gongxin")
    head = [*HEAD[:3], "行业"]
    written(checked(actor, xlsx([head, [*row(1)[:3], "1391"]])), actor)
    firm = Firm.objects.get()
    written(checked(actor, xlsx([FIGURES, [code(1), 2025, "部门", 350]]), ledger="firms.firmfigure"), actor)
    before = Firm.objects.get()
    session = written(checked(actor, xlsx([head, [*row(1)[:3], "5137"]])), actor)
    run_jobs()
    firm.refresh_from_db()
    assert firm.industry == "5137"
    if not Entry.objects.filter(row=firm.pk, verb=REFRESH, row_version__gt=before.version + 1).exists():
        with writing(SYSTEM, REFRESH, "") as ctx:
            ctx.update(firm, near_scale=not firm.near_scale)
    session = undone(session, actor)
    assert (session.counts["restored"], session.counts["kept_n"]) == (1, 0)
    assert Firm.objects.get().industry == "1391"
    touched = written(checked(actor, xlsx([head, [*row(1)[:3], "5137"]])), actor)
    firm.refresh_from_db()
    save(FirmLedger(), actor, {"remark": "走访过"}, key=firm.pk, version=firm.version)
    touched = undone(touched, actor)
    assert (touched.counts["restored"], touched.counts["kept_n"]) == (0, 1)
    assert FirmFigure.objects.count() == 1


# -- the process dies between the commit and the word of it --------------------------------------------------------


class Killed(BaseException):
    """What no handler catches: as if the process were gone."""


def die_after(
    monkeypatch: pytest.MonkeyPatch, name: str, real: Callable[..., object], error: type[BaseException]
) -> None:
    """The job's process ends right after its transaction."""

    def dying(*arguments: object) -> object:
        real(*arguments)
        raise error

    monkeypatch.setattr(jobs, name, dying)


def crashed(monkeypatch: pytest.MonkeyPatch, name: str, real: Callable[..., object]) -> None:
    with monkeypatch.context() as patch:
        die_after(patch, name, real, Killed)
        with pytest.raises(Killed):
            run_jobs()
    assert sweep() == 1, "its lock is free: the job is taken back"
    run_jobs()


def test_a_crash_after_the_commit_writes_nothing_twice(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = office.actor("gongxin")
    session = checked(actor, xlsx([HEAD, row(1, code=""), row(2, code="")]))
    start_write(session, actor)
    crashed(monkeypatch, "write", write)
    session.refresh_from_db()
    assert (session.state, session.error) == ("written", "")
    assert Firm.objects.count() == 2
    assert Entry.objects.filter(verb="import").count() == 2
    assert Job.objects.filter(kind="firms.duplicates").exists(), "what follows an import still follows"
    session = undone(session, actor)
    assert (session.counts["removed"], Firm.objects.count()) == (2, 0)


def test_a_crash_after_an_undo_reports_what_was_undone(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = office.actor("gongxin")
    written(checked(actor, xlsx([HEAD, row(1)])), actor)
    session = written(checked(actor, xlsx([HEAD, row(1, capital="900万元"), row(2), row(3)])), actor)
    kept = Firm.objects.get(uscc=code(3))
    save(FirmLedger(), actor, {"remark": "走访过"}, key=kept.pk, version=kept.version)
    start_undo(session, actor)
    crashed(monkeypatch, "undo", undo)
    session.refresh_from_db()
    assert session.state == "undone"
    found = (session.counts["removed"], session.counts["restored"], session.counts["kept"])
    assert found == (1, 1, [[kept.pk, kept.name]])


def test_a_write_whose_word_is_lost_is_not_called_a_failure(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = office.actor("gongxin")
    session = checked(actor, xlsx([HEAD, row(1)]))
    start_write(session, actor)
    with monkeypatch.context() as patch:
        die_after(patch, "write", write, OperationalError)
        while run_next():
            pass
    session.refresh_from_db()
    assert (session.state, Firm.objects.count()) == ("written", 1)


def test_an_import_that_failed_before_its_commit_can_be_written_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = office.actor("gongxin")
    session = checked(actor, xlsx([HEAD, row(1), row(2)]))
    firm = save(ledger_named("firms.firm"), actor, {"name": "青禾别的有限公司", "unit": "东园", "uscc": code(2)})
    session = written(session, actor)
    assert (session.state, Firm.objects.count()) == ("checked", 1)
    assert session.tx, "noted before the first row, and known not to be committed"
    with writing(SYSTEM, "test", "") as ctx:
        ctx.delete(firm)
    session = written(recheck(session, actor), actor)
    assert (session.state, Firm.objects.count()) == ("written", 2)
