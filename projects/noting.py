"""Words on a work: notes where it lags, what blocks it, and the half-yearly word on routine commitments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from goals.models import Plan, Theme
from goals.planning import plain
from projects.models import Confirmation, ProgressNote, Project
from projects.models.project import Blocker, Tier
from projects.permissions import may_keep_books, may_plan
from projects.planning import locked, refuse, tell

ROLES = (Role.REPORTER, Role.PLANNER)


@transaction.atomic
def add_note(user: User, note: ProgressNote, *, origin: str = "") -> ProgressNote:
    """进展说明 of today; what it says of the blocker holds for the work from now on."""
    project = locked(user, note.project_id)
    if not may_keep_books(Access.of(user), project):
        raise Forbidden(_("进展由牵头单位和计划管理员填写。"))
    note.project, note.written_by, note.day = project, user, clock.today()
    if note.blocker and not note.problem.strip():
        raise refuse("problem", _("有卡点时请写明存在问题。"), "required")
    note.full_clean(exclude=["project"])
    note.save()
    before = plain(project)
    if note.blocker != project.blocker:
        project.blocked_since = note.day if note.blocker else None
    project.blocker, project.blocker_note = note.blocker, note.problem if note.blocker else ""
    project.save()
    entries = [
        trail.Entry("note", "project", str(project.pk), after=plain(note)),
        trail.Entry("save", "project", str(project.pk), before, plain(project)),
    ]
    tell(user, entries if before["blocker"] != project.blocker else entries[:1], roles=ROLES, origin=origin)
    return note


def for_the_district(user: User) -> "QuerySet[Project]":
    """提请协调: what needs the district's help, the longest blocked first."""
    found = Project.objects.visible_to(user).filter(blocker=Blocker.DISTRICT, same_as=None)
    return found.exclude(plan__state=Plan.State.CLOSED).order_by("blocked_since", "order")


@dataclass(frozen=True)
class Said:
    """A word on one commitment."""

    word: str
    note: str = ""


def half_end(day: date) -> date:
    """The half-year that is asked about on a day: the one that ends now or ended last, within its year."""
    return date(day.year, 6, 30) if day < date(day.year, 12, 1) else date(day.year, 12, 31)


def routine_of(theme: Theme) -> "QuerySet[Project]":
    return Project.objects.filter(theme=theme, tier=Tier.ROUTINE, same_as=None).order_by("order", "code")


@transaction.atomic
def confirm(
    user: User, theme: Theme, period: date, said: Mapping[int, Said], *, origin: str = ""
) -> list[Confirmation]:
    """One sheet per theme and half-year, all of it or nothing: each word by who leads the commitment, or a planner."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=theme.plan_id)
    if plan.is_closed:
        raise Conflict(_("计划已年终交账，只读。"))
    if period not in (date(plan.year, 6, 30), date(plan.year, 12, 31)):
        raise refuse("period", _("应为半年末：6 月 30 日或 12 月 31 日。"))
    if clock.today() < period.replace(day=1):
        raise refuse("period", _("这个半年还没有到确认的时候。"), "too_early")
    projects = {p.pk: p for p in routine_of(theme).select_related("plan__unit", "lead_office")}
    unknown = set(said) - set(projects)
    if unknown:
        raise refuse("project", _("有的事项不在这张表上。"), "does_not_exist")
    access = Access.of(user)
    standing = {c.project_id: c for c in Confirmation.objects.filter(project__in=said, period=period)}
    entries, kept = [], []
    for pk, word in said.items():
        if not may_keep_books(access, projects[pk]):
            raise Forbidden(_("“%(name)s”由牵头单位和计划管理员确认。") % {"name": projects[pk].name})
        row = standing.get(pk) or Confirmation(project=projects[pk], period=period)
        if row.pk and (row.word, row.note) == (word.word, word.note):
            continue
        before = plain(row) if row.pk else {}
        row.word, row.note = word.word, word.note
        if word.word == Confirmation.Word.STUCK and not word.note.strip():
            raise refuse("note", _("“%(name)s”有困难，请写明。") % {"name": projects[pk].name}, "required")
        row.confirmed_by, row.confirmed_on = user, clock.today()
        row.full_clean(exclude=["project"], validate_unique=False)
        row.save()
        kept.append(row)
        entries.append(trail.Entry("confirm", "project", str(pk), before, plain(row)))
    if entries:
        tell(user, entries, roles=ROLES, origin=origin)
    return kept


def may_confirm(access: Access, project: Project) -> bool:
    return may_keep_books(access, project) or may_plan(access, project)
