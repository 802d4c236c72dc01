"""REST: orders, each step an address of its own; pages and API go through the same services."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import SeesBusiness
from accounts.models import Post, Unit, User
from common import clock
from common.rest.fields import ByCode, DayField, TextField, strict_boolean
from common.rest.views import Numbered, Resource
from goals.models import Target
from goals.models.progress import Status
from projects.filters import LARGEST_ID
from projects.models import Project
from supervision import answering, deciding, issuing
from supervision.filters import OrderFilters
from supervision.issuing import Terms
from supervision.models import Extension, Grade, Order, State, Step
from supervision.rules import next_step


class StepSerializer(serializers.ModelSerializer[Step]):
    """A step as it was taken. `post` is the one in which it was signed, `due` until when it was in time."""

    user = serializers.CharField()
    post = serializers.CharField(source="post.code", allow_null=True, default=None)
    deputy = serializers.BooleanField(source="is_deputy")

    class Meta:
        model = Step
        fields = ["kind", "day", "at", "user", "post", "deputy", "text", "problem", "next_step", "due"]
        read_only_fields = fields


class ExtensionSerializer(serializers.ModelSerializer[Extension]):
    requested_by = serializers.CharField()
    decided_by = serializers.CharField(allow_null=True)

    class Meta:
        model = Extension
        fields = [
            *("old_deadline", "new_deadline", "reason", "requested_by", "requested_on", "state"),
            *("decided_by", "decided_on", "decision"),
        ]
        read_only_fields = fields


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order. `next_due` is until when `next_step` is in time; `late` is what colours it."""

    plan = serializers.CharField(source="plan.slug")
    section = serializers.CharField(source="item.theme.section.code")
    target = serializers.IntegerField(source="target_id", allow_null=True)
    project = serializers.IntegerField(source="project_id", allow_null=True)
    name = serializers.CharField(source="item.name")
    code = serializers.CharField(source="item.code")
    reference = serializers.CharField()
    lead_office = serializers.CharField(source="lead_office.code")
    responsible_post = serializers.CharField(source="responsible_post.code")
    status = serializers.SerializerMethodField()
    issued_by = serializers.CharField(allow_null=True)
    issuing_post = serializers.CharField(source="issuing_post.code", allow_null=True, default=None)
    next_step = serializers.SerializerMethodField()
    late, days_late, days_over = (serializers.SerializerMethodField() for _each in range(3))
    extensions = ExtensionSerializer(many=True)
    steps = StepSerializer(many=True)

    class Meta:
        model = Order
        fields = [
            *("id", "plan", "section", "target", "project", "code", "name", "number", "reference", "grade"),
            *("requirement", "status", "facts", "lead_office", "responsible_post", "working_days", "deadline"),
            *("first_deadline", "state", "next_step", "next_due", "late", "days_late", "days_over", "issued_by"),
            *("issuing_post", "issued_on", "signed_on", "applied_on", "verified_on", "ended_on", "extensions"),
            *("steps", "version", "updated_at"),
        ]
        read_only_fields = fields

    @extend_schema_field({"type": ["string", "null"], "enum": [*Status.values, None]})
    def get_status(self, order: Order) -> str | None:
        """When it was issued; null where the item has no colour."""
        return order.status or None

    def get_next_step(self, order: Order) -> str | None:
        kind = next_step(order)
        return None if kind is None else str(kind)

    def get_late(self, order: Order) -> bool:
        return order.days_late(clock.today()) > 0

    def get_days_late(self, order: Order) -> int:
        return order.days_late(clock.today())

    def get_days_over(self, order: Order) -> int:
        return order.days_over(clock.today())


