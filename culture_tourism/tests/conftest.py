"""The section's tests stand on one day."""

from ledgers.tests.rows import today  # noqa: F401
