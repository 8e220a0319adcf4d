"""What other pages show of the enterprise side: on a project the way to its case page and its key, on a material its files, on a case its letter."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gongxing.domains.approvals.actions.handing_in import LEDGER as MATERIAL
from gongxing.domains.approvals.actions.keys import LEDGER
from gongxing.domains.approvals.keys import is_open
from gongxing.domains.approvals.models import Case, CaseKey, Material
from gongxing.domains.approvals.pages.case_pages import LETTERS
from gongxing.domains.projects.models import Project
from gongxing.kernel.access.visible import may, reach, restrict, visible
from gongxing.kernel.clock import today
from gongxing.kernel.database.rows import Row
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.ledger.declare import Ledger, Panel, ledger_named
from gongxing.kernel.org.actor import Actor


def project_keys(project: Project, actor: Actor) -> list[Panel]:
    """The case page of a project, for who sees cases of it; the keys and the making of one, for who may."""
    makes = may(actor, "add", LEDGER) and restrict(Project.objects.filter(pk=project.pk), reach(actor, "add", LEDGER)).exists()  # fmt: skip
    if not makes and not visible(Case.objects.filter(project=project), actor).exists():
        return []
    keys = list(visible(CaseKey.objects.filter(project=project), actor).order_by("-pk")[:10]) if may(actor, "view", LEDGER) else []  # fmt: skip
    day = today()
    data = {
        "keys": [{"one": one, "url": ledger_named(LEDGER).row_url(one.pk), "open": is_open(one, day)} for one in keys],
        "page": reverse("enterprise-cases", args=[project.pk]),
        "make": reverse("case-key-make", args=[project.pk]) if makes else "",
    }
    return [Panel("case-keys", _("办件页"), "approvals/keys_panel.html", data, len(keys))]


def material_files(material: Material, actor: Actor) -> list[Panel]:
    """The files handed in for a material, the newest first."""
    files = list(StoredFile.objects.filter(ledger=MATERIAL, row=material.pk).order_by("-pk"))
    if not files:
        return []
    lines = [{"one": one, "url": reverse("case-material-file", args=[one.pk])} for one in files]
    return [Panel("files", _("交来的文件"), "approvals/files_panel.html", {"files": lines}, len(files))]


def letter_links(ledger: Ledger[Any], row: Row) -> list[dict[str, str]]:
    """The letter of a case, among the documents on its page."""
    if not isinstance(row, Case) or row.correction_on is None:
        return []
    return [
        {"label": _("一次告知书（%(kind)s）") % {"kind": label}, "url": reverse("enterprise-letter", args=[row.pk, kind]), "kind": kind}
        for kind, label in LETTERS
    ]  # fmt: skip
