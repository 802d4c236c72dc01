"""The digest: one mail a day and person with what is new and still to be done; none when there is nothing."""

import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parseaddr
from itertools import groupby
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from common import clock
from goals import slots
from goals.calendar import WorkingDays
from goals.models import Notice, Slot
from goals.notices import by_urgency, grouped

logger = logging.getLogger(__name__)
RUN, PERSON = "mail", "digest"
# A run in which a mail failed is tried again so much later, and then not before the next day.
BACK_OFF = (timedelta(minutes=10), timedelta(minutes=30))
# A server that broke the conversation so often in a row is left alone until the next run.
MOST_FAILURES = 3
MOST_LINES = 200
KEPT = timedelta(days=60)


@dataclass
class Sent:
    """What a run came to."""

    sent: int = 0
    failed: int = 0


def send_due(day: date) -> Sent | None:
    """A run of the day, if it is a working day and the next attempt is due; None if not. Without `EMAIL_URL` never.

    Attempts are rows of their own, so that of two beats one makes each.
    """
    if not settings.EMAIL_URL or not WorkingDays.between(day, day).is_working(day):
        return None
    attempt = _next_attempt(day)
    run = slots.claim(RUN, f"{day} {attempt}") if attempt else None
    if run is None:
        return None
    result = send(day)
    if not result.failed:
        slots.finish(run)
    Slot.objects.filter(task=PERSON, begun_at__lt=timezone.now() - KEPT).delete()
    return result


def _next_attempt(day: date) -> int | None:
    """The number of the attempt that is due now; None after one that ended well, too soon after one, or after all."""
    begun = list(Slot.objects.filter(task=RUN, slot__startswith=f"{day} ").order_by("slot"))
    if any(run.ended_at for run in begun) or len(begun) > len(BACK_OFF):
        return None
    if begun and timezone.now() < begun[-1].begun_at + BACK_OFF[len(begun) - 1]:
        return None
    return len(begun) + 1


def send(day: date) -> Sent:
    """Mail everybody who has news and no digest of the day yet. A failure leaves the news for another run."""
    result = Sent()
    if not settings.EMAIL_URL:
        return result
    with Postbox() as box:
        for user, notices in _news():
            was_sent = None if box.is_given_up else deliver(user, notices, day, box)
            result.sent += was_sent is True
            result.failed += was_sent is False or box.is_given_up
    return result


def deliver(user: User, notices: list[Notice], day: date, box: "Postbox") -> bool | None:
    """Send one digest: was it sent? None where the person had the day's already, or may have had it.

    The person's row for the day is written first and stays when the process dies: rather late than twice.
    """
    mine = slots.claim(PERSON, f"{day} {user.pk}")
    if mine is None:
        return None
    try:
        box.send(compose(user, notices, day))
    except Exception as error:
        mine.delete()
        logger.error("the digest of user %d was not sent: %s", user.pk, type(error).__name__)
        return False
    with transaction.atomic():
        Notice.objects.filter(pk__in=[n.pk for n in notices]).update(mailed_at=clock.now())
        slots.finish(mine)
    return True


def compose(user: User, notices: list[Notice], day: date) -> EmailMultiAlternatives:
    """The mail in its reader's language. The subject holds counts alone, no text that somebody entered."""
    language = user.language if user.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    listed = by_urgency(notices)
    with override(language):
        counts = Counter(n.get_kind_display() for n in listed)
        parts = [_("%(kind)s %(n)s 项") % {"kind": kind, "n": n} for kind, n in counts.items()]
        subject = _("，").join(parts) + " · " + _("陶堰街道年度工作督查平台")
        context = {
            "subject": subject,
            "reader": user,
            "groups": grouped(listed[:MOST_LINES], by_day=False),
            "left": max(0, len(listed) - MOST_LINES),
            "portal": settings.PORTAL_URL,
            "address": settings.PORTAL_URL + reverse("notices") if settings.PORTAL_URL else "",
            "demo": settings.DEMO,
            "language": "en" if language == "en" else "zh-CN",
        }
        text = render_to_string("goals/digest.txt", context)
        html = render_to_string("goals/digest.html", context)
        subject = _("【演示数据】") + subject if settings.DEMO else subject
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    # The same for every attempt of the day: a mail server that has it already may know it again.
    headers = {"Message-ID": f"<digest.{day}.{user.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email], headers=headers)
    message.attach_alternative(html, "text/html")
    return message


def _news() -> list[tuple[User, list[Notice]]]:
    """By person with an address, what was never mailed and is still to be read and done. One query."""
    found = (
        Notice.objects.pending()
        .filter(mailed_at=None, user__is_active=True, user__is_machine=False)
        .exclude(user__email="")
        .select_related("user")
        .order_by("user_id", "pk")
    )
    news = [(user, list(notices)) for user, notices in groupby(found, key=lambda n: n.user)]
    return [(user, notices) for user, notices in news if _is_address(user)]


def _is_address(user: User) -> bool:
    try:
        validate_email(user.email)
    except ValidationError:
        logger.warning("user %d has an address that isn't one", user.pk)
        return False
    return True


class Postbox:
    """A conversation with the mail server, begun anew after a failure, given up after several in a row."""

    def __init__(self) -> None:
        self.connection = get_connection()
        self.failures = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._hang_up()

    @property
    def is_given_up(self) -> bool:
        return self.failures >= MOST_FAILURES

    def send(self, message: EmailMultiAlternatives) -> None:
        """Raises what went wrong. A mail that the server refuses is no failure of the server."""
        message.connection = self.connection
        try:
            # Opened here, it stays open: what happens at hanging up no longer matters to a mail that was taken.
            self.connection.open()
            message.send()
        except (SMTPRecipientsRefused, SMTPDataError, ValueError):
            self._hang_up()
            raise
        except Exception:
            self.failures += 1
            self._hang_up()
            raise
        self.failures = 0

    def _hang_up(self) -> None:
        with suppress(SMTPException, OSError):
            self.connection.close()
