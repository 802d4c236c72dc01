"""wf-11 of bad-inputs.yaml: what figures mean stays once they were handed in; a plan's terms change from a day on."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from audit.models import Event
from goals.loading import PlanFileError, load_plan_text
from goals.models import Indicator, Plan, Progress, Reading, Target
from goals.models.reading import State
from goals.progress import period_end
from goals.progress.recompute import recompute
from goals.progress.store import progress_of
from goals.tests.factories import client_of, make_indicator, make_office, make_reading, make_target
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, browser_of, make_cast
from goals.tests.pages.test_planner import edit

pytestmark = pytest.mark.django_db
INDICATOR = "/api/v1/indicators/firms/"
MEANINGS = {"unit_of_measure": "户", "frequency": "quarterly", "basis": "level"}
DECISION = {"category": "definition", "applicant": "经发办", "meeting": "党政联席会", "document_number": "〔2022〕9号"}
FILE = """
plan: {code: next, title: 下一年, year: 2023, source: report.txt}
sections:
- code: s
  label: 板块
  themes:
  - code: t
    name: 主题
    targets:
    - {code: firms, name: firms, unit: 户, rule: total, comparator: at_least, value: 5, quote: 承诺}
"""


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def approve(cast: Cast, period: date = AUGUST, value: int = 5, **fields: Any) -> Reading:
    return make_reading(cast.indicator, period, value, **fields)


def stored(target: Target) -> list[tuple[Any, ...]]:
    """The target's progress at each month's end so far."""
    recompute([target.pk])
    rows = Progress.objects.filter(target=target, as_of__lte=SEPTEMBER).exclude(slot=0).order_by("as_of")
    return list(rows.values_list("as_of", "actual", "expected", "attainment", "status"))


@pytest.mark.parametrize(("field", "value"), MEANINGS.items())
def test_wf_11_what_approved_figures_mean_does_not_change(cast: Cast, field: str, value: str) -> None:
    approve(cast)
    events = Event.objects.count()

    answer = client_of(cast.planner).patch(INDICATOR, {field: value}, format="json")

    assert answer.status_code == 409
    assert "请另设新代码的指标" in answer.json()["errors"][0]["detail"]
    assert getattr(Indicator.objects.get(), field) == getattr(cast.indicator, field)
    assert Event.objects.count() == events


def test_wf_11_nor_how_they_are_rolled_up() -> None:
    cast = make_cast(basis="level", frequency="monthly")
    approve(cast)

    answer = client_of(cast.planner).patch(INDICATOR, {"aggregation": "mean"}, format="json")

    assert answer.status_code == 409
    assert "汇总方式" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("state", "status"),
    [(State.DRAFT, 200), (State.RETURNED, 200), (State.SUBMITTED, 409), (State.APPROVED, 409), (State.SUPERSEDED, 409)],
)
def test_wf_11_it_stays_from_the_first_figure_handed_in(cast: Cast, state: str, status: int) -> None:
    approve(cast, state=state)

    answer = client_of(cast.planner).patch(INDICATOR, {"unit_of_measure": "户"}, format="json")

    assert answer.status_code == status


def test_wf_11_the_page_shows_it_and_does_not_take_it(cast: Cast) -> None:
    approve(cast)
    browser, address = browser_of(cast.planner), "/indicators/firms/edit/"

    page = browser.get(address)
    edit(browser, address, unit_of_measure="户", frequency="quarterly", name="新增企业数")

    indicator = Indicator.objects.get()
    assert "请另设新代码的指标" in page.content.decode()
    assert page.context["form"].fields["unit_of_measure"].disabled
    assert (indicator.unit_of_measure, indicator.frequency, indicator.name) == ("家", "monthly", "新增企业数")


def test_wf_11_limits_may_change_and_old_months_keep_their_figures(cast: Cast) -> None:
    reading = approve(cast, value=500)
    before = stored(cast.target)

    answer = client_of(cast.planner).patch(INDICATOR, {"maximum": 100}, format="json")

    assert answer.status_code == 200
    assert Reading.objects.get() == reading
    assert stored(cast.target) == before


def test_wf_11_a_plan_file_does_not_change_it_either(cast: Cast) -> None:
    approve(cast)

    with pytest.raises(PlanFileError, match="计量单位不能改变"):
        load_plan_text(cast.planner, FILE, "承诺")

    assert Indicator.objects.get().unit_of_measure == "家"
    assert Plan.objects.count() == 1


@pytest.mark.parametrize("terms", [{"goal": 200}, {"due": "2022-11-30"}, {"weight": 2}, {"band": 3}])
def test_wf_11_a_term_of_an_adopted_plan_changes_by_adjustment_alone(cast: Cast, terms: dict[str, Any]) -> None:
    answer = client_of(cast.planner).patch(f"/api/v1/targets/{cast.target.pk}/", terms, format="json")

    assert answer.status_code == 409
    assert "目标调整" in answer.json()["errors"][0]["detail"]
    assert Target.objects.get().goal == 100


@pytest.mark.parametrize(
    "change", [{"rule": "growth"}, {"comparator": "at_most"}, {"pace": "flat"}, {"indicator": "other"}]
)
def test_wf_11_how_an_adopted_target_is_judged_does_not_change(cast: Cast, change: dict[str, Any]) -> None:
    make_indicator("other", make_office())

    answer = client_of(cast.planner).patch(f"/api/v1/targets/{cast.target.pk}/", change, format="json")

    assert answer.status_code == 409
    assert next(iter(change)) in answer.json()["errors"][0]["detail"]
    assert (Target.objects.get().rule, Target.objects.get().indicator) == ("total", cast.indicator)


def test_wf_11_the_page_of_an_adopted_target_does_not_take_it(cast: Cast) -> None:
    edit(browser_of(cast.planner), f"/targets/{cast.target.pk}/edit/", goal="200", pace="flat", name="新名称")

    target = Target.objects.get()
    assert (target.goal, target.pace, target.name) == (100, "", "新名称")


def test_wf_11_a_plan_file_does_not_change_how_an_adopted_target_is_judged(cast: Cast) -> None:
    make_target(cast.plan, make_indicator("of_file", make_office()), comparator="at_most", code="of_file")
    text = FILE.replace("next", "taoyan-2022").replace("2023", "2022").replace("firms", "of_file").replace("户", '""')

    with pytest.raises(PlanFileError, match="of_file: comparator: 计划已印发，不能改变"):
        load_plan_text(cast.planner, text.replace("value: 5", "value: 100"), "承诺")


def test_wf_11_an_adjustment_holds_from_its_day_and_old_months_keep_their_figures(cast: Cast) -> None:
    for month in range(1, 10):
        approve(cast, period_end(2022 * 12 + month))
    before = stored(cast.target)

    answer = client_of(cast.planner).post(
        f"/api/v1/targets/{cast.target.pk}/adjust/",
        DECISION | {"in_force_from": "2022-09-01", "goal": 200},
        format="json",
    )

    after = stored(cast.target)
    assert answer.status_code == 201
    assert after[:-1] == before[:-1]
    assert [(row[1], row[2]) for row in (before[-1], after[-1])] == [(45, 75), (45, 150)]
    asked = Target.objects.select_related("plan__profile", "indicator").get()
    assert progress_of([asked], AUGUST)[asked.pk].attainment == Decimal(40)
