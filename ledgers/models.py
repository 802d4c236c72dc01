"""What every register's row carries, and what is kept about registers as a whole."""

from datetime import date, datetime
from functools import cache
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.permissions import Access
from common import clock
from common.fields import PlainJSONField
from common.records import Record
from common.text import CleanText, require_visible
from ledgers.lists import SOURCE_SYSTEM, ListEntry, ListField

__all__ = ["Confirmation", "ListEntry", "Row", "RowQuerySet", "Upkeep"]
FIRST_DAY = date(2000, 1, 1)


class RowQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """The rows of the user's own subdistrict or district."""
        return self.filter(Access.of(user).seen_rows())

    def valid(self) -> Self:
        """Not voided."""
        return self.filter(voided_at=None)

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

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    def clean(self) -> None:
        """Raises ValidationError by field; subclasses add their own and call this one."""
        for name in _needed_words(type(self)):
            try:
                require_visible(getattr(self, name) or "-")  # what is empty is refused by its field
            except ValidationError as error:
                raise ValidationError({name: error.error_list}) from error
        if self.day is None:
            return
        if self.day < FIRST_DAY:
            raise ValidationError({"day": ValidationError(_("日期不早于 2000 年。"), code="out_of_range")})
        if self.day > clock.today():
            raise ValidationError({"day": ValidationError(_("日期不能晚于今天。"), code="future")})


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
