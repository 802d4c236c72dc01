"""What the portal proposes: red, or yellow for two periods; once a spell; never an order by itself."""

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from common import clock
from common.errors import Conflict, Forbidden
from goals.models import Indicator, Plan, Progress, Reading, Slot, Target
from goals.progress.recompute import recompute
from goals.tests.factories import make_plan, make_targets, make_unit, make_user
from projects.models import Milestone, Project
from projects.tests.factories import make_milestone, make_project
from supervision import issuing, proposing
from supervision.models import Order, Proposal
from supervision.proposing import Proposed, lag_of, propose
from supervision.tasks import propose as nightly
from supervision.tests.factories import TODAY, Cast, make_red_target

pytestmark = pytest.mark.django_db
MONTHS = [date(2022, 1, 31), date(2022, 2, 28), *(date(2022, m, d) for m, d in ((3, 31), (4, 30), (5, 31), (6, 30)))]
JULY = date(2022, 7, 12)


def months_of(statuses: Sequence[str]) -> dict[date, Any]:
    return {day: SimpleNamespace(status=status) for day, status in zip(MONTHS, statuses, strict=False)}


def a_target(frequency: str = "monthly", whole: bool = False, rule: str = "total") -> Target:
    """Not stored: the rule looks at nothing else."""
    return Target(plan=Plan(year=2022), indicator=Indicator(frequency=frequency, whole=whole), rule=rule)


def lag(thing: Target, statuses: Sequence[str], now: str, pace: str = "linear") -> tuple[str, date] | None:
    found = lag_of(thing, now, months_of(statuses), JULY, {"pace": pace})
    return None if found is None else (found.why, found.since)


GREEN, YELLOW, RED, MISSED = "on_track", "at_risk", "behind", "missed"


@pytest.mark.parametrize(
    ("statuses", "now", "found"),
    [
        ([GREEN] * 6, RED, ("red", date(2022, 7, 31))),
        ([GREEN] * 4 + [RED] * 2, RED, ("red", date(2022, 5, 31))),
        ([GREEN] * 4 + [RED] * 2, MISSED, ("red", date(2022, 5, 31))),
        ([RED] * 6, GREEN, None),
        ([GREEN] * 4 + [YELLOW] * 2, YELLOW, ("yellow", date(2022, 5, 31))),
        ([GREEN] * 5 + [YELLOW], YELLOW, None),
        ([YELLOW] * 6, GREEN, None),
        ([GREEN] * 4 + [RED, YELLOW], YELLOW, None),
        ([], YELLOW, None),
        (["no_data"] * 6, "no_data", None),
    ],
)
def test_red_is_proposed_at_once_and_yellow_after_two_periods(
    statuses: list[str], now: str, found: tuple[str, date] | None
) -> None:
    assert lag(a_target(), statuses, now) == found


def test_two_periods_of_a_quarterly_target_are_two_quarters() -> None:
    quarterly = a_target("quarterly")

    assert lag(quarterly, [GREEN] * 4 + [YELLOW] * 2, YELLOW) is None
    assert lag(quarterly, [GREEN, GREEN, YELLOW, YELLOW, YELLOW, YELLOW], YELLOW) == ("yellow", date(2022, 3, 31))


def test_a_straight_line_of_whole_things_alone_proposes_nothing_until_it_is_missed() -> None:
    yellow = [YELLOW] * 6

    assert lag(a_target(whole=True), yellow, YELLOW) is None
    assert lag(a_target(whole=True), [RED] * 6, RED) is None
    assert lag(a_target(whole=True), [RED] * 6, "missed") is not None
    assert lag(a_target(whole=True), [RED] * 6, RED, pace="planned") is not None
    assert lag(a_target(whole=True), yellow, YELLOW, pace="planned") is not None
    assert lag(a_target(whole=True, rule="level"), yellow, YELLOW) is not None