class _Numbered(serializers.IntegerField):
    """A target or a work by its number, among those that the caller sees."""

    def __init__(self, model: Any, **options: Any) -> None:
        self.model = model
        super().__init__(min_value=1, max_value=LARGEST_ID, required=False, allow_null=True, **options)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool):
            self.fail("invalid")
        number = super().to_internal_value(data)
        seen = self.model.objects.visible_to(self.context["request"].user)
        found = seen.filter(pk=number).first() if 1 <= number <= LARGEST_ID else None
        if found is None:
            raise serializers.ValidationError(_("没有 %(code)s。") % {"code": number}, code="does_not_exist")
        return found

    def run_validators(self, value: Any) -> None:
        """The number was checked before it became a record."""


class TermsSerializer(serializers.Serializer[Any]):
    """What an order says; what is left out is the draft's, or the item's own. One of the two kinds of deadline."""

    grade = serializers.ChoiceField(choices=Grade.choices, required=False)
    requirement = TextField(required=False)
    lead_office = ByCode(Unit.objects.all, required=False)
    responsible_post = ByCode(Post.objects.all, required=False)
    working_days = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=250)
    deadline = DayField(required=False, allow_null=True)

    def validate_working_days(self, days: int | None) -> int | None:
        if isinstance(self.initial_data.get("working_days"), bool):
            raise serializers.ValidationError(_("应为整数。"), code="invalid")
        return days


class NewOrderSerializer(TermsSerializer):
    """On one `target` or one `project`, by its number. `state` is `issued` by a leader unless it says `draft`."""

    requirement = TextField(error_messages={"required": _("请写明办理要求。")})
    target = _Numbered(Target)
    project = _Numbered(Project)
    state = serializers.ChoiceField(choices=[State.DRAFT, State.ISSUED], required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in ("target", "project") if attrs.get(name) is not None]
        if len(given) != 1:
            raise serializers.ValidationError(
                {"project" if given else "target": [_("督办一个目标或者一个项目。")]}, code="required"
            )
        return attrs


class FeedbackSerializer(serializers.Serializer[Any]):
    done = TextField()
    problem = TextField(required=False, allow_blank=True)
    next_step = TextField()


class ApplySerializer(serializers.Serializer[Any]):
    result = TextField()


class ExtendSerializer(serializers.Serializer[Any]):
    new_deadline = DayField()
    reason = TextField()


