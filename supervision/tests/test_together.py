"""Two at the same moment: of two orders on one item there is one, of two closings one counts."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.models import Role
from accounts.tests.factories import fresh
from common.errors import Conflict
from goals.tests.factories import make_unit, make_user
from supervision import deciding, issuing
from supervision.models import Order, Step
from supervision.tests.factories import TERMS, make_cast

pytestmark = [
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite takes writers in turn"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def at_once(*actions: Callable[[], object]) -> list[str]:
    """What became of each, in any order: done, or the conflict's name."""
    gate, came = threading.Barrier(len(actions)), []

    def run(action: Callable[[], object]) -> None:
        try:
            gate.wait()
            action()
            came.append("done")
        except Conflict:
            came.append("conflict")
        except Exception as error:
            came.append(repr(error))
        finally:
            connection.close()

    threads: list[Any] = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(came)


def test_of_two_leaders_who_issue_for_one_item_one_does() -> None:
    cast = make_cast()
    colleague = make_user("colleague", Role.LEADER, unit=make_unit())

    came = at_once(
        lambda: issuing.issue_new(fresh(cast.leader), cast.target, TERMS),
        lambda: issuing.issue_new(fresh(colleague), cast.target, TERMS),
    )

    assert came == ["conflict", "done"]
    assert Order.objects.count() == 1


def test_of_two_clicks_on_close_one_closes() -> None:
    cast = make_cast()
    order = cast.verified()

    came = at_once(*[lambda: deciding.close(fresh(cast.leader), order)] * 2)

    assert came == ["conflict", "done"]
    assert Step.objects.filter(kind="close").count() == 1
