"""What works add to a plan: its commitments, what adoption lacks, their counts, their place in the demonstration."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from goals import parts
from goals.duties import Lack
from goals.loading import PlanLoader
from goals.models import Plan
from projects import demonstration, loading
from projects.models import Milestone, Project
from projects.standing import summary_of


class Works(parts.Part):
    """The part of `projects`."""

    def load(self, loader: PlanLoader) -> None:
        loading.load(loader)

    def lacking(self, plan: Plan, day: date) -> Sequence[Lack]:
        """Headline works without a lead office, or with nothing but the default milestone. One query."""
        scheduled = Milestone.objects.filter(project=OuterRef("pk"), is_default=False)
        done = Milestone.objects.filter(project=OuterRef("pk"), state=Milestone.State.ACCEPTED)
        works = Project.objects.counted().filter(plan=plan)
        found = []
        for project in works.annotate(scheduled=Exists(scheduled) | Exists(done)).order_by("order", "code"):
            named = {"project": f"{project.code} {project.name}"}
            address = reverse("edit-project", args=[project.pk])
            if project.lead_office_id is None:
                said = _("%(project)s：没有牵头单位。") % named
                found.append(Lack(project, "lead_office", "no_lead_office", said, address))
            if not project.scheduled:  # type: ignore[attr-defined]
                said = _("%(project)s：重点项目未排节点。") % named
                found.append(Lack(project, "milestones", "no_schedule", said, reverse("schedule", args=[project.pk])))
        return found

    def summary(self, plan: Plan, as_of: date, *, known_then: bool) -> Mapping[str, Any]:
        found = summary_of(plan, as_of, known_then=known_then)
        return {
            "projects": {
                "counts": dict(found.counts),
                "projects": found.targets,
                "with_data": found.with_data,
                "completion": found.completion,
                "expected_completion": found.expected_completion,
                "worst": [project.code for project, _progress in found.worst],
            }
        }

    def prepare(self, users: Mapping[str, User]) -> None:
        demonstration.prepare(users)

    def demonstrate(self, users: Mapping[str, User]) -> None:
        demonstration.demonstrate(users)


parts.register(Works())
