"""The demonstration's works: every headline one scheduled, a credible year, each kind of record there to be seen."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.transaction import atomic, set_rollback
from django.test import override_settings
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings as SettingsWrapper

from goals.models import Plan, Target
from goals.progress.recompute import check, recompute
from projects import noting, paying
from projects.models import (
    Acceptance,
    Comment,
    Confirmation,
    Finding,
    Milestone,
    Payment,
    Project,
    ProjectProgress,
    UpkeepCheck,
)
from projects.models.project import Blocker
from projects.standing import PROJECTS

pytestmark = [pytest.mark.django_db, pytest.mark.thorough, pytest.mark.xdist_group("demonstration")]


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Loaded once for all of these tests; each of them is rolled back to it."""
    settings = override_settings(DEMO=True, TAOYAN_TODAY="2022-10-12")
    with django_db_blocker.unblock(), settings, atomic():
        call_command("load_demo", stdout=StringIO())
        recompute(list(Project.objects.values_list("pk", flat=True)), PROJECTS)
        recompute(list(Target.objects.values_list("pk", flat=True)))
        yield
        set_rollback(True)


@pytest.fixture(autouse=True)
def _demo(loaded: None, settings: SettingsWrapper) -> None:
    settings.DEMO = True


def test_every_headline_work_is_led_and_scheduled_and_the_plan_is_adopted() -> None:
    assert Plan.objects.get().state == "adopted"
    assert not Project.objects.filter(lead_office=None).exists()
    assert not Milestone.objects.filter(is_default=True, project__in=Project.objects.counted()).exists()
    assert Project.objects.exclude(quote="").count() == 159


def test_its_works_stand_in_every_status_that_a_scheduled_one_can_have() -> None:
    found = set(ProjectProgress.objects.filter(slot=0).values_list("status", flat=True))

    assert found == {"achieved", "on_track", "at_risk", "behind", "missed"}
    assert check() == []


def test_nothing_in_it_is_dated_later_than_its_day() -> None:
    assert not Milestone.objects.filter(done_on__gt="2022-10-12").exists()
    assert not Milestone.objects.filter(state="accepted", done_on=None).exists()


def test_every_kind_of_record_is_there_to_be_seen() -> None:
    assert set(Finding.objects.values_list("state", flat=True)) == {"open", "closed"}
    assert set(Payment.objects.values_list("kind", flat=True)) == set(Payment.Kind.values)
    assert Acceptance.objects.exists() and Confirmation.objects.exists() and Comment.objects.exists()
    assert UpkeepCheck.objects.exclude(done_on=None).exists()
    assert set(Project.objects.exclude(blocker="").values_list("blocker", flat=True)) == set(Blocker.values)


def test_no_book_is_overdrawn() -> None:
    for project in Project.objects.filter(payments__isnull=False).distinct():
        funds = paying.funds_of(project.payments.all())
        assert funds.ceiling is None or funds.paid <= funds.ceiling, project.code


def test_the_wetland_target_is_counted_from_its_work() -> None:
    target = Target.objects.get(code="ecology.wetland_national_acceptance")

    row = target.progress_rows.get(slot=0)
    assert target.projects.get().milestones.count() == 5
    assert row.reason == "" and row.actual > 0


def test_some_works_wait_for_the_district() -> None:
    leader = Plan.objects.get().unit.grants.get(user__username="leader").user

    assert noting.for_the_district(leader).count() == 2
