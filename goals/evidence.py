"""佐证: files attached to records, seen by who sees the record, changed by who may report it while it is open.

A record's model joins by `register`. Files lie under EVIDENCE_ROOT by their random keys, never by their names.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from goals import evidence_files
from goals.evidence_files import Checked
from goals.models import Evidence, Indicator, Plan, Reading, Target
from goals.models.reading import State
from goals.permissions import may_report

logger = logging.getLogger(__name__)

MOST_FILES = 20
# A request: as many files as a record may have, and what stands around them.
LARGEST_BODY = MOST_FILES * (evidence_files.LARGEST + 64 * 1024)


@dataclass(frozen=True)
class Holder:
    """A model whose records keep evidence. Who sees a record by its `visible_to`, sees its evidence."""

    model: type[Model]
    may_attach: Callable[[User, Any], bool]
    is_open: Callable[[Any], bool]
    touch: Callable[[User, Any], None]
    roles: Sequence[str]

    def visible_to(self, user: User) -> "QuerySet[Any]":
        return self.model._default_manager.visible_to(user)  # type: ignore[attr-defined, no-any-return]


_holders: dict[type[Model], Holder] = {}


def register(holder: Holder) -> None:
    """Let the records of a model keep evidence; called once by the app that the model is of."""
    _holders[holder.model] = holder


def holder_of(record: Model) -> Holder:
    return _holders[type(record)]


def may_attach(user: User, record: Model) -> bool:
    """May the user attach and remove, were the record open?"""
    return holder_of(record).may_attach(user, record)


def may_change(user: User, record: Model) -> bool:
    """May the user attach and remove now?"""
    holder = holder_of(record)
    return holder.is_open(record) and holder.may_attach(user, record)


def visible_to(user: User, *models: type[Model]) -> "QuerySet[Evidence]":
    """The evidence of all records that the user sees, or of those of these models."""
    condition = Q(pk__in=[])
    wanted = models or tuple(_holders)
    content_types = ContentType.objects.get_for_models(*wanted)
    for model in wanted:
        rows = _holders[model].visible_to(user).order_by().values("pk")
        condition |= Q(content_type=content_types[model], object_id__in=rows)
    return Evidence.objects.filter(condition)


def may_see(user: User, evidence: Evidence) -> bool:
    """Does the user see the record that it is attached to?"""
    holder = _holders.get(evidence.content_type.model_class())  # type: ignore[arg-type]
    return holder is not None and holder.visible_to(user).filter(pk=evidence.object_id).exists()


def of(records: Iterable[Model]) -> dict[Any, list[Evidence]]:
    """The evidence of records of one model, by their keys. One query."""
    several = list(records)
    found: dict[Any, list[Evidence]] = {record.pk: [] for record in several}
    if several:
        for each in _attached(type(several[0]), found):
            found[each.object_id].append(each)
    return found


def attach(user: User, record: Model, upload: "File[Any]", *, origin: str = "") -> Evidence:
    """Attach one file."""
    return attach_all(user, record, [upload], origin=origin)[0]


def attach_all(user: User, record: Model, uploads: "Sequence[File[Any]]", *, origin: str = "") -> list[Evidence]:
    """Attach all of these files or none. What is wrong with them is keyed `file`.

    The files are written before their rows, and removed when the rows are not.
    """
    holder = holder_of(record)
    _require_change(holder, user, record)
    if not uploads:
        raise ValidationError({"file": ValidationError(_("请选择要上传的文件。"), code="required")})
    _require_room(record, len(uploads))
    checked = _checked(uploads)
    new = [_row(user, record, each) for each in checked]
    try:
        for row, each in zip(new, checked, strict=True):
            storage().save(path_of(row), each.file)
        with transaction.atomic():
            locked = _locked(record)
            _require_change(holder, user, locked)
            _require_room(locked, len(new))
            Evidence.objects.bulk_create(new)
            holder.touch(user, locked)
            entries = [trail.Entry("attach", "evidence", str(row.pk), after=told(row)) for row in new]
            trail.record(Access.of(user).actor(*holder.roles, origin=origin), entries)
    except BaseException:
        _discard(path_of(row) for row in new)
        raise
    return new


@transaction.atomic
def remove(user: User, evidence: Evidence, *, origin: str = "") -> None:
    """Take it away, row and file; the audit trail keeps what it was."""
    record = evidence.record
    if record is None:
        raise Conflict(_("这个文件已被删除。"))
    holder, locked = holder_of(record), _locked(record)
    _require_change(holder, user, locked)
    found = Evidence.objects.select_for_update().filter(pk=evidence.pk).first()
    if found is None:
        raise Conflict(_("这个文件已被删除。"))
    entries = forget([locked], only=found.pk)
    holder.touch(user, locked)
    trail.record(Access.of(user).actor(*holder.roles, origin=origin), entries)


def forget(records: Iterable[Model], *, only: int | None = None) -> list[trail.Entry]:
    """Delete the evidence of records that go, in the caller's transaction; what the caller's audit event adds.

    The files go after the commit.
    """
    several = list(records)
    going = [e for e in _attached(type(several[0]), [r.pk for r in several]) if only in (None, e.pk)]
    entries = [trail.Entry("remove", "evidence", str(each.pk), before=told(each)) for each in going]
    paths = [path_of(each) for each in going]
    Evidence.objects.filter(pk__in=[each.pk for each in going]).delete()
    transaction.on_commit(lambda: _discard(paths), robust=True)
    return entries


@contextmanager
def carried(pairs: Sequence[tuple[Reading, Reading]]) -> Iterator[list[trail.Entry]]:
    """Copy the evidence of returned readings to those that take their place, in the caller's transaction.

    Gives what the caller's audit event adds; the copies go again when the block fails. Two queries at most. A file
    that the storage has lost is no reason not to report: it stays behind.
    """
    attached = of(old for old, _new in pairs)
    copies: list[Evidence] = []
    try:
        for each, new in ((each, new) for old, new in pairs for each in attached[old.pk]):
            with suppress(Conflict), opened(each) as content:
                copies.append(_copy(each, new))
                storage().save(path_of(copies[-1]), File(content))
        Evidence.objects.bulk_create(copies)
        yield [trail.Entry("carry", "evidence", str(copy.pk), after=told(copy)) for copy in copies]
    except BaseException:
        _discard(path_of(copy) for copy in copies)
        raise


def _copy(each: Evidence, record: Model) -> Evidence:
    names = ("content_type", "name", "kind", "size", "sha256", "uploaded_by_id", "uploaded_at")
    return Evidence(object_id=record.pk, **{name: getattr(each, name) for name in names})


def opened(evidence: Evidence) -> IO[bytes]:
    """Its content; Conflict where the storage has lost it."""
    try:
        return storage().open(path_of(evidence))  # type: ignore[return-value]
    except OSError as error:
        logger.error("the file of evidence %s is missing: %s", evidence.pk, error)
        raise Conflict(_("文件不在存储中，请联系管理员。")) from error


def content_type_of(evidence: Evidence) -> str:
    return evidence_files.CONTENT_TYPES[evidence.kind]


def told(evidence: Evidence) -> dict[str, Any]:
    """Evidence as the audit trail keeps it."""
    return {
        "record": evidence.content_type.model,
        "record_id": str(evidence.object_id),
        "name": evidence.name,
        "kind": evidence.kind,
        "size": evidence.size,
        "sha256": evidence.sha256,
    }


def storage() -> FileSystemStorage:
    """Where the files lie; asked anew each time, for the setting may change in tests."""
    return FileSystemStorage(
        settings.EVIDENCE_ROOT, file_permissions_mode=0o600, directory_permissions_mode=0o700, allow_overwrite=False
    )


def path_of(evidence: Evidence) -> str:
    """Two levels of folders, so that none grows too large."""
    key = evidence.key.hex
    return f"{key[:2]}/{key[2:4]}/{key}"


# What a target's completion standard asks for.


def required_for(indicators: Iterable[Indicator], year: int) -> set[int]:
    """The ids of the indicators of which an adopted plan's target of this year demands evidence. One query."""
    return {indicator_id for indicator_id, _year in _demands({i.pk for i in indicators}, {year})}


