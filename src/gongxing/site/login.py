"""Log-in with lock-out, TOTP second factor, password change.

Nothing here but a change of password writes to the facts: sessions, lock-outs and second factors live in ``ops``.
"""

from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gongxing.kernel.audit.write import writing
from gongxing.kernel.clock import now
from gongxing.kernel.org.models import SecondFactor, User
from gongxing.kernel.org.second_factor import Verdict, config_url, factor_of, unbound_factor, verify
from gongxing.kernel.pages.requests import acting

COOL_OFF_MINUTES = 15
MAX_INPUT = 200
PENDING, VERIFIED = "otp_pending", "second_factor"
"""Session keys: the second factor is still to be shown; the factor that was."""


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or reverse("home")
    allowed = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if allowed else reverse("home")


@sensitive_post_parameters("password")
@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: log in; the same sentence for a wrong name and a wrong password."""
    context: dict[str, Any] = {"next": _next(request), "username": "", "error": "", "accounts": demo_accounts()}
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect("home")
        return render(request, "registration/login.html", context)
    username = request.POST.get("username", "").strip()[:MAX_INPUT]
    user = authenticate(request, username=username, password=request.POST.get("password", "")[:MAX_INPUT])
    if user is None:
        if getattr(request, "axes_locked_out", False):
            return locked_out(request, {})
        context |= {"username": username, "error": _("账号或密码不对。连续错 5 次会锁定 15 分钟。")}
        return render(request, "registration/login.html", context, status=401)
    login(request, user)
    request.session.pop("seen_at", None)
    if factor_of(int(user.pk)) is not None:
        request.session[PENDING] = True
    return HttpResponseRedirect(_next(request))


def client_address(request: HttpRequest) -> str:
    """Whose computer it is, for lock-outs. Behind a proxy (``https``) the address that the outermost of our own proxies saw: counted from
    the right of X-Forwarded-For, because whatever stands left of it the client can write itself."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if not settings.PROXIES or not hops:
        return peer
    seen = hops[-min(settings.PROXIES, len(hops))]
    host = (
        seen.partition("]")[0].lstrip("[")
        if seen.startswith("[")
        else seen.partition(":")[0]
        if seen.count(":") == 1
        else seen
    )
    try:
        return str(ip_address(host))
    except ValueError:
        return peer


def locked_out(request: HttpRequest, credentials: Any, *args: Any) -> HttpResponse:
    """Too many wrong passwords from here for this account."""
    sentence = _("密码连续错了 %(n)d 次，这个账号在本机上锁定 %(minutes)d 分钟。忘记密码请找本单位管理员重置。") % {
        "n": settings.AXES_FAILURE_LIMIT,
        "minutes": COOL_OFF_MINUTES,
    }
    context = {"next": _next(request), "username": "", "error": sentence, "accounts": [], "locked": True}
    return render(request, "registration/login.html", context, status=429)


def demo_accounts() -> list[dict[str, str]]:
    """In a demo county: one account per role, shown on the log-in page."""
    if not settings.DEMO:
        return []
    rows = User.objects.filter(invented=True, is_active=True).order_by("id")[:30]
    return [{"username": row.username, "name": row.name} for row in rows]


@never_cache
@require_http_methods(["POST"])
def logout_page(request: HttpRequest) -> HttpResponse:
    """POST: end the session."""
    logout(request)
    return redirect("login")


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """The six digits of the authenticator. Wrong ones are throttled by the device itself."""
    user = request.user
    if not isinstance(user, User):
        return redirect("login")
    factor = factor_of(user.pk)
    if factor is None:
        request.session.pop(PENDING, None)  # removed since the log-in: a lost phone
        return redirect("second-factor-setup" if user.second_factor_required else "home")
    context: dict[str, Any] = {"error": "", "setup": False}
    if request.method == "POST":
        verdict = verify(factor.pk, request.POST.get("token", "").strip()[:12])
        if verdict is Verdict.RIGHT:
            return _verified(request, factor)
        context["error"] = (
            _("错得太多，请稍等一会儿再试。")
            if verdict is Verdict.WAIT
            else _("验证码不对或已过期，请输入手机上现在显示的 6 位数字。")
        )
        return render(request, "registration/otp.html", context, status=401)
    return render(request, "registration/otp.html", context)


