"""Where every work stands, stored by the same mechanism as targets."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from goals.models.progress import StoredMark, StoredProgress
from projects.models.project import Project


class ProjectProgress(StoredProgress):
    """A work's progress."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="progress_rows")

    class Meta:
        verbose_name = _("项目进度")
        verbose_name_plural = _("项目进度")
        constraints = [models.UniqueConstraint(fields=["project", "slot"], name="project_progress_once_a_slot")]
        indexes = [models.Index(fields=["slot", "status"], name="project_progress_by_status")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.as_of} {self.status}"


class ProjectMark(StoredMark):
    """A work due for recompute."""

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True, related_name="mark")

    class Meta:
        verbose_name = _("项目待重算")
        verbose_name_plural = _("项目待重算")
        indexes = [
            models.Index(
                fields=["project"], name="project_mark_due", condition=models.Q(dirty_gen__gt=models.F("computed_gen"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.dirty_gen}/{self.computed_gen}"
