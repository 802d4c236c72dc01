"""The digest: one mail a day and person with what is new, none without news, again after a failure, never twice."""

import email
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import default
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.utils import timezone
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.models import Role, User
from common import clock
from goals import digest, tasks
from goals.models import Indicator, Notice, ReportingUnit, Slot
from goals.models.reading import State
from goals.reminders import remind
from goals.tests.factories import make_indicator, make_reading, make_target, make_user
from goals.tests.pages.factories import SEPTEMBER, Cast, make_cast

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY, SATURDAY = date(2022, 10, 10), date(2022, 10, 11), date(2022, 10, 15)


@pytest.fixture(autouse=True)
def addressed(settings: SettingsWrapper) -> None:
    """Mail is set up; Django's test runner keeps what is sent in `mail.outbox`."""
    settings.EMAIL_URL = "smtp://mail.example"
    settings.DEFAULT_FROM_EMAIL = "portal@taoyan.example"


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(frequency="monthly")
    ReportingUnit.objects.update(first_day=SEPTEMBER, last_day=SEPTEMBER)
    with_address(cast.official)
    return cast


def with_address(user: User, **fields: object) -> User:
    User.objects.filter(pk=user.pk).update(email=f"{user.username}@taoyan.example", **fields)
    user.refresh_from_db()
    return user


def morning(day: date = MONDAY, hour: int = 7, minute: int = 30) -> None:
    with clock.pretending(day, hour=hour, minute=minute):
        tasks.remind()


def html_of(sent: object) -> str:
    return str(sent.alternatives[0].content)  # type: ignore[attr-defined]


def pass_time(minutes: int) -> None:
    """As if the attempts so far had been so many minutes earlier."""
    for slot in Slot.objects.filter(task=digest.RUN):
        Slot.objects.filter(pk=slot.pk).update(begun_at=slot.begun_at - timedelta(minutes=minutes))


# When, and to whom


def test_a_morning_with_news_brings_one_mail_with_all_of_it(cast: Cast) -> None:
    second = make_indicator("second", cast.office, frequency="monthly", deadline_day=11)
    make_target(cast.plan, second)
    ReportingUnit.objects.update(first_day=SEPTEMBER, last_day=SEPTEMBER)

    morning()

    (sent,) = mail.outbox
    assert sent.to == ["official@taoyan.example"]
    assert sent.subject == "今日到期 1 项，即将到期 1 项 · 陶堰街道年度工作督查平台"
    assert "firms · 9月" in sent.body and "second · 9月" in sent.body


def test_the_rest_of_the_day_brings_no_second_mail(cast: Cast) -> None:
    morning()
    make_notice(cast.official)

    morning(hour=9)
    digest.send(MONDAY)

    assert len(mail.outbox) == 1


def test_a_day_without_news_brings_none(cast: Cast) -> None:
    morning(date(2022, 10, 8))
    morning(date(2022, 10, 9))

    assert len(mail.outbox) == 1


def test_each_piece_of_news_is_mailed_once(cast: Cast) -> None:
    for number in range(3, 22):
        morning(date(2022, 10, number))

    assert [m.subject.split(" ")[0] for m in mail.outbox] == ["即将到期", "今日到期", "逾期未报"]


def test_a_weekend_is_left_in_peace_and_monday_tells(cast: Cast) -> None:
    Indicator.objects.update(deadline_day=14)

    morning(SATURDAY)
    assert mail.outbox == []

    morning(date(2022, 10, 17))
    assert len(mail.outbox) == 1


def test_a_saturday_worked_in_return_for_a_holiday_is_a_day_like_others(cast: Cast) -> None:
    morning(date(2022, 10, 8))

    assert len(mail.outbox) == 1


def test_what_was_done_or_read_meanwhile_is_no_news(cast: Cast) -> None:
    other = with_address(make_user("other", Role.REPORTER, unit=cast.office))
    with clock.pretending(MONDAY):
        remind(MONDAY)
    Notice.objects.filter(user=other).update(read_at=clock.now())
    make_reading(cast.indicator, SEPTEMBER, 5, state=State.SUBMITTED)

    assert digest.send(MONDAY) == digest.Sent(0, 0)


def test_a_returned_figure_is_news_with_its_reason(cast: Cast) -> None:
    make_notice(cast.official, kind="returned", data={"name": "firms", "reviewer": "审核员甲", "reason": "请附合同"})

    digest.send(MONDAY)

    assert "审核员甲 退回：请附合同" in mail.outbox[0].body


@pytest.mark.parametrize(
    "change",
    [{"email": ""}, {"email": "no address"}, {"email": "a@b.example,c@d.example"}, {"is_active": False}],
)
def test_who_has_no_address_or_no_account_gets_none_and_others_get_theirs(
    cast: Cast, change: dict[str, object]
) -> None:
    colleague = with_address(make_user("colleague", Role.REPORTER, unit=cast.office))
    User.objects.filter(pk=cast.official.pk).update(**change)

    morning()

    assert [m.to for m in mail.outbox] == [[colleague.email]]


