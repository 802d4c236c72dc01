"""The records of works, split by noun."""

from projects.models.aftercare import Acceptance, Upkeep, UpkeepCheck
from projects.models.comment import Comment
from projects.models.inspection import Finding, Inspection
from projects.models.milestone import Milestone, Postponement
from projects.models.note import Confirmation, ProgressNote
from projects.models.payment import Payment
from projects.models.progress import ProjectMark, ProjectProgress
from projects.models.project import Project, ProjectProgramme
from projects.models.version import ScheduleVersion

__all__ = [
    "Acceptance",
    "Comment",
    "Confirmation",
    "Finding",
    "Inspection",
    "Milestone",
    "Payment",
    "Postponement",
    "ProgressNote",
    "Project",
    "ProjectMark",
    "ProjectProgramme",
    "ProjectProgress",
    "ScheduleVersion",
    "Upkeep",
    "UpkeepCheck",
]
