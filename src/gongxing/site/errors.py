"""Pages for what cannot be done: each says what happened, why, and the way out."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gongxing.kernel.ledger.declare import ledger_named
from gongxing.kernel.ledger.store import Denied


def _verb_label(verb: str) -> str:
    labels = {
        "view": _("查看"),
        "add": _("登记"),
        "change": _("修改"),
        "delete": _("删除"),
        "import": _("导入"),
        "export": _("导出"),
    }
    return labels.get(verb, verb)


def denied_page(request: HttpRequest, error: Denied) -> HttpResponseBase:
    """403: names the verb, the ledger and who may grant it."""
    try:
        target = str(ledger_named(error.target).label)
    except LookupError:
        target = error.target
    sentence = _("你的岗位没有“%(verb)s%(target)s”的权限。请向本单位管理员或县府办申请授权，授权后立即生效。") % {
        "verb": _verb_label(error.verb),
        "target": target,
    }
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "denied", "detail": sentence}, status=403)
    return render(request, "errors/403.html", {"sentence": sentence}, status=403)


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
    """500: says that nothing was written."""
    return render(request, "errors/500.html", status=500)
