"""The demonstration: the real plan, sample people and figures, every status that can occur by its day."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import override_settings
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.models import Role, User
from audit.trail import first_broken_link
from goals.demonstration import PASSWORD
from goals.models import Notice, Plan, Progress, Reading
from goals.models.progress import Status
from goals.progress.recompute import check, renew
from supervision.models import Order, Proposal

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture(scope="module")
def loaded(stage: None) -> str:
    out = StringIO()
    with override_settings(DEMO=True):
        call_command("load_demo", stdout=out)
    renew()
    return out.getvalue()


@pytest.fixture
def demonstration(loaded: str, settings: SettingsWrapper) -> str:
    settings.DEMO = True
    return loaded


def test_it_prints_one_user_of_each_role_and_the_password(demonstration: str) -> None:
    assert PASSWORD in demonstration
    assert all(role in demonstration for role in Role.values)


def test_it_shows_every_status(demonstration: str) -> None:
    assert set(Progress.objects.filter(slot=0).values_list("status", flat=True)) == set(Status.values)


def test_its_readings_stand_in_every_state_but_superseded(demonstration: str) -> None:
    assert set(Reading.objects.values_list("state", flat=True)) == {"draft", "submitted", "returned", "approved"}


def test_its_plan_is_adopted_and_its_figures_are_as_computed_from_scratch(demonstration: str) -> None:
    assert Plan.objects.get().state == Plan.State.ADOPTED
    assert check() == []
    assert first_broken_link() is None


def test_its_people_were_reminded_and_told_of_returns(demonstration: str) -> None:
    told = set(Notice.objects.filter(user__username="reporter").values_list("kind", flat=True))

    assert told == {"due_today", "overdue", "returned", "order_news"}


def test_an_order_marked_as_sample_is_in_its_course_and_more_is_proposed(demonstration: str) -> None:
    order = Order.objects.get()

    assert (order.state, order.target.code) == ("signed", "economy.new_specialized_firms")  # type: ignore[union-attr]
    assert "演示数据" in order.requirement and order.status == "behind"
    assert [s.kind for s in order.steps.all()] == ["draft", "issue", "sign", "feedback", "ask_extension"]
    assert order.extensions.get().state == "requested"
    assert Proposal.objects.open().count() > 10
    assert not Proposal.objects.filter(target=order.target).exists()


def test_a_second_load_changes_nothing(demonstration: str, settings: SettingsWrapper) -> None:
    users = User.objects.count()

    call_command("load_demo", stdout=StringIO())

    assert User.objects.count() == users
