"""The section's registers on their pages, and its panel."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from accounts.models import Role
from accounts.tests.factories import browser_of, queries
from ecology import panels
from ecology.models import Fire, Sample, Station
from ecology.tests.factories import fire, sample, station
from goals.models import Mark, Section
from goals.tests.factories import make_plan, make_unit, make_user
from ledgers.registry import Ledger, all_ledgers, ledger_of
from ledgers.tests.rows import TODAY, keeper_of, make_village, save, statuses

pytestmark = pytest.mark.django_db
LEDGERS = list(all_ledgers("ecology"))
FIRES = "/ledgers/ecology/fires/"
START = date(2022, 1, 1)


def section() -> Section:
    return Section.objects.create(plan=make_plan(state="adopted"), code="ecology", name="生态")


def shown(found: Section | None = None, as_of: date = TODAY) -> Any:
    made = panels.water(found or section(), as_of)
    assert made is not None
    return made.context


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.code)
def test_every_register_answers_the_office_that_keeps_it(ledger: Ledger) -> None:
    expected = {"list": 200, "form": 403 if ledger.import_only else 200, "template": 200, "export": 200, "api": 200}

    assert statuses(ledger, keeper_of(ledger.model)) == expected


def test_what_stations_measure_themselves_comes_by_import_alone() -> None:
    assert [ledger.code for ledger in LEDGERS if ledger.import_only] == ["stations", "samples", "air"]


def test_a_village_adds_a_fire_and_voids_it_and_no_target_is_touched() -> None:
    client = browser_of(make_user("villager", Role.REPORTER, unit=make_village()))
    form = {"unit": make_village().pk, "day": "2022-09-05", "place": "横旦畈", "source": "patrol", "minutes": "20"}

    client.post(f"{FIRES}new/", form | {"source_system": "own"})
    row = Fire.objects.get()
    client.post(f"{FIRES}{row.pk}/void/", {"reason": "误报", "version": row.version})

    assert (Fire.objects.valid().count(), row.minutes, Mark.objects.count()) == (0, 20, 0)


def test_a_leader_reads_and_writes_nothing() -> None:
    save(fire())
    found = statuses(ledger_of("ecology", "fires"), make_user("leader", Role.LEADER, unit=make_unit()))

    assert (found["list"], found["form"], found["template"]) == (200, 403, 403)


def test_a_months_class_is_that_of_its_mean() -> None:
    save(station())
    save(sample(phosphorus="0.15"))
    save(sample(day=date(2022, 9, 20), phosphorus="0.26"))

    (_station, kind, function, cells), context = shown()["stations"][0], shown(Section.objects.get())
    month = cells[8]
    assert (kind, function, month.grade.label, month.is_met, month.beyond) == ("河流", "Ⅲ类", "Ⅳ类", False, "总磷")
    assert (context["met"], context["assessed"], context["share"]) == (0, 1, 0)


def test_a_month_without_a_sample_has_no_class() -> None:
    save(station())
    save(sample(day=date(2022, 3, 1)))

    cells = shown()["stations"][0][3]
    assert [n for n, cell in enumerate(cells, start=1) if cell is not None] == [3]
    assert len(cells) == 10


def test_the_share_is_of_stations_months() -> None:
    save(station())
    save(station("SX02", water="lake"))
    for month in (1, 2):
        for code in ("SX01", "SX02"):
            save(sample(code, day=date(2022, month, 5)))

    context = shown()
    assert (context["met"], context["assessed"], context["share"]) == (2, 4, Decimal(50))


def test_what_came_after_the_day_or_was_before_the_plan_is_not_shown() -> None:
    save(station(day=date(2021, 1, 1)))
    for day in (date(2021, 12, 31), date(2022, 9, 5)):
        save(sample(day=day))

    assert shown(as_of=date(2022, 8, 31))["assessed"] == 0


def test_saturation_counts_where_every_sample_tells_it() -> None:
    save(station())
    save(sample(oxygen="5.5", saturation="95"))
    best = panels.monthly_means("/taoyan/", START, TODAY)["SX01", 9][0].get("saturation")
    save(sample(oxygen="5.5"))

    assert (best, panels.monthly_means("/taoyan/", START, TODAY)["SX01", 9][0].get("saturation")) == (95, None)


def test_without_a_station_there_is_no_panel() -> None:
    assert panels.water(section(), TODAY) is None


FIGURES = st.decimals(Decimal(0), Decimal(14), places=4)


@example_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.dates(START, TODAY), st.sampled_from(["A", "B"]), FIGURES, FIGURES), max_size=8))
def test_means_agree_with_a_plain_loop_over_the_rows(rows: list[tuple[date, str, Decimal, Decimal]]) -> None:
    Sample.objects.all().delete()
    Station.objects.all().delete()
    for code in ("A", "B"):
        save(station(code))
    by_month: dict[tuple[str, int], list[tuple[Decimal, Decimal]]] = {}
    for day, code, ph, phosphorus in rows:
        save(sample(code, day=day, ph=ph, phosphorus=phosphorus))
        by_month.setdefault((code, day.month), []).append((ph, phosphorus))

    found = panels.monthly_means("/taoyan/", START, TODAY)

    assert {key: (mean["ph"], mean["phosphorus"], n) for key, (mean, n) in found.items()} == {
        key: (*(sum(map(Fraction, column), Fraction()) / len(known) for column in zip(*known, strict=True)), len(known))
        for key, known in by_month.items()
    }


def test_the_sections_page_takes_as_many_queries_for_one_station_as_for_many() -> None:
    address = f"/plans/{section().plan.slug}/sections/ecology/"
    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))
    save(station())
    save(sample())
    client.get(address)
    one = queries(lambda: client.get(address))
    for n in range(5):
        save(station(f"SY{n}"))
        save(sample(f"SY{n}"))

    assert queries(lambda: client.get(address)) == one


def test_the_page_names_every_parameter_that_is_beyond() -> None:
    save(station())
    save(sample(phosphorus="0.35", oxygen="2.5"))

    month = shown()["stations"][0][3][8]
    assert (month.beyond, month.word, month.samples) == ("溶解氧 · 总磷", "超标：溶解氧 · 总磷", 1)


def test_a_water_that_is_better_than_its_function_asks_meets_it() -> None:
    save(station(function="5"))
    save(sample())

    month = shown()["stations"][0][3][8]
    assert (month.grade.label, month.is_met, month.word) == ("Ⅱ类", True, "达标")


def test_the_list_finds_samples_by_their_class() -> None:
    save(station())
    save(sample(phosphorus="0.35"))
    save(sample())
    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))

    answer = client.get("/ledgers/ecology/samples/?grade=5")

    assert [line.title for line in answer.context["lines"]] == ["SX01"]
    assert "超标" in answer.content.decode()


def test_the_page_says_the_class_in_words_beside_its_shape() -> None:
    save(station())
    save(sample(phosphorus="0.35"))
    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))

    page = client.get(f"/plans/{section().plan.slug}/sections/ecology/").content.decode()

    assert "Ⅴ类" in page and "#alert-triangle" in page and "超标：总磷" in page