class DecideSerializer(serializers.Serializer[Any]):
    grant = strict_boolean()
    decision = TextField(required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "grant" not in attrs:
            raise serializers.ValidationError({"grant": [_("请写明同意与否。")]}, code="required")
        return attrs


class OpinionSerializer(serializers.Serializer[Any]):
    opinion = TextField(required=False, allow_blank=True)


class OrderReasonSerializer(serializers.Serializer[Any]):
    reason = TextField()


def _terms(given: dict[str, Any]) -> Terms:
    return Terms(**{name: given[name] for name in Terms.__dataclass_fields__ if name in given})


STEPS = Prefetch("steps", Step.objects.select_related("user", "post").order_by("pk"))
EXTENSIONS = Prefetch("extensions", Extension.objects.select_related("requested_by", "decided_by").order_by("pk"))


class OrderViewSet(Numbered):
    """Orders on what lags: drafted, issued, signed for, reported on, answered, verified, closed. None is deleted."""

    permission_classes = [*Resource.permission_classes, SeesBusiness]
    http_method_names = ["get", "head", "options", "post"]
    serializer_class = OrderSerializer
    filterset_class = OrderFilters
    queryset = Order.objects.none()
    ordering_fields = ("deadline", "issued_on", "next_due", "number", "updated_at")
    search_fields = ("target__name", "project__name", "requirement")

    def get_queryset(self) -> "QuerySet[Order]":
        found = Order.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return found.with_everything().prefetch_related(STEPS, EXTENSIONS).order_by("-pk")

    def _answer(self, order: Order, code: int = status.HTTP_200_OK) -> Response:
        fresh = self.get_queryset().get(pk=order.pk)
        return Response(OrderSerializer(fresh, context=self.get_serializer_context()).data, status=code)

    def _given(self, form: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        given = form(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return given.validated_data  # type: ignore[no-any-return]

    def _step(
        self, form: type[serializers.Serializer[Any]], do: Callable[[User, Order, dict[str, Any]], object]
    ) -> Response:
        """See the order, read what was sent, do it."""
        order, given = self.get_object(), self._given(form)
        do(self.request.user, order, given)  # type: ignore[arg-type]
        return self._answer(order)

    @extend_schema(request=NewOrderSerializer, responses={201: OrderSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Issue an order (签发), by a leader; with `state` `draft` only prepare it (拟办), by a planner too."""
        user: Any = request.user
        given = self._given(NewOrderSerializer)
        write = issuing.draft if given.get("state") == State.DRAFT else issuing.issue_new
        thing = given.get("target") or given.get("project")
        return self._answer(write(user, thing, _terms(given)), status.HTTP_201_CREATED)

    @extend_schema(request=TermsSerializer, responses=OrderSerializer)
    @action(detail=True, methods=["post"])
    def issue(self, request: Request, pk: str) -> Response:
        """Issue a draft (签发), with what is to be changed of it."""
        return self._step(TermsSerializer, lambda user, order, given: issuing.issue(user, order, _terms(given)))

    @extend_schema(request=None, responses=OrderSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> Response:
        """Sign for an order (签收), by a reporter of the lead office."""
        return self._step(serializers.Serializer, lambda user, order, _given: answering.sign(user, order))

    @extend_schema(request=FeedbackSerializer, responses=OrderSerializer)
    @action(detail=True, methods=["post"])
    def feedback(self, request: Request, pk: str) -> Response:
        """Report how it goes (阶段反馈), by a reporter of the lead office."""

        def do(user: User, order: Order, given: dict[str, Any]) -> object:
            return answering.feed_back(user, order, given["done"], given.get("problem", ""), given["next_step"])

        return self._step(FeedbackSerializer, do)

    @extend_schema(request=ExtendSerializer, responses=OrderSerializer)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str) -> Response:
        """Ask for a later deadline (申请延期), before the present one."""

        def do(user: User, order: Order, given: dict[str, Any]) -> object:
            return answering.ask_extension(user, order, given["new_deadline"], given["reason"])

        return self._step(ExtendSerializer, do)

    @extend_schema(request=DecideSerializer, responses=OrderSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Grant or refuse the extension that waits (同意, 不同意), by the leader who issued the order."""

        def do(user: User, order: Order, given: dict[str, Any]) -> object:
            decision = given.get("decision", "")
            return deciding.decide_extension(user, order, grant=given["grant"], decision=decision)

        return self._step(DecideSerializer, do)

    @extend_schema(request=ApplySerializer, responses=OrderSerializer)
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Say that it is done (办结申请), signed by who holds the responsible post that day, or deputises."""
        return self._step(ApplySerializer, lambda user, order, given: answering.apply(user, order, given["result"]))

    @extend_schema(request=OpinionSerializer, responses=OrderSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: str) -> Response:
        """Verify the answer (核验), by a planner who had no hand in it."""
        return self._step(
            OpinionSerializer, lambda user, order, given: deciding.verify(user, order, given.get("opinion", ""))
        )

    @extend_schema(request=OrderReasonSerializer, responses=OrderSerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """Send the answer back (退回), with the reason."""
        return self._step(
            OrderReasonSerializer, lambda user, order, given: deciding.send_back(user, order, given["reason"])
        )

    @extend_schema(request=OpinionSerializer, responses=OrderSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close an order (销号), by the leader who issued it, or who holds that post now."""
        return self._step(
            OpinionSerializer, lambda user, order, given: deciding.close(user, order, given.get("opinion", ""))
        )

    @extend_schema(request=OrderReasonSerializer, responses=OrderSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Withdraw an order (撤回), with the reason."""
        return self._step(
            OrderReasonSerializer, lambda user, order, given: issuing.withdraw(user, order, given["reason"])
        )
