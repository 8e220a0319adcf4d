"""Desks are told once of a change of rules that touches cases of theirs, when it is written and, where it holds from a later day, on that day."""

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from gongxing.domains.approvals.items import PACK
from gongxing.domains.approvals.models import Case
from gongxing.domains.approvals.rule_changes import changes_of, posts_of
from gongxing.kernel.clock import today
from gongxing.kernel.events import handles
from gongxing.kernel.inbox.models import Notice
from gongxing.kernel.inbox.send import notify_all, written
from gongxing.kernel.jobs.daily import daily
from gongxing.kernel.packs.events import RulesChanged

ITEMS = "items"


@handles(RulesChanged)
def after_items(event: RulesChanged) -> None:
    """Rows of items were written."""
    if (event.pack, event.table) == (PACK, ITEMS):
        tell_desks()


@daily("approval rules")
def tell_desks() -> int:
    """A notice for each desk and change, never twice for the same one. Returns how many are new."""
    cases = Case.objects.all()
    changes = changes_of(cases, today())
    if not changes:
        return 0
    url, before = reverse("approvals-rule-changes"), Notice.objects.count()
    notify_all(
        written(
            key=f"approvals.rules:{post}:{change.key}",
            title=ngettext(
                "“%(item)s”的规定变了（%(what)s），你有 %(n)d 件在办", "“%(item)s”的规定变了（%(what)s），你有 %(n)d 件在办", n
            ) % {"item": change.name, "what": change.words[:100], "n": n},
            why=_t("因为你是承办岗位；在办件按开始那天的规定办完，新收的件按新规定"), url=f"{url}#{change.key}", post_id=post,
        )
        for (post, change), n in posts_of(cases, changes).items()
    )  # fmt: skip
    return Notice.objects.count() - before
