"""What every record of the portal carries."""

from collections.abc import Iterable
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

code_validator = RegexValidator(
    r"\A[a-z A-Z0-9._-]{1,100}\Z".replace(" ", ""), _("代码只能用字母、数字和 . _ -，1 至 100 个字符。"), code="invalid"
)


class Record(models.Model):
    """A row with a version that grows by one with each save and the moment of its last change.

    `updated_at` is real time, whatever day the portal pretends: `common.changes` says how its order is kept.
    """

    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if not self._state.adding:
            self.version += 1
        if update_fields is not None:
            update_fields = {*update_fields, "version", "updated_at"}
        super().save(*args, update_fields=update_fields, **kwargs)


def touch(record: Record) -> None:
    """What `save` does to version and moment, for a record that is written in bulk."""
    record.version += 1
    record.updated_at = timezone.now()
