"""A page may multiply matrices in a thread with little stack left: the process lives, because its libraries were told to use one thread."""

import os
import subprocess
import sys

import pytest

from gongxing.site.commands import NATIVE, run

PRODUCT = """
import threading
import numpy
from gongxing.engines.complexity import input_proximities

def multiply():
    found = input_proximities(tuple(map(str, range(400))), numpy.ones((400, 400)))
    print(len(found.names))

threading.stack_size(64 * 1024)
thread = threading.Thread(target=multiply)
thread.start()
thread.join()
"""


@pytest.mark.once
def test_a_product_of_matrices_fits_a_small_stack() -> None:
    env = {**os.environ, **NATIVE}
    done = subprocess.run([sys.executable, "-c", PRODUCT], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "400"), done.stderr


def test_every_command_tells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NATIVE:
        monkeypatch.delenv(name, raising=False)
    run(["help"])
    assert {name: os.environ[name] for name in NATIVE} == NATIVE
