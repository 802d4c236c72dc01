"""Who may read the schema and its documentation."""

from typing import Any

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class MayReadSchema(BasePermission):
    """Schema and docs need a login, unless `DEBUG`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return settings.DEBUG or bool(request.user and request.user.is_authenticated)
