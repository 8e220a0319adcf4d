"""The declaration of the keys of case pages."""

from django.utils.translation import gettext_lazy as _

from gongxing.domains.approvals.models import CaseKey
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import Ledger, ledger


@ledger
class CaseKeyLedger(Ledger[CaseKey]):
    """The keys handed out for the case pages of projects: which, when, by which desk, until when. The keys themselves are nowhere."""

    model = CaseKey
    label = _("办件钥匙")
    stage = "批"
    icon = "key"
    key, title, order = "code", "code", "-made_on"
    related = ("project__unit",)
    searchable = False
    in_menu = False
    verbs = frozenset({"export"})
    columns = (
        Column("code", _("办件码"), editable=False, max_length=8),
        Column("project", _("项目"), Kind.REFERENCE, target="projects.project", editable=False),
        Column("made_on", _("发出日"), Kind.DATE, sort=True, editable=False),
        Column("made_by", _("发出岗位"), editable=False, max_length=120),
        Column("expires_on", _("有效至"), Kind.DATE, editable=False),
        Column("last_used_on", _("最近使用"), Kind.DATE, editable=False),
        Column("revoked_on", _("作废日"), Kind.DATE, editable=False),
    )
