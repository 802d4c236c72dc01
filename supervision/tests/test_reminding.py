"""Who is told of orders, and when: whose turn it is at once; the office near and past the deadline, then the post."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common import clock
from goals.asks import asked_of
from goals.models import Notice
from goals.reminders import remind
from projects.tests.factories import make_project
from supervision import answering, deciding
from supervision.tests.factories import DEADLINE, TODAY, Cast

pytestmark = pytest.mark.django_db
NEAR, AFTER, LONG_AFTER = date(2022, 10, 23), date(2022, 10, 27), date(2022, 10, 31)


def told(user: User) -> list[str]:
    return list(
        Notice.objects.filter(user=user, kind__startswith="order_").order_by("pk").values_list("kind", flat=True)
    )


def run(day: date) -> None:
    with clock.pretending(day):
        remind(day)


def test_the_office_and_the_post_hear_of_a_new_order_and_nobody_of_their_own_doing(cast: Cast) -> None:
    cast.issue()

    assert told(cast.reporter) == told(cast.holder) == ["order_news"]
    assert told(cast.leader) == told(cast.other) == []
    notice = Notice.objects.get(user=cast.reporter)
    assert "督〔2022〕1号" in notice.data["name"] and "签发" in notice.data["said"]


def test_a_draft_is_told_to_nobody(cast: Cast) -> None:
    cast.draft()

    assert not Notice.objects.exists()


def test_the_leader_hears_of_what_waits_for_a_decision(cast: Cast) -> None:
    order = cast.signed()
    answering.ask_extension(cast.reporter, order, date(2022, 11, 9), "会议改期")
    answering.apply(cast.holder, order, "已办")
    deciding.verify(cast.planner, order)

    assert told(cast.leader) == ["order_news", "order_news"]


def test_the_office_hears_of_a_return(cast: Cast) -> None:
    order = cast.applied()
    Notice.objects.all().delete()

    deciding.send_back(cast.planner, order, "缺两户")

    assert told(cast.reporter) == told(cast.holder) == ["order_news"]


def test_near_the_deadline_the_office_is_told_once(cast: Cast) -> None:
    cast.signed()
    Notice.objects.all().delete()
    run(date(2022, 10, 22))
    assert told(cast.reporter) == []

    run(NEAR)
    run(NEAR)
    run(DEADLINE)

    assert told(cast.reporter) == ["order_soon"]
    assert told(cast.holder) == []


def test_past_the_deadline_the_office_is_told_and_after_three_working_days_the_post(cast: Cast) -> None:
    cast.signed()
    Notice.objects.all().delete()

    run(AFTER)
    assert (told(cast.reporter), told(cast.holder)) == (["order_late"], [])

    run(LONG_AFTER)
    assert (told(cast.reporter), told(cast.holder)) == (["order_late"], ["order_post"])


def test_once_answered_reminders_are_put_away(cast: Cast) -> None:
    order = cast.signed()
    Notice.objects.all().delete()
    run(AFTER)

    with clock.pretending(AFTER):
        answering.apply(cast.holder, order, "已办")
        remind(AFTER)

    assert not Notice.objects.unread().filter(kind__startswith="order_").exists()


def test_a_moved_deadline_is_told_anew(cast: Cast) -> None:
    order = cast.signed()
    run(NEAR)
    answering.ask_extension(cast.reporter, order, date(2022, 11, 9), "会议改期")
    deciding.decide_extension(cast.leader, order, grant=True)

    run(date(2022, 11, 7))

    assert told(cast.reporter).count("order_soon") == 2


def test_its_queries_do_not_grow(cast: Cast) -> None:
    cast.issue()
    run(date(2022, 10, 1))

    def queries(day: date) -> int:
        with CaptureQueriesContext(connection) as captured:
            run(day)
        return len(captured)

    few = queries(NEAR)
    for number in range(4):
        cast.issue(thing=make_project(cast.plan, f"work{number}", responsible_post=cast.post))

    assert queries(date(2022, 10, 24)) == few


def test_an_order_is_among_what_the_office_is_asked_for(cast: Cast) -> None:
    order = cast.issue()

    asked = asked_of(cast.reporter, date(2022, 10, 17))
    assert [(a.deadline, a.overdue, a.address) for a in asked] == [(date(2022, 10, 14), True, f"/orders/{order.pk}/")]
    assert "请签收" in asked[0].detail
    assert asked_of(cast.other, TODAY) == asked_of(cast.leader, TODAY) == []
