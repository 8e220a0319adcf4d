"""Who wrote a text: out of the trail, so that nobody reviews, clears or approves what came from the own pen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gongxing.domains.policy.checking import AGREEMENT, BATCH, CLAUSE
from gongxing.domains.policy.models import AwardLine
from gongxing.domains.policy.review_basis import DECIDING
from gongxing.kernel.audit.models import Entry
from gongxing.kernel.audit.trail import read_entry
from gongxing.kernel.org.actor import Actor

WRITTEN: Mapping[str, frozenset[str]] = {
    CLAUSE: frozenset({"name", "text", "policy", *(name for name in DECIDING if name != "policy_id")}),
    AGREEMENT: frozenset({"text"}),
    BATCH: frozenset({"title", "reason", "clause"}),
}
"""The cells that make a text."""
LINES = "policy.awardline"
OF_LINES = frozenset({"firm", "amount", "basis", "batch"})
MERGES = frozenset({"firms.merge_firms", "firms.unmerge_firms"})
"""Under these verbs a line only gets another row for the same enterprise: whoever merges two rows drew no list up."""


@dataclass(frozen=True)
class Drafters:
    """Posts and people who wrote some part of a text, newest last; ``names`` as people read them."""

    posts: frozenset[int]
    users: frozenset[int]
    names: tuple[str, ...]

    def include(self, actor: Actor) -> bool:
        """Whether this person, or any post it may act from, is among them."""
        return actor.user_id in self.users or not self.posts.isdisjoint(actor.post_ids)


def drafters(ledger: str, row: int) -> Drafters:
    """Everybody who wrote a cell of the text, from the first wording on. What the system wrote has no drafter."""
    entries = list(_entries(ledger, [row], WRITTEN[ledger]))
    if ledger == BATCH:
        entries += _entries(LINES, AwardLine.objects.filter(batch=row).values_list("pk", flat=True), OF_LINES)
    entries.sort(key=lambda one: one.pk)
    names = dict.fromkeys(f"{one.post} {one.user}".strip() for one in entries)
    posts = frozenset(one.post_id for one in entries if one.post_id is not None)
    return Drafters(posts, frozenset(one.user_id for one in entries), tuple(names))


def _entries(ledger: str, rows: Iterable[int], cells: frozenset[str]) -> Iterable[Entry]:
    found = Entry.objects.filter(ledger=ledger, row__in=list(rows)).exclude(user_id=0).exclude(verb__in=MERGES)
    return (
        one for one in found.order_by("id") if not cells.isdisjoint(change.field for change in read_entry(one).changes)
    )
