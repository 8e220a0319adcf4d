"""The key by which an enterprise without an account sees the cases of its project."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.indexes import ledger_indexes


class CaseKey(Row):
    """One key of one project, made by a desk and handed over on paper. ``code`` is public and says which key; the key itself is kept as ``digest`` under
    ``salt`` only and was shown once. It opens the page until ``expires_on`` (that day included) or until it is revoked. ``made_by`` is a desk, no person."""

    scope: ClassVar[str | None] = "project__unit"
    sensitive: ClassVar[frozenset[str]] = frozenset({"salt", "digest"})

    project = models.ForeignKey("projects.Project", verbose_name=_("项目"), on_delete=models.PROTECT, related_name="case_keys")  # fmt: skip
    code = models.CharField(_("办件码"), max_length=8, unique=True, editable=False)
    salt = models.CharField(max_length=32, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    made_on = models.DateField(_("发出日"))
    made_by = models.CharField(_("发出岗位"), max_length=120)
    expires_on = models.DateField(_("有效至"))
    last_used_on = models.DateField(_("最近使用"), null=True, blank=True)
    revoked_on = models.DateField(_("作废日"), null=True, blank=True)

    class Meta:
        verbose_name = _("办件钥匙")
        indexes: ClassVar = [*ledger_indexes("approvals_casekey", sorts=("made_on",), facets=(), scope="")]  # fmt: skip

    def __str__(self) -> str:
        return self.code
