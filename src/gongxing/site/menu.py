"""The left navigation: my things, the base register, the seven stages 谋招落批建服考, and what administrators need.

What one may open is a link under the seal of its stage. A stage with nothing to open yet is a quiet line in its place, so that the way
from 谋 to 考 is read at a glance and stays where it is when its pages come.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.apps import apps
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gongxing.kernel.access.visible import Permissions, permissions
from gongxing.kernel.ledger.declare import all_ledgers
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.extra import extra_pages

STAGES = (
    ("谋", gettext_lazy("产业谋划")),
    ("招", gettext_lazy("招商引资")),
    ("落", gettext_lazy("园区落地")),
    ("批", gettext_lazy("审批服务")),
    ("建", gettext_lazy("建设调度")),
    ("服", gettext_lazy("企业服务")),
    ("考", gettext_lazy("考核评价")),
)
OFFICE = "office"
REMEMBERED = 1000


@dataclass(frozen=True)
class Item:
    """One link."""

    label: str
    url: str
    icon: str
    exact: bool = False
    domain: str = ""

    def holds(self, path: str) -> bool:
        """Whether a page lies under this link."""
        return path == self.url if self.exact else path.startswith(self.url)


@dataclass(frozen=True)
class Part:
    """Links of one domain within a group; ``label`` is "" where the group has only one."""

    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Group:
    """Links under one heading. ``seal`` is the character of a stage, "" for the base and the office."""

    seal: str
    label: str
    items: tuple[Item, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The links by domain, where a stage has several: a long list is read by its headings."""
        domains = list(dict.fromkeys(item.domain for item in self.items))
        if not self.seal or len(domains) < 2:
            return (Part("", self.items),)
        return tuple(Part(one, tuple(item for item in self.items if item.domain == one)) for one in domains)


def menu_for(path: str, actor: Actor) -> SafeString:
    """The navigation as markup, with the page's own link marked. Drawn once for each set of permissions, language and marked link."""
    held, language = permissions(actor), get_language() or ""
    holding = [item.url for group in groups_for(held, language) for item in group.items if item.holds(path)]
    marked = max(holding, key=len, default="")  # a page below another page's address is not that page
    return _drawn(held, language, (marked,))


@lru_cache(maxsize=REMEMBERED)
def _drawn(held: Permissions, language: str, marked: tuple[str, ...]) -> SafeString:
    return render_to_string("partials/menu.html", {"groups": groups_for(held, language), "marked": marked})


def _domain(ledger: str) -> str:
    """The name of the domain a register belongs to."""
    return str(apps.get_app_config(ledger.split(".")[0]).verbose_name)


@lru_cache(maxsize=REMEMBERED)
def groups_for(held: Permissions, language: str) -> tuple[Group, ...]:
    """What these permissions open, in order; ``language`` is that of the labels."""
    found: dict[str, list[Item]] = {"": [Item(_("我的事项"), reverse("home"), "checklist", exact=True)]}
    for one in all_ledgers():
        if one.in_menu and held.may("view", one.name):
            found.setdefault(one.stage, []).append(Item(str(one.label), one.url, one.icon, domain=_domain(one.name)))
    for extra in extra_pages():
        if extra.in_menu and held.may(extra.verb, extra.target):
            item = Item(str(extra.label), reverse(extra.url_name), extra.icon, domain=_domain(extra.target))
            items = found.setdefault(extra.stage, [])
            before = [place for place, one in enumerate(items) if one.domain == item.domain][:1] if extra.first else []
            items.insert(before[0] if before else len(items), item)
    groups = [Group("", "", tuple(found[""]))]
    groups += [Group(seal, str(label), tuple(found.get(seal, ()))) for seal, label in STAGES]
    if found.get(OFFICE):
        groups.append(Group("", _("管理"), tuple(found[OFFICE])))
    return tuple(groups)
