"""What the operator sets going again: permission first, one transaction, the audit event last."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common.commits import after_commit
from common.errors import Conflict, Forbidden
from goals.models import Delivery
from goals.permissions import operates
from goals.progress import recompute as progress
from goals.progress.books import books
from goals.webhooks import outbox

MOST_RUNG = 500


@transaction.atomic
def retry_marks(user: User, *, origin: str = "") -> int:
    """Try again what failed three times; how much there was. Conflict where nothing is parked."""
    _require_operator(user)
    count = 0
    for book in books():
        parked = book.marks._default_manager.select_for_update().filter(parked=True).order_by("pk")
        ids = list(parked.values_list("pk", flat=True))
        book.marks._default_manager.filter(pk__in=ids).update(parked=False, attempts=0)
        if ids:
            after_commit(progress.ring, ids, book)
        count += len(ids)
    if not count:
        raise Conflict(_("没有搁置的重算。"))
    _tell(user, "retry_marks", count, origin)
    return count


@transaction.atomic
def retry_deliveries(user: User, *, origin: str = "") -> int:
    """Send what waits now, not after its pause; Conflict where nothing waits."""
    _require_operator(user)
    now = timezone.now()
    waiting = Delivery.objects.select_for_update().filter(state=Delivery.State.PENDING, next_at__gt=now)
    ids = list(waiting.fresh().order_by("pk").values_list("pk", flat=True))  # type: ignore[attr-defined]
    if not ids:
        raise Conflict(_("没有等待重发的消息。"))
    Delivery.objects.filter(pk__in=ids).update(next_at=now)
    _tell(user, "retry_deliveries", len(ids), origin)
    after_commit(outbox.ring, [str(pk) for pk in ids[:MOST_RUNG]])
    return len(ids)


def _require_operator(user: User) -> None:
    if not operates(Access.of(user)):
        raise Forbidden(_("只有系统管理员可以操作。"))


def _tell(user: User, action: str, count: int, origin: str) -> None:
    actor = Access.of(user).actor(Role.ADMINISTRATOR, origin=origin)
    trail.record(actor, [trail.Entry(action, "operations", "", after={"count": count})])
