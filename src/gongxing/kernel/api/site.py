"""One router per ledger, one operation per action; shapes from the declarations, rules from the same validators."""

from collections.abc import Callable
from http.client import responses
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import SessionAuth
from pydantic import ConfigDict, create_model
from pydantic.json_schema import models_json_schema

from gongxing.kernel.access.visible import may, permissions, reach
from gongxing.kernel.action.declare import Action, all_actions
from gongxing.kernel.action.perform import perform
from gongxing.kernel.audit.write import StaleRow, cell_text
from gongxing.kernel.cells.fault import Fault as CellFault
from gongxing.kernel.ledger.column import Column, Kind
from gongxing.kernel.ledger.declare import FieldFault, Ledger, all_ledgers
from gongxing.kernel.ledger.faults import add_sentences, sentence
from gongxing.kernel.ledger.listing import build, read_state
from gongxing.kernel.ledger.masks import Masks
from gongxing.kernel.ledger.store import Conflict, Denied, Refused, save
from gongxing.kernel.pages.detail import visible_row
from gongxing.kernel.pages.requests import acting

Scalar = str | int | float | bool | None
Cell = Scalar | list[str]


class Fault(Schema):
    """One refusal: the column ("" for the whole row), its code and the sentence people read."""

    column: str
    code: str
    text: str


class Refusal(Schema):
    """Why a request was refused. Nothing was written."""

    code: str
    detail: str
    faults: list[Fault] = []


class RowOut(Schema):
    """A row: id, version and the declared columns as text (None is unknown)."""

    id: int
    version: int
    cells: dict[str, Cell]


class PageOut(Schema):
    """A page of rows; ``next`` and ``previous`` are query strings, empty at the ends."""

    rows: list[RowOut]
    next: str
    previous: str


class Done(Schema):
    """An action ran; ``id`` is the row it made or changed, where there is one."""

    done: bool
    id: int | None = None


class ActorAuth(SessionAuth):
    """The session's actor, as the middleware found it."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return getattr(request, "actor", None)


ANSWERS: tuple[type[Schema], ...] = (RowOut, PageOut, Done, Refusal)
REFER = "#/components/schemas/{model}"


class Documented(NinjaAPI):
    """The interface and its document. Every operation answers with one of four shapes, which the document states once and refers to:
    declared to the library per operation, each would make a class of its own (measured: 11 MB a process for two each over 369 operations)."""

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**more)
        _models, shapes = models_json_schema([(one, "serialization") for one in ANSWERS], ref_template=REFER)
        document["components"]["schemas"].update(shapes["$defs"])
        return document


def _answered(code: int, shape: type[Schema]) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": REFER.format(model=shape.__name__)}}}
    return {"description": responses[code], "content": content}


api = Documented(title="Gongxing 工兴", version="1", urls_namespace="api", docs_url=None, auth=ActorAuth())
REFUSALS = {code: _answered(code, Refusal) for code in (400, 401, 403, 404, 409, 422)}
SHAPES = {"extra_forbidden": "api.unknown_field", "missing": "column.required"}
add_sentences(
    {
        "api.unreadable": _("请求的正文读不懂，没有写入。正文应是 UTF-8 的 JSON 对象。"),
        "api.unknown_field": _("没有“%(name)s”这一项，没有写入。各项名称见 /api/openapi.json。"),
        "api.shape": _("“%(name)s”的值不是这一项收的类型，没有写入。各项的类型见 /api/openapi.json。"),
    }
)


@api.exception_handler(Denied)
def _denied(request: HttpRequest, error: Denied) -> HttpResponse:
    detail = f"{error.verb} on {error.target} is not granted"
    return api.create_response(request, {"code": "denied", "detail": detail, "faults": []}, status=403)


@api.exception_handler(LookupError)
def _missing(request: HttpRequest, error: LookupError) -> HttpResponse:
    return api.create_response(request, {"code": "not_found", "detail": str(error), "faults": []}, status=404)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    faults = [_fault(one) for one in error.faults]
    return api.create_response(request, {"code": "refused", "detail": "", "faults": faults}, status=422)


@api.exception_handler(Conflict)
@api.exception_handler(StaleRow)
def _stale(request: HttpRequest, error: Exception) -> HttpResponse:
    return api.create_response(request, {"code": "stale", "detail": str(error), "faults": []}, status=409)


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    fault = _fault(FieldFault("", CellFault("api.unreadable")))
    answer = {"code": "unreadable", "detail": fault["text"], "faults": [fault]}
    return api.create_response(request, answer, status=error.status_code)


@api.exception_handler(ValidationError)
def _shapeless(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A field nobody declared, one that is missing, or a value of the wrong type: in our words, not in the library's."""
    named: dict[tuple[str, str], None] = {}
    for one in error.errors:
        place = [str(part) for part in one.get("loc", ()) if part not in ("body", "path", "query", "payload")]
        named[place[0] if place else "", SHAPES.get(str(one.get("type")), "api.shape")] = None
    faults = [_fault(FieldFault(name, CellFault(code, name=name))) for name, code in named]
    return api.create_response(request, {"code": "refused", "detail": "", "faults": faults}, status=422)


def _fault(one: FieldFault) -> dict[str, str]:
    return {"column": one.column, "code": one.fault.code, "text": sentence(one.fault)}


