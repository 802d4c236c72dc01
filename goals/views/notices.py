"""提醒: what this person was told, newest first; one or all of it marked as read."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from common import clock
from common.pages import allowed
from goals.models import Notice
from goals.notices import grouped
from goals.permissions import visible_or_404
from goals.reminders import unread_count

PAGE_SIZE = 50


def is_told(user: User) -> bool:
    """Everybody but a machine account, which nobody tells anything."""
    return not user.is_machine


@require_safe
@allowed(is_told)
def notices(request: HttpRequest) -> HttpResponse:
    """The list, those that belong together as one."""
    assert isinstance(request.user, User)
    # Within one run they were written in the order in which people read them.
    found = Notice.objects.visible_to(request.user).with_settled().order_by("-created_at", "pk")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": "notices", "rows": page, "groups": grouped(page), "unread": unread_count(request.user)}
    return render(request, "goals/notices.html", context)


@require_POST
@allowed(is_told)
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read; somebody else's doesn't exist."""
    assert isinstance(request.user, User)
    notice = visible_or_404(Notice.objects.all(), request.user, pk=pk)
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])
    return redirect(_back(request))


@require_POST
@allowed(is_told)
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    assert isinstance(request.user, User)
    count = Notice.objects.visible_to(request.user).unread().update(read_at=clock.now())
    if count:
        messages.success(request, ngettext("已标为已读 %(n)s 条。", "已标为已读 %(n)s 条。", count) % {"n": count})
    return redirect("notices")


def _back(request: HttpRequest) -> str:
    """The page of the list from which it was pressed."""
    number = request.POST.get("page", "")
    return reverse("notices") + (f"?page={number}" if number.isascii() and number.isdigit() and len(number) < 6 else "")
