"""A draft is read by those who work on it: by role, on the list, the page, the API, the export, the search and where findings cite it."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from gongxing.domains.firms.models import Firm
from gongxing.domains.policy.models import AwardBatch, AwardLine, Clause, Finding
from gongxing.domains.policy.tests.people import (
    LEAD,
    a_batch,
    a_clause,
    a_policy,
    found_in,
    person,
    reviewer,
    treasurer,
)
from gongxing.kernel.access.models import Grant
from gongxing.kernel.access.visible import reach, visible
from gongxing.kernel.clock import today
from gongxing.kernel.org.actor import Actor, actor_for
from gongxing.kernel.search.index import rebuild_all
from gongxing.kernel.search.query import search
from gongxing.kernel.testing.office import SINCE, Office
from gongxing.kernel.testing.writes import as_system

LIST = "/l/policy-clause/"
NAMES = {"draft": "起草条款甲", "review": "送审条款乙", "in_force": "执行条款丙", "ended": "停用条款丁"}
PUBLIC = {"执行条款丙", "停用条款丁"}
LEADING = ("xianzhang", "fuxianzhang", "sifa", "caizheng")
"""They answer for what is issued, for its lawfulness and for the money, and change nothing."""
WORKING = ("gongxin", "shichang", *LEADING)
READING = ("shenji", "qiye", "yinhang", "xiangzhen", "yuanqu", "tongji", "xianfuban")


@pytest.fixture
def clauses(office: Office) -> Iterator[dict[str, Clause]]:
    """A clause in each state, and an enterprise and a bank as readers."""
    made = {}
    for state, name in NAMES.items():
        clause = a_clause(office, LEAD, name=name)
        with as_system() as ctx:
            made[state] = ctx.update(clause, state=state)
    reviewer(office)
    treasurer(office)
    person(office, "qiye", "enterprise", "东园")
    person(office, "yinhang", "bank", "县")
    leaders(office)
    with as_system() as ctx:
        firm = ctx.create(Firm(name="青禾甲食品有限公司", folded="甲", initials="jia", unit=office.units["东园"]))
        for target in ("firms.firm", "policy.awardline"):
            ctx.create(
                Grant(post=office.posts["qiye"], verb="view", target=target, unit=office.units["县"], thing=firm.pk, start=SINCE)
            )  # fmt: skip
    rebuild_all()
    yield made


def leaders(office: Office) -> None:
    person(office, "xianzhang", "county_head", "县")
    person(office, "fuxianzhang", "deputy_head", "县")


def who(office: Office, username: str) -> Actor:
    return actor_for(office.users[username], today())


def client_for(office: Office, username: str) -> Client:
    client = Client()
    client.force_login(office.users[username])
    return client


def expected(username: str) -> set[str]:
    return set(NAMES.values()) if username in WORKING else PUBLIC


@pytest.mark.parametrize("username", [*WORKING, *READING])
def test_each_role_on_every_way(office: Office, clauses: dict[str, Clause], username: str) -> None:
    client, seen = client_for(office, username), expected(username)
    every = set(NAMES.values())
    html = client.get(LIST).content.decode()
    assert {name for name in every if name in html} == seen
    filtered = client.get(f"{LIST}?f.state=draft").content.decode()
    assert ("起草条款甲" in filtered) is ("起草条款甲" in seen)
    searched = client.get(f"{LIST}?q=条款").content.decode()
    assert {name for name in every if name in searched} == seen
    for clause in clauses.values():
        status = 200 if clause.name in seen else 404
        assert client.get(f"{LIST}{clause.pk}/").status_code == status
        assert client.get(f"/api/l/policy-clause/{clause.pk}").status_code == status
        assert client.get(f"/policy/clause/{clause.pk}/").status_code == status
    rows = client.get("/api/l/policy-clause").json()["rows"]
    assert {row["cells"]["name"] for row in rows} == seen
    assert {hit.name for hit in search(["policy.clause"], who(office, username), "条款")} == seen
    if reach(who(office, username), "export", "policy.clause").nothing:
        assert client.post(f"{LIST}export/", {"format": "csv"}).status_code == 403
    else:
        made: Any = client.post(f"{LIST}export/", {"format": "csv"})
        text = b"".join(made).decode("utf-8-sig")
        assert {cell for row in csv.reader(io.StringIO(text)) for cell in row if cell in every} == seen


def test_the_unit_that_owns_the_document_and_the_post_that_handles_it_see_their_draft(office: Office) -> None:
    owned = a_clause(office, LEAD, name="统计局的草案", policy=a_policy(unit=office.posts["tongji"].unit))
    handled = a_clause(office, LEAD, name="统计局经办的草案", policy=a_policy(), post=office.posts["tongji"].code)
    for username, names in (("tongji", {"统计局的草案", "统计局经办的草案"}), ("xiangzhen", set())):
        assert {str(row) for row in visible(Clause.objects.all(), office.actor(username))} == names
    assert {owned.pk, handled.pk} == set(visible(Clause.objects.all(), office.actor("gongxin")).values_list("pk", flat=True))  # fmt: skip


def test_an_enterprise_in_the_owning_park_sees_no_draft(office: Office, clauses: dict[str, Clause]) -> None:
    """Its post stands in the park's unit, and works for itself."""
    with as_system() as ctx:
        ctx.update(clauses["draft"].policy, unit=office.units["东园"])
    assert {str(row) for row in visible(Clause.objects.all(), who(office, "qiye"))} == PUBLIC
    assert "起草条款甲" in {str(row) for row in visible(Clause.objects.all(), who(office, "yuanqu"))}


