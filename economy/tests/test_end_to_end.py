"""A village adds a row on the page; the target that it feeds changes, names the row, and changes back with it."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Role
from accounts.tests.factories import browser_of
from economy.models import Reuse
from economy.tests.factories import make_village
from goals.models import Progress, Target
from goals.tests.factories import make_unit, make_user
from ledgers.tests.factories import fed_target, villager

pytestmark = pytest.mark.django_db
ADDRESS = "/ledgers/economy/reuse/"
TYPED = {"day": "2022-06-01", "place": "原丝织厂北楼", "kind": "idle_plant", "area": "480", "way": "let"}
TYPED |= {"in_use_on": "2022-10-08", "source_system": "own", "version": ""}


def stored(target: Target) -> Decimal | None:
    row = Progress.objects.filter(target=target).order_by("-as_of").first()
    return row.actual if row else None


def test_a_row_changes_its_target_and_voiding_it_changes_it_back(django_capture_on_commit_callbacks: Any) -> None:
    terms: dict[str, Any] = {"rule": "total", "comparator": "at_least", "goal": Decimal(5000)}
    target = fed_target("economy.idle_space_revitalised", **terms)
    village = make_village()
    reporter, leader = browser_of(villager(village)), browser_of(make_user("leader", Role.LEADER, unit=make_unit()))

    with django_capture_on_commit_callbacks(execute=True):
        assert reporter.post(f"{ADDRESS}new/", TYPED | {"unit": village.pk}).status_code == 302
    row = Reuse.objects.get()
    page = leader.get(f"/targets/{target.pk}/").content.decode()

    assert stored(target) == 480
    assert (row.place in page, f"{ADDRESS}{row.pk}/" in page, "2022-10-08" in page or "10月8日" in page) == (True,) * 3

    with django_capture_on_commit_callbacks(execute=True):
        answer = reporter.post(f"{ADDRESS}{row.pk}/void/", {"reason": "面积重复登记", "version": row.version})
    assert (answer.status_code, stored(target)) == (302, 0)
    assert row.place not in leader.get(f"/targets/{target.pk}/").content.decode()
