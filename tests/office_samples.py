"""Rows and cells of the office and of enterprises, where their declarations alone do not say them: for the conformance tests."""

from collections.abc import Mapping
from typing import Any

from gongxing.domains.firms.models import DuplicateQuestion, Firm, IndustryPattern
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import now, today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.deadlines.limits import start_deadline
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.org.models import Post, SecondFactor, Tenure, User
from gongxing.kernel.packs.models import PackEdit
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import Given, acting_holder

RULE = "sizes/thresholds/industry|employees"


EDIT = {
    "rule": RULE,
    "column": "large_min",
    "value": "1200",
    "valid_from": "2030-01-01",
    "source": "县政府会议纪要〔2026〕1号",
}


def a_firm(office: Office, number: int = 1, **more: Any) -> Firm:
    name = f"青禾试验{number}食品有限公司"
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(
            Firm(name=name, folded=name, initials="qhsy", unit=office.units["东园"], industry_pattern="样字", **more)
        )


def a_named_firm(office: Office, number: int) -> str:
    """The name of a firm that is there."""
    name = f"青禾试验{number}食品有限公司"
    return name if Firm.objects.filter(name=name).exists() else a_firm(office, number).name


def a_question(office: Office, number: int) -> Row:
    one, other = a_firm(office, 100 + number), a_firm(office, 200 + number)
    with writing(SYSTEM, "test", "") as ctx:
        asked = DuplicateQuestion(ref=f"{one.pk}:{other.pk}", one=one, other=other, ground="name", likeness="0.9")
        return ctx.create(asked)


def a_deadline(office: Office, number: int) -> Row:
    firm = a_firm(office, number, near_scale=True)
    with writing(SYSTEM, "test", "") as ctx:
        return start_deadline(ctx, firm, rule="scale.check", title=f"核查{number}", post_id=office.posts["gongxin"].pk)


def a_pattern(office: Office, number: int) -> Row:
    found = IndustryPattern.objects.filter(pattern=f"样字{number}").first()
    if found is not None:
        return found
    a_firm(office, number)
    with writing(SYSTEM, "test", "") as ctx:
        return ctx.create(IndustryPattern(pattern=f"样字{number}", industry="1431", confirmed_at=now()))


def an_edit(office: Office, number: int) -> Row:
    perform(action_named("office.edit_pack_row"), acting_holder(office), {**EDIT, "why": "试"})
    return PackEdit.objects.order_by("-pk")[0]


def a_tenure(office: Office) -> Given:
    return Given(Tenure.objects.get(user=office.users["yuanqu2"]), {"last_day": today().isoformat()})


def handing_on(office: Office) -> dict[str, str]:
    """What hands the post of one park to the officer of another, nothing being open on it."""
    post = office.posts["yuanqu2"]
    return {"post": post.code, "last_day": today().isoformat(), "seen": "{}", "successor": "yuanqu"}


def a_slip(office: Office, number: int) -> Row:
    raw = {**handing_on(office), "why": "试"}
    name = ("yuanqu2", "xiangzhen", "yuanqu", "sifa")[number % 4]
    raw |= {"post": office.posts[name].code, "successor": "tongji"}
    slips: list[Row] = perform(action_named("office.hand_over"), acting_holder(office), raw)
    return slips[0]


def being_checked(office: Office) -> Given:
    deadline = a_deadline(office, 3)
    return Given(Firm.objects.get(pk=deadline.row), {"finding": "above"})  # type: ignore[attr-defined]


def with_a_factor(office: Office) -> Given:
    user = User.objects.get(pk=office.users["yuanqu2"].pk)
    SecondFactor.objects.create(user_id=user.pk, key="00" * 20, confirmed=True, created_at=now())
    return Given(user, {})


def running(office: Office) -> Given:
    return Given(
        a_deadline(office, 4), {"reason": "hearing", "proof": "听证告知书〔2026〕3号", "start": today().isoformat()}
    )


def paused(office: Office) -> Given:
    given = running(office)
    assert given.row is not None
    perform(action_named("office.pause_deadline"), acting_holder(office), {**given.raw, "why": "试"}, key=given.row.pk)
    given.row.refresh_from_db()
    return Given(given.row, {"end": today().isoformat()})


def merged(office: Office) -> Given:
    pair = two_firms(office)
    kept = perform(action_named("firms.merge_firms"), acting_holder(office), {**pair.raw, "why": "试"})
    return Given(Firm.objects.get(pk=kept.pk), {})


def two_firms(office: Office) -> Given:
    return Given(
        None,
        {
            "keep": str(a_firm(office, 1).pk),
            "gone": str(a_firm(office, 2).pk),
            "keep_version": "1",
            "gone_version": "1",
        },
    )


def pattern_of_a_firm(office: Office) -> Given:
    a_firm(office, industry_source="suggested")
    return Given(None, {"pattern": "样字", "code": "1431"})


def ungranted(office: Office) -> Given:
    with writing(SYSTEM, "test", "") as ctx:
        return Given(ctx.create(Post(unit=office.units["西园"], title="新岗", code="P-new", role="park")), {"start": "2026-01-01"})  # fmt: skip


CELLS: Mapping[str, Any] = {
    "firms.firm.name": "青禾样本食品有限公司",
    "firms.firm.phone": "13800000000",
    "firms.firm.founded": "2015-03",
    "firms.firm.stock_code": "",
    "firms.firm.industry": "1431",
    "firms.firmfigure.period": "20{n}",
    "firms.firmfigure.source": "dept",
    "firms.productfigure.year": "2024",
    "firms.productfigure.source": "dept",
    "org.unit.parent": "青禾县（演示）",
    "firms.firm.approved": "2015-03-01",
    "firms.firm.term_end": "2045-03-01",
    "access.grant.verb": "view",
    "access.grant.target": "firms.firm",
    "access.grant.thing": "",
    "org.unit.kind": "office",
    "org.post.role": "park",
    "office.reset_password.password": "Qinghe-2026-neu",
}
ROWS: Mapping[str, Any] = {
    "firms.duplicatequestion": a_question,
    "deadlines.deadline": a_deadline,
    "firms.industrypattern": a_pattern,
    "packs.packedit": an_edit,
    "org.handover": a_slip,
}
GIVEN: Mapping[str, Any] = {
    "office.end_tenure": a_tenure,
    "office.hand_over": lambda office: Given(None, handing_on(office)),
    "office.void_handover": lambda office: Given(a_slip(office, 1), {}),
    "office.disable_account": lambda office: Given(User.objects.get(pk=office.users["yuanqu2"].pk), {}),
    "office.remove_second_factor": with_a_factor,
    "office.pause_deadline": running,
    "office.resume_deadline": paused,
    "office.edit_pack_row": lambda office: Given(None, EDIT),
    "office.verify_rule": lambda office: Given(None, {"rule": RULE, "source": EDIT["source"]}),
    "office.withdraw_rule": lambda office: Given(
        None, {"rule": RULE, "valid_from": "2030-01-01", "source": EDIT["source"]}
    ),
    "office.grant_by_role": ungranted,
    "firms.merge_firms": two_firms,
    "firms.unmerge_firms": merged,
    "firms.confirm_pattern": pattern_of_a_firm,
    "firms.start_scale_check": lambda office: Given(a_firm(office, near_scale=True), {}),
    "firms.finish_scale_check": being_checked,
    "firms.confirm_industry": lambda office: Given(a_firm(office), {"code": "1431"}),
    "firms.suggest_industry": lambda office: Given(a_firm(office), {}),
}
