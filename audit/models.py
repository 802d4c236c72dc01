"""The append-only, hash-chained trail of what was done; actor and unit as id and name, without foreign keys."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One action. The database refuses to change or delete it; `digest` covers the row and the digest before it."""

    sequence = models.BigIntegerField(_("序号"), unique=True)
    at = models.DateTimeField(_("时间"))
    action = models.CharField(_("动作"), max_length=60)
    actor_id = models.BigIntegerField(_("操作人编号"), null=True)
    actor_name = models.CharField(_("操作人"), max_length=200, blank=True)
    role = models.CharField(_("角色"), max_length=100, blank=True)
    unit_code = models.CharField(_("单位代码"), max_length=100, blank=True)
    unit_name = models.CharField(_("单位"), max_length=200, blank=True)
    origin = models.CharField(_("来源"), max_length=64, blank=True)
    record = models.CharField(_("对象类别"), max_length=60)
    record_id = models.CharField(_("对象"), max_length=120)
    before = models.JSONField(_("变更前"), default=dict)
    after = models.JSONField(_("变更后"), default=dict)
    digest = models.CharField(_("摘要"), max_length=64)

    untracked = True

    class Meta:
        verbose_name = _("审计事件")
        verbose_name_plural = _("审计事件")
        ordering = ["sequence"]
        indexes = [
            models.Index(fields=["record", "record_id"]),
            models.Index(fields=["at"], name="audit_event_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.record} {self.record_id}"


class Head(models.Model):
    """The chain's end: one row, locked last before a commit, so that events are numbered without a gap."""

    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    untracked = True

    class Meta:
        verbose_name = _("审计链末端")
        verbose_name_plural = _("审计链末端")

    def __str__(self) -> str:
        return str(self.sequence)
