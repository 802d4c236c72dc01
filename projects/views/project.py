"""项目: one work, with everything about it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Access
from common.joined import joined, put
from common.pages import done, origin
from goals import evidence
from goals.asof import as_of
from goals.models import Evidence
from goals.panels import panels_beside
from goals.permissions import visible_or_404
from goals.quotes import in_paragraph
from projects import commenting, paying
from projects.forms import CommentForm
from projects.models import Acceptance, Comment, Milestone, Postponement, Project
from projects.permissions import may_accept, may_comment, may_keep_books, may_plan, may_report, oversees
from projects.versions import milestones_known, with_what_precedes
from projects.views.base import access_of, project_of, user_of, whole_project_of
from projects.words import Work, works_of

PHOTOS = 8
PICTURES = ("jpg", "png")


@require_safe
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, its schedule, money, inspections, upkeep, and what was said of it."""
    return page(request, whole_project_of(request, pk), CommentForm())


def page(request: HttpRequest, found: Project, form: CommentForm, status: int = 200) -> HttpResponse:
    asof = as_of(request, found.plan)
    if asof.known_then:
        prefetch_related_objects([found], "versions")
        milestones = milestones_known([found], asof.until)[found.pk]
    else:
        milestones = with_what_precedes(found.milestones.order_by("order", "due", "pk"))
        put(found, "milestones", milestones)
    work = works_of([found], asof.day, known_then=asof.known_then)[0]
    work = Work(found, work.progress, asof.day, milestones)
    acceptances = list(found.acceptances.all())
    accepted = next((a for a in acceptances if a.result == Acceptance.Result.PASSED), None)
    context: dict[str, Any] = {
        "page": "projects",
        "plan": found.plan,
        "asof": asof,
        "project": found,
        "work": work,
        "milestones": milestones,
        "stages": _stages(milestones, asof.day),
        "may": _may(access_of(request), found),
        "quoted": in_paragraph(found.plan, found),  # type: ignore[arg-type]
        "programmes": list(found.programmes.all()),
        "cooperating": list(found.cooperating_offices.all()),
        "again": list(found.promised_again.all()),
        "funds": paying.funds_of(payments := list(found.payments.all())),
        "payments": payments,
        "inspections": joined(found.inspections.all(), findings=lambda each: (each.order, each.pk)),
        "notes": list(found.notes.select_related("written_by")),
        "postponements": list(found.postponements.select_related("milestone", "requested_by", "decided_by")),
        "acceptances": acceptances,
        "is_accepted": accepted is not None,
        "accepted": accepted,
        "upkeeps": joined(found.upkeeps.all(), checks=lambda each: (each.due, each.pk)),
        "waiting": Postponement.State.REQUESTED,
        "thing": found,
        "comments": list(commenting.comments_on(found)),
        "may_comment": may_comment(access_of(request)),
        "form": form,
        "beside": panels_beside(found, user_of(request), asof.day),
    } | _files(milestones)
    return render(request, "projects/project.html", context, status=status)


def _stages(milestones: Iterable[Milestone], day: date) -> list[tuple[Milestone, str]]:
    """The row of stages: done, the current one, those to come."""
    found, current = [], False
    for milestone in milestones:
        done_on = milestone.accepted_on
        state = "done" if done_on is not None and done_on <= day else "" if current else "cur"
        current = current or state == "cur"
        found.append((milestone, state))
    return found


def _may(access: Access, project: Project) -> set[str]:
    """What the user may do here, by name; nothing in a closed plan."""
    if project.plan.is_closed:
        return set()
    rules = {
        "plan": may_plan,
        "report": may_report,
        "books": may_keep_books,
        "oversee": oversees,
        "accept": may_accept,
    }
    return {name for name, rule in rules.items() if rule(access, project)}


def _files(milestones: list[Milestone]) -> dict[str, Any]:
    """The evidence of the milestones, pictures apart."""
    by_milestone = evidence.of(milestones)
    everything: list[Evidence] = [each for several in by_milestone.values() for each in several]
    names = {m.pk: m.name for m in milestones}
    photos = [(each, names[each.object_id]) for each in everything if each.kind in PICTURES]
    photos.sort(key=lambda pair: pair[0].uploaded_at, reverse=True)
    return {"files": by_milestone, "photos": photos[:PHOTOS], "photo_count": len(photos)}


@require_POST
def comment_on_project(request: HttpRequest, pk: int) -> HttpResponse:
    """批注."""
    found = project_of(request, pk)
    form = CommentForm(request.POST)
    user = user_of(request)
    if done(form, lambda: commenting.comment(user, found, form.cleaned_data["text"], origin=origin(request))):
        return redirect(f"/projects/{pk}/#comments")
    return page(request, found, form, status=400)


@require_POST
def withdraw_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回."""
    found = visible_or_404(Comment.objects.all(), user_of(request), pk=pk)
    commenting.withdraw(user_of(request), found, origin=origin(request))
    where = f"/projects/{found.project_id}/" if found.project_id else f"/targets/{found.target_id}/"
    return redirect(f"{where}#comments")
