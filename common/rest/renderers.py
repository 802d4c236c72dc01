"""JSON out: exact decimals as numbers of at most 4 places."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer

_PLACES = Decimal("0.0001")
# Computed figures have more digits than the default context allows.
_WIDE = Context(prec=80)


class JSON(BaseRenderer):
    """orjson, with decimals written digit by digit: never through a binary float."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else dumps(data)


def dumps(data: Any) -> bytes:
    """The data as JSON bytes."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(number(value).encode())
    if isinstance(value, Promise | str):
        return "".join(str(value))
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    if isinstance(value, int):
        return int(value)
    raise TypeError(type(value).__name__)


def number(value: Decimal) -> str:
    """A decimal as a JSON number: at most 4 places, ROUND_HALF_UP, no trailing zeros, never −0."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -4:
        value = value.quantize(_PLACES, rounding=ROUND_HALF_UP, context=_WIDE)
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
