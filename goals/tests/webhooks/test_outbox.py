"""What hooks are told of is written with the fact, or not at all."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from goals import reporting
from goals.models import Delivery, Hook, Reading
from goals.models.reading import State
from goals.progress.recompute import mark, recompute
from goals.tests.factories import make_indicator, make_plan, make_reading, make_target, make_unit, make_user
from goals.tests.pages.factories import AUGUST, JANUARY, SEPTEMBER, Cast
from goals.tests.webhooks.factories import make_hook
from goals.webhooks import facts, outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(cast: Cast) -> Hook:
    return make_hook(cast.planner)


def submitted(cast: Cast, period: date = JANUARY, value: int = 5, **more: Any) -> Reading:
    return make_reading(cast.indicator, period, value, state=State.SUBMITTED, entered_by=cast.official, **more)


def told(event: str = Delivery.Event.APPROVAL) -> list[dict[str, Any]]:
    return [json.loads(d.body) for d in Delivery.objects.filter(event=event).order_by("made_at")]


def computed(cast: Cast) -> None:
    mark([cast.target.pk], "test")
    recompute([cast.target.pk])


def test_an_approval_is_told_with_the_figures(cast: Cast, hook: Hook) -> None:
    reading = submitted(cast)

    reporting.approve(cast.reviewer, reading.pk)

    (message,) = told()
    assert message["event"] == "reading.approved"
    assert message["id"] == str(Delivery.objects.get().pk)
    (fact,) = message["facts"]
    assert (fact["reading"], fact["indicator"], fact["unit"]) == (reading.pk, "firms", "office")
    assert (fact["period"], fact["value"], fact["revision"]) == ("2022-01-31", 5, 1)


def test_a_correction_says_what_it_supersedes(cast: Cast, hook: Hook) -> None:
    first = make_reading(cast.indicator, JANUARY, 4)

    reporting.approve(cast.reviewer, submitted(cast, value=5, revision=2).pk)

    assert told()[0]["facts"][0]["supersedes"] == first.pk


def test_a_feeds_approved_figures_are_told_too(cast: Cast, hook: Hook) -> None:
    feed = make_user("feed", Role.DATA_FEED)
    cast.indicator.feeds.add(feed)
    rows = [
        {"indicator": cast.indicator, "unit": cast.office, "period": period, "value": Decimal(3), "state": "approved"}
        for period in (JANUARY, AUGUST)
    ]

    reporting.post_readings(feed, rows)

    assert [fact["period"] for fact in told()[0]["facts"]] == ["2022-01-31", "2022-08-31"]


def test_a_draft_and_a_submission_are_nobodys_business(cast: Cast, hook: Hook) -> None:
    row = {"indicator": cast.indicator, "unit": cast.office, "period": JANUARY, "value": Decimal(3)}

    reporting.post_readings(cast.official, [row | {"state": "draft"}])
    reporting.post_readings(cast.official, [row | {"state": "submitted"}])

    assert not Delivery.objects.exists()


def test_an_approval_that_is_undone_is_not_told(cast: Cast, hook: Hook) -> None:
    reading = submitted(cast)

    with pytest.raises(RuntimeError), transaction.atomic():
        reporting.approve(cast.reviewer, reading.pk)
        raise RuntimeError

    assert not Delivery.objects.exists()


def test_a_changed_status_of_today_is_told_once(cast: Cast, hook: Hook) -> None:
    computed(cast)
    make_reading(cast.indicator, JANUARY, 100)

    computed(cast)
    computed(cast)

    (message,) = told(Delivery.Event.STATUS)
    (fact,) = message["facts"]
    assert (fact["target"], fact["plan"], fact["code"]) == (cast.target.pk, "taoyan-2022", "firms")
    assert (fact["from"], fact["to"], fact["as_of"], fact["actual"]) == ("no_data", "achieved", "2022-10-12", 100)


def test_a_first_status_is_no_change(cast: Cast, hook: Hook) -> None:
    make_reading(cast.indicator, JANUARY, 100)

    computed(cast)

    assert not Delivery.objects.exists()


def test_a_recompute_that_fails_tells_nothing(cast: Cast, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    computed(cast)
    make_reading(cast.indicator, JANUARY, 100)

    def fail(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(outbox, "_write", fail)
    with pytest.raises(RuntimeError):
        computed(cast)
    monkeypatch.undo()
    computed(cast)

    assert len(told(Delivery.Event.STATUS)) == 1


@pytest.mark.parametrize("switch", ["is_active", "on_approval"])
def test_who_is_switched_off_is_not_told(cast: Cast, hook: Hook, switch: str) -> None:
    Hook.objects.update(**{switch: False})

    reporting.approve(cast.reviewer, submitted(cast).pk)

    assert not Delivery.objects.exists()


def test_a_hook_of_who_sees_nothing_any_more_is_told_nothing(cast: Cast, hook: Hook) -> None:
    cast.planner.grants.all().delete()

    reporting.approve(cast.reviewer, submitted(cast).pk)

    assert not Delivery.objects.exists()


def test_a_hook_is_told_of_what_its_owner_sees_alone(cast: Cast) -> None:
    elsewhere = make_unit("elsewhere")
    make_hook(make_user("stranger", Role.PLANNER, unit=elsewhere), unit=make_unit())

    reporting.approve(cast.reviewer, submitted(cast).pk)

    assert not Delivery.objects.exists()


def test_a_hook_of_a_unit_is_told_of_what_lies_under_it(cast: Cast) -> None:
    village, other = make_unit("village", "village", cast.office), make_unit("other_office")
    of_office = make_hook(cast.planner, unit=cast.office)
    make_hook(cast.planner, unit=other)

    reporting.approve(cast.reviewer, submitted(cast, unit=village).pk)

    assert [d.hook_id for d in Delivery.objects.all()] == [of_office.pk]


def test_a_hook_of_a_plan_is_told_of_its_indicators_in_its_year(cast: Cast) -> None:
    make_hook(cast.planner, plan=cast.plan)
    unpromised = make_indicator("unpromised")
    make_hook(cast.planner, plan=make_plan("taoyan-2021", year=2021))

    reporting.approve_many(
        make_user("everywhere", Role.REVIEWER),
        [
            submitted(cast).pk,
            make_reading(unpromised, JANUARY, 1, state=State.SUBMITTED).pk,
            submitted(cast, period=date(2021, 1, 31)).pk,
        ],
    )

    (message,) = told()
    assert [(f["indicator"], f["period"]) for f in message["facts"]] == [("firms", "2022-01-31")]


def test_a_target_is_told_to_its_lead_offices_hook(cast: Cast) -> None:
    other = make_unit("other_office")
    of_office = make_hook(cast.planner, unit=cast.office)
    make_hook(cast.planner, unit=other)
    computed(cast)
    make_reading(cast.indicator, JANUARY, 100)

    computed(cast)

    assert [d.hook_id for d in Delivery.objects.filter(event=Delivery.Event.STATUS)] == [of_office.pk]


def test_many_facts_come_in_several_messages_of_bounded_size() -> None:
    many = [facts.Fact(n, b'{"n":1}') for n in range(250)]
    large = [facts.Fact(n, b"x" * 40_000) for n in range(3)]

    assert [len(some) for some in facts.bundles(many)] == [100, 100, 50]
    assert [len(some) for some in facts.bundles(large)] == [1, 1, 1]
    assert list(facts.bundles([])) == []


def test_telling_takes_no_more_queries_for_more_facts(cast: Cast, hook: Hook) -> None:
    def queries(periods: list[date]) -> int:
        readings = [submitted(cast, period=period) for period in periods]
        with CaptureQueriesContext(connection) as captured, transaction.atomic():
            outbox.tell_approved(readings)
        return len(captured)

    months = [date(2021, month, 28 if month == 2 else 30) for month in (4, 6, 9)]

    assert queries([JANUARY]) == queries([AUGUST, SEPTEMBER, *months])


def test_where_no_hook_listens_one_query_is_asked(cast: Cast) -> None:
    reading = submitted(cast)

    with CaptureQueriesContext(connection) as captured:
        outbox.tell_approved([reading])

    assert len(captured) == 1


def test_statuses_of_many_targets_take_as_many_queries_as_of_one(cast: Cast, hook: Hook) -> None:
    def queries(codes: list[str]) -> int:
        targets = [make_target(cast.plan, make_indicator(code)) for code in codes]
        ids = [t.pk for t in targets]
        mark(ids, "test")
        recompute(ids)
        for target in targets:
            make_reading(target.indicator, JANUARY, 100)
        with CaptureQueriesContext(connection) as captured:
            recompute(ids)
        return len(captured)

    assert queries(["one"]) == queries([f"many{n}" for n in range(5)])
    assert Delivery.objects.filter(event=Delivery.Event.STATUS).count() == 2
