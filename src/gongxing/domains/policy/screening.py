"""Which lines of the official lists a project may fall under: candidates by class code and by words, for a person to decide. What is not loaded is said."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gongxing.domains.policy.models import GuideItem
from gongxing.domains.projects.checks import Check, Said
from gongxing.domains.projects.facts import existing_capacity
from gongxing.domains.projects.models import Project
from gongxing.domains.projects.naming import folded_name
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.revision import revision
from gongxing.kernel.audit.trail import read_entry
from gongxing.kernel.clock import today

Book, Category, Catalogue = GuideItem.Book, GuideItem.Category, Project.Catalogue
STRICT: Mapping[str, int] = {
    Category.RESTRICTED: 1,
    Category.ELIMINATED: 2,
    Category.PROHIBITED: 2,
    Catalogue.ENCOURAGED: 0,
    Catalogue.PERMITTED: 0,
}
STOPPING = frozenset({Category.RESTRICTED, Category.ELIMINATED, Category.PROHIBITED})
"""How strict a category of a line, or a class a project may be in, is; which categories stop a project."""
ORDER = (Category.ELIMINATED, Category.PROHIBITED, Category.RESTRICTED, Category.BARRED, Category.ENCOURAGED, Category.LICENSED, Category.SUPPORTED)  # fmt: skip
SEPARATORS = re.compile(r"[，。；、：:（）()\[\]【】\s,;.《》“”\"]+")
LEAST_PHRASE, SHOWN = 4, 60
EXISTING, NOT_LISTED, NEAR, REASON = "现有产能改造：", "对照目录：不属限制、淘汰类。", "相近条目：", "理由："
"""How the cell of a project and the trail say that a person looked: what it rests on. Data of the register, not words of a page."""
DECIDED, PANEL = "policy.decide_catalogue", "#panel-screening"
"""The action that alone writes the class, and where on the project's page it is decided."""


@dataclass(frozen=True)
class Line:
    """A line of a list made ready for comparing: folded words and phrases of its text."""

    pk: int
    book: str
    category: str
    title: str
    text: str
    classes: tuple[str, ...]
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Candidate:
    """A line a project may fall under. ``classes`` and ``words`` say what they have in common."""

    line: Line
    classes: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.line.title

    @property
    def stops(self) -> bool:
        return self.line.category in STOPPING


@dataclass(frozen=True)
class Screening:
    """``loaded``: the guidance catalogue is there at all; without it nothing is known, and no candidate means nothing."""

    loaded: bool
    candidates: tuple[Candidate, ...]

    @property
    def stopping(self) -> list[Candidate]:
        return [one for one in self.candidates if one.stops]

    def stricter(self, decided: str) -> list[Candidate]:
        """The candidates beside which a class of the catalogue is a mild decision: 限制 and 淘汰 lines for 鼓励 and 允许, 淘汰 lines for 限制."""
        return [one for one in self.stopping if STRICT[one.line.category] > STRICT[decided]]


def title_of(item: GuideItem) -> str:
    """A line as it is named: 限制类 七、3 新建…."""
    text = item.text if len(item.text) <= SHOWN else f"{item.text[: SHOWN - 1]}…"
    return f"{item.get_category_display()} {item.number} {text}"


@lru_cache(maxsize=2)
def _lines(_stand: int, day: date) -> tuple[Line, ...]:
    """The lines that hold on a day. Kept until one is written to."""
    holding = (Q(starts_on__isnull=True) | Q(starts_on__lte=day)) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))
    return tuple(_line(item) for item in GuideItem.objects.filter(holding).order_by("book", "number", "pk"))


def _line(item: GuideItem) -> Line:
    phrases = [one for one in SEPARATORS.split(item.text) if len(one) >= LEAST_PHRASE]
    words = {folded_name(one): one for one in (*item.words, *phrases) if len(folded_name(one)) > 1}
    return Line(
        item.pk,
        item.book,
        item.category,
        title_of(item),
        item.text,
        tuple(str(one) for one in item.classes),
        tuple(words.items()),
    )


def lines() -> tuple[Line, ...]:
    """All lines that hold today."""
    return _lines(revision(("policy.guideitem",)), today())


