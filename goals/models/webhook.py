"""Webhooks: who is told of changed facts, what is still to be told, and how each attempt went."""

import uuid
from datetime import timedelta
from typing import Self

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.permissions import Access
from common.records import Record
from common.text import CleanText
from goals.models.plan import Plan

# Older facts are of no use to a machine that acts on them: they are never sent, only pulled.
OLDEST = timedelta(days=3)


class AllowedAddress(Record):
    """A host by its name, or a network, that webhooks may reach: kept by the administrator."""

    address = models.CharField(_("主机名或网段"), max_length=253, unique=True)
    note = models.CharField(_("说明"), max_length=200, blank=True, validators=[CleanText(200)])

    class Meta:
        verbose_name = _("外发地址")
        verbose_name_plural = _("外发地址")
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address


class HookQuerySet(models.QuerySet["Hook"]):
    def visible_to(self, user: User) -> Self:
        """The hooks of the units that the user plans for."""
        return self.filter(Access.of(user).planned_units("unit"))

    def listening(self, event: str) -> Self:
        """Those switched on that want to be told of such an event, whose owner may still log in."""
        wants = {"on_status": True} if event == Delivery.Event.STATUS else {"on_approval": True}
        return self.filter(is_active=True, owner__is_active=True, **wants)


class Hook(Record):
    """Tells an address of the facts of a unit (and all under it), or of one plan alone, that its owner may see.

    The secret is not stored: it follows from `salt` and the portal's `SECRET_KEY` (`goals.webhooks.secrets`).
    """

    name = models.CharField(_("名称"), max_length=100, validators=[CleanText(100)])
    address = models.CharField(_("网址"), max_length=500, validators=[MaxLengthValidator(500)])
    owner = models.ForeignKey(User, models.PROTECT, related_name="hooks", verbose_name=_("负责人"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="hooks", verbose_name=_("单位"))
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, blank=True, related_name="hooks", verbose_name=_("计划"))
    on_status = models.BooleanField(_("目标状态变化"), default=True)
    on_approval = models.BooleanField(_("数据通过审核"), default=True)
    is_active = models.BooleanField(_("启用"), default=True)
    salt = models.CharField(max_length=64, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)

    objects = HookQuerySet.as_manager()

    class Meta:
        verbose_name = _("外发通知")
        verbose_name_plural = _("外发通知")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(hook__in=Hook.objects.visible_to(user))

    def fresh(self) -> Self:
        """Young enough to be sent."""
        return self.filter(made_at__gt=timezone.now() - OLDEST)

    def due(self) -> Self:
        """To be sent now, and in nobody's hands. Knows no other table, so that a claim can be one statement."""
        now = timezone.now()
        free = models.Q(claimed_until=None) | models.Q(claimed_until__lte=now)
        return self.fresh().filter(free, state=Delivery.State.PENDING, next_at__lte=now)


class Delivery(models.Model):
    """One message to one hook, written in the transaction of what it tells: the outbox."""

    class Event(models.TextChoices):
        STATUS = "target.status_changed", _("目标状态变化")
        APPROVAL = "reading.approved", _("数据通过审核")
        TEST = "test", _("试发")

    class State(models.TextChoices):
        PENDING = "pending", _("待送达")
        DELIVERED = "delivered", _("已送达")
        EXPIRED = "expired", _("已过期")
        WITHHELD = "withheld", _("不再可见")
        FAILED = "failed", _("试发未成")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hook = models.ForeignKey(Hook, models.CASCADE, related_name="deliveries")
    event = models.CharField(_("事件"), max_length=30, choices=Event.choices)
    # What is told of, so that the owner's right to see it can be asked again before it leaves.
    about = models.JSONField(default=list)
    body = models.TextField(_("内容"))
    made_at = models.DateTimeField(_("产生时间"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(_("次数"), default=0)
    next_at = models.DateTimeField(_("下次"))
    claimed_until = models.DateTimeField(null=True, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("送达记录")
        verbose_name_plural = _("送达记录")
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=models.Q(state="pending")),
            models.Index(fields=["hook", "-made_at"], name="delivery_of_hook"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"

    @property
    def may_be_sent_again(self) -> bool:
        return self.is_fresh and self.event != self.Event.TEST

    @property
    def is_fresh(self) -> bool:
        return self.made_at > timezone.now() - OLDEST


class Attempt(models.Model):
    """One try to deliver: where it went, what was answered, or why nothing was."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField(_("时间"))
    took_ms = models.PositiveIntegerField(_("毫秒"))
    peer = models.CharField(_("对方地址"), max_length=60, blank=True)
    status = models.PositiveSmallIntegerField(_("答复"), null=True)
    answer = models.TextField(_("答复内容"), blank=True)
    problem = models.CharField(_("问题"), max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("送达尝试")
        verbose_name_plural = _("送达尝试")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status or self.problem}"
