"""The whole suite, step by step: ``python3 run.py test [pytest arguments]``.

Every step runs, whatever failed before; the summary stands before pytest's closing lines of the last step. A missing PostgreSQL
server or browser is said in a sentence; with GONGXING_TEST_STRICT=1 it is a failure.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gongxing.kernel.testing.postgres import programs

ROOT = Path(__file__).resolve().parents[4]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
NO_TESTS = 5


@dataclass(frozen=True)
class Step:
    """One check: its name and command. ``needs`` names what must be there (postgres, chromium, ""). One that is ``aside`` takes one core for
    long: it runs beside the other checks, and what it says is shown when it is done. ``tests`` needs both cores."""

    name: str
    command: tuple[str, ...]
    needs: str = ""
    aside: bool = False
    tests: bool = False


def _python(*rest: str) -> tuple[str, ...]:
    return (sys.executable, *rest)


def _tool(name: str, *rest: str) -> tuple[str, ...]:
    return (str(Path(sys.executable).parent / name), *rest)


def steps(extra: Sequence[str]) -> list[Step]:
    """The steps in order. With pytest arguments only the test steps, with them. Engines, and tests marked ``once``, ask nothing of a database
    that others do not: they run on SQLite only. A file of browser tests is not parted: its server would be started in both processes."""
    pytest = ("-m", "pytest", "-q", "--color=no", "-n", "2", "--dist", "worksteal", *extra)
    checks = [
        Step("ruff", _tool("ruff", "check", ".")),
        Step("format", _tool("ruff", "format", "--check", ".")),
        Step("types", _tool("mypy", "src"), aside=True),
        Step("imports", _tool("lint-imports")),
        Step("dependencies", _tool("deptry", "src")),
        Step("migrations", _python("-m", "gongxing", "makemigrations", "--check", "--dry-run")),
    ]
    tests = [
        Step(
            "browser",
            _python(*pytest, "--dist", "loadfile", "-m", "browser", "-p", "no:cacheprovider"),
            "chromium",
            tests=True,
        ),
        Step(
            "tests on PostgreSQL",
            _python(
                "-m",
                "gongxing.kernel.testing.postgres",
                "--",
                *_python(*pytest, "-m", "not browser and not slow and not once", "--ignore=src/gongxing/engines"),
            ),
            "postgres",
            tests=True,
        ),
        Step("tests on SQLite", _python(*pytest, "-m", "not browser"), tests=True),
    ]
    return tests if extra else checks + tests


def _compiled(scratch: str) -> dict[str, str]:
    """Where compiled modules are kept: beside the modules, or for this run only where the caller wants none there. Kept nowhere, every one
    of some forty processes compiles the site, and every worker all tests, anew: 27 s of 40 s a worker."""
    return {"PYTHONPYCACHEPREFIX": str(Path(scratch) / "compiled")} if sys.dont_write_bytecode else {}


def missing(need: str) -> str:
    """Why a step cannot run here, "" when it can."""
    if need == "postgres" and programs() is None:
        return "没有 PostgreSQL 服务器程序，跳过  no PostgreSQL server programs here"
    if need == "chromium" and not any(shutil.which(name) for name in CHROMIUM):
        return "没有 Chromium，跳过浏览器测试  no Chromium here"
    return ""


Result = tuple[str, str, float]


def _run(step: Step, env: Mapping[str, str], extra: bool) -> Result:
    """Run one step; its name, how it ended and how long it took."""
    began = time.monotonic()
    absent = missing(step.needs)
    if absent:
        print(f"== {step.name}: {absent}", flush=True)
        return step.name, "failed" if env.get("GONGXING_TEST_STRICT") == "1" else "skipped", 0.0
    if step.aside:
        done = subprocess.run(step.command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        print(f"== {step.name}\n{done.stdout.decode(errors='replace')}", end="", flush=True)
        status = done.returncode
    else:
        print(f"== {step.name}", flush=True)
        status = subprocess.call(step.command, cwd=ROOT, env=env)
    ok = status == 0 or (status == NO_TESTS and extra)
    return step.name, "ok" if ok else "failed", time.monotonic() - began


def _run_all(todo: Sequence[Step], env: Mapping[str, str], extra: bool) -> list[Result]:
    """Run every step; those aside begin first and are waited for before the first test step, which needs both cores."""
    checks = [step for step in todo if not step.tests]
    with ThreadPoolExecutor() as pool:
        beside = [pool.submit(_run, step, env, extra) for step in checks if step.aside]
        results = [_run(step, env, extra) for step in checks if not step.aside]
        results += [one.result() for one in beside]
    return results + [_run(step, env, extra) for step in todo if step.tests]


def main(extra: Sequence[str]) -> int:
    """Run all steps; returns 0 when none failed."""
    with tempfile.TemporaryDirectory(prefix="gongxing-test-") as scratch:
        data = Path(scratch) / "data"
        data.mkdir()
        env = {**os.environ, "GONGXING_DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "gongxing.site.settings"}
        env |= _compiled(scratch)
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        results = _run_all(steps(extra), env, bool(extra))
    for name, outcome, seconds in results:
        print(f"{outcome:8s}{seconds:7.1f} s  {name}")
    failed = sum(outcome == "failed" for _name, outcome, _seconds in results)
    passed = sum(outcome == "ok" for _name, outcome, _seconds in results)
    skipped = len(results) - failed - passed
    print(f"steps: {passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
