"""Invented plans of any number, to measure and to look at (`manage.py make_scenario`): the same seed, the same rows.

Units, people, plans, targets and two years of readings are written in bulk. Where targets stand is computed from them
like everything else, never invented. Everything is marked as sample data by its names.
"""

from goals.scenario.making import SIZES, Refused, make, rows_hash

__all__ = ["SIZES", "Refused", "make", "rows_hash"]
