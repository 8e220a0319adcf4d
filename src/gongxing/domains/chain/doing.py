"""What is to be done on a link: 补链, 强链, 延链 or 固链 (rulebook 1.8). The engine derives it; what a person chose outranks it, and the
derived act stays beside it. Of a past day both are those of that day: the choice is a cell of the link and comes out of the trail.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gongxing.domains.chain.models import Node
from gongxing.domains.chain.words import ACTS, STATES
from gongxing.engines.chain import NodeGrade

ABSENT, PRESENT = frozenset({"missing", "filling"}), frozenset({"weak", "normal", "strong"})


@dataclass(frozen=True)
class Doing:
    """``act`` is in force, ``derived`` what the system says, both by code ("" none). ``by``, ``why`` and ``on`` of a choice; ``odd`` says
    what makes it an unusual one ("" when nothing does)."""

    act: str
    derived: str
    state: str
    by: str = ""
    why: str = ""
    on: date | None = None
    odd: str = ""

    @property
    def chosen(self) -> bool:
        """Whether somebody chose it."""
        return bool(self.by)

    @property
    def label(self) -> str:
        """The act in force; "" when there is none."""
        return str(ACTS[self.act]) if self.act else ""

    @property
    def derived_label(self) -> str:
        """What the system says, in words also where it says nothing."""
        if self.derived:
            return str(ACTS[self.derived])
        return _("状态未知，推不出") if self.state == "unknown" else _("不用专门招引")

    @property
    def mark(self) -> str:
        """That somebody chose it, and what the system says; "" for what was derived."""
        return _("人工指定；系统推出：%(act)s") % {"act": self.derived_label} if self.chosen else ""

    @property
    def words(self) -> str:
        """The act in force with its mark, for a cell of a table."""
        return _("%(text)s（%(more)s）") % {"text": self.label, "more": self.mark} if self.chosen else self.label

    @property
    def said(self) -> str:
        """Who chose it, when and why; "" for what was derived."""
        if self.on is None:
            return ""
        return _("%(by)s 于 %(on)s 指定为%(act)s：%(why)s") % {
            "by": self.by, "on": self.on.isoformat(), "act": self.label, "why": self.why,
        }  # fmt: skip


def doing(node: Node, grade: NodeGrade) -> Doing:
    """What is to be done on a link, by the row and the grade of one day."""
    derived, state = grade.acts.act or "", grade.presence.state
    if node.chosen_act not in ACTS:
        return Doing(derived, derived, state)
    odd = _odd(node.chosen_act, grade)
    return Doing(node.chosen_act, derived, state, node.chosen_by or "—", node.chosen_why, node.chosen_on, odd)


def _odd(act: str, grade: NodeGrade) -> str:
    """What of the link's state speaks against the act; nothing unknown does."""
    state = grade.presence.state
    words = {"state": STATES[state], "act": ACTS[act]}
    if act in (Node.Act.FILL, Node.Act.EXTEND) and state in PRESENT:
        return _("留意：本地已有企业在做（%(state)s），通常不用%(act)s") % words
    if act == Node.Act.STRENGTHEN and state in ABSENT:
        return _("留意：本地还没有企业在做（%(state)s），谈不上%(act)s") % words
    if act == Node.Act.STRENGTHEN and state == "strong":
        return _("留意：本地已是%(state)s，通常不用%(act)s") % words
    if act == Node.Act.SECURE and grade.figures.single_source is False:
        return _("留意：知道的来源不止一个，通常不用%(act)s") % words
    return ""
