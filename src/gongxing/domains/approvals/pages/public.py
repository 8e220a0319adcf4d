"""The case page without an account: its door (code and key), the cases of the project, the proof of a clock, the letter, and handing in a file.

Who has shown the right code and key carries a signed cookie of half an hour that names the key, no account; every page asks again whether that key still opens.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongxing.domains.approvals import key_locks
from gongxing.domains.approvals.actions.handing_in import hand_in_by_key
from gongxing.domains.approvals.actions.keys import applicant, note_use
from gongxing.domains.approvals.keys import CODE_LENGTH, is_open, opened_by, plain
from gongxing.domains.approvals.models import Case, CaseKey
from gongxing.domains.approvals.pages.case_pages import letter_answer, page_of, take_upload
from gongxing.kernel.clock import today
from gongxing.kernel.deadlines.limits import provisional_words
from gongxing.kernel.deadlines.models import Deadline
from gongxing.kernel.deadlines.proof_words import proof_lines
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.pages.requests import number_of

COOKIE, SALT, SECONDS, PLACE = "gx_case", "approvals.case_page", 30 * 60, "/case/"


@sensitive_post_parameters("key")
@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """GET: the form; ?code fills the code in. POST: the page of the project; 401 with one sentence, whichever of the two was wrong; 429 after too many."""
    if request.method == "GET":
        ended = _("已离开太久，或者钥匙已失效，请再输入一次。") if request.GET.get("ended") else ""
        return _door(request, plain(request.GET.get("code", ""))[:CODE_LENGTH], ended, 200)
    code = plain(request.POST.get("code", ""))[: CODE_LENGTH + 1]
    if key_locks.shut(request, code):
        return _locked(request, code)
    row = opened_by(code, request.POST.get("key", ""), today())
    if row is None:
        key_locks.failed(request, code)
        if key_locks.shut(request, code):
            return _locked(request, code)
        said = _("办件码或钥匙不对，也可能已经失效。请照发给你的纸核对；连续错 %(n)d 次会锁定 %(minutes)d 分钟。") % {
            "n": settings.AXES_FAILURE_LIMIT, "minutes": key_locks.minutes(),
        }  # fmt: skip
        return _door(request, code, said, 401)
    key_locks.succeeded(request, code)
    note_use(row)
    return _remembered(HttpResponseRedirect(reverse("case-page", args=[row.code])), row)


def _door(request: HttpRequest, code: str, error: str, status: int) -> HttpResponse:
    return _quiet(render(request, "approvals/case_door.html", {"code": code, "error": error}, status=status))


def _locked(request: HttpRequest, code: str) -> HttpResponse:
    said = _("错得太多，这里锁定 %(minutes)d 分钟，到时再试。钥匙丢了请找发给你的窗口重发。") % {
        "minutes": key_locks.minutes()
    }
    return _door(request, code, said, 429)


def _quiet(answer: HttpResponse) -> HttpResponse:
    """Nothing of this is for search engines, nor for the address line of another site."""
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _remembered(answer: HttpResponse, row: CaseKey) -> HttpResponse:
    answer.set_signed_cookie(
        COOKIE, str(row.pk), salt=SALT, max_age=SECONDS, path=PLACE, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return _quiet(answer)


def _held(request: HttpRequest, code: str) -> CaseKey | None:
    """The key this browser has shown within half an hour, if it is that of this page and still opens."""
    key = number_of(request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=SECONDS) or "")
    if key is None:
        return None
    row = CaseKey.objects.select_related("project__firm").filter(pk=key, code=code).first()
    return row if row is not None and is_open(row, today()) else None


def _to_door(code: str) -> HttpResponse:
    answer = HttpResponseRedirect(f"{reverse('case-door')}?{urlencode({'code': code, 'ended': '1'})}")
    answer.delete_cookie(COOKIE, path=PLACE)
    return _quiet(answer)


def _gone(request: HttpRequest, row: CaseKey) -> HttpResponse:
    """404 in the frame of this page: whoever is here knows nothing of the site's registers."""
    return _remembered(render(request, "approvals/case_gone.html", {"held": row}, status=404), row)


def _cases(row: CaseKey) -> QuerySet[Case]:
    """The cases of the key's own project, and of no other."""
    return Case.objects.filter(project_id=row.project_id).select_related("post__unit").order_by("-received_on", "-pk")


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def case_page(request: HttpRequest, code: str) -> HttpResponse:
    """GET: the cases of the project. POST (material, file): hand a file in; 422 with the reason where it is refused."""
    row = _held(request, code)
    if row is None:
        return _to_door(code)
    cases = list(_cases(row))
    if request.method == "GET":
        return _page(request, row, cases)
    try:
        material, refused = take_upload(
            request, applicant(row), cases, lambda material, file: hand_in_by_key(row, material, file)
        )
    except LookupError:
        return _gone(request, row)
    except Refused as nothing:
        return _page(request, row, cases, {"faults": nothing.faults})
    if refused is not None:
        return _page(request, row, cases, {"faults": refused.faults, "sent": (material.case_id, material.pk)})
    messages.success(request, _("已交：%(material)s。窗口已收到通知。") % {"material": material.name})
    return _remembered(HttpResponseRedirect(f"{reverse('case-page', args=[code])}#case-{material.case_id}"), row)


def _page(request: HttpRequest, row: CaseKey, cases: list[Case], tried: dict[str, Any] | None = None) -> HttpResponse:
    context = page_of(
        row.project, cases, takes=True, proof=lambda key: reverse("case-clock", args=[row.code, key]),
        letter=lambda key, kind: reverse("case-letter", args=[row.code, key, kind]), **(tried or {}),
    )  # fmt: skip
    context |= {"frame": "approvals/public_base.html", "held": row}
    return _remembered(render(request, "approvals/case_page.html", context, status=422 if tried else 200), row)


@never_cache
@require_GET
def clock_page(request: HttpRequest, code: str, key: int) -> HttpResponse:
    """GET: one clock of the project's cases day by day. 404 for a clock of anything else."""
    row = _held(request, code)
    if row is None:
        return _to_door(code)
    clock = Deadline.objects.filter(pk=key, ledger="approvals.case", row__in=_cases(row).values("pk")).first()
    if clock is None:
        return _gone(request, row)
    context = {
        "held": row, "clock": clock, "due": timezone.localtime(clock.due_at), "days": proof_lines(clock), "provisional": provisional_words(clock),
        "still": clock.pauses.filter(end__isnull=True).exists(),
    }  # fmt: skip
    return _remembered(render(request, "approvals/case_clock.html", context), row)


@never_cache
@require_GET
def letter_file(request: HttpRequest, code: str, key: int, kind: str) -> HttpResponse:
    """GET: the letter of one of the project's cases. 404 for any other case, and where nothing was told to be lacking."""
    row = _held(request, code)
    if row is None:
        return _to_door(code)
    case = _cases(row).select_related("project__firm").filter(pk=key).first()
    try:
        return _remembered(letter_answer(case, kind), row)
    except LookupError:
        return _gone(request, row)


@csrf_protect
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """POST: forget the key in this browser."""
    answer = HttpResponseRedirect(reverse("case-door"))
    answer.delete_cookie(COOKIE, path=PLACE)
    return answer
