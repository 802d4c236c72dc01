"""The section's records: the rows of its registers, and how the ten livelihood projects were chosen."""

from livelihood.models.rows import DEDUCTIONS, VISIT_EVERY, Assistance, Clinic, Insurance, Visit
from livelihood.models.ten import Ballot, Candidate, Decision, Survey

__all__ = [
    "DEDUCTIONS",
    "VISIT_EVERY",
    "Assistance",
    "Ballot",
    "Candidate",
    "Clinic",
    "Decision",
    "Insurance",
    "Survey",
    "Visit",
]
