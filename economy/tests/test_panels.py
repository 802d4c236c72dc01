"""What the section's page shows of its registers, on a day, in the same few queries however many rows there are."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Role
from accounts.tests.factories import browser_of, queries
from economy import panels
from economy.tests import factories as make
from economy.tests.factories import code, make_village, save
from goals.models import Section
from goals.panels import Panel
from goals.tests.factories import make_plan, make_unit, make_user
from ledgers.tests.factories import TODAY

pytestmark = pytest.mark.django_db
SPRING = date(2022, 4, 1)


@pytest.fixture
def section() -> Section:
    return Section.objects.create(plan=make_plan(state="adopted"), code="economy", name="经济发展")


def shown(made: Panel | None) -> Any:
    assert made is not None
    return made.context


def stages(section: Section, day: date = TODAY) -> dict[str, tuple[int, int, Decimal]]:
    found = shown(panels.projects(section, day))["stages"]
    return {each.code: (each.count, each.large, each.total) for each in found if each.count}


def test_projects_are_counted_at_their_stage_with_their_money(section: Section) -> None:
    save(make.project(what="甲"))
    save(make.project(what="乙", total=Decimal(600), signed_on=SPRING))
    save(make.project(what="丙", signed_on=SPRING, paid_in=Decimal(900)))

    assert stages(section) == {"talks": (1, 1, Decimal(1800)), "signed": (2, 1, Decimal(2400))}
    assert shown(panels.projects(section, TODAY))["stages"][1].paid_share == 37.5


def test_projects_stand_where_they_stood_on_the_day(section: Section) -> None:
    save(make.project(signed_on=SPRING, ended_on=date(2022, 8, 1)))

    assert [list(stages(section, day)) for day in (date(2022, 3, 1), SPRING, TODAY)] == [
        ["talks"],
        ["signed"],
        ["ended"],
    ]


def test_projects_that_ended_before_the_year_are_left_out(section: Section) -> None:
    save(make.project(day=date(2020, 1, 1), producing_on=date(2021, 6, 1)))

    assert panels.projects(section, TODAY) is None


def test_the_library_tells_who_came_and_left(section: Section) -> None:
    save(make.stay(credit_code=code(1), day=date(2020, 1, 1)))
    save(make.stay(credit_code=code(2), day=date(2020, 1, 1), left_on=date(2022, 3, 1)))
    save(make.stay(credit_code=code(2), day=date(2022, 6, 1)))
    save(make.stay(credit_code=code(3), day=date(2022, 2, 1), category="retail"))
    save(make.stay(credit_code=code(4), day=date(2018, 1, 1), left_on=date(2020, 1, 1)))

    found = shown(panels.library(section, TODAY))
    assert found["lines"] == [("规上工业", "industry", [2, 1, 1, 2]), ("限上零售", "retail", [0, 1, 0, 1])]
    assert found["total"] == [2, 2, 1, 3]


def test_without_rows_there_is_no_panel(section: Section) -> None:
    assert [make_(section, TODAY) for make_ in (panels.projects, panels.library)] == [None] * 2


def test_rows_of_another_subdistrict_are_not_shown(section: Section) -> None:
    save(make.project(unit=make_unit("elsewhere", "subdistrict")))

    assert panels.projects(section, TODAY) is None


def test_the_sections_page_takes_as_many_queries_for_few_rows_as_for_many(section: Section) -> None:
    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))
    address = f"/plans/{section.plan.slug}/sections/economy/"

    def more(number: int) -> None:
        village = make_village(f"v{number}")
        save(make.project(unit=village))
        save(make.stay(unit=village, credit_code=code(number)))

    more(0)
    client.get(address)
    one = queries(lambda: client.get(address))
    for n in range(1, 6):
        more(n)

    assert queries(lambda: client.get(address)) == one
    text = client.get(address).content.decode()
    assert [title in text for title in ("招商项目进展", "在库企业变动")] == [True] * 2
