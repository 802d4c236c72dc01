"""REST: what hangs on works. Milestones, inspections and payments, each written through its service."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import KEPT_BY_PLANNERS, SeesBusiness
from common.rest.fields import DayField, FigureField, TextField
from common.rest.strict import StrictSerializer
from common.rest.views import Numbered, Resource
from projects import inspecting, milestones, paying
from projects.filters import LARGEST_ID, InspectionFilters, MilestoneFilters, PaymentFilters
from projects.inspecting import Found
from projects.models import Finding, Inspection, Milestone, Payment, Project

_WORK = ("project__plan__unit", "project__plan__profile", "project__theme__section", "project__lead_office")


class _ProjectField(serializers.IntegerField):
    """A work by its number, among those that the caller sees."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **options)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool):
            self.fail("invalid")
        number = super().to_internal_value(data)
        user = self.context["request"].user
        found = Project.objects.visible_to(user).filter(pk=number).first()
        if found is None:
            raise serializers.ValidationError(_("没有 %(code)s。") % {"code": number}, code="does_not_exist")
        return found

    def run_validators(self, value: Any) -> None:
        """The number was checked before it became a work."""

    def to_representation(self, value: Any) -> int:
        return int(value.pk)


class _OfProject(StrictSerializer[Any]):
    """What hangs on a work; it stays with it."""

    project = _ProjectField()

    def validate_project(self, project: Project) -> Project:
        if self.instance is not None and self.instance.project_id != project.pk:
            raise serializers.ValidationError(_("不能移到另一个项目。"))
        return project

    def _set(self, instance: Any, values: dict[str, Any]) -> Any:
        for name, value in values.items():
            setattr(instance, name, value)
        return instance


class MilestoneSerializer(_OfProject):
    """A step of a work. It counts once it is accepted, as of `done`."""

    name = TextField(longest=200)
    weight = FigureField(required=False)
    start = DayField(required=False, allow_null=True)
    due = DayField()
    standard = TextField(longest=500, required=False, allow_blank=True)
    order = serializers.IntegerField(min_value=0, max_value=32_767, required=False)
    depends_on = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), required=False, max_length=100
    )
    first_due = serializers.DateField(read_only=True)
    done = serializers.DateField(source="done_on", read_only=True, allow_null=True)
    default = serializers.BooleanField(source="is_default", read_only=True)

    class Meta:
        model = Milestone
        fields = [
            *("id", "project", "name", "order", "weight", "start", "due", "first_due", "standard", "depends_on"),
            *("default", "state", "done", "report", "reason", "version", "updated_at"),
        ]
        read_only_fields = ["state", "report", "reason"]

    def to_representation(self, instance: Milestone) -> dict[str, Any]:
        depends_on = [each.pk for each in instance.depends_on.all()]
        plain = ("id", "name", "order", "weight", "standard", "state", "report", "reason", "version")
        data = {name: getattr(instance, name) for name in plain} | {
            "project": instance.project_id,
            "start": instance.start.isoformat() if instance.start else None,
            "due": instance.due.isoformat(),
            "first_due": instance.first_due.isoformat(),
            "done": instance.done_on.isoformat() if instance.done_on else None,
            "default": instance.is_default,
            "depends_on": depends_on,
            "updated_at": self.fields["updated_at"].to_representation(instance.updated_at),
        }
        return {name: data[name] for name in self.Meta.fields}

    def create(self, validated_data: dict[str, Any]) -> Milestone:
        return self.update(Milestone(), validated_data)

    def update(self, instance: Milestone, validated_data: dict[str, Any]) -> Milestone:
        user = validated_data.pop("user")
        numbers = validated_data.pop("depends_on", None)
        before = None if numbers is None else self._milestones(numbers)
        return milestones.save_milestone(user, self._set(instance, validated_data), depends_on=before)

    def _milestones(self, numbers: list[int]) -> list[Milestone]:
        seen = Milestone.objects.visible_to(self.context["request"].user)
        found = {m.pk: m for m in seen.filter(pk__in=numbers)}
        missing = [n for n in numbers if n not in found]
        if missing:
            said = _("没有 %(code)s。") % {"code": missing[0]}
            raise serializers.ValidationError({"depends_on": [said]}, code="does_not_exist")
        return [found[n] for n in dict.fromkeys(numbers)]


def _by_names_here(error: ValidationError) -> ValidationError:
    """Of the column `done_on` the API speaks as `done`."""
    return ValidationError({"done" if n == "done_on" else n: found for n, found in error.error_dict.items()})


class DoneSerializer(serializers.Serializer[Any]):
    """What the lead office says."""

    done = DayField()
    report = TextField(required=False, allow_blank=True)


class MilestoneReasonSerializer(serializers.Serializer[Any]):
    reason = TextField()


