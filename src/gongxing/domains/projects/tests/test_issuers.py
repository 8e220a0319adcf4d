"""Opinions on a project are attached by the office whose they are, and by no other way."""

from typing import Any

import pytest
from django.test import Client

from gongxing.domains.projects.actions.papers import attach_paper, detach_paper
from gongxing.domains.projects.gating import Gates
from gongxing.domains.projects.models import Paper, Project
from gongxing.domains.projects.tests.walking import an_idea, with_paper
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Refused, save
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Post, Tenure, User
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system


@pytest.fixture
def project(office: Office) -> Project:
    with as_system() as ctx:
        user = ctx.create(User(username="caizheng", name="caizheng（演示）", password="!", invented=True))
        post = ctx.create(
            Post(unit=office.units["县"], title="caizheng岗", code="P-caizheng", role="treasury", invented=True)
        )
        ctx.create(Tenure(user=user, post=post, start=SINCE, invented=True))
        ctx.create_many(grants_for(post, SINCE))
    office.users["caizheng"], office.posts["caizheng"] = user, post
    return an_idea(office)


def attach(actor: Actor, project: Project, kind: str, **more: str) -> Paper:
    raw = {"project": str(project.pk), "kind": kind, "issued_on": today().isoformat(), **more}
    done: Paper = perform(attach_paper, actor, raw)
    return done


@pytest.mark.parametrize(
    ("kind", "office_of", "unit"), [("legality", "sifa", "司法局"), ("finance_ability", "caizheng", "青禾县（演示）")]
)
def test_the_office_attaches_its_opinion_and_nobody_else(
    office: Office, project: Project, kind: str, office_of: str, unit: str
) -> None:
    before = (Entry.objects.count(), Project.objects.get(pk=project.pk).version)
    for username in ("yuanqu", "gongxin", "sifa" if office_of == "caizheng" else "caizheng"):
        with pytest.raises(Refused) as refused:
            attach(office.actor(username), project, kind)
        (fault,) = refused.value.faults
        assert (fault.column, fault.fault.code, fault.fault.params["issuer"]) == ("", "paper.by_issuer", unit)
        assert unit in sentence(fault.fault)
    assert not Paper.objects.filter(project=project).exists()
    assert (Entry.objects.count(), Project.objects.get(pk=project.pk).version) == before
    paper = attach(office.actor(office_of), project, kind)
    assert (paper.kind, paper.issuer) == (kind, unit)
    entry = Entry.objects.filter(ledger="projects.paper", row=paper.pk).latest("id")
    assert entry.user == f"{office_of}（演示）"


def test_others_neither_replace_an_opinion_nor_take_it_off(office: Office, project: Project) -> None:
    paper = attach(office.actor("sifa"), project, "legality", number="司法函〔2026〕3号")
    with pytest.raises(Refused) as refused:
        attach(office.actor("yuanqu"), project, "legality", seen=str(paper.version))
    assert [one.fault.code for one in refused.value.faults] == ["paper.by_issuer"]
    with pytest.raises(Refused) as refused:
        perform(detach_paper, office.actor("yuanqu"), {"why": "附错了"}, key=paper.pk)
    assert [one.fault.code for one in refused.value.faults] == ["paper.by_issuer"]
    assert Paper.objects.get(pk=paper.pk).number == "司法函〔2026〕3号"
    again = attach(office.actor("sifa"), project, "legality", seen=str(paper.version), number="司法函〔2026〕4号")
    assert (again.pk, again.number) == (paper.pk, "司法函〔2026〕4号")
    perform(detach_paper, office.actor("sifa"), {"why": "附错了"}, key=paper.pk)
    assert not Paper.objects.filter(pk=paper.pk).exists()


def test_the_register_and_imports_are_no_way_around(office: Office, project: Project) -> None:
    ledger = ledger_named("projects.paper")
    raw = {"project": project.name, "kind": "legality", "issued_on": today().isoformat()}
    for username in ("yuanqu", "sifa"):
        with pytest.raises(Refused) as refused:
            save(ledger, office.actor(username), raw)
        assert [one.fault.code for one in refused.value.faults] == ["paper.page_only"]
    row = save(ledger, office.actor("yuanqu"), {**raw, "kind": "screening"})
    with pytest.raises(Refused) as refused:
        save(ledger, office.actor("yuanqu"), {"kind": "legality"}, key=row.pk, version=row.version)
    assert [one.fault.code for one in refused.value.faults] == ["paper.page_only"]
    with_paper(project, "finance_ability")
    stored = Paper.objects.get(kind="finance_ability")
    with pytest.raises(Refused):
        save(ledger, office.actor("yuanqu"), {"number": "1号"}, key=stored.pk, version=stored.version)
    assert Paper.objects.get(pk=stored.pk).number == ""


def test_the_page_says_whose_paper_it_is(office: Office, project: Project, client_of: Any) -> None:
    url = f"/projects/{project.pk}/papers/legality/"
    mine: Client = client_of("yuanqu")
    html = mine.get(url).content.decode()
    assert "这是司法局对这个项目的意见，由它附上，你只能看。" in html and 'name="issued_on"' not in html
    refused = mine.post(url, {"issued_on": today().isoformat()})
    assert refused.status_code == 422
    assert "“合法性审查意见”是司法局对这个项目的意见，由它出具并附上" in refused.content.decode()
    theirs: Client = client_of("sifa")
    assert 'name="issued_on"' in theirs.get(url).content.decode()
    assert theirs.post(url, {"issued_on": today().isoformat()}).status_code == 302
    listed = mine.get(f"/projects/{project.pk}/papers/").content.decode()
    assert "由司法局出具" in listed
    assert Paper.objects.get(project=project).issuer == "司法局"


def test_what_the_unit_brings_itself_stays_its_own(office: Office, project: Project) -> None:
    assert attach(office.actor("yuanqu"), project, "screening").issuer == ""


def test_the_gate_names_the_office_and_gives_the_button_to_it_alone(
    office: Office, project: Project, client_of: Any
) -> None:
    """The legality review is the justice bureau's: others read whose it is, and their own papers keep their button."""
    words = "还没有附，由司法局出具并附上"
    link = f'href="/projects/{project.pk}/papers/legality/"'
    url = f"/l/projects-project/{project.pk}/?to=signed"
    for username, shown in (("yuanqu", False), ("sifa", True)):
        html = client_of(username).get(url).content.decode()
        table = html[html.index('class="gx-t gx-owed') :].partition("</table>")[0]
        assert words in table
        assert (link in table) is shown, username
    (item,) = [one for one in Gates(project).gate("signed").items if one.key == "legality"]
    assert item.words == words
