"""What is done once a transaction has committed."""

from collections.abc import Callable
from typing import Any

from django.db import transaction


def after_commit(act: Callable[..., object], *args: Any) -> None:
    """Do it after the commit; what fails there is logged, and takes nothing back.

    Django names a failed hook by its `__qualname__`, which a `partial` hasn't got.
    """

    def later() -> None:
        act(*args)

    later.__qualname__ = getattr(act, "__qualname__", type(act).__qualname__)
    transaction.on_commit(later, robust=True)
