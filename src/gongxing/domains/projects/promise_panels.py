"""What stands on a promise's page beside its cells: the evidence, and the form that says it is done with a file."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gongxing.domains.projects.clocks import standing
from gongxing.domains.projects.models import Promise
from gongxing.domains.projects.sides import CLAIM
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import allowed
from gongxing.kernel.ledger.declare import Panel
from gongxing.kernel.org.actor import Actor


def promise_panels(promise: Promise, actor: Actor) -> list[Panel]:
    """The block of evidence."""
    context = {
        "file_url": reverse("promise-file", args=[promise.pk]) if promise.file_id else "", "file_name": promise.file_name,
        "claim_url": reverse("promise-claim", args=[promise.pk]) if allowed(action_named(CLAIM), actor, promise) else "",
        "page_url": reverse("promises"), "standing": standing(promise),
    }  # fmt: skip
    return [Panel("evidence", _("完成证明和对方意见"), "projects/promise_panel.html", {**context, "promise": promise})]
