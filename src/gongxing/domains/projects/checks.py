"""Checks and promises the gates ask for: a registry, and those this package can settle itself.

Other stages register theirs (``provide_check``): a later one replaces an earlier one of the same key. A check nobody provides is unknown, is
said to be so, and blocks only as its row says.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from gongxing.domains.firms.models import Firm
from gongxing.domains.projects.facts import catalogue_level
from gongxing.domains.projects.models import Paper, Project, Promise, TwinQuestion
from gongxing.domains.projects.models.promises import Side
from gongxing.kernel.clock import today
from gongxing.kernel.packs.tables import table

State = Literal["met", "missing", "unknown"]
SETTLED = (Promise.State.CONFIRMED, Promise.State.CANCELLED)
GONE = (Firm.Status.REVOKED, Firm.Status.CLOSED)
FULL = "project.full.capacity_use"
NO_GOVERNMENT, UNDONE = "no_government_promise", "government_all"
"""Papers that say the government promises nothing, and why a promise of the government is not done."""


class Said:
    """A lazy sentence with its values: put into the reader's language when it is read."""

    def __init__(self, words: str | Lazy, **values: object) -> None:
        self.words, self.values = words, values

    def __str__(self) -> str:
        return str(self.words) % self.values


@dataclass(frozen=True)
class Check:
    """What a check found. ``words`` say why, or what is to be done; ``url`` leads to where it is mended ("": the page of the gate knows)."""

    state: State
    words: str | Lazy | Said = ""
    url: str = ""


Provider = Callable[[Project], Check]
_providers: dict[str, Provider] = {}


def provide_check(key: str, provider: Provider) -> None:
    """Register what settles a check or promise of the gates pack. The provider may ask ``papers``, ``promises``, ``twins_of``, ``twins_with`` and
    ``clauses`` of the project: they are fetched beforehand."""
    _providers[key] = provider


def check_of(project: Project, key: str) -> Check:
    """The state of one check; unknown where nobody provides it."""
    provider = _providers.get(key)
    return Check("unknown", _("这一项还没有人核过")) if provider is None else provider(project)


def provided() -> frozenset[str]:
    """The keys somebody provides."""
    return frozenset(_providers)


def number_parameter(code: str) -> Decimal | None:
    """A number of the parameters pack as it holds today; None where there is no such row or no number in it."""
    row = table("parameters", "parameters", today()).by_key(code)
    try:
        return None if row is None else Decimal(row["value"])
    except InvalidOperation:
        return None


def paper_of(project: Project, kind: str) -> Paper | None:
    """The valid paper of a kind."""
    day = today()
    papers = (one for one in project.papers.all() if one.kind == kind)
    return next((one for one in papers if one.valid_until is None or one.valid_until >= day), None)


def _by_paper(key: str, wanted: str | Lazy) -> Provider:
    """A check a person settles by a paper of that name."""

    def look(project: Project) -> Check:
        return Check("met") if paper_of(project, key) is not None else Check("missing", wanted)

    return look


def min_investment(project: Project) -> Check:
    """Whether the total investment reaches the entry size of the pool for this kind; kinds without a size are in."""
    least = number_parameter(f"pool.min_invest.{project.kind}")
    if least is None:
        return Check("met", _("这类项目没有设入库规模"))
    if project.total_investment is None:
        return Check("unknown", _("先填总投资"))
    if project.total_investment < least:
        words = _("总投资 %(total)s 万元，入库规模 %(least)s 万元")
        return Check("missing", Said(words, total=f"{project.total_investment:,.0f}", least=f"{least:,.0f}"))
    return Check("met")


def duplicate(project: Project) -> Check:
    """No open question of a likely twin, and none that was answered «the same project»."""
    questions = [*project.twins_of.all(), *project.twins_with.all()]
    for one in questions:
        if one.answer == TwinQuestion.Answer.SAME:
            other = one.other if one.one_id == project.pk else one.one
            if other.stage in (Project.Stage.REMOVED, Project.Stage.TRANSFERRED):
                continue
            return Check("missing", _("已判断和另一个在库项目是同一个，只留一个；请到“疑似重复项目”看是哪一个"))
    waiting = sum(one.answer == TwinQuestion.Answer.OPEN for one in questions)
    if waiting:
        words = ngettext_lazy("有 %(n)s 个疑似重复项目等判断", "有 %(n)s 个疑似重复项目等判断", waiting)
        return Check("missing", Said(words, n=waiting))
    return Check("met")


def plan_conformity(project: Project) -> Check:
    """The planning check as it is noted on the project."""
    state = project.conformity
    if state == Project.Conformity.UNKNOWN:
        return Check("unknown", _("还没有核对规划，请把“规划符合性”填上"))
    if state == Project.Conformity.CONFORMS:
        return Check("met")
    return Check("missing", _("正在调整规划，调好才能过") if state == Project.Conformity.ADJUSTING else _("和规划冲突"))


def photo_place_time(project: Project) -> Check:
    """One photograph with its day and, in the note, its place."""
    paper = paper_of(project, "photo_place_time")
    if paper is None:
        return Check("missing", _("上传一张现场照片，写上拍摄日期和地点"))
    if paper.file_id is None:
        return Check("missing", _("登记了照片，没有附文件"))
    return Check("met") if paper.note.strip() else Check("missing", _("照片没有写地点，请在说明里补上"))


