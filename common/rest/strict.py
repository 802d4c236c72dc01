"""Text is text: a number where the schema says string is refused, not taken for its digits."""

from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

M = TypeVar("M", bound=models.Model)


class Word(serializers.CharField):
    """A short text, such as a code."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("应为文字。"), code="invalid")
        return str(super().to_internal_value(data))


class StrictSerializer(serializers.ModelSerializer[M]):
    """Of a record: its columns of text take text alone."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.CharField: Word,
        models.TextField: Word,
    }
