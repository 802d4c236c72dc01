"""Each round of a periodic task happens once: whoever writes its row does it, however many beats ring."""

from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from goals.models import Slot

# A round begun so long ago and not ended has died: Celery stops a task long before.
DEAD_AFTER = timedelta(minutes=30)


def claim(task: str, slot: str, *, dead_after: timedelta | None = None) -> Slot | None:
    """The round, if it is the caller's to do; None where somebody did it, or is at it.

    With `dead_after` a round that began longer ago than that and hasn't ended is taken over. Call it outside a
    transaction: the claim must stand when the work falls.
    """
    found = Slot.objects.filter(task=task, slot=slot).first()
    if found is None:
        try:
            with transaction.atomic():
                return Slot.objects.create(task=task, slot=slot, begun_at=timezone.now())
        except IntegrityError:
            return None
    if found.ended_at is not None or dead_after is None:
        return None
    return _take_over(found, dead_after)


@transaction.atomic
def _take_over(slot: Slot, dead_after: timedelta) -> Slot | None:
    """The lock lets the second of two heirs see that the first has begun anew."""
    now = timezone.now()
    dead = Slot.objects.select_for_update().filter(pk=slot.pk, ended_at=None, begun_at__lt=now - dead_after).first()
    if dead is not None:
        dead.begun_at = now
        dead.save(update_fields=["begun_at"])
    return dead


def finish(slot: Slot) -> None:
    slot.ended_at = timezone.now()
    slot.save(update_fields=["ended_at"])


def is_done(task: str, slot: str) -> bool:
    return Slot.objects.filter(task=task, slot=slot, ended_at__isnull=False).exists()


def once(task: str, slot: str, work: Callable[[], object], *, dead_after: timedelta = DEAD_AFTER) -> bool:
    """Do the work unless the round is somebody else's; was it done here? What fails may be taken over later."""
    claimed = claim(task, slot, dead_after=dead_after)
    if claimed is None:
        return False
    work()
    finish(claimed)
    return True