def test_a_machine_is_never_written_to(cast: Cast) -> None:
    make_notice(cast.official)
    User.objects.update(is_machine=True)

    assert digest.send(MONDAY) == digest.Sent(0, 0)


def test_without_email_url_the_portal_alone_tells(cast: Cast, settings: SettingsWrapper) -> None:
    settings.EMAIL_URL = ""

    morning()

    assert mail.outbox == []
    assert Notice.objects.filter(user=cast.official, mailed_at=None).count() == 1
    assert not Slot.objects.exclude(task="remind").exists()


def test_mail_set_up_later_tells_what_is_still_to_be_done(cast: Cast, settings: SettingsWrapper) -> None:
    settings.EMAIL_URL = ""
    morning()
    settings.EMAIL_URL = "smtp://mail.example"

    morning(TUESDAY)

    assert [m.subject.split(" · ")[0] for m in mail.outbox] == ["逾期未报 1 项"]


def make_notice(user: User, **fields: Any) -> Notice:
    fields = {"kind": "due_today", "data": {"name": "more"}} | fields
    return Notice.objects.create(user=user, key=f"more{Notice.objects.count()}", created_at=clock.now(), **fields)


# What it looks like


def test_its_reader_reads_it_in_the_own_language(cast: Cast) -> None:
    with_address(cast.official, language="en")

    morning()

    (sent,) = mail.outbox
    assert "陶堰街道年度工作督查平台" not in f"{sent.subject} {sent.body}"
    assert "Taoyan" in sent.subject and "Taoyan" in sent.body
    assert '<html lang="en">' in html_of(sent)


@pytest.mark.parametrize("language", ["", "xx"])
def test_no_language_or_an_unknown_one_is_chinese(cast: Cast, language: str) -> None:
    with_address(cast.official, language=language)

    morning()

    assert "今日到期" in mail.outbox[0].subject


def test_it_links_to_the_portal_where_its_address_is_known(cast: Cast, settings: SettingsWrapper) -> None:
    settings.PORTAL_URL = "https://portal.example"

    morning()

    (sent,) = mail.outbox
    assert "https://portal.example/notices/" in sent.body
    assert 'href="https://portal.example/report/"' in html_of(sent)


def test_without_the_portals_address_it_carries_no_link(cast: Cast) -> None:
    morning()

    (sent,) = mail.outbox
    assert "/notices/" not in sent.body
    assert "href" not in html_of(sent)


def test_the_demonstrations_mails_say_so(cast: Cast, settings: SettingsWrapper) -> None:
    settings.DEMO = True

    morning()

    (sent,) = mail.outbox
    assert sent.subject.startswith("【演示数据】")
    assert "演示数据" in sent.body and "演示数据" in html_of(sent)


def test_names_and_reasons_are_text_in_it_and_no_header(cast: Cast) -> None:
    User.objects.update(name="甲\r\nBcc: victim@example.org")
    data = {"name": "<b>x</b>\r\nBcc: y@example.org", "reviewer": "乙", "reason": "<script>alert(1)</script>"}
    make_notice(cast.official, kind="returned", data=data)

    digest.send(MONDAY)

    (sent,) = mail.outbox
    parsed = email.message_from_bytes(sent.message().as_bytes(), policy=default)
    assert sent.recipients() == ["official@taoyan.example"]
    assert "Bcc" not in parsed
    assert "&lt;script&gt;" in html_of(sent) and "<script>" not in html_of(sent)


def test_what_was_told_on_several_days_stands_together_the_most_pressing_first(cast: Cast) -> None:
    data = {"unit_name": "office", "deadline": "2022-10-10"}
    make_notice(cast.official, kind="due_soon", data=data | {"name": "soon"})
    for day in (MONDAY, TUESDAY):
        with clock.pretending(day):
            make_notice(cast.official, kind="overdue", data=data | {"name": f"late {day.day}"})

    digest.send(MONDAY)

    headings = [line for line in mail.outbox[0].body.splitlines() if " · office" in line]
    assert headings == ["逾期未报 · office · 10月10日截止", "即将到期 · office · 10月10日截止"]


def test_a_very_long_list_is_cut_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "MOST_LINES", 2)
    for number in range(5):
        make_notice(cast.official, data={"name": f"indicator {number}"})

    digest.send(MONDAY)

    assert mail.outbox[0].subject.startswith("今日到期 5 项")
    assert "另有 3 项" in mail.outbox[0].body
    assert not Notice.objects.filter(mailed_at=None).exists()


# When it fails


class Broken:
    """A mail server's connection that fails as told, then works."""

    def __init__(self, *failures: Exception | None) -> None:
        self.failures = list(failures)
        self.sent: list[Any] = []
        self.opened = 0

    def open(self) -> None:
        self.opened += 1

    def close(self) -> None:
        pass

    def send_messages(self, messages: list[Any]) -> int:
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        self.sent += messages
        return len(messages)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Broken:
    broken = Broken()
    monkeypatch.setattr(digest, "get_connection", lambda: broken)
    return broken


