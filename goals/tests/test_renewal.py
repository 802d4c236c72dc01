"""What the date alone changes is computed again once a day, from midnight on."""

from typing import Any

import pytest

from goals import daily
from goals.models import Progress
from goals.progress.recompute import renew
from goals.tests.factories import make_indicator, make_plan, make_target

pytestmark = pytest.mark.django_db


def today_of(target: Any) -> Any:
    return Progress.objects.get(target=target, slot=0).as_of.isoformat()


def test_a_new_day_renews_open_plans(settings: Any) -> None:
    settings.TAOYAN_TODAY = "2022-10-12"
    target = make_target()
    renew()
    settings.TAOYAN_TODAY = "2022-10-13"

    renew()

    assert today_of(target) == "2022-10-13"


def test_a_closed_plan_stays_as_it_was() -> None:
    make_target(make_plan(state="closed"), make_indicator())

    assert renew() == 0


def test_it_is_done_once_a_day_however_often_the_bell_rings(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TAOYAN_TODAY = "2022-10-12"
    done: list[int] = []
    monkeypatch.setattr(daily.recomputing, "renew", lambda: done.append(1))

    for _ring in range(3):
        daily.renew_due()

    assert done == [1]
