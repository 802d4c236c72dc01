"""Many figures approved at once: one transaction, and hardly more queries than for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from goals import reporting
from goals.models import Mark, Reading
from goals.models.reading import State
from goals.tests.factories import make_targets, new_reading
from goals.tests.pages.factories import SEPTEMBER, Cast, make_cast

pytestmark = pytest.mark.django_db
MANY = 200


def waiting(cast: Cast, count: int) -> list[int]:
    """So many submitted readings, each of an indicator of its own; half of them correct an approved one."""
    targets = make_targets(cast.plan, [f"i{n}" for n in range(count)], cast.office)
    Reading.objects.bulk_create(new_reading(t.indicator, SEPTEMBER, 1, unit=cast.office) for t in targets[1::2])
    submitted = {"unit": cast.office, "revision": 2, "state": State.SUBMITTED}
    found = Reading.objects.bulk_create(new_reading(t.indicator, SEPTEMBER, 2, **submitted) for t in targets)
    return [reading.pk for reading in found]


def test_two_hundred_are_approved_in_at_most_25_queries() -> None:
    cast = make_cast(frequency="monthly")
    ids = waiting(cast, MANY)

    with CaptureQueriesContext(connection) as captured:
        results = reporting.approve_many(cast.reviewer, ids)

    assert [result for _pk, result in results] == ["approved"] * MANY
    assert len(captured) <= 25, "\n".join(q["sql"][:150] for q in captured)
    assert Reading.objects.filter(state=State.SUPERSEDED).count() == MANY // 2
    assert Event.objects.filter(action="approve").count() == MANY
    assert Mark.objects.count() == MANY
