"""The commands of ``python -m gongxing``: each a function of its arguments that returns an exit status."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import django
from django.core.management import execute_from_command_line

COMMANDS = {
    "init": ("keep", "make or upgrade the databases and search index"),
    "demo": ("demo", "make the invented county and serve it"),
    "serve": ("serve", "serve the site, with its worker"),
    "work": ("serve", "run background jobs only"),
    "tick": ("keep", "flip what became due; run every minute by cron where the worker does not run"),
    "check": ("keep", "check the audit chain, the deadlines and the search index"),
    "backup": ("keep", "write a consistent copy of the databases and files"),
    "reindex": ("keep", "build the search index anew"),
}
"""Command → (module of this folder, what it does)."""


def run(arguments: Sequence[str]) -> int:
    """Run one command; an unknown one is handed to Django, none prints the list."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxing.site.settings")
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        for name, (_module, text) in COMMANDS.items():
            sys.stdout.write(f"{name:10s}{text}\n")
        return 0
    django.setup()
    name, rest = arguments[0], list(arguments[1:])
    if name not in COMMANDS:
        execute_from_command_line(["gongxing", name, *rest])
        return 0
    module = import_module(f"gongxing.site.commands.{COMMANDS[name][0]}")
    return int(getattr(module, name)(rest))
