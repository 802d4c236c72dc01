"""Files that prove what a record says."""

import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.records import Record
from common.text import CleanText


class Evidence(Record):
    """佐证: a file attached to a record that declares who may see it. Stored outside the web root under its key."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    name = models.CharField(_("文件名"), max_length=200, validators=[CleanText(200)])
    kind = models.CharField(_("类型"), max_length=10, editable=False)
    size = models.PositiveIntegerField(_("大小"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    uploaded_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("佐证材料")
        verbose_name_plural = _("佐证材料")
        ordering = ["uploaded_at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="evidence_of_record")]

    def __str__(self) -> str:
        return self.name
