"""A real server on the invented county, and a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
START_SECONDS = 180


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo county of 167 firms, served by the command people use."""
    port = _free_port()
    env = {
        **os.environ, "GONGXING_DATA_DIR": str(tmp_path_factory.mktemp("county")), "GONGXING_DEMO": "1", "GONGXING_WORKERS": "1",
        "GONGXING_DATABASE_URL": "",
    }  # fmt: skip
    command = [sys.executable, "-m", "gongxing", "demo", "--scale", "0.05", "--port", str(port)]
    with subprocess.Popen(command, env=env) as server:
        address = f"http://127.0.0.1:{port}"
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{address}/health/", timeout=1)
                break
            except OSError:
                if time.monotonic() > end or server.poll() is not None:
                    server.terminate()
                    pytest.fail("the demo server did not come up")
                time.sleep(0.3)
        yield address
        server.terminate()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's script, from the packages installed at set-up."""
    root = Path(__file__).resolve().parents[2]
    return (root / "src/gongxing/site/static/vendor/axe.min.js").read_text(encoding="utf-8")
