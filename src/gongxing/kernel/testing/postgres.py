"""A temporary PostgreSQL cluster: ``python -m gongxing.kernel.testing.postgres -- command …`` runs a command against one.

PostgreSQL refuses root, so as root the cluster belongs to the system user ``postgres``. It listens on a socket in a temporary folder
only, keeps nothing, and is always stopped.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SETTINGS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60", "listen_addresses": "",
    "shared_buffers": "256MB", "jit": "off",
}  # fmt: skip
OWNER = "postgres"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, newest version first; None when no server is installed."""
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _as_owner(command: Sequence[str | Path]) -> list[str]:
    plain = [str(part) for part in command]
    if os.name == "nt" or os.geteuid() != 0:
        return plain
    return ["runuser", "-u", OWNER, "--", *plain]


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster, give its URL, stop and remove it. Raises RuntimeError without server programs."""
    folder = programs()
    if folder is None:
        raise RuntimeError("no PostgreSQL server programs (initdb, pg_ctl) on this machine")
    with tempfile.TemporaryDirectory(prefix="gongxing-pg-") as scratch:
        root = Path(scratch)
        data = root / "data"
        if os.geteuid() == 0:
            owner = pwd.getpwnam(OWNER)
            os.chown(root, owner.pw_uid, owner.pw_gid)
        root.chmod(0o755)
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
        init: list[str | Path] = [
            folder / "initdb",
            "-D",
            data,
            "-U",
            OWNER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        subprocess.run(_as_owner(init), **quiet)  # type: ignore[call-overload]
        options = " ".join([f"-k {root}", *(f"-c {name}='{value}'" for name, value in SETTINGS.items())])
        start: list[str | Path] = [folder / "pg_ctl", "-D", data, "-w", "-l", root / "log", "-o", options, "start"]
        subprocess.run(_as_owner(start), **quiet)  # type: ignore[call-overload]
        try:
            yield f"postgres://{OWNER}@/postgres?host={root}"
        finally:
            subprocess.run(
                _as_owner([folder / "pg_ctl", "-D", data, "-m", "immediate", "stop"]), **{**quiet, "check": False}
            )  # type: ignore[call-overload]


def main(arguments: Sequence[str]) -> int:
    """Run a command with GONGXING_DATABASE_URL set. Told to end, it takes the command and the server along."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    command = list(arguments[1:] if arguments[:1] == ["--"] else arguments)
    with cluster() as url:
        return subprocess.call(command, env={**os.environ, "GONGXING_DATABASE_URL": url})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
