"""What the leaders' pages share: who asks, from which seat, and what their ETag knows besides."""

from dataclasses import dataclass

from django.http import HttpRequest

from accounts.models import Role, User
from accounts.permissions import Access
from goals.models import Plan
from goals.reminders import unread_count
from supervision.permissions import may_draft, may_issue


@dataclass(frozen=True)
class Seat:
    """What a page shows to some alone; nothing else of its body depends on who asks."""

    issues: bool
    drafts: bool
    oversees: bool

    @classmethod
    def of(cls, access: Access, plan: Plan) -> "Seat":
        return cls(may_issue(access, plan), may_draft(access, plan), access.has(Role.LEADER, Role.PLANNER))


def user_of(request: HttpRequest) -> User:
    """Who asks: pages need a login."""
    assert isinstance(request.user, User)
    return request.user


def unread(request: HttpRequest) -> object:
    """What the bell shows, for the page's ETag; nothing for a visitor, who is sent to log in."""
    if not isinstance(request.user, User):
        return None
    if getattr(request, "portal_unread", None) is None:
        request.portal_unread = unread_count(request.user)  # type: ignore[attr-defined]
    return request.portal_unread  # type: ignore[attr-defined]
