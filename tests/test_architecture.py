"""The shape of the tree: layers, no mutual imports, no hidden imports, one clock, small files, words that say something."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from gongxing.kernel.database.rows import Row
from gongxing.kernel.ledger.declare import all_ledgers

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "gongxing"
LONGEST_FILE, LONGEST_FUNCTION = 420, 70
EMPTY_WORDS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "services",
    "service",
    "manager",
    "managers",
    "core",
    "base",
}
BASES = {"base"}  # Django wants kernel/database/sqlite/base.py
CLOCK = {"datetime.now", "date.today", "timezone.now", "datetime.utcnow", "timezone.localdate", "time.time"}
# Models that are no ledger: working state, memories and the trail itself; nobody edits them as a register.
WORKING = {
    "burden.formcount", "burden.monthcount", "burden.twicecount", "audit.entry", "audit.head", "audit.link", "audit.secret", "audit.touched", "deadlines.pause", "exchange.columnmemory", "exchange.importchange",
    "exchange.importfault", "exchange.importsession", "files.storedfile", "inbox.notice", "jobs.job", "ledger.listpreference", "ledger.savedview", "org.secondfactor",
    "search.searchdoc", "search.searchledger",
}  # fmt: skip


# Who may open a write: actions and the generic form, and what stands in their place where no person does the writing.
DOORS = re.compile(
    r"kernel/(action/perform|ledger/store|exchange/\w+|deadlines/(tick|limits)|inbox/passed|office/rule_pages|testing/\w+)|domains/\w+/demo(/\w+)?|site/login"
    r"|site/commands/\w+|site/demo/\w+|.*/(actions|(\w+_)?jobs|handlers)(/\w+)?|domains/\w+/tests/\w+"
)
# Who may write rows past the context: the context itself, and the demo's and test's templates are none of them.
WRITERS = {"kernel/audit/write", "kernel/database/rows"}
WRITES = {
    "create", "bulk_create", "get_or_create", "update_or_create", "update", "bulk_update", "delete", "_raw_delete", "abulk_create", "acreate",
}  # fmt: skip
# Rows written past the context on purpose: how an account likes its pages to look, and when it last logged in, are no facts.
UNRECORDED = {("site/display", "User"), ("site/login", "User")}


def files() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]


@cache
def syntax(path: Path) -> ast.Module:
    """A file as a tree; many rules look at the same."""
    return ast.parse(path.read_text(encoding="utf-8"))


def package_of(module: str) -> str:
    """The package a module counts to: kernel/x, domains/x, engines/x, site."""
    parts = module.split(".")
    return (
        ".".join(parts[:3]) if len(parts) > 2 and parts[1] in ("kernel", "domains", "engines") else ".".join(parts[:2])
    )


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("gongxing"):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("gongxing"))


def test_no_two_packages_import_each_other() -> None:
    edges: dict[str, set[str]] = defaultdict(set)
    for path in files():
        if "tests" in path.parts:
            continue
        mine = package_of(".".join(path.relative_to(SOURCE.parent).with_suffix("").parts))
        edges[mine].update(package_of(one) for one in imports(path))
    mutual = {
        tuple(sorted((one, other)))
        for one, seen in edges.items()
        for other in seen
        if other != one and one in edges.get(other, ())
    }
    assert mutual == set()
    assert len(edges) > 20


def test_nothing_is_imported_inside_a_function() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in [*files(), *sorted((ROOT / "benchmarks").glob("*.py")), ROOT / "run.py"]
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_only_the_clock_reads_the_clock() -> None:
    readers = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node.func)}"
        for path in files()
        if "clock" not in path.parts and "testing" not in path.parts
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCK
    ]
    assert readers == []


def test_names_say_something() -> None:
    assert [str(path.relative_to(ROOT)) for path in files() if path.stem in EMPTY_WORDS - BASES] == []


def test_files_and_functions_stay_small() -> None:
    long_files = [
        str(path.relative_to(ROOT))
        for path in files()
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE
    ]
    assert long_files == []
    long_functions = [
        f"{path.relative_to(ROOT)}:{node.name} {(node.end_lineno or 0) - node.lineno}"
        for path in files()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION
    ]
    assert long_functions == []


def test_public_things_say_what_they_are() -> None:
    """Every public module, class and function of kernel and engines has a docstring; a property or an override may inherit it."""
    silent = []
    for path in files():
        if "tests" in path.parts or path.parts[len(SOURCE.parts)] not in ("kernel", "engines"):
            continue
        tree = syntax(path)
        if path.name != "__init__.py" and not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
        silent += [
            f"{path.relative_to(ROOT)}:{node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    allowed = ("apps.py", "models.py", "urls.py", "admin.py")
    assert [one for one in silent if not one.split(":")[0].endswith(allowed)] == []


def test_every_model_is_a_ledger_or_known_working_state() -> None:
    ledgers = {ledger.name for ledger in all_ledgers()}
    models = {model._meta.label_lower for model in apps.get_models() if model.__module__.startswith("gongxing.")}
    assert models - ledgers - WORKING == set()
    assert ledgers & WORKING == set()
    assert models >= WORKING


def test_ledgers_are_rows_with_versions() -> None:
    assert [ledger.name for ledger in all_ledgers() if not issubclass(ledger.model, Row)] == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "HACK"])
def test_no_unfinished_marks(word: str) -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in files()
        if word in path.read_text(encoding="utf-8") and path.name != Path(__file__).name
    ]
    assert found == []


def _module(path: Path) -> str:
    return str(path.relative_to(SOURCE).with_suffix(""))


def test_no_django_signals() -> None:
    """What follows from a write is a handler of a typed event; a signal is nowhere declared and cannot be followed by reading."""
    found = []
    for path in files():
        for node in ast.walk(syntax(path)):
            named = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            named += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if any(name == "django.dispatch" or name.endswith(".signals") for name in named):
                taken = {one.name for one in node.names} if isinstance(node, ast.ImportFrom) else {"*"}
                found.append(f"{_module(path)}:{node.lineno} {sorted(taken)}")
    assert found == []


def _ranks() -> dict[str, tuple[int, str]]:
    """Package → (height, container) from the import contracts, higher numbers nearer to people."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    ranks: dict[str, tuple[int, str]] = {}
    for contract in contracts:
        for container in contract.get("containers", []):
            if container in ("gongxing.kernel", "gongxing.domains"):
                for height, layer in enumerate(reversed(contract["layers"])):
                    for name in layer.split("|"):
                        ranks[f"{container}.{name.strip(' ()')}"] = (height, container)
    return ranks


