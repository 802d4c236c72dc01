"""What is open moves with the post: after a hand-over the successor has it and the predecessor doesn't."""

from datetime import date, timedelta

import pytest

from accounts import appointments
from accounts.models import Post, PostHolder, Role, User
from common import clock
from goals import reporting
from goals.models import Reading
from goals.models.reading import State
from goals.tests.factories import client_of, make_reading, make_unit, make_user
from goals.tests.pages.factories import SEPTEMBER, Cast, browser_of, make_cast, row

pytestmark = pytest.mark.django_db
TODAY = date(2022, 10, 12)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def fresh(user: User) -> User:
    """As the next request reads it."""
    return User.objects.get(pk=user.pk)


def handed_over(cast: Cast, role: str, old: User, new: User, name: str = "statistics") -> None:
    """A post of the office that `old` holds through today and `new` from tomorrow."""
    post = Post.objects.create(code=name, name=name, unit=cast.office, role=role)
    holding = PostHolder.objects.create(post=post, user=old, held_from=date(2021, 1, 1))
    appointments.hand_over(fresh(cast.planner), holding, new, last_day=TODAY, first_day=TOMORROW)


@pytest.fixture
def pair(cast: Cast) -> tuple[User, User]:
    old, new = make_user("old"), make_user("new")
    handed_over(cast, Role.REPORTER, old, new)
    return old, new


def draft(cast: Cast, old: User) -> Reading:
    return make_reading(
        cast.indicator, SEPTEMBER, 41, unit=cast.office, state=State.DRAFT, entered_by=old, hands=[old.pk]
    )


def test_through_the_last_day_the_predecessor_has_it(cast: Cast, pair: tuple[User, User]) -> None:
    draft(cast, pair[0])
    old, new = (fresh(user) for user in pair)

    assert {d.period for d in reporting.due_for(old, TODAY)} >= {SEPTEMBER}
    assert reporting.due_for(new, TODAY) == []
    assert browser_of(new).get("/report/").status_code == 403


def test_from_the_first_day_the_successor_sees_what_is_due_and_the_open_draft(
    cast: Cast, pair: tuple[User, User]
) -> None:
    standing = draft(cast, pair[0])

    with clock.pretending(TOMORROW):
        old, new = (fresh(user) for user in pair)
        due = {d.period: d.reading for d in reporting.due_for(new, TOMORROW)}
        page = browser_of(new).get("/report/").content.decode()

        assert due[SEPTEMBER] == standing
        assert len(due) == 9
        assert 'value="41"' in page
        assert reporting.due_for(old, TOMORROW) == []
        assert browser_of(old).get("/report/").status_code == 403


def test_the_successor_hands_the_predecessors_draft_in(cast: Cast, pair: tuple[User, User]) -> None:
    standing = draft(cast, pair[0])

    with clock.pretending(TOMORROW):
        key = row(period=SEPTEMBER)
        answer = browser_of(pair[1]).post("/report/", {"row": [key], "submit": "1", f"value|{key}": "42"}, follow=True)

    standing.refresh_from_db()
    assert answer.status_code == 200
    assert (standing.state, standing.value, standing.reported_by) == (State.SUBMITTED, 42, pair[1])


def test_the_predecessor_can_no_longer_touch_it(cast: Cast, pair: tuple[User, User]) -> None:
    standing = draft(cast, pair[0])

    with clock.pretending(TOMORROW):
        old = client_of(fresh(pair[0]))
        answers = [
            old.patch(f"/api/v1/readings/{standing.pk}/", {"value": 1}, format="json"),
            old.post(f"/api/v1/readings/{standing.pk}/submit/"),
        ]

    assert {a.status_code for a in answers} <= {403, 404}
    standing.refresh_from_db()
    assert (standing.state, standing.value) == (State.DRAFT, 41)


def test_the_api_tells_the_successor_who_it_is(cast: Cast, pair: tuple[User, User]) -> None:
    with clock.pretending(TOMORROW):
        me = client_of(fresh(pair[1])).get("/api/v1/me/").json()

    assert me["roles"] == [{"role": "reporter", "unit": "office"}]
    assert len(me["due"]) == 9


def test_what_waits_for_review_moves_too(cast: Cast) -> None:
    waiting = make_reading(
        *(cast.indicator, SEPTEMBER, 5),
        unit=cast.office,
        state=State.SUBMITTED,
        entered_by=cast.official,
        reported_by=cast.official,
    )
    old, new = make_user("old_reviewer"), make_user("new_reviewer")
    handed_over(cast, Role.REVIEWER, old, new)

    with clock.pretending(TOMORROW):
        assert list(reporting.review_queue(fresh(new))) == [waiting]
        assert list(reporting.review_queue(fresh(old))) == []
        reporting.approve(fresh(new), waiting.pk)

    waiting.refresh_from_db()
    assert waiting.reviewed_by == new


def test_nobody_approves_by_a_new_post_what_the_same_hand_reported(cast: Cast, pair: tuple[User, User]) -> None:
    make_reading(
        *(cast.indicator, SEPTEMBER, 5),
        unit=cast.office,
        state=State.SUBMITTED,
        entered_by=pair[0],
        reported_by=pair[0],
        hands=[pair[0].pk],
    )
    handed_over(cast, Role.REVIEWER, make_user("third"), pair[0], "review")

    with clock.pretending(TOMORROW):
        assert list(reporting.review_queue(fresh(pair[0]))) == []


def test_a_deputy_works_beside_the_holder_for_the_days_named(cast: Cast) -> None:
    post = Post.objects.create(code="statistics", name="statistics", unit=cast.office, role=Role.REPORTER)
    holder, deputy = make_user("holder"), make_user("deputy")
    appointments.appoint(cast.planner, post, holder, held_from=date(2022, 1, 1))
    appointments.appoint(cast.planner, post, deputy, held_from=TODAY, held_to=TODAY, is_deputy=True)

    assert reporting.due_for(fresh(holder), TODAY) and reporting.due_for(fresh(deputy), TODAY)
    with clock.pretending(TOMORROW):
        assert reporting.due_for(fresh(deputy), TOMORROW) == []


def test_a_targets_responsible_post_stays_and_its_holder_changes(cast: Cast) -> None:
    post = Post.objects.create(code="deputy", name="副主任", unit=make_unit(), role=Role.LEADER)
    cast.target.responsible_post = post
    cast.target.save()
    holding = PostHolder.objects.create(post=post, user=make_user("old"), held_from=date(2021, 1, 1))
    new = make_user("new")

    appointments.hand_over(cast.planner, holding, new, last_day=TODAY, first_day=TOMORROW)

    with clock.pretending(TOMORROW):
        assert client_of(cast.planner).get("/api/v1/posts/deputy/").json()["holders"] == [
            {"user": "new", "name": "new", "from": "2022-10-13", "to": None, "deputy": False}
        ]
        assert browser_of(new).get(f"/targets/{cast.target.pk}/").status_code == 200
