"""Lock files: a hash for every package, no host, and nothing installed that nobody declared."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
PINNED = re.compile(r"^([A-Za-z0-9_.\[\]-]+)==(\S+)")


def pins(path: Path) -> dict[str, int]:
    """Package → how many hashes it has."""
    found: dict[str, int] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        match = PINNED.match(line)
        if match:
            name = re.sub(r"\[.*", "", match[1]).lower().replace("_", "-")
            found[name] = 0
        found[name] = found.get(name, 0) + line.count("--hash=sha256:")
    return found


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_has_its_hashes(path: Path) -> None:
    found = pins(path)
    assert len(found) > 20
    assert [name for name, hashes in found.items() if hashes == 0] == []


@pytest.mark.parametrize(
    "path", [*REQUIREMENTS, ROOT / "package-lock.json", ROOT / ".npmrc"], ids=lambda path: path.name
)
def test_no_lock_file_names_a_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in re.sub(r'"(?:url|homepage|funding)": "[^"]*"', "", text)
    assert "index-url" not in text
    assert '"resolved"' not in text


def test_every_npm_package_has_its_integrity() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name and not one.get("link")}
    assert packages
    assert [name for name, one in packages.items() if not one.get("integrity", "").startswith("sha512-")] == []


def test_what_is_declared_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base, dev, bench = (pins(ROOT / "requirements" / f"{name}.txt") for name in ("base", "dev", "bench"))

    def names(declared: list[str]) -> set[str]:
        return {re.split(r"[\[<>=! ]", one)[0].lower().replace("_", "-") for one in declared}

    assert names(project["dependencies"]) <= set(base)
    assert names(project["optional-dependencies"]["dev"]) | set(base) <= set(dev)
    assert names(project["optional-dependencies"]["bench"]) <= set(bench)
    assert project["license"] == "Apache-2.0"
