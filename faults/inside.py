"""What the run asks the database itself, through Django: who may write what, what is stored, what differs."""

import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import django

django.setup()

from django.core.management import get_commands  # noqa: E402
from django.db import OperationalError, close_old_connections, connection  # noqa: E402
from django.db.models import F  # noqa: E402

from accounts.models import Grant, Role, Token, Unit, User  # noqa: E402
from common import clock  # noqa: E402
from faults.portal import Log, Slot  # noqa: E402
from goals import recomputing  # noqa: E402
from goals.models import (  # noqa: E402
    Indicator,
    Plan,
    Reading,
    RecomputeRun,
    ReportingUnit,
    Section,
    Target,
    Theme,
    WarningProfile,
)
from goals.progress import recompute as progress  # noqa: E402
from goals.progress.books import books  # noqa: E402
from goals.progress.periods import month_key, period_end  # noqa: E402

Answer = TypeVar("Answer")
# So small that a run has many pieces, and a worker dies in the middle of one.
PIECE = 60
# 24 subdistricts with 80 targets each.
DISTRICT = 1_920
recomputing.CHUNK = PIECE


def knows_scenarios() -> bool:
    return "make_scenario" in get_commands()


def patiently(ask: Callable[..., Answer], *about: Any) -> Answer:
    """Ask a database that may just be coming back."""
    for _try in range(300):
        try:
            close_old_connections()
            return ask(*about)
        except OperationalError:
            connection.close()
            time.sleep(0.2)
    return ask(*about)


def writer(count: int) -> tuple[str, list[Slot]]:
    """A machine account's token, and the slots of so many targets that it may report."""
    user, _made = User.objects.get_or_create(username="faults", defaults={"name": "faults", "is_machine": True})
    Grant.objects.get_or_create(user=user, role=Role.DATA_FEED, unit=None)
    today = clock.today()
    period = period_end(month_key(today) - 1)
    found = Target.objects.filter(plan__year=today.year, plan__state="adopted", indicator__basis="amount", rule="total")
    # What is under review is nobody's to write.
    found = found.exclude(indicator__in=Reading.objects.filter(state="submitted", period=period).values("indicator"))
    slots: list[Slot] = []
    for target in found.filter(indicator__maximum=None).select_related("indicator").order_by("pk"):
        unit = target.indicator.reporting.order_by("pk").first()
        if unit is None or len(slots) == count or target.indicator.sources.exclude(measure="").exists():
            continue
        target.indicator.feeds.add(user)
        slots.append(Slot(target.indicator.code, unit.unit.code, period.isoformat()))
    token = Token.issue(user, name="faults", scope=Token.Scope.WRITE)[1]
    return token, slots


def targets() -> int:
    return Target.objects.count()


def lost(log: Log) -> int:
    """Of how many slots what was acknowledged isn't stored."""
    slots = list(log.acknowledged)
    found: dict[Slot, Any] = {}
    rows = Reading.objects.filter(state="approved", indicator__code__in={slot.indicator for slot in slots})
    for indicator, unit, period, value in rows.values_list("indicator__code", "unit__code", "period", "value"):
        found[Slot(indicator, unit, period.isoformat())] = value
    return sum(found.get(slot) not in log.possible(slot) for slot in slots)


def due() -> int:
    """Marks that wait, parked ones too."""
    return sum(book.marks._default_manager.filter(dirty_gen__gt=F("computed_gen")).count() for book in books())


def differences() -> int:
    return len(progress.check())


def start_run() -> int:
    return recomputing.start_run(reason="faults").pk


def run_state(pk: int) -> tuple[str, int, int]:
    run = RecomputeRun.objects.get(pk=pk)
    return run.state, run.chunks.filter(state="done").count(), run.chunks.count()


def has_ended(pk: int) -> bool:
    return run_state(pk)[0] != "running"


def retry_parked(pk: int) -> int:
    """What died three times was parked, as it should be; the operator tries it again. How many pieces."""
    run = RecomputeRun.objects.get(pk=pk)
    parked = run.chunks.filter(state="parked").count()
    if parked:
        recomputing.retry_parked(None, pk)
    return parked


def at_work(pk: int) -> bool:
    """Is a piece begun that isn't done?"""
    return RecomputeRun.objects.get(pk=pk).chunks.filter(state="waiting", attempts__gt=0).exists()


def shuffle_thrice(redis: Any, queues: Iterable[str], shuffle: Callable[[list[Any]], None]) -> int:
    """Every message that waits, three times over, in any order; how many there were."""
    count = 0
    for queue in queues:
        waiting = redis.lrange(queue, 0, -1)
        thrice = waiting * 3
        shuffle(thrice)
        if waiting:
            redis.delete(queue)
            redis.rpush(queue, *thrice)
        count += len(waiting)
    return count


def fill(count: int) -> None:
    """So many targets of an adopted plan, each with its readings of nine months, where no scenario can be made."""
    unit = Unit.objects.create(code="faults", name="faults", kind=Unit.Kind.SUBDISTRICT)
    office = Unit.objects.create(code="faults-office", name="faults", kind=Unit.Kind.OFFICE, parent=unit)
    profile = WarningProfile.objects.get(code="default", edition=1)
    year = clock.today().year
    plan = Plan.objects.create(slug="faults", name="faults", unit=unit, year=year, profile=profile, state="adopted")
    section = Section.objects.create(plan=plan, code="faults", name="faults")
    theme = Theme.objects.create(plan=plan, section=section, code="faults", name="faults")
    indicators = Indicator.objects.bulk_create(
        Indicator(code=f"faults.{n}", name=f"faults {n}", basis="amount") for n in range(count)
    )
    ReportingUnit.objects.bulk_create(ReportingUnit(indicator=each, unit=office) for each in indicators)
    terms = {"plan": plan, "theme": theme, "basis": "amount", "rule": "total", "goal": 1_000, "due": plan.end}
    Target.objects.bulk_create(
        Target(indicator=each, code=each.code, name=each.name, lead_office=office, **terms) for each in indicators
    )
    shared = {"unit": office, "is_share": False, "state": "approved"}
    moments = {"entered_at": clock.now(), "approved_at": clock.now()}
    Reading.objects.bulk_create(
        (
            Reading(indicator=each, period=period_end(year * 12 + month), value=n % 90, **shared, **moments)
            for n, each in enumerate(indicators)
            for month in range(1, 9)
        ),
        batch_size=5_000,
    )
    for book in books():
        ids = book.subject._default_manager.order_by("pk").values_list("pk", flat=True)
        progress.recompute(ids, book)
