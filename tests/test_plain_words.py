"""What people read: refusals in their words, numbers with separators, a trail that says a thing once."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from gongxing.domains.firms.reasons import FORMS, pattern_words, reason_words
from gongxing.engines.classify import forms
from gongxing.engines.reasons import Reason
from gongxing.kernel.action.declare import all_actions
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.exchange.preview import done_frame
from gongxing.kernel.pages.extra import extra_pages
from gongxing.kernel.testing.office import Office
from gongxing.site import translations
from gongxing.site.errors import asked_for

LogIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db(databases=["default", "ops"])
SETUP = {
    "sheet": "", "first": 1, "last": 1, "data_start": 2, "width": 1, "year": None, "reporter": "", "skipped": [], "columns": [], "id_at": None,
    "version_at": None,
}  # fmt: skip
PERMISSIONS = sorted(
    {
        *(tuple(one.permission.rsplit(".", 1)) for one in all_actions()),
        *((one.target, one.verb) for one in extra_pages() if one.target),
        ("", "audit"),
    }
)


@pytest.mark.parametrize(("target", "verb"), PERMISSIONS)
def test_a_refusal_names_no_permission_by_its_code(target: str, verb: str) -> None:
    words = "".join(asked_for(verb, target))
    assert words and not re.search("[a-z]", words), words


def test_who_may_not_confirm_industries_reads_what_was_refused(client_of: LogIn, office: Office) -> None:
    answer = client_of("shenji").get("/firms/confirm/")
    assert answer.status_code == 403
    assert "你的岗位没有“行业请确认”的权限" in answer.content.decode()
    assert asked_for("view", "firms.firm") == ("查看", "企业台账")


def test_a_written_batch_tells_its_numbers_with_separators(office: Office) -> None:
    session = ImportSession(
        pk=1, ledger="firms.firm", user_id=office.users["gongxin"].pk, file_name="名录.csv", state="written", setup=SETUP,
        counts={"rows": 17844, "new": 14844, "same": 3000, "kept": [], "kept_n": 0},
    )  # fmt: skip
    frame = done_frame(session)
    assert (frame["counts"]["new"], frame["counts"]["same"]) == ("14,844", "3,000")
    assert frame["session"]["rows_text"] == "17,844"


@pytest.mark.parametrize(
    ("english", "last", "good"),
    [
        ("%(n)s problems", True, True), ("%(n)s problem", False, True), ("one problem", False, True), ("problems", True, False),
        ("%(k)s problem", False, False), ("r", True, False),
    ],
)  # fmt: skip
def test_a_plural_that_lost_its_number_is_seen(english: str, last: bool, good: bool) -> None:
    assert translations.same_slots(english, "数据里有 %(n)s 处问题", last) is good


def test_every_form_of_institution_has_a_word() -> None:
    source = Path(forms.__file__).read_text(encoding="utf-8")
    made = (
        {one.name for one in forms.FORMS}
        | set(re.findall(r'Shape\("(\w+)"', source))
        | set(re.findall(r'"(coop_\w+)"', source))
    )
    assert made == set(FORMS)


def test_a_form_is_shown_by_its_word() -> None:
    assert reason_words(Reason.of("classify.form", 1.0, form="coop_buying")) == "机构形式“供销社收购部”"
    assert pattern_words("bank_outlet|||") == "银行网点"
    assert pattern_words("|商贸|日用百货|wholesale") == "商贸、日用百货、批发"
