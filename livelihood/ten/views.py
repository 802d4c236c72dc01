"""Pages of the ten livelihood projects. Everybody who sees the plan reads; its planners keep them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Conflict
from common.pages import done, origin, saved, tell_refusal
from goals.asof import as_of
from goals.models import Plan
from goals.models.progress import Status
from goals.permissions import visible_or_404
from livelihood.models import Ballot, Candidate, Decision, Survey
from livelihood.ten import choosing, publishing
from livelihood.ten.board import board_of
from livelihood.ten.forms import BallotForm, CandidateForm, DecisionForm, PublishForm, SurveyForm
from livelihood.ten.permissions import may_choose
from livelihood.ten.ranking import ranking
from projects.views.base import access_of, plan_of, user_of

PAGE = "ten"
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The ten: photo, stage, pace, money, next milestone; and how they were chosen."""
    plan = plan_of(request, slug)
    asof = as_of(request, plan)
    context = {
        "page": PAGE,
        "plan": plan,
        "asof": asof,
        "board": board_of(plan, asof.day, known_then=asof.known_then),
        "words": dict(Status.choices),
        "may_choose": may_choose(access_of(request), plan),
    }
    return render(request, "livelihood/board.html", context)


@require_safe
def candidates(request: HttpRequest, slug: str) -> HttpResponse:
    """The candidates with their justification, what they got, and what is to be done next."""
    plan = plan_of(request, slug)
    listed = list(plan.candidates.select_related("lead_office", "same_as").order_by("number"))
    ballot, decision = choosing.ballot_of(plan), choosing.decision_of(plan)
    ranked = {each.candidate.pk: each for each in ranking(listed, ballot)} if ballot else {}
    context = {
        "page": PAGE,
        "plan": plan,
        "rows": [(each, ranked.get(each.pk)) for each in listed],
        "ballot": ballot,
        "decision": decision,
        "may_choose": may_choose(access_of(request), plan),
        "is_adopted": plan.state == Plan.State.ADOPTED,
    }
    return render(request, "livelihood/candidates.html", context)


def _kept(request: HttpRequest, slug: str) -> Plan:
    """The plan, if the user sees it (else 404) and keeps it (else 403)."""
    plan = plan_of(request, slug)
    if not may_choose(access_of(request), plan):
        raise PermissionDenied
    return plan


def _candidate(request: HttpRequest, pk: int) -> Candidate:
    found = visible_or_404(
        Candidate.objects.select_related("plan__unit", "plan__profile", "project"), user_of(request), pk=pk
    )
    if not may_choose(access_of(request), found.plan):
        raise PermissionDenied
    return found


@require_http_methods(METHODS)
def new_candidate(request: HttpRequest, slug: str) -> HttpResponse:
    plan = _kept(request, slug)
    last = plan.candidates.order_by("number").last()
    return _edit(request, Candidate(plan=plan, number=last.number + 1 if last else 1), None)


@require_http_methods(METHODS)
def edit_candidate(request: HttpRequest, pk: int) -> HttpResponse:
    found = _candidate(request, pk)
    return _edit(request, found, found.version)


def _edit(request: HttpRequest, record: Candidate, version: int | None) -> HttpResponse:
    form = CandidateForm(request.POST or None, instance=record, plan=record.plan)
    user, title = user_of(request), record.name or _("新候选项目")

    def save() -> None:
        choosing.save_candidate(user, form.instance, origin=origin(request))

    if request.method == "POST" and saved(request, form, version, save):
        return redirect("candidates", record.plan.slug)
    return _form(request, record.plan, form, title, version)


@require_POST
def delete_candidate(request: HttpRequest, pk: int) -> HttpResponse:
    found = _candidate(request, pk)
    try:
        choosing.delete_candidate(user_of(request), found, origin=origin(request))
        messages.success(request, _("已删除 %(name)s。") % {"name": found.name})
    except Conflict as error:
        tell_refusal(request, error)
    return redirect("candidates", found.plan.slug)


@require_http_methods(METHODS)
def ballot(request: HttpRequest, slug: str) -> HttpResponse:
    """票荐: the count of the assembly's papers."""
    plan = _kept(request, slug)
    record = choosing.ballot_of(plan) or Ballot(plan=plan)
    version = record.version if record.pk else None
    listed = list(plan.candidates.order_by("number"))
    form = BallotForm(request.POST or None, instance=record, candidates=listed)
    user = user_of(request)

    def save() -> None:
        choosing.record_ballot(user, form.instance, form.votes(), origin=origin(request))

    if request.method == "POST" and saved(request, form, version, save):
        return redirect("candidates", slug)
    return _form(request, plan, form, _("登记大会票荐"), version, "livelihood/ballot.html")


@require_http_methods(METHODS)
def decision(request: HttpRequest, slug: str) -> HttpResponse:
    """党工委确定: the ten, and why where they differ from the ballot."""
    plan = _kept(request, slug)
    counted = choosing.ballot_of(plan)
    if counted is None:
        messages.error(request, _("大会票荐之后才由党工委确定。"))
        return redirect("candidates", slug)
    record = choosing.decision_of(plan) or Decision(plan=plan)
    version = record.version if record.pk else None
    ranked = ranking(plan.candidates.all(), counted)
    form = DecisionForm(request.POST or None, instance=record, ranked=ranked)
    user = user_of(request)

    def save() -> None:
        choosing.decide(user, form.instance, form.chosen(), form.reasons(), origin=origin(request))

    if request.method == "POST" and saved(request, form, version, save):
        return redirect("candidates", slug)
    return _form(request, plan, form, _("登记党工委决定"), version, "livelihood/decision.html", {"ballot": counted})


@require_http_methods(METHODS)
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """公布清单: the ten become works, with stage goals counted backwards from their due dates."""
    plan = _kept(request, slug)
    given = request.POST if request.method == "POST" else None
    form = PublishForm(given, chosen=publishing.chosen_of(plan), latest=plan.end)
    user = user_of(request)
    if given is not None and done(form, lambda: publishing.publish(user, plan, form.dues(), origin=origin(request))):
        messages.success(request, _("清单已公布。"))
        return redirect("ten", slug)
    return _form(request, plan, form, _("公布民生实事清单"), None, "livelihood/publish.html")


@require_http_methods(METHODS)
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """满意度测评."""
    found = _candidate(request, pk)
    if found.project is None:
        raise Http404
    record = Survey.objects.filter(candidate=found).first() or Survey(candidate=found)
    version = record.version if record.pk else None
    form = SurveyForm(request.POST or None, instance=record)
    user = user_of(request)

    def save() -> None:
        publishing.record_survey(user, form.instance, origin=origin(request))

    if request.method == "POST" and saved(request, form, version, save):
        return redirect("ten", found.plan.slug)
    title = _("满意度测评：%(name)s") % {"name": found.name}
    return _form(request, found.plan, form, title, version, extra={"back_to": "ten"})


def _form(
    request: HttpRequest,
    plan: Plan,
    form: forms.BaseForm,
    title: str,
    version: int | None,
    template: str = "livelihood/form.html",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {"page": PAGE, "plan": plan, "form": form, "title": title, "version": version or 0} | (extra or {})
    return render(request, template, context, status=400 if form.errors else 200)
