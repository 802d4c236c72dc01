"""意见建议: the page where anybody writes what is wrong with a page, and the planners' list where it is answered."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Access
from common.pages import allowed, done, listed_page, origin, tell_refusal
from dashboard import feedback as service
from dashboard.addresses import OwnPage, own_page
from dashboard.forms import AnswerForm, FeedbackForm
from dashboard.models import Feedback
from dashboard.permissions import may_answer, may_write, sees_inbox
from goals.permissions import visible_or_404

OWN_SHOWN, PAGE_SIZE = 20, 50


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_write)
def feedback(request: HttpRequest) -> HttpResponse:
    """Write about the page that the link came from; below, what this user wrote before and how it was answered."""
    user = _user(request)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    page, fault = _page_of(request)
    if request.method == "POST" and fault:
        form.add_error(None, fault)
    if request.method == "POST" and done(form, lambda: _written(request, form, page)):
        messages.success(request, _("已交计划管理员，有答复会提醒您。"))
        return redirect("feedback")
    own = Feedback.objects.filter(author=user).select_related("answered_by")
    context = {
        "page": "feedback",
        "form": form,
        "about": page,
        "fault": fault if request.method != "POST" else None,
        "rows": listed_page(request, own, OWN_SHOWN),
        "sees_inbox": sees_inbox(Access.of(user)),
    }
    return render(request, "dashboard/feedback.html", context, status=400 if form.errors else 200)


def _written(request: HttpRequest, form: FeedbackForm, page: OwnPage | None) -> Feedback:
    return service.write(_user(request), form.cleaned_data["text"], page, origin=origin(request))


def _page_of(request: HttpRequest) -> tuple[OwnPage | None, str]:
    """The page that is complained of, and what is wrong with its address."""
    raw = (request.POST if request.method == "POST" else request.GET).get("page", "")
    if not raw:
        return None, ""
    try:
        return own_page(raw), ""
    except ValidationError as error:
        return None, error.messages[0]


@require_safe
@allowed(lambda user: sees_inbox(Access.of(user)))
def inbox(request: HttpRequest) -> HttpResponse:
    """The planners' list, oldest unanswered first; `state` asks for the others."""
    return _inbox(request, None, None)


def _inbox(request: HttpRequest, answered: Feedback | None, form: AnswerForm | None) -> HttpResponse:
    state = request.GET.get("state") or Feedback.State.OPEN
    known = state if state in Feedback.State.values else ""
    found = Feedback.objects.planned_by(_user(request)).select_related("author", "answered_by", "unit")
    if known:
        found = found.filter(state=known)
    order = ["written_at", "pk"] if known == Feedback.State.OPEN else ["-written_at", "-pk"]
    context = {
        "page": "feedback",
        "rows": listed_page(request, found.order_by(*order), PAGE_SIZE),
        "state": known,
        "states": [("all", _("全部")), *Feedback.State.choices],
        "answered": answered,
        "form": form,
        "outcomes": AnswerForm.base_fields["state"].choices,  # type: ignore[attr-defined]
    }
    return render(request, "dashboard/inbox.html", context, status=400 if form else 200)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one; its author may see it here, but only planners may do this."""
    user = _user(request)
    found = visible_or_404(Feedback.objects.select_related("unit"), user, pk=pk)
    if not may_answer(Access.of(user), found):
        raise PermissionDenied
    form = AnswerForm(request.POST)

    def act() -> None:
        service.answer(user, found, form.cleaned_data["state"], form.cleaned_data["answer"], origin=origin(request))

    if done(form, act):
        messages.success(request, _("已答复，写意见的人会收到提醒。"))
        return redirect("feedback-inbox")
    if "answer" in form.errors or "state" in form.errors:
        return _inbox(request, found, form)
    for error in form.non_field_errors():
        tell_refusal(request, ValidationError(error))
    return redirect("feedback-inbox")
