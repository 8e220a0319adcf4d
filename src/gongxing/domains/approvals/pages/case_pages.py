"""What the page of the applicant without an account and that of an enterprise's account share: the cases as templates draw them, taking a file, the letter."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gongxing.domains.approvals.actions.handing_in import MOST_FILES, check_room
from gongxing.domains.approvals.actions.intake import fault
from gongxing.domains.approvals.case_view import CaseShown, cases_shown
from gongxing.domains.approvals.letter import letter_of, letter_pdf, letter_word
from gongxing.domains.approvals.models import Case, Material
from gongxing.domains.projects.evidence import ACCEPTED, MEGABYTE, MOST_BYTES
from gongxing.domains.projects.models import Project
from gongxing.domains.projects.pages.uploads import kept_upload
from gongxing.kernel.documents.pages import KINDS
from gongxing.kernel.files.store import drop
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.invented import Shown, invented_words
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.pages.requests import number_of

LETTERS = (("docx", "Word"), ("pdf", "PDF"))
Address = Callable[[int], str]
LetterAddress = Callable[[int, str], str]


def page_of(
    project: Project, cases: Sequence[Case], *, proof: Address, letter: LetterAddress, takes: bool, faults: Sequence[FieldFault] = (),
    sent: tuple[int, int] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The context of the page: ``proof`` and ``letter`` say where the proof of a clock and the letter of a case are, ``takes`` whether files may be handed in;
    ``faults`` of the last try, ``sent`` its case and material."""
    shown = cases_shown(cases)
    tried, chosen = sent or (0, 0)
    nearest = min((one for one in shown if one.next_on is not None), key=_day, default=None)
    return {
        "project": project,
        "cases": [_case(one, proof, letter, takes, [sentence(f.fault) for f in faults] if one.key == tried else []) for one in shown],
        "lacking": sum(one.missing for one in shown), "nearest": nearest, "chosen": chosen, "accept": ACCEPTED, "limit": MOST_BYTES // MEGABYTE, "most": MOST_FILES,
        "warning": invented_words([Shown(_("审批件"), sum(one.invented for one in cases), len(cases))]) if cases else "",
        "error": [sentence(f.fault) for f in faults] if tried == 0 else [],
    }  # fmt: skip


def _day(one: CaseShown) -> str:
    return one.next_on.isoformat() if one.next_on is not None else ""


def _case(one: CaseShown, proof: Address, letter: LetterAddress, takes: bool, errors: list[str]) -> dict[str, Any]:
    return {
        "one": one,
        "clocks": [{"one": clock, "proof": proof(clock.key)} for clock in one.clocks],
        "letters": [{"label": label, "url": letter(one.key, kind)} for kind, label in LETTERS] if one.has_letter else [],
        "takes": takes and one.takes_files and bool(one.materials),
        "errors": errors,
    }  # fmt: skip


def take_upload(
    request: HttpRequest, actor: Actor, cases: Sequence[Case], hand: Callable[[int, int], object]
) -> tuple[Material, Refused | None]:
    """Keep the file that was sent and hand it in for the material that was chosen, by ``hand(material, file)``. Returns the material and, where it was refused, why;
    nothing of a refused file stays. Raises LookupError for a material of another project, Refused where no material was chosen."""
    key = number_of(request.POST.get("material", ""))
    if key is None:
        raise fault("material", "case.which_material")
    material = Material.objects.select_related("case").filter(pk=key, case__in=[one.pk for one in cases]).first()
    if material is None:
        raise LookupError(f"approvals.material {key}")
    stored = None
    try:
        check_room(material.case)
        stored = kept_upload(request, actor)
        if stored is None:
            raise fault("file", "case.file_needed")
        hand(material.pk, stored.pk)
    except Refused as refused:
        if stored is not None:
            drop(stored)
        return material, refused
    return material, None


def letter_answer(case: Case | None, kind: str) -> HttpResponse:
    """The letter of a case as a file. LookupError for no case, no letter, or another kind of file."""
    if case is None or kind not in dict(LETTERS):
        raise LookupError(f"letter {kind}")
    letter = letter_of(case)
    made = letter_word(letter) if kind == "docx" else letter_pdf(letter)
    answer = HttpResponse(made, content_type=KINDS[kind])
    name = quote(f"{letter.title}-{case.name or case.item}.{kind}")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