def test_a_red_target_and_a_red_work_are_proposed_from_what_is_stored(cast: Cast) -> None:
    work = make_project(cast.plan)
    make_milestone(work, "设计", date(2022, 3, 31))
    work.milestones.filter(is_default=True).delete()
    make_project(cast.plan, "routine", tier="routine")

    assert propose(TODAY).made == 2

    found = {(p.target_id, p.project_id): p for p in Proposal.objects.all()}
    assert set(found) == {(cast.target.pk, None), (None, work.pk)}
    assert found[cast.target.pk, None].status == "behind"
    assert not Order.objects.exists()


def test_running_it_again_changes_nothing(cast: Cast) -> None:
    propose(TODAY)

    assert propose(TODAY) == Proposed(0, 0)


def test_what_has_recovered_is_put_away_and_proposed_anew_when_it_falls_again(cast: Cast) -> None:
    propose(TODAY)
    Reading.objects.update(value=99)
    recompute([cast.target.pk])
    assert propose(TODAY) == Proposed(0, 1)

    Progress.objects.filter(slot=0).update(status="behind")
    assert propose(TODAY) == Proposed(1, 0)
    assert Proposal.objects.open().get().since == date(2022, 10, 31)


def test_what_has_an_order_is_not_proposed_and_its_spell_is_over(cast: Cast) -> None:
    propose(TODAY)
    order = cast.issue()
    taken = Proposal.objects.get()
    assert (taken.state, taken.order, taken.decided_by) == ("taken", order, cast.leader)

    issuing.withdraw(cast.leader, order, "情况有变")

    assert propose(TODAY) == Proposed(0, 0)


def test_an_order_issued_without_being_proposed_ends_the_spell_too(cast: Cast) -> None:
    with clock.pretending(date(2022, 10, 3)):
        order = cast.issue()
    issuing.withdraw(cast.leader, order, "情况有变")
    Progress.objects.filter(slot__gt=0).update(status="on_track")

    assert propose(TODAY) == Proposed(0, 0)


def test_a_draft_plan_and_one_of_next_year_are_left_alone(cast: Cast) -> None:
    Plan.objects.update(state="draft")
    make_red_target(make_plan("next", 2023, state="adopted"), cast.post, "next")

    assert propose(TODAY) == Proposed(0, 0)


def test_a_leader_dismisses_with_a_reason_and_it_is_not_proposed_again(cast: Cast) -> None:
    propose(TODAY)
    proposal = Proposal.objects.get()
    with pytest.raises(Forbidden):
        proposing.dismiss(cast.planner, proposal, "不必")

    done = proposing.dismiss(cast.leader, proposal, "已在专题会部署")

    assert (done.state, done.reason, done.decided_on) == ("dismissed", "已在专题会部署", TODAY)
    assert propose(TODAY) == Proposed(0, 0)
    with pytest.raises(Conflict):
        proposing.dismiss(cast.leader, proposal, "再说一次")


def test_on_demand_it_runs_for_who_sees_proposals(cast: Cast) -> None:
    assert proposing.run(cast.planner, cast.plan).made == 1
    for user in (cast.reporter, make_user("stranger", Role.LEADER, unit=make_unit("elsewhere"))):
        with pytest.raises(Forbidden):
            proposing.run(user, cast.plan)


def test_at_night_it_runs_once_a_day(cast: Cast) -> None:
    nightly()
    Proposal.objects.all().delete()
    nightly()

    assert not Proposal.objects.exists()
    assert Slot.objects.get(task="propose_orders").slot == "2022-10-12"


def queries() -> int:
    with CaptureQueriesContext(connection) as captured:
        propose(TODAY)
    return len(captured)


def test_its_queries_do_not_grow(cast: Cast) -> None:
    def more(numbers: range) -> None:
        targets = make_targets(cast.plan, [f"t{n}" for n in numbers], cast.office)
        recompute([t.pk for t in targets])
        Progress.objects.filter(slot=0).update(status="behind")
        Proposal.objects.all().delete()

    more(range(3))
    few = queries()
    more(range(3, 30))

    assert queries() == few
    assert Proposal.objects.count() == 31
    assert Milestone.objects.count() == Project.objects.count() == 0
