"""The county's own edits of pack rows: an overlay over the shipped files, row by row and dated."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxing.kernel.database.rows import Row


class PackEdit(Row):
    """One row of one pack table as the county wants it from ``valid_from`` on.

    ``values`` holds every declared column as text. With ``withdrawn`` the row does not exist for the county in that time.
    An edit outranks the shipped row with the same key wherever their dates overlap.
    """

    scope: ClassVar[str | None] = None

    pack = models.CharField(_("规则包"), max_length=40)
    table = models.CharField(_("表"), max_length=40)
    row_key = models.CharField(_("主键"), max_length=160)
    values = models.JSONField(_("内容"), default=dict)
    valid_from = models.DateField(_("生效"), null=True, blank=True)
    valid_to = models.DateField(_("失效"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=300)
    status = models.CharField(_("核实情况"), max_length=20, default="local")
    withdrawn = models.BooleanField(_("停用"), default=False)

    class Meta:
        verbose_name = _("规则修改")
        indexes: ClassVar = [models.Index(fields=["pack", "table", "row_key"])]

    def __str__(self) -> str:
        return f"{self.pack}/{self.table}/{self.row_key}"
