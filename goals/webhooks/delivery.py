"""Sending what is due: each message by one worker at a time, again after a while until it arrives or is too old."""

import logging
import time
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from goals.models import AllowedAddress, Attempt, Delivery, Hook
from goals.models.webhook import OLDEST
from goals.webhooks.addresses import Allowed, NotAllowed, resolved
from goals.webhooks.facts import all_seen
from goals.webhooks.secrets import secret_of, signature
from goals.webhooks.sending import Answer, post

logger = logging.getLogger(__name__)
State = Delivery.State
# A worker that died with a message in hand leaves it to the next one after this: longer than any attempt takes.
CLAIM = timedelta(minutes=2)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
SWEEP_SECONDS = 60
MOST_A_SWEEP = 500
KEPT = timedelta(days=90)


def deliver_due(seconds: float = SWEEP_SECONDS) -> int:
    """Send what is due, the longest waiting first; how many arrived. Stops after a while: the next sweep goes on.

    A hook that doesn't answer is left alone until the next sweep, so that it doesn't hold up the others.
    """
    expire()
    end, arrived, silent = time.monotonic() + seconds, 0, set[int]()
    due = Delivery.objects.due().filter(hook__is_active=True).order_by("next_at").values_list("pk", "hook_id")
    for pk, hook_id in list(due[:MOST_A_SWEEP]):
        if time.monotonic() > end:
            break
        if hook_id in silent:
            continue
        if (done := deliver(pk)) is False:
            silent.add(hook_id)
        arrived += done is True
    return arrived


def deliver_some(ids: Iterable[str]) -> None:
    """The doorbell's answer; what isn't due any more was sent by somebody else, and what fails is the sweep's."""
    end = time.monotonic() + SWEEP_SECONDS
    for each in ids:
        if time.monotonic() > end or deliver(UUID(each)) is False:
            return


def deliver(pk: UUID) -> bool | None:
    """One attempt, if it is due and no other worker has it: did it arrive? None where nothing was to be done."""
    if not Hook.objects.filter(deliveries=pk, is_active=True).exists():
        return None
    # The claim is one statement on one table: the second of two workers waits for the first, and finds the row taken.
    if not Delivery.objects.due().filter(pk=pk).update(claimed_until=timezone.now() + CLAIM):
        return None
    delivery = Delivery.objects.select_related("hook__owner").get(pk=pk)
    if not delivery.hook.owner.is_active or not all_seen(delivery.hook, delivery.event, delivery.about):
        Delivery.objects.filter(pk=pk).update(state=State.WITHHELD, claimed_until=None)
        return None
    return _record(delivery, *attempt(delivery.hook, delivery))


def attempt(hook: Hook, delivery: Delivery) -> tuple[str, Answer]:
    """Resolve, check, sign and send: the address connected to, and the answer."""
    secret = secret_of(hook)
    if secret is None:
        return "", Answer(0, problem="secret")
    try:
        place = resolved(hook.address, Allowed.of(AllowedAddress.objects.values_list("address", flat=True)))
    except NotAllowed as refused:
        return "", Answer(0, problem=refused.code)
    body, stamp = delivery.body.encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "taoyan-portal",
        "X-Taoyan-Event": delivery.event,
        "X-Taoyan-Delivery": str(delivery.pk),
        "X-Taoyan-Timestamp": stamp,
        "X-Taoyan-Signature": signature(secret, stamp, body),
    }
    return str(place.ip), post(place, headers, body)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: half a minute, doubled each time, an hour at most."""
    return min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)


def _record(delivery: Delivery, peer: str, answer: Answer) -> bool:
    now = timezone.now()
    Attempt.objects.create(
        delivery=delivery,
        at=now,
        took_ms=answer.took_ms,
        peer=peer,
        status=answer.status,
        answer=answer.text,
        problem=answer.problem,
        detail=answer.detail,
    )
    if answer.is_accepted:
        state = State.DELIVERED
    else:
        # A test tells at once, and once.
        state = State.FAILED if delivery.event == Delivery.Event.TEST else State.PENDING
        logger.warning("webhook %s: %s", delivery.hook_id, answer.problem)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state,
        attempts=F("attempts") + 1,
        next_at=now + pause_after(delivery.attempts + 1),
        claimed_until=None,
    )
    return answer.is_accepted


def expire() -> int:
    """What waited too long is never sent, and says so."""
    old = Delivery.objects.filter(state=State.PENDING, made_at__lte=timezone.now() - OLDEST)
    return old.update(state=State.EXPIRED)


def clear_old() -> int:
    """Forget messages of three months ago."""
    gone = Delivery.objects.exclude(state=State.PENDING).filter(made_at__lte=timezone.now() - KEPT)
    return gone.delete()[0]
