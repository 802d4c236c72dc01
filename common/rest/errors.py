"""One shape of errors (`rest.md`): type and errors of code, detail, attr."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import OperationalError
from django.db.models import ProtectedError, RestrictedError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions

from common.errors import Conflict, Forbidden, Refusal, StaleVersion, TooLarge
from common.rest import parsers

# PostgreSQL ends one of two transactions that wait for each other.
_CROSSED = ("40P01", "40001")


class ConflictError(exceptions.APIException):
    status_code = 409
    default_code = "conflict"


class PreconditionFailed(exceptions.APIException):
    status_code = 412
    default_code = "stale_version"


class PortalErrors(ExceptionHandler):
    """Refusals of the services as answers."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, DjangoValidationError):
            return exceptions.ValidationError(nested(exc))
        if isinstance(exc, ProtectedError | RestrictedError):
            return ConflictError(_("仍有其他记录引用它，不能删除。"))
        if isinstance(exc, Refusal):
            return _answer(exc)
        if isinstance(exc, MultiPartParserError | SuspiciousOperation):
            # A browser's session reads the body for its CSRF token, before the API's parsers do.
            return exceptions.ParseError(_("请求内容不完整或无法解析。"))
        if isinstance(exc, OperationalError) and getattr(exc.__cause__, "pgcode", "") in _CROSSED:
            return ConflictError(_("与同时进行的另一修改冲突，未作改动，请再试一次。"))
        return super().convert_known_exceptions(exc)


def _answer(refusal: Refusal) -> exceptions.APIException:
    if isinstance(refusal, Forbidden):
        return exceptions.PermissionDenied(refusal.message, refusal.code)
    if isinstance(refusal, StaleVersion):
        return PreconditionFailed(refusal.message, refusal.code)
    if isinstance(refusal, TooLarge):
        return parsers.TooLarge(refusal.message, refusal.code)
    assert isinstance(refusal, Conflict)
    return ConflictError(refusal.message, refusal.code)


def nested(error: DjangoValidationError) -> Any:
    """Django's errors as DRF nests them: `readings.3.value` is a list in a dict in a list."""
    if not hasattr(error, "error_dict"):
        return list(_details(error))
    tree: dict[str, Any] = {}
    for path, errors in error.error_dict.items():
        name = path if path != "__all__" else "non_field_errors"
        details = [d for e in errors for d in _details(e)]
        *steps, last = name.split(".")
        place = tree
        for step in steps:
            place = place.setdefault(step, {})
        place[last] = details
    return tree


def _details(error: DjangoValidationError) -> Iterator[exceptions.ErrorDetail]:
    for single in error.error_list:
        code = single.code or "invalid"
        yield exceptions.ErrorDetail("; ".join(str(m) for m in single.messages), code=code)