def test_foreign_keys_point_downwards() -> None:
    """A foreign key named by a string is an import the linter cannot see: it obeys the same layers."""
    ranks, wrong, seen = _ranks(), [], 0
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith("gongxing."):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not getattr(field, "concrete", False) or not isinstance(target, type) or target is model:
                continue
            if not target.__module__.startswith("gongxing."):
                continue
            mine, theirs = package_of(model.__module__), package_of(target.__module__)
            seen += 1
            (my_height, my_side), (height, side) = ranks[mine], ranks[theirs]
            upward = (
                side == "gongxing.domains" and my_side == "gongxing.kernel"
                if my_side != side
                else mine != theirs and height >= my_height
            )
            if upward:
                wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert wrong == []
    assert seen > 15


def test_only_the_doors_open_a_write() -> None:
    """Pages, queries, panels, templates and engines never write."""
    opened = {
        _module(path)
        for path in files()
        if "tests" not in path.parts
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "writing"
    }
    assert sorted(module for module in opened if not DOORS.fullmatch(module)) == []
    assert "kernel/ledger/store" in opened


def _root(node: ast.expr) -> str:
    """The name a chain of attributes and calls begins with: ``Firm.objects.filter(…).update`` → Firm."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def test_rows_are_written_through_the_context_only() -> None:
    """No ORM write on a model of facts outside the write context: it would leave no entry and no version."""
    rows = {model.__name__ for model in apps.get_models() if issubclass(model, Row)}
    past = []
    for path in files():
        module = _module(path)
        if module in WRITERS or "tests" in path.parts:
            continue
        for node in ast.walk(syntax(path)):
            if (
                not isinstance(node, ast.Call)
                or not isinstance(node.func, ast.Attribute)
                or node.func.attr not in WRITES
            ):
                continue
            name = _root(node.func.value)
            managed = any(part in ast.unparse(node.func.value) for part in (".objects", "_manager"))
            if name in rows and managed and (module, name) not in UNRECORDED:
                past.append(f"{module}:{node.lineno} {ast.unparse(node.func)[:60]}")
    assert past == []
