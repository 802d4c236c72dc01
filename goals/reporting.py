"""What is due from whom, and how a figure travels: entered, submitted, approved or returned, superseded.

One service layer for pages, API and admin. Each function is one transaction, writes its audit events in it, and
raises Forbidden, Conflict, StaleVersion or ValidationError, having changed nothing.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden, StaleVersion
from common.records import touch
from common.text import CleanText, require_visible
from goals import evidence
from goals.due import Due, due_for, review_queue
from goals.entry import Posted, Row, check_rows, write_rows
from goals.models import Reading
from goals.models.reading import State
from goals.permissions import may_report, may_review, review_offices
from goals.progress.recompute import mark_indicators
from goals.reminders import tell_returned
from goals.webhooks import outbox
from goals.windows import locked_slots, require_open

__all__ = [
    "Due",
    "Posted",
    "approve",
    "approve_many",
    "delete_draft",
    "due_for",
    "edit_draft",
    "post_checked",
    "post_readings",
    "return_reading",
    "review_queue",
    "submit",
]

FIGURES = ("value", "numerator", "denominator", "rank", "rank_of")


def post_readings(
    user: User, rows: Sequence[dict[str, Any]], *, origin: str = "", source: trail.Entry | None = None
) -> Posted:
    """Enter, submit or (a data feed) approve readings: all or nothing, in a number of queries that doesn't grow.

    A row: indicator, unit, period, value or numerator and denominator, rank, rank_of, note, state. Errors of row n
    are keyed `n.field`. Of rows out of one `source`, such as a file, the audit trail tells in one event.
    """
    with transaction.atomic():
        checked = check_rows(user, [Row(**row) for row in rows])
        return write_rows(user, checked, origin=origin, source=source)


def post_checked(user: User, rows: Sequence[Row], *, origin: str, source: trail.Entry) -> Posted:
    """The same for rows that `check_rows` has passed for this user in the caller's transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("rows are written in the transaction in which they were checked")
    return write_rows(user, rows, origin=origin, source=source)


@transaction.atomic
def edit_draft(user: User, reading_id: int, changes: dict[str, Any], *, if_version: int | None = None) -> Reading:
    """Replace figures or note of a draft of the own unit."""
    reading = _locked(reading_id, if_version)
    _require_reporter(user, reading)
    if reading.state != State.DRAFT:
        raise Conflict(_("只有草稿可以修改；已提交的请等待审核，已通过的请另报更正。"))
    require_open([reading.slot])
    given = {name: changes.get(name, getattr(reading, name)) for name in (*FIGURES, "note")}
    row = Row(indicator=reading.indicator, unit=reading.unit, period=reading.period, **given)
    try:
        checked = check_rows(user, [row])
    except ValidationError as error:
        raise ValidationError({k.partition(".")[2]: v for k, v in error.error_dict.items()}) from error
    before = figures_of(reading)
    for name, value in given.items():
        setattr(reading, name, value)
    reading.warnings = checked[0].warnings
    _touch(reading, user)
    reading.save()
    _tell(user, "edit_draft", reading, before, Role.REPORTER, Role.DATA_FEED)
    return reading


@transaction.atomic
def delete_draft(user: User, reading_id: int, *, if_version: int | None = None) -> None:
    """Throw a draft away; what was submitted stays."""
    reading = _locked(reading_id, if_version)
    _require_reporter(user, reading)
    if reading.state != State.DRAFT:
        raise Conflict(_("已提交的数据不能删除。"))
    before = figures_of(reading)
    entries = [*evidence.forget([reading]), trail.Entry("delete_draft", "reading", str(reading.pk), before=before)]
    reading.delete()
    trail.record(Access.of(user).actor(Role.REPORTER, Role.DATA_FEED), entries)