def is_required(reading: Reading) -> bool:
    """Must this reading have evidence when it is submitted? One query."""
    return _is_asked(reading, _demands([reading.indicator_id], [reading.period.year]))


def lacking(readings: Iterable[Reading]) -> list[Reading]:
    """Those of the readings that must have evidence and have none. At most two queries."""
    several = list(readings)
    if not several:
        return []
    demands = _demands({r.indicator_id for r in several}, {r.period.year for r in several})
    asked = [r for r in several if _is_asked(r, demands)] if demands else []
    saved = [r.pk for r in asked if r.pk is not None]
    having = {e.object_id for e in _attached(Reading, saved)} if saved else set()
    return [r for r in asked if r.pk not in having]


def _demands(indicator_ids: Collection[int], years: Collection[int]) -> dict[tuple[int, int], list[str]]:
    """By indicator and year, the paths below which the units are of whom a plan asks evidence."""
    demanding = Target.objects.filter(
        indicator__in=indicator_ids, plan__year__in=years, plan__state=Plan.State.ADOPTED, evidence_required=True
    )
    found: dict[tuple[int, int], list[str]] = {}
    for indicator_id, year, root in demanding.order_by().values_list("indicator_id", "plan__year", "plan__unit__path"):
        found.setdefault((indicator_id, year), []).append(root)
    return found


