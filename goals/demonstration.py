"""The demonstration: sample units, people and figures around the real plan, all from `data/demo/`.

Deterministic: the same files give the same rows. The past is made by the portal's own services, on the days on
which it would have happened, so that reviews and the audit trail look as they would.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Grant, Post, PostHolder, Role, Unit, User
from common import clock
from goals import planning, reminders, reporting
from goals.assignments import load_assignments
from goals.loading import load_plan
from goals.models import Indicator, Plan, ReportingUnit, Target
from goals.parts import parts
from goals.progress.periods import period_end

PASSWORD = "taoyan-demo-2022"  # of the demonstration alone; printed at every start
DATA = settings.BASE_DIR / "data"
LOADED, ADOPTED = date(2022, 1, 28), date(2022, 2, 18)
BACKFILLED = date(2022, 2, 21)
LAST_MONTH = 9
REMINDED = [date(2022, 10, day) for day in (10, 11, 12)]
FIRST_YEAR, YEAR = 2021, 2022


@dataclass(frozen=True)
class Series:
    """What one unit reports of one indicator: figures by month's end, and how the latest stands."""

    indicator: str
    unit: str
    figures: dict[date, Any]
    latest: dict[str, Any]


@transaction.atomic
def load() -> None:
    """Everything, or nothing. The database must hold no user yet."""
    people = _read("people.yaml")
    with clock.pretending(LOADED):
        load_plan(DATA / "plan-2022.yaml")
        top = Unit.objects.get(code="taoyan")
        for unit in people["units"]:
            Unit(parent=top, **unit).save()
        users = _users(people)
        for post in people["posts"]:
            _post(post, users)
        load_assignments(DATA / "demo" / "assignments.yaml")
    everything = list(_series(_read("readings.yaml")))
    _report_by_unit(everything)
    for part in parts():
        part.prepare(users)
    with clock.pretending(ADOPTED):
        _allocate(users["planner"])
        planning.adopt(users["planner"], Plan.objects.get(slug="taoyan-2022"))
    _figures(everything, users)
    for part in parts():
        part.demonstrate(users)
    for day in REMINDED:
        with clock.pretending(day, hour=7, minute=30):
            reminders.remind(day)


def _read(name: str) -> Any:
    return yaml.safe_load(Path(DATA / "demo" / name).read_text(encoding="utf-8"))


def _users(people: dict[str, Any]) -> dict[str, User]:
    password = make_password(PASSWORD)
    listed = list(people["users"])
    names = dict(Unit.objects.values_list("code", "name"))
    for unit in [*people["others"], *people["villages"]]:
        listed.append(_of_unit(unit, "reporter", names[unit] + "填报"))
    for unit in people["others"]:
        listed.append(_of_unit(unit, "reviewer", names[unit] + "审核"))
    for post in people["posts"]:
        if "person" in post:
            listed.append({"username": post["holder"], "name": post["person"], "roles": ["leader"], "unit": "taoyan"})
    users = {}
    for row in listed:
        user = User(username=row["username"], name=row["name"], password=password)
        user.is_machine = Role.DATA_FEED in row["roles"]
        user.is_staff = user.is_superuser = Role.ADMINISTRATOR in row["roles"]
        user.save()
        unit = Unit.objects.get(code=row["unit"]) if "unit" in row else None
        Grant.objects.bulk_create(Grant(user=user, role=role, unit=unit) for role in row["roles"])
        users[user.username] = user
    return users


def _of_unit(unit: str, role: str, name: str) -> dict[str, Any]:
    return {"username": f"{unit}.{role}", "name": f"演示·{name}", "roles": [role], "unit": unit}


def _post(row: dict[str, Any], users: dict[str, User]) -> None:
    unit = Unit.objects.get(code=row["unit"])
    post = Post.objects.create(code=row["code"], name=row["name"], unit=unit, role=row.get("role", ""))
    PostHolder.objects.create(post=post, user=users[row["holder"]], held_from=date(FIRST_YEAR, 1, 1))
    for stand_in in row.get("deputies", ()):
        user, first, last = users[stand_in["holder"]], stand_in["from"], stand_in["to"]
        PostHolder.objects.create(post=post, user=user, held_from=first, held_to=last, is_deputy=True)


def _series(table: dict[str, Any]) -> Iterator[Series]:
    for code, row in table.items():
        lead = Target.objects.get(code=code).lead_office
        assert lead is not None
        for unit, own in row.get("units", {lead.code: row}).items():
            yield Series(code, unit, dict(_by_month(own)), own.get("latest", {}))


