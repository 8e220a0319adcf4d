"""Long recomputation over the register: list values and sizes from figures; possible duplicates; industries after new words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gongxing.domains.firms.actions.industry import Undecided, classify_firms
from gongxing.domains.firms.figures import Latest, latest
from gongxing.domains.firms.industry import Classifier
from gongxing.domains.firms.known import candidate_ids, regions
from gongxing.domains.firms.models import DuplicateQuestion, Firm, FirmFigure
from gongxing.domains.firms.scale import REFRESH, Scales
from gongxing.engines.names.duplicates import DuplicateGroup, NameRow, duplicates, pairs_of
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.trail import read_entry
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.jobs.run import Progress, enqueue_once, in_pieces, job
from gongxing.kernel.org.actor import SYSTEM, Actor

CHUNK = 500
CLASSIFY, DUPLICATES = "firms.classify", "firms.duplicates"
QUESTIONS_AT_A_TIME = 60
COMPARED = frozenset({"name", "former_names", "uscc", "address"})


def queue_refresh(user_id: int, figures: bool) -> None:
    """Queue one recomputation, unless the same one already waits."""
    kind = "firms.figures" if figures else DUPLICATES
    title = _("更新企业规模和最近数据") if figures else _("查找疑似重复企业")
    enqueue_once(kind, title, {"user": user_id})


@job("firms.figures")
def refresh_figures(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Renew every firm's latest figures, size class and near-scale watch. Writes only what differs."""
    with_figures = FirmFigure.objects.order_by().values_list("firm_id", flat=True).distinct()
    showing_some = Firm.objects.exclude(figure_period="").order_by().values_list("pk", flat=True)
    ids = sorted({*with_figures.iterator(), *showing_some.iterator()})
    changed = in_pieces(ids, refresh_firms, progress)
    return {"text": _("更新 %(n)d 家") % {"n": changed}}


def refresh_firms(firm_ids: list[int]) -> int:
    """Renew some firms. Returns how many changed."""
    scales, changed = Scales(), 0
    found: dict[int, list[Latest]] = defaultdict(list)
    for row in FirmFigure.objects.filter(firm_id__in=firm_ids):
        found[row.firm_id].append(
            Latest(row.period, row.source, row.revenue, row.tax, row.assets, row.employees, row.land_mu)
        )
    with writing(SYSTEM, REFRESH, _("按最近年度数据更新")) as ctx:
        for firm in Firm.objects.filter(pk__in=firm_ids).order_by("pk"):
            before = firm.version
            ctx.update(firm, **scales.fields(firm, latest(found[firm.pk])))
            changed += firm.version != before
    return changed


@job(DUPLICATES)
def find_duplicates(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Ask about every pair of rows that may be one enterprise and has not been asked about."""
    rows = {row.id: row for row in _name_rows(None)}
    groups = duplicates(rows.values())
    with writing(SYSTEM, DUPLICATES, _("查找疑似重复企业")) as ctx:
        asked = _ask(ctx, groups, rows, dict(DuplicateQuestion.objects.values_list("ref", "answer")))
    return {"text": _("新发现 %(n)d 对") % {"n": asked}}


def _name_rows(ids: Iterable[int] | None) -> Iterable[NameRow]:
    firms = Firm.objects.order_by("pk") if ids is None else Firm.objects.filter(pk__in=list(ids)).order_by("pk")
    found = firms.values_list("pk", "uscc", "name", "address")
    return (NameRow(pk, code or "", name, address) for pk, code, name, address in found.iterator(5000))


def ask_about(firm_ids: Iterable[int]) -> int:
    """Compare a few firms that were just written with the register, by what its indexes find. Returns how many questions arose."""
    places, asked = regions(), 0
    for firm in Firm.objects.filter(pk__in=list(firm_ids)).order_by("pk"):
        if not _renamed(firm):
            continue
        rows = {row.id: row for row in _name_rows({firm.pk, *candidate_ids(firm.name, firm.uscc or "", places)})}
        groups = [group for group in duplicates(rows.values()) if firm.pk in group.members]
        if groups:
            known = DuplicateQuestion.objects.filter(one__in=rows, other__in=rows)
            with writing(SYSTEM, DUPLICATES, _("登记时查找疑似重复")) as ctx:
                asked += _ask(ctx, groups, rows, dict(known.values_list("ref", "answer")))
    return asked


def _renamed(firm: Firm) -> bool:
    """Whether the last write touched anything the comparison reads."""
    entries = Entry.objects.filter(ledger=Firm._meta.label_lower, row=firm.pk).exclude(verb=REFRESH)
    last = entries.order_by("-row_version", "-id").first()
    return last is None or not COMPARED.isdisjoint(change.field for change in read_entry(last).changes)


def _ask(ctx: Ctx, groups: Iterable[DuplicateGroup], rows: Mapping[int, NameRow], answers: dict[str, str]) -> int:
    """A question for every pair not in ``answers``, at most ``QUESTIONS_AT_A_TIME`` open ones a group: a name that a hundred rows share
    would make 4,950. The next ones are asked when those are answered."""
    fresh: list[DuplicateQuestion] = []
    for group in groups:
        room = QUESTIONS_AT_A_TIME
        for pair in pairs_of(group, rows):
            ref = f"{pair.one}:{pair.other}"
            if ref in answers:
                room -= answers[ref] == DuplicateQuestion.Answer.OPEN
                continue
            if room <= 0:
                break
            room -= 1
            answers[ref] = DuplicateQuestion.Answer.OPEN
            asked = DuplicateQuestion(one_id=pair.one, other_id=pair.other, ref=ref, ground=pair.kind)
            asked.likeness = Decimal(str(pair.likeness))
            fresh.append(asked)
    _mark_invented(fresh)
    ctx.create_many(fresh)
    return len(fresh)


def _mark_invented(questions: Sequence[DuplicateQuestion]) -> None:
    """A question about invented firms is invented."""
    for start in range(0, len(questions), CHUNK):
        part = questions[start : start + CHUNK]
        ids = {key for asked in part for key in (asked.one_id, asked.other_id)}
        invented = set(Firm.objects.filter(pk__in=ids, invented=True).values_list("pk", flat=True))
        for asked in part:
            asked.invented = asked.one_id in invented and asked.other_id in invented


def queue_classify(user_id: int) -> None:
    """Queue one new judgement of all undecided firms, unless one already waits."""
    enqueue_once(CLASSIFY, _("按新的行业词重新判定"), {"user": user_id})


@job(CLASSIFY)
def classify_undecided(actor: Actor, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Judge every firm anew whose industry nobody has decided. Writes only what differs, in steps of their own."""
    classifier, changed, last, done = Classifier(), 0, 0, 0
    waiting = Firm.objects.filter(industry_source__in=Undecided)
    total = waiting.count()
    while True:
        with writing(SYSTEM, CLASSIFY, _("按新的行业词重新判定")) as ctx:
            firms = list(waiting.filter(pk__gt=last).order_by("pk")[:CHUNK])
            changed += classify_firms(ctx, firms, classifier)
        if not firms:
            return {"text": _("重新判定 %(n)d 家") % {"n": changed}}
        last, done = firms[-1].pk, done + len(firms)
        progress.step(done, total)
