"""Appointing, ending and handing over: what is refused, what is told, and that nothing is done by halves."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts import appointments, services
from accounts.models import Post, PostHolder, Role, Unit, User
from accounts.tests.factories import LONG_AGO, TODAY, make_holder, make_planner, make_post
from audit.models import Event
from common.errors import Conflict, Forbidden
from goals.tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def planner() -> User:
    return make_planner()


@pytest.fixture
def post() -> Post:
    return make_post()


def refused(field: str, said: str, planner: User, post: Post, holder: User, **terms: object) -> None:
    """Refused at the field, in words, with nothing written."""
    before, events = list(PostHolder.objects.values()), Event.objects.count()
    with pytest.raises(ValidationError) as caught:
        appointments.appoint(planner, post, holder, **terms)  # type: ignore[arg-type]
    assert said in " ".join(caught.value.message_dict[field])
    assert list(PostHolder.objects.values()) == before
    assert Event.objects.count() == events


def test_an_appointment_stands_in_the_trail(planner: User, post: Post) -> None:
    appointments.appoint(planner, post, make_user("new"), held_from=TODAY, origin="10.0.0.1")

    event = Event.objects.latest("sequence")
    assert (event.action, event.record, event.record_id, event.origin) == ("appoint", "post", "statistics", "10.0.0.1")
    assert (event.after["user"], event.after["from"], event.after["to"]) == ("new", "2022-10-12", None)


def test_it_is_a_change_of_the_post_for_clients_that_follow_it(planner: User, post: Post) -> None:
    appointments.appoint(planner, post, make_user("new"), held_from=TODAY)

    assert Post.objects.get().version == post.version + 1


def test_a_second_holder_is_refused_naming_the_first_and_the_days(planner: User, post: Post) -> None:
    make_holder(post, make_user("王五"), LONG_AGO)

    refused("held_from", "王五自 2021-01-01 起任职，至今", planner, post, make_user("new"), held_from=TODAY)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2022, 3, 1), date(2022, 3, 31)),
        (date(2022, 1, 1), date(2022, 3, 1)),
        (date(2022, 3, 31), None),
        (date(2022, 1, 1), None),
        (date(2022, 3, 10), date(2022, 3, 10)),
    ],
)
def test_a_day_in_common_is_an_overlap(planner: User, post: Post, first: date, last: date | None) -> None:
    make_holder(post, make_user("old"), date(2022, 3, 1), date(2022, 3, 31))

    refused("held_from", "至 2022-03-31", planner, post, make_user("new"), held_from=first, held_to=last)


@pytest.mark.parametrize(
    ("first", "last"), [(date(2022, 4, 1), None), (date(2022, 1, 1), date(2022, 2, 28))], ids=["after", "before"]
)
def test_the_days_beside_are_free(planner: User, post: Post, first: date, last: date | None) -> None:
    make_holder(post, make_user("old"), date(2022, 3, 1), date(2022, 3, 31))

    assert appointments.appoint(planner, post, make_user("new"), held_from=first, held_to=last).pk


def test_a_deputy_stands_beside_the_holder(planner: User, post: Post) -> None:
    make_holder(post, make_user("old"))

    assert appointments.appoint(planner, post, make_user("new"), held_from=TODAY, is_deputy=True).is_deputy


def test_nobody_is_the_own_deputy(planner: User, post: Post) -> None:
    old = make_user("old")
    make_holder(post, old)

    refused("user", "已在该岗位任职", planner, post, old, held_from=TODAY, is_deputy=True)


def test_days_turned_round_are_refused(planner: User, post: Post) -> None:
    refused("held_to", "不能早于", planner, post, make_user("new"), held_from=TODAY, held_to=TODAY - DAY)


@pytest.mark.parametrize("state", [{"is_active": False}, {"is_machine": True}])
def test_a_holder_needs_an_account_in_use(planner: User, post: Post, state: dict[str, bool]) -> None:
    User.objects.filter(pk=make_user("gone").pk).update(**state)

    refused("user", "没有可用的个人账号", planner, post, User.objects.get(username="gone"), held_from=TODAY)


def test_an_administrator_holds_no_post_with_a_role(planner: User, post: Post) -> None:
    refused("user", "不得兼任", planner, post, make_user("admin", Role.ADMINISTRATOR), held_from=TODAY)


def test_an_administrator_may_hold_one_without(planner: User) -> None:
    post = make_post(role="")

    assert appointments.appoint(planner, post, make_user("admin", Role.ADMINISTRATOR), held_from=TODAY).pk


def test_no_planner_takes_a_role_by_a_post(planner: User, post: Post) -> None:
    refused("user", "不能任命本人", planner, post, planner, held_from=TODAY)


@pytest.mark.parametrize("role", [r for r in Role if r != Role.PLANNER])
def test_only_planners_appoint(post: Post, role: str) -> None:
    with pytest.raises(Forbidden):
        appointments.appoint(make_user("someone", role), post, make_user("new"), held_from=TODAY)


def test_another_subdistricts_planner_does_not(post: Post) -> None:
    elsewhere = Unit.objects.create(code="elsewhere", name="elsewhere", kind="subdistrict")

    with pytest.raises(Forbidden):
        appointments.appoint(make_planner("stranger", elsewhere), post, make_user("new"), held_from=TODAY)


def test_an_end_may_be_brought_forward_and_never_put_off(planner: User, post: Post) -> None:
    holding = make_holder(post, make_user("old"), last=TODAY + 5 * DAY)

    appointments.end_holding(planner, holding, TODAY)
    with pytest.raises(Conflict, match="不能延后"):
        appointments.end_holding(planner, holding, TODAY + DAY)

    holding.refresh_from_db()
    assert holding.held_to == TODAY
    assert Event.objects.latest("sequence").action == "end_holding"


def test_it_does_not_end_before_it_began(planner: User, post: Post) -> None:
    holding = make_holder(post, make_user("old"), TODAY)

    with pytest.raises(ValidationError, match="2022-10-12"):
        appointments.end_holding(planner, holding, TODAY - DAY)


def test_a_hand_over_ends_the_one_and_begins_the_other(planner: User, post: Post) -> None:
    holding, new = make_holder(post, make_user("old")), make_user("new")

    appointments.hand_over(planner, holding, new, last_day=TODAY, first_day=TODAY + DAY, note="资料在柜子里")

    old, successor = PostHolder.objects.order_by("held_from")
    assert (old.held_to, old.handover) == (TODAY, "资料在柜子里")
    assert (successor.user, successor.held_from, successor.held_to) == (new, TODAY + DAY, None)
    event = Event.objects.latest("sequence")
    assert event.action == "hand_over"
    assert (event.before["to"], event.after["to"], event.after["successor"]["user"]) == (None, "2022-10-12", "new")


def test_a_deputys_successor_is_a_deputy(planner: User, post: Post) -> None:
    holding = make_holder(post, make_user("old"), is_deputy=True)

    new = appointments.hand_over(planner, holding, make_user("new"), last_day=TODAY, first_day=TODAY + DAY)

    assert new.is_deputy


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("last_day", {"last_day": date(2021, 12, 31), "first_day": date(2022, 1, 1)}),
        ("first_day", {"last_day": TODAY, "first_day": TODAY}),
        ("first_day", {"last_day": TODAY, "first_day": date(2022, 12, 1)}),
    ],
    ids=["before it began", "on the last day", "over somebody else"],
)
def test_a_hand_over_that_does_not_fit_changes_nothing(
    planner: User, post: Post, field: str, terms: dict[str, date]
) -> None:
    holding = make_holder(post, make_user("old"), date(2022, 1, 1), date(2022, 11, 30))
    make_holder(post, make_user("later"), date(2022, 12, 15))

    with pytest.raises(ValidationError) as caught:
        appointments.hand_over(planner, holding, make_user("new"), **terms)  # type: ignore[arg-type]

    assert field in caught.value.message_dict
    holding.refresh_from_db()
    assert (holding.held_to, holding.handover, PostHolder.objects.count()) == (date(2022, 11, 30), "", 2)
    assert not Event.objects.exists()


def test_nobody_hands_over_to_oneself(planner: User, post: Post) -> None:
    old = make_user("old")
    holding = make_holder(post, old)

    with pytest.raises(ValidationError, match="请选择他人"):
        appointments.hand_over(planner, holding, old, last_day=TODAY, first_day=TODAY + DAY)


def test_what_is_over_is_not_handed_over_again(planner: User, post: Post) -> None:
    holding = make_holder(post, make_user("old"), last=date(2021, 6, 30))

    with pytest.raises(Conflict):
        appointments.hand_over(planner, holding, make_user("new"), last_day=TODAY, first_day=TODAY + DAY)


def test_a_post_that_an_administrator_holds_gets_no_role(planner: User) -> None:
    post = make_post(role="")
    make_holder(post, make_user("admin", Role.ADMINISTRATOR))
    post.role = Role.REVIEWER

    with pytest.raises(ValidationError, match="系统管理员担任"):
        services.save_place(planner, post)


def test_no_planner_gives_a_role_to_the_own_post(planner: User) -> None:
    post = make_post(role="")
    make_holder(post, planner)
    post.role = Role.REVIEWER

    with pytest.raises(ValidationError, match="本人担任"):
        services.save_place(planner, post)


def test_a_post_that_somebody_ever_held_is_not_deleted(planner: User, post: Post) -> None:
    make_holder(post, make_user("old"), last=date(2021, 6, 30))

    with pytest.raises(Conflict, match="任职记录"):
        services.delete_place(planner, post)

    assert Post.objects.exists() and PostHolder.objects.exists()


def test_a_posts_role_stands_in_the_trail(planner: User) -> None:
    services.save_place(planner, Post(code="new", name="new", unit=make_office(), role=Role.LEADER))

    assert Event.objects.latest("sequence").after["role"] == Role.LEADER
