"""One parser of figures for forms, Excel and the API (`rest.md`, 'Numbers and dates')."""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST = 30
PLACES = 4
LARGEST = Decimal("99999999999999.9999")
_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
_FIGURE = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")


def to_ascii(text: str) -> str:
    """Full-width forms, the ideographic space and the true minus as ASCII; nothing else changes."""
    return text.translate(_ASCII)


def parse_figure(raw: object) -> Decimal:
    """The figure that a person or a client wrote, exact, at most 4 decimals and 14 digits before them.

    Takes text or a JSON number that was parsed as int or Decimal. Raises ValidationError for everything else.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise ValidationError(_("请填写数字。"), code="invalid")
    text = to_ascii(_plain(raw)).strip()
    if not text:
        raise ValidationError(_("请填写数字，没有数据不等于零。"), code="required")
    if len(text) > LONGEST:
        raise ValidationError(_("数字过长（最多 %(n)s 个字符）。") % {"n": LONGEST}, code="too_long")
    if not _FIGURE.fullmatch(text):
        raise ValidationError(_("不是数字：只能写阿拉伯数字、小数点、负号和千分位逗号，不带单位。"), code="invalid")
    value = Decimal(text.replace(",", ""))
    if decimals(value) > PLACES:
        raise ValidationError(_("最多 %(n)s 位小数。") % {"n": PLACES}, code="max_decimal_places")
    if abs(value) > LARGEST:
        raise ValidationError(_("数字过大（小数点前最多 14 位）。"), code="max_digits")
    return value if value else Decimal(0)


def _plain(raw: str | int | Decimal) -> str:
    """A number as digits; an exponent stays visible, so that it is refused."""
    if isinstance(raw, int):
        return str(raw) if raw.bit_length() < 200 else "9" * (LONGEST + 1)
    return str(raw)


def decimals(value: Decimal) -> int:
    """How many decimals a figure needs: 1.50 needs one."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
