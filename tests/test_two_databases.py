"""The second database holds the tables of its own models, all of them and no others, and notes every migration as made."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections, router
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.django_db(databases=["default", "ops"])


@pytest.mark.skipif(settings.SINGLE_DATABASE, reason="one database for everything")
@pytest.mark.parametrize("alias", ["default", "ops"])
def test_each_database_has_the_tables_of_its_models_and_every_migration(alias: str) -> None:
    loader = MigrationLoader(connections[alias])
    assert set(loader.disk_migrations) - set(loader.applied_migrations) == set()
    own = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if router.allow_migrate_model(alias, model) and model._meta.managed
    }
    all_tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    there = set(connections[alias].introspection.table_names())
    assert own - there == set()
    assert (there & all_tables) - own == set()
