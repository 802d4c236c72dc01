"""Closed lists (来源, 领域, 等级 …): declared with their entries in code, extended by planners as data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST = 40
# The error's code: what a list lacks no schema can say, since planners add to it.
NOT_IN_LIST = "not_in_list"


@dataclass(frozen=True)
class ClosedList:
    """A list by its code, `section.name`, with the entries in use from the start: code and name."""

    code: str
    name: str | Promise
    entries: Mapping[str, str | Promise] = field(hash=False)

    def __post_init__(self) -> None:
        if _registry.setdefault(self.code, self) is not self:
            raise ValueError(f"list {self.code} is declared already")

    def described(self) -> str:
        """For clients: the codes in use from the start with their names, in the language of whoever reads."""
        entries = ", ".join(f"`{code}` {name}" for code, name in self.entries.items())
        return f"One of {entries}, or a code that planners have added."


_registry: dict[str, ClosedList] = {}

SOURCE_SYSTEM = ClosedList(
    "ledgers.source_system",
    _("来源系统"),
    {
        "own": _("街道自建"),
        "statistics": _("区统计"),
        "industry": _("经信"),
        "emergency": _("应急"),
        "insurance": _("医保"),
        "civil_affairs": _("民政"),
        "agriculture": _("农业农村"),
        "environment": _("生态环境"),
        "four_platforms": _("四平台"),
        "common_wealth": _("浙里兴村共富"),
        "hotline": _("12345"),
        "petitions": _("信访"),
    },
)


def all_lists() -> list[ClosedList]:
    """Every declared list, by code."""
    return [_registry[code] for code in sorted(_registry)]


def list_of(code: str) -> ClosedList | None:
    return _registry.get(code)


Labels = Mapping[str, Mapping[str, str]]


def labels_of(lists: Iterable[ClosedList], *, retired: bool = True) -> Labels:
    """By list and entry the names as people read them, what planners added last. One query.

    `retired` entries name what rows hold still, but aren't offered any more.
    """
    from_code = {each.code: {code: str(name) for code, name in each.entries.items()} for each in lists}
    for entry in ListEntry.objects.filter(list__in=from_code).order_by("pk"):
        found = from_code[entry.list]
        if entry.is_retired and not retired:
            found.pop(entry.code, None)
        elif entry.name:
            found[entry.code] = entry.name
    return from_code


def labels_for(section: Any, closed: ClosedList) -> Mapping[str, str]:
    """A list's names for a panel of the section's page. One query for all panels of the section: it remembers them."""
    if not hasattr(section, "list_labels"):
        section.list_labels = labels_of(each for each in all_lists() if each.code.startswith(f"{section.code}."))
    found: Labels = section.list_labels
    return found[closed.code]


class ListEntry(models.Model):
    """What a planner added to a list, or retired from it (then `name` is empty for an entry of the code's own)."""

    list = models.CharField(_("清单"), max_length=100)
    code = models.CharField(_("代码"), max_length=LONGEST)
    name = models.CharField(_("名称"), max_length=100, blank=True)
    is_retired = models.BooleanField(_("停用"), default=False)

    class Meta:
        verbose_name = _("清单条目")
        verbose_name_plural = _("清单条目")
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="list_entry_once")]

    def __str__(self) -> str:
        return self.name or self.code


class ListField(models.CharField):  # type: ignore[type-arg]
    """A model's field whose values are a closed list's entries, kept by code."""

    def __init__(self, closed: ClosedList, *args: Any, **kwargs: Any) -> None:
        self.closed = closed
        kwargs["max_length"] = LONGEST
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """For migrations it is a plain text column: the list is data."""
        name, _path, _args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", [], kwargs

    def clone(self) -> Any:
        _name, _path, args, kwargs = self.deconstruct()
        return ListField(self.closed, *args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if value in self.empty_values or value in self.closed.entries:
            return
        if not ListEntry.objects.filter(list=self.closed.code, code=value).exists():
            raise ValidationError(_("清单“%(list)s”里没有这一项。") % {"list": self.closed.name}, code=NOT_IN_LIST)
