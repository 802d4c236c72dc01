"""统一社会信用代码 as people give it: blanks and small letters are put right, a wrong check digit is refused."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from stdnum.cn import uscc

from common.figures import to_ascii

LENGTH, LONGEST = 18, 40
# 登记管理部门 and 机构类别 (N2: a village's co-operative), 行政区划, and what the authority gave; no I, O, S, V, Z.
_FORM = re.compile("[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")


def check_credit_code(code: str) -> None:
    """Raises ValidationError unless the code is of eighteen signs of which the last fits the others."""
    if len(code) != LENGTH:
        raise ValidationError(_("统一社会信用代码应为 18 位。"), code="credit_code")
    if not _FORM.fullmatch(code) or uscc.calc_check_digit(code[:-1]) != code[-1]:
        raise ValidationError(_("统一社会信用代码有误，与校验位不符。"), code="credit_code")


class CreditCodeField(models.CharField):  # type: ignore[type-arg]
    """A column of such codes, held without blanks and in capitals; what is typed may be longer."""

    default_validators = [check_credit_code]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = LONGEST
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def clone(self) -> Any:
        _name, _path, args, kwargs = self.deconstruct()
        return CreditCodeField(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return "".join(to_ascii(text).split()).upper() if isinstance(text, str) else text