def _row(ledger: Ledger[Any], row: Any, covered: bool) -> RowOut:
    cells: dict[str, Cell] = {}
    for column in ledger.columns:
        if column.sensitive and covered:
            cells[column.name] = None
            continue
        value = getattr(row, column.name)
        cells[column.name] = value if isinstance(value, bool | int | list) else cell_text(value)
    return RowOut(id=row.pk, version=row.version, cells=cells)


def _list(ledger: Ledger[Any]) -> Callable[..., Any]:
    def rows(request: HttpRequest) -> PageOut:
        actor = acting(request)
        found = reach(actor, "view", ledger.name)
        if found.nothing:
            raise Denied("view", ledger.name)
        state = read_state(ledger, request.GET)
        page = build(state, actor, found=found).page()
        covered = Masks(ledger, actor).rows(row.pk for row in page.rows)
        first, last = (page.cursor(page.rows[0]), page.cursor(page.rows[-1])) if page.rows else (None, None)
        return PageOut(
            rows=[_row(ledger, row, row.pk in covered) for row in page.rows],
            next=state.query(after=last.encode()) if page.has_next and last else "",
            previous=state.query(before=first.encode()) if page.has_previous and first else "",
        )

    return rows


def _detail(ledger: Ledger[Any]) -> Callable[..., Any]:
    def row(request: HttpRequest, key: int) -> RowOut:
        actor = acting(request)
        found = visible_row(ledger, actor, key)
        return _row(ledger, found, Masks(ledger, actor).covers(found))

    return row


class Strict(Schema):
    """Bodies refuse fields nobody declared."""

    model_config = ConfigDict(extra="forbid")


def _cell(column: Column) -> Any:
    """The shape of a column's raw value: a list only where the column holds one."""
    return Cell if column.kind is Kind.LIST else Scalar


def _strict(name: str, fields: dict[str, Any]) -> type[Strict]:
    return create_model(name, __base__=Strict, **fields)


def _write(ledger: Ledger[Any], body: type[Strict], changing: bool) -> Callable[..., Any]:
    def apply(request: HttpRequest, key: int | None, payload: Strict) -> RowOut:
        raw = payload.model_dump(exclude_unset=True)
        version, why = raw.pop("version", None), str(raw.pop("why", ""))
        actor = acting(request)
        verb = "change" if changing else "add"
        if not permissions(actor).may(verb, ledger.name):
            raise Denied(verb, ledger.name)
        if changing and version is None:
            raise Refused([FieldFault("version", CellFault("row.version_needed"))])
        row = save(ledger, actor, raw, key=key, version=version, why=why)
        return _row(ledger, row, Masks(ledger, actor).covers(row))

    if changing:

        def change(request: HttpRequest, key: int, payload: body) -> RowOut:  # type: ignore[valid-type]
            return apply(request, key, payload)

        return change

    def add(request: HttpRequest, payload: body) -> RowOut:  # type: ignore[valid-type]
        return apply(request, None, payload)

    return add


def _run(one: Action[Any, Any], body: type[Strict]) -> Callable[..., Any]:
    def run(request: HttpRequest, payload: body) -> Done:  # type: ignore[valid-type]
        raw = cast(Strict, payload).model_dump(exclude_unset=True)
        key, version = raw.pop("key", None), raw.pop("version", None)
        actor = acting(request)
        if not may(actor, one.verb, one.target):
            raise Denied(one.verb, one.target)
        if one.on is not None and version is None:
            raise Refused([FieldFault("version", CellFault("row.version_needed"))])
        result = perform(one, actor, raw, key=key, version=version)
        return Done(done=True, id=getattr(result, "pk", None))

    return run


def _action_body(one: Action[Any, Any]) -> type[Strict]:
    fields: dict[str, Any] = {parameter.column.name: (_cell(parameter.column), None) for parameter in one.parameters}
    if one.on is not None:
        fields["key"] = (int, ...)
        fields["version"] = (int | None, None)
    fields["why"] = (str, "")
    return _strict(f"{one.name.title().replace('.', '').replace('_', '')}Do", fields)


def mount() -> None:
    """Add the operations of every declared ledger and action. Called once, when all declarations are loaded."""
    for ledger in all_ledgers():
        fields: dict[str, Any] = {column.name: (_cell(column), None) for column in ledger.editable}
        fields |= {"version": (int | None, None), "why": (str, "")}
        body = _strict(f"{ledger.slug.title().replace('-', '')}In", fields)
        base, tag = f"/l/{ledger.slug}", [ledger.name]
        label, row = str(ledger.label), base + "/{int:key}"
        _operation(api.get, base, PageOut, tag, f"{ledger.slug}-list", _list(ledger), summary=label)
        _operation(api.get, row, RowOut, tag, f"{ledger.slug}-detail", _detail(ledger))
        if "add" in ledger.verbs:
            _operation(api.post, base, RowOut, tag, f"{ledger.slug}-add", _write(ledger, body, False))
        if "change" in ledger.verbs:
            _operation(api.patch, row, RowOut, tag, f"{ledger.slug}-change", _write(ledger, body, True))
    for one in all_actions():
        run = _run(one, _action_body(one))
        _operation(api.post, f"/do/{one.name}", Done, ["actions"], f"do-{one.name}", run, summary=str(one.label))


def _operation(
    method: Callable[..., Any],
    path: str,
    answer: type[Schema],
    tags: list[str],
    name: str,
    view: Callable[..., Any],
    **more: str,
) -> None:
    """Add one operation, with what it answers and every way it refuses."""
    extra = {"responses": {200: _answered(200, answer)} | REFUSALS}
    method(path, tags=tags, operation_id=name, openapi_extra=extra, **more)(view)
