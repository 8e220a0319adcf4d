"""Commands of Django itself."""

from collections.abc import Sequence

from django.core.management import execute_from_command_line


def other(arguments: Sequence[str]) -> int:
    """Hand the words to Django (``shell``, ``dbshell``, ``makemigrations`` …)."""
    execute_from_command_line(["gongxing", *arguments])
    return 0
