"""The day of a page: what the address asks for, and what the links of the page keep."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from goals.asof import AsOf, as_of
from goals.models import Plan

PLAN = Plan(slug="plan", year=2022)
JUNE = "as_of=2022-06-30"


def asked(query: str = "") -> AsOf:
    """On 12 October 2022."""
    return as_of(RequestFactory().get(f"/?{query}"), PLAN)


def test_without_a_day_it_is_today_and_links_need_nothing() -> None:
    found = asked()

    assert (found.day, found.query, found.is_past) == (date(2022, 10, 12), "", False)


def test_links_keep_the_day_the_view_as_known_then_and_the_day_compared_with() -> None:
    found = asked(f"{JUNE}&known=then&compare=2022-03-31")

    assert found.query == "?as_of=2022-06-30&known=then&compare=2022-03-31"
    assert found.more == "&as_of=2022-06-30&known=then&compare=2022-03-31"


def test_links_to_pages_do_not_carry_this_pages_filters() -> None:
    assert asked(f"{JUNE}&status=behind").query == f"?{JUNE}"


def test_another_month_keeps_this_pages_filters_and_begins_at_its_first_page() -> None:
    march = asked(f"{JUNE}&status=behind&page=3&known=then").months[2]

    assert march.address == "?status=behind&as_of=2022-03-31&known=then"


def test_the_month_that_runs_leads_to_today_and_those_to_come_nowhere() -> None:
    months = asked(JUNE).months

    assert months[9].address == "?"
    assert [month.address for month in months[10:]] == ["", ""]
    assert [month.number for month in asked().begun] == list(range(1, 11))


def test_any_day_of_the_year_may_be_asked_for_and_its_month_is_the_current_one() -> None:
    found = asked("as_of=2022-02-15")

    assert [month.number for month in found.months if month.is_current] == [2]
    assert (found.earlier, found.later) == ("?as_of=2022-01-31", "?as_of=2022-02-28")


def test_the_switch_turns_the_view_as_known_then_on_and_off() -> None:
    assert asked(JUNE).switch == f"?{JUNE}&known=then"
    assert asked(f"{JUNE}&known=then").switch == f"?{JUNE}"


def test_today_everything_is_known() -> None:
    found = asked("known=then")

    assert (found.known_then, found.query) == (False, "")


def test_a_day_is_not_compared_with_itself() -> None:
    assert asked(f"{JUNE}&compare=2022-06-30").compare is None


@pytest.mark.parametrize("other", ["2022-03-31", "2022-09-30"])
def test_two_days_are_compared_the_earlier_first(other: str) -> None:
    span = asked(f"{JUNE}&compare={other}").span

    assert span is not None and span == tuple(sorted([date(2022, 6, 30), date.fromisoformat(other)]))


def test_it_is_best_compared_with_the_month_before() -> None:
    assert asked().before == date(2022, 9, 30)
    assert asked("as_of=2022-01-20").before == date(2022, 1, 1)


@pytest.mark.parametrize("name", ["as_of", "compare"])
@pytest.mark.parametrize("raw", ["2021-12-31", "2022-10-13", "yesterday", "2022-02-30", "２０２２-01-31", "2022-1-1"])
def test_a_day_before_the_plan_in_the_future_or_none_at_all_is_refused_by_name(name: str, raw: str) -> None:
    with pytest.raises(ValidationError) as refused:
        asked(f"{name}={raw}")

    assert list(refused.value.error_dict) == [name]
    assert "可选 2022-01-01 至 2022-10-12" in str(refused.value.messages)


def test_another_knowledge_than_then_is_refused_by_name() -> None:
    with pytest.raises(ValidationError) as refused:
        asked("known=now")

    assert list(refused.value.error_dict) == ["known"]
