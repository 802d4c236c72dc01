"""The records of the core, split by noun."""

from goals.models.calendar import CalendarDay, Closing, Reopening
from goals.models.evidence import Evidence
from goals.models.imports import ColumnMap, ImportJob
from goals.models.indicator import Indicator, IndicatorSource, ReportingUnit
from goals.models.notice import Notice, Slot
from goals.models.plan import Plan, Programme, Section, Theme, WarningProfile
from goals.models.progress import Mark, Progress, Sweep
from goals.models.reading import Reading
from goals.models.recompute import RecomputeChunk, RecomputeRun
from goals.models.spot_check import SpotCheck, SpotCheckItem
from goals.models.target import Adjustment, Allocation, Discontinued, Target, TargetProgramme
from goals.models.webhook import AllowedAddress, Attempt, Delivery, Hook

__all__ = [
    "Adjustment",
    "Allocation",
    "AllowedAddress",
    "Attempt",
    "CalendarDay",
    "Closing",
    "ColumnMap",
    "Delivery",
    "Discontinued",
    "Evidence",
    "Hook",
    "ImportJob",
    "Indicator",
    "IndicatorSource",
    "Mark",
    "Notice",
    "Plan",
    "Programme",
    "Progress",
    "Reading",
    "RecomputeChunk",
    "RecomputeRun",
    "Reopening",
    "ReportingUnit",
    "Section",
    "Slot",
    "SpotCheck",
    "SpotCheckItem",
    "Sweep",
    "Target",
    "TargetProgramme",
    "Theme",
    "WarningProfile",
]