def _verified(request: HttpRequest, factor: SecondFactor) -> HttpResponse:
    request.session.cycle_key()
    request.session[VERIFIED] = factor.pk
    request.session.pop(PENDING, None)
    return HttpResponseRedirect(request.session.pop("way_back", reverse("home")))


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def second_factor_setup(request: HttpRequest) -> HttpResponse:
    """Bind an authenticator: a QR code drawn here, confirmed by one right token."""
    user = request.user
    if not isinstance(user, User):
        return redirect("login")
    if factor_of(user.pk) is not None:
        return redirect("second-factor")
    factor = unbound_factor(user.pk)
    context: dict[str, Any] = {
        "error": "", "setup": True, "svg": _qr(config_url(factor, user)), "secret": factor.secret,
    }  # fmt: skip
    if request.method == "POST":
        verdict = verify(factor.pk, request.POST.get("token", "").strip()[:12], binding=True)
        if verdict is Verdict.RIGHT:
            messages.success(request, _("二次验证已启用，下次登录要输入验证码。"))
            return _verified(request, factor)
        context["error"] = (
            _("错得太多，请稍等一会儿再试。")
            if verdict is Verdict.WAIT
            else _("验证码不对，请核对手机时间后再输一次。")
        )
        return render(request, "registration/otp.html", context, status=401)
    return render(request, "registration/otp.html", context)


def _qr(text: str) -> str:
    return str(segno.make(text, error="m").svg_inline(scale=4, omitsize=False, svgclass=None, lineclass=None))


@sensitive_post_parameters()
@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def password_page(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the old one is asked, the rules are on the page."""
    user = User.objects.get(pk=int(request.user.pk or 0))
    context: dict[str, Any] = {
        "rules": password_validators_help_texts(), "errors": [], "crumbs": [], "reason": _why_now(user),
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "registration/password.html", context)
    errors = _password_faults(
        user, request.POST.get("old", ""), request.POST.get("new", ""), request.POST.get("again", "")
    )
    if errors:
        return render(request, "registration/password.html", {**context, "errors": errors}, status=422)
    with writing(acting(request), "password", "") as ctx:
        ctx.update(user, password=make_password(request.POST["new"]), must_change_password=False, password_set_at=now())
    update_session_auth_hash(request, user)
    messages.success(request, _("密码已修改。"))
    return redirect("home")


def password_expired(user: User) -> bool:
    """Whether the password is older than ``password_days`` (0: it never expires)."""
    if not settings.PASSWORD_DAYS or user.password_set_at is None:
        return False
    return now() >= user.password_set_at + timedelta(days=settings.PASSWORD_DAYS)


def _why_now(user: User) -> str:
    if user.must_change_password:
        return _("这是管理员设置的密码，请改成只有你自己知道的密码，改后才能继续。")
    if password_expired(user):
        return _("这个密码已用满 %(days)d 天，请换一个新密码，换后才能继续。") % {"days": settings.PASSWORD_DAYS}
    return ""


def _password_faults(user: User, old: str, new: str, again: str) -> list[dict[str, str]]:
    faults = []
    if not check_password(old, user.password):
        faults.append({"field": "old", "label": _("原密码"), "text": _("原密码不对。")})
    if new and check_password(new, user.password):
        faults.append({"field": "new", "label": _("新密码"), "text": _("新密码和原密码一样，请换一个。")})
    if new != again:
        faults.append({"field": "again", "label": _("再输一次"), "text": _("两次输入的新密码不一样。")})
    try:
        validate_password(new, user)
    except ValidationError as error:
        faults.append({"field": "new", "label": _("新密码"), "text": " ".join(error.messages)})
    return faults
