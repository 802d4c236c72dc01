"""Forms of works."""

from projects.forms.actions import (
    AcceptanceForm,
    CheckForm,
    CommentForm,
    DecisionForm,
    InspectionForm,
    NoteForm,
    PaymentForm,
    PostponementForm,
    RecheckForm,
    RectificationForm,
    ReportForm,
    ReturnForm,
    UpkeepForm,
)
from projects.forms.editing import MilestoneForm, ProjectForm
from projects.forms.schedule import ScheduleForm

__all__ = [
    "AcceptanceForm",
    "CheckForm",
    "CommentForm",
    "DecisionForm",
    "InspectionForm",
    "MilestoneForm",
    "NoteForm",
    "PaymentForm",
    "PostponementForm",
    "ProjectForm",
    "RecheckForm",
    "RectificationForm",
    "ReportForm",
    "ReturnForm",
    "ScheduleForm",
    "UpkeepForm",
]