def _is_asked(reading: Reading, demands: Mapping[tuple[int, int], Sequence[str]]) -> bool:
    roots = demands.get((reading.indicator_id, reading.period.year), ())
    return any(reading.unit.path.startswith(root) for root in roots)


def _attached(model: type[Model], keys: Iterable[Any]) -> "QuerySet[Evidence]":
    content_type = ContentType.objects.get_for_model(model)
    found = Evidence.objects.filter(content_type=content_type, object_id__in=list(keys))
    return found.select_related("content_type").order_by("uploaded_at", "pk")


def _require_change(holder: Holder, user: User, record: Model) -> None:
    if not holder.may_attach(user, record):
        raise Forbidden(_("您不能改动这条记录的佐证。"))
    if not holder.is_open(record):
        raise Conflict(_("只有草稿的佐证可以改动；已提交的请等待审核，已退回的请先存为新的草稿。"))


def _require_room(record: Model, coming: int) -> None:
    if _attached(type(record), [record.pk]).count() + coming > MOST_FILES:
        said = _("一条记录最多 %(n)s 个文件。") % {"n": MOST_FILES}
        raise ValidationError({"file": ValidationError(said, code="too_many_files")})


def _checked(uploads: "Iterable[File[Any]]") -> list[Checked]:
    """All of them checked; what is wrong is said of each."""
    checked, faults = [], []
    for upload in uploads:
        try:
            checked.append(evidence_files.check(upload))
        except ValidationError as fault:
            faults.append(fault)
    if faults:
        raise ValidationError({"file": faults})
    return checked


def _row(user: User, record: Model, checked: Checked) -> Evidence:
    return Evidence(
        content_type=ContentType.objects.get_for_model(type(record)),
        object_id=record.pk,
        name=checked.name,
        kind=checked.kind,
        size=checked.size,
        sha256=checked.sha256,
        uploaded_by=user,
        uploaded_at=clock.now(),
    )


def _locked(record: Model) -> Any:
    manager = type(record)._default_manager
    found = manager.select_for_update(of=("self",)).filter(pk=record.pk).first()
    if found is None:
        raise Conflict(_("这条数据已不存在。"))
    return found


def _discard(paths: Iterable[str]) -> None:
    for path in paths:
        storage().delete(path)


# Readings.


def _may_report(user: User, reading: Reading) -> bool:
    access = Access.of(user)
    feeds = reading.indicator.feeds.values_list("pk", flat=True) if access.has(Role.DATA_FEED) else ()
    return may_report(access, reading.indicator, reading.unit, feeds=feeds)


def _touch_reading(user: User, reading: Reading) -> None:
    """Who adds the proof had a hand in the figure, and doesn't review it."""
    if user.pk not in reading.hands:
        reading.hands = [*reading.hands, user.pk]
    reading.save(update_fields=["hands"])


register(
    Holder(
        model=Reading,
        may_attach=_may_report,
        is_open=lambda reading: reading.state == State.DRAFT,
        touch=_touch_reading,
        roles=(Role.REPORTER, Role.DATA_FEED),
    )
)
