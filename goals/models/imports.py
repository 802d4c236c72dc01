"""Uploaded tables on their way: read, shown row by row, confirmed as a whole or thrown away."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from common.fields import PlainJSONField
from common.records import Record


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def visible_to(self, user: User) -> Self:
        """A preview is its uploader's own."""
        return self.filter(user=user)


class ImportJob(Record):
    """One uploaded file: what kind of rows, how far it was read, and what each row would do."""

    class State(models.TextChoices):
        QUEUED = "queued", _("等待读取")
        READING = "reading", _("正在读取")
        MATCHING = "matching", _("待对应列")
        READY = "ready", _("待确认")
        REFUSED = "refused", _("有误")
        CONFIRMED = "confirmed", _("已写入")
        FAILED = "failed", _("读取失败")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("类别"), max_length=50)
    user = models.ForeignKey(User, models.CASCADE, related_name="imports")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    context = models.JSONField(default=dict, blank=True)
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(_("已读行"), default=0)
    total = models.PositiveIntegerField(_("总行数"), default=0)
    columns = models.JSONField(default=dict, blank=True)
    rows = PlainJSONField(default=list, blank=True)
    problems = models.JSONField(default=list, blank=True)
    result = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("上传时间"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)

    untracked = True

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("导入")
        verbose_name_plural = _("导入")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["user", "sha256"], name="import_by_file")]

    def __str__(self) -> str:
        return self.name


class ColumnMap(Record):
    """How a unit's own sheet was matched once: remembered by its headings."""

    kind = models.CharField(max_length=50)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+")
    signature = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)

    untracked = True

    class Meta:
        verbose_name = _("列对应")
        verbose_name_plural = _("列对应")
        constraints = [models.UniqueConstraint(fields=["kind", "unit", "signature"], name="column_map_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_id}"
