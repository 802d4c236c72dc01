"""Multipart bodies taken whole or not at all, on disk and within limits."""

import tempfile
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext_lazy as _

from common.errors import TooLarge

CHUNK = 64 * 1024
# What may stand behind the last boundary.
EPILOGUE = 1_024


def bound(request: HttpRequest, *, largest_file: int, largest_body: int) -> None:
    """Let this request carry files up to these limits; before anything reads its body.

    Of a file above its limit no more is kept than shows that it is. A body above its limit isn't read into anything:
    TooLarge. One without its last boundary was cut on its way: MultiPartParserError, which is answered 400.
    """
    request.upload_handlers = [Bounded(request, largest_file, largest_body)]  # type: ignore[assignment]


class Bounded(FileUploadHandler):
    """Parses the body in place of Django's parser, to see where it ends."""

    def __init__(self, request: HttpRequest, largest_file: int, largest_body: int) -> None:
        super().__init__(request)
        self.largest_file, self.largest_body = largest_file, largest_body

    def handle_raw_input(
        self, input_data: Any, META: Mapping[str, str], content_length: int, boundary: Any, encoding: Any = None
    ) -> Any:
        if content_length > self.largest_body:
            _pour_away(input_data, 2 * self.largest_body)
            raise TooLarge(_("请求内容过大。"))
        stream = _Tail(input_data, EPILOGUE + len(boundary))
        kept = [_OnDisk(self.request, self.largest_file)]
        post, files = _Parser(META, stream, kept, encoding).parse()  # type: ignore[arg-type]
        if b"--" + boundary + b"--" not in stream.tail:
            for _name, several in files.lists():
                for file in several:
                    file.close()
            raise MultiPartParserError("the body ends before its last boundary")
        return post, files

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        raise NotImplementedError("the body is parsed as a whole")

    def file_complete(self, file_size: int) -> None:
        raise NotImplementedError("the body is parsed as a whole")


def _pour_away(stream: Any, most: int) -> None:
    """Read on without keeping anything, so that the client hears the answer; but not for ever."""
    while most > 0 and (chunk := stream.read(CHUNK)):
        most -= len(chunk)


class _Tail:
    """A stream that remembers its end."""

    def __init__(self, stream: Any, length: int) -> None:
        self.stream, self.length, self.tail = stream, length, b""

    def read(self, size: int) -> bytes:
        chunk: bytes = self.stream.read(size)
        self.tail = (self.tail + chunk)[-self.length :]
        return chunk


class _Parser(MultiPartParser):
    """Leaves a file's name as it was sent, so that what is wrong with it can be said."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        name = file_name.replace("\\", "/").rpartition("/")[2]
        return None if name in ("", ".", "..") else name


class _OnDisk(FileUploadHandler):
    """Every file in a temporary one without a name, whatever its own name is."""

    def __init__(self, request: HttpRequest | None, largest: int) -> None:
        super().__init__(request)
        self.largest = largest

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - the request closes it

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start <= self.largest:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.file.seek(0)
        return UploadedFile(self.file, self.file_name, self.content_type, file_size, self.charset)
