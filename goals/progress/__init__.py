"""The arithmetic of the portal (`progress-rules.md`) and the set-based recompute around it.

The pure part (`periods`, `exact`, `terms`, `compute`, `forecast`, `rollup`, `explain`) imports no model, runs no
query and reads no clock; `gather`, `recompute`, `store` and `summary` stand around it.
"""

from goals.progress.compute import compute, pace_at
from goals.progress.exact import SCALE, Ratio, rounded, truncated
from goals.progress.explain import sentence, status_word, terms_json
from goals.progress.periods import (
    deadline,
    due_period,
    is_period_end,
    month_key,
    period_containing,
    period_end,
    periods_of_year,
)
from goals.progress.rollup import roll_up, worst_first
from goals.progress.terms import (
    DEFAULT_BANDS,
    REASONS,
    STATUSES,
    Bands,
    Counted,
    Event,
    Milestone,
    Month,
    Outcome,
    Reported,
    Terms,
    Works,
)
from goals.progress.validity import validate_terms

__all__ = [
    "DEFAULT_BANDS",
    "REASONS",
    "SCALE",
    "STATUSES",
    "Bands",
    "Counted",
    "Event",
    "Milestone",
    "Month",
    "Outcome",
    "Ratio",
    "Reported",
    "Terms",
    "Works",
    "compute",
    "deadline",
    "due_period",
    "is_period_end",
    "month_key",
    "pace_at",
    "period_containing",
    "period_end",
    "periods_of_year",
    "roll_up",
    "rounded",
    "sentence",
    "status_word",
    "terms_json",
    "truncated",
    "validate_terms",
    "worst_first",
]
