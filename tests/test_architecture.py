"""The shape of the tree: layers, no mutual imports, no hidden imports, one clock, small files, words that say something."""

import ast
from collections import defaultdict
from collections.abc import Iterator
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
    "audit.entry", "audit.head", "audit.link", "audit.secret", "deadlines.pause", "exchange.columnmemory", "exchange.importchange",
    "exchange.importfault", "exchange.importsession", "files.storedfile", "inbox.notice", "jobs.job", "ledger.listpreference", "ledger.savedview", "org.secondfactor",
    "search.searchdoc", "search.searchledger",
}  # fmt: skip


def files() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]


def package_of(module: str) -> str:
    """The package a module counts to: kernel/x, domains/x, engines/x, site."""
    parts = module.split(".")
    return (
        ".".join(parts[:3]) if len(parts) > 2 and parts[1] in ("kernel", "domains", "engines") else ".".join(parts[:2])
    )


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
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
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
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
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION
    ]
    assert long_functions == []


def test_public_things_say_what_they_are() -> None:
    """Every public module, class and function of kernel and engines has a docstring; a property or an override may inherit it."""
    silent = []
    for path in files():
        if "tests" in path.parts or path.parts[len(SOURCE.parts)] not in ("kernel", "engines"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
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
