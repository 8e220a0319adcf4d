"""Making the key of a project's case page, revoking it, and noting that it was used."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.actions.intake import fault
from gongxing.domains.approvals.keys import CODE_LENGTH, KEY_LENGTH, digest_of, draw
from gongxing.domains.approvals.models import CaseKey
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import reach, restrict, visible
from gongxing.kernel.action.declare import action
from gongxing.kernel.audit.write import Ctx, writing
from gongxing.kernel.clock import today
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import Actor

LEDGER, MAKE, USE = "approvals.casekey", "approvals.make_key", "approvals.use_key"
MOST_DAYS = 366
"""The longest a key may live; a construction project takes longer, and its firm is handed a new one."""


def make_key(actor: Actor, project: int, expires_on: date) -> tuple[CaseKey, str]:
    """Make the key of a project (id); an earlier one that still opens is revoked by it. Returns the row and the key, which is kept nowhere.

    No button or programme runs this but the page that shows the key: what it returns would be lost. Raises LookupError (no such visible project), Denied, Refused.
    """
    rows = Project.objects.filter(pk=project)
    if not visible(rows, actor).exists():
        raise LookupError(f"projects.project {project}")
    if not restrict(rows, reach(actor, "add", LEDGER)).exists():
        raise Denied("add", LEDGER)
    day = today()
    if not day <= expires_on <= day + timedelta(days=MOST_DAYS):
        raise fault("expires_on", "case.key_days", most=MOST_DAYS, last=(day + timedelta(days=MOST_DAYS)).isoformat())
    with writing(actor, MAKE, "") as ctx:
        row = rows.select_for_update().get()
        for old in row.case_keys.filter(revoked_on__isnull=True, expires_on__gte=day):
            ctx.update(old, revoked_on=day)
        key, salt = draw(KEY_LENGTH), draw(32)
        by = f"{actor.post.unit_name} {actor.post.title}" if actor.post else ""
        made = ctx.create(
            CaseKey(
                project=row, code=_free_code(), salt=salt, digest=digest_of(salt, key), made_on=day, made_by=by[:120], expires_on=expires_on,
                invented=row.invented,
            )
        )  # fmt: skip
    return made, key


def _free_code() -> str:
    """A code no key has; the few years of a county use up a millionth of them."""
    while True:
        code = draw(CODE_LENGTH)
        if not CaseKey.objects.filter(code=code).exists():
            return code


@action(
    label=_("作废办件钥匙"), permission="approvals.casekey.revoke", on=CaseKey, icon="key-off", tone="danger", why="optional",
    when=lambda row: row.revoked_on is None,
)  # fmt: skip
def revoke_key(ctx: Ctx, *, row: CaseKey) -> None:
    """The key opens nothing any more, and whoever is on the page is out at the next click."""
    ctx.update(row, revoked_on=today())


def note_use(row: CaseKey) -> None:
    """Keep the day on which the key was last used; once a day at most."""
    if row.last_used_on != today():
        with writing(applicant(row), USE, "") as ctx:
            ctx.update(row, last_used_on=today())


def applicant(row: CaseKey) -> Actor:
    """Who acts by a key, as the trail names it: no account, no post, the code of the key. Its rights are the key's own; no grant is asked by it."""
    return Actor(user_id=0, name=str(_("申请人（办件码 %(code)s）")) % {"code": row.code})
