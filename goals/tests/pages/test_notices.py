"""提醒: everybody sees the own notices, grouped, newest first, and marks them as read."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from common import clock
from goals.models import Notice, ReportingUnit
from goals.models.reading import State
from goals.reminders import remind
from goals.tests.factories import make_indicator, make_reading, make_target, make_user
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db
DEADLINE = date(2022, 10, 10)


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(frequency="monthly")
    ReportingUnit.objects.update(first_day=SEPTEMBER, last_day=SEPTEMBER)
    return cast


def run(day: date = DEADLINE) -> None:
    with clock.pretending(day):
        remind(day)


def make_notice(user: User, **fields: object) -> Notice:
    number = Notice.objects.count()
    fields = {"kind": "due_today", "data": {"name": f"n{number}"}, "created_at": clock.now()} | fields
    return Notice.objects.create(user=user, key=f"key{number}", **fields)


# The list


def test_notices_of_one_kind_unit_and_deadline_stand_together(cast: Cast) -> None:
    make_target(cast.plan, make_indicator("second", cast.office, frequency="monthly"))
    make_target(cast.plan, make_indicator("later", cast.office, frequency="monthly", deadline_day=11))
    ReportingUnit.objects.update(first_day=SEPTEMBER, last_day=SEPTEMBER)
    run()

    groups = browser_of(cast.official).get("/notices/").context["groups"]

    assert [(g.kind, g.deadline, sorted(line.name for line in g.lines)) for g in groups] == [
        ("due_today", DEADLINE, ["firms", "second"]),
        ("due_soon", date(2022, 10, 11), ["later"]),
    ]


def test_the_newest_stand_first(cast: Cast) -> None:
    run(date(2022, 10, 7))
    run(DEADLINE)

    groups = browser_of(cast.official).get("/notices/").context["groups"]

    assert [g.kind for g in groups] == ["due_today", "due_soon"]


def test_it_says_how_many_wait_and_leads_to_the_sheet(cast: Cast) -> None:
    run()

    page = browser_of(cast.official).get("/notices/").content.decode()

    assert "1 条未读待办" in page
    assert '<a class="ti" href="/report/">firms</a>' in page


def test_a_reviewer_is_led_to_the_target(cast: Cast) -> None:
    run(date(2022, 10, 13))
    browser = browser_of(cast.reviewer)

    assert f'href="/targets/{cast.target.pk}/"' in browser.get("/notices/").content.decode()
    assert browser.get(f"/targets/{cast.target.pk}/").status_code == 200


def test_what_was_handed_in_meanwhile_is_shown_as_done(cast: Cast) -> None:
    run()
    make_reading(cast.indicator, SEPTEMBER, 5, state=State.SUBMITTED)

    answer = browser_of(cast.official).get("/notices/")

    assert [line.settled for group in answer.context["groups"] for line in group.lines] == [True]
    assert "已报送" in answer.content.decode()
    assert "没有未读的提醒" in answer.content.decode()


def test_what_others_typed_is_text_on_the_page(cast: Cast) -> None:
    data = {"name": "<b>x</b>", "unit_name": "<i>u</i>", "reviewer": "<u>r</u>", "reason": "<script>alert(1)</script>"}
    make_notice(cast.official, kind="returned", data=data)

    page = browser_of(cast.official).get("/notices/").content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert not any(tag in page for tag in ("<script>alert", "<b>x", "<i>u", "<u>r"))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, None])
def test_who_was_told_nothing_sees_an_empty_list(cast: Cast, role: str | None) -> None:
    somebody = make_user("somebody", *([role] if role else []))

    assert "还没有提醒" in browser_of(somebody).get("/notices/").content.decode()


def test_a_long_list_has_pages(cast: Cast) -> None:
    for _number in range(51):
        make_notice(cast.official)
    browser = browser_of(cast.official)

    assert len(browser.get("/notices/").context["rows"]) == 50
    assert len(browser.get("/notices/?page=2").context["rows"]) == 1


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", "٣"])
def test_a_page_that_there_is_not_is_no_error(cast: Cast, page: str) -> None:
    make_notice(cast.official)

    assert browser_of(cast.official).get(f"/notices/?page={page}").status_code == 200


def test_the_queries_do_not_grow_with_the_rows(cast: Cast) -> None:
    browser = browser_of(cast.official)
    counted = []
    for _time in range(2):
        make_notice(cast.official)
        browser.get("/notices/")
        with CaptureQueriesContext(connection) as queries:
            browser.get("/notices/")
        counted.append(len(queries))
        for number in range(20):
            make_notice(cast.official, data={"name": str(number), "unit_name": str(number)})

    assert counted[0] == counted[1]


# Reading


def test_one_is_marked_as_read_and_the_page_kept(cast: Cast) -> None:
    first, second = make_notice(cast.official), make_notice(cast.official)

    answer = browser_of(cast.official).post(f"/notices/{first.pk}/read/", {"page": "1"})

    first.refresh_from_db()
    second.refresh_from_db()
    assert answer["Location"] == "/notices/?page=1"
    assert first.read_at is not None and second.read_at is None


def test_reading_twice_keeps_the_first_time(cast: Cast) -> None:
    notice = make_notice(cast.official)
    browser = browser_of(cast.official)
    with clock.pretending(DEADLINE):
        browser.post(f"/notices/{notice.pk}/read/")
    notice.refresh_from_db()
    first = notice.read_at

    browser.post(f"/notices/{notice.pk}/read/")

    notice.refresh_from_db()
    assert notice.read_at == first


@pytest.mark.parametrize("page", ["", "x", "٣", "//evil.example", "9" * 30])
def test_a_page_number_that_is_none_leads_to_the_list(cast: Cast, page: str) -> None:
    notice = make_notice(cast.official)

    answer = browser_of(cast.official).post(f"/notices/{notice.pk}/read/", {"page": page})

    assert answer["Location"] == "/notices/"


def test_all_are_marked_as_read_and_nobody_elses(cast: Cast) -> None:
    make_notice(cast.official)
    make_notice(cast.official)
    others = make_notice(cast.reviewer)

    answer = browser_of(cast.official).post("/notices/read/", follow=True)

    assert "已标为已读 2 条" in answer.content.decode()
    assert list(Notice.objects.filter(read_at=None)) == [others]


def test_looking_at_the_list_reads_nothing(cast: Cast) -> None:
    make_notice(cast.official)

    browser_of(cast.official).get("/notices/")

    assert Notice.objects.filter(read_at=None).count() == 1


# Who may not


def test_another_persons_notice_does_not_exist(cast: Cast) -> None:
    notice = make_notice(cast.official)

    answer = browser_of(cast.reviewer).post(f"/notices/{notice.pk}/read/")

    notice.refresh_from_db()
    assert answer.status_code == 404
    assert notice.read_at is None


def test_another_persons_notices_are_not_on_the_list(cast: Cast) -> None:
    run()

    answer = browser_of(cast.planner).get("/notices/")

    assert list(answer.context["rows"]) == []


@pytest.mark.parametrize("address", ["/notices/", "/notices/read/", "/notices/1/read/"])
def test_who_is_not_logged_in_is_asked_to(address: str) -> None:
    method: Callable[[str], object] = Client().post if "read" in address else Client().get

    assert method(address)["Location"].startswith("/login/")  # type: ignore[index]


@pytest.mark.parametrize("address", ["/notices/", "/notices/read/", "/notices/1/read/"])
def test_a_machine_account_is_refused(cast: Cast, address: str) -> None:
    machine = make_user("machine", Role.DATA_FEED)
    User.objects.filter(pk=machine.pk).update(is_machine=True)
    browser = browser_of(machine)

    assert (browser.post if "read" in address else browser.get)(address).status_code == 403


@pytest.mark.parametrize("address", ["/notices/read/", "/notices/1/read/"])
def test_reading_needs_a_post(cast: Cast, address: str) -> None:
    assert browser_of(cast.official).get(address).status_code == 405


def test_an_unknown_notice_is_not_found(cast: Cast) -> None:
    assert browser_of(cast.official).post("/notices/999999/read/").status_code == 404


# The bell


@pytest.mark.parametrize(("unread", "shown"), [(0, None), (3, ">3</b>"), (100, ">99+</b>")])
def test_the_bell_shows_how_many_wait(unread: int, shown: str | None) -> None:
    bell = render_to_string("goals/_bell.html", {"unread": unread})

    assert 'href="/notices/"' in bell
    assert (shown in bell) if shown else ("<b" not in bell)


def test_a_notice_of_an_older_period_of_another_year_names_it(cast: Cast) -> None:
    data = {"name": "n", "period": AUGUST.replace(year=2021).isoformat(), "deadline": "2021-09-10"}
    make_notice(cast.official, data=data)

    page = browser_of(cast.official).get("/notices/").content.decode()

    assert "2021年8月" in page and "2021年9月10日截止" in page
