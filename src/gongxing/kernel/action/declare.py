"""Action: the declaration of a verb, and the registry of all of them."""

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Concatenate, Generic, ParamSpec, TypeVar, get_args, get_origin, get_type_hints

from django.utils.functional import Promise

from gongxing.kernel.audit.write import Ctx
from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.column import Column, Initial, Kind

P = ParamSpec("P")
T = TypeVar("T")
Text = str | Promise


@dataclass(frozen=True)
class Ask:
    """How a dialog asks for a parameter. ``choices`` gives fixed options; ``target`` a ledger whose row is picked. ``same_as``, ``via`` and
    ``initial`` are those of ``Column``; with an empty ``via`` the owner's row is the one acted on, where it is of that ledger. ``hidden``: the page
    that opens the dialog says it, nobody types it. ``offered``: which of the choices there are on the row acted on."""

    label: Text
    unit: str = ""
    help: Text = ""
    required: bool = True
    long: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int = 500
    choices: tuple[tuple[str, Text], ...] = ()
    pack: tuple[str, str] | None = None
    target: str = ""
    same_as: str = ""
    via: str = ""
    initial: Initial | None = None
    hidden: bool = False
    offered: Callable[[Any], Collection[str]] | None = None


_KINDS: Mapping[Any, Kind] = {
    str: Kind.TEXT,
    int: Kind.INTEGER,
    Decimal: Kind.DECIMAL,
    date: Kind.DATE,
    bool: Kind.FLAG,
}


@dataclass(frozen=True)
class Parameter:
    """One asked parameter: the column that validates it and its default (``inspect.Parameter.empty`` when none)."""

    column: Column
    default: Any
    enum: type[Enum] | None = None
    hidden: bool = False
    offered: Callable[[Any], Collection[str]] | None = None


@dataclass(frozen=True)
class Action(Generic[P, T]):
    """A verb. ``on`` is the model it acts on (None: on nothing yet existing), ``subject`` the name of that parameter.

    ``bulk`` allows it on many selected rows at once; ``why`` asks for a reason ("" none, "optional", "required");
    ``tone`` is primary, normal or danger; ``when`` says on which rows the button stands (a pure test of the row).
    """

    name: str
    label: Text
    permission: str
    on: type[Row] | None
    subject: str
    parameters: tuple[Parameter, ...]
    run: Callable[Concatenate[Ctx, P], T]
    icon: str = ""
    tone: str = "normal"
    why: str = "optional"
    bulk: bool = False
    confirm: Text = ""
    when: Callable[[Any], bool] | None = None
    doc: str = ""

    def __call__(self, ctx: Ctx, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.run(ctx, *args, **kwargs)

    @property
    def target(self) -> str:
        """The ledger the permission is asked on."""
        return self.on._meta.label_lower if self.on is not None else self.permission.rsplit(".", 1)[0]

    @property
    def verb(self) -> str:
        """The verb a grant names."""
        return self.permission.rsplit(".", 1)[-1]


_actions: dict[str, Action[Any, Any]] = {}


def action(
    *,
    label: Text,
    permission: str,
    on: type[Row] | None = None,
    icon: str = "",
    tone: str = "normal",
    why: str = "optional",
    bulk: bool = False,
    confirm: Text = "",
    when: Callable[[Any], bool] | None = None,
) -> Callable[[Callable[Concatenate[Ctx, P], T]], Action[P, T]]:
    """Decorator: declare a verb.

    ``permission`` is ``<ledger>.<verb>`` (``firms.firm.merge``). The function takes ``ctx`` first, then keyword-only
    parameters: the acted-on row as a bare model type, all others as ``Annotated[type, Ask(...)]``. Positional parameters,
    unknown types and double names are refused when the module is imported.
    """

    def declare(function: Callable[Concatenate[Ctx, P], T]) -> Action[P, T]:
        name = f"{function.__module__.split('.actions')[0].rsplit('.', 1)[-1]}.{function.__name__}"
        if name in _actions:
            raise TypeError(f"two actions are named {name}")
        subject, parameters = _signature(function, on)
        one: Action[P, T] = Action(
            name, label, permission, on, subject, parameters, function, icon, tone, why, bulk, confirm, when,
            inspect.getdoc(function) or "",
        )  # fmt: skip
        _actions[name] = one
        return one

    return declare


def _signature(function: Callable[..., Any], on: type[Row] | None) -> tuple[str, tuple[Parameter, ...]]:
    hints = get_type_hints(function, include_extras=True)
    given = list(inspect.signature(function).parameters.values())
    if not given or hints.get(given[0].name) is not Ctx:
        raise TypeError(f"{function.__qualname__}: the first parameter must be ctx: Ctx")
    subject, parameters = "", []
    for one in given[1:]:
        if one.kind is not inspect.Parameter.KEYWORD_ONLY:
            raise TypeError(f"{function.__qualname__}: {one.name} must be keyword-only")
        hint = hints[one.name]
        if on is not None and hint is on:
            subject = one.name
            continue
        parameters.append(_parameter(function, one, hint))
    if on is not None and not subject:
        raise TypeError(f"{function.__qualname__}: no parameter of type {on.__name__}")
    return subject, tuple(parameters)


def _parameter(function: Callable[..., Any], one: inspect.Parameter, hint: Any) -> Parameter:
    asks = [extra for extra in get_args(hint)[1:] if isinstance(extra, Ask)] if get_origin(hint) is Annotated else []
    if not asks:
        raise TypeError(f"{function.__qualname__}: {one.name} needs Annotated[type, Ask(...)]")
    ask, plain = asks[0], get_args(hint)[0]
    alternatives = [kind for kind in get_args(plain) if kind is not type(None)]
    optional = bool(alternatives)
    plain = alternatives[0] if alternatives else plain
    choices, enum = ask.choices, None
    kind = _KINDS.get(plain)
    if isinstance(plain, type) and issubclass(plain, Enum):
        kind, enum = Kind.CHOICE, plain
        choices = choices or tuple((str(item.value), getattr(item, "label", str(item.value))) for item in plain)
    elif ask.target:
        kind = Kind.REFERENCE
    elif ask.pack is not None:
        kind = Kind.PACK
    elif choices:
        kind = Kind.CHOICE
    elif kind is Kind.TEXT and ask.long:
        kind = Kind.LONG
    if kind is None:
        raise TypeError(f"{function.__qualname__}: {one.name} has the unknown type {plain!r}")
    required = ask.required and not optional and one.default is inspect.Parameter.empty
    column = Column(
        one.name, ask.label, kind, required=required, unit=ask.unit, help=ask.help, choices=choices, pack=ask.pack,
        target=ask.target, minimum=ask.minimum, maximum=ask.maximum, max_length=ask.max_length,
        same_as=ask.same_as, via=ask.via, initial=ask.initial,
    )  # fmt: skip
    return Parameter(column, one.default, enum, ask.hidden, ask.offered)


def all_actions() -> Iterator[Action[Any, Any]]:
    """Every declared action, in order of declaration."""
    yield from _actions.values()


def action_named(name: str) -> Action[Any, Any]:
    """Raises LookupError."""
    if name not in _actions:
        raise LookupError(f"no action named {name!r}")
    return _actions[name]


def actions_on(model: type[Row]) -> list[Action[Any, Any]]:
    """The verbs that act on rows of a model."""
    return [one for one in _actions.values() if one.on is model]
