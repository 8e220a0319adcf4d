"""Serving as processes: the address first, the worker after the first page, a dead worker again, an orderly end; behind a proxy."""

import ast
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import run as starter
from django.conf import LazySettings
from django.test import RequestFactory

from gongxing.site.commands.address import reachable, unusable, url
from gongxing.site.commands.work import Round
from gongxing.site.config import Config, ConfigError, trusted_origins
from gongxing.site.login import client_address

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A SQLite site of its own, whatever database the suite runs on."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("GONGXING_")}
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return {**kept, "PYTHONPATH": path, "GONGXING_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1", **more}


class Site:
    """A running ``serve`` and what it printed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port, self.log = port, folder / "serve.log"
        with self.log.open("w", encoding="utf-8") as out:
            command = [sys.executable, "-m", "gongxing", "serve", "--port", str(port), "--workers", "1"]
            self.process = subprocess.Popen(
                command, env=environment(folder), stdout=out, stderr=subprocess.STDOUT, cwd=ROOT
            )

    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def children(self, command: str) -> list[int]:
        """Process ids of direct children of ``serve`` that run a command."""
        out = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        ).stdout
        return [int(line.split()[0]) for line in out.splitlines() if f"gongxing {command}" in line]

    def answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5) as answer:
                return bool(answer.status == 200)
        except HTTPError:
            return True
        except OSError:
            return False


def until(check: Callable[[], object], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    if sys.platform != "linux":
        pytest.skip("looks at processes as Linux shows them")
    one = Site(tmp_path, free_port())
    try:
        assert until(lambda: "http://" in one.printed() or one.process.poll() is not None), one.printed()
        assert one.process.poll() is None, one.printed()
        yield one
    finally:
        one.process.terminate()
        try:
            one.process.wait(20)
        except subprocess.TimeoutExpired:
            one.process.kill()


@pytest.mark.slow
def test_a_dead_worker_is_started_again_and_the_pages_go_on(site: Site, tmp_path: Path) -> None:
    assert site.answers(), "the address was printed before a page answered"
    assert until(lambda: site.children("work"), 10)
    first = site.children("work")
    os.kill(first[0], signal.SIGKILL)
    assert until(lambda: site.children("work") not in ([], first), 20)
    second = site.children("work")
    assert site.answers()
    os.kill(second[0], signal.SIGKILL)
    assert until(lambda: site.children("work") not in ([], second), 20)
    assert site.answers()
    waits = re.findall(r"starting it again in (\d+) s", site.printed())
    assert waits == ["1", "2"]  # each time a little later
    again = subprocess.run(
        [sys.executable, "-m", "gongxing", "serve", "--port", str(site.port)], env=environment(tmp_path), capture_output=True, text=True, cwd=ROOT
    )  # fmt: skip
    assert again.returncode == 1
    assert "已被占用" in again.stdout
    assert "is in use" in again.stdout
    assert "Traceback" not in again.stdout + again.stderr
    web, worker = site.children("web"), site.children("work")
    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(20) == 0
    assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in [*web, *worker]), 10)
    assert "Traceback" not in site.printed()


@pytest.mark.slow
def test_when_the_watcher_is_killed_nothing_is_left_behind(site: Site) -> None:
    assert until(lambda: site.children("work"), 10)
    left = [*site.children("web"), *site.children("work")]
    assert len(left) == 2
    site.process.kill()
    assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left), 20)
    assert until(lambda: not site.answers(), 10)


def test_a_site_that_cannot_be_made_ready_ends_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "main.sqlite3").write_bytes(b"this is no database" * 100)
    command = [sys.executable, "-m", "gongxing", "serve", "--port", str(free_port())]
    made = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert made.returncode == 1
    assert "网站没有启动" in made.stdout
    assert "http://" not in made.stdout
    assert "file is not a database" in made.stderr


def test_a_wrong_setting_is_one_sentence(tmp_path: Path) -> None:
    for command in ("serve", "init", "check"):
        made = subprocess.run(
            [sys.executable, "-m", "gongxing", command], env=environment(tmp_path, GONGXING_PORT="abc"), capture_output=True, text=True, cwd=ROOT
        )  # fmt: skip
        assert made.returncode == 2
        assert "port='abc'" in made.stderr
        assert "Traceback" not in made.stderr


def test_an_address_says_why_it_cannot_be_used() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        assert "已被占用" in unusable("127.0.0.1", port)
        assert "已被占用" in unusable("0.0.0.0", port)
    assert unusable("127.0.0.1", port) == ""
    assert unusable("", port) == ""
    assert "65535" in unusable("127.0.0.1", 0)
    assert "65535" in unusable("127.0.0.1", 99999)
    assert "--host" in unusable("192.0.2.1", port)
    assert [reachable(host) for host in ("0.0.0.0", "::", "10.0.0.1")] == ["127.0.0.1", "::1", "10.0.0.1"]
    assert url("::1", 8000) == "http://[::1]:8000/"


def test_a_round_that_fails_comes_again(caplog: pytest.LogCaptureFixture) -> None:
    turns: list[int] = []

    def broken() -> None:
        turns.append(1)
        raise RuntimeError("no")

    one = Round("test", 0.0, broken)
    one.turn()
    one.turn()
    assert len(turns) == 2
    assert "test failed; the worker goes on" in caplog.text
    seldom = Round("test", 60.0, broken)
    seldom.turn()
    seldom.turn()
    assert len(turns) == 3


# -- run.py on an older Python --------------------------------------------------------------------------------------


def test_an_older_python_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 10, "final", 0))
    with pytest.raises(SystemExit) as stopped:
        starter.main(["demo"])
    assert "3.11" in str(stopped.value)
    assert "Python 3.11 or newer is needed" in str(stopped.value)


def test_an_older_python_can_read_the_file_to_its_end() -> None:
    """No annotation is evaluated (``Path | None`` is an error before 3.10), and nothing is written in newer grammar."""
    text = (ROOT / "run.py").read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 7))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert imports[0].module == "__future__"
    assert [one.name for one in imports[0].names] == ["annotations"]
    assert not [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and node in tree.body
    ]


# -- behind a proxy -------------------------------------------------------------------------------------------------

LOG_IN = """
import re
from django.conf import settings
from django.core.management import call_command
for alias in ("default", "ops"):
    call_command("migrate", database=alias, verbosity=0)
