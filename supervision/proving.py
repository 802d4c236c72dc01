"""佐证 of what is said of an order: files of a feedback or an answer, attached by who gave it until it is checked."""

from accounts.models import User
from goals import evidence
from supervision.models import PROVED, Step
from supervision.permissions import Hand, may_answer, may_apply
from supervision.steps import ROLES


def _may_attach(user: User, step: Step) -> bool:
    """Its author alone, who has a hand in the answer already and so doesn't check it."""
    if step.kind not in PROVED or step.user_id != user.pk:
        return False
    hand = Hand.of(user)
    return may_answer(hand, step.order) or may_apply(hand, step.order)


def _is_open(step: Step) -> bool:
    """The newest word on an order that isn't checked yet; what was said before stays as it was."""
    if step.kind not in PROVED or step.order.state != PROVED[Step.Kind(step.kind)]:
        return False
    return not Step.objects.filter(order=step.order_id, kind__in=PROVED, pk__gt=step.pk).exists()


def _touch(user: User, step: Step) -> None:
    """The order is newer for who looks at it meanwhile."""
    step.order.save(update_fields=[])


evidence.register(
    evidence.Holder(model=Step, may_attach=_may_attach, is_open=_is_open, touch=_touch, roles=ROLES),
)
