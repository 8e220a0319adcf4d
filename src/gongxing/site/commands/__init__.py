"""The commands of ``python -m gongxing``: each a function of its arguments that returns an exit status."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import django

from gongxing.site.config import ConfigError

COMMANDS = {
    "init": ("keep", "make or upgrade the databases and search index"),
    "begin": ("accounts", "make the first account of a new site and print its password"),
    "password": ("accounts", "print a new password for an account that is locked out"),
    "second-factor": ("accounts", "forget the authenticator of an account whose telephone is lost"),
    "demo": ("serve", "make the invented county and serve it"),
    "serve": ("serve", "serve the site, with its worker"),
    "web": ("web", "serve the pages only, without a worker"),
    "work": ("work", "run background jobs only"),
    "build-demo": ("demo", "make the invented county without serving it"),
    "tick": ("keep", "flip what became due; run every minute by cron where the worker does not run"),
    "check": ("keep", "check the audit chain, the deadlines and the search index"),
    "backup": ("keep", "write a consistent copy of the databases and files"),
    "translations": ("keep", "check the English catalogue; --write collects new strings"),
    "reindex": ("keep", "build the search index anew"),
}
"""Command → (module of this folder, what it does)."""
WITHOUT_DJANGO = frozenset({"serve"})
NATIVE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "RUST_MIN_STACK": str(8 * 1024 * 1024)}
"""For the libraries beneath: a product of matrices shared out to threads takes half a megabyte of the stack at once, more than the thread of a
web process has left, and the process dies. Our matrices are small; the processes themselves use the cores. To be set before they are loaded."""


def run(arguments: Sequence[str]) -> int:
    """Run one command; an unknown one is handed to Django, none prints the list."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxing.site.settings")
    for name, value in NATIVE.items():
        os.environ.setdefault(name, value)
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        for name, (_module, text) in COMMANDS.items():
            sys.stdout.write(f"{name:12s}{text}\n")
        return 0
    name, rest = arguments[0], list(arguments[1:])
    module, function = (COMMANDS[name][0], name.replace("-", "_")) if name in COMMANDS else ("other", "other")
    given = rest if name in COMMANDS else [name, *rest]
    try:
        if module not in WITHOUT_DJANGO:
            django.setup()
        return int(getattr(import_module(f"gongxing.site.commands.{module}"), function)(given))
    except ConfigError as error:
        sys.stderr.write(f"设置有误 wrong setting: {error}\n")
        return 2
