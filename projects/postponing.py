"""延期: a moved date needs a request before it expires, a reason, and a decision by another."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from common.text import require_visible
from goals.planning import plain
from projects.models import Milestone, Postponement, Project
from projects.permissions import may_keep_books, oversees
from projects.planning import locked, refuse, tell
from projects.standing import touch

State = Postponement.State


@transaction.atomic
def request(
    user: User, project: Project, milestone: Milestone | None, new_due: date, reason: str, *, origin: str = ""
) -> Postponement:
    """The lead office (or a planner) asks to move the date of a milestone, or of the whole work."""
    found = locked(user, project.pk)
    if not may_keep_books(Access.of(user), found):
        raise Forbidden(_("只有牵头单位和计划管理员可以申请延期。"))
    step = None if milestone is None else found.milestones.filter(pk=milestone.pk).first()
    if milestone is not None and step is None:
        raise refuse("milestone", _("节点不属于这个项目。"), "outside_project")
    old = step.due if step else found.due
    if step is not None and step.state in (Milestone.State.REPORTED, Milestone.State.ACCEPTED):
        raise Conflict(_("已报完成的节点不需要延期。"))
    if clock.today() > old:
        raise refuse("new_due", _("时限（%(day)s）已过，不能再申请延期。") % {"day": old}, "expired")
    _check_new(found, step, new_due, old)
    if Postponement.objects.open().filter(project=found, milestone=step).exists():
        raise Conflict(_("已有一份待批的延期申请。"))
    if not reason.strip():
        raise refuse("reason", _("请写明理由。"), "required")
    asked = Postponement(
        project=found,
        milestone=step,
        old_due=old,
        new_due=new_due,
        reason=require_visible(reason),
        requested_by=user,
        requested_on=clock.today(),
    )
    asked.full_clean(exclude=["project", "milestone"])
    asked.save()
    entry = trail.Entry("request", "postponement", str(asked.pk), after=plain(asked))
    tell(user, [entry], roles=(Role.REPORTER, Role.PLANNER), origin=origin)
    return asked


def _check_new(project: Project, step: Milestone | None, new_due: date, old: date) -> None:
    if new_due <= old:
        raise refuse("new_due", _("新时限应晚于原时限。"), "not_later")
    if step is not None and new_due > project.due:
        said = _("节点不能晚于项目时限（%(day)s），请先为项目申请延期。") % {"day": project.due}
        raise refuse("new_due", said, "outside_project")
    if new_due > project.plan.end:
        raise refuse("new_due", _("时限应在计划年度之内。"), "outside_plan")


@transaction.atomic
def decide(user: User, asked: Postponement, *, grant: bool, decision: str = "", origin: str = "") -> Postponement:
    """同意 moves the date, the first one stays; 不同意 says why. Never by who asked."""
    project = locked(user, asked.project_id)
    found = Postponement.objects.select_for_update().filter(pk=asked.pk).first()
    if found is None or found.state != State.REQUESTED:
        raise Conflict(_("这份申请已有决定。"))
    if not oversees(Access.of(user), project):
        raise Forbidden(_("延期由领导或计划管理员决定。"))
    if found.requested_by_id == user.pk:
        raise Forbidden(_("不能批准自己的申请。"))
    if not grant and not decision.strip():
        raise refuse("decision", _("不同意时请写明意见。"), "required")
    before = plain(found)
    found.state = State.GRANTED if grant else State.REFUSED
    found.decision, found.decided_by, found.decided_on = decision, user, clock.today()
    found.full_clean(exclude=["project", "milestone"])
    found.save()
    if grant:
        _move(project, found)
    touch([project], "postpone")
    entry = trail.Entry("decide", "postponement", str(found.pk), before, plain(found))
    tell(user, [entry], roles=(Role.LEADER, Role.PLANNER), origin=origin)
    return found


def _move(project: Project, found: Postponement) -> None:
    step = project.milestones.filter(pk=found.milestone_id).first() if found.milestone_id else None
    _check_new(project, step, found.new_due, found.old_due)
    if step is None:
        project.due = found.new_due
        project.save()
        default = project.milestones.filter(is_default=True, state=Milestone.State.PLANNED).first()
        if default is not None:
            default.due = found.new_due
            default.save()
        return
    if step.state in (Milestone.State.REPORTED, Milestone.State.ACCEPTED):
        raise Conflict(_("已报完成的节点不需要延期。"))
    step.due = found.new_due
    step.save()
