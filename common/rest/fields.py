"""Serializer fields: figures, days and text through the portal's own parsers."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.dates import parse_date
from common.figures import parse_figure
from common.rest.errors import nested
from common.text import CleanText


@extend_schema_field(OpenApiTypes.NUMBER)
class FigureField(serializers.Field):  # type: ignore[type-arg]
    """A figure: a number or text in, a JSON number out."""

    def to_internal_value(self, data: Any) -> Decimal:
        try:
            return parse_figure(data)
        except DjangoValidationError as error:
            raise serializers.ValidationError(nested(error)) from error

    def to_representation(self, value: Any) -> Decimal:
        return Decimal(value)


class WholeField(serializers.IntegerField):
    """A whole number, by the same parser."""

    def to_internal_value(self, data: Any) -> int:
        try:
            figure = parse_figure(data)
        except DjangoValidationError as error:
            raise serializers.ValidationError(nested(error)) from error
        if figure % 1:
            raise serializers.ValidationError(_("应为整数。"), code="invalid")
        return int(figure)


@extend_schema_field(OpenApiTypes.DATE)
class DayField(serializers.Field):  # type: ignore[type-arg]
    """A day, YYYY-MM-DD, 2000 to 2099."""

    def to_internal_value(self, data: Any) -> date:
        try:
            return parse_date(data)
        except DjangoValidationError as error:
            raise serializers.ValidationError(nested(error)) from error

    def to_representation(self, value: date) -> str:
        return value.isoformat()


class TextField(serializers.CharField):
    """Text kept to the letter."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("trim_whitespace", False)
        self.longest: int = kwargs.pop("longest", 20_000)
        super().__init__(**kwargs)
        self.validators.append(CleanText(self.longest))

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("应为文字。"), code="invalid")
        if any("\ud800" <= c <= "\udfff" for c in data):
            raise serializers.ValidationError(_("含有不可见的控制字符。"), code="forbidden_characters")
        return str(super().to_internal_value(data))


@extend_schema_field(OpenApiTypes.STR)
class ByCode(serializers.Field):  # type: ignore[type-arg]
    """A record named by its code; `find` returns those that may be named."""

    def __init__(self, find: "Callable[[], QuerySet[Any]]", *, by: str = "code", **kwargs: Any) -> None:
        self.find, self.by = find, by
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Model:
        found = None
        if isinstance(data, str) and len(data) <= 200 and data.isprintable():
            found = self.find().filter(**{self.by: data}).first()
        if found is None:
            raise serializers.ValidationError(_("没有 %(code)s。") % {"code": str(data)[:100]}, code="does_not_exist")
        return found

    def to_representation(self, value: Any) -> str:
        return str(getattr(value, self.by))


def strict_boolean(**options: Any) -> serializers.BooleanField:
    """True or false, nothing that looks like it."""
    return _Strict(required=False, **options)


class _Strict(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError(_("应为 true 或 false。"), code="invalid")
        return data
