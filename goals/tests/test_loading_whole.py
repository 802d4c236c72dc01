"""The 2022 plan, loaded whole: what it says, and what loading it again changes."""

import shutil
from pathlib import Path

import pytest
import yaml

from audit.models import Event
from goals.loading import load_plan
from goals.models import Plan, Programme, Target, TargetProgramme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
FILE = Path(__file__).resolve().parents[2] / "data" / "plan-2022.yaml"


@pytest.fixture(scope="module")
def loaded(stage: None) -> None:
    load_plan(FILE)


def test_the_plan_loads_whole() -> None:
    plan = Plan.objects.get(slug="taoyan-2022")
    assert (plan.sections.count(), plan.targets.count(), Programme.objects.count()) == (6, 29, 9)
    assert plan.state == Plan.State.DRAFT
    assert all(t.quote in plan.document for t in plan.targets.all())


def test_loading_again_changes_nothing() -> None:
    events = Event.objects.count()

    assert load_plan(FILE).is_unchanged
    assert Event.objects.count() == events


def test_the_wetlands_acceptance_is_counted_from_milestones() -> None:
    target = Target.objects.get(code="ecology.wetland_national_acceptance")
    assert (target.rule, target.goal, target.indicator.measure) == ("milestones", 100, "milestones")
    assert not target.indicator.reporting.exists()


def test_reach_and_maintain_are_at_least_and_keep_their_wording() -> None:
    target = Target.objects.get(code="economy.grain_zone_area")
    assert (target.comparator, target.printed_comparator) == ("at_least", "maintain")


def test_the_grain_target_is_in_doubt() -> None:
    assert Target.objects.get(code="economy.grain_output").in_doubt


def test_suggested_members_are_marked_as_suggested() -> None:
    assert TargetProgramme.objects.exists()
    assert not TargetProgramme.objects.filter(suggested=False).exists()


def test_what_was_taken_out_is_listed_and_kept(tmp_path: Path) -> None:
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    data["sections"][0]["themes"][0]["targets"].pop(1)
    shorter = tmp_path / "plan.yaml"
    shorter.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    shutil.copy(FILE.with_name("report-2022.txt"), tmp_path)

    report = load_plan(shorter)

    assert report.gone == ["economy.small_to_regulated_firms"]
    assert Target.objects.count() == 29
