"""Who may do what with whose reading in which state: every cell, by REST and on the pages.

What is expected stands in `rules.py`, written from `architecture.md`'s table of roles, not from the code. A refused
cell changes nothing: neither the readings nor the trail.
"""

from collections.abc import Callable
from itertools import product

import pytest
from django.db import transaction
from django.http import HttpResponse

from audit.models import Event
from goals.models import Reading
from goals.tests.matrix.cast import ANONYMOUS, STATES, WHERE, WHO, Stage, set_stage
from goals.tests.matrix.operations import OPERATIONS, Caller
from goals.tests.matrix.rules import expected

pytestmark = pytest.mark.django_db


def standing() -> tuple[object, ...]:
    rows = Reading.objects.order_by("pk").values_list("pk", "state", "value", "note", "version")
    return (*rows, Event.objects.filter(action__in=CHANGES).count())


CHANGES = ("save_draft", "edit_draft", "delete_draft", "submit", "approve", "return", "supersede", "feed_approved")


@pytest.mark.parametrize("who", WHO)
def test_each_cell(who: str) -> None:
    stage = set_stage()
    caller = Caller(None if who == ANONYMOUS else stage.users[who])
    before = standing()
    cells = product(OPERATIONS, WHERE, STATES)
    wrong = [said for cell in cells if (said := fault(caller, stage, before, who, *cell))]

    assert wrong == []
    assert standing() == before


def fault(
    caller: Caller, stage: Stage, before: tuple[object, ...], who: str, operation: str, where: str, state: str
) -> str:
    """What is wrong with one cell, or nothing. The cell's own writes are rolled back."""
    act: Callable[..., HttpResponse] = OPERATIONS[operation]
    rule = expected(who, operation, where, state)
    with transaction.atomic():
        answer = act(caller.fresh(), stage.readings[where, state])
        changed = standing() != before
        transaction.set_rollback(True)
    found = f"{who} {operation} {where} {state}: {answer.status_code}, {'changed' if changed else 'unchanged'}"
    said = f"{rule.status}, {'changed' if rule.changes else 'unchanged'}"
    return "" if found.endswith(f": {said}") else f"{found}; expected {said}"


def test_the_matrix_has_at_least_two_thousand_cells() -> None:
    assert len(WHO) * len(OPERATIONS) * len(WHERE) * len(STATES) >= 2_000
