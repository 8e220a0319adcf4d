"""What an import asks about before it is too late: a name that would become quite another one, and the undo of a batch."""

from collections.abc import Callable

import pytest
from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.exchange.renaming import another_name
from gongxing.kernel.jobs.models import Job
from gongxing.kernel.testing.office import Office
from tests.flows.sheets import HEAD, checked, code, row, run_jobs, written, xlsx

LogIn = Callable[[str], Client]


@pytest.mark.once
@pytest.mark.parametrize(
    ("old", "new", "another"),
    [
        ("广西金源木业有限公司", "广西金源木业股份有限公司", False),
        ("广西贺州市金源木业有限公司", "金源木业有限公司", False),
        ("贺州市金源木业有限公司", "贺州市金源新材料有限公司", False),
        ("贺州市金源木业有限公司", "贺州市华盛水泥有限公司", True),
        ("青禾县金源木业有限公司", "青禾县华盛水泥有限公司", True),
        ("贺州市金源木业有限公司", "桂林市华盛水泥有限公司", True),
        ("贺州市金源木业（广西）有限公司", "贺州市华盛水泥（广西）有限公司", True),
        ("金 源 木业有限公司", "金源木业有限公司", False),
        ("贺州市第一加工厂", "贺州市第二加工厂", False),
        ("", "贺州市华盛水泥有限公司", False),
    ],
)
def test_when_a_name_is_quite_another(old: str, new: str, another: bool, office: Office) -> None:
    """No word of two characters in common besides place and legal form; 青禾 is the county's own name."""
    assert another_name(old, new) is another
    assert another_name(new, old) is another


NAMES = ("青禾县金源木业有限公司", "青禾县宏达机械有限公司", "青禾县新欣纸业有限公司")


def renamed(office: Office, names: tuple[str, ...]) -> ImportSession:
    """Three firms are registered; a second sheet brings their codes with these names."""
    actor = office.actor("gongxin")
    written(checked(actor, xlsx([HEAD, *(row(at, name=name) for at, name in enumerate(NAMES))])), actor)
    return checked(actor, xlsx([HEAD, *(row(at, name=name) for at, name in enumerate(names))]))


def test_a_name_that_becomes_another_is_warned_of_and_no_fault(office: Office, client_of: LogIn) -> None:
    new = ("青禾县华盛水泥有限公司", "青禾县宏达精密机械有限公司", NAMES[2])
    session = renamed(office, new)
    assert (session.counts["update"], session.counts["fault"], session.counts["renamed"]) == (2, 0, 1)
    change = session.changes.get(note="renamed")
    assert (change.old, change.new, change.row) == (NAMES[0], new[0], 2)
    page = client_of("gongxin").get(f"/imports/{session.pk}/").content.decode()
    assert f"像是另一个：现在登记的是“{NAMES[0]}”，表里是“{new[0]}”。请核对这一行的“统一社会信用代码”" in page
    assert "有 1 行会把已登记的名称换成几乎完全不同的" in page
    assert page.count("像是另一个") == 1
    session = written(session, office.actor("gongxin"))
    assert session.state == "written"
    assert Firm.objects.get(uscc=code(0)).name == new[0]


def test_the_warning_stands_before_all_other_changes(office: Office, client_of: LogIn) -> None:
    session = renamed(office, (NAMES[0], NAMES[1], "青禾县华盛水泥有限公司"))
    shown = client_of("gongxin").get(f"/imports/{session.pk}/").context["changes"]
    assert shown[0]["row"] == 4
    assert shown[0]["state"] == "warn"


def test_nothing_is_said_of_names_that_stay_alike(office: Office, client_of: LogIn) -> None:
    session = renamed(office, tuple(name.replace("有限公司", "股份有限公司") for name in NAMES))
    assert (session.counts["update"], session.counts["renamed"]) == (3, 0)
    page = client_of("gongxin").get(f"/imports/{session.pk}/").content.decode()
    assert "像是另一个" not in page
    assert "几乎完全不同" not in page


def test_a_batch_is_taken_back_after_one_question(office: Office, client_of: LogIn) -> None:
    """Five rows, three of them new."""
    actor, client = office.actor("gongxin"), client_of("gongxin")
    written(checked(actor, xlsx([HEAD, *(row(at) for at in range(2))])), actor)
    head = [*HEAD[:-1], "经营范围"]
    changed = [row(at, scope="饮料的生产、销售") for at in range(2)]
    session = written(checked(actor, xlsx([head, *changed, *(row(at) for at in range(2, 5))])), actor)
    assert (session.counts["new"], session.counts["update"]) == (3, 2)
    url, jobs = f"/imports/{session.pk}/undo/", Job.objects.count()
    asked = client.post(url)
    assert asked.status_code == 200
    html = asked.content.decode()
    assert "撤销 5 家？" in html
    assert "新增的 3 条会删去，更新的 2 条改回导入前的样子" in html
    assert 'name="rows" value="5"' in html
    for wrong in ({"rows": "4"}, {"rows": ""}, {"rows": "05"}, {"sure": "1"}):
        assert client.post(url, wrong).status_code == 200, wrong
    assert Job.objects.count() == jobs
    assert ImportSession.objects.get(pk=session.pk).state == "written"
    assert client_of("yuanqu").post(url).status_code == 404
    assert client.post(url, {"rows": "5"}).status_code == 302
    run_jobs()
    done = ImportSession.objects.get(pk=session.pk)
    assert (done.state, done.counts["removed"], done.counts["restored"]) == ("undone", 3, 2)
    assert client.post(url).status_code == 302, "what was undone is not asked about"
