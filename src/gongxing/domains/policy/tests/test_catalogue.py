"""The class of the guidance catalogue is decided by one action alone: no form, no sheet, no request writes it."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongxing.domains.policy.actions.guides import decide_catalogue
from gongxing.domains.policy.tests.people import a_project, person
from gongxing.domains.projects.models import Project
from gongxing.kernel.action.perform import perform
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import save
from gongxing.kernel.testing.office import Office

pytestmark = pytest.mark.django_db(databases=["default", "ops"])
LogIn = Callable[[str], Client]
JSON = "application/json"


@pytest.fixture
def decided(office: Office) -> Project:
    """A project somebody of the reform bureau decided on."""
    project = a_project(office)
    raw = {"category": "restricted", "number": "限制类 七、3"}
    perform(decide_catalogue, person(office, "fagai", "reform", "县"), raw, key=project.pk, version=project.version)
    return Project.objects.get(pk=project.pk)


def said(project: Project) -> tuple[str, str]:
    now = Project.objects.get(pk=project.pk)
    return now.catalogue, now.catalogue_item


DECIDED = ("restricted", "限制类 七、3")


def test_the_form_has_no_field_for_it_and_takes_none(office: Office, client_of: LogIn, decided: Project) -> None:
    client, url = client_of("fagai"), f"/l/projects-project/{decided.pk}/change/"
    page = client.get(url).content.decode()
    assert 'name="remark"' in page and 'name="catalogue"' not in page and 'name="catalogue_item"' not in page
    raw = {
        "version": str(decided.version),
        "remark": "改了备注",
        "catalogue": "permitted",
        "catalogue_item": "不属目录",
    }
    assert client.post(url, raw).status_code == 302
    assert Project.objects.get(pk=decided.pk).remark == "改了备注"
    assert said(decided) == DECIDED
    save(ledger_named("projects.project"), office.actor("yuanqu"), {"catalogue": "permitted"}, key=decided.pk)
    assert said(decided) == DECIDED
    made = save(ledger_named("projects.project"), office.actor("yuanqu"), {"name": "新想法", "industry": "1523", "unit": "东园", "catalogue": "encouraged"})  # fmt: skip
    assert isinstance(made, Project) and said(made) == ("unknown", "")


@pytest.mark.parametrize("name", ["catalogue", "catalogue_item"])
def test_the_api_shows_it_and_refuses_to_write_it(client_of: LogIn, decided: Project, name: str) -> None:
    client, url = client_of("fagai"), f"/api/l/projects-project/{decided.pk}"
    assert client.get(url).json()["cells"][name] == DECIDED[name == "catalogue_item"]
    answer = client.patch(url, {name: "permitted", "version": decided.version}, content_type=JSON)
    assert answer.status_code == 422
    assert [(one["column"], one["code"]) for one in answer.json()["faults"]] == [(name, "api.unknown_field")]
    assert said(decided) == DECIDED


def exported(client: Client) -> list[list[str]]:
    answer = client.post("/l/projects-project/export/", {"format": "csv"})
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def imported(client: Client, lines: list[list[str]]) -> dict[str, Any]:
    """Send a sheet, accept what can be written; the counts of the check."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows(lines)
    sheet = SimpleUploadedFile("项目.csv", buffer.getvalue().encode("utf-8-sig"))
    session = client.post("/l/projects-project/import/", {"file": sheet}).headers["Location"]
    client.get(session)
    while run_next():
        pass
    page = client.get(session).content.decode()
    client.post(f"{session}write/")
    while run_next():
        pass
    return {"page": page}


def test_an_export_holds_it_and_coming_back_writes_it_never(client_of: LogIn, decided: Project) -> None:
    client = client_of("fagai")
    lines = exported(client)
    head = next(one for one in lines if "项目名称" in one)
    row = next(one for one in lines if decided.name in one)
    at, item_at, remark_at = (head.index(name) for name in ("产业目录类别", "目录条目", "备注"))
    assert (row[at], row[item_at]) == ("限制类", "限制类 七、3")
    changed = [*row]
    changed[at], changed[item_at], changed[remark_at] = "允许类", "不属目录", "从表里改的备注"
    imported(client, [head, changed])
    assert Project.objects.get(pk=decided.pk).remark == "从表里改的备注", "the sheet was written"
    assert said(decided) == DECIDED
