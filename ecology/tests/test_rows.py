"""What rows of the section's registers can't say, and what they compute."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Role, Unit
from accounts.tests.factories import browser_of, queries
from common import clock
from ecology.models import Sample, Station
from ecology.tests.factories import air, clause, fire, sample, station, waste_check
from goals.models import ImportJob
from goals.tests.factories import make_unit, make_user
from goals.tests.importing import factories as books
from ledgers import services
from ledgers.registry import ledger_of
from ledgers.tests.rows import checked, faults, keeper_of, make_village, save

pytestmark = pytest.mark.django_db
SAMPLES = "/api/v1/ecology/samples/"
HEADS = [
    "单位",
    "采样日",
    "断面编号",
    "pH",
    "溶解氧（mg/L）",
    "高锰酸盐指数（mg/L）",
    "氨氮（mg/L）",
    "总磷（mg/L）",
    "外部编号",
]
ROW = ["jingkou", "2022-09-05", "SX01", 7.5, 6.5, 3, 0.4, 0.08, "Y1"]


def test_a_station_says_its_code() -> None:
    assert faults(station(code="")) == ["external_no"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ph", "19"),
        ("ph", "-0.1"),
        ("oxygen", "30.1"),
        ("oxygen", "-1"),
        ("saturation", "301"),
        ("permanganate", "501"),
        ("ammonia", "-0.01"),
        ("phosphorus", "101"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(name: str, value: str) -> None:
    save(station())

    assert faults(sample(**{name: value})) == [name]


def test_a_sample_has_the_class_of_its_worst_parameter() -> None:
    save(station())

    row = checked(sample(phosphorus="0.25"))

    assert (row.grade, row.station_name, row.function, row.verdict) == ("4", "泾口大桥", "3", "超标")


def test_a_sample_of_a_lake_has_the_class_of_lakes() -> None:
    save(station())
    save(station("SX02", water="lake"))

    assert [checked(sample(code)).grade for code in ("SX01", "SX02")] == ["2", "4"]


def test_a_sample_is_of_a_station_of_its_own_subdistrict() -> None:
    save(station(unit=make_unit("far", "village", make_unit("elsewhere", "subdistrict"))))

    assert faults(sample()) == ["station"]


def test_a_voided_station_takes_no_samples() -> None:
    save(station())
    Station.objects.update(voided_at=clock.now())

    assert faults(sample()) == ["station"]


def test_rows_added_together_know_their_stations_by_one_query() -> None:
    save(station())
    ledger, user = ledger_of("ecology", "samples"), keeper_of(ledger_of("ecology", "samples").model)
    village = Unit.objects.select_related("parent").get(pk=make_village().pk)
    first, more = [sample(unit=village)], [sample(unit=village) for _n in range(9)]

    one = queries(lambda: services.add_rows(user, ledger, first))

    assert queries(lambda: services.add_rows(user, ledger, more)) <= one


def test_a_sheet_of_samples_is_checked_against_the_stations(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    save(station())
    rows = [ROW, [*ROW[:2], "SX99", *ROW[3:-1], "Y2"], [*ROW[:3], 19, *ROW[4:-1], "Y3"]]
    client = browser_of(keeper_of(ledger_of("ecology", "samples").model))

    books.send(client, books.workbook(*rows, heads=HEADS), address="/ledgers/ecology/samples/excel/")

    job = ImportJob.objects.get()
    assert [result for _n, result in books.results(job)] == ["created", "refused", "refused"]
    assert "没有这个编号的断面" in books.said(job)


def test_an_import_that_corrects_a_sample_corrects_its_class(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    save(station())
    save(sample(external_no="Y1", phosphorus="0.35"))
    client = browser_of(keeper_of(ledger_of("ecology", "samples").model))

    books.send(client, books.workbook(ROW, heads=HEADS), address="/ledgers/ecology/samples/excel/")
    books.confirm(client, ImportJob.objects.get(), "write")

    assert (Sample.objects.get().phosphorus, Sample.objects.get().grade) == (Decimal("0.08"), "2")


def test_the_office_sends_samples_by_the_api_and_nobody_else() -> None:
    save(station())
    keeper = keeper_of(ledger_of("ecology", "samples").model)
    given = {"unit": "jingkou", "day": "2022-09-05", "station": "SX01", "external_no": "Y1"}
    given |= {"ph": "7.5", "oxygen": "6.5", "permanganate": "3", "ammonia": "0.4", "phosphorus": "0.08"}

    answers = [browser_of(who).post(SAMPLES, given, "application/json") for who in (keeper, _villager())]
    strange = browser_of(keeper).post(SAMPLES, given | {"station": "a\u0000b", "external_no": "Y2"}, "application/json")

    assert [answer.status_code for answer in (*answers, strange)] == [201, 403, 400]
    assert Sample.objects.get().grade == "2"


def _villager() -> Any:
    return make_user("villager", Role.REPORTER, unit=make_village())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"aqi": "501"}, "aqi"),
        ({"pm25": "-1"}, "pm25"),
        ({"good_days": "100.1"}, "good_days"),
        ({"rank": 17, "ranked": 16}, "rank"),
        ({"rank": 0, "ranked": 16}, "rank"),
        ({"rank": 3}, "ranked"),
        ({"ranked": 16}, "rank"),
    ],
)
def test_air_that_cannot_be_is_refused(wrong: dict[str, Any], field: str) -> None:
    assert faults(air(**wrong)) == [field]


def test_a_rank_is_told_with_how_many_were_ranked() -> None:
    assert [checked(air(rank=4, ranked=16)).place, checked(air()).place] == ["4/16", ""]


@pytest.mark.parametrize("name", ["taking_part", "accuracy", "score"])
def test_a_check_of_sorting_goes_from_nought_to_a_hundred(name: str) -> None:
    assert [faults(waste_check(**{name: value})) for value in ("100", "100.1", "-1")] == [[], [name], [name]]


def test_a_fire_without_its_time_still_burns() -> None:
    assert [checked(fire()).is_late, checked(fire(minutes=20)).is_late] == [True, False]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"points": Decimal(-1)}, "points"),
        ({"self_score": Decimal("4.5")}, "self_score"),
        ({"self_score": Decimal(-1)}, "self_score"),
        ({"state": "met"}, "self_score"),
        ({"state": "met", "is_veto": True, "self_score": Decimal(0)}, "state"),
    ],
)
def test_a_clause_that_cannot_be_is_refused(wrong: dict[str, Any], field: str) -> None:
    assert faults(clause(**wrong)) == [field]


def test_a_clause_is_met_with_its_full_score() -> None:
    assert faults(clause(state="met", is_veto=True, self_score=Decimal(4))) == []
