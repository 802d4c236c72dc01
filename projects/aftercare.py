"""验收 and 建后管养."""

from calendar import monthrange
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from goals.planning import plain
from projects.models import Acceptance, Milestone, Project, Upkeep, UpkeepCheck
from projects.permissions import may_accept, may_keep_books
from projects.planning import locked, refuse, tell


@transaction.atomic
def accept_project(user: User, acceptance: Acceptance, *, origin: str = "") -> Acceptance:
    """The whole work is accepted, or isn't: by somebody who isn't its owner, once its milestones are."""
    project = locked(user, acceptance.project_id)
    if not may_accept(Access.of(user), project):
        raise Forbidden(_("验收由牵头单位以外的领导或计划管理员进行。"))
    acceptance.project = project
    if acceptance.day > clock.today():
        raise refuse("day", _("验收日不能晚于今天。"), "future")
    if acceptance.day < project.start:
        raise refuse("day", _("验收日不能早于项目开始。"), "too_early")
    if project.acceptances.filter(result=Acceptance.Result.PASSED).exists():
        raise Conflict(_("这个项目已经验收合格。"))
    if acceptance.result == Acceptance.Result.PASSED:
        _require_milestones(project, acceptance.day)
    acceptance.accepted_by = user
    acceptance.full_clean(exclude=["project"])
    acceptance.save()
    entry = trail.Entry("accept", "project", str(project.pk), after=plain(acceptance))
    tell(user, [entry], roles=(Role.PLANNER, Role.LEADER), origin=origin)
    return acceptance


def _require_milestones(project: Project, day: date) -> None:
    """Nothing due before the acceptance may still be open; settling and handing over may follow it."""
    waiting = project.milestones.exclude(state=Milestone.State.ACCEPTED).filter(due__lt=day).first()
    if waiting is not None:
        raise Conflict(_("节点“%(name)s”还没有验收。") % {"name": waiting.name})


@transaction.atomic
def hand_over(user: User, upkeep: Upkeep, *, origin: str = "") -> Upkeep:
    """移交管养: who maintains; the first check is due after so many months."""
    project = locked(user, upkeep.project_id)
    if not may_keep_books(Access.of(user), project):
        raise Forbidden(_("管养由牵头单位和计划管理员登记。"))
    upkeep.project = project
    if not project.acceptances.filter(result=Acceptance.Result.PASSED).exists():
        raise Conflict(_("验收合格之后才移交管养。"))
    upkeep.full_clean(exclude=["project"])
    is_new = upkeep.pk is None
    upkeep.save()
    if is_new:
        UpkeepCheck.objects.create(upkeep=upkeep, due=months_after(upkeep.begins, upkeep.every_months))
    entry = trail.Entry("save", "upkeep", str(upkeep.pk), after=plain(upkeep))
    tell(user, [entry], roles=(Role.REPORTER, Role.PLANNER), origin=origin)
    return upkeep


@transaction.atomic
def check(
    user: User, planned: UpkeepCheck, done_on: date, result: str, note: str = "", *, origin: str = ""
) -> UpkeepCheck:
    """The check was done; the next one is due as many months later."""
    project = locked(user, planned.upkeep.project_id)
    if not may_keep_books(Access.of(user), project):
        raise Forbidden(_("管养检查由牵头单位和计划管理员登记。"))
    found = UpkeepCheck.objects.select_related("upkeep").get(pk=planned.pk)
    if found.done_on is not None:
        raise Conflict(_("这次检查已经登记。"))
    if not found.upkeep.begins <= done_on <= clock.today():
        raise refuse("done_on", _("检查日应在移交之后、今天之前。"), "invalid")
    if result == UpkeepCheck.Result.REPAIR and not note.strip():
        raise refuse("note", _("需维修时请写明情况。"), "required")
    before = plain(found)
    found.done_on, found.result, found.note, found.checked_by = done_on, result, note, user
    found.full_clean(exclude=["upkeep"])
    found.save()
    due = months_after(max(done_on, found.due), found.upkeep.every_months)
    UpkeepCheck.objects.get_or_create(upkeep=found.upkeep, due=due)
    entry = trail.Entry("check", "upkeepcheck", str(found.pk), before, plain(found))
    tell(user, [entry], roles=(Role.REPORTER, Role.PLANNER), origin=origin)
    return found


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last where it lacks it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
