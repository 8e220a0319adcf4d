"""What cannot be taken is refused with a sentence: files beyond the limit, a wrong code; no refusal writes anything."""

import io
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from gongxing.kernel.audit.models import Entry
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.cells.uscc import parse
from gongxing.kernel.exchange.models import ImportSession
from gongxing.kernel.ledger.faults import sentence
from gongxing.kernel.testing.office import Office
from tests.bad_input.office_day import FIRMS, texts


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "文件超过大小上限"), ("en", "larger than the limit")])
def test_two_hundred_megabytes_are_refused_before_they_are_read(
    office: Office, client: Client, language: str, words: str
) -> None:
    client.force_login(office.users["gongxin"])
    texts(client, language)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.xlsx"\r\n\r\nPK' + b"x" * 100_000
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    announced = RequestFactory().post(f"{FIRMS}import/").environ | {
        "CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(200 * 1024 * 1024), "HTTP_COOKIE": cookie,
        "wsgi.input": io.BytesIO(body),
    }  # fmt: skip
    request = WSGIRequest(announced)
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    handler = WSGIHandler()
    answer = handler.get_response(request)
    assert isinstance(answer, HttpResponse)
    assert answer.status_code in (413, 422)
    assert words in answer.content.decode()
    assert not ImportSession.objects.exists()


def test_a_file_that_grows_beyond_the_limit_while_it_comes_is_cut_off(
    office: Office, client: Client, settings: LazySettings
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    client.force_login(office.users["gongxin"])
    answer = client.post(f"{FIRMS}import/", {"file": SimpleUploadedFile("big.csv", b"x" * (2 * 1024 * 1024))})
    assert answer.status_code in (413, 422)
    assert not ImportSession.objects.exists()
    assert not list(Path(settings.FILES_DIR).rglob("*.*")) if Path(settings.FILES_DIR).exists() else True


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "代码末位应为"), ("en", "The last character of the code should be")]
)
def test_a_wrong_check_character_is_named_with_the_right_one(language: str, words: str) -> None:
    with pytest.raises(Fault) as fault, translation.override(language):
        parse("91350100M000100Y44")
    with translation.override(language):
        assert words in sentence(fault.value)
        assert str(fault.value.params["expected"]) == "3"


def test_nothing_was_written_by_any_refusal(office: Office, client: Client) -> None:
    """A refused form and a refused upload leave no entry."""
    client.force_login(office.users["gongxin"])
    before = Entry.objects.count()
    assert client.post(f"{FIRMS}add/", {"name": "", "unit": "不存在的园"}).status_code == 422
    assert client.post(f"{FIRMS}import/", {"file": SimpleUploadedFile("a.xlsx", b"not a sheet")}).status_code == 422
    assert Entry.objects.count() == before
