"""What every register's row carries, and what is kept about registers as a whole."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.permissions import Access
from common import clock
from common.fields import PlainJSONField
from common.records import Record
from common.text import CleanText, require_visible
from goals.models import Plan
from ledgers.checks import Check, fault
from ledgers.lists import SOURCE_SYSTEM, ListEntry, ListField

__all__ = ["Confirmation", "ListEntry", "Row", "RowQuerySet", "Staged", "Upkeep"]
FIRST_DAY = date(2000, 1, 1)


class RowQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """The rows of the user's own subdistrict or district."""
        return self.filter(Access.of(user).seen_rows())

    def valid(self) -> Self:
        """Not voided."""
        return self.filter(voided_at=None)

    def of_plan(self, plan: Plan, through: date | None = None, *, since: date | None = None) -> Self:
        """The valid rows of the plan's subdistrict or district, of these days."""
        found = self.valid().filter(unit__path__startswith=plan.unit.path)
        found = found.filter(day__lte=through) if through else found
        return found.filter(day__gte=since) if since else found

    def known_until(self, moment: datetime | None) -> Self:
        """Of all versions what was recorded before the moment, and neither voided nor changed by then; what stands now,
        where none is given."""
        if moment is None:
            return self.valid()
        recorded = Q(changed_at__lt=moment) | Q(changed_at=None, created_at__lt=moment)
        return self.filter(Q(voided_at=None) | Q(voided_at__gte=moment), recorded)


class RowManager(models.Manager.from_queryset(RowQuerySet)):  # type: ignore[misc]
    """The rows as they stand, without what they said before: see `ledgers.versions`."""

    def get_queryset(self) -> RowQuerySet:
        found: RowQuerySet = super().get_queryset()
        return found.filter(version_of=None)


class Row(Record):
    """A row of a register (台账): whose it is and when it was; subclasses say what and who. Never deleted, but voided.

    `external_no` is the row's number in the system that it comes from: an import of it again updates the row.
    """

    # The field that says who or what a row is about, where it isn't the first.
    named_by: ClassVar[str] = ""
    # Where something is due: the day by which, and the field that ends it.
    deadline: ClassVar[tuple[str, str] | None] = None
    # What a row can't say (`ledgers.checks`); the first check that fails is told.
    checks: ClassVar[Sequence[Check]] = ()

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("单位"))
    day = models.DateField(_("日期"))
    source_system = ListField(SOURCE_SYSTEM, _("来源系统"), default="own")
    external_no = models.CharField(_("外部编号"), max_length=100, blank=True, validators=[CleanText(100)])
    note = models.TextField(_("备注"), blank=True, validators=[CleanText()])
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False, verbose_name=_("登记人"))
    created_at = models.DateTimeField(_("登记时间"), editable=False)
    voided_at = models.DateTimeField(_("作废时间"), null=True, editable=False)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    void_reason = models.TextField(_("作废原因"), blank=True, editable=False, validators=[CleanText()])
    # Since when the row says what it says; empty, while it says what it said at first.
    changed_at = models.DateTimeField(null=True, editable=False)
    version_of = models.ForeignKey("self", models.CASCADE, null=True, editable=False, related_name="+", db_index=False)
    # The audit trail's numbers of the imports that touched the row: one event tells of all rows of an import.
    imports = PlainJSONField(default=list, editable=False)

    objects = RowManager()
    versions = RowQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_system", "external_no"],
                condition=~Q(external_no="") & Q(version_of=None),
                name="%(app_label)s_%(class)s_external_once",
                violation_error_message=_("这个外部编号已经登记过。"),
            )
        ]
        indexes = [
            models.Index(fields=["-day", "-id"], name="%(app_label)s_%(class)s_day"),
            models.Index(fields=["unit", "day"], name="%(app_label)s_%(class)s_unit"),
        ]

    def __str__(self) -> str:
        name = title_of(type(self))
        field, value = self._meta.get_field(name), getattr(self, name)
        return str(field.closed.entries.get(value, value) if isinstance(field, ListField) else value)

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def is_late(self) -> bool:
        """Is it past its deadline today, without its end?"""
        if self.deadline is None:
            return False
        due, ended = (getattr(self, name) for name in self.deadline)
        return due is not None and due < clock.today() and ended is None

    def put_right(self) -> None:
        """Before the checks: what people may leave out or say loosely."""

    def clean(self) -> None:
        """Raises ValidationError by field; subclasses call this one, then add their own and compute the rest."""
        for name in _needed_words(type(self)):
            try:
                require_visible(getattr(self, name) or "-")  # what is empty is refused by its field
            except ValidationError as error:
                raise ValidationError({name: error.error_list}) from error
        if self.day is not None and self.day < FIRST_DAY:
            raise fault("day", _("日期不早于 2000 年。"), "out_of_range")
        if self.day is not None and self.day > clock.today():
            raise fault("day", _("日期不能晚于今天。"), "future")
        self.put_right()
        for check in self.checks:
            check(self)


