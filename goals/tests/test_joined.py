"""To-many relations in one query, as `prefetch_related` would have left them."""

import pytest
from pytest_django import DjangoAssertNumQueries

from common.joined import joined
from goals.models import Adjustment, Programme, Target
from goals.tests.factories import make_indicator, make_plan, make_target

pytestmark = pytest.mark.django_db


def test_it_leaves_what_prefetch_related_leaves(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    plan = make_plan()
    targets = [make_target(plan, make_indicator(f"i{n}"), code=f"t{n}", order=n) for n in range(3)]
    for order, code in ((2, "b"), (1, "a")):
        programme = Programme.objects.create(plan=plan, code=code, name=code, group="g", order=order)
        for target in targets[:2]:
            target.programmes.add(programme)
    for day in ("2022-05-01", "2022-03-01"):
        Adjustment.objects.create(
            target=targets[0], in_force_from=day, due=targets[0].due, goal=5, weight=1, decided_at=f"{day}T00:00:00Z"
        )

    with django_assert_num_queries(1):
        found = joined(
            Target.objects.select_related("indicator"),
            programmes=lambda each: (each.order, each.code),
            adjustments=lambda each: (each.in_force_from, each.pk),
        )
        told = [
            (t.pk, t.indicator.code, [p.code for p in t.programmes.all()], [a.pk for a in t.adjustments.all()])
            for t in found
        ]
        assert all(a.target is found[0] for a in found[0].adjustments.all())

    expected = Target.objects.prefetch_related("programmes", "adjustments")
    assert told == [
        (t.pk, t.indicator.code, [p.code for p in t.programmes.all()], [a.pk for a in t.adjustments.all()])
        for t in expected
    ]
    assert [names for _pk, _code, names, _adjustments in told] == [["a", "b"], ["a", "b"], []]
