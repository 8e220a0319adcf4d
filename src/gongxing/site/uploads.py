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
        self._announced = content_length
        return super().handle_raw_input(input_data, META, content_length, boundary, encoding)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Refuse by the announced size before a byte is kept. (Django heeds StopUpload from here on, not in handle_raw_input.)"""
        if self._announced > self._limit + 1024 * 1024:
            self._refuse()
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        self._seen += len(raw_data)
        if self._seen > self._limit:
            self._refuse()
        return super().receive_data_chunk(raw_data, start)

    def _refuse(self) -> None:
        if self.request is not None:
            self.request.upload_too_big = True  # type: ignore[attr-defined]
        raise StopUpload(connection_reset=False)
