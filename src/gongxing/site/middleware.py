"""What every request passes: security headers, language, the acting post, and refusals turned into pages."""

from collections import deque
from collections.abc import Callable
from threading import Lock
from time import monotonic
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from gongxing.kernel.clock import now, today
from gongxing.kernel.database.patience import patience
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.org.actor import actor_for
from gongxing.kernel.org.models import User
from gongxing.kernel.org.second_factor import holds
from gongxing.site.errors import database_page, denied_page
from gongxing.site.login import PENDING, VERIFIED, password_expired

Handler = Callable[[HttpRequest], HttpResponseBase]
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:{tiles}; style-src 'self'; script-src 'self'; font-src 'self'; connect-src 'self';"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
OPEN_PATHS = ("/static/", "/login/", "/second-factor/", "/logout/", "/health/", "/language/", "/case/")
PASSWORD_PATHS = ("/password/", "/display/")
SEEN, WAY_BACK = "seen_at", "way_back"
REFRESH_SECONDS = 60
PATIENCE_SECONDS = 4.0
TURN_SECONDS, SHORTEST_WAIT = 0.25, 0.001


class Patience:
    """A person waits some seconds for another write to end, then is told so (503); only the worker waits for long."""

    def __init__(self, following: Handler) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with patience(PATIENCE_SECONDS):
            return self.following(request)


class Turn:
    """One at a time, in the order of asking; who has it for longer than ``TURN_SECONDS`` loses it to the next. A ``threading.Lock`` gives
    itself to whoever wakes first, and where everybody waits a quarter of a second at most, everybody goes at once as soon as many ask."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._holder: Lock | None = None
        self._until = 0.0
        self._waiting: deque[Lock] = deque()

    def take(self) -> Lock:
        """Wait for one's turn; what it is given back with."""
        mine = Lock()
        with self._guard:
            if self._holder is None:
                return self._pass_to(mine)
            mine.acquire()
            self._waiting.append(mine)
        while not mine.acquire(timeout=max(self._until - monotonic(), SHORTEST_WAIT)):
            with self._guard:
                if self._waiting and self._waiting[0] is mine and monotonic() >= self._until:
                    return self._pass_to(self._waiting.popleft())
        return mine

    def give_back(self, mine: Lock) -> None:
        """The next one's turn, unless it was lost meanwhile."""
        with self._guard:
            if self._holder is not mine:
                return
            self._holder = None
            if self._waiting:
                self._pass_to(self._waiting.popleft()).release()

    def _pass_to(self, following: Lock) -> Lock:
        self._holder, self._until = following, monotonic() + TURN_SECONDS
        return following


class Turns:
    """Pages of one process are made one after another: made at the same time they only take the interpreter from each other, and all
    come late. A page that takes long keeps the next waiting for a quarter of a second, no longer; what is sent in does not wait."""

    def __init__(self, following: Handler) -> None:
        self.following = following
        self.turn = Turn()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return self.following(request)
        mine = self.turn.take()
        try:
            return self.following(request)
        finally:
            self.turn.give_back(mine)


class SecurityHeaders:
    """A strict content security policy and the usual headers on every response, static files included. Pictures may come from one other
    host: that of the base map, where the county has set one."""

    def __init__(self, following: Handler) -> None:
        self.following = following
        self.policy = POLICY.format(tiles=f" {settings.TILE_HOST}" if settings.TILE_HOST else "")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.following(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
        return response


class Language:
    """The language of the page: the account's once known, else the cookie, else the county's."""

    def __init__(self, following: Handler) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.COOKIES.get("gx_lang", "")
        known = dict(settings.LANGUAGES)
        translation.activate(asked if asked in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        response = self.following(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        translation.deactivate()
        return response


class Acting:
    """Puts ``request.actor`` on every request of a logged-in account; ends idle sessions; enforces pending duties
    (second factor, password change). Only a request by a person counts as activity: polling does not keep a session alive."""

    def __init__(self, following: Handler) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = None  # type: ignore[attr-defined]
        if request.path.startswith(OPEN_PATHS):
            return self.following(request)
        user = request.user
        if user.is_authenticated:
            if self._expired(request):
                logout(request)
                return self._to_login(request)
            duty = self._duty(request)
            if duty:
                return self._to_duty(request, duty)
            request.actor = actor_for(user, today(), request.session.get("post"))  # type: ignore[attr-defined]
            return self.following(request)
        return self._to_login(request)

    def _expired(self, request: HttpRequest) -> bool:
        moment = now().timestamp()
        seen = request.session.get(SEEN, moment)
        if moment - seen > settings.SESSION_COOKIE_AGE:
            return True
        polling = request.headers.get("X-Gongxing-Poll") == "1"
        if not polling and (SEEN not in request.session or moment - seen > REFRESH_SECONDS):
            request.session[SEEN] = moment
        return False

    def _duty(self, request: HttpRequest) -> str:
        user = request.user
        assert isinstance(user, User)
        asked = user.second_factor_required or request.session.get(PENDING) or VERIFIED in request.session
        if asked and not holds(user.pk, request.session.get(VERIFIED)):
            return resolve_url("second-factor")
        if (user.must_change_password or password_expired(user)) and not request.path.startswith(PASSWORD_PATHS):
            return resolve_url("password")
        return ""

    def _to_duty(self, request: HttpRequest, duty: str) -> HttpResponseBase:
        if request.path.startswith("/api/"):
            detail = _("请先在网页上完成二次验证或修改密码：%(url)s") % {"url": duty}
            return JsonResponse({"code": "duty", "detail": detail}, status=403)
        if not request.headers.get("HX-Request"):
            request.session[WAY_BACK] = _way_back(request)
        return redirect(duty)

    def _to_login(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "login", "detail": _("请先登录。")}, status=401)
        if request.headers.get("HX-Request") or request.headers.get("X-Requested-With") == "fetch":
            answer = HttpResponse(status=401)
            answer.headers["HX-Trigger"] = "gx:login"
            answer.headers["X-Login-Url"] = resolve_url("login")
            return answer
        return redirect(f"{resolve_url('login')}?{urlencode({'next': _way_back(request)})}")


def _way_back(request: HttpRequest) -> str:
    """Where to go after logging in: the page asked for, or the page whose form was sent, so that its input can be brought back."""
    if request.method == "GET":
        return request.get_full_path()
    sent_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(sent_from)
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


class Refusals:
    """Turns Denied and LookupError raised anywhere below into the page that says who may grant, or what is not there."""

    def __init__(self, following: Handler) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.following(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if isinstance(error, Denied):
            return denied_page(request, error)
        if isinstance(error, LookupError) and not isinstance(error, KeyError | IndexError):
            raise Http404(str(error)) from error
        if isinstance(error, OperationalError):
            return database_page(request, error)
        if isinstance(error, PermissionDenied):
            return denied_page(request, Denied("view", ""))
        return None
