"""资金: one book of entries in 万元, from the budget of each source to what is retained at the end."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.fields import FigureField
from common.records import Record
from common.text import CleanText
from projects.models.project import Project


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))


class Payment(Record):
    """An entry. `source` is where the money comes from (budget, received) or with whom the contract is."""

    class Kind(models.TextChoices):
        BUDGET = "budget", _("预算")
        RECEIVED = "received", _("到位")
        CONTRACT = "contract", _("合同价")
        CHANGE = "change", _("合同变更")
        PAID = "paid", _("支付")
        SETTLED = "settled", _("审定价")
        RETAINED = "retained", _("质保金")

    project = models.ForeignKey(Project, models.CASCADE, related_name="payments")
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    day = models.DateField(_("日期"))
    amount = FigureField(_("金额（万元）"))
    source = models.CharField(_("资金来源或合同方"), max_length=200, blank=True, validators=[CleanText(200)])
    number = models.CharField(_("文号或合同号"), max_length=100, blank=True, validators=[CleanText(100)])
    note = models.CharField(_("说明"), max_length=500, blank=True, validators=[CleanText(500)])
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("资金")
        verbose_name_plural = _("资金")
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.project} {self.kind} {self.amount}"
