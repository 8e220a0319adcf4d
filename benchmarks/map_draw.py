"""The map of parcels in a browser: 10,000 of them from the request to the last one drawn.

``python -m benchmarks.map_draw [--data DIR] [--seed N]``: SQLite in a temporary folder, a small office served by one process, Chromium without a graphics
card at 1440 × 900. A run is a page opened anew by the same reader: the first fetches everything, the following ask whether it changed. ``drawn_ms`` is taken in the page,
from asking for the parcels to the map's own word that all is drawn.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence

from benchmarks import harness

PARCELS, BOUND_MS, SECONDS = 10_000, 1000.0, 240
WORK = "import django; django.setup(); from benchmarks.map_draw_run import look; look('{site}')"


def main(argv: Sequence[str] | None = None) -> int:
    args = harness.arguments(__doc__, argv)
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return harness.skip("no Chromium on this machine: nothing measured.")
    harness.versions("django", "shapely", "playwright", parcels=PARCELS, seed=args.seed)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = int(listening.getsockname()[1])
    bounds = harness.Bounds()
    with tempfile.TemporaryDirectory(prefix="gongxing-map-") as folder:
        env = {
            **os.environ, "GONGXING_DATA_DIR": folder, "GONGXING_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "gongxing.site.settings",
            "PYTHONPATH": f"{harness.REPOSITORY}{os.pathsep}{harness.SOURCES}",
        }  # fmt: skip
        command = [sys.executable, "-m", "tests.browser.land_server", str(port), str(PARCELS)]
        with subprocess.Popen(command, env=env, cwd=harness.REPOSITORY) as server:
            try:
                _wait(f"http://127.0.0.1:{port}")
                said = subprocess.run(
                    [sys.executable, "-c", WORK.format(site=f"http://127.0.0.1:{port}")],
                    env=env,
                    cwd=harness.REPOSITORY,
                    check=True,
                    capture_output=True,
                    text=True,
                )
            finally:
                server.terminate()
    lines = [line.split() for line in said.stdout.splitlines() if line.startswith("run ")]
    for words in lines:
        harness.case(f"run {words[1]}", drawn_ms=int(words[3]), parcels=int(words[5]), answer_ms=int(words[7]))
    times = [float(words[3]) for words in lines]
    bounds.check("parcels", float(lines[0][5]), "==", float(PARCELS))
    bounds.note(first_ms=times[0], best_ms=min(times))
    bounds.check("drawn_ms", harness.percentile(times, 0.5), "<=", BOUND_MS)
    return bounds.finish()


def _wait(site: str) -> None:
    """Until it answers. Raises SystemExit when it does not."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{site}/health/", timeout=1)
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the office did not come up")


if __name__ == "__main__":
    sys.exit(main())