class MilestoneViewSet(Numbered):
    """Milestones: kept by planners, reported by the lead office, accepted by somebody else."""

    permission_classes = KEPT_BY_PLANNERS
    serializer_class = MilestoneSerializer
    filterset_class = MilestoneFilters
    queryset = Milestone.objects.none()
    ordering_fields = ("due", "order", "updated_at")
    search_fields = ("name",)

    def get_permissions(self) -> list[Any]:
        if self.action in ("report", "accept", "send_back"):
            return [each() for each in [*Resource.permission_classes, SeesBusiness]]
        return super().get_permissions()  # type: ignore[no-any-return]

    def get_queryset(self) -> "QuerySet[Milestone]":
        found = Milestone.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return found.select_related(*_WORK).prefetch_related("depends_on").order_by("project", "order", "pk")

    def perform_destroy(self, instance: Milestone) -> None:
        milestones.delete_milestone(self.request.user, instance)  # type: ignore[arg-type]

    def _answer(self, milestone: Milestone) -> Response:
        return Response(MilestoneSerializer(milestone, context=self.get_serializer_context()).data)

    @extend_schema(request=DoneSerializer, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def report(self, request: Request, pk: str) -> Response:
        """Report a milestone done (报完成), by the lead office's reporter."""
        milestone, given = self.get_object(), DoneSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        user: Any = request.user
        try:
            reported = milestones.report_done(user, milestone, said["done"], said.get("report", ""))
        except ValidationError as error:
            raise _by_names_here(error) from error
        return self._answer(reported)

    @extend_schema(request=None, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Accept a milestone (验收), by a leader or planner who isn't its owner."""
        return self._answer(milestones.accept_milestone(request.user, self.get_object()))  # type: ignore[arg-type]

    @extend_schema(request=MilestoneReasonSerializer, responses=MilestoneSerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """Send a milestone back (退回), with the reason."""
        milestone, given = self.get_object(), MilestoneReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user: Any = request.user
        return self._answer(milestones.return_milestone(user, milestone, given.validated_data["reason"]))


class FindingSerializer(StrictSerializer[Finding]):
    """A finding: given with its inspection, then put right and rechecked on the pages."""

    text = TextField()
    deadline = DayField()

    class Meta:
        model = Finding
        fields = [
            *("id", "text", "deadline", "state", "rectified_on", "rectification", "rechecked_on", "recheck"),
            *("version", "updated_at"),
        ]
        read_only_fields = ["state", "rectified_on", "rectification", "rechecked_on", "recheck"]


class InspectionSerializer(_OfProject):
    """An inspection; findings are given when it is made."""

    day = DayField()
    inspector = TextField(longest=200)
    summary = TextField(required=False, allow_blank=True)
    findings = FindingSerializer(many=True, required=False, max_length=inspecting.MOST_FINDINGS)

    class Meta:
        model = Inspection
        fields = ["id", "project", "day", "inspector", "summary", "findings", "version", "updated_at"]

    def validate_findings(self, findings: list[dict[str, Any]]) -> list[Found]:
        if self.instance is not None:
            raise serializers.ValidationError(_("问题在督查记录时提出，此后各走各的程序。"))
        return [Found(each["text"], each["deadline"]) for each in findings]

    def create(self, validated_data: dict[str, Any]) -> Inspection:
        return self.update(Inspection(), validated_data)

    def update(self, instance: Inspection, validated_data: dict[str, Any]) -> Inspection:
        user, findings = validated_data.pop("user"), validated_data.pop("findings", ())
        saved = inspecting.record(user, self._set(instance, validated_data), findings)
        return Inspection.objects.prefetch_related("findings").get(pk=saved.pk)


class InspectionViewSet(Numbered):
    """Inspections, recorded by leaders and planners."""

    permission_classes = [*Resource.permission_classes, SeesBusiness]
    http_method_names = ["get", "head", "options", "post", "patch", "put"]
    serializer_class = InspectionSerializer
    filterset_class = InspectionFilters
    queryset = Inspection.objects.none()
    ordering_fields = ("day", "updated_at")
    search_fields = ("inspector", "summary")

    def get_queryset(self) -> "QuerySet[Inspection]":
        found = Inspection.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return found.select_related(*_WORK).prefetch_related("findings").order_by("day", "pk")


class PaymentSerializer(_OfProject):
    """An entry of a work's book, in 万元."""

    day = DayField()
    amount = FigureField()
    source = TextField(longest=200, required=False, allow_blank=True)
    number = TextField(longest=100, required=False, allow_blank=True)
    note = TextField(longest=500, required=False, allow_blank=True)

    class Meta:
        model = Payment
        fields = ["id", "project", "kind", "day", "amount", "source", "number", "note", "version", "updated_at"]

    def create(self, validated_data: dict[str, Any]) -> Payment:
        return self.update(Payment(), validated_data)

    def update(self, instance: Payment, validated_data: dict[str, Any]) -> Payment:
        user = validated_data.pop("user")
        return paying.save_payment(user, self._set(instance, validated_data))


class PaymentViewSet(Numbered):
    """Money of works: budget, contract, changes, payments, settlement; entered by the lead office and planners."""

    permission_classes = [*Resource.permission_classes, SeesBusiness]
    serializer_class = PaymentSerializer
    filterset_class = PaymentFilters
    queryset = Payment.objects.none()
    ordering_fields = ("day", "amount", "updated_at")
    search_fields = ("source", "number", "note")

    def get_queryset(self) -> "QuerySet[Payment]":
        found = Payment.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return found.select_related(*_WORK).order_by("day", "pk")

    def perform_destroy(self, instance: Payment) -> None:
        paying.delete_payment(self.request.user, instance)  # type: ignore[arg-type]
