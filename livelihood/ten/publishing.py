"""The final list goes out, once, as works with their stage goals counted backwards; at the end the survey of each."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import trail
from common import clock
from common.errors import Conflict
from goals.models import Indicator, Plan, Theme
from goals.planning import plain
from goals.progress.recompute import mark_indicators
from livelihood.models import Candidate, Decision, Survey
from livelihood.ten.choosing import decision_of, locked, tell
from livelihood.ten.ranking import check_survey
from projects import planning
from projects.models import Acceptance, Project
from projects.stages import template_for

SECTION, THEME = "livelihood", "livelihood.practical_projects"
MEASURE = "livelihood.ten_projects"
# Works that the plan's document doesn't name stand after those it does.
ORDER = 950


def due_field(candidate: Candidate) -> str:
    """Where a form asks for its due date, and a fault stands."""
    return f"due_{candidate.number}"


def chosen_of(plan: Plan) -> list[Candidate]:
    found = plan.candidates.filter(is_chosen=True).select_related("same_as", "lead_office").order_by("place", "number")
    return list(found)


@transaction.atomic
def publish(user: User, plan: Plan, dues: Mapping[int, date], *, origin: str = "") -> Decision:
    """Each of the ten becomes a work by its due date, or is the one that the plan promises already."""
    plan = locked(user, plan.pk)
    if plan.state != Plan.State.ADOPTED:
        raise Conflict(_("计划印发之后才公布清单。"))
    decision = decision_of(plan)
    if decision is None:
        raise Conflict(_("党工委确定之后才公布清单。"))
    if decision.published_on is not None:
        raise Conflict(_("民生实事清单已经公布。"))
    faults: dict[str, Any] = {}
    for candidate in chosen_of(plan):
        try:
            with transaction.atomic():
                candidate.project = _work(user, plan, candidate, dues.get(candidate.pk), origin)
        except ValidationError as error:
            faults[due_field(candidate)] = ValidationError(error.messages, code="unschedulable")
        else:
            candidate.save(update_fields=["project"])
    if faults:
        raise ValidationError(faults)
    before = plain(decision)
    decision.published_on, decision.published_at, decision.published_by = clock.today(), clock.now(), user
    decision.save()
    _touch(plan)
    listed = {"projects": {str(c.place): c.project_id for c in chosen_of(plan)}}
    tell(user, trail.Entry("publish", "decision", str(decision.pk), before, plain(decision) | listed), origin)
    return decision


def _work(user: User, plan: Plan, candidate: Candidate, due: date | None, origin: str) -> Project:
    """The plan's own work where there is one, scheduled if it isn't yet; otherwise a new one."""
    stages = template_for(candidate.kind).stages()
    same = candidate.same_as
    if same is not None:
        if not planning.is_scheduled(same):
            planning.set_stages(user, same, stages, origin=origin)
        return same
    if due is None:
        raise ValidationError(_("请填写完成时限。"), code="required")
    work = Project(
        plan=plan,
        code=f"{SECTION}.project_{plan.year}_{candidate.number:02}",
        theme=_theme(plan),
        name=candidate.name,
        kind=candidate.kind,
        order=ORDER + (candidate.place or 0),
        lead_office=candidate.lead_office,
        places=candidate.beneficiaries,
        start=max(plan.start, min(clock.today(), plan.end)),
        due=due,
        note=candidate.justification,
    )
    return planning.save_project(user, work, stages=stages, origin=origin)


def _theme(plan: Plan) -> Theme:
    themes = Theme.objects.filter(plan=plan).filter(Q(code=THEME) | Q(section__code=SECTION))
    found = sorted(themes, key=lambda theme: (theme.code != THEME, theme.order))
    if not found:
        raise ValidationError(_("计划里没有社会民生板块的主题。"), code="no_theme")
    return found[0]


def _touch(plan: Plan) -> None:
    counted = Indicator.objects.filter(Q(measure=MEASURE) | Q(sources__measure=MEASURE)).values_list("pk", flat=True)
    mark_indicators(set(counted), {plan.year}, "publish")


@transaction.atomic
def record_survey(user: User, survey: Survey, *, origin: str = "") -> Survey:
    """满意度测评 of one of the ten: once it is accepted, or its time is up."""
    candidate = Candidate.objects.select_related("project").get(pk=survey.candidate_id)
    locked(user, candidate.plan_id)
    project = candidate.project
    if project is None:
        raise Conflict(_("清单公布之后才测评满意度。"))
    survey.full_clean(exclude=["candidate"])
    if survey.day > clock.today():
        raise ValidationError({"day": ValidationError(_("日期不能晚于今天。"), code="future")})
    accepted = project.acceptances.filter(result=Acceptance.Result.PASSED, day__lte=survey.day).exists()
    if not accepted and survey.day < project.due:
        said = _("项目验收合格或到期之后才测评满意度。")
        raise ValidationError({"day": ValidationError(said, code="too_early")})
    check_survey(survey)
    old = Survey.objects.filter(candidate=candidate).first()
    if old is not None and old.pk != survey.pk:
        raise Conflict(_("满意度测评已经登记。"))
    survey.save()
    tell(user, trail.Entry("save", "survey", str(survey.pk), plain(old) if old else {}, plain(survey)), origin)
    return survey