def screen(project: Project) -> Screening:
    """The lines whose class codes begin the project's, or whose words stand in its name or content; eliminated ones first."""
    everything = lines()
    loaded = any(line.book == Book.CATALOGUE for line in everything)
    asked = {Book.CATALOGUE, Book.ACCESS, Book.PARK}
    asked |= {Book.BOND} if project.fund_bond else set()
    asked |= {Book.CENTRAL} if project.fund_central or project.central_fund else set()
    found = list(_candidates((line for line in everything if line.book in asked), project))
    return Screening(loaded, tuple(sorted(found, key=lambda one: ORDER.index(Category(one.line.category)))))


def _candidates(among: Iterable[Line], project: Project) -> Iterable[Candidate]:
    said = folded_name(project.name) + "\n" + _folded(project.content)
    for line in among:
        classes = tuple(one for one in line.classes if project.industry and project.industry.startswith(one))
        words = tuple(word for folded, word in line.words if folded in said)
        if classes or words:
            yield Candidate(line, classes, words)


@lru_cache(maxsize=512)
def _folded(text: str) -> str:
    return "\n".join(folded_name(text[at : at + 100]) for at in range(0, len(text), 60))


# -- what a person decided -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """Who last decided the class, when, beside which stricter lines and for what reason ("" where there are none)."""

    post: str
    lent: str
    user: str
    at: datetime
    near: str
    reason: str


def decision_of(project: Project) -> Decision | None:
    """The last decision as the trail keeps it; None where nobody decided here. One query."""
    told = Entry.objects.filter(ledger="projects.project", row=project.pk, verb=DECIDED).order_by("-id")[:2]
    moments = [read_entry(one) for one in told]
    if not moments:
        return None
    last = moments[0]
    said = {one.field: one.after or "" for moment in moments if moment.tx == last.tx for one in moment.changes}
    return Decision(last.post, last.lent, last.user, last.at, said.get("@near", ""), said.get("@reason", ""))


# -- checks of the gates --------------------------------------------------------------------------------------


def catalogue(project: Project) -> Check:
    """The class is decided and is not an eliminated one; without a decision, what the lists suggest is said."""
    if project.catalogue == Catalogue.ELIMINATED:
        return _stopped(project)
    if project.catalogue == Catalogue.UNKNOWN:
        return _undecided(screen(project))
    if project.catalogue in (Catalogue.PERMITTED, Catalogue.ENCOURAGED) and not project.catalogue_item:
        return _unlooked(screen(project).stopping)
    return Check("met")


def restricted(project: Project) -> Check:
    """Restricted and eliminated projects are stopped with the line shown; the upgrade of capacity that exists passes where its reason is told."""
    if project.catalogue == Catalogue.UNKNOWN:
        return Check("unknown", _("还没有判定产业目录类别"), PANEL)
    if project.catalogue == Catalogue.ELIMINATED:
        return _stopped(project)
    if project.catalogue == Catalogue.RESTRICTED:
        if not existing_capacity(project):
            return _stopped(project)
        if EXISTING not in project.catalogue_item:
            words = _("限制类只许改造现有产能：请用“判定产业目录类别”写明现有产能和改造内容")
            return Check("missing", words, PANEL)
        return Check("met", Said(_("限制类，现有产能改造，可以办：%(item)s"), item=project.catalogue_item))
    return catalogue(project)


def _undecided(found: Screening) -> Check:
    if found.stopping:
        words = _("还没有判定产业目录类别；像是 %(item)s，请对照原文判定")
        return Check("missing", Said(words, item=found.stopping[0].title), PANEL)
    if not found.loaded:
        url = reverse("policy-guides")
        return Check("missing", _("还没有判定产业目录类别；指导目录也未载入，系统找不出相近条目，请对照原文判定"), url)
    return Check("missing", _("还没有判定产业目录类别"), PANEL)


def _unlooked(likely: Sequence[Candidate]) -> Check:
    if not likely:
        return Check("met")
    words = _("像是 %(item)s，但没有写对照过哪一条。请用“判定产业目录类别”写明")
    return Check("missing", Said(words, item=likely[0].title), PANEL)


def _stopped(project: Project) -> Check:
    name = project.get_catalogue_display()
    if project.catalogue_item:
        return Check("missing", Said(_("属于%(name)s：%(item)s"), name=name, item=project.catalogue_item), PANEL)
    return Check("missing", Said(_("属于%(name)s，没有写是哪一条目录"), name=name), PANEL)
