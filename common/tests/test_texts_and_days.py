"""Text, days and moments as they may be given."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from common import clock
from common.dates import parse_date, parse_moment
from common.personal import masked, names_a_person
from common.text import CleanText, require_visible


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_is_read_as_it_is_printed(day: date) -> None:
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "raw", ["2022-2-1", "20220201", "2022-02-30", "1999-12-31", "2100-01-01", None, 5, "２０２２-01-01"]
)
def test_another_form_of_a_day_is_refused(raw: object) -> None:
    with pytest.raises(ValidationError):
        parse_date(raw)


def test_a_moment_without_a_zone_is_the_portals() -> None:
    assert parse_moment("2022-10-12T08:00:00") == parse_moment("2022-10-12T08:00:00+08:00")


@pytest.mark.parametrize(
    "raw", ["soon", "1999-12-31T23:59:59Z", "2022-13-01T00:00:00Z", None, "２０２２-10-12T08:00:00"]
)
def test_a_moment_that_is_none_is_refused(raw: object) -> None:
    with pytest.raises(ValidationError):
        parse_moment(raw)


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[2J", "a\u202eb", "\ud800", "e" + "\u0301" * 9, "汉" * 11])
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        CleanText(10)(text)


@pytest.mark.parametrize("text", ["line1\r\nline2", "𠮷龘😀", "<script>", "", "é" * 10])
def test_odd_but_honest_text_is_kept(text: str) -> None:
    CleanText(20)(text)


@pytest.mark.parametrize("text", ["", "   ", "\u3000", "\u200b\u200b", "\n"])
def test_blanks_say_nothing(text: str) -> None:
    with pytest.raises(ValidationError):
        require_visible(text)


def test_text_rules_of_the_same_length_are_the_same() -> None:
    assert CleanText(5) == CleanText(5) != CleanText(6)
    assert hash(CleanText(5)) == hash(CleanText(5))


def test_pretending_ends_with_its_block(settings: object) -> None:
    before = clock.today()

    with clock.pretending(date(2022, 2, 18), hour=15):
        assert (clock.today(), clock.now().hour) == (date(2022, 2, 18), 15)

    assert clock.today() == before


def test_today_is_the_running_day_where_none_is_fixed(settings: object) -> None:
    settings.TAOYAN_TODAY = ""  # type: ignore[attr-defined]

    assert clock.today() == clock.now().date()


@pytest.mark.parametrize(
    ("text", "shown"), [("电话13800138000", "电话138******00"), ("编号12345678901234567890", None)]
)
def test_personal_numbers_are_told_from_others(text: str, shown: str | None) -> None:
    assert names_a_person(text) == (shown is not None)
    assert masked(text) == (shown or text)
