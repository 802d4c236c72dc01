"""JSON in: strict, and exact."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

DEEPEST = 20


class TooLarge(APIException):
    status_code = 413
    default_detail = _("请求内容过大。")
    default_code = "too_large"


class JSON(BaseParser):
    """One JSON document in UTF-8: no NaN, no doubled key, no endless nesting. Numbers are int or Decimal."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            text = raw.decode("utf-8")
            data = json.loads(
                text, parse_float=Decimal, parse_int=_integer, parse_constant=_refuse, object_pairs_hook=_once
            )
        except (ValueError, RecursionError, ArithmeticError) as error:
            raise ParseError(_("不是有效的 JSON。")) from error
        if not isinstance(data, dict):
            raise ParseError(_("请求内容应为一个 JSON 对象。"))
        return data


def _integer(digits: str) -> int:
    if len(digits) > 40:
        raise ValueError("too long")
    return int(digits)


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found
