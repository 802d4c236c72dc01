"""A street's scenario, made once: what is in it."""

from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.models import Unit, User
from audit.models import Event
from common import clock
from goals import scenario
from goals.models import Indicator, Mark, Plan, Progress, Reading, Target
from goals.progress import validate_terms
from goals.progress.gather import terms_of
from goals.progress.recompute import check
from goals.scenario.making import TABLES
from goals.scenario.rows import Scene
from goals.scenario.shape import SIZES, TARGETS
from goals.tests.factories import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def street(stage: None) -> dict[str, int]:
    return scenario.make("street", 7)


def test_a_street_is_one_subdistrict_with_80_targets_and_two_years_of_readings(street: dict[str, int]) -> None:
    assert Unit.objects.filter(kind="subdistrict").count() == 1
    assert Target.objects.count() == TARGETS
    assert Reading.objects.count() == TARGETS * 24
    assert street["goals_reading"] == TARGETS * 24


def test_what_is_written_is_what_was_invented(street: dict[str, int]) -> None:
    readings = Reading.objects.order_by("period", "indicator").values_list("value", "numerator", "denominator")
    held = list(readings)
    model, columns, rows = TABLES[-1]
    names = columns.split()
    places = [names.index(name) for name in ("value", "numerator", "denominator")]
    scene = _scene()
    invented = [[row[place] for place in places] for row in rows(scene)]
    assert model is Reading
    assert [[None if v is None else int(v * 10_000) for v in row] for row in held] == invented


def _scene() -> Any:
    return Scene(SIZES["street"], 7, clock.today(), clock.now(), profile=1)


def test_the_units_are_a_tree(street: dict[str, int]) -> None:
    top = Unit.objects.get(kind="district")
    own = Unit.objects.get(kind="subdistrict")

    assert own.parent == top
    assert {u.kind for u in own.children.all()} == {"office", "village"}
    assert Unit.objects.under(top).count() == Unit.objects.count()
    for unit in Unit.objects.select_related("parent"):
        assert unit.path == f"{unit.parent.path if unit.parent else '/'}{unit.code}/"


def test_every_record_is_one_that_its_model_accepts(street: dict[str, int]) -> None:
    some: list[Any] = [*Unit.objects.all(), *Target.objects.all(), *Indicator.objects.all(), *Plan.objects.all()]
    for record in [*some, *Reading.objects.all()[:200]]:
        try:
            record.full_clean(validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            pytest.fail(f"{record!r}: {error}")


def test_targets_promise_what_the_rules_allow(street: dict[str, int]) -> None:
    for target in Target.objects.select_related("plan__profile", "indicator"):
        assert validate_terms(terms_of(target)) == []


def test_all_of_it_is_marked_as_sample(street: dict[str, int]) -> None:
    assert all("演示数据" in name for name in Plan.objects.values_list("name", flat=True))
    assert all("演示数据" in u.name for u in User.objects.all())


def test_nobody_can_log_in_unless_a_password_is_given(street: dict[str, int]) -> None:
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_some_figures_wait_for_review(street: dict[str, int]) -> None:
    waiting = Reading.objects.filter(state="submitted")

    assert waiting.count() == 4
    assert not waiting.exclude(reviewed_by=None).exists()


def test_where_targets_stand_is_computed_not_invented(street: dict[str, int]) -> None:
    assert not Progress.objects.exists()
    assert Mark.objects.filter(dirty_gen__gt=0, computed_gen=0).count() == TARGETS


def test_the_command_computes_all_months(street: None) -> None:
    call_command("recompute", stdout=StringIO())

    assert check() == []
    assert Progress.objects.filter(slot=0).count() == TARGETS
    assert len(set(Progress.objects.filter(slot=0).values_list("status", flat=True))) >= 3


def test_there_is_one_scenario_at_most(street: dict[str, int]) -> None:
    with pytest.raises(CommandError, match="场景"):
        call_command("make_scenario", "street")


def test_the_trail_tells_what_was_made(street: dict[str, int]) -> None:
    event = Event.objects.get(action="make_scenario")

    assert event.after["seed"] == 7


def test_what_comes_after_gets_new_ids(street: dict[str, int]) -> None:
    unit = make_unit("another")

    assert unit.pk > Unit.objects.filter(code__startswith="scenario").order_by("-pk").values_list("pk", flat=True)[0]
