"""Papers, clauses and promises of the drawn projects."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from gongxing.domains.projects.demo.story import Story
from gongxing.domains.projects.ledgers.promises import promise_ref
from gongxing.domains.projects.models import AgreementClause, Paper, Project, Promise
from gongxing.engines.conditions import parse
from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import today
from gongxing.kernel.org.models import Post
from gongxing.kernel.packs.tables import table

BY_DUTY = {"审批": ("行政审批局", "青审"), "要素保障": ("自然资源局", "青自然资"), "产业招引": ("招商促进局", "青招")}
ECOLOGY, PLANNING, REFORM, HOUSING, EMERGENCY = (
    ("生态环境局", "青环"), ("自然资源局", "青自然资"), ("发展改革局", "青发改"), ("住房城乡建设局", "青建"), ("应急管理局", "青应急"),
)  # fmt: skip
WATER, MARKET, HEALTH = ("水利局", "青水"), ("市场监管局", "青市监"), ("卫生健康局", "青卫")
BY_KIND = {
    "eia_approval": ECOLOGY, "eia_register": ECOLOGY, "discharge_permit": ECOLOGY, "env_acceptance": ECOLOGY, "filing": REFORM, "energy_opinion": REFORM,
    "energy_acceptance": REFORM, "land_planning_permit": PLANNING, "plan_permit": PLANNING, "planning_check": PLANNING, "build_permit": HOUSING,
    "fire_design": HOUSING, "fire_acceptance": HOUSING, "self_acceptance": HOUSING, "drain_permit": HOUSING, "hazard_design": EMERGENCY,
    "hazard_license": EMERGENCY, "soil_approval": WATER, "soil_acceptance": WATER, "forest_opinion": ("林业局", "青林"), "legality": ("司法局", "青司"),
    "occupational_hazard": HEALTH, "food_license": MARKET, "equipment_registration": MARKET, "drug_license": MARKET,
}  # fmt: skip
"""Which bureau of the invented county makes a kind of paper, and the mark of its numbers; of other kinds the duty decides."""
GOVERNMENT = (
    ("第四条", "红线外道路、给水、污水管网在{day}前接通", "ziran", 240, None),
    ("第五条", "10千伏供电线路在{day}前送到红线", "yuanqu", 300, None),
    ("第六条", "协助办理用地、规划、施工许可，在{day}前全部办结", "shenpi", 180, None),
    ("第八条", "按公布的技术改造补助办法兑现设备补助，在{day}前拨付", "caizheng", 720, "0.02"),
)
ENTERPRISE = (
    ("第二条", "在{day}前开工建设", 200, None),
    ("第二条", "固定资产投资不少于{total}万元，在{day}前完成", 620, "1"),
    ("第三条", "在{day}前投产", 700, None),
    ("第三条", "在{day}前达到设计产能", 1000, None),
)
NAMES = ("land_mode", "needs_conversion", "new_building", "fitout", "small_works", "eia_class", "energy_tce", "coal_t", "energy_light_industry", "soil_zone", "site_ha", "earthwork_m3", "special_fire", "chemical", "occ_hazard", "forest_ha", "special_equipment", "discharge_class", "drain_to_sewer", "food", "drug", "standard_land", "money_promised", "electricity_kwh")  # fmt: skip
KEPT, UNKEPT = 0.8, 150
Later = Callable[[date, Callable[[Ctx], None]], None]


def papers_for(ctx: Ctx, random: Random, story: Story, project: Project, stage: str) -> None:
    """Every document the gate asks this project for, dated shortly before the step."""
    facts = _facts(project)
    day = story.days[stage]
    for row in table("gates", "requirements", today()):
        if row["to_stage"] != stage or row["kind"] != "document":
            continue
        if row["when"] and parse(row["when"], NAMES).evaluate(facts) is not True:
            continue
        if row["severity"] == "warn" and random.random() < 0.4:
            continue
        ref = f"{project.pk}:{row['key']}"
        bureau, mark = BY_KIND.get(row["key"]) or BY_DUTY.get(row["duty"], ("", "青"))
        random.randrange(4)  # a draw the story counts on: without it every later day would be another
        number = f"{mark}〔{day.year}〕{random.randrange(1, 400)}号（演示）"
        issued = max(story.days["concept"], day - timedelta(days=random.randrange(1, 20)))
        if not Paper.objects.filter(ref=ref).exists():
            issuer = f"青禾县{bureau}（演示）" if bureau else ""
            ctx.create(
                Paper(
                    ref=ref,
                    project=project,
                    kind=row["key"],
                    number=number,
                    issuer=issuer,
                    issued_on=issued,
                    invented=True,
                )
            )


def _facts(project: Project) -> dict[str, object]:
    facts: dict[str, object] = {}
    for name in NAMES:
        value = getattr(project, name, None)
        facts[name] = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    facts["electricity_kwh"] = None if project.power_kwh is None else project.power_kwh * 10000
    return facts


def sign(
    ctx: Ctx, random: Random, story: Story, project: Project, posts: Mapping[str, Post], later: Later, last: date
) -> None:
    """The agreement: its clauses and the promises of both sides; ``later`` notes what became of them up to the day ``last``."""
    signed, park = story.days["signed"], story.fields["site"]
    account = {"QH-P1": "yuanqu1", "QH-P2": "yuanqu2", "QH-P3": "yuanqu3"}.get(park.code, "zhaoshang")
    clauses: dict[str, AgreementClause] = {}
    total = project.total_investment
    for number, text, who, days, share in sorted(random.sample(GOVERNMENT, random.choice((2, 3, 4))), key=str):
        due = signed + timedelta(days=int(days * random.uniform(0.7, 1.2)))
        words = text.format(day=f"{due.year}年{due.month}月{due.day}日")
        clause = _clause(ctx, project, clauses, number, "government", f"甲方{words}。")
        amount = None if share is None else (total * Decimal(share)).quantize(Decimal("0.01"))
        _promise(
            ctx,
            random,
            project,
            "government",
            words,
            clause,
            posts[account if who == "yuanqu" else who],
            due,
            amount,
            later,
            last,
        )
    for number, text, days, share in random.sample(ENTERPRISE, 3):
        due = signed + timedelta(days=int(days * random.uniform(0.8, 1.3)))
        words = text.format(day=f"{due.year}年{due.month}月{due.day}日", total=total)
        clause = _clause(ctx, project, clauses, number, "enterprise", f"乙方{words}。")
        _promise(
            ctx,
            random,
            project,
            "enterprise",
            words,
            clause,
            posts[account],
            due,
            None if share is None else total,
            later,
            last,
        )


def _clause(
    ctx: Ctx, project: Project, clauses: dict[str, AgreementClause], number: str, side: str, text: str
) -> AgreementClause:
    known = clauses.get(number)
    if known is not None:
        return ctx.update(known, text=known.text + text)
    row = AgreementClause(
        ref=f"{project.pk}:{number}", project=project, number=number, side=side, text=text, invented=True
    )
    clauses[number] = ctx.create(row)
    return clauses[number]


def _promise(
    ctx: Ctx,
    random: Random,
    project: Project,
    side: str,
    text: str,
    clause: AgreementClause,
    post: Post,
    due: date,
    amount: Decimal | None,
    later: Later,
    last: date,
) -> None:
    """One promise: mostly kept around its day, sometimes late, sometimes still open; the other side confirms a few days later."""
    ref = promise_ref(project.pk, side, text)
    row = Promise(
        ref=ref,
        project=project,
        side=side,
        text=text,
        clause=clause,
        post=post,
        due_on=due,
        amount=amount,
        invented=True,
    )
    made = ctx.create(row)
    if random.random() > KEPT and due > last - timedelta(days=UNKEPT):
        return
    claimed = due + timedelta(days=random.choices((random.randrange(-40, 1), random.randrange(1, 45)), (7, 2))[0])
    answered = claimed + timedelta(days=random.randrange(2, 20))
    who = "企业盖章回执（演示）" if side == "government" else "园区现场核对（演示）"

    def claim(ctx: Ctx) -> None:
        ctx.update(made, state="claimed", evidence="演示：完成证明", claimed_on=claimed)

    def confirm(ctx: Ctx) -> None:
        ctx.update(made, state="confirmed", confirmed_on=answered, confirmed_by=who)

    later(claimed, claim)
    later(answered, confirm)
