"""The section's registers on their pages, by REST and by Excel; its panels; and a row's way into its target."""

from copy import copy
from datetime import date
from typing import Any

import pytest

from accounts.models import Role
from accounts.tests.factories import browser_of, queries
from culture_tourism.models import Farmhouse, Festival, Hall, Highlight, Residence, Worthy
from culture_tourism.panels import highlights, seasons
from culture_tourism.tests.factories import festival, highlight, launched, worthy
from goals.models import Section
from goals.tests.factories import client_of, make_plan, make_unit, make_user
from ledgers.registry import all_ledgers, ledger_of_model
from ledgers.tests.rows import TODAY, answers, counted_target, keeper_of, make_village, save, way_of_a_row

pytestmark = pytest.mark.django_db
MARCH, JUNE = date(2022, 3, 19), date(2022, 6, 18)
FORMS: dict[type[Any], dict[str, object]] = {
    Highlight: {"brand": "flavour", "number": 8, "name": "臭豆腐"},
    Festival: {"season": "autumn", "name": "开镰节", "visitors": ""},
    Residence: {"name": "陶成章故居", "person": "陶成章", "level": "provincial"},
    Hall: {"name": "泾口村文化礼堂", "content": "舞台"},
    Farmhouse: {"place": "旧小学", "buildings": 3, "area": "820.5", "ownership": "public"},
    Worthy: {"person": "陶某华", "contact": "activity", "what": "座谈会"},
}


@pytest.fixture
def section() -> Section:
    return Section.objects.create(plan=make_plan(state="adopted"), code="culture_tourism", name="文旅融合")


def made_by(panel: Any, section: Section, as_of: date = TODAY) -> Any:
    """What a panel shows."""
    return panel(section, as_of).context


def test_every_register_has_a_form_here() -> None:
    assert {ledger.model for ledger in all_ledgers("culture_tourism")} == set(FORMS)


@pytest.mark.parametrize("model", FORMS)
def test_a_register_answers_on_its_page_by_rest_and_by_excel(model: Any) -> None:
    form = {"unit": make_village().pk, "day": "2022-09-05", **FORMS[model]}

    found = answers(ledger_of_model(model), keeper_of(model), form)

    assert (found, model.objects.count()) == (
        {"list": 200, "form": 200, "template": 200, "added": 302, "api": 200},
        1,
    )


def test_another_village_may_not_write_a_row_of_this_one() -> None:
    row = save(festival())
    client = browser_of(make_user("villager", Role.REPORTER, unit=make_village("nanhu")))

    assert client.post(f"{ledger_of_model(Festival).address_of(row)}void/", {"reason": "误登"}).status_code == 403


@pytest.mark.parametrize(("village", "whole"), [("jingkou", True), ("nanhu", False)])
def test_a_worthys_name_is_whole_for_the_own_village_alone(village: str, whole: bool) -> None:
    save(worthy())
    user = make_user("villager", Role.REPORTER, unit=make_village(village))

    page = browser_of(user).get(ledger_of_model(Worthy).address).content.decode()
    told = client_of(user).get("/api/v1/culture_tourism/worthies/").content.decode()

    assert [("陶某华" in text, "陶**" in text) for text in (page, told)] == [(whole, not whole)] * 2


def test_the_panel_shows_each_number_as_it_stood_that_day(section: Section) -> None:
    save(launched(JUNE, built_from=MARCH))
    save(highlight(number=2, name="白塔晚钟"))

    scenes = made_by(highlights, section, date(2022, 5, 1))["brands"][0]

    assert [(place.name, place.word) for place in scenes.places[:3]] == [
        ("鉴湖渔舟", "建设"),
        ("白塔晚钟", "策划"),
        ("—", "未策划"),
    ]


def test_the_panel_has_a_place_for_each_of_six_and_eight(section: Section) -> None:
    save(launched(JUNE, brand="flavour"))

    brands = made_by(highlights, section)["brands"]

    assert [(len(brand.places), brand.launched) for brand in brands] == [(6, 0), (8, 1)]


def test_of_two_rows_of_one_number_the_panel_shows_the_one_that_counts(section: Section) -> None:
    save(launched(JUNE, name="先推出"))
    save(highlight(unit=make_village("nanhu"), name="还在策划", day=MARCH))

    assert made_by(highlights, section)["brands"][0].places[0].name == "先推出"


def test_the_panel_shows_the_first_event_of_each_season_of_the_year(section: Section) -> None:
    save(festival(date(2021, 3, 1), name="去年的"))
    save(festival(date(2022, 4, 9), name="第二场", visitors=300))
    save(festival(MARCH, name="第一场", visitors=1000))

    spring, summer, *_rest = made_by(seasons, section)["seasons"]

    assert (spring.first.name, spring.events, spring.visitors, summer.first) == ("第一场", 2, 1300, None)


@pytest.mark.parametrize("panel", [highlights, seasons])
def test_a_panel_takes_as_many_queries_for_one_row_as_for_many(section: Section, panel: Any) -> None:
    save(festival())
    save(highlight())
    one = queries(lambda: panel(copy(section), TODAY))
    for n in range(2, 6):
        save(festival(date(2022, 3, n)))
        save(highlight(number=n))

    assert queries(lambda: panel(copy(section), TODAY)) == one <= 2


def test_the_sections_page_shows_the_panels(section: Section) -> None:
    counted_target("culture_tourism.six_scenes")
    save(launched(JUNE))
    save(festival())

    page = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))
    shown = page.get(f"/plans/{section.plan.slug}/sections/culture_tourism/").content.decode()

    assert [word in shown for word in ("已推出 1／6", "鉴湖渔舟", "油菜花节")] == [True] * 3


def test_a_row_of_a_village_counts_in_its_target_until_it_is_voided(django_capture_on_commit_callbacks: Any) -> None:
    target = counted_target("culture_tourism.four_seasons")
    form = {"day": "2022-09-24", "season": "autumn", "name": "农民丰收节"}

    found = way_of_a_row(target, ledger_of_model(Festival), form, django_capture_on_commit_callbacks)

    assert found == ([0, 1, 0], True)
