"""Of which tables the answers about plans and targets are made: what moves their ETags."""

from goals.models import (
    Adjustment,
    Allocation,
    CalendarDay,
    Indicator,
    Plan,
    Progress,
    Reading,
    ReportingUnit,
    Target,
    TargetProgramme,
    WarningProfile,
)

PLAN_TABLES = (Plan, WarningProfile, CalendarDay)
READING_TABLES = (Reading, ReportingUnit, Indicator, Indicator.feeds.through)
TARGET_TABLES = (
    *(Target, Adjustment, Allocation, TargetProgramme, Progress),
    Target.cooperating_offices.through,
)
