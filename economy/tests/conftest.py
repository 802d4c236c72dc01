"""The day on which these tests stand."""

from ledgers.tests.conftest import _today  # noqa: F401
