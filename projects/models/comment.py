"""Comments on targets and works, by those who may see them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.records import Record
from common.text import CleanText
from goals.models import Target
from projects.models.project import Project


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User) -> Self:
        targets, projects = Target.objects.visible_to(user), Project.objects.visible_to(user)
        return self.filter(Q(target__in=targets) | Q(project__in=projects))


class Comment(Record):
    """批注: on a target or a work; who is mentioned in it is told."""

    target = models.ForeignKey(Target, models.CASCADE, null=True, blank=True, related_name="comments")
    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="comments")
    text = models.TextField(_("批注"), validators=[CleanText(2_000)])
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    mentions = models.ManyToManyField(User, related_name="+", blank=True)
    written_at = models.DateTimeField(_("时间"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("批注")
        verbose_name_plural = _("批注")
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target__isnull=False, project=None) | Q(target=None, project__isnull=False),
                name="comment_on_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.text[:50]
