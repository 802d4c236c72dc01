"""Figures in and out: one parser for everything that is typed, one form for everything that is shown."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from common import display
from common.fields import to_scale
from common.figures import LARGEST, decimals, parse_figure
from common.rest.renderers import dumps, number

figures = st.decimals(min_value=-LARGEST, max_value=LARGEST, places=4, allow_nan=False, allow_infinity=False)


@given(figures)
def test_what_is_printed_is_read_again_exactly(value: Decimal) -> None:
    assert parse_figure(f"{value:f}") == value
    assert parse_figure(f"{value:,f}") == value


@given(figures)
def test_what_is_stored_is_whole_ten_thousandths(value: Decimal) -> None:
    assert to_scale(value) == int(value * 10_000)


@given(st.text(max_size=12))
def test_any_text_is_a_figure_or_refused(text: str) -> None:
    try:
        value = parse_figure(text)
    except ValidationError:
        return

    assert value.is_finite() and decimals(value) <= 4


@pytest.mark.parametrize("raw", [True, False, None, 1.5, [], {}])
def test_what_is_no_text_and_no_exact_number_is_refused(raw: object) -> None:
    with pytest.raises(ValidationError):
        parse_figure(raw)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (Decimal("5000"), "5,000"),
        (Decimal("31.400"), "31.4"),
        (Decimal("-2.5"), "−2.5"),
        (Decimal("0.005"), "0.01"),
        (Decimal("-0.004"), "0"),
        (Decimal("1E+3"), "1,000"),
        (Decimal("123456789012345678901234567890.126"), "123,456,789,012,345,678,901,234,567,890.13"),
    ],
)
def test_a_figure_is_shown_with_separators_and_without_trailing_zeros(value: Decimal | None, shown: str) -> None:
    assert display.figure(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "—"), (Decimal("6.1"), "+6.1"), (Decimal("-6.1"), "−6.1"), (Decimal("0.01"), "0")]
)
def test_a_difference_carries_its_sign(value: Decimal | None, shown: str) -> None:
    assert display.signed(value) == shown


def test_a_percentage_has_one_decimal() -> None:
    assert [display.percent(v) for v in (Decimal(100), Decimal("62.05"), None)] == ["100.0", "62.1", "—"]


def test_a_quotation_is_printed_with_full_width_punctuation() -> None:
    assert display.full_width("(一)抓质效,促转型;") == "（一）抓质效，促转型；"


@pytest.mark.parametrize(
    ("value", "sent"),
    [("0.1", "0.1"), ("-0", "0"), ("1.00005", "1.0001"), ("-1.00005", "-1.0001"), ("1E+3", "1000"), ("0.00004", "0")],
)
def test_a_number_is_sent_digit_by_digit(value: str, sent: str) -> None:
    assert number(Decimal(value)) == sent


def test_an_answer_is_plain_json() -> None:
    assert (
        dumps(
            {
                "a": Decimal("1.50"),
                "b": {
                    1,
                },
                "c": (Decimal(2),),
            }
        )
        == b'{"a":1.5,"b":[1],"c":[2]}'
    )
