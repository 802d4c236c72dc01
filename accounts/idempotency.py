"""`Idempotency-Key`: a POST that is sent again is carried out once, and answered as the first time, for 24 hours.

A key belongs to a user. The first request writes its row in the transaction in which it does its work; whoever comes
with the same key meanwhile waits for that transaction, and then finds the answer. What is refused or fails leaves
neither work nor key: it may be sent again with the same key.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import IdempotencyKey, User
from common.errors import Conflict
from common.rest.idempotency import Answered, Differs

KEPT = timedelta(hours=24)


def first_answer(user: User, key: str, fingerprint: str) -> Answered | None:
    """What the key's first request was answered; None for who is the first, and does the work in this transaction.

    Raises Differs where the key stands for another request, Conflict where the answer is not kept.
    """
    if _claimed(user, key, fingerprint):
        return None
    found = IdempotencyKey.objects.select_for_update().get(user=user, key=key)
    if found.created_at < timezone.now() - KEPT:
        found.fingerprint, found.created_at = fingerprint, timezone.now()
        found.status = found.answer = None
        found.save()
        return None
    if found.fingerprint != fingerprint:
        raise Differs
    if found.answer is None or found.status is None:
        raise Conflict(_("这一请求已办理，答复只显示一次，不再重复。"), code="answered_once")
    return Answered(found.status, bytes(found.answer))


def _claimed(user: User, key: str, fingerprint: str) -> bool:
    """Write the key's row, unless there is one; waits for who is writing it."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a key is claimed in the transaction of the work that it stands for")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_idempotencykey (user_id, key, fingerprint, created_at) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (user_id, key) DO NOTHING",
            [user.pk, key, fingerprint, connection.ops.adapt_datetimefield_value(timezone.now())],
        )
        return int(cursor.rowcount) == 1


def keep(user: User, key: str, status: int, answer: bytes | None) -> None:
    """The first answer; None where it must not be shown twice."""
    IdempotencyKey.objects.filter(user=user, key=key).update(status=status, answer=answer)


def forget_old() -> int:
    """Nightly: what nobody can ask for any more; how many."""
    deleted: tuple[int, Mapping[str, int]] = IdempotencyKey.objects.filter(
        created_at__lt=timezone.now() - KEPT
    ).delete()
    return deleted[0]
