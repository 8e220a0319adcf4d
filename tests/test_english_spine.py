"""Projects and policy in English: pages and papers hold no Chinese but what the county wrote, one thing has one name, money reads as money."""

import io
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation
from docx import Document

from gongxing.domains.chain.tests.test_english import lines_of, strangers
from gongxing.domains.firms.models import Firm
from gongxing.domains.policy.models import Clause, Finding
from gongxing.domains.policy.tests.people import LEAD, a_clause, found_in, reviewer
from gongxing.domains.policy.words import money_words
from gongxing.domains.projects.models import Project, Promise
from gongxing.domains.projects.push_words import with_unit
from gongxing.domains.projects.tests.test_one_page import signed
from gongxing.domains.projects.tests.walking import with_promise
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.column import counted, unit_word
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.org.models import Post, Unit, User
from gongxing.kernel.packs.tables import table
from gongxing.kernel.testing.office import Office

PAGES = (
    "projects-push", "promises", "projects-pool", "projects-twins", "projects-vettings", "policy-clauses", "policy-near", "policy-automatic",
)  # fmt: skip
LogIn = Callable[[str], Client]


def county() -> str:
    """What the county wrote, and the sources a pack names."""
    texts = [*Unit.objects.values_list("name", flat=True), *User.objects.values_list("name", flat=True)]
    texts += Post.objects.values_list("title", flat=True)
    for model in (Firm, Project, Promise, Clause, Finding):
        texts += [str(value) for row in model._default_manager.all() for value in vars(row).values()]
    return "\n".join([*texts, "青禾县（演示）", "果菜汁及果菜汁饮料制造", "财政局", "青田", "制造业", "系统"])


def english(client: Client) -> Client:
    client.cookies["gx_lang"] = "en"
    return client


def paper_texts(content: bytes) -> list[str]:
    body = Document(io.BytesIO(content)).element.body
    return [
        "".join(
            (run.text or "") if run.tag.endswith("}t") else "\n"
            for run in one.iter()
            if run.tag.endswith(("}t", "}br"))
        )
        for one in body.iter()
        if one.tag.endswith("}p")
    ]


def test_the_one_page_of_a_project_in_english(office: Office, client_of: LogIn) -> None:
    project, client = signed(office), english(client_of("tongji"))
    answer = client.get(reverse("project-sheet", args=[project.pk]))
    said = paper_texts(client.get(reverse("project-sheet-word", args=[project.pk])).content)
    assert strangers(lines_of(answer.content.decode()), county()) == []
    assert strangers(said, county()) == []
    for text in (
        "2,000 × 10,000 CNY (33%)",
        "1,500 × 10,000 CNY (25%)",
        "9,000 × 10,000 CNY",
        "30 mu",
        "Concept",
        "Reserve",
        "Full capacity",
    ):
        assert text in said, text


@pytest.mark.parametrize("name", ["projects.project", "projects.promise", "projects.paper"])
def test_the_lists_in_english(office: Office, client_of: LogIn, name: str) -> None:
    signed(office)
    answer = english(client_of("tongji")).get(ledger_named(name).url)
    assert answer.status_code == 200
    assert strangers(lines_of(answer.content.decode()), county()) == []


def test_the_pages_of_projects_in_english(office: Office, client_of: LogIn) -> None:
    project, client = signed(office), english(client_of("yuanqu"))
    for n in range(6):
        with_promise(office, project, "government", f"承诺{n}")
    paths = [reverse(name, args=[project.pk]) for name in ("project-papers", "policy-project", "project-sheet")]
    paths += [reverse(name) for name in PAGES]
    paths += [f"{ledger_named('projects.project').url}add/", ledger_named("projects.project").row_url(project.pk)]
    for path in paths:
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 200)
        assert (path, strangers(lines_of(answer.content.decode()), county())) == (path, [])
        seen = answer.content.decode()
        assert not re.search(r"\d (?:<span[^>]*>)?10,000 CNY", seen), path


def test_the_review_and_its_paper_in_english(office: Office) -> None:
    clause = a_clause(office, LEAD)
    found_in(clause)
    reviewer(office)
    client = Client()
    client.force_login(office.users["shichang"])
    answer = english(client).get("/policy/findings/")
    sheet = client.get(f"/policy/findings/policy-clause/{clause.pk}/sheet.docx")
    assert strangers(lines_of(answer.content.decode()), county()) == []
    assert strangers(paper_texts(sheet.content), county()) == []


def test_the_list_of_promises_as_a_paper_in_english(office: Office, client_of: LogIn) -> None:
    project = signed(office)
    paper = english(client_of("yuanqu")).get(reverse("promise-word", args=[project.pk]))
    assert strangers(paper_texts(paper.content), county()) == []


def test_a_project_is_no_what(office: Office, client_of: LogIn) -> None:
    page = english(client_of("gongxin")).get(reverse("projects-pool")).content.decode()
    with translation.override("en"):
        assert str(apps.get_app_config("projects").verbose_name) == "Projects"
        assert str(ledger_named("projects.promise").column("project").label) == "Project"
    assert not re.search(r">\s*What\s*<", page)


@pytest.mark.usefixtures("db")
def test_a_stage_has_one_name_in_the_pack_and_in_the_lists() -> None:
    with translation.override("en"):
        names = {value: str(label) for value, label in Project.Stage.choices}
    assert names == {row["code"]: row["name_en"] for row in table("gates", "stages", today())}


def test_a_number_before_ten_thousand_is_multiplied() -> None:
    with translation.override("en"):
        assert counted(unit_word("万元")) == "× 10,000 CNY"
        assert counted(unit_word("亩")) == "mu"
        assert money_words(Decimal("94080")) == "94,080 × 10,000 CNY"
        assert with_unit(0, "万元") == "0 × 10,000 CNY"
        assert unit_word("万元") == "10,000 CNY"
    with translation.override("zh-hans"):
        assert money_words(Decimal(12)) == "12 万元"