@transaction.atomic
def submit(user: User, reading_ids: Sequence[int], *, if_version: int | None = None, origin: str = "") -> list[Reading]:
    """Hand drafts in for review. Handing in again what was handed in changes nothing."""
    found = {r.pk: r for r in _lock().filter(pk__in=reading_ids).order_by("pk")}
    entries, handed_in, now = [], [], clock.now()
    require_open(r.slot for r in found.values() if r.state == State.DRAFT)
    for pk in reading_ids:
        reading = found.get(pk)
        if reading is None:
            raise Conflict(_("这条数据已不存在。"))
        _require_version(reading, if_version)
        _require_reporter(user, reading)
        if reading.state == State.SUBMITTED:
            continue
        if reading.state != State.DRAFT:
            raise Conflict(_("只有草稿可以提交。"))
        before = figures_of(reading)
        reading.state, reading.reported_by, reading.reported_at = State.SUBMITTED, user, now
        _touch(reading, user)
        reading.save()
        entries.append(trail.Entry("submit", "reading", str(pk), before, figures_of(reading)))
        handed_in.append(reading)
    _require_evidence(handed_in)
    trail.record(Access.of(user).actor(Role.REPORTER, Role.DATA_FEED, origin=origin), entries)
    return [found[pk] for pk in reading_ids]


@transaction.atomic
def approve(user: User, reading_id: int, *, if_version: int | None = None, origin: str = "") -> Reading:
    """Approve a submitted reading; the approved one that it corrects is superseded."""
    reading = _locked(reading_id, if_version)
    _require_reviewer(user, [reading])
    if reading.state != State.SUBMITTED:
        raise Conflict(_("这条数据不在待审核状态。"))
    require_open([reading.slot])
    _approve(user, [reading], origin)
    return reading


@transaction.atomic
def approve_many(user: User, reading_ids: Sequence[int], *, origin: str = "") -> list[tuple[int, str]]:
    """Approve what still waits and no closing locks; `approved` or `conflict` for each, in order.

    An id that the user may not approve refuses the whole call.
    """
    wanted = list(dict.fromkeys(reading_ids))
    found = {r.pk: r for r in _lock().filter(pk__in=wanted).order_by("pk")}
    if len(found) < len(wanted):
        raise Forbidden(_("其中有您无权审核的数据，全部未处理。"))
    _require_reviewer(user, list(found.values()))
    waiting = [r for r in found.values() if r.state == State.SUBMITTED]
    locked = locked_slots(r.slot for r in waiting)
    waiting = [r for r in waiting if r.slot not in locked]
    _approve(user, waiting, origin)
    done = {r.pk for r in waiting}
    return [(pk, "approved" if pk in done else "conflict") for pk in wanted]


@transaction.atomic
def return_reading(
    user: User, reading_id: int, reason: str, *, if_version: int | None = None, origin: str = ""
) -> Reading:
    """Send a submitted reading back, with the reason; the correction is a new revision."""
    reading = _locked(reading_id, if_version)
    _require_reviewer(user, [reading])
    try:
        CleanText()(require_visible(reason))
    except ValidationError as error:
        raise ValidationError({"reason": error.error_list}) from error
    if reading.state != State.SUBMITTED:
        raise Conflict(_("这条数据不在待审核状态。"))
    before = figures_of(reading)
    reading.state, reading.reason = State.RETURNED, reason
    reading.reviewed_by, reading.reviewed_at = user, clock.now()
    reading.save()
    tell_returned(reading, user)
    _tell(user, "return", reading, before, Role.REVIEWER, origin=origin)
    return reading


def figures_of(reading: Reading) -> dict[str, Any]:
    """A reading as the audit trail keeps it: plain values."""
    numbers = {n: None if getattr(reading, n) is None else str(getattr(reading, n)) for n in FIGURES}
    return numbers | {
        "indicator": reading.indicator.code,
        "unit": reading.unit.code,
        "period": reading.period.isoformat(),
        "state": str(reading.state),
        "revision": reading.revision,
        "note": reading.note,
        "reason": reading.reason,
    }


