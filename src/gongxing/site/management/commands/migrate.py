"""``migrate``: Django's, but the second database passes over the migrations that make nothing there.

``ops`` holds a handful of models (``kernel/database/routing``). Django works out the state of all models for every migration all the
same, which is half the time of a first start.
"""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from gongxing.kernel.database.routing import OPS_APPS, OPS_MODELS


class Command(migrate.Command):
    """See the module."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate one database. On ``ops``, asked for whole, first the apps that live there with what they rest on; the others, none of whose
        models may be made there, are noted as migrated."""
        whole = options["app_label"] is None and not any(options[name] for name in ("fake", "plan", "check_unapplied"))
        if options["database"] == "ops" and whole:
            executor = MigrationExecutor(connections["ops"])
            leaves = executor.loader.graph.leaf_nodes()
            living = OPS_APPS | {app for app, _model in OPS_MODELS}
            executor.migrate([leaf for leaf in leaves if leaf[0] in living])
            executor.loader.build_graph()
            executor.migrate(leaves, fake=True)
        super().handle(*args, **options)
