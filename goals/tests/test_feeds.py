"""数据接口: which machine accounts feed an indicator, in service and pages."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from audit.models import Event
from common.errors import Forbidden
from goals import feeds
from goals.tests.factories import make_indicator, make_user
from goals.tests.pages.factories import Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db
FEEDS, INDICATOR = "/indicators/firms/feeds/", "/indicators/firms/edit/"


def make_feed(name: str = "feed") -> User:
    user = make_user(name, Role.DATA_FEED)
    user.is_machine = True
    user.save()
    return user


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_a_feed_is_named_and_told_to_the_trail(cast: Cast) -> None:
    feed = make_feed()

    feeds.name_feeds(cast.planner, cast.indicator, [feed])

    assert list(cast.indicator.feeds.all()) == [feed]
    event = Event.objects.get()
    assert (event.action, event.before, event.after) == ("name_feeds", {"feeds": []}, {"feeds": ["feed"]})


def test_naming_the_same_again_is_no_event(cast: Cast) -> None:
    feeds.name_feeds(cast.planner, cast.indicator, [make_feed()])
    feeds.name_feeds(cast.planner, cast.indicator, list(User.objects.filter(username="feed")))

    assert Event.objects.count() == 1


def test_only_machine_accounts_with_the_role_feed(cast: Cast) -> None:
    person = make_user("person", Role.DATA_FEED)
    machine = make_user("machine", Role.REPORTER)
    machine.is_machine = True
    machine.save()
    gone = make_feed("gone")
    gone.is_active = False
    gone.save()

    for account in (person, machine, gone):
        with pytest.raises(ValidationError, match=account.username):
            feeds.name_feeds(cast.planner, cast.indicator, [account])
    assert not cast.indicator.feeds.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("who", ["official", "reviewer", "leader"])
def test_only_planners_name_feeds(cast: Cast, who: str) -> None:
    user = getattr(cast, who)
    browser = browser_of(user)

    with pytest.raises(Forbidden):
        feeds.name_feeds(user, cast.indicator, [make_feed()])
    assert browser.post(FEEDS, {"feeds": []}).status_code == 403
    assert browser.get("/feeds/").status_code == 403


def test_nobody_sees_feeds_without_logging_in(cast: Cast) -> None:
    assert Client().get("/feeds/")["Location"].startswith("/login/")
    assert Client().post(FEEDS)["Location"].startswith("/login/")


def test_the_indicators_page_names_its_feeds(cast: Cast) -> None:
    feed = make_feed()
    browser = browser_of(cast.planner)

    answer = browser.post(FEEDS, {"feeds": [str(feed.pk)]}, follow=True)

    assert "已保存" in answer.content.decode()
    assert answer.context["feeds_form"].initial["feeds"] == [feed]
    assert "firms" in browser.get("/feeds/").content.decode()


def test_unticking_takes_a_feed_away(cast: Cast) -> None:
    cast.indicator.feeds.set([make_feed()])

    browser_of(cast.planner).post(FEEDS, {})

    assert not cast.indicator.feeds.exists()


@pytest.mark.parametrize("raw", ["999999", "x", ""])
def test_an_account_that_is_no_feed_is_refused(cast: Cast, raw: str) -> None:
    person = str(cast.official.pk)

    for value in (raw, person):
        answer = browser_of(cast.planner).post(FEEDS, {"feeds": [value]})
        assert answer.status_code == 400
        assert "feeds" in answer.context["feeds_form"].errors
    assert not cast.indicator.feeds.exists()


def test_idle_feeds_are_listed_too(cast: Cast) -> None:
    make_feed("idle")

    assert "没有指标由它写入" in browser_of(cast.planner).get("/feeds/").content.decode()


def test_the_list_asks_no_more_for_more_feeds(cast: Cast) -> None:
    browser = browser_of(cast.planner)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/feeds/")
        return len(captured)

    make_indicator("one").feeds.add(make_feed("first"))
    few = count()
    for number in range(10):
        make_indicator(f"more.{number}").feeds.add(make_feed(f"feed.{number}"))

    assert count() == few