def test_a_failed_mail_is_tried_again_after_a_while_and_not_at_once(cast: Cast, server: Broken) -> None:
    server.failures = [OSError("down")]

    morning()
    morning(minute=35)
    assert server.sent == []

    pass_time(10)
    morning(minute=40)
    assert [m.to for m in server.sent] == [["official@taoyan.example"]]


def test_after_three_failures_the_next_day_tries_again(cast: Cast, server: Broken) -> None:
    server.failures = [OSError("down")] * 3

    for _attempt in range(6):
        morning()
        pass_time(30)
    assert (server.sent, server.failures) == ([], [])

    morning(TUESDAY)
    assert len(server.sent) == 1


def test_a_run_that_went_well_is_not_repeated(cast: Cast, server: Broken) -> None:
    morning()
    pass_time(60)
    make_notice(make_user_with_address("late"), kind="returned")
    morning(hour=9)

    assert len(server.sent) == 1


def make_user_with_address(name: str) -> User:
    return with_address(make_user(name))


def test_one_refused_address_keeps_nobody_else_from_the_mail(cast: Cast, server: Broken) -> None:
    for number in range(5):
        make_notice(make_user_with_address(f"person{number}"))
    server.failures = [SMTPRecipientsRefused({})] * 4

    assert digest.send(MONDAY) == digest.Sent(sent=1, failed=4)


def test_a_dead_server_is_left_alone_after_three_failures(cast: Cast, server: Broken) -> None:
    for number in range(10):
        make_notice(make_user_with_address(f"person{number}"))
    server.failures = [OSError("down")] * 10

    assert digest.send(MONDAY) == digest.Sent(sent=0, failed=10)
    assert len(server.failures) == 7
    assert not Slot.objects.filter(task=digest.PERSON).exists()


def test_the_retry_does_not_write_again_to_who_has_the_mail(cast: Cast, server: Broken) -> None:
    make_notice(make_user_with_address("second"), kind="returned")
    server.failures = [None, OSError("down")]

    morning()
    pass_time(10)
    morning(minute=40)

    assert sorted(m.to[0] for m in server.sent) == ["official@taoyan.example", "second@taoyan.example"]


def test_who_died_between_sending_and_marking_does_not_write_twice_that_day(
    cast: Cast, server: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(slot: Slot) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(digest.slots, "finish", lambda slot: die(slot) if slot.task == digest.PERSON else None)
        make_notice(cast.official)
        with pytest.raises(Killed):
            digest.send(MONDAY)
    assert Notice.objects.get().mailed_at is None

    digest.send(MONDAY)
    assert len(server.sent) == 1

    digest.send(TUESDAY)
    assert len(server.sent) == 2


def test_two_runs_at_once_write_to_a_person_once(cast: Cast, server: Broken) -> None:
    make_notice(cast.official)
    news = digest._news()
    digest.send(MONDAY)

    with digest.Postbox() as box:
        results = [digest.deliver(user, notices, MONDAY, box) for user, notices in news]

    assert (results, len(server.sent)) == ([None], 1)


def test_rounds_of_long_ago_are_forgotten(cast: Cast) -> None:
    old = timezone.now() - timedelta(days=61)
    Slot.objects.create(task=digest.PERSON, slot="2022-08-01 1", begun_at=old, ended_at=old)

    morning()

    assert not Slot.objects.filter(begun_at=old).exists()


# A real server


class Letters:
    """What an SMTP server on loopback was handed."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        self.received.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=default)))  # type: ignore[arg-type]
        return "250 taken"


@pytest.fixture
def letters(settings: SettingsWrapper) -> Iterator[Letters]:
    handler = Letters()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield handler
    controller.stop()


def test_mail_arrives_at_a_real_server(cast: Cast, letters: Letters, settings: SettingsWrapper) -> None:
    settings.PORTAL_URL = "https://portal.example"
    with_address(make_user("colleague", Role.REPORTER, unit=cast.office))

    morning()

    received = {to[0]: letter for to, letter in letters.received}
    assert sorted(received) == ["colleague@taoyan.example", "official@taoyan.example"]
    letter = received["official@taoyan.example"]
    assert letter["From"] == "portal@taoyan.example"
    assert letter["To"] == "official@taoyan.example"
    assert str(letter["Subject"]).strip() == "今日到期 1 项 · 陶堰街道年度工作督查平台"
    assert letter["Message-ID"] == f"<digest.2022-10-10.{cast.official.pk}@taoyan.example>"
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None and html is not None
    assert "今日到期 · office · 10月10日截止" in text.get_content()
    assert "- firms · 9月" in text.get_content()
    assert "https://portal.example/notices/" in text.get_content()
    assert '<a href="https://portal.example/report/">firms</a>' in html.get_content()
    assert not Notice.objects.filter(mailed_at=None, user__email__contains="@").exists()


def test_a_server_that_is_down_leaves_the_news_for_later(cast: Cast, letters: Letters) -> None:
    running = letters
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.EMAIL_PORT", 1)
        morning()
    assert Notice.objects.filter(user=cast.official, mailed_at=None).count() == 1

    pass_time(10)
    morning(minute=40)

    assert len(running.received) == 1
    assert not Notice.objects.filter(user=cast.official, mailed_at=None).exists()
