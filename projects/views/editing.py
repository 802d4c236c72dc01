"""The planner's pages: a new work, an edited one, a single milestone, and 倒排工期."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.errors import Refusal
from common.pages import allowed, origin, saved
from goals.importing.registry import importer_of
from goals.permissions import may_plan, visible_or_404
from goals.views.importing import recent_uploads, take_table, workbook
from goals.views.planner.base import plans
from projects import gantt, milestones, planning
from projects.forms import MilestoneForm, ProjectForm, ScheduleForm
from projects.importing import template
from projects.models import Milestone, Project
from projects.permissions import may_plan as may_plan_project
from projects.stages import TEMPLATES, Stage, template_for
from projects.views.base import access_of, plan_of, project_of, user_of

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@allowed(plans)
def import_projects(request: HttpRequest, slug: str) -> HttpResponse:
    """项目节点表, out and in."""
    plan, user = plan_of(request, slug), user_of(request)
    if not may_plan(access_of(request), plan.unit):
        raise PermissionDenied
    context = {"page": "projects", "plan": plan}
    if request.method == "POST":
        return take_table(
            request, importer_of("projects"), plan.unit, {"plan": plan.slug}, "projects/import.html", context
        )
    if "template" in request.GET:
        return workbook(template(user, plan), f"{_('项目节点表')}-{plan.slug}.xlsx")
    return render(request, "projects/import.html", context | {"recent": recent_uploads(user, "projects")})


@require_http_methods(METHODS)
@allowed(plans)
def new_project(request: HttpRequest, slug: str) -> HttpResponse:
    """A work that the plan's document doesn't name."""
    plan = plan_of(request, slug)
    if not may_plan(access_of(request), plan.unit):
        raise PermissionDenied
    record = Project(plan=plan, start=plan.start, due=plan.end, order=plan.projects.count() + 1)
    return _edit(request, record, None)


@require_http_methods(METHODS)
@allowed(plans)
def edit_project(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is, who sees to it, by when."""
    found = _planned(request, pk)
    return _edit(request, found, found.version)


def _planned(request: HttpRequest, pk: int) -> Project:
    found = project_of(request, pk)
    if not may_plan_project(access_of(request), found):
        raise PermissionDenied
    return found


def _edit(request: HttpRequest, record: Project, version: int | None) -> HttpResponse:
    user, form = user_of(request), ProjectForm(request.POST or None, instance=record, plan=record.plan)

    def save() -> None:
        several = {"cooperating": "cooperating_offices", "programmes": "programmes"}
        chosen = {k: form.cleaned_data[name] for k, name in several.items()}
        planning.save_project(user, form.instance, **chosen, origin=origin(request))

    if request.method == "POST" and saved(request, form, version, save):
        return redirect("project", form.instance.pk)
    context = {"page": "projects", "plan": record.plan, "project": record, "form": form, "version": version or 0}
    return render(request, "projects/edit.html", context, status=400 if form.errors else 200)


@require_http_methods(METHODS)
@allowed(plans)
def edit_milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """One milestone of a work."""
    found = visible_or_404(Milestone.objects.select_related("project__plan__unit"), user_of(request), pk=pk)
    return _edit_milestone(request, _planned(request, found.project_id), found)


@require_http_methods(METHODS)
@allowed(plans)
def new_milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """One more."""
    project = _planned(request, pk)
    order = project.milestones.count() + 1
    return _edit_milestone(request, project, Milestone(project=project, due=project.due, order=order))


def _edit_milestone(request: HttpRequest, project: Project, record: Milestone) -> HttpResponse:
    version = record.version if record.pk else None
    record.project = project
    user, form = user_of(request), MilestoneForm(request.POST or None, instance=record, project=project)

    def save() -> None:
        depends_on = list(form.cleaned_data["depends_on"])
        milestones.save_milestone(user, form.instance, depends_on=depends_on, origin=origin(request))

    if request.method == "POST" and saved(request, form, version, save):
        return redirect("project", project.pk)
    context = {"page": "projects", "plan": project.plan, "project": project, "milestone": record, "form": form}
    return render(
        request, "projects/edit.html", context | {"version": version or 0}, status=400 if form.errors else 200
    )


@require_http_methods(METHODS)
@allowed(plans)
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """倒排工期: stages and durations in, dates counted backwards from the end out; what can't be kept is shown."""
    project = _planned(request, pk)
    context = {"page": "projects", "plan": project.plan, "project": project, "templates": TEMPLATES.values()}
    if request.method != "POST":
        context["form"] = ScheduleForm.of_stages(_begin_with(request, project))
        return render(request, "projects/schedule.html", context)
    form = ScheduleForm.of_post(request.POST)
    context["form"] = form
    try:
        stages, proposal = planning.backwards(project, form.stages())
        context |= {"proposal": proposal, "rows": _preview(project, stages)}
        if "apply" in request.POST:
            made = planning.set_stages(user_of(request), project, stages, origin=origin(request))
            said = ngettext("已排定 %(n)s 个节点。", "已排定 %(n)s 个节点。", len(made))
            messages.success(request, said % {"n": len(made)})
            return redirect("project", pk)
    except ValidationError as error:
        context["faults"] = error.messages
    except Refusal as error:
        context["faults"] = [str(error.message)]
    return render(request, "projects/schedule.html", context, status=400 if "faults" in context else 200)


def _begin_with(request: HttpRequest, project: Project) -> list[Stage]:
    """A template that was asked for, the stages that there are, or the template of the work's kind."""
    asked = TEMPLATES.get(request.GET.get("template", ""))
    if asked is not None:
        return asked.stages()
    standing = list(project.milestones.filter(is_default=False).prefetch_related("depends_on").order_by("order"))
    if not standing:
        return template_for(project.kind).stages()
    return [
        Stage(m.name, m.weight, days=_days(m), after=tuple(before.name for before in m.depends_on.all()))
        for m in standing
    ]


def _days(milestone: Milestone) -> int:
    """About how many working days its dates leave it."""
    span = (milestone.due - (milestone.start or milestone.due)).days + 1
    return max(span * 5 // 7, 1)


def _preview(project: Project, stages: list[Stage]) -> list[tuple[Stage, SafeString, bool]]:
    """The stages with their bars, and whether each ends in time."""
    rows = []
    for stage in stages:
        assert stage.due is not None
        step = Milestone(name=stage.name, start=stage.start, due=stage.due, first_due=stage.due)
        rows.append((stage, gantt.row(step, project.plan.start, project.plan.year), stage.due <= project.due))
    return rows
