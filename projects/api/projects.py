"""REST: works with their progress."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api import KEPT_BY_PLANNERS
from accounts.models import Post, Unit
from common.rest.fields import ByCode, DayField, FigureField, TextField, strict_boolean
from common.rest.strict import StrictSerializer, Word
from common.rest.views import Numbered
from goals.api.indicators import Codes
from goals.api.plans import require_new_code
from goals.api.progress import ProgressSerializer, progress_json
from goals.models import Plan, Programme, Target, Theme
from goals.models.progress import Status
from goals.progress.store import parse_as_of
from projects import planning
from projects.filters import ProjectFilters
from projects.models import Project, ProjectProgress
from projects.models.project import Blocker
from projects.standing import rows_of


class ProjectSerializer(StrictSerializer[Project]):
    """A work. `progress` is null where it has no colour: routine, or the same work as another."""

    plan = ByCode(Plan.objects.all, by="slug")
    theme = Word(max_length=100)
    name = TextField(longest=200)
    open_ended = strict_boolean()
    places = TextField(longest=500, required=False, allow_blank=True)
    lead_office = ByCode(Unit.objects.all, required=False, allow_null=True)
    cooperating_offices = Codes(required=False)
    responsible_post = ByCode(Post.objects.all, required=False, allow_null=True)
    programmes = Codes(required=False)
    start, due = DayField(required=False), DayField(required=False)
    weight = FigureField(required=False)
    same_as = Word(max_length=100, required=False, allow_null=True)
    target = Word(max_length=100, required=False, allow_null=True)
    quote, standard, note = (TextField(required=False, allow_blank=True) for _each in range(3))
    section = serializers.CharField(source="theme.section.code", read_only=True)
    first_due = serializers.DateField(read_only=True)
    blocker = serializers.ChoiceField(Blocker.choices, read_only=True, allow_null=True)
    progress = ProgressSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Project
        fields = [
            *("id", "plan", "section", "theme", "code", "name", "kind", "tier", "open_ended", "quote", "places"),
            *("lead_office", "cooperating_offices", "responsible_post", "programmes", "start", "due", "first_due"),
            *("standard", "weight", "same_as", "target", "blocker", "blocker_note", "note", "progress"),
            *("version", "updated_at"),
        ]
        read_only_fields = ["blocker_note"]
        validators: list[Any] = []

    def to_representation(self, instance: Project) -> dict[str, Any]:
        plain = (
            *("id", "code", "name", "kind", "tier", "open_ended", "quote", "places", "standard", "weight", "note"),
            *("blocker_note", "version", "updated_at"),
        )
        row: ProjectProgress | None = self.context.get("progress", {}).get(instance.pk)
        data = {name: getattr(instance, name) for name in plain}
        data |= {
            "plan": instance.plan.slug,
            "theme": instance.theme.code,
            "section": instance.theme.section.code,
            "lead_office": instance.lead_office.code if instance.lead_office else None,
            "responsible_post": instance.responsible_post.code if instance.responsible_post else None,
            "cooperating_offices": [u.code for u in instance.cooperating_offices.all()],
            "programmes": [p.code for p in instance.programmes.all()],
            "start": instance.start.isoformat(),
            "due": instance.due.isoformat(),
            "first_due": instance.first_due.isoformat(),
            "same_as": instance.same_as.code if instance.same_as else None,
            "target": instance.target.code if instance.target else None,
            "blocker": instance.blocker or None,
            "progress": None if row is None else progress_json(row),  # type: ignore[arg-type]
        }
        data["updated_at"] = self.fields["updated_at"].to_representation(instance.updated_at)
        return {name: data[name] for name in self.Meta.fields}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        plan = attrs.get("plan") or self.instance.plan
        if not Plan.objects.visible_to(self.context["request"].user).filter(pk=plan.pk).exists():
            raise serializers.ValidationError({"plan": [_("没有这个计划。")]}, code="does_not_exist")
        if self.instance is not None and plan != self.instance.plan:
            raise serializers.ValidationError({"plan": [_("不能移到另一个计划。")]})
        require_new_code(self, Project, attrs | {"plan": plan})
        for name, model in (("theme", Theme), ("same_as", Project), ("target", Target)):
            if attrs.get(name) is not None:
                attrs[name] = _in_plan(model, plan, name, [attrs[name]])[0]
        if "programmes" in attrs:
            attrs["programmes"] = _in_plan(Programme, plan, "programmes", attrs["programmes"])
        if "cooperating_offices" in attrs:
            attrs["cooperating_offices"] = _named(
                Unit.objects.all(), "cooperating_offices", attrs["cooperating_offices"]
            )
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Project:
        plan = validated_data["plan"]
        return self.update(Project(plan=plan, order=plan.projects.count() + 1), validated_data)

    def update(self, instance: Project, validated_data: dict[str, Any]) -> Project:
        user = validated_data.pop("user")
        cooperating = validated_data.pop("cooperating_offices", None)
        programmes = validated_data.pop("programmes", None)
        for name, value in validated_data.items():
            setattr(instance, name, value)
        saved = planning.save_project(user, instance, cooperating=cooperating, programmes=programmes)
        fresh = with_everything(Project.objects.filter(pk=saved.pk)).get()
        self.context["progress"] = progress_of([fresh], None)
        return fresh


def _in_plan(model: Any, plan: Plan, name: str, codes: list[str]) -> list[Any]:
    return _named(model.objects.filter(plan=plan), name, codes)


def _named(records: "QuerySet[Any]", name: str, codes: list[str]) -> list[Any]:
    found = {record.code: record for record in records.filter(code__in=codes)}
    missing = [code for code in codes if code not in found]
    if missing:
        message = _("没有 %(code)s。") % {"code": missing[0][:100]}
        raise serializers.ValidationError({name: [message]}, code="does_not_exist")
    return [found[code] for code in codes]


def with_everything(projects: "QuerySet[Project]") -> "QuerySet[Project]":
    """All that a work's answer shows, in a fixed number of queries."""
    return projects.select_related(
        *("plan__profile", "plan__unit", "theme__section", "lead_office", "responsible_post", "same_as", "target")
    ).prefetch_related("cooperating_offices", "programmes")