def _approve(user: User, readings: Sequence[Reading], origin: str) -> None:
    if not readings:
        return
    now = clock.now()
    slots = {(r.indicator_id, r.unit_id, r.period) for r in readings}
    old = Reading.objects.approved().filter(
        indicator__in={s[0] for s in slots}, unit__in={s[1] for s in slots}, period__in={s[2] for s in slots}
    )
    entries = []
    superseded = {}
    for reading in old.select_related("indicator", "unit"):
        slot = (reading.indicator_id, reading.unit_id, reading.period)
        if slot in slots:
            before = figures_of(reading)
            reading.state, reading.superseded_at = State.SUPERSEDED, now
            superseded[slot] = reading
            entries.append(trail.Entry("supersede", "reading", str(reading.pk), before, figures_of(reading)))
    _save_all(list(superseded.values()), "state", "superseded_at")
    for reading in readings:
        before = figures_of(reading)
        reading.state = State.APPROVED
        reading.reviewed_by, reading.reviewed_at, reading.approved_at = user, now, now
        reading.supersedes = superseded.get((reading.indicator_id, reading.unit_id, reading.period))
        entries.append(trail.Entry("approve", "reading", str(reading.pk), before, figures_of(reading)))
    _save_all(readings, "state", "reviewed_by", "reviewed_at", "approved_at", "supersedes")
    years = {r.period.year for r in readings} | {r.period.year + 1 for r in readings}
    mark_indicators({r.indicator_id for r in readings}, years, "approve")
    outbox.tell_approved(readings)
    trail.record(Access.of(user).actor(Role.REVIEWER, origin=origin), entries)


def _save_all(readings: Sequence[Reading], *fields: str) -> None:
    for reading in readings:
        touch(reading)
    Reading.objects.bulk_update(readings, [*fields, "version", "updated_at"])


def _lock() -> Any:
    return Reading.objects.select_for_update(of=("self",)).select_related("indicator", "unit")


def _locked(reading_id: int, if_version: int | None) -> Reading:
    reading = _lock().filter(pk=reading_id).first()
    if reading is None:
        raise Conflict(_("这条数据已不存在。"))
    _require_version(reading, if_version)
    return reading  # type: ignore[no-any-return]


def _require_version(reading: Reading, if_version: int | None) -> None:
    if if_version is not None and reading.version != if_version:
        raise StaleVersion(_("这条数据已被他人修改，请刷新后再试。"))


def _require_reporter(user: User, reading: Reading) -> None:
    feeds = reading.indicator.feeds.values_list("pk", flat=True) if Access.of(user).has(Role.DATA_FEED) else ()
    if not may_report(Access.of(user), reading.indicator, reading.unit, feeds=feeds):
        raise Forbidden(_("您不是该单位的填报员。"))


def _require_reviewer(user: User, readings: Sequence[Reading]) -> None:
    access = Access.of(user)
    if not access.has(Role.REVIEWER):
        raise Forbidden(_("您不是审核员。"))
    offices = review_offices((r.indicator_id, r.period.year) for r in readings)
    for reading in readings:
        if not may_review(access, reading, offices[reading.indicator_id, reading.period.year]):
            raise Forbidden(_("您不能审核这条数据：不属于本单位审核范围，或您曾经手。"))


def _require_evidence(readings: Sequence[Reading]) -> None:
    """Raised after the readings were moved, in the transaction that this undoes."""
    faults = []
    for reading in evidence.lacking(readings):
        what = {"what": f"{reading.indicator.name} {reading.period}"}
        faults.append(ValidationError(_("%(what)s 须附佐证才能提交。") % what, code="evidence_required"))
    if faults:
        raise ValidationError({"evidence": faults})


def _touch(reading: Reading, user: User) -> None:
    if user.pk not in reading.hands:
        reading.hands = [*reading.hands, user.pk]


def _tell(user: User, action: str, reading: Reading, before: dict[str, Any], *roles: str, origin: str = "") -> None:
    entry = trail.Entry(action, "reading", str(reading.pk), before, figures_of(reading))
    trail.record(Access.of(user).actor(*roles, origin=origin), [entry])
