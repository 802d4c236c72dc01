"""Returned figures are told in the transaction that returns them; the bell counts what is still to be done."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from common import clock
from goals import reporting
from goals.models import Notice, Reading, ReportingUnit
from goals.models.reading import State
from goals.reminders import remind, unread_count
from goals.tests.factories import make_indicator, make_office, make_reading, make_user
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, make_cast

pytestmark = pytest.mark.django_db
Kind = Notice.Kind
DEADLINE = date(2022, 10, 10)


@pytest.fixture
def cast() -> Cast:
    """One monthly indicator, reported of September alone."""
    cast = make_cast(frequency="monthly")
    ReportingUnit.objects.update(first_day=SEPTEMBER, last_day=SEPTEMBER)
    return cast


def run(day: date) -> None:
    with clock.pretending(day):
        remind(day)


def kinds(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


# The bell


def test_the_bell_counts_what_is_unread_and_not_done(cast: Cast) -> None:
    run(DEADLINE)
    assert unread_count(cast.official) == 1

    make_reading(cast.indicator, SEPTEMBER, 5, state=State.SUBMITTED)
    assert unread_count(cast.official) == 0


def test_the_bell_does_not_count_what_was_read_nor_what_others_were_told(cast: Cast) -> None:
    run(date(2022, 10, 13))
    Notice.objects.filter(user=cast.official).update(read_at=clock.now())

    assert (unread_count(cast.official), unread_count(cast.reviewer), unread_count(cast.leader)) == (0, 1, 0)


def test_a_figure_of_another_slot_settles_nothing(cast: Cast) -> None:
    run(DEADLINE)
    make_reading(cast.indicator, AUGUST, 5)
    make_reading(cast.indicator, SEPTEMBER, 5, unit=make_office("other_office"))
    make_reading(make_indicator("another"), SEPTEMBER, 5)

    assert unread_count(cast.official) == 1


def test_the_bell_costs_one_query(cast: Cast) -> None:
    run(DEADLINE)

    with CaptureQueriesContext(connection) as queries:
        unread_count(cast.official)

    assert len(queries) == 1


# Returned


def returned(cast: Cast, **fields: object) -> Reading:
    fields = {"state": State.SUBMITTED, "entered_by": cast.official, "reported_by": cast.official} | fields
    reading = make_reading(cast.indicator, SEPTEMBER, 5, **fields)
    return reporting.return_reading(cast.reviewer, reading.pk, "请附合同")


def test_a_return_is_told_to_who_submitted_it_and_to_the_units_reporters(cast: Cast) -> None:
    colleague = make_user("colleague", Role.REPORTER, unit=cast.office)
    elsewhere = make_user("elsewhere", Role.REPORTER, unit=make_office("other_office"))
    returned(cast)

    assert kinds(cast.official) == kinds(colleague) == [Kind.RETURNED]
    assert kinds(elsewhere) == kinds(cast.reviewer) == []


def test_a_return_carries_its_reason_and_the_way_back(cast: Cast) -> None:
    returned(cast)

    notice = Notice.objects.get(user=cast.official)
    assert (notice.data["reason"], notice.data["reviewer"], notice.link) == ("请附合同", "reviewer", "/report/")


def test_a_returned_correction_leads_to_the_correction(cast: Cast) -> None:
    standing = make_reading(cast.indicator, SEPTEMBER, 4)
    returned(cast, revision=2)

    notice = Notice.objects.get(user=cast.official)
    assert notice.link == f"/report/{standing.pk}/correct/"
    assert unread_count(cast.official) == 1


def test_a_return_is_settled_by_a_newer_figure_alone(cast: Cast) -> None:
    returned(cast)
    assert unread_count(cast.official) == 1

    make_reading(cast.indicator, SEPTEMBER, 6, state=State.SUBMITTED, revision=2)
    assert unread_count(cast.official) == 0


def test_a_return_to_a_machine_is_told_to_people_alone(cast: Cast) -> None:
    machine = make_user("machine", Role.DATA_FEED)
    User.objects.filter(pk=machine.pk).update(is_machine=True)
    machine.refresh_from_db()

    returned(cast, entered_by=machine, reported_by=machine)

    assert (kinds(machine), kinds(cast.official)) == ([], [Kind.RETURNED])


def test_a_return_that_fails_tells_nobody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **more: object) -> None:
        raise RuntimeError("the trail is broken")

    monkeypatch.setattr("goals.reporting.trail.record", fail)

    with pytest.raises(RuntimeError):
        returned(cast)

    assert not Notice.objects.exists()
