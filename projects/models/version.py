"""What was known of a work, from when on: so that a day is always seen as it was known then."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import FigureField
from goals.models import Target
from projects.models.project import Project


class ScheduleVersion(models.Model):
    """A work's due date, weight, target and milestones as they stood from a moment on. Never changed; the first one
    holds from the beginning, whenever it was entered.

    `steps` are weight, due date, the day done (of accepted ones), the moment of acceptance, whether it is the default
    milestone, its key and name.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="versions")
    known_from = models.DateTimeField(_("录入时间"))
    due = models.DateField(_("完成时限"))
    weight = FigureField(_("权重"))
    target = models.ForeignKey(Target, models.SET_NULL, null=True, related_name="+")
    steps = models.JSONField(default=list)

    untracked = True

    class Meta:
        verbose_name = _("项目节点版本")
        verbose_name_plural = _("项目节点版本")
        ordering = ["project", "pk"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.known_from:%Y-%m-%d}"
