"""统一社会信用代码: what is one, and how it is held however it is typed. A firm of the economy's registers has one."""

import pytest
from django.core.exceptions import ValidationError
from stdnum.cn import uscc

from ledgers.credit import CreditCodeField, check_credit_code

BODY = "91330602MA2A00001"
CODE = BODY + uscc.calc_check_digit(BODY)
FIELD = CreditCodeField()


@pytest.mark.parametrize(
    "wrong",
    {
        "another check digit": BODY + ("0" if CODE[-1] != "0" else "1"),
        "two digits changed places": CODE[:15] + CODE[16] + CODE[15] + CODE[17],
        "too short": BODY,
        "too long": CODE + "0",
        "a letter that is in no code": "9133O602" + CODE[8:],
        "no ASCII": "统一社会信用代码统一社会信用代码信用",
        "Arabic digits": "٩" + CODE[1:],
    }.values(),
)
def test_a_wrong_code_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check_credit_code(wrong)

    assert refused.value.code == "credit_code"


@pytest.mark.parametrize("typed", [CODE, f" {CODE[:8]} {CODE[8:]}　", CODE.lower(), CODE.replace("9133", "９１３３")])
def test_a_code_is_held_as_one_however_it_is_typed(typed: str) -> None:
    assert FIELD.clean(typed, None) == CODE


def test_the_code_of_a_villages_cooperative_is_one() -> None:
    body = "N2330602MF1234567"

    check_credit_code(body + uscc.calc_check_digit(body))


def test_migrations_know_it_as_a_plain_text() -> None:
    assert FIELD.deconstruct()[1] == "django.db.models.CharField"
