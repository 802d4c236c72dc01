"""搜索 and 常用筛选: the page of what is found, suggestions while typing, and filters that somebody named."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Access
from common.errors import Refusal
from common.htmx import page_or_fragment
from common.pages import tell_refusal
from dashboard import navigation, saving
from dashboard.forms import SavedFilterForm
from dashboard.models import SavedFilter
from dashboard.search import GLANCE, PAGE, find, words_of
from goals.permissions import visible_or_404


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What was found, by kind; for a script, the first few of each. Without words, the user's own filters."""
    user = _user(request)
    template = page_or_fragment(request, "dashboard/search.html", "dashboard/_suggestions.html")
    is_glance = template.startswith("dashboard/_")
    fault, groups, words = "", [], []
    try:
        words = words_of(request.GET.get("q"))
        plan = navigation.current_plan(user) if words and Access.of(user).sees_business else None
        groups = find(words, user, plan, GLANCE if is_glance else PAGE)
    except ValidationError as error:
        fault = error.messages[0]
    context = {
        "page": "search",
        "q": "" if fault else request.GET.get("q", ""),
        "words": words,
        "fault": fault,
        "groups": groups,
        "found": sum(len(group.hits) for group in groups),
        "saved": [] if is_glance else list(SavedFilter.objects.visible_to(user)),
    }
    return render(request, template, context, status=400 if fault and not is_glance else 200)


@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Name the list as it is filtered now; back to it."""
    form = SavedFilterForm(request.POST)
    try:
        page = saving.list_page(request.POST.get("page", ""))
    except ValidationError as error:
        tell_refusal(request, error)
        return redirect("search")
    if not form.is_valid():
        for errors in form.errors.values():
            tell_refusal(request, ValidationError(list(errors)))
        return redirect(page.address)
    try:
        saving.save(_user(request), form.cleaned_data["name"], page)
    except (ValidationError, Refusal) as error:
        tell_refusal(request, error)
    else:
        messages.success(request, _("已存为常用筛选，在搜索页可以找到。"))
    return redirect(page.address)


@require_POST
def forget_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an own one; somebody else's doesn't exist."""
    visible_or_404(SavedFilter.objects.all(), _user(request), pk=pk).delete()
    messages.success(request, _("已删除。"))
    return redirect("search")