from axes.models import AccessAttempt
from django.contrib.auth.hashers import make_password
from django.test import Client
from gongxing.kernel.org.models import User
from gongxing.kernel.testing.office import make_office
make_office()
User.objects.filter(username="gongxin").update(password=make_password("Qinghe-2026"))

def log_in(origin, password="Qinghe-2026", address="10.1.1.1", **headers):
    client = Client(enforce_csrf_checks=True, REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": f"6.6.6.6, {address}", **headers})
    page = client.get("/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    answer = client.post("/login/", {"username": "gongxin", "password": password, "csrfmiddlewaretoken": token},
                         headers={"Origin": origin, "Referer": origin + "/login/"})
    return answer

SECURE = {"X-Forwarded-Proto": "https"}
# the proxy hands the host on
answer = log_in("https://gx.example.gov.cn", Host="gx.example.gov.cn", **SECURE)
assert answer.status_code == 302, answer.status_code
assert answer.cookies["sessionid"]["secure"] and answer.cookies["csrftoken"]["secure"]
# the proxy hands it on in its own header only
assert log_in("https://gx.example.gov.cn", Host="127.0.0.1", **{"X-Forwarded-Host": "gx.example.gov.cn"}, **SECURE).status_code == 302
# the proxy hides the host: the named hosts and origins are trusted
assert log_in("https://gx.example.gov.cn", Host="127.0.0.1", **SECURE).status_code == 302
assert log_in("https://other.example.gov.cn:8443", Host="127.0.0.1", **SECURE).status_code == 302
# somebody else's page is not
assert log_in("https://evil.example.com", Host="gx.example.gov.cn", **SECURE).status_code == 403
# a lock-out strikes the computer, not the proxy
codes = [log_in("https://gx.example.gov.cn", "wrong", "10.1.1.2", Host="gx.example.gov.cn", **SECURE).status_code for _at in range(6)]
assert codes == [401, 401, 401, 401, 429, 429], codes
assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {"10.1.1.2"}
assert log_in("https://gx.example.gov.cn", Host="gx.example.gov.cn", **SECURE).status_code == 302
print("all well")
"""


def test_log_in_behind_the_documented_proxy(tmp_path: Path) -> None:
    env = environment(
        tmp_path, GONGXING_HTTPS="1", GONGXING_ALLOWED_HOSTS="gx.example.gov.cn, 127.0.0.1", GONGXING_ORIGINS="https://other.example.gov.cn:8443/",
        DJANGO_SETTINGS_MODULE="gongxing.site.settings",
    )  # fmt: skip
    made = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{LOG_IN}"],
        env=env,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert made.stdout.strip().endswith("all well"), made.stdout + made.stderr


def test_origins_come_from_the_named_hosts() -> None:
    assert trusted_origins(Config()) == []
    assert trusted_origins(Config(https=True)) == []  # «*» names nobody
    named = Config(https=True, allowed_hosts="gx.example.gov.cn,.county.gov.cn", origins="http://10.0.0.5:8080/")
    assert trusted_origins(named) == ["https://gx.example.gov.cn", "https://*.county.gov.cn", "http://10.0.0.5:8080"]
    with pytest.raises(ConfigError, match="origins"):
        trusted_origins(Config(origins="gx.example.gov.cn"))


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "1.1.1.1", "127.0.0.1"), (1, "", "127.0.0.1"), (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"), (2, "1.1.1.1, 2.2.2.2, 3.3.3.3", "2.2.2.2"),
        (2, "3.3.3.3", "3.3.3.3"), (1, "2.2.2.2:51000", "2.2.2.2"), (1, "[2001:db8::1]:51000", "2001:db8::1"), (1, "2001:db8::1", "2001:db8::1"),
        (1, "unknown", "127.0.0.1"),
    ],
)  # fmt: skip
def test_whose_computer_it_is(proxies: int, header: str, expected: str, settings: LazySettings) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": header} if header else {})
    assert client_address(request) == expected
