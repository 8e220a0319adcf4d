"""How the site looks to one account: theme, size, language, and the post it acts from."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from gongxing.kernel.org.models import User
from gongxing.kernel.pages.requests import acting

THEMES, SIZES = ("light", "dark"), ("normal", "large")
YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next") or request.headers.get("Referer", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    return HttpResponseRedirect(target)


def _remember(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(
        name, value, max_age=YEAR, samesite="Lax", httponly=False, secure=settings.SESSION_COOKIE_SECURE
    )
    return response


@require_POST
def save_display(request: HttpRequest) -> HttpResponse:
    """POST theme and/or size: kept on the server for the account, and in a cookie for the log-in page."""
    response = HttpResponse(status=204) if request.headers.get("X-Requested-With") == "fetch" else _back(request)
    values = {}
    if request.POST.get("theme") in THEMES:
        values["theme"] = request.POST["theme"]
        _remember(response, "gx_theme", values["theme"])
    if request.POST.get("size") in SIZES:
        values["size"] = request.POST["size"]
        _remember(response, "gx_size", values["size"])
    if values and request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(**values)
    return response


@require_POST
def save_language(request: HttpRequest) -> HttpResponse:
    """POST language: zh-hans or en."""
    response = _back(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        _remember(response, "gx_lang", language)
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=language)
    return response


@require_POST
def choose_post(request: HttpRequest) -> HttpResponse:
    """POST post: act from another post one holds today."""
    wanted = request.POST.get("post", "")
    if wanted.isdecimal() and int(wanted) in acting(request).post_ids:
        request.session["post"] = int(wanted)
    return _back(request)
