"""意见建议: written about a page by anybody, answered by the planners; its author is told of the answer."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from common.text import require_visible
from dashboard.addresses import OwnPage
from dashboard.models import Feedback
from dashboard.permissions import may_answer, may_write
from goals.models import Notice, Plan, Target
from projects.models import Project
from supervision.models import Order

# Somebody who writes more than this has found a way to write by machine.
MOST_AN_HOUR = 20
# The pages that are about one record of a plan, by the name of their address.
_RECORDS: dict[str, Any] = {"target": Target, "project": Project, "order": Order}


@transaction.atomic
def write(user: User, text: str, page: OwnPage | None, *, origin: str = "") -> Feedback:
    """Said twice of the same page before it is answered, it is written once.

    Raises ValidationError for `text` when nothing can be seen of it, or for all when the user writes too much.
    """
    if not may_write(user):
        raise Forbidden(_("您不能提意见。"))
    try:
        require_visible(text)
    except ValidationError as error:
        raise ValidationError({"text": error}) from error
    now, address = clock.now(), page.address if page else ""
    User.objects.select_for_update().get(pk=user.pk)
    own = Feedback.objects.filter(author=user)
    again = own.filter(state=Feedback.State.OPEN, page=address, text=text.strip()).first()
    if again is not None:
        return again
    if own.filter(written_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise ValidationError(_("您一小时内已提 %(n)s 条意见，请稍后再写。") % {"n": MOST_AN_HOUR}, code="throttled")
    made = Feedback(unit=_unit_of(user, page), page=address, text=text.strip(), author=user, written_at=now)
    made.as_of = page.as_of if page and page.as_of else clock.today()  # type: ignore[assignment]
    made.full_clean(exclude=["unit", "author"])
    made.save()
    after = {"page": made.page, "as_of": made.as_of.isoformat(), "text": made.text}
    _record(user, trail.Entry("give_feedback", "feedback", str(made.pk), after=after), origin=origin)
    return made


@transaction.atomic
def answer(user: User, feedback: Feedback, state: str, text: str, *, origin: str = "") -> Feedback:
    """处理 or 不采纳, with words for its author. Answered once."""
    found = Feedback.objects.select_for_update(of=("self",)).select_related("unit", "author").get(pk=feedback.pk)
    if not may_answer(Access.of(user), found):
        raise Forbidden(_("只有计划管理员可以答复。"))
    if not found.is_open:
        raise Conflict(_("这条意见已答复。"))
    if state not in (Feedback.State.DONE, Feedback.State.DECLINED):
        raise ValidationError({"state": ValidationError(_("请选择已处理或不采纳。"), code="invalid")})
    try:
        require_visible(text)
    except ValidationError as error:
        raise ValidationError({"answer": error}) from error
    found.state, found.answer = state, text.strip()
    found.answered_by, found.answered_at = user, clock.now()
    found.full_clean(exclude=["unit", "author", "answered_by"])
    found.save()
    _tell_author(found)
    after = {"state": found.state, "answer": found.answer}
    entry = trail.Entry("answer_feedback", "feedback", str(found.pk), before={"state": "open"}, after=after)
    _record(user, entry, Role.PLANNER, origin=origin)
    return found


def _tell_author(feedback: Feedback) -> None:
    """Nobody is told of what they answered themselves, nor who is no longer there."""
    author, by = feedback.author, feedback.answered_by
    if author == by or not author.is_active:
        return
    assert by is not None and feedback.answered_at is not None
    data = {"name": feedback.text[:60], "reviewer": str(by), "said": feedback.answer[:200]}
    Notice.objects.create(
        user=author,
        kind=Notice.Kind.FEEDBACK,
        key=f"feedback|{feedback.pk}",
        data=data,
        link=reverse("feedback"),
        created_at=feedback.answered_at,
    )


def _unit_of(user: User, page: OwnPage | None) -> Unit:
    """Whose planners are asked: those of the plan that the page is about; else of the user's own subdistrict."""
    plan = _plan_of(user, page)
    if plan is not None:
        return plan.unit
    roots = Unit.objects.filter(kind=Unit.Kind.SUBDISTRICT).order_by("path")
    for grant in Access.of(user).grants:
        if grant.unit is not None:
            near = next((root for root in roots if grant.unit.path.startswith(root.path)), None)
            return near or grant.unit
    newest = Plan.objects.select_related("unit").order_by("-year", "slug").first()
    found = newest.unit if newest else roots.first()
    if found is None:
        raise Conflict(_("还没有单位，无人可以答复。"))
    return found


def _plan_of(user: User, page: OwnPage | None) -> Plan | None:
    """The plan of a page about a plan or one of its records, where the user sees it."""
    if page is None:
        return None
    slug, pk = page.match.kwargs.get("slug"), page.match.kwargs.get("pk")
    if slug:
        return Plan.objects.visible_to(user).select_related("unit").filter(slug=slug).first()
    model = _RECORDS.get(page.match.url_name or "")
    found = model.objects.visible_to(user).select_related("plan__unit").filter(pk=pk).first() if model else None
    return found.plan if found else None


def _record(user: User, entry: trail.Entry, *roles: str, origin: str) -> None:
    trail.record(Access.of(user).actor(*roles, origin=origin), [entry])