def near_scale(project: Project) -> Check:
    """Whether the owner is on the near-scale watch or above it already."""
    if project.firm is None:
        return Check("unknown", _("业主还不在企业台账里"))
    if project.firm.above_scale or project.firm.near_scale:
        return Check("met")
    return Check("missing", _("业主还没有进入准规上观察"))


def design_capacity(project: Project) -> Check:
    """Whether the use of capacity reaches the share that counts as full capacity."""
    least = number_parameter(FULL)
    if project.capacity_use is None or least is None:
        return Check("unknown", _("先填产能利用率"))
    if project.capacity_use < least:
        words = _("产能利用率 %(use)s%%，达产要 %(least)s%%")
        return Check(
            "missing", Said(words, use=f"{project.capacity_use.normalize():f}", least=f"{least.normalize():f}")
        )
    return Check("met")


def catalogue(project: Project) -> Check:
    """The class of the industrial catalogue is determined, and it is not an eliminated one."""
    if project.catalogue == Project.Catalogue.UNKNOWN:
        return Check("missing", _("还没有判定产业目录类别"))
    return _stopped(project) if project.catalogue == Project.Catalogue.ELIMINATED else Check("met")


def restricted(project: Project) -> Check:
    """Restricted and eliminated industries are stopped; an upgrade of restricted capacity that exists already is not new capacity."""
    level = catalogue_level(project)
    if level is None:
        return Check("unknown", _("还没有判定产业目录类别"))
    return _stopped(project) if level in ("restricted", "eliminated") else Check("met")


def owner_standing(project: Project) -> Check:
    """Whether the owner still stands in the register: one that was revoked or closed builds nothing."""
    firm = project.firm
    if firm is None or firm.status not in GONE:
        return Check("met")
    words = _("业主“%(name)s”的状态是%(status)s，请换业主，或办暂缓、退库")
    return Check("missing", Said(words, name=firm.name, status=firm.get_status_display()))


def _stopped(project: Project) -> Check:
    name = project.get_catalogue_display()
    if project.catalogue_item:
        return Check("missing", Said(_("属于%(name)s：%(item)s"), name=name, item=project.catalogue_item))
    return Check("missing", Said(_("属于%(name)s，没有写是哪一条目录"), name=name))


def government(project: Project) -> Check:
    """Every promise of the government has a post and a day, and there is one, or it is said in writing that there is none."""
    own = _of_side(project, Side.GOVERNMENT)
    loose = sum(one.post_id is None or one.due_on is None for one in own)
    if loose:
        return Check("missing", Said(_("%(n)s 项政府承诺没有岗位或到期日"), n=loose))
    if own or paper_of(project, NO_GOVERNMENT) is not None:
        return Check("met")
    return Check("missing", _("登记政府的承诺；确实没有的，附“政府没有承诺事项的说明”"))


def enterprise(project: Project) -> Check:
    """The enterprise promised something."""
    if _of_side(project, Side.ENTERPRISE):
        return Check("met")
    return Check("missing", _("登记企业的承诺：投资、强度、开工、达产"))


def government_all(project: Project) -> Check:
    """Every promise of the government is done and agreed to, cancelled by both, or the reason why not stands in a paper."""
    waiting = sum(one.state not in SETTLED for one in _of_side(project, Side.GOVERNMENT))
    if waiting and paper_of(project, UNDONE) is None:
        return Check("missing", Said(_("还有 %(n)s 项政府承诺没有办结"), n=waiting))
    return Check("met")


def promises_confirmed(project: Project) -> Check:
    """Both sides agreed on every promise of either."""
    promises = list(project.promises.all())
    if not promises:
        return Check("missing", _("没有登记过承诺，无从评价"))
    waiting = sum(one.state not in SETTLED for one in promises)
    return Check("missing", Said(_("还有 %(n)s 项承诺没有互认"), n=waiting)) if waiting else Check("met")


def _of_side(project: Project, side: Side) -> list[Promise]:
    cancelled = Promise.State.CANCELLED
    return [one for one in project.promises.all() if one.side == side and one.state != cancelled]


def _own() -> Iterable[tuple[str, Provider]]:
    yield from (
        ("min_investment", min_investment), ("duplicate", duplicate), ("plan_conformity", plan_conformity), ("near_scale", near_scale),
        ("photo_place_time", photo_place_time), ("design_capacity", design_capacity), ("catalogue", catalogue), ("restricted", restricted),
        ("owner_standing", owner_standing),
        ("government", government), ("enterprise", enterprise), ("government_all", government_all), ("promises_confirmed", promises_confirmed),
    )  # fmt: skip
    yield "finance_ability", _by_paper("finance_ability", _("附财政部门的支付能力核对意见"))
    yield "statistics_entry", _by_paper("statistics_entry", _("附投资统计入库材料"))
    yield "first_output", _by_paper("first_output", _("附首笔产出证据：发票、电量、税票任一"))
    yield "standard_land", _by_paper("standard_land", _("附标准地指标复核意见"))


for _key, _provider in _own():
    _providers.setdefault(_key, _provider)
