"""The base of the API's resources."""

from typing import Any

from rest_framework import viewsets
from rest_framework.serializers import BaseSerializer

CODE = r"[A-Za-z0-9._-]{1,100}"
NUMBER = r"[0-9]{1,18}"


class Resource(viewsets.ModelViewSet):  # type: ignore[type-arg]
    """List, detail and the planner's writes of one record, addressed by its code."""

    lookup_field = "code"
    lookup_value_regex = CODE
    ordering_fields: tuple[str, ...] = ("code", "updated_at")
    search_fields: tuple[str, ...] = ("code", "name")
    extra_parameters: tuple[str, ...] = ()

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        serializer.save(user=self.request.user)

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        serializer.save(user=self.request.user)


class Numbered(Resource):
    """A resource addressed by its number."""

    lookup_field = "pk"
    lookup_value_regex = NUMBER
