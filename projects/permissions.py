"""Who may do what with works: one rule set for pages, API and services."""

from accounts.models import Role
from accounts.permissions import Access
from projects.models import Project


def may_plan(access: Access, project: Project) -> bool:
    """Edit the work and its milestones: a planner of the plan's subdistrict."""
    return access.commands(Role.PLANNER, project.plan.unit)


def may_report(access: Access, project: Project) -> bool:
    """Say what was done, noted, rectified and paid: reporters of the lead office."""
    return project.lead_office is not None and access.holds(Role.REPORTER, project.lead_office)


def may_keep_books(access: Access, project: Project) -> bool:
    """Enter money, upkeep and notes: the lead office, and planners."""
    return may_report(access, project) or may_plan(access, project)


def oversees(access: Access, project: Project) -> bool:
    """Inspect, decide and accept: leaders and planners."""
    return may_plan(access, project) or access.commands(Role.LEADER, project.plan.unit)


def is_owner(access: Access, project: Project) -> bool:
    """Does the user belong to the office that has to get it done?"""
    own = access.unit_ids(Role.REPORTER) | access.unit_ids(Role.REVIEWER)
    return project.lead_office_id is not None and project.lead_office_id in own


def may_accept(access: Access, project: Project) -> bool:
    """验收: whoever oversees, but never the owner."""
    return oversees(access, project) and not is_owner(access, project)


def may_comment(access: Access) -> bool:
    """People who see it; a machine has no opinion."""
    return access.sees_business and not access.user.is_machine
