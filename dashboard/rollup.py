"""A roll-up beside its pace: how far ahead or behind, and in which colour."""

from decimal import Decimal

from goals.models import Plan
from goals.models.progress import Status
from goals.models.target import Rule
from goals.progress import SCALE, Bands
from goals.progress.summary import Summary


def gap_of(summary: Summary) -> Decimal | None:
    """Completion against its pace, in points; None where nothing has a completion."""
    if summary.completion is None or summary.expected_completion is None:
        return None
    return summary.completion - summary.expected_completion


def tone_of(plan: Plan, gap: Decimal | None) -> str:
    """The colour of a gap, by the plan's band for amounts."""
    if gap is None:
        return Status.NO_DATA
    if gap >= 0:
        return Status.ON_TRACK
    band = Decimal(Bands.from_json(plan.profile.bands).for_rule(Rule.TOTAL, None)) / SCALE
    return Status.AT_RISK if gap >= -band else Status.BEHIND
