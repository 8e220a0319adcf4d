"""What follows when texts, lists or rules change: findings brought to what stands now, so a lost event is harmless."""

from django.urls import reverse
from django.utils.translation import gettext as _t

from gongxing.domains.policy.actions.findings import batches_of, check_some
from gongxing.domains.policy.checking import AGREEMENT, BATCH, CLAUSE
from gongxing.domains.policy.drafting import drafters
from gongxing.domains.policy.fields import FIRM
from gongxing.domains.policy.jobs import CHECK, queue_check, queue_columns
from gongxing.domains.policy.models import AwardLine, Finding
from gongxing.domains.policy.register import READS
from gongxing.domains.policy.review_rules import PACK
from gongxing.kernel.audit.events import RowsWritten
from gongxing.kernel.audit.write import writing
from gongxing.kernel.events import handles
from gongxing.kernel.inbox.send import notify
from gongxing.kernel.org.actor import SYSTEM
from gongxing.kernel.packs.events import RulesChanged

AT_ONCE, MANY = 200, 20
LINE, FINDING = "policy.awardline", "policy.finding"
CONFIRM = "policy.confirm_finding"
READ = (CLAUSE, AGREEMENT, BATCH, LINE, FINDING)


@handles(RowsWritten)
def after_write(event: RowsWritten) -> None:
    """The texts just written are checked, and the batches under a clause that was written or decided on; many are left to a job."""
    touched = {name: event.rows[name] for name in READ if name in event.rows}
    if event.verb == CHECK or not touched:
        return
    if any(ids is None for ids in touched.values()) or sum(len(ids or ()) for ids in touched.values()) > AT_ONCE:
        queue_check(event.user_id or 0)
        return
    ids = {name: set(found or ()) for name, found in touched.items()}
    lines = AwardLine.objects.filter(pk__in=ids.get(LINE, ())).values_list("batch_id", flat=True)
    decided = Finding.objects.filter(pk__in=ids.get(FINDING, ()), ledger=CLAUSE).values_list("row", flat=True)
    clauses = ids.get(CLAUSE, set())
    batches = {*ids.get(BATCH, ()), *lines, *batches_of({*clauses, *decided})}
    with writing(SYSTEM, CHECK, "") as ctx:
        for name, wanted in ((CLAUSE, clauses), (AGREEMENT, ids.get(AGREEMENT, set())), (BATCH, batches)):
            if wanted:
                check_some(ctx, name, sorted(wanted))


@handles(RowsWritten)
def after_confirming(event: RowsWritten) -> None:
    """Whoever wrote a text hears that a reviewer found a breach in it, once for each decision."""
    if event.verb != CONFIRM:
        return
    for one in Finding.objects.filter(pk__in=event.rows.get(FINDING) or (), state=Finding.State.CONFIRMED):
        title = _t("公平竞争审查确认违反：%(subject)s") % {"subject": one.subject}
        why = _t("因为文字是你的岗位起草的；请照审查意见改：%(reason)s") % {"reason": one.reason}
        url = f"{reverse('policy-findings')}?text={one.ledger}:{one.row}"
        for post in sorted(drafters(one.ledger, one.row).posts):
            notify(key=f"finding:{one.pk}:{one.version}:{post}", title=title, why=why, url=url, post_id=post)


@handles(RowsWritten)
def after_many(event: RowsWritten) -> None:
    """After an import into the registers of the firms the columns of the matching are read by a job, not by the first reader. After a row or two they are
    not: whoever works through a list would have them read again and again."""
    written = [event.rows[name] for name in READS[FIRM] if name in event.rows]
    if any(ids is None for ids in written) or sum(len(ids or ()) for ids in written) >= MANY:
        queue_columns()


@handles(RulesChanged)
def after_rules(event: RulesChanged) -> None:
    """Other rules read every text anew."""
    if event.pack == PACK:
        queue_check(event.user_id)
