"""Writing rows: who may, what is refused, what is marked, and what the audit trail tells."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role
from accounts.tests.factories import fresh, queries
from audit.models import Event
from common.errors import Conflict, Forbidden, StaleVersion
from goals.models import Mark
from goals.tests.factories import make_office, make_plan, make_unit, make_user
from ledgers import services
from ledgers.tests.factories import fed_target, keeper, kept_by, register, villager
from safety.models import Accident, Hazard
from safety.tests.factories import accident, equipment, hazard, make_village, save

pytestmark = pytest.mark.django_db


def codes_of(caught: Any, field: str) -> list[str]:
    return [error.code for error in caught.value.error_dict[field]]


def test_a_reporter_adds_a_row_of_the_own_unit() -> None:
    row = hazard()

    services.save_row(villager(row.unit), register("hazards"), row)

    assert Hazard.objects.get().author.username == "of-jingkou"


def test_a_reporter_does_not_add_a_row_of_another_unit() -> None:
    row = hazard(unit=make_village("nanhu"))

    with pytest.raises(Forbidden):
        services.save_row(villager(make_village()), register("hazards"), row)


def test_the_office_that_keeps_a_register_adds_rows_of_every_unit() -> None:
    kept_by(register("hazards"))

    services.save_row(keeper(), register("hazards"), hazard())

    assert Hazard.objects.count() == 1


def test_the_office_does_not_write_into_another_subdistrict() -> None:
    kept_by(register("hazards"))
    elsewhere = make_unit("far", "village", make_unit("elsewhere", "subdistrict"))

    with pytest.raises(Forbidden):
        services.save_row(keeper(), register("hazards"), hazard(unit=elsewhere))


def test_without_a_setting_the_lead_office_of_what_it_feeds_keeps_a_register() -> None:
    office = make_office("leading")
    fed_target(lead_office=office)

    services.save_row(keeper(office), register(), accident())

    assert Accident.objects.count() == 1


def test_what_another_system_keeps_is_not_written_by_a_village() -> None:
    row = equipment()

    with pytest.raises(Forbidden, match="上级系统"):
        services.save_row(villager(row.unit), register("equipment"), row)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEADER, Role.PLANNER, Role.AUDITOR, Role.DATA_FEED])
def test_who_only_reviews_leads_plans_audits_or_feeds_writes_nothing(role: str) -> None:
    row = hazard()

    with pytest.raises(Forbidden):
        services.save_row(make_user("other", role, unit=row.unit), register("hazards"), row)


def test_what_a_row_cannot_say_is_refused_by_field_and_nothing_is_stored() -> None:
    row = hazard(due=None)

    with pytest.raises(ValidationError) as caught:
        services.save_row(villager(row.unit), register("hazards"), row)

    assert (codes_of(caught, "due"), Hazard.objects.count(), Event.objects.count()) == (["required"], 0, 0)


def test_a_row_dated_tomorrow_is_refused() -> None:
    row = hazard(day=date(2022, 10, 13), due=date(2022, 11, 1))

    with pytest.raises(ValidationError) as caught:
        services.save_row(villager(row.unit), register("hazards"), row)

    assert codes_of(caught, "day") == ["future"]


def test_a_row_of_a_closed_year_is_refused() -> None:
    make_plan("old", 2021, state="closed")
    row = hazard(day=date(2021, 12, 1))

    with pytest.raises(ValidationError) as caught:
        services.save_row(villager(row.unit), register("hazards"), row)

    assert codes_of(caught, "day") == ["closed"]


def test_a_row_does_not_leave_a_closed_year() -> None:
    row = save(hazard(day=date(2021, 12, 1)))
    make_plan("old", 2021, state="closed")
    row.day = date(2022, 1, 5)

    with pytest.raises(ValidationError) as caught:
        services.save_row(villager(row.unit), register("hazards"), row)

    assert codes_of(caught, "day") == ["closed"]


def test_an_external_number_is_taken_once() -> None:
    save(hazard(external_no="T-1", source_system="four_platforms"))
    row = hazard(external_no="T-1", source_system="four_platforms")

    with pytest.raises(ValidationError, match="登记过"):
        services.save_row(villager(row.unit), register("hazards"), row)


def test_the_second_of_two_editors_is_told() -> None:
    row = save(hazard())
    user = villager(row.unit)
    first, second = Hazard.objects.get(pk=row.pk), Hazard.objects.get(pk=row.pk)
    first.subject = "甲"
    services.save_row(user, register("hazards"), first, version=1)
    second.subject = "乙"

    with pytest.raises(StaleVersion):
        services.save_row(user, register("hazards"), second, version=1)

    assert Hazard.objects.get(pk=row.pk).subject == "甲"


def test_a_voided_row_keeps_its_reason_and_is_not_changed_any_more() -> None:
    row = save(hazard())
    user = villager(row.unit)

    services.void_row(user, register("hazards"), row, "重复登记")

    voided = Hazard.objects.get(pk=row.pk)
    assert (voided.void_reason, voided.voided_by) == ("重复登记", user)
    with pytest.raises(Conflict):
        services.save_row(user, register("hazards"), voided)


@pytest.mark.parametrize("reason", ["", "   ", "\u3000", "a\u0000b"])
def test_a_row_is_not_voided_without_a_visible_reason(reason: str) -> None:
    row = save(hazard())

    with pytest.raises(ValidationError) as caught:
        services.void_row(villager(row.unit), register("hazards"), row, reason)

    assert "reason" in caught.value.error_dict
    assert not Hazard.objects.get(pk=row.pk).is_void


def test_a_saved_row_marks_what_it_feeds_in_its_own_year_and_the_next() -> None:
    row = accident(day=date(2021, 5, 5))
    fed = [fed_target(year=year) for year in (2021, 2022)]
    fed_target(year=2023)
    Mark.objects.all().delete()

    services.save_row(villager(row.unit), register(), row)

    assert set(Mark.objects.values_list("target_id", flat=True)) == {target.pk for target in fed}


def test_a_row_moved_to_another_year_marks_both() -> None:
    row = save(accident(day=date(2022, 5, 5)))
    for year in (2020, 2021, 2022, 2023):
        fed_target(year=year)
    Mark.objects.all().delete()
    row.day = date(2020, 5, 5)

    services.save_row(villager(row.unit), register(), row)

    years = Mark.objects.values_list("target__plan__year", flat=True)
    assert set(years) == {2020, 2021, 2022, 2023}


def test_a_row_of_a_register_that_feeds_nothing_marks_nothing() -> None:
    fed_target()
    Mark.objects.all().delete()
    row = hazard()

    services.save_row(villager(row.unit), register("hazards"), row)

    assert not Mark.objects.exists()


def test_voiding_tells_the_trail_what_the_row_was() -> None:
    row = save(hazard())

    services.void_row(villager(row.unit), register("hazards"), row, "重复")

    event = Event.objects.get(action="void")
    assert (event.record, event.before["what"], event.after) == ("safety.hazards", "照明缺失", {"reason": "重复"})


def test_many_rows_are_added_together_or_not_at_all() -> None:
    good, bad = hazard(), hazard(due=None)

    with pytest.raises(ValidationError) as caught:
        services.add_rows(villager(good.unit), register("hazards"), [good, bad])

    assert (list(caught.value.error_dict), Hazard.objects.count()) == (["rows.1.due"], 0)


def test_saving_a_row_takes_at_most_twelve_queries() -> None:
    fed_target()
    row = save(accident(external_no="SG-1"))
    user = fresh(villager(row.unit))
    changed = Accident.objects.select_related("unit__parent").get(pk=row.pk)
    changed.deaths = 1

    # In a test the service's transaction is a savepoint, which takes two.
    assert queries(lambda: services.save_row(user, register(), changed, version=1)) - 2 <= 12
