"""The people and readings of the matrix: one user a role, one reading for each unit and state."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Role, Unit, User
from goals.models import Indicator, Reading
from goals.models.reading import State
from goals.tests.factories import make_indicator, make_plan, make_reading, make_target, make_unit, make_user

PERIOD = date(2022, 9, 30)
NOBODY, ANONYMOUS = "nobody", "anonymous"
WHO = (*Role.values, NOBODY, ANONYMOUS)
# Seen from the user's own office: the desk under it, the office beside it, the subdistrict above, another subdistrict.
WHERE = ("own", "child", "sibling", "parent", "foreign")
STATES = tuple(State.values)


@dataclass
class Stage:
    """Everybody, and every reading."""

    users: dict[str, User]
    readings: dict[tuple[str, str], Reading]


def make_units() -> dict[str, Unit]:
    street = make_unit()
    own = make_unit("own", "office", street)
    return {
        "own": own,
        "child": make_unit("child", "office", own),
        "sibling": make_unit("sibling", "office", street),
        "parent": street,
        "foreign": make_unit("foreign", "subdistrict"),
    }


def set_stage() -> Stage:
    """Each reading has an indicator of its own, which its unit reports and reviews, and its own unit's feed feeds."""
    units = make_units()
    plan = make_plan(state="adopted")
    colleague = make_user("colleague", Role.REPORTER, unit=units["own"])
    users = {role: make_user(role, role, unit=units["own"]) for role in Role.values}
    users[NOBODY] = make_user(NOBODY)
    readings = {}
    for where, unit in units.items():
        for state in STATES:
            indicator = make_indicator(f"{where}.{state}", unit, review_office=unit)
            if where != "foreign":
                make_target(plan, indicator, lead_office=unit)
            if where == "own":
                indicator.feeds.add(users[Role.DATA_FEED])
            readings[where, state] = make_entered(indicator, unit, state, colleague)
    return Stage(users, readings)


def make_entered(indicator: Indicator, unit: Unit, state: str, colleague: User) -> Reading:
    """A reading that somebody else entered and submitted."""
    by = {"entered_by": colleague, "reported_by": colleague, "hands": [colleague.pk]}
    return make_reading(indicator, PERIOD, 5, unit=unit, state=state, **by)
