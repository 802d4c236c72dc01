"""What is done after a commit may fail without taking anything back."""

from typing import Any

import pytest
from django.db import transaction

from accounts.models import Unit
from common.commits import after_commit
from goals.tests.factories import make_unit


def fail(word: str) -> None:
    raise ValueError(word)


@pytest.mark.django_db(transaction=True)
def test_a_failure_after_the_commit_is_logged_and_takes_nothing_back(caplog: Any) -> None:
    with transaction.atomic():
        make_unit()
        after_commit(fail, "broken")

    assert Unit.objects.count() == 1
    assert "Error calling fail" in caplog.text


@pytest.mark.django_db
def test_it_waits_for_the_commit(django_capture_on_commit_callbacks: Any) -> None:
    done: list[str] = []

    with django_capture_on_commit_callbacks() as callbacks:
        after_commit(done.append, "done")

    assert done == []
    callbacks[0]()
    assert done == ["done"]