def test_returned_and_new_editions_are_hidden_again(office: Office, clauses: dict[str, Clause]) -> None:
    bank = who(office, "yinhang")
    with as_system() as ctx:
        ctx.update(clauses["review"], state="draft")
    assert {str(row) for row in visible(Clause.objects.all(), bank)} == PUBLIC
    with as_system() as ctx:
        ctx.create(
            Clause(ref="样:2", policy=clauses["in_force"].policy, code="A", edition=2, name="下一版", article="第一条", text=LEAD, subject="firm", kind="grant")
        )  # fmt: skip
    assert {str(row) for row in visible(Clause.objects.all(), bank)} == PUBLIC


def test_the_county_pages_name_drafts_to_those_who_write_them(office: Office, clauses: dict[str, Clause]) -> None:
    draft = clauses["draft"]
    for username in ("qiye", "yinhang", "tongji"):
        policy = client_for(office, username).get(f"/l/policy-policy/{draft.policy_id}/").content.decode()
        overview = client_for(office, username).get("/policy/").content.decode()
        assert draft.name not in policy + overview
    assert draft.name in client_for(office, "gongxin").get("/policy/").content.decode()


def test_findings_of_a_draft_are_read_by_those_who_read_the_draft(office: Office, clauses: dict[str, Clause]) -> None:
    for clause in clauses.values():
        found_in(clause)
    subjects = {f"{one.policy} · {one.name}" for one in clauses.values() if one.name in PUBLIC}
    seen = {one.subject for one in visible(Finding.objects.all(), who(office, "tongji"))}
    assert seen == subjects
    page = client_for(office, "tongji").get("/policy/findings/").content.decode()
    assert "执行条款丙" in page and "起草条款甲" not in page and "送审条款乙" not in page
    assert len(set(visible(Finding.objects.all(), who(office, "shichang")).values_list("row", flat=True))) == 4


def test_a_line_of_a_batch_nobody_approved_is_not_told_to_the_enterprise(office: Office, clauses: dict[str, Clause]) -> None:  # fmt: skip
    firm = Firm.objects.get(name="青禾甲食品有限公司")
    batch = a_batch(office, clauses["in_force"], ((firm, "10", ""),))
    qiye, line = client_for(office, "qiye"), AwardLine.objects.get()
    assert qiye.get(f"/l/policy-awardline/{line.pk}/").status_code == 404
    assert qiye.get("/api/l/policy-awardline").json()["rows"] == []
    assert not visible(AwardLine.objects.all(), who(office, "yuanqu")).exists()
    assert not visible(AwardLine.objects.all(), who(office, "shenji")).exists()
    for username in ("gongxin", "caizheng", "shichang"):
        assert visible(AwardLine.objects.all(), who(office, username)).get() == line
    with as_system() as ctx:
        ctx.update(batch, state="approved")
    assert qiye.get(f"/l/policy-awardline/{line.pk}/").status_code == 200
    assert visible(AwardLine.objects.all(), who(office, "yuanqu")).get() == line
    with as_system() as ctx:
        ctx.update(batch, state="dropped")
    assert qiye.get(f"/l/policy-awardline/{line.pk}/").status_code == 404


# -- a list of awards nobody approved -------------------------------------------------------------------------

BATCH, LINES, FINDINGS, PAGE = (
    "/l/policy-awardbatch/",
    "/l/policy-awardline/",
    "/l/policy-finding/",
    "/policy/findings/",
)
TITLE, REASON_OF, BASIS_OF = "青禾草拟批次", "按县长办公会议定的名单", "按企业贡献核定"
LEAKS = ("12345.67", BASIS_OF, REASON_OF, TITLE)
AWARDING = ("gongxin", "caizheng", "shichang")
NOT_AWARDING = ("shenji", "tongji", "xianfuban", "xianzhang", "fuxianzhang", "sifa")


