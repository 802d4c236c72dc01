"""REST of every register: `{section}/{ledger}/`, made from its declaration. Rows are added, changed and voided, never
deleted; a POST of a known external number updates its row, as an import does."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.functional import lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.api import SEES, SeesBusiness
from accounts.models import Role, Unit
from accounts.permissions import Access
from common.fields import FigureField as FigureColumn
from common.rest.fields import ByCode, DayField, FigureField, TextField, WholeField, strict_boolean
from common.rest.views import NUMBER, Listed
from common.text import LONGEST_TEXT
from goals.models import Indicator, Plan, Target
from ledgers import services
from ledgers.filters import filters_for
from ledgers.keeping import Keeping, keeping_of, root_of
from ledgers.models import Confirmation, ListEntry, Row, Upkeep
from ledgers.permissions import sees_names
from ledgers.registry import Ledger, all_ledgers
from ledgers.values import masked

# What the columns of whole numbers hold on both databases.
LARGEST_SMALL, LARGEST = 32_767, 2_147_483_647


class RowSerializer(serializers.ModelSerializer[Any]):
    """A row; lists are told by their codes."""

    ledger: Ledger
    author = serializers.CharField(source="author.username", read_only=True)
    is_void = serializers.BooleanField(read_only=True)
    void_reason = serializers.CharField(read_only=True)

    def to_representation(self, instance: Row) -> dict[str, Any]:
        data: dict[str, Any] = super().to_representation(instance)
        if self.ledger.masked and not sees_names(self.context["access"], instance, self.context["keeping"]):
            for name in self.ledger.masked:
                data[name] = masked(str(data[name]))
        return data

    def create(self, validated_data: dict[str, Any]) -> Row:
        number = validated_data.get("external_no", "")
        system = validated_data.get("source_system") or "own"
        known = self.ledger.model.objects.filter(source_system=system, external_no=number) if number else None
        found = known.select_related("unit__parent").first() if known is not None else None
        self.context["is_known"] = found is not None
        return self.update(found or self.ledger.model(), validated_data)

    def update(self, instance: Row, validated_data: dict[str, Any]) -> Row:
        user, version = validated_data.pop("acting_user"), validated_data.pop("version", None)
        for name, value in validated_data.items():
            setattr(instance, name, value)
        return services.save_row(user, self.ledger, instance, version=version)


class VoidSerializer(serializers.Serializer[Any]):
    """Why a row counts no more."""

    reason = TextField()


def _serializer_field(ledger: Ledger, name: str) -> "serializers.Field[Any, Any, Any, Any]":
    """Days, figures, whole numbers and texts through the portal's own parsers; a list says its codes."""
    field = ledger.field(name)
    options: dict[str, Any] = {"label": ledger.label(name)}
    if isinstance(field, models.BooleanField):
        return strict_boolean(**options)
    options |= {"required": not (field.blank or field.has_default()), "allow_null": field.null}
    if isinstance(field, models.DateField):
        return DayField(**options)
    if isinstance(field, FigureColumn):
        return FigureField(**options)
    if isinstance(field, models.IntegerField):
        most = LARGEST_SMALL if isinstance(field, models.PositiveSmallIntegerField) else LARGEST
        return WholeField(min_value=0, max_value=most, **options)
    if name in ledger.lists:
        options["help_text"] = lazy(ledger.lists[name].described, str)()
    return TextField(longest=field.max_length or LONGEST_TEXT, allow_blank=field.blank, **options)


def serializer_for(ledger: Ledger) -> type[RowSerializer]:
    made: dict[str, Any] = {name: _serializer_field(ledger, name) for name in ledger.all_fields[1:]}
    made["unit"] = ByCode(lambda: Unit.objects.select_related("parent"), label=ledger.label("unit"))
    fields = ["id", *ledger.all_fields, "author", "created_at", "is_void", "void_reason", "version", "updated_at"]
    # The service tells of a number that is taken; a POST of it updates.
    meta = {"model": ledger.model, "fields": fields, "read_only_fields": ["created_at"], "validators": []}
    own = {"ledger": ledger, "__doc__": f"A row of `{ledger.key}`.", "Meta": type("Meta", (), meta)}
    return type(f"{ledger.model.__name__}Row", (RowSerializer,), made | own)


class ReportersWrite(BasePermission):
    """Rows are for reporters to write, told before anything of one is looked at; whose rows is the service's affair."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in SAFE_METHODS or Access.of(request.user).has(Role.REPORTER)


class RowViewSet(mixins.CreateModelMixin, mixins.UpdateModelMixin, Listed):
    """A register's rows."""

    ledger: Ledger
    permission_classes = [*Listed.permission_classes, SeesBusiness, ReportersWrite]
    lookup_field = "pk"
    lookup_value_regex = NUMBER

    def get_queryset(self) -> "QuerySet[Any]":
        if getattr(self, "swagger_fake_view", False):
            return self.ledger.model.objects.none()
        rows = self.ledger.model.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return rows.select_related("unit__parent", "author").order_by("-day", "-pk")

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        if self.ledger.masked and not getattr(self, "swagger_fake_view", False):
            access = Access.of(self.request.user)
            unit = next((grant.unit for grant in access.grants if grant.unit is not None), None)
            keeping = keeping_of(self.ledger, root_of(unit)) if unit is not None else Keeping()
            context |= {"access": access, "keeping": keeping}
        return context

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        self._saved(serializer)
        return Response(serializer.data, status=200 if serializer.context.get("is_known") else 201)

    def perform_update(self, serializer: Any) -> None:
        self._saved(serializer)

    def _saved(self, serializer: Any) -> None:
        serializer.save(acting_user=self.request.user)
        # The database stamps what it writes.
        serializer.instance.refresh_from_db(fields=["updated_at"])

    @extend_schema(request=VoidSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, **kwargs: Any) -> Response:
        """Void the row, with a reason; it stays readable and counts no more."""
        row = self.get_object()
        given = VoidSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        voided = services.void_row(request.user, self.ledger, row, given.validated_data["reason"])  # type: ignore[arg-type]
        return Response(self.get_serializer(voided).data)


def viewset_for(ledger: Ledger) -> type[RowViewSet]:
    serializer, words = serializer_for(ledger), ledger.key.replace(".", " ").replace("-", " ").replace("_", " ")
    own = {
        "ledger": ledger,
        "called": (f"a row of {words}", f"rows of {words}"),
        "serializer_class": serializer,
        "filterset_class": filters_for(ledger),
        "search_fields": ledger.search,
        "ordering_fields": ("day", "created_at", "updated_at"),
        "queryset": ledger.model.objects.none(),
        "depends_on": (*SEES, ledger.model, ListEntry, Upkeep, Confirmation, Target, Plan, Indicator),
        "__doc__": f"`{ledger.key}`: a register (台账).",
    }
    made = type(f"{ledger.model.__name__}ViewSet", (RowViewSet,), own)
    # 200: the external number was known, and its row was updated.
    return extend_schema_view(create=extend_schema(responses={200: serializer, 201: serializer}))(made)


def register_all(router: BaseRouter) -> None:
    """Every declared register at `{section}/{ledger}`."""
    for ledger in all_ledgers():
        prefix = f"{ledger.section}/{ledger.code}"
        router.register(prefix, viewset_for(ledger), basename=f"{ledger.section}-{ledger.code}")
