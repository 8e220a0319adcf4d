"""Uploads go straight to a scratch file and stop at the limit, whatever the client announced."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler


class LimitedUpload(TemporaryFileUploadHandler):
    """Streams to disk; above ``settings.UPLOAD_LIMIT_BYTES`` the connection is reset and ``request.upload_too_big`` is set."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> Any:
        self._seen = 0
        self._limit = settings.UPLOAD_LIMIT_BYTES
        if content_length > self._limit + 1024 * 1024:
            self._refuse()
        return super().handle_raw_input(input_data, META, content_length, boundary, encoding)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        self._seen += len(raw_data)
        if self._seen > self._limit:
            self._refuse()
        return super().receive_data_chunk(raw_data, start)

    def _refuse(self) -> None:
        if self.request is not None:
            self.request.upload_too_big = True  # type: ignore[attr-defined]
        raise StopUpload(connection_reset=False)
