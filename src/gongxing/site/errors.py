"""Pages for what cannot be done: each says what happened, why, and the way out."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gongxing.kernel.action.declare import all_actions
from gongxing.kernel.database.patience import is_busy, is_full
from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied
from gongxing.kernel.pages.extra import extra_pages


def _verb_label(verb: str) -> str:
    labels = {
        "view": _("查看"),
        "add": _("登记"),
        "change": _("修改"),
        "delete": _("删除"),
        "import": _("导入"),
        "export": _("导出"),
        "audit": _("留痕"),
    }
    return labels.get(verb, "")


def asked_for(verb: str, target: str) -> tuple[str, str]:
    """What was refused, in words: a verb of all ledgers and the ledger or page ("查看", "企业台账"), else the page or action that asks for it."""
    label = _verb_label(verb)
    if label:
        try:
            return label, str(ledger_named(target).label)
        except LookupError:  # no ledger: the page that shows it
            return label, next((str(one.label) for one in extra_pages() if one.target == target), target)
    actions = (str(one.label) for one in all_actions() if one.permission == f"{target}.{verb}")
    pages = (str(one.label) for one in extra_pages() if (one.target, one.verb) == (target, verb))
    return next(pages, next(actions, verb)), ""


def denied_page(request: HttpRequest, error: Denied) -> HttpResponseBase:
    """403: names the verb, the ledger and who may grant it."""
    verb, target = asked_for(error.verb, error.target)
    sentence = _("你的岗位没有“%(verb)s%(target)s”的权限。请向本单位管理员或县府办申请授权，授权后立即生效。") % {
        "verb": verb,
        "target": target,
    }
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "denied", "detail": sentence}, status=403)
    return render(request, "errors/403.html", {"sentence": sentence}, status=403)


def _sentence(request: HttpRequest, status: int, code: str, title: str, sentence: str) -> HttpResponse:
    """A refusal as JSON for programs, as a page for people."""
    if request.path.startswith("/api/"):
        return JsonResponse({"code": code, "detail": sentence, "faults": []}, status=status)
    return render(request, "errors/503.html", {"title": title, "sentence": sentence}, status=status)


def busy_page(request: HttpRequest) -> HttpResponse:
    """503: another write (a long import) holds the database; nothing was written, and what was typed is still in the browser."""
    sentence = _(
        "系统正在写入另一批数据（例如有人在导入），这一次没有写入任何内容。请过一两分钟返回上一页再提交，已填的内容还在。"
    )
    response = _sentence(request, 503, "busy", _("正忙，请稍后再提交"), sentence)
    response.headers["Retry-After"] = "60"
    return response


def full_page(request: HttpRequest) -> HttpResponse:
    """507: the disk of the database is full; nothing was written."""
    sentence = _("服务器磁盘已满，没有写入任何内容。请联系管理员清理磁盘后再提交。")
    return _sentence(request, 507, "full", _("磁盘已满"), sentence)


def database_page(request: HttpRequest, error: OperationalError) -> HttpResponse | None:
    """The page for what a person may be told about a failed statement: busy or full. None for anything else."""
    if is_busy(error):
        return busy_page(request)
    return full_page(request) if is_full(error) else None


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is too old (the session ended meanwhile): the input is still in the browser, so say how to go on."""
    sentence = _("这一页打开太久，安全校验已过期，没有写入任何数据。请返回上一页，刷新后重新提交，已填内容会自动带回。")
    return render(request, "errors/403.html", {"sentence": sentence}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return render(request, "errors/404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: also an upload over the limit (413 is answered by the upload handler's sentence)."""
    return render(request, "errors/400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: says that nothing was written. A busy database met outside a view (saving a session) is named for what it is."""
    error = sys.exc_info()[1]
    known = database_page(request, error) if isinstance(error, OperationalError) else None
    return known or render(request, "errors/500.html", status=500)