def _by_month(row: dict[Any, Any]) -> Iterator[tuple[date, Any]]:
    for year in (FIRST_YEAR, YEAR):
        figures = row[year]
        if isinstance(figures, dict):
            figures = [figures["every_month"]] * 12
        for month, figure in enumerate(figures, start=1):
            yield period_end(year * 12 + month), figure


def _report_by_unit(everything: Iterable[Series]) -> None:
    """Where villages report instead of the lead office, they always did."""
    units = {u.code: u for u in Unit.objects.all()}
    by_indicator: dict[str, list[Unit]] = {}
    for series in everything:
        by_indicator.setdefault(series.indicator, []).append(units[series.unit])
    for code, reporters in by_indicator.items():
        if len(reporters) > 1:
            indicator = Indicator.objects.get(code=code)
            ReportingUnit.objects.filter(indicator=indicator).delete()
            ReportingUnit.objects.bulk_create(ReportingUnit(indicator=indicator, unit=unit) for unit in reporters)


def _allocate(planner: User) -> None:
    """任务分解: the villages' parts of a goal."""
    units = {u.code: u for u in Unit.objects.all()}
    for code, shares in _read("allocations.yaml").items():
        target = Target.objects.select_related("plan", "indicator", "theme").get(code=code)
        planning.save_target(planner, target, allocations={units[u]: Decimal(goal) for u, goal in shares.items()})


def _figures(everything: list[Series], users: dict[str, User]) -> None:
    """Last year's and January's figures entered at the start, then month by month, and September as it stands."""
    january = period_end(YEAR * 12 + 1)
    _month(everything, users, BACKFILLED, lambda day: day <= january)
    for month in range(2, LAST_MONTH + 1):
        end = period_end(YEAR * 12 + month)
        _month(everything, users, end + timedelta(days=6), lambda day, end=end: day == end)  # type: ignore[misc]
    for series in everything:
        if series.latest.get("state", "missing") != "missing":
            _latest(series, users)


def _month(everything: list[Series], users: dict[str, User], day: date, wanted: Any) -> None:
    """Each unit hands its figures in on the day; the lead office's reviewer approves two days later."""
    submitted: dict[str, list[int]] = {}
    with clock.pretending(day):
        for unit, found in _grouped(everything).items():
            for office, part in found.items():
                rows = [_row(s, end, value) for s in part for end, value in s.figures.items() if wanted(end)]
                if rows:
                    submitted.setdefault(office, []).extend(reporting.post_readings(_reporter(users, unit), rows).ids)
    with clock.pretending(day + timedelta(days=2), hour=15):
        for office, ids in submitted.items():
            reporting.approve_many(_reviewer(users, office), ids)


def _grouped(everything: Iterable[Series]) -> dict[str, dict[str, list[Series]]]:
    """By reporting unit, then by the office that reviews."""
    lead = dict(Target.objects.values_list("code", "lead_office__code"))
    groups: dict[str, dict[str, list[Series]]] = {}
    for series in everything:
        groups.setdefault(series.unit, {}).setdefault(lead[series.indicator], []).append(series)
    return groups


def _latest(series: Series, users: dict[str, User]) -> None:
    state, end = series.latest["state"], period_end(YEAR * 12 + LAST_MONTH)
    row = _row(series, end, series.latest["value"]) | {"note": series.latest.get("note", "")}
    row["state"] = "draft" if state == "draft" else "submitted"
    with clock.pretending(date(YEAR, 10, 9), hour=16, minute=5):
        ids = reporting.post_readings(_reporter(users, series.unit), [row]).ids
    if state == "returned":
        office = Target.objects.get(code=series.indicator).lead_office
        assert office is not None
        with clock.pretending(date(YEAR, 10, 11), hour=10, minute=20):
            reporting.return_reading(_reviewer(users, office.code), ids[0], series.latest["reason"])


def _row(series: Series, period: date, value: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "indicator": Indicator.objects.get(code=series.indicator),
        "unit": Unit.objects.get(code=series.unit),
        "period": period,
        "state": "submitted",
    }
    if isinstance(value, list):
        return row | {"numerator": Decimal(str(value[0])), "denominator": Decimal(str(value[1]))}
    return row | {"value": Decimal(str(value))}


def _reporter(users: dict[str, User], unit: str) -> User:
    return users.get(f"{unit}.reporter") or users["reporter"]


def _reviewer(users: dict[str, User], office: str) -> User:
    return users.get(f"{office}.reviewer") or users["reviewer"]
