"""督查: recorded by who oversees, put right by the lead office, looked at again by another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from goals.planning import plain
from projects.models import Finding, Inspection, Project
from projects.permissions import may_report, oversees
from projects.planning import locked, refuse, tell

MOST_FINDINGS = 50


@dataclass(frozen=True)
class Found:
    """A finding as it is recorded."""

    text: str
    deadline: date


@transaction.atomic
def record(
    user: User, inspection: Inspection, findings: Sequence[Found] | None = None, *, origin: str = ""
) -> Inspection:
    """Add an inspection with its findings, or change what one says (its findings then go their own way)."""
    project = locked(user, inspection.project_id)
    if not oversees(Access.of(user), project):
        raise Forbidden(_("督查由领导或计划管理员记录。"))
    inspection.project = project
    old = Inspection.objects.filter(pk=inspection.pk).first() if inspection.pk else None
    if inspection.day > clock.today():
        raise refuse("day", _("督查日期不能晚于今天。"), "future")
    if inspection.day < project.start:
        raise refuse("day", _("督查日期不能早于项目开始。"), "too_early")
    listed = list(findings or ())
    if len(listed) > MOST_FINDINGS:
        raise refuse("findings", _("一次最多 %(n)s 个问题。") % {"n": MOST_FINDINGS}, "too_many")
    inspection.recorded_by = inspection.recorded_by or user
    inspection.full_clean(exclude=["project"])
    inspection.save()
    entries = [
        trail.Entry("save", "inspection", str(inspection.pk), plain(old) if old else {}, plain(inspection)),
        *_add(inspection, listed),
    ]
    tell(user, entries, roles=(Role.PLANNER, Role.LEADER), origin=origin)
    return inspection


def _add(inspection: Inspection, findings: Sequence[Found]) -> list[trail.Entry]:
    first = inspection.findings.count() + 1
    new = []
    for number, found in enumerate(findings, start=first):
        if found.deadline < inspection.day:
            raise refuse("findings", _("第 %(n)s 个问题的整改期限早于督查日期。") % {"n": number}, "deadline")
        finding = Finding(inspection=inspection, order=number, text=found.text, deadline=found.deadline)
        finding.full_clean(exclude=["inspection"])
        new.append(finding)
    Finding.objects.bulk_create(new)
    return [trail.Entry("save", "finding", str(f.pk), after=plain(f)) for f in new]


def _locked(user: User, finding: Finding) -> tuple[Finding, Project]:
    project = locked(user, finding.inspection.project_id)
    found = Finding.objects.select_related("inspection").filter(pk=finding.pk).first()
    if found is None:
        raise Conflict(_("这个问题已不存在。"))
    return found, project


@transaction.atomic
def rectify(user: User, finding: Finding, day: date, text: str, *, origin: str = "") -> Finding:
    """The lead office says how it was put right."""
    found, project = _locked(user, finding)
    if not may_report(Access.of(user), project):
        raise Forbidden(_("整改由牵头单位填报。"))
    if found.state != Finding.State.OPEN:
        raise Conflict(_("这个问题已报整改。"))
    if not found.inspection.day <= day <= clock.today():
        raise refuse("day", _("整改日应在督查之后、今天之前。"), "invalid")
    if not text.strip():
        raise refuse("text", _("请写明整改情况。"), "required")
    before = plain(found)
    found.state, found.rectified_on, found.rectification = Finding.State.RECTIFIED, day, text
    found.rectified_by = user
    return _keep(user, found, "rectify", before, (Role.REPORTER,), origin)


@transaction.atomic
def recheck(user: User, finding: Finding, *, passed: bool, text: str = "", origin: str = "") -> Finding:
    """Looked at again: closed, or open again with what is still wrong. Never by who put it right."""
    found, project = _locked(user, finding)
    if not oversees(Access.of(user), project) or found.rectified_by_id == user.pk:
        raise Forbidden(_("复查由整改人以外的领导或计划管理员进行。"))
    if found.state != Finding.State.RECTIFIED:
        raise Conflict(_("只有已整改的问题可以复查。"))
    if not passed and not text.strip():
        raise refuse("text", _("复查不合格时请写明意见。"), "required")
    before = plain(found)
    found.state = Finding.State.CLOSED if passed else Finding.State.OPEN
    found.recheck, found.rechecked_on, found.rechecked_by = text, clock.today(), user
    return _keep(user, found, "recheck", before, (Role.PLANNER, Role.LEADER), origin)


def _keep(
    user: User, found: Finding, action: str, before: dict[str, Any], roles: Sequence[str], origin: str
) -> Finding:
    found.full_clean(exclude=["inspection"])
    found.save()
    tell(user, [trail.Entry(action, "finding", str(found.pk), before, plain(found))], roles=roles, origin=origin)
    return found


@dataclass(frozen=True)
class Round:
    """The inspections of one unit in one month: could they have been one?"""

    unit: Unit | None
    month: date
    inspections: Sequence[Inspection]

    @property
    def days(self) -> int:
        return len({inspection.day for inspection in self.inspections})


def rounds(inspections: "QuerySet[Inspection]") -> list[Round]:
    """By month, newest first, and unit. Two queries."""
    listed = list(inspections.select_related("project__lead_office", "project__plan").prefetch_related("findings"))
    listed.sort(key=lambda i: (i.day.replace(day=1), -(i.project.lead_office_id or 0), i.day), reverse=True)
    return [
        Round(several[0].project.lead_office, month, several)
        for (month, _unit), several in (
            (key, list(group))
            for key, group in groupby(listed, key=lambda i: (i.day.replace(day=1), i.project.lead_office_id))
        )
    ]


def open_findings(projects: Iterable[Project]) -> "QuerySet[Finding]":
    """What is still to be put right in these works."""
    return Finding.objects.filter(inspection__project__in=list(projects)).exclude(state=Finding.State.CLOSED)
