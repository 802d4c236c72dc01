"""Loading a plan's file and its assignment sheet, and what is refused."""

import shutil
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from accounts.models import Unit
from goals.assignments import load_assignments
from goals.loading import PlanFileError, load_plan
from goals.models import Indicator, Plan, ReportingUnit, Target
from goals.tests.factories import make_office, make_unit

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[2] / "data"
FILE = DATA / "plan-2022.yaml"


@cache
def small_plan() -> dict[str, Any]:
    """The first theme of the 2022 plan alone, with a programme for it."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    section, programme = data["sections"][0], data["preamble"]["programmes"][0]
    theme = section["themes"][0]
    item = programme["items"][0] | {"suggested": [theme["code"]]}
    return {
        "plan": data["plan"],
        "preamble": {"programmes": [programme | {"items": [item]}]},
        "sections": [section | {"themes": [theme]}],
    }


@pytest.fixture
def altered(tmp_path: Path) -> Callable[..., Path]:
    """The small plan's file, with something about it changed."""
    shutil.copy(DATA / "report-2022.txt", tmp_path)

    def alter(change: Callable[[dict[str, Any]], object] = bool) -> Path:
        data = deepcopy(small_plan())
        change(data)
        path = tmp_path / "plan.yaml"
        path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        return path

    return alter


def first_target(data: dict[str, Any]) -> dict[str, Any]:
    return data["sections"][0]["themes"][0]["targets"][0]


def test_a_dry_run_says_what_would_change_and_changes_nothing(altered: Any) -> None:
    load_plan(altered())

    report = load_plan(altered(lambda data: first_target(data).update(value="5")), dry_run=True)

    assert report.changed == ["economy.new_specialized_firms: goal: 4.0000 → 5"]
    assert Target.objects.get(code="economy.new_specialized_firms").goal == 4


def test_a_changed_file_changes_just_that(altered: Any) -> None:
    load_plan(altered())

    report = load_plan(altered(lambda data: first_target(data).update(value="5")))

    assert len(report.changed) == 1
    assert Target.objects.get(code="economy.new_specialized_firms").goal == 5


def _twice(data: dict[str, Any]) -> None:
    first_target(data)["code"] = "economy.projects_over_10m"


def _unknown_member(data: dict[str, Any]) -> None:
    data["preamble"]["programmes"][0]["items"][0]["suggested"] = ["nothing.such"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda d: first_target(d).update(value="four"), "economy.new_specialized_firms: value"),
        (lambda d: first_target(d).update(quote="并无此句"), "economy.new_specialized_firms: quote"),
        (lambda d: first_target(d).update(rule="guess"), "economy.new_specialized_firms: rule"),
        (lambda d: first_target(d).update(due="2022-02-30"), "economy.new_specialized_firms: due"),
        (lambda d: first_target(d).pop("name"), "economy.new_specialized_firms: name"),
        (_twice, "economy.projects_over_10m: code"),
        (_unknown_member, "preamble.year_common_prosperity: suggested"),
        (lambda d: d.update(sections="none"), "plan: sections"),
        (lambda d: d["plan"].update(year="MMXXII"), "plan: year"),
    ],
)
def test_a_mistake_names_entry_and_field_and_stores_nothing(altered: Any, change: Any, named: str) -> None:
    with pytest.raises(PlanFileError) as raised:
        load_plan(altered(change))

    assert any(m.startswith(named) for m in raised.value.mistakes)
    assert not (Plan.objects.exists() or Indicator.objects.exists() or Unit.objects.exists())


def test_what_is_no_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("plan: [", encoding="utf-8")

    with pytest.raises(PlanFileError):
        load_plan(path)


def sheet(tmp_path: Path, **row: Any) -> Path:
    path = tmp_path / "sheet.yaml"
    rows = [{"code": "economy.new_specialized_firms", "牵头单位": "office"} | row]
    path.write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    return path


def test_the_lead_office_reports_in_the_subdistricts_place(altered: Any, tmp_path: Path) -> None:
    load_plan(altered())
    make_office()

    load_assignments(sheet(tmp_path))

    target = Target.objects.get(code="economy.new_specialized_firms")
    assert target.lead_office is not None and target.lead_office.code == "office"
    assert [r.unit.code for r in target.indicator.reporting.all()] == ["office"]


