"""The API against its own description: inputs drawn from the OpenAPI document, and none of them an error of the program.

Bounded: a few examples an operation, the same ones each time. Every answer has a status and a shape that the document declares.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from gongxing.kernel.audit.chain import check_chain
from gongxing.kernel.testing.office import Office
from gongxing.kernel.testing.samples import holder

EXAMPLES = 3


@pytest.fixture
def kept_connections() -> Iterator[None]:
    """A request ends by closing old connections; here they are the test's own."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def logged_in(office: Office) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The site as somebody logged in who may do everything sees it: cookies and token are put on every request."""
    client, token, site = Client(), _get_new_csrf_string(), WSGIHandler()
    client.force_login(holder(office))
    session = client.cookies[django_settings.SESSION_COOKIE_NAME].value

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        cookies = f"{django_settings.SESSION_COOKIE_NAME}={session}; {django_settings.CSRF_COOKIE_NAME}={token}"
        return site({**environ, "HTTP_COOKIE": cookies, "HTTP_X_CSRFTOKEN": token}, start_response)

    return app


@pytest.mark.slow
def test_no_input_the_document_allows_or_forbids_is_an_error_of_the_program(
    office: Office, kept_connections: None
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", logged_in(office))
    seen = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
            | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
        )
        def holds(case: schemathesis.Case) -> None:
            answer = case.call()
            case.validate_response(
                answer, checks=[not_a_server_error, status_code_conformance, response_schema_conformance]
            )

        holds()
        seen += 1
    assert seen > 30
    assert check_chain().sound