@pytest.fixture
def batch(office: Office, clauses: dict[str, Clause]) -> AwardBatch:
    with as_system() as ctx:
        clause = ctx.update(clauses["in_force"], amount={"kind": "fixed", "value": "10"})
    firm = Firm.objects.get(name="青禾甲食品有限公司")
    made = a_batch(office, clause, ((firm, "12345.67", BASIS_OF),), title=TITLE, reason=REASON_OF)
    assert "青禾甲食品有限公司 12345.67 万元，上限 10 万元" in {one.sentence for one in found_in(made)}
    rebuild_all()
    return made


def everything_told(office: Office, username: str, batch: AwardBatch) -> str:
    """All this account is told on every way that could speak of the batch."""
    client, said = client_for(office, username), []
    for url in (
        BATCH,
        f"{BATCH}{batch.pk}/",
        LINES,
        FINDINGS,
        f"{FINDINGS}?q=青禾",
        PAGE,
        f"{PAGE}?text=policy.awardbatch:{batch.pk}",
    ):
        said.append(client.get(url).content.decode())
    for finding in Finding.objects.filter(ledger="policy.awardbatch", row=batch.pk):
        said.append(client.get(f"{FINDINGS}{finding.pk}/").content.decode())
        said.append(client.get(f"/api/l/policy-finding/{finding.pk}").content.decode())
    for name in ("policy-finding", "policy-awardbatch", "policy-awardline", f"policy-awardbatch/{batch.pk}"):
        said.append(json.dumps(client.get(f"/api/l/{name}").json(), ensure_ascii=False))
    for slug in (BATCH, FINDINGS, LINES):
        made: Any = client.post(f"{slug}export/", {"format": "csv"})
        said.append(b"".join(made).decode("utf-8-sig"))
    said += [hit.name for hit in search(["policy.awardbatch"], who(office, username), "草拟")]
    return "\n".join(said)


@pytest.mark.parametrize("username", NOT_AWARDING)
def test_a_batch_nobody_approved_leaks_by_no_way(office: Office, batch: AwardBatch, username: str) -> None:
    told = everything_told(office, username, batch)
    assert [one for one in LEAKS if one in told] == []
    client = client_for(office, username)
    assert (
        client.get(f"{BATCH}{batch.pk}/").status_code
        == client.get(f"/api/l/policy-awardbatch/{batch.pk}").status_code
        == 404
    )
    assert client.get(f"{PAGE}policy-awardbatch/{batch.pk}/sheet.docx").status_code == 404
    with as_system() as ctx:
        ctx.update(AwardBatch.objects.get(pk=batch.pk), state="approved")
    told = everything_told(office, username, batch)
    assert [one for one in LEAKS if one not in told] == []
    with as_system() as ctx:
        ctx.update(AwardBatch.objects.get(pk=batch.pk), state="dropped")
    told = everything_told(office, username, batch)
    assert [one for one in LEAKS if one in told] == []


@pytest.mark.parametrize("username", AWARDING)
def test_those_who_work_on_awards_read_the_draft_and_what_was_found_in_it(office: Office, batch: AwardBatch, username: str) -> None:  # fmt: skip
    told = everything_told(office, username, batch)
    assert [one for one in LEAKS if one not in told] == []
    assert visible(Finding.objects.filter(ledger="policy.awardbatch"), who(office, username)).exists()


def test_the_unit_whose_clause_it_is_reads_the_batch_and_its_findings(office: Office, batch: AwardBatch) -> None:
    with as_system() as ctx:
        ctx.update(batch.clause, post=office.posts["tongji"])
    told = everything_told(office, "tongji", batch)
    assert [one for one in LEAKS if one not in told] == []


@pytest.mark.parametrize("username", LEADING)
def test_who_answers_for_a_policy_reads_what_was_found_in_its_draft_and_changes_nothing(
    office: Office, clauses: dict[str, Clause], username: str
) -> None:
    draft = clauses["draft"]
    (finding,) = found_in(draft)
    client = client_for(office, username)
    assert visible(Finding.objects.all(), who(office, username)).filter(pk=finding.pk).exists()
    assert client.get(f"/api/l/policy-finding/{finding.pk}").status_code == 200
    assert "起草条款甲" in client.get(PAGE).content.decode()
    assert client.get(f"/policy/clause/{draft.pk}/condition/").status_code == 403
    for verb in ("add", "change", "edit", "issue", "clear"):
        assert reach(who(office, username), verb, "policy.clause").nothing
