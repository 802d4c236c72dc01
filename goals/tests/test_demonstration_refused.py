"""Where the demonstration isn't loaded."""

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_it_is_refused_outside_the_demonstration() -> None:
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo")

    assert not User.objects.exists()


def test_it_is_refused_where_others_have_users(settings: SettingsWrapper) -> None:
    settings.DEMO = True
    User.objects.create(username="somebody")

    with pytest.raises(CommandError, match="in use"):
        call_command("load_demo")
