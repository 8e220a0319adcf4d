"""Whose word an industry stands on: suggested by form, import and API alike, emptied and asked anew, settled by wording, taught a word."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from gongxing.domains.firms.models import Firm, IndustryPattern
from gongxing.kernel.access.models import Grant
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.jobs.run import run_next
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied, Refused, save
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office

LogIn = Callable[[str], Client]
SUGAR = {"name": "青禾禾盛糖业有限公司", "unit": "东园", "business_scope": "白砂糖、红糖的生产、销售。"}
STRANGE = {"unit": "东园", "business_scope": "嘎啦板的生产。"}


def typed(office: Office, who: str = "gongxin", **cells: str) -> Firm:
    row = save(ledger_named("firms.firm"), office.actor(who), cells)
    assert isinstance(row, Firm)
    return row


def changed(office: Office, firm: Firm, **cells: str) -> Firm:
    firm.refresh_from_db()
    save(ledger_named("firms.firm"), office.actor("gongxin"), cells, key=firm.pk, version=firm.version)
    firm.refresh_from_db()
    return firm


def test_a_typed_firm_is_judged_like_an_imported_one(office: Office, client_of: LogIn) -> None:
    by_form = client_of("gongxin").post(reverse("ledger-add", args=["firms-firm"]), SUGAR)
    assert by_form.status_code == 302
    by_api = client_of("gongxin").post(
        "/api/l/firms-firm", {**SUGAR, "name": "青禾禾丰糖业有限公司"}, content_type="application/json"
    )
    assert by_api.status_code == 200
    for firm in Firm.objects.all():
        assert (firm.industry, firm.section, firm.industry_source) == ("1340", "C", "suggested")
        assert firm.industry_confidence is not None
        assert firm.industry_pattern


def test_a_typed_code_is_a_persons_word_and_emptying_it_asks_anew(office: Office) -> None:
    firm = typed(office, **SUGAR, industry="5127")
    assert (firm.industry, firm.section, firm.industry_source) == ("5127", "F", "confirmed")
    firm = changed(office, firm, remark="别的栏目", industry="5127")
    assert firm.industry_source == "confirmed"
    firm = changed(office, firm, industry="")
    assert (firm.industry, firm.section, firm.industry_source) == ("1340", "C", "suggested")
    unknown = typed(office, name="青禾甲", unit="东园", industry="1340")
    unknown = changed(office, unknown, industry="")
    assert (unknown.industry, unknown.section, unknown.industry_source) == ("", "", "none")


def test_other_columns_do_not_move_a_suggestion_and_a_new_name_does(office: Office) -> None:
    firm = typed(office, **SUGAR)
    entries = Entry.objects.filter(ledger="firms.firm", row=firm.pk).count()
    firm = changed(office, firm, remark="走访")
    assert Entry.objects.filter(ledger="firms.firm", row=firm.pk).count() == entries + 1
    firm = changed(office, firm, name="青禾禾盛家具有限公司", business_scope="木质家具的制造、销售。")
    assert (firm.industry, firm.industry_source) == ("2110", "suggested")


def undecided(office: Office, count: int, start: int = 0) -> list[Firm]:
    """Firms of one wording that the classifier will not decide alone."""
    made = [
        typed(office, name=f"青禾第{at}实业有限公司", unit="东园", business_scope="机械的销售。")
        for at in range(start, start + count)
    ]
    assert {firm.industry_source for firm in made} == {"none"}
    assert made[0].industry_pattern
    return made


def test_one_answer_settles_a_wording_and_later_firms(office: Office) -> None:
    firms = undecided(office, 3)
    actor, pattern = office.actor("gongxin"), firms[0].industry_pattern
    assert perform(action_named("firms.confirm_pattern"), actor, {"pattern": pattern, "code": "5179"}) == 3
    assert set(Firm.objects.values_list("industry", "section", "industry_source")) == {("5179", "F", "pattern")}
    later = typed(office, name="青禾第九实业有限公司", unit="东园", business_scope="机械的销售。")
    assert (later.industry, later.industry_source) == ("5179", "suggested")
    assert Entry.objects.filter(verb="firms.confirm_pattern", ledger="firms.firm").count() == 3


def test_withdrawing_a_wording_leaves_what_people_confirmed_one_by_one(office: Office) -> None:
    firms = undecided(office, 4)
    actor, pattern = office.actor("gongxin"), firms[0].industry_pattern
    perform(action_named("firms.confirm_industry"), actor, {"code": "5179"}, key=firms[0].pk)
    perform(action_named("firms.confirm_pattern"), actor, {"pattern": pattern, "code": "5179"})
    perform(action_named("firms.confirm_industry"), actor, {"code": "5179"}, key=firms[1].pk)
    later = typed(office, name="青禾第九实业有限公司", unit="东园", business_scope="机械的销售。")
    stored = IndustryPattern.objects.get()
    with pytest.raises(Refused):
        perform(action_named("firms.withdraw_pattern"), actor, {}, key=stored.pk)
    perform(action_named("firms.withdraw_pattern"), actor, {"why": "判错了"}, key=stored.pk)
    found = dict(Firm.objects.values_list("pk", "industry_source"))
    assert found == {
        firms[0].pk: "confirmed",
        firms[1].pk: "confirmed",
        firms[2].pk: "none",
        firms[3].pk: "none",
        later.pk: "none",
    }
    assert not IndustryPattern.objects.exists()


@pytest.mark.django_db(databases=["default", "ops"], transaction=True)
def test_a_new_word_joins_the_lexicon_and_counts_at_once(office: Office, client_of: LogIn) -> None:
    one = typed(office, name="青禾甲有限公司", **STRANGE)
    other = typed(office, name="青禾乙有限公司", **STRANGE)
    assert {one.industry_source, other.industry_source} == {"none"}
    client = client_of("gongxin")
    assert 'name="word"' in client.get(reverse("firms-confirm")).content.decode()
    answer = client.post(
        reverse("firms-confirm-answer"), {"firm": str(one.pk), "code": "2021", "word": "嘎啦板"}, follow=True
    )
    assert "已记入本县行业词库" in answer.content.decode()
    edit = PackEdit.objects.get()
    assert (edit.pack, edit.table, edit.row_key, edit.values["make"]) == (
        "industry-lexicon",
        "lexicon",
        "嘎啦板",
        "2021",
    )
    assert edit.source
    assert Entry.objects.filter(ledger="packs.packedit", row=edit.pk, verb="firms.confirm_industry").exists()
    third = typed(office, name="青禾丙有限公司", **STRANGE)
    assert (third.industry, third.industry_source) == ("2021", "suggested")
    while run_next():
        pass
    other.refresh_from_db()
    assert (other.industry, other.industry_source) == ("2021", "suggested")
    perform(action_named("office.cancel_pack_edit"), office.actor("gongxin"), {"why": "写错了"}, key=edit.pk)
    while run_next():
        pass
    other.refresh_from_db()
    one.refresh_from_db()
    assert (other.industry, other.industry_source) == ("", "none"), "taken back, it counts no longer"
    assert (one.industry, one.industry_source) == ("2021", "confirmed")


@pytest.mark.parametrize(
    ("word", "code", "fault"),
    [
        ("嘎啦板", "20", "industry.word_class"),
        ("板", "2021", "industry.word_length"),
        ("咕噜板", "2021", "industry.word_absent"),
    ],
)
def test_a_word_that_could_not_count_is_refused_and_nothing_is_written(
    office: Office, word: str, code: str, fault: str
) -> None:
    firm = typed(office, name="青禾甲有限公司", **STRANGE)
    before = Entry.objects.count()
    with pytest.raises(Refused, match=fault):
        perform(
            action_named("firms.confirm_industry"), office.actor("gongxin"), {"code": code, "word": word}, key=firm.pk
        )
    assert Entry.objects.count() == before


def test_only_who_may_change_rules_teaches_words(office: Office, client_of: LogIn) -> None:
    firm = typed(office, name="青禾甲有限公司", **STRANGE)
    with pytest.raises(Denied):
        perform(
            action_named("firms.confirm_industry"),
            office.actor("yuanqu"),
            {"code": "2021", "word": "嘎啦板"},
            key=firm.pk,
        )
    firm.refresh_from_db()
    assert firm.industry_source == "none"
    assert 'name="word"' not in client_of("yuanqu").get(reverse("firms-confirm")).content.decode()
    perform(action_named("firms.confirm_industry"), office.actor("yuanqu"), {"code": "2021"}, key=firm.pk)


def test_a_word_known_for_selling_keeps_that_when_it_learns_making(office: Office) -> None:
    firm = typed(office, name="青禾甲有限公司", **STRANGE)
    seller = typed(office, name="青禾乙有限公司", unit="东园", business_scope="嘎啦板的批发。")
    actor = office.actor("gongxin")
    perform(action_named("firms.confirm_industry"), actor, {"code": "2021", "word": "嘎啦板"}, key=firm.pk)
    perform(action_named("firms.confirm_industry"), actor, {"code": "5165", "word": "嘎啦板"}, key=seller.pk)
    newest = PackEdit.objects.latest("id")
    assert (newest.values["make"], newest.values["wholesale"]) == ("2021", "5165")


def test_the_firm_page_says_on_whose_word_and_by_which_words(office: Office, client_of: LogIn) -> None:
    client = client_of("gongxin")
    firm = typed(office, **SUGAR)
    html = client.get(f"/l/firms-firm/{firm.pk}/").content.decode()
    assert "系统判定" in html
    assert "把握" in html
    assert "白砂糖" in html
    perform(action_named("firms.confirm_industry"), office.actor("gongxin"), {"code": "5127"}, key=firm.pk)
    html = client.get(f"/l/firms-firm/{firm.pk}/").content.decode()
    assert "人工确认" in html
    assert "1340" in html
    unknown = typed(office, name="青禾甲有限公司", unit="东园")
    assert "行业待确认" in client.get(f"/l/firms-firm/{unknown.pk}/").content.decode()
    Grant.objects.filter(post=office.posts["gongxin"]).delete()
