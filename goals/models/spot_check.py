"""抽查核验: a random sample of approved figures, looked at once more. Figures never wait for it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.records import Record
from common.text import CleanText
from goals.models.plan import Plan
from goals.models.reading import Reading


class SpotCheckQuerySet(models.QuerySet["SpotCheck"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(plan__in=Plan.objects.visible_to(user))


class SpotCheck(Record):
    """A sample that a planner drew. The seed makes the draw repeatable."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="spot_checks")
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(_("抽查时间"))
    seed = models.CharField(max_length=32)
    drawn_from = models.PositiveIntegerField(_("抽查范围"))

    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("抽查核验")
        verbose_name_plural = _("抽查核验")
        ordering = ["-drawn_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.plan} {self.drawn_at:%Y-%m-%d}"


class SpotCheckItem(Record):
    """One approved reading of a sample, and what was found."""

    class Finding(models.TextChoices):
        TRUE = "true", _("属实")
        WRONG = "wrong", _("有误")
        SENT_BACK = "sent_back", _("退回更正")

    spot_check = models.ForeignKey(SpotCheck, models.CASCADE, related_name="items")
    reading = models.ForeignKey(Reading, models.PROTECT, related_name="spot_checks")
    finding = models.CharField(_("核验结果"), max_length=10, choices=Finding.choices, blank=True)
    note = models.TextField(_("说明"), blank=True, validators=[CleanText()])
    found_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    found_at = models.DateTimeField(_("核验时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("抽查项")
        verbose_name_plural = _("抽查项")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["spot_check", "reading"], name="spot_check_item_once"),
            models.CheckConstraint(
                condition=Q(finding="", found_at=None) | (~Q(finding="") & Q(found_at__isnull=False)),
                name="spot_check_item_found",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.spot_check_id} {self.reading_id}"
