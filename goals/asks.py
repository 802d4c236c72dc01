"""What else an official is asked for besides figures, by apps that register: shown on 我的填报 while it is open."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import User


@dataclass(frozen=True)
class Ask:
    """One thing to do: what, until when, and where."""

    title: str
    detail: str
    address: str
    deadline: date
    overdue: bool


# Of a user on a day, in a number of queries that doesn't grow.
Asking = Callable[[User, date], Iterable[Ask]]
_registry: list[Asking] = []


def asking(asks: Asking) -> Asking:
    """Register what an app asks of officials."""
    _registry.append(asks)
    return asks


def asked_of(user: User, today: date) -> list[Ask]:
    """Everything that is open, overdue first."""
    found = [ask for asks in _registry for ask in asks(user, today)]
    return sorted(found, key=lambda ask: (not ask.overdue, ask.deadline, ask.title))
