"""The audit chain holds, breaks where it was broken, and the database refuses to rewrite it."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit import triggers
from audit.models import Event
from audit.trail import Actor, Entry, first_broken_link, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def guarded() -> Iterator[None]:
    """With the triggers up, as in service."""
    triggers.create(connection)
    yield
    triggers.drop(connection)


def write(count: int) -> None:
    with transaction.atomic():
        record(Actor(name="测试"), [Entry("save", "plan", str(n), after={"n": n}) for n in range(count)])


def test_a_chain_that_nobody_touched_holds() -> None:
    write(3)
    write(2)

    assert first_broken_link() is None
    assert list(Event.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]


def test_a_changed_event_is_named() -> None:
    write(3)
    Event.objects.filter(sequence=2).update(after={"n": 99})

    with pytest.raises(CommandError, match="2"):
        call_command("verify_audit")


def test_a_removed_last_event_is_noticed() -> None:
    write(3)
    Event.objects.filter(sequence=3).delete()

    assert first_broken_link() == 3


def test_the_database_refuses_to_change_an_event(guarded: None) -> None:
    write(1)

    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(actor_name="他人")


def test_the_database_refuses_to_delete_an_event(guarded: None) -> None:
    write(1)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event")


def test_what_is_rolled_back_leaves_no_event() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(Actor(), [Entry("save", "plan", "1")])
        raise ZeroDivisionError

    assert not Event.objects.exists() and first_broken_link() is None
