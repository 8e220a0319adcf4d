"""Which of the two databases a model lives in.

``default`` holds facts, entries and search; ``ops`` holds jobs, import sessions, counters of forms, sessions, lock-outs and second factors, so that
log-in, progress and cancel never wait for a long import. On PostgreSQL both aliases are two connections to one database, and only
``default`` is migrated.
"""

from typing import Any

from django.conf import settings
from django.db import models

OPS_APPS = frozenset({"sessions", "axes", "jobs", "exchange", "burden"})
OPS_MODELS = frozenset({("org", "secondfactor")})


def _in_ops(app_label: str, model_name: str | None) -> bool:
    return app_label in OPS_APPS or (app_label, model_name) in OPS_MODELS


class Router:
    """Django database router: apps in ``OPS_APPS`` and models in ``OPS_MODELS`` read and write ``ops``, all others ``default``."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        return "ops" if _in_ops(model._meta.app_label, model._meta.model_name) else "default"

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        return self.db_for_read(model)

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        return self.db_for_read(one._meta.model) == self.db_for_read(other._meta.model)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        if settings.SINGLE_DATABASE:
            return db == "default"
        return (db == "ops") == _in_ops(app_label, model_name)
