"""The section's registers on their pages, by REST and by Excel; its panel; and a row's way into its target."""

from copy import copy
from datetime import date
from typing import Any

import pytest

from accounts.models import Role
from accounts.tests.factories import browser_of, queries
from goals.models import Section, Target
from goals.tests.factories import make_plan, make_unit, make_user
from ledgers.registry import all_ledgers, ledger_of_model
from ledgers.tests.rows import TODAY, answers, counted_target, keeper_of, make_village, save, way_of_a_row
from urban_rural.models import House, Spot, Star, Stretch, VillageTitle
from urban_rural.panels import stars
from urban_rural.tests.factories import five_stars, star

pytestmark = pytest.mark.django_db
FORMS: dict[type[Any], dict[str, object]] = {
    Star: {"star": "party"},
    VillageTitle: {"title": "pioneer"},
    Spot: {"place": "堰中路", "kind": "parking", "source": "hotline", "recurrences": 0},
    House: {"place": "大池头12号", "use": "let", "grade": "c"},
    Stretch: {"place": "污水主管", "kind": "sewer", "planned": "1200.5", "done": "0"},
}


def section_of(target: Target | None = None) -> Section:
    plan = target.plan if target else make_plan(state="adopted")
    return Section.objects.create(plan=plan, code="urban_rural", name="城乡建设")


def test_every_register_has_a_form_here() -> None:
    assert {ledger.model for ledger in all_ledgers("urban_rural")} == set(FORMS)


@pytest.mark.parametrize("model", FORMS)
def test_a_register_answers_on_its_page_by_rest_and_by_excel(model: Any) -> None:
    make_village()
    form = {"unit": make_village().pk, "day": "2022-09-05", **FORMS[model]}

    found = answers(ledger_of_model(model), keeper_of(model), form)

    assert (found, model.objects.count()) == (
        {"list": 200, "form": 200, "template": 200, "added": 302, "api": 200},
        1,
    )


def test_a_village_may_not_write_another_villages_row() -> None:
    row = save(star(unit=make_village("nanhu")))
    client = browser_of(make_user("villager", Role.REPORTER, unit=make_village()))

    assert client.get(f"{ledger_of_model(Star).address_of(row)}edit/").status_code == 403


def test_the_panel_shows_each_star_of_each_village_as_it_stood_that_day() -> None:
    village = make_village()
    save(star(unit=village, recognised_on=date(2022, 6, 28), withdrawn_on=date(2022, 9, 1)))
    save(star(unit=village, star="beauty", self_assessed_on=date(2022, 5, 1)))

    made = stars(section_of(), date(2022, 8, 31))

    assert made is not None
    assert [(p.star, p.shape, p.word) for p in made.context["villages"][0].places] == [
        ("党建星", "achieved", "认定"),
        ("富裕星", "no_data", "未启动"),
        ("美丽星", "on_track", "自评"),
        ("和谐星", "no_data", "未启动"),
        ("文明星", "no_data", "未启动"),
    ]


def test_the_panel_counts_the_villages_with_all_stars() -> None:
    make_village("nanhu")
    five_stars(make_village())

    made = stars(section_of(), TODAY)

    assert made is not None
    assert (made.context["full"], [village.held for village in made.context["villages"]]) == (1, [0, 5])


def test_there_is_no_panel_without_villages() -> None:
    make_unit()

    assert stars(section_of(), TODAY) is None


def test_the_panel_takes_as_many_queries_for_one_village_as_for_many() -> None:
    section = section_of()
    five_stars(make_village())
    one = queries(lambda: stars(copy(section), TODAY))
    for n in range(3):
        five_stars(make_village(f"v{n}"))

    assert queries(lambda: stars(copy(section), TODAY)) == one <= 3


def test_the_sections_page_shows_the_panel() -> None:
    target = counted_target("urban_rural.new_five_star_villages")
    section_of(target)
    five_stars(make_village())

    page = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))
    shown = page.get(f"/plans/{target.plan.slug}/sections/urban_rural/").content.decode()

    assert "五星齐全 1 村，共 1 村" in shown


def test_a_row_of_a_village_counts_in_its_target_until_it_is_voided(django_capture_on_commit_callbacks: Any) -> None:
    target = counted_target("urban_rural.new_five_star_villages")
    form = {"day": "2022-09-05", "star": "party"}

    found = way_of_a_row(target, ledger_of_model(Star), form, django_capture_on_commit_callbacks)

    assert found == ([0, 1, 0], True)
