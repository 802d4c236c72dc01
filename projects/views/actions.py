"""Steps of a work: each a small page with one form, or one button. Who may is asked first, the service judges."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.permissions import Access
from common import clock
from common.pages import done, origin
from goals.permissions import visible_or_404
from projects import aftercare, inspecting, milestones, noting, paying, postponing
from projects import forms as f
from projects.models import (
    Acceptance,
    Finding,
    Inspection,
    Milestone,
    Payment,
    Postponement,
    ProgressNote,
    Project,
    Upkeep,
    UpkeepCheck,
)
from projects.permissions import may_accept, may_keep_books, may_report, oversees
from projects.views.base import access_of, project_of, user_of

Do = Callable[[User, Any, dict[str, Any], str], object]


@dataclass(frozen=True)
class Action:
    """What one form does to one record. `initial` names the fields that begin as today."""

    title: str | Promise
    form: type[forms.Form]
    may: Callable[[Access, Project], bool]
    do: Do
    initial: tuple[str, ...] = ()


def _note(user: User, project: Project, said: dict[str, Any], origin: str) -> object:
    return noting.add_note(user, ProgressNote(project=project, **said), origin=origin)


def _postpone(user: User, record: Any, said: dict[str, Any], origin: str) -> object:
    step = record if isinstance(record, Milestone) else None
    project = record.project if isinstance(record, Milestone) else record
    return postponing.request(user, project, step, said["new_due"], said["reason"], origin=origin)


def _inspect(user: User, project: Project, said: dict[str, Any], origin: str) -> object:
    findings = said.pop("findings")
    return inspecting.record(user, Inspection(project=project, **said), findings, origin=origin)


def _pay(user: User, project: Project, said: dict[str, Any], origin: str) -> object:
    return paying.save_payment(user, Payment(project=project, **said), origin=origin)


def _accept(user: User, project: Project, said: dict[str, Any], origin: str) -> object:
    return aftercare.accept_project(user, Acceptance(project=project, **said), origin=origin)


def _hand_over(user: User, project: Project, said: dict[str, Any], origin: str) -> object:
    return aftercare.hand_over(user, Upkeep(project=project, **said), origin=origin)


def _report(user: User, step: Milestone, said: dict[str, Any], origin: str) -> object:
    return milestones.report_done(user, step, said["done_on"], said["report"], origin=origin)


def _accept_step(user: User, step: Milestone, said: dict[str, Any], origin: str) -> object:
    return milestones.accept_milestone(user, step, origin=origin)


def _return(user: User, step: Milestone, said: dict[str, Any], origin: str) -> object:
    return milestones.return_milestone(user, step, said["reason"], origin=origin)


def _rectify(user: User, finding: Finding, said: dict[str, Any], origin: str) -> object:
    return inspecting.rectify(user, finding, said["day"], said["text"], origin=origin)


def _recheck(user: User, finding: Finding, said: dict[str, Any], origin: str) -> object:
    return inspecting.recheck(user, finding, passed=said["passed"] == "yes", text=said["text"], origin=origin)


def _decide(user: User, asked: Postponement, said: dict[str, Any], origin: str) -> object:
    return postponing.decide(user, asked, grant=said["grant"] == "yes", decision=said["decision"], origin=origin)


def _check(user: User, planned: UpkeepCheck, said: dict[str, Any], origin: str) -> object:
    return aftercare.check(user, planned, said["done_on"], said["result"], said["note"], origin=origin)


def _strike(user: User, payment: Payment, said: dict[str, Any], origin: str) -> object:
    return paying.delete_payment(user, payment, origin=origin)


ON_PROJECTS: Mapping[str, Action] = {
    "note": Action(gettext_lazy("填写进展"), f.NoteForm, may_keep_books, _note),
    "postpone": Action(gettext_lazy("申请延期"), f.PostponementForm, may_keep_books, _postpone),
    "inspect": Action(gettext_lazy("记录督查"), f.InspectionForm, oversees, _inspect, ("day",)),
    "pay": Action(gettext_lazy("登记资金"), f.PaymentForm, may_keep_books, _pay, ("day",)),
    "accept": Action(gettext_lazy("项目验收"), f.AcceptanceForm, may_accept, _accept, ("day",)),
    "upkeep": Action(gettext_lazy("移交管养"), f.UpkeepForm, may_keep_books, _hand_over, ("begins",)),
}
ON_MILESTONES: Mapping[str, Action] = {
    "report": Action(gettext_lazy("报完成"), f.ReportForm, may_report, _report, ("done_on",)),
    "accept": Action(gettext_lazy("验收节点"), forms.Form, may_accept, _accept_step),
    "return": Action(gettext_lazy("退回节点"), f.ReturnForm, may_accept, _return),
    "postpone": Action(gettext_lazy("申请延期"), f.PostponementForm, may_keep_books, _postpone),
}
ON_FINDINGS: Mapping[str, Action] = {
    "rectify": Action(gettext_lazy("报整改"), f.RectificationForm, may_report, _rectify, ("day",)),
    "recheck": Action(gettext_lazy("复查"), f.RecheckForm, oversees, _recheck),
}
DECIDE = Action(gettext_lazy("延期决定"), f.DecisionForm, oversees, _decide)
CHECK = Action(gettext_lazy("登记管养检查"), f.CheckForm, may_keep_books, _check, ("done_on",))
STRIKE = Action(gettext_lazy("删除这一笔"), forms.Form, may_keep_books, _strike)


def _act(request: HttpRequest, action: Action, project: Project, record: Any) -> HttpResponse:
    if not action.may(access_of(request), project):
        raise PermissionDenied
    initial = dict.fromkeys(action.initial, clock.today())
    form = action.form(request.POST) if request.method == "POST" else action.form(initial=initial)
    user = user_of(request)
    if request.method == "POST" and done(
        form, lambda: action.do(user, record, dict(form.cleaned_data), origin(request))
    ):
        messages.success(request, _("已保存。"))
        return redirect("project", project.pk)
    context = {"page": "projects", "plan": project.plan, "project": project, "record": record, "action": action}
    context |= {"form": form, "step": record if isinstance(record, Milestone) else None}
    context["finding"] = record if isinstance(record, Finding) else None
    context["asked"] = record if isinstance(record, Postponement) else None
    return render(request, "projects/act.html", context, status=400 if form.errors else 200)


def _action(actions: Mapping[str, Action], name: str) -> Action:
    if name not in actions:
        raise Http404
    return actions[name]


METHODS = ["GET", "HEAD", "POST"]
_WORK = ("plan__unit", "plan__profile", "lead_office", "theme__section")


def _with_work(prefix: str = "project") -> list[str]:
    return [f"{prefix}__{name}" for name in _WORK]


@require_http_methods(METHODS)
def on_project(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Note, postpone, inspect, pay, accept, hand over."""
    action = _action(ON_PROJECTS, name)
    found = project_of(request, pk)
    return _act(request, action, found, found)


