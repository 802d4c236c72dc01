"""REST: units and posts."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.filters import PostFilters, UnitFilters
from accounts.models import Grant, Post, PostHolder, Role, Unit, User
from accounts.permissions import Access
from accounts.services import delete_place, save_place
from common import clock
from common.rest.fields import ByCode, TextField
from common.rest.shaping import beside
from common.rest.strict import StrictSerializer
from common.rest.views import Resource


class SeesBusiness(BasePermission):
    """Plans and figures are not for who only administers or audits."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return Access.of(request.user).sees_business


class PlannerWrites(BasePermission):
    """Reading is for all who see business; writing is for planners, told before anything of it is looked at."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or Access.of(request.user).has(Role.PLANNER)


# What decides who sees what: part of every answer.
SEES = (User, Grant, Post, PostHolder, Unit)

KEPT_BY_PLANNERS = [*Resource.permission_classes, SeesBusiness, PlannerWrites]


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes `Authorization: Token …`."""

    target_class = "accounts.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token <key>"}


class ExportScheme(OpenApiAuthenticationExtension):
    """How the schema describes a read token as password."""

    target_class = "accounts.tokens.ExportPassword"
    name = "export"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        said = "For format=csv and xlsx alone: the user name, and a token of scope read as password."
        return {"type": "http", "scheme": "basic", "description": said}


class SessionScheme(OpenApiAuthenticationExtension):
    """How the schema describes the browser's session."""

    target_class = "accounts.tokens.PortalSession"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class UnitSerializer(StrictSerializer[Unit]):
    name = TextField(longest=100)
    parent = ByCode(Unit.objects.all, required=False, allow_null=True)

    class Meta:
        model = Unit
        fields = ["code", "name", "kind", "parent", "version", "updated_at"]

    def create(self, validated_data: dict[str, Any]) -> Unit:
        return self.update(Unit(), validated_data)

    def update(self, instance: Unit, validated_data: dict[str, Any]) -> Unit:
        user = validated_data.pop("user")
        for name, value in validated_data.items():
            setattr(instance, name, value)
        return save_place(user, instance)


class UnitViewSet(Resource):
    """Units: districts, subdistricts, offices, villages; a tree."""

    permission_classes = KEPT_BY_PLANNERS
    queryset = Unit.objects.select_related("parent").order_by("path")
    serializer_class = UnitSerializer
    filterset_class = UnitFilters
    depends_on = SEES

    def perform_destroy(self, instance: Unit) -> None:
        delete_place(self.request.user, instance)  # type: ignore[arg-type]


HOLDER = {
    "type": "object",
    "required": ["user", "name", "from", "to", "deputy"],
    "properties": {
        "user": {"type": "string"},
        "name": {"type": "string"},
        "from": {"type": "string", "format": "date"},
        "to": {"type": ["string", "null"], "format": "date"},
        "deputy": {"type": "boolean"},
    },
}


class PostSerializer(StrictSerializer[Post]):
    """`role` is what whoever holds the post may do for its unit; empty: nothing more than before."""

    name = TextField(longest=100)
    unit = ByCode(Unit.objects.all)
    holders = serializers.SerializerMethodField()

    class Meta:
        model = Post
        fields = ["code", "name", "unit", "role", "holders", "version", "updated_at"]

    @extend_schema_field({"type": "array", "items": HOLDER})
    def get_holders(self, post: Post) -> list[dict[str, Any]]:
        """Who isn't past: holders and deputies of today, and those to come."""
        today = clock.today()
        return [
            {
                "user": h.user.username,
                "name": str(h.user),
                "from": h.held_from.isoformat(),
                "to": h.held_to.isoformat() if h.held_to else None,
                "deputy": h.is_deputy,
            }
            for h in post.holders.all()
            if h.held_to is None or h.held_to >= today
        ]

    def create(self, validated_data: dict[str, Any]) -> Post:
        return self.update(Post(), validated_data)

    def update(self, instance: Post, validated_data: dict[str, Any]) -> Post:
        user = validated_data.pop("user")
        for name, value in validated_data.items():
            setattr(instance, name, value)
        return save_place(user, instance)


HOLDERS = Prefetch("holders", PostHolder.objects.select_related("user").order_by("is_deputy", "held_from", "pk"))


class PostViewSet(Resource):
    """Posts, and who holds them today or will."""

    permission_classes = KEPT_BY_PLANNERS
    queryset = Post.objects.select_related("unit").prefetch_related(HOLDERS).order_by("code")
    serializer_class = PostSerializer
    filterset_class = PostFilters
    expandable = {"unit": beside("unit", lambda: UnitViewSet)}
    depends_on = SEES

    def perform_destroy(self, instance: Post) -> None:
        delete_place(self.request.user, instance)  # type: ignore[arg-type]
