"""Forms of the planner's pages. Figures and dates go through the portal's own parsers."""

from goals.forms.adjustment import AdjustmentForm
from goals.forms.calendar import HolidayForm, ReopenForm
from goals.forms.fields import DayInput, FigureInput, PlannedInput
from goals.forms.goals import GoalForm
from goals.forms.plan import FeedsForm, IndicatorForm, NewIndicatorForm, TargetForm
from goals.forms.plan_file import PlanFileForm
from goals.forms.profile import ChooseProfileForm, ProfileForm
from goals.forms.spot_check import DrawForm
from goals.forms.webhook import AddressForm, HookForm

__all__ = [
    "AddressForm",
    "AdjustmentForm",
    "ChooseProfileForm",
    "DayInput",
    "DrawForm",
    "FeedsForm",
    "FigureInput",
    "GoalForm",
    "HolidayForm",
    "HookForm",
    "IndicatorForm",
    "NewIndicatorForm",
    "PlanFileForm",
    "PlannedInput",
    "ProfileForm",
    "ReopenForm",
    "TargetForm",
]