@require_http_methods(METHODS)
def on_milestone(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Report done, accept, return, postpone."""
    action = _action(ON_MILESTONES, name)
    found = visible_or_404(Milestone.objects.select_related(*_with_work()), user_of(request), pk=pk)
    return _act(request, action, found.project, found)


@require_http_methods(METHODS)
def on_finding(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Rectify, recheck."""
    action = _action(ON_FINDINGS, name)
    findings = Finding.objects.select_related("inspection", *_with_work("inspection__project"))
    found = visible_or_404(findings, user_of(request), pk=pk)
    return _act(request, action, found.inspection.project, found)


@require_http_methods(METHODS)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse a postponement."""
    found = visible_or_404(
        Postponement.objects.select_related("milestone", "requested_by", *_with_work()), user_of(request), pk=pk
    )
    return _act(request, DECIDE, found.project, found)


@require_http_methods(METHODS)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """A check of the upkeep was done."""
    seen = Project.objects.visible_to(user_of(request))
    checks = UpkeepCheck.objects.filter(upkeep__project__in=seen)
    found = checks.select_related("upkeep", *_with_work("upkeep__project")).filter(pk=pk).first()
    if found is None:
        raise Http404
    return _act(request, CHECK, found.upkeep.project, found)


@require_http_methods(METHODS)
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrong entry out of the book."""
    found = visible_or_404(Payment.objects.select_related(*_with_work()), user_of(request), pk=pk)
    return _act(request, STRIKE, found.project, found)
