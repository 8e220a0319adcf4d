"""Fixtures of all tests: the invented office, its people, and where the real inputs lie."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from gongxing.kernel.audit.revision import Revision
from gongxing.kernel.ledger.planner import forget_shares
from gongxing.kernel.pages.totals import forget_totals
from gongxing.kernel.testing.office import Office, drop_office, find_office, make_office
from gongxing.site.translations import compile_stale

ROOT = Path(__file__).resolve().parent


def pytest_configure(config: pytest.Config) -> None:
    """English pages are tested too: the compiled catalogue is no file of the repository. Every client of a test loads the middleware anew:
    the static files are looked for when asked, not all listed each time."""
    compile_stale()
    settings.WHITENOISE_AUTOREFRESH = True


DATABASE = frozenset({"db", "transactional_db", "office"})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that use the office write to both databases. Marked before pytest-django sorts: tests that empty the database come last, or
    every test after them would have to make the office anew. A test without a database runs once, not on each database, unless it
    says ``both``: its own processes use one."""
    for item in items:
        fixtures = DATABASE & set(getattr(item, "fixturenames", ()))
        if "office" in fixtures and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.django_db(databases=["default", "ops"]))
        if not fixtures and all(item.get_closest_marker(name) is None for name in ("django_db", "both")):
            item.add_marker(pytest.mark.once)


@pytest.fixture(autouse=True)
def fresh_plans() -> Iterator[None]:
    """Counts cached by an earlier test are dropped."""
    forget_shares()
    forget_totals()
    Revision.forget()
    yield


def _transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The office is made once; every test begins from it, because what a test writes is rolled back."""
    with django_db_blocker.unblock():
        make_office()


@pytest.fixture(autouse=True)
def empty_without_office(request: pytest.FixtureRequest) -> None:
    """A test that uses the database but not the office begins with an empty one."""
    names = set(request.fixturenames)
    uses = request.node.get_closest_marker("django_db") is not None or names & {"db", "transactional_db"}
    if uses and "office" not in names:
        request.getfixturevalue("transactional_db" if _transactional(request) else "db")
        drop_office()


@pytest.fixture
def office(request: pytest.FixtureRequest, settings: object, tmp_path: Path) -> Office:
    """A small county with posts, accounts and grants, and a data folder of its own."""
    request.getfixturevalue("transactional_db" if _transactional(request) else "db")
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    settings.FILES_DIR = tmp_path / "files"  # type: ignore[attr-defined]
    return find_office() or make_office()


@pytest.fixture
def client_of(office: Office) -> object:
    """A function: user name → a client logged in as it."""

    def log_in(username: str) -> Client:
        client = Client()
        client.force_login(office.users[username])
        return client

    return log_in


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real inputs; skips where it is absent."""
    folder = Path(os.environ.get("GONGXING_SHARED", ROOT.parent / "shared"))
    if not (folder / "data" / "companies" / "registry").is_dir():
        pytest.skip(f"the real inputs are not here ({folder}); set GONGXING_SHARED to their folder")
    return folder / "data"