def progress_of(projects: list[Project], raw: str | None) -> dict[int, Any]:
    """Progress by id of the counted ones, each on the day asked in its plan."""
    by_day: dict[date, list[Project]] = {}
    days: dict[int, date] = {}
    for project in projects:
        if project.plan_id not in days:
            days[project.plan_id] = parse_as_of(project.plan, raw)
        by_day.setdefault(days[project.plan_id], []).append(project)
    return {p.pk: row for day, several in by_day.items() for p, row in rows_of(several, day)}


class ProjectViewSet(Numbered):
    """Works: what a plan promises that is not a number, and where each stands (`as_of`)."""

    permission_classes = KEPT_BY_PLANNERS
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilters
    queryset = Project.objects.none()
    ordering_fields = ("code", "name", "due", "weight", "updated_at")
    search_fields = ("code", "name", "quote", "places")
    extra_parameters = ("status", "stale", "as_of")
    parameter_choices = {"status": Status.values}

    def get_queryset(self) -> "QuerySet[Project]":
        found = Project.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return with_everything(found).order_by("plan", "order", "code")

    def filter_queryset(self, queryset: "QuerySet[Project]") -> "QuerySet[Project]":
        found = super().filter_queryset(queryset)
        status, stale = (self.request.query_params.get(name) for name in ("status", "stale"))
        if self.detail or (status is None and stale is None):
            return found
        if status is not None and status not in Status.values:
            raise serializers.ValidationError({"status": [_("没有这个状态。")]}, code="invalid_choice")
        if stale not in (None, "true", "false"):
            raise serializers.ValidationError({"stale": [_("应为 true 或 false。")]})
        plain = Project.objects.filter(pk__in=found.values("pk")).select_related("plan__profile")
        rows = progress_of(list(plain), self.request.query_params.get("as_of"))
        wanted = [
            pk
            for pk, row in rows.items()
            if (status is None or row.status == status) and (stale is None or row.stale == (stale == "true"))
        ]
        return found.filter(pk__in=wanted)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        if args and self.request.method == "GET":
            projects = args[0] if isinstance(args[0], list) else [args[0]]
            progress = progress_of(projects, self.request.query_params.get("as_of"))
            kwargs["context"] = self.get_serializer_context() | {"progress": progress}
        return super().get_serializer(*args, **kwargs)

    def perform_destroy(self, instance: Project) -> None:
        planning.delete_project(self.request.user, instance)  # type: ignore[arg-type]