class Staged(Row):
    """A row on its way through stages, each begun on a day of its own; some may be passed over."""

    Stage: ClassVar[type[models.TextChoices]]
    # The fields that hold the day of each stage, in their order.
    days: ClassVar[tuple[str, ...]]

    class Meta(Row.Meta):
        abstract = True

    def clean(self) -> None:
        super().clean()
        self.stage = self.stage_on(clock.today())

    def stage_on(self, as_of: date) -> str:
        """The last stage that was reached by the day; the first one, if none was."""
        come = [stage for stage, name in self._dated() if (day := getattr(self, name)) and day <= as_of]
        return come[-1] if come else self.Stage.values[0]

    @classmethod
    def stage_by(cls, as_of: date) -> Case:
        """The same of rows in the database."""
        later_first = list(cls._dated())[::-1]
        come = [When(**{f"{name}__lte": as_of}, then=Value(stage)) for stage, name in later_first]
        return Case(*come, default=Value(cls.Stage.values[0]))

    @classmethod
    def reached(cls, codes: Iterable[str], *, last: str) -> Coalesce:
        """The day on which a row in the database came to the first of these stages, or to one after it through `last`
        (which counts where none of them is one)."""
        stages = cls.Stage.values[: cls.Stage.values.index(last) + 1]
        first = min((stages.index(code) for code in codes if code in stages), default=len(stages) - 1)
        return Coalesce(*cls.days[first : len(stages)], None)

    @classmethod
    def _dated(cls) -> Iterable[tuple[str, str]]:
        return zip(cls.Stage.values, cls.days, strict=True)


def own_fields(model: type[Row]) -> "list[models.Field[Any, Any]]":
    """The fields that a register's rows alone have, in the order of their declaration."""
    common = {each.name for each in Row._meta.get_fields()}
    return [f for f in model._meta.concrete_fields if f.name not in common and not f.primary_key]


@cache
def title_of(model: type[Row]) -> str:
    """The field that says who or what a row is about."""
    return model.named_by or own_fields(model)[0].name


@cache
def _needed_words(model: type[Row]) -> tuple[str, ...]:
    """The texts that a row can't be without: blanks alone are none."""
    texts = (f for f in model._meta.concrete_fields if isinstance(f, models.CharField | models.TextField))
    return tuple(f.name for f in texts if f.editable and not f.blank and not f.choices and not isinstance(f, ListField))


class Confirmation(models.Model):
    """核对一致: through which day the office that keeps a register confirmed it; the last one counts."""

    ledger = models.CharField(_("台账"), max_length=100)
    root = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    through = models.DateField(_("核对至"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(_("核对时间"))

    class Meta:
        verbose_name = _("台账核对")
        verbose_name_plural = _("台账核对")
        ordering = ["pk"]
        indexes = [models.Index(fields=["ledger", "root"], name="confirmation_of_ledger")]

    def __str__(self) -> str:
        return f"{self.ledger} {self.through}"


class Upkeep(models.Model):
    """台账设置: which office keeps a register of a subdistrict, and what of it counts (`counts`: list entries by
    option). Each setting is a row; the last counts, so that what counted on a day stays known."""

    ledger = models.CharField(_("台账"), max_length=100)
    root = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    office = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("主管单位")
    )
    counts = models.JSONField(default=dict, blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("设置时间"))

    class Meta:
        verbose_name = _("台账设置")
        verbose_name_plural = _("台账设置")
        ordering = ["pk"]
        indexes = [models.Index(fields=["ledger", "root"], name="upkeep_of_ledger")]

    def __str__(self) -> str:
        return self.ledger
