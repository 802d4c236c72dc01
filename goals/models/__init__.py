"""The records of the core, split by noun."""

from goals.models.indicator import Indicator, IndicatorSource, ReportingUnit
from goals.models.plan import Plan, Programme, Section, Theme, WarningProfile
from goals.models.progress import Mark, Progress, Sweep
from goals.models.reading import Reading
from goals.models.target import Adjustment, Allocation, Target, TargetProgramme

__all__ = [
    "Adjustment",
    "Allocation",
    "Indicator",
    "IndicatorSource",
    "Mark",
    "Plan",
    "Programme",
    "Progress",
    "Reading",
    "ReportingUnit",
    "Section",
    "Sweep",
    "Target",
    "TargetProgramme",
    "Theme",
    "WarningProfile",
]
