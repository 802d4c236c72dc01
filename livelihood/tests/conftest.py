"""The tests of the section stand on the day of those of registers."""

from ledgers.tests.conftest import _today

__all__ = ["_today"]
