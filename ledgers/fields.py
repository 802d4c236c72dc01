"""Fields that rows of several registers have."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.text import CleanText


def text(label: Any, longest: int = 200, *, blank: bool = False) -> "models.CharField[str, str]":
    """A line of text, clean."""
    return models.CharField(label, max_length=longest, blank=blank, validators=[CleanText(longest)])


def optional_day(label: Any) -> "models.DateField[Any, Any]":
    """A day that comes later, or never."""
    return models.DateField(label, null=True, blank=True)


def stage_of(stages: type[models.TextChoices], label: Any = "") -> "models.CharField[str, str]":
    """The stage at which a row stands today: computed, and filtered by."""
    return models.CharField(label or _("环节"), max_length=20, choices=stages.choices, editable=False, db_index=True)
