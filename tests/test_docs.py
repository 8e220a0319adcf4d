"""The documents against the program: the reference is what its script writes, links lead somewhere, buttons are called what they say."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from gongxing.kernel.testing.office import Office

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "packs").rglob("*.md")})
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")


def test_the_reference_is_what_its_script_writes(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "GONGXING_DATA_DIR": str(tmp_path)}
    command = [sys.executable, str(ROOT / "docs" / "reference" / "make.py"), "--check"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    dead = [link for link in LINK.findall(text) if not (path.parent / link).exists()]
    assert dead == []


def test_the_button_of_the_import_is_called_what_readme_and_guide_call_it(office: Office, client: Client) -> None:
    client.force_login(office.users["gongxin"])
    page = client.get("/l/firms-firm/").content.decode()
    for document in (ROOT / "README.md", ROOT / "docs" / "guide" / "import.md"):
        called = re.search(r"右上“([^”]+)”", document.read_text(encoding="utf-8"))
        assert called is not None
        assert re.search(rf"<a class=\"btn[^>]*>(<svg.*?</svg>)?{called[1]}</a>", page), document.name