@pytest.mark.parametrize("field", ["code", "牵头单位", "分管领导", "完成时限"])
def test_an_unknown_name_in_the_sheet_is_named_and_nothing_changes(altered: Any, tmp_path: Path, field: str) -> None:
    load_plan(altered())
    make_office()

    with pytest.raises(PlanFileError, match=field):
        load_assignments(sheet(tmp_path, **{field: "nobody"}))

    assert not Target.objects.exclude(lead_office=None).exists()


def broken(path: list[Any], value: Any) -> Callable[[dict[str, Any]], None]:
    """A change that puts the value at this place of the first target, section or plan."""

    def change(data: dict[str, Any]) -> None:
        place = data
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


SECTION, THEME = ["sections", 0], ["sections", 0, "themes", 0]
TARGET = [*THEME, "targets", 0]


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (["plan"], None, "plan"),
        (["plan", "code"], None, "code"),
        (["plan", "year"], "2022", "year"),
        (["plan", "year"], 1999, "year"),
        (["plan", "source"], "nothing.txt", "source"),
        (["sections"], "none", "sections"),
        ([*SECTION, "code"], None, "code"),
        ([*SECTION, "themes"], 5, "themes"),
        ([*THEME, "name"], 5, "name"),
        ([*TARGET, "code"], "with blanks", "code"),
        ([*TARGET, "rule"], "odd", "rule"),
        ([*TARGET, "comparator"], "odd", "comparator"),
        ([*TARGET, "value"], "many", "value"),
        ([*TARGET, "value"], None, "goal"),
        ([*TARGET, "due"], "2023-01-31", "due"),
        ([*TARGET, "due"], "soon", "due"),
        ([*TARGET, "planned"], [1], "planned"),
        ([*TARGET, "pace"], "fast", "pace"),
        ([*TARGET, "quote"], "没有这句话", "quote"),
        (["preamble", "programmes", 0, "items", 0, "suggested"], ["nowhere"], "suggested"),
    ],
)
def test_every_mistake_is_named_and_nothing_is_stored(altered: Any, path: list[Any], value: Any, named: str) -> None:
    with pytest.raises(PlanFileError, match=named):
        load_plan(altered(broken(path, value)))

    assert not Plan.objects.exists()
    assert not Target.objects.exists()


def test_a_rule_that_no_longer_fits_its_indicator_is_named(altered: Any) -> None:
    load_plan(altered())

    with pytest.raises(PlanFileError, match="rule"):
        load_plan(altered(broken([*TARGET, "rule"], "share")))


def test_an_adopted_plans_goal_is_not_changed_by_a_file(altered: Any) -> None:
    load_plan(altered())
    Plan.objects.update(state=Plan.State.ADOPTED)

    with pytest.raises(PlanFileError, match="goal"):
        load_plan(altered(broken([*TARGET, "value"], "5")))


def test_a_closed_plan_is_not_loaded_over(altered: Any) -> None:
    load_plan(altered())
    Plan.objects.update(state=Plan.State.CLOSED)

    with pytest.raises(PlanFileError, match="closed"):
        load_plan(altered())


def test_a_plan_is_loaded_for_the_unit_named(altered: Any) -> None:
    make_unit("fusheng")

    load_plan(altered(), unit="fusheng")

    assert Plan.objects.get().unit.code == "fusheng"
    assert {r.unit.code for r in ReportingUnit.objects.select_related("unit")} == {"fusheng"}
    assert not Unit.objects.filter(code="taoyan").exists()


def test_an_unknown_unit_is_named_and_not_made(altered: Any) -> None:
    with pytest.raises(PlanFileError, match="没有单位 nowhere"):
        load_plan(altered(), unit="nowhere")

    assert not Unit.objects.exists()


def test_a_plan_does_not_move_to_another_unit(altered: Any) -> None:
    load_plan(altered())
    make_unit("fusheng")

    with pytest.raises(PlanFileError, match="其他单位的计划"):
        load_plan(altered(), unit="fusheng")


def test_indicators_of_another_unit_are_not_counted_into_the_plan(altered: Any) -> None:
    load_plan(altered())
    make_unit("fusheng")

    with pytest.raises(PlanFileError, match="指标由其他单位填报"):
        load_plan(altered(lambda data: data["plan"].update(code="fusheng-2022")), unit="fusheng")

    assert Plan.objects.get().slug == "taoyan-2022"
