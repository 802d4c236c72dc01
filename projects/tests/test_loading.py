"""The commitments of the plan's file as works, and what adoption asks of them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from audit.models import Event
from goals import planning
from goals.loading import PlanFileError, load_plan
from goals.models import Plan
from goals.tests.factories import make_unit, make_user
from projects.models import Milestone, Project, ProjectProgramme
from projects.planning import set_stages
from projects.tests.factories import STAGES, Cast, make_project

pytestmark = pytest.mark.django_db
FILE = settings.BASE_DIR / "data" / "plan-2022.yaml"
Alter = Callable[[Callable[[dict[str, Any]], object]], Path]


@pytest.fixture
def altered(tmp_path: Path) -> Alter:
    """The plan's file with something about it changed."""
    shutil.copy(FILE.parent / "report-2022.txt", tmp_path)

    def alter(change: Callable[[dict[str, Any]], object]) -> Path:
        data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        change(data)
        path = tmp_path / "plan.yaml"
        path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        return path

    return alter


def first(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["sections"][0]["themes"][0]["commitments"][0]
    return found


def test_all_commitments_load_with_the_plan_each_with_its_default_milestone() -> None:
    load_plan(FILE)

    assert Project.objects.count() == 159
    assert (Project.objects.filter(tier="headline").count(), Project.objects.filter(tier="routine").count()) == (90, 69)
    assert Milestone.objects.filter(is_default=True).count() == 159
    document = Plan.objects.get().document
    assert all(p.quote in document for p in Project.objects.all())


def test_a_promise_made_twice_counts_once_and_slow_ones_are_open_ended() -> None:
    load_plan(FILE)

    again = Project.objects.get(code="culture_tourism.venue_layout")
    assert again.same_as is not None and again.same_as.code == "urban_rural.three_in_one"
    assert Project.objects.get(code="economy.dongfang_auto_city").open_ended
    assert not Project.objects.get(code="urban_rural.yanzhong_road").open_ended


def test_programmes_suggest_works_by_code_and_by_theme() -> None:
    load_plan(FILE)

    digital = ProjectProgramme.objects.filter(programme__code="preamble.year_digital", suggested=True)
    assert "culture_tourism.cloud_tours" in digital.values_list("project__code", flat=True)
    common = ProjectProgramme.objects.filter(programme__code="preamble.year_common_prosperity")
    assert "livelihood.nursing_home" in common.values_list("project__code", flat=True)


def test_loading_again_changes_nothing_and_keeps_what_planners_set(altered: Alter) -> None:
    load_plan(FILE)
    Project.objects.filter(code="urban_rural.yanzhong_road").update(standard="1.24 公里", due="2022-11-20")
    events = Event.objects.count()

    assert load_plan(FILE).is_unchanged
    assert Event.objects.count() == events
    assert Project.objects.get(code="urban_rural.yanzhong_road").standard == "1.24 公里"


def test_a_changed_commitment_changes_just_that(altered: Alter) -> None:
    load_plan(FILE)

    report = load_plan(altered(lambda data: first(data).update(name="招引大项目")))

    assert [line.split(": ")[:2] for line in report.changed] == [["economy.major_project_attraction", "name"]]
    assert Project.objects.get(code="economy.major_project_attraction").name == "招引大项目"


def test_one_that_was_taken_out_is_listed_and_kept(altered: Alter) -> None:
    load_plan(FILE)

    report = load_plan(altered(lambda data: data["sections"][0]["themes"][0]["commitments"].pop(0)))

    assert report.gone == ["economy.major_project_attraction"]
    assert Project.objects.count() == 159


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kind": "miracle"}, "kind"),
        ({"tier": "none"}, "tier"),
        ({"quote": "并无此句"}, "quote"),
        ({"name": 5}, "name"),
        ({"names": "桥"}, "names"),
        ({"see_also": 3}, "see_also"),
        ({"note": "\u202e"}, "note"),
        ({"code": "economy.capacity_upgrade"}, "code"),
    ],
)
def test_a_mistake_names_entry_and_field_and_stores_nothing(altered: Alter, change: Any, named: str) -> None:
    with pytest.raises(PlanFileError) as refused:
        load_plan(altered(lambda data: first(data).update(change)))

    code = change.get("code", "economy.major_project_attraction")
    assert any(m.startswith(f"{code}: {named}: ") for m in refused.value.mistakes)
    assert not Plan.objects.exists() and not Project.objects.exists()


def test_the_commitments_take_a_handful_of_queries() -> None:
    with CaptureQueriesContext(connection) as captured:
        load_plan(FILE)

    assert len([q for q in captured if '"projects_' in q["sql"]]) <= 17


# Adoption.


@pytest.fixture
def draft(cast: Cast) -> Cast:
    set_stages(cast.planner, cast.project, STAGES)
    return cast


def lacks(cast: Cast) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        planning.adopt(cast.planner, cast.plan)
    assert Plan.objects.get().state == "draft"
    return {field: [e.code or "" for e in errors] for field, errors in refused.value.error_dict.items()}


def test_a_plan_whose_headline_works_are_scheduled_and_led_is_adopted(draft: Cast) -> None:
    assert planning.adopt(draft.planner, draft.plan).state == "adopted"


def test_a_headline_work_that_is_not_scheduled_stops_it(draft: Cast) -> None:
    make_project(draft.plan, "unscheduled")

    assert lacks(draft) == {"milestones": ["no_schedule"]}


def test_a_headline_work_without_a_lead_office_stops_it(draft: Cast) -> None:
    draft.project.lead_office = None
    draft.project.save()

    assert lacks(draft) == {"lead_office": ["no_lead_office"]}


def test_routine_ones_and_the_same_work_again_stop_nothing(draft: Cast) -> None:
    make_project(draft.plan, "routine", tier="routine", lead_office=None)
    make_project(draft.plan, "again", same_as=draft.project, lead_office=None)

    assert planning.adopt(draft.planner, draft.plan).state == "adopted"


def test_what_is_done_needs_no_schedule(draft: Cast) -> None:
    project = make_project(draft.plan, "done")
    project.milestones.update(state="accepted", done_on="2022-03-01")

    assert planning.adopt(draft.planner, draft.plan).state == "adopted"


def test_the_planners_page_says_where_each_lack_is_mended(draft: Cast, client: Any) -> None:
    project = make_project(draft.plan, "unscheduled", name="未排的项目")
    client.force_login(make_user("p2", Role.PLANNER, unit=make_unit()))

    page = client.get("/planner/taoyan-2022/").content.decode()

    assert "未排的项目" in page and f"/projects/{project.pk}/schedule/" in page
