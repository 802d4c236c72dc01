"""`Idempotency-Key` of a POST: what it may be, what makes two requests the same, and where answers are kept.

Keys are rows of another app: the setting `IDEMPOTENCY_KEEPER` names its module, with `first_answer` and `keep`.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest.renderers import dumps

HEADER = "Idempotency-Key"
LONGEST = 255
# Bits that a whole number may have in JSON as it is written here.
LONGEST_INTEGER = 63


@dataclass(frozen=True)
class Answered:
    """How a request was answered."""

    status: int
    body: bytes

    def again(self) -> HttpResponse:
        answer = HttpResponse(self.body or None, status=self.status, content_type="application/json")
        answer["Idempotent-Replayed"] = "true"
        return answer


class Differs(APIException):
    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = _("这个 Idempotency-Key 已用于另一个请求。")


def key_of(request: Request) -> str | None:
    """The key, if the request has one; ValidationError for what is none: 1 to 255 visible ASCII characters."""
    raw = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if raw is None or request.method != "POST":
        return None
    if not 1 <= len(raw) <= LONGEST or not all("!" <= c <= "~" for c in raw):
        said = _("Idempotency-Key 应为 1 至 255 个可见的 ASCII 字符。")
        raise ValidationError({HEADER: [ErrorDetail(str(said), code="invalid")]})
    return str(raw)


def fingerprint_of(request: Request) -> str:
    """A digest of method, address and content; of a body of JSON its meaning counts, not its blanks."""
    digest = hashlib.sha256()
    for part in _parts(request):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _parts(request: Request) -> Iterator[bytes]:
    yield request.method.encode()
    yield request.get_full_path().encode()
    if not isinstance(request.data, QueryDict):
        yield dumps(_sorted(request.data))
        return
    for name, values in sorted(request.data.lists()):
        for value in values:
            yield name.encode()
            if isinstance(value, UploadedFile):
                yield (value.name or "").encode(errors="surrogatepass")
                yield from value.chunks()
                value.seek(0)
            else:
                yield str(value).encode(errors="surrogatepass")


def _sorted(data: Any) -> Any:
    """The same whatever the order of its keys, and writable: a client may send what no answer ever holds."""
    if isinstance(data, dict):
        return {_sorted(key): _sorted(data[key]) for key in sorted(data)}
    if isinstance(data, list):
        return [_sorted(each) for each in data]
    if isinstance(data, str):
        return data.encode(errors="backslashreplace").decode()
    return Decimal(data) if isinstance(data, int) and data.bit_length() > LONGEST_INTEGER else data


def keeper() -> Any:
    """The module that keeps answers."""
    return import_module(settings.IDEMPOTENCY_KEEPER)


def body_of(answer: Any) -> bytes | None:
    """What of an answer can be kept: JSON, or nothing at all."""
    if not isinstance(answer, Response):
        return None
    return b"" if answer.data is None else dumps(answer.data)
