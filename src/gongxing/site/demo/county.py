"""Units, posts, accounts and grants of the invented county."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.clock import now
from gongxing.kernel.office.ledgers import next_path
from gongxing.kernel.office.roles import grants_for
from gongxing.kernel.org.models import Post, Tenure, Unit, User

PASSWORD = "Qinghe-2026"
SINCE = date(2023, 1, 1)
COUNTY_NAME = "青禾县（演示）"
PARKS = (("产业投资发展园", "P1"), ("高新技术产业园", "P2"), ("经济技术合作区", "P3"))
TOWNS = (
    "禾城镇",
    "云岭镇",
    "清溪镇",
    "石塘镇",
    "百合镇",
    "南乡镇",
    "马岭镇",
    "长埠镇",
    "新桥镇",
    "龙潭镇",
    "松坪乡",
    "古渡乡",
)
BUREAUS = (
    ("县府办", "county_office"), ("招商促进局", "investment"), ("发展改革局", "reform"), ("工业和信息化局", "industry"), ("自然资源局", "resources"),
    ("行政审批局", "approval"), ("生态环境局", "opinion"), ("应急管理局", "opinion"), ("住房城乡建设局", "opinion"), ("水利局", "opinion"), ("林业局", "opinion"),
    ("消防救援大队", "opinion"), ("金融办", "finance_office"), ("司法局", "justice"), ("市场监管局", "market"), ("财政局", "treasury"), ("统计局", "statistics"),
    ("马上就办办公室", "do_it_now"), ("审计局", "auditor"), ("纪委监委", "auditor"), ("商务局", "investment"), ("科技局", "industry"), ("人力资源社会保障局", "opinion"),
    ("交通运输局", "opinion"),
)  # fmt: skip
BANKS = ("青禾农商银行（演示）", "禾丰村镇银行（演示）")


@dataclass(frozen=True)
class Account:
    """One account per role: user name, display name, unit and role."""

    username: str
    name: str
    unit: str
    role: str
    title: str


ACCOUNTS = (
    Account("xianzhang", "县长岗（演示）", "县领导", "county_head", "县长岗"),
    Account("fuxianzhang", "分管副县长岗（演示）", "县领导", "deputy_head", "分管副县长岗"),
    Account("xianfuban", "县府办科员岗（演示）", "县府办", "county_office", "科员岗"),
    Account("zhaoshang", "招商科员岗（演示）", "招商促进局", "investment", "科员岗"),
    Account("fagai", "发改科员岗（演示）", "发展改革局", "reform", "科员岗"),
    Account("gongxin", "工信科员岗（演示）", "工业和信息化局", "industry", "运行科科员岗"),
    Account("ziran", "自然资源科员岗（演示）", "自然资源局", "resources", "科员岗"),
    Account("shenpi", "审批窗口岗（演示）", "行政审批局", "approval", "窗口岗"),
    Account("yuanqu1", "产投园企业岗（演示）", "产业投资发展园", "park", "企业服务岗"),
    Account("yuanqu2", "高新园企业岗（演示）", "高新技术产业园", "park", "企业服务岗"),
    Account("yuanqu3", "经合区企业岗（演示）", "经济技术合作区", "park", "企业服务岗"),
    Account("shengtai", "生态环境科员岗（演示）", "生态环境局", "opinion", "科员岗"),
    Account("jinrong", "金融办科员岗（演示）", "金融办", "finance_office", "科员岗"),
    Account("sifa", "司法局科员岗（演示）", "司法局", "justice", "科员岗"),
    Account("shichang", "市场监管科员岗（演示）", "市场监管局", "market", "科员岗"),
    Account("caizheng", "财政科员岗（演示）", "财政局", "treasury", "科员岗"),
    Account("tongji", "统计科员岗（演示）", "统计局", "statistics", "科员岗"),
    Account("mashang", "马上就办岗（演示）", "马上就办办公室", "do_it_now", "分办岗"),
    Account("fuwuyuan", "服务员岗（演示）", "高新技术产业园", "service_officer", "企业服务员岗"),
    Account("qiye", "企业经办岗（演示）", "高新技术产业园", "enterprise", "企业经办岗"),
    Account("yinhang", "银行客户经理岗（演示）", BANKS[0], "bank", "客户经理岗"),
    Account("shenji", "审计岗（演示）", "审计局", "auditor", "审计岗"),
    Account("xiangzhen", "乡镇经发岗（演示）", "禾城镇", "town", "经发岗"),
    Account("shenpiju", "审批负责人岗（演示）", "行政审批局", "authority_head", "审批负责人岗"),
    Account("ziranju", "自然资源审批负责人岗（演示）", "自然资源局", "authority_head", "审批负责人岗"),
    Account("zhujian", "住建科员岗（演示）", "住房城乡建设局", "opinion", "审批窗口岗"),
    Account("admin", "系统管理岗（演示）", "县府办", "system_admin", "系统管理岗"),
)


def build_units(ctx: Ctx) -> dict[str, Unit]:
    """The county, its leaders, 24 bureaus, 3 parks, 12 towns and 2 banks. Name → unit."""
    units: dict[str, Unit] = {}

    def add(name: str, code: str, kind: str, parent: Unit | None) -> Unit:
        path = next_path(parent.pk if parent else None)
        units[name] = ctx.create(Unit(name=name, code=code, kind=kind, parent=parent, path=path, invented=True))
        return units[name]

    county = add(COUNTY_NAME, "QH", Unit.Kind.COUNTY, None)
    add("县领导", "QH-L", Unit.Kind.LEADERS, county)
    for number, (name, _role) in enumerate(BUREAUS, start=1):
        add(name, f"QH-B{number:02d}", Unit.Kind.BUREAU, county)
    for name, code in PARKS:
        add(name, f"QH-{code}", Unit.Kind.PARK, county)
    for number, name in enumerate(TOWNS, start=1):
        add(name, f"QH-T{number:02d}", Unit.Kind.TOWN, county)
    for number, name in enumerate(BANKS, start=1):
        add(name, f"QH-K{number:02d}", Unit.Kind.BANK, county)
    return units


def build_posts(ctx: Ctx, units: dict[str, Unit]) -> dict[str, Post]:
    """A head for every bureau, park and town, and the post of every account under it. Code → post."""
    posts: dict[str, Post] = {}
    head_title = {Unit.Kind.BUREAU: "局长岗", Unit.Kind.PARK: "主任岗", Unit.Kind.TOWN: "镇长岗"}
    roles = dict(BUREAUS)
    leader = ctx.create(
        Post(unit=units["县领导"], title="县委书记岗", code="QH-L-1", role="county_head", invented=True)
    )
    posts["QH-L-1"] = leader
    for unit in units.values():
        title = head_title.get(Unit.Kind(unit.kind))
        if title is None:
            continue
        role = roles.get(unit.name, "park" if unit.kind == Unit.Kind.PARK else "town")
        code = f"{unit.code}-1"
        posts[code] = ctx.create(Post(unit=unit, title=title, code=code, role=role, superior=leader, invented=True))
    for account in ACCOUNTS:
        unit = units[account.unit]
        superior = posts.get(f"{unit.code}-1")
        code = f"{unit.code}-{account.username}"
        posts[account.username] = ctx.create(
            Post(unit=unit, title=account.title, code=code, role=account.role, superior=superior, invented=True)
        )
    return posts


def build_accounts(ctx: Ctx, posts: dict[str, Post]) -> None:
    """One account per role, all with the demo password, and the grants of every post."""
    secret = make_password(PASSWORD)
    for account in ACCOUNTS:
        user = ctx.create(
            User(username=account.username, name=account.name, password=secret, password_set_at=now(), invented=True)
        )
        ctx.create(Tenure(user=user, post=posts[account.username], start=SINCE, invented=True))
    for post in posts.values():
        for grant in grants_for(post, SINCE):
            grant.invented = True
            ctx.create(grant)
