"""任务分解表 by Excel: out with what stands, in by preview and one confirmation, by the plan's planner alone."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Post, Role
from audit.models import Event
from goals.models import ImportJob, Plan, ReportingUnit, Target
from goals.tests.factories import make_indicator, make_office, make_reading, make_target, make_unit, make_user
from goals.tests.importing.factories import confirm, preview, results, said, send, workbook
from goals.tests.pages.factories import Cast, browser_of

pytestmark = pytest.mark.django_db
ADDRESS = "/plans/taoyan-2022/assignments/"
HEADS = ["目标代码", "分管领导", "牵头单位", "配合单位", "完成时限"]


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """The plan is still a draft, and there is a post to answer for things."""
    Plan.objects.update(state=Plan.State.DRAFT)
    Post.objects.create(code="deputy", name="经济线副主任", unit=make_unit())
    return cast


def sheet(*rows: list[Any]) -> bytes:
    return workbook(*rows, heads=HEADS)


def taken(cast: Cast, content: bytes) -> ImportJob:
    return preview(browser_of(cast.planner), content, address=ADDRESS)


def apply(cast: Cast, content: bytes) -> ImportJob:
    job = taken(cast, content)
    confirm(browser_of(cast.planner), job, "apply")
    job.refresh_from_db()
    return job


def test_a_confirmed_sheet_says_who_leads_cooperates_and_answers_and_by_when(cast: Cast) -> None:
    job = apply(cast, sheet(["firms", "经济线副主任", "other_office", "office、taoyan", date(2022, 11, 30)]))

    target = Target.objects.get()
    assert (job.state, job.result["written"]) == ("confirmed", {"created": 0, "changed": 1, "unchanged": 0})
    assert (str(target.lead_office), str(target.responsible_post)) == ("other_office", "经济线副主任")
    assert target.due == date(2022, 11, 30)
    assert {u.code for u in target.cooperating_offices.all()} == {"office", "taoyan"}
    assert target.version == 2


def test_the_preview_says_what_was_and_changes_nothing(cast: Cast) -> None:
    events = Event.objects.count()

    job = taken(cast, sheet(["firms", None, "other_office", "taoyan", None]))

    assert results(job) == [(2, "changed")]
    assert "牵头单位原为 office" in said(job)
    assert "配合单位有变" in said(job)
    assert str(Target.objects.get().lead_office) == "office"
    assert Event.objects.count() == events


def test_what_stands_is_unchanged(cast: Cast) -> None:
    job = apply(cast, sheet(["firms", None, "office", None, None]))

    assert job.result["written"] == {"created": 0, "changed": 0, "unchanged": 1}
    assert not Event.objects.filter(action="import").exists()


def test_it_is_told_in_the_audit_trail(cast: Cast) -> None:
    apply(cast, sheet(["firms", None, "other_office", "taoyan", None]))

    event = Event.objects.get(action="import")
    assert event.actor_name == "planner"
    assert event.after["targets"] == {"firms": {"lead_office": "other_office", "cooperating": ["taoyan"]}}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["nobody", None, "office", None, None], "code"),
        (["firms\u3000", None, "office", None, None], "code"),
        (["firms", None, None, "taoyan", None], "lead"),
        (["firms", None, "nobody", None, None], "lead"),
        (["firms", "nobody", "office", None, None], "post"),
        (["firms", None, "office", "office、nobody", None], "cooperating"),
        (["firms", None, "office", None, "soon"], "due"),
        (["firms", None, "office", None, "2023-01-31"], "due"),
        (["firms", None, "office", None, 44_000], "due"),
    ],
)
def test_a_mistake_stands_beside_its_column(cast: Cast, row: list[Any], column: str) -> None:
    job = taken(cast, sheet(row))

    assert job.state == "refused"
    assert list(job.rows[0]["errors"]) == [column]


def test_a_target_twice_is_refused_with_both_rows(cast: Cast) -> None:
    row = ["firms", None, "office", None, None]

    assert said(taken(cast, sheet(row, row))).count("第 2、3 行是同一目标") == 2


def test_an_adopted_plans_due_date_changes_by_adjustment_alone(cast: Cast) -> None:
    Plan.objects.update(state=Plan.State.ADOPTED)

    job = taken(cast, sheet(["firms", None, "other_office", None, "2022-11-30"]))

    assert list(job.rows[0]["errors"]) == ["due"]


def test_a_plan_adopted_since_the_preview_stops_the_confirmation(cast: Cast) -> None:
    job = taken(cast, sheet(["firms", None, "other_office", None, "2022-11-30"]))
    Plan.objects.update(state=Plan.State.ADOPTED)

    confirm(browser_of(cast.planner), job, "apply")

    assert str(Target.objects.get().lead_office) == "office"


def test_a_closed_plan_is_read_only(cast: Cast) -> None:
    Plan.objects.update(state=Plan.State.CLOSED)

    job = taken(cast, sheet(["firms", None, "other_office", None, None]))

    assert job.state == "refused"
    assert "只读" in said(job)


def test_the_lead_office_reports_in_the_plan_units_place_until_somebody_has(cast: Cast) -> None:
    fresh, begun = make_indicator("fresh", make_unit()), make_indicator("begun", make_unit())
    for indicator in (fresh, begun):
        make_target(cast.plan, indicator)
    make_reading(begun, date(2022, 1, 31), 1, unit=make_unit())

    apply(cast, sheet(["fresh", None, "other_office", None, None], ["begun", None, "other_office", None, None]))

    reporting = {r.indicator.code: r.unit.code for r in ReportingUnit.objects.exclude(indicator=cast.indicator)}
    assert reporting == {"fresh": "other_office", "begun": "taoyan"}


@pytest.mark.parametrize("who", ["official", "reviewer", "leader"])
def test_who_does_not_plan_neither_downloads_nor_uploads(cast: Cast, who: str) -> None:
    browser = browser_of(getattr(cast, who))

    assert browser.get(ADDRESS).status_code == 403
    assert send(browser, sheet(), address=ADDRESS).status_code == 403
    assert not ImportJob.objects.exists()


def test_a_planner_of_another_subdistrict_finds_no_such_plan(cast: Cast) -> None:
    stranger = make_user("stranger", Role.PLANNER, unit=make_unit("far"))

    assert browser_of(stranger).get(ADDRESS).status_code == 404
    assert send(browser_of(stranger), sheet(), address=ADDRESS).status_code == 404


def filled(content: bytes, fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.load_workbook(BytesIO(content))
    fill(book.worksheets[0])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def template(cast: Cast) -> bytes:
    return browser_of(cast.planner).get(ADDRESS + "?template=1").content


def test_the_sheet_goes_out_and_comes_back_unchanged(cast: Cast) -> None:
    Target.objects.get().cooperating_offices.set([make_unit(), make_office("other_office")])

    assert results(taken(cast, template(cast))) == [(3, "unchanged")]


def test_the_sheet_comes_back_with_what_was_chosen(cast: Cast) -> None:
    content = filled(template(cast), lambda page: page.__setitem__("D3", "other_office"))

    apply(cast, content)

    assert str(Target.objects.get().lead_office) == "other_office"


def test_offices_and_posts_are_chosen_from_lists(cast: Cast) -> None:
    book = openpyxl.load_workbook(BytesIO(template(cast)))

    rules = {str(r.sqref): (r.formula1, r.showErrorMessage) for r in book.worksheets[0].data_validations.dataValidation}
    offices = [cell.value for cell in book["_lists"]["B"]]
    assert rules["C3"] == ("_lists!$A$1:$A$1", True)
    assert rules["D3"] == ("_lists!$B$1:$B$3", True)
    assert rules["E3"] == ("_lists!$C$1:$C$3", False)
    assert offices == ["taoyan", "office", "other_office"]


def test_preview_and_confirmation_ask_the_same_number_of_queries_for_any_number_of_rows(cast: Cast) -> None:
    """The recompute of the targets after the commit isn't counted: it has a bound of its own."""
    counts = []
    for size in (2, 20):
        targets = [make_target(cast.plan, make_indicator(f"t{size}.{n}", make_unit())) for n in range(size)]
        content = sheet(*([t.code, "deputy", "other_office", "office", None] for t in targets))
        with CaptureQueriesContext(connection) as previewed:
            job = taken(cast, content)
        with CaptureQueriesContext(connection) as confirmed:
            confirm(browser_of(cast.planner), job, "apply")
        assert ImportJob.objects.get(pk=job.pk).result["written"]["changed"] == size
        counts.append((len(previewed), len(confirmed)))

    assert counts[0] == counts[1]
