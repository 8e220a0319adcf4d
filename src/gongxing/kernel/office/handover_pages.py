"""Changes of hands on screen: choosing a post, everything open on it with where it goes, and the slip with its confirmations."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from gongxing.kernel.access.visible import may, visible
from gongxing.kernel.action.declare import action_named
from gongxing.kernel.action.perform import allowed, perform
from gongxing.kernel.audit.write import StaleRow
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import today
from gongxing.kernel.inbox.handover import lines_of, slip_for, slips
from gongxing.kernel.ledger.declare import FieldFault, ledger_named
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.ledger.store import Denied, Refused
from gongxing.kernel.office.actions.handover import GIVE, TAKE, default_days, made_on, sign_handover, signable
from gongxing.kernel.office.handing import VERB, group_of, leavers, posts_for, seen_of, write_moves
from gongxing.kernel.office.held import HeldItem, held_by
from gongxing.kernel.org.actor import Actor
from gongxing.kernel.org.models import Handover, Post, Tenure, User
from gongxing.kernel.pages.requests import acting, action_button, number_of

TARGET = "org.post"
POSTS, SLIPS, LINES, PEOPLE, PICKED = 50, 20, 100, 300, 100
TO = "to:"
NAMES = ("post", "leaver", "last_day", "successor", "first_day", "note", "why")


def _demand(actor: Actor) -> None:
    if not may(actor, VERB, TARGET):
        raise Denied(VERB, TARGET)


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": _("交接"), "url": reverse("handover")}, *({"label": label, "url": url} for label, url in more)]


def _new_url(post: Post) -> str:
    return f"{reverse('handover-new')}?{urlencode({'post': post.code})}"


@require_GET
def posts_page(request: HttpRequest) -> HttpResponse:
    """GET ?q: the posts whose handover the actor may arrange, with who holds them, and the slips, open ones first."""
    actor = acting(request)
    _demand(actor)
    q = request.GET.get("q", "").strip()[:60]
    posts = posts_for(actor).order_by("unit__path", "code")
    if q:
        held = Tenure.objects.filter(_in_force(), Q(user__name__icontains=q) | Q(user__username=q)).values("post_id")
        posts = posts.filter(Q(title__icontains=q) | Q(code__icontains=q) | Q(unit__name__icontains=q) | Q(pk__in=held))
    found = list(posts[: POSTS + 1])
    names = _holder_names(found)
    seen = visible(slips(), actor)
    waiting = list(seen.filter(state__in=("drafted", "handed")).order_by("last_day", "id")[:SLIPS])
    ended = list(seen.filter(state__in=("received", "void")).order_by("-last_day", "-id")[:SLIPS])
    context = {
        "crumbs": _crumbs()[:1],
        "q": q,
        "posts": [{"post": one, "holders": names.get(one.pk, ""), "url": _new_url(one)} for one in found[:POSTS]],
        "more": len(found) > POSTS,
        "shown": POSTS,
        "slips": [_line(one) for one in (*waiting, *ended)],
        "list_url": ledger_named("org.handover").url if may(actor, "view", "org.handover") else "",
    }
    return render(request, "office/handover_posts.html", context)


def _in_force() -> Q:
    return Q(Q(end__isnull=True) | Q(end__gte=today()), start__lte=today())


def _holder_names(posts: Sequence[Post]) -> dict[int, str]:
    """Post → who holds it today, in one query."""
    names: dict[int, list[str]] = {}
    found = Tenure.objects.filter(_in_force(), post__in=[one.pk for one in posts]).order_by("start", "id")
    for post_id, name in found.values_list("post_id", "user__name"):
        names.setdefault(post_id, []).append(name)
    return {key: _("、").join(some) for key, some in names.items()}


STATES = {"drafted": "warn", "handed": "fill", "received": "good", "void": "idle"}


def _line(slip: Handover) -> dict[str, Any]:
    return {"slip": slip, "state": STATES[slip.state], "url": reverse("handover-slip", args=[slip.pk])}


@require_http_methods(["GET", "POST"])
def hand_over_page(request: HttpRequest) -> HttpResponse:
    """GET ?post (code): everything open on it and the form. POST: hand over; refused (422) or overtaken (409) with the input kept and the
    list as it now is."""
    actor = acting(request)
    _demand(actor)
    code = (request.POST if request.method == "POST" else request.GET).get("post", "")
    post = posts_for(actor).filter(code=code).first()
    if post is None:
        raise LookupError(f"{TARGET} {code}")
    last, first = default_days()
    if request.method == "GET":
        return _form(request, post, {"last_day": last, "first_day": first}, [])
    given = {key: text.strip() for key, text in request.POST.items() if isinstance(text, str)}
    moves = {key.removeprefix(TO): text for key, text in given.items() if key.startswith(TO) and text}
    raw = {**{name: given.get(name, "") for name in NAMES}, "seen": given.get("seen", ""), "moves": write_moves(moves)}
    try:
        made: list[Handover] = perform(action_named("office.hand_over"), actor, raw)
    except Refused as refused:
        return _form(request, post, given, refused.faults)
    except StaleRow as stale:
        fault = Fault("handover.moved", title=str(stale.row._meta.verbose_name), n=1)
        return _form(request, post, given, [FieldFault("", fault)], status=409)
    n = sum(one.count for one in made)
    words = ngettext("已交接 %(n)d 件，请双方确认交接单。", "已交接 %(n)d 件，请双方确认交接单。", n) % {"n": n}
    messages.success(request, words)
    return HttpResponseRedirect(reverse("handover-slip", args=[made[0].pk]) if len(made) == 1 else reverse("handover"))


def _form(
    request: HttpRequest, post: Post, given: Mapping[str, str], faults: Sequence[FieldFault], status: int = 422
) -> HttpResponse:
    actor = acting(request)
    items = held_by(post.pk, actor)
    leaving = leavers(post.pk)
    places = _places(actor, post)
    texts = {one.column: sentence(one.fault) for one in faults}
    labels = {
        "leaver": _("移交人"),
        "last_day": _("移交人最后一天"),
        "successor": _("接任人"),
        "first_day": _("接任人第一天"),
    }
    context = {
        "crumbs": _crumbs((f"{post.unit} {post.title}", "")),
        "post": post,
        "given": given,
        "leavers": [{"user": one.user, "start": one.start, "end": one.end} for one in leaving],
        "groups": _groups(items, given),
        "count": len(items),
        "late": sum(one.late for one in items),
        "places": places if len(places) <= PICKED else [],
        "place_list": places if len(places) > PICKED else [],
        "people": _people(actor, post),
        "seen": seen_of(items),
        "errors": [
            {"field": one.column if one.column in labels else "", "label": labels.get(one.column, ""), "text": sentence(one.fault)}
            for one in faults
        ],
        "wrong": texts,
        "cancel_url": reverse("handover"),
    }  # fmt: skip
    return render(request, "office/handover.html", context, status=status if faults else 200)


def _groups(items: Sequence[HeldItem], given: Mapping[str, str]) -> list[dict[str, Any]]:
    """Items by register and field, those with most overdue first."""
    found: dict[str, list[HeldItem]] = {}
    for item in items:
        found.setdefault(group_of(item), []).append(item)
    groups = []
    for number, (key, some) in enumerate(found.items()):
        ledger = ledger_named(some[0].ledger)
        groups.append(
            {
                "name": f"{TO}{key}", "id": f"f-to-{number}", "label": str(ledger.label), "capacity": some[0].capacity, "count": len(some),
                "late": sum(one.late for one in some), "movable": any(one.movable for one in some), "to": given.get(f"{TO}{key}", ""),
                "lines": [{"item": one, "url": "" if one.covered else ledger.row_url(one.row)} for one in some[:LINES]],
                "rest": max(0, len(some) - LINES),
            }
        )  # fmt: skip
    return sorted(groups, key=lambda one: (-one["late"], one["label"], one["capacity"]))


def _places(actor: Actor, post: Post) -> list[dict[str, str]]:
    """The other posts somebody holds today, those of the same unit first."""
    found = list(posts_for(actor).exclude(pk=post.pk).order_by("unit__path", "code"))
    names = _holder_names(found)
    held = [one for one in found if one.pk in names]
    held.sort(key=lambda one: one.unit_id != post.unit_id)
    return [{"code": one.code, "label": f"{one.unit} {one.title}（{names[one.pk]}）"} for one in held]


def _people(actor: Actor, post: Post) -> list[User]:
    """Accounts to propose as successors: those the actor may see, and the holders of posts he may hand on."""
    mine = Tenure.objects.filter(_in_force(), post__in=posts_for(actor).order_by().values("pk")).values("user_id")
    seen = visible(User.objects.all(), actor).values("pk")
    found = User.objects.filter(Q(pk__in=mine) | Q(pk__in=seen), is_active=True)
    return list(found.order_by("username")[:PEOPLE])


@require_http_methods(["GET", "POST"])
def slip_page(request: HttpRequest, key: int) -> HttpResponse:
    """GET: a slip, to its parties and to those who may view it. POST side, version: its party confirms."""
    actor = acting(request)
    slip = slip_for(actor, key)
    if request.method == "GET":
        return _slip(request, slip, "")
    side, version = request.POST.get("side", ""), number_of(request.POST.get("version", ""))
    if side not in (GIVE, TAKE) or version is None:
        return _slip(request, slip, _("这一次确认没有带上版本，请刷新后再确认。"), 422)
    try:
        sign_handover(actor, key, side, version)
    except Refused as refused:
        return _slip(request, slip_for(actor, key), sentence(refused.faults[0].fault), 422)
    except StaleRow:
        return _slip(request, slip_for(actor, key), _("对方刚刚确认过，页面已是新的，请再点一次。"), 409)
    messages.success(request, _("已确认：%(title)s") % {"title": slip.number})
    return HttpResponseRedirect(reverse("handover-slip", args=[key]))


def _slip(request: HttpRequest, slip: Handover, error: str, status: int = 200) -> HttpResponse:
    actor = acting(request)
    lines = lines_of(actor, slip)
    void = action_named("office.void_handover")
    way = _crumbs((slip.number, "")) if may(actor, VERB, TARGET) else [{"label": slip.number, "url": ""}]
    context = {
        "crumbs": way,
        "slip": slip,
        "state": STATES[slip.state],
        "made": made_on(slip),
        "lines": lines[: 3 * LINES],
        "rest": max(0, len(lines) - 3 * LINES),
        "late": sum(bool(one["late"]) for one in lines),
        "signs": signable(slip, actor.user_id),
        "actions": [action_button(void, slip.pk)] if allowed(void, actor, slip) else [],
        "word_url": reverse("handover-word", args=[slip.pk]),
        "trail_url": ledger_named("org.handover").row_url(slip.pk) if visible(Handover.objects.filter(pk=slip.pk), actor).exists() else "",
        "error": error,
    }  # fmt: skip
    return render(request, "office/handover_slip.html", context, status=status)
