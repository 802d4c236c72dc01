"""What a register holds once: no two valid rows say the same. Held by the database, and said in previews beforehand."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from ledgers.models import Row


class Once(models.UniqueConstraint):
    """The constraint; what breaks it is told of the field that names the row. For migrations a plain one."""

    def deconstruct(self) -> Any:
        _path, args, kwargs = super().deconstruct()
        return "django.db.models.UniqueConstraint", args, kwargs

    def clone(self) -> "Once":
        _path, args, kwargs = self.deconstruct()
        return Once(*args, **kwargs)

    @property
    def named(self) -> str:
        return next(name for name in self.fields if name != "unit")

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: Any = None) -> None:
        """Raises ValidationError naming the field. One query, where the row is concerned."""
        if self.concerns(instance) and self.standing([instance]).exclude(pk=instance.pk).exists():
            raise self.broken()

    def broken(self) -> ValidationError:
        return ValidationError({self.named: ValidationError(self.get_violation_error_message(), code="unique")})

    def concerns(self, row: Row) -> bool:
        """Is the row one of those that may be there once only?"""
        assert isinstance(self.condition, Q)
        return all(getattr(row, name) == value for name, value in self.condition.children)  # type: ignore[misc]

    def key(self, row: Row) -> tuple[Any, ...]:
        return tuple(getattr(row, row._meta.get_field(name).attname) for name in self.fields)  # type: ignore[union-attr]

    def standing(self, rows: Iterable[Row]) -> "QuerySet[Any]":
        """The rows that may stand against these: one query."""
        several = list(rows)
        keys = zip(*(self.key(row) for row in several), strict=True)
        wanted = {f"{name}__in": set(values) for name, values in zip(self.fields, keys, strict=True)}
        return type(several[0]).objects.filter(self.condition, **wanted)


def once(*fields: str, said: str | Promise, named: str = "once", **still: Any) -> Once:
    """No two valid rows with the same `fields`; of those only that are `still` so (a day not yet come: None)."""
    name = f"%(app_label)s_%(class)s_{named}"
    condition = Q(voided_at=None, **still)
    return Once(fields=fields, condition=condition, name=name, violation_error_message=said)  # type: ignore[arg-type]


def meta(name: str | Promise, *held: Once, indexes: Iterable[models.Index] = (), **more: Any) -> type[Row.Meta]:
    """The Meta of a register's row: what it is called, what the register holds once, and what all registers have."""
    own = {"verbose_name": name, "verbose_name_plural": name, **more}
    own |= {"constraints": [*Row.Meta.constraints, *held], "indexes": [*Row.Meta.indexes, *indexes]}
    return type("Meta", (Row.Meta,), own)


def doubled(model: type[Row], rows: Sequence[Row]) -> dict[int, Once]:
    """The places of rows that say the same as another of these."""
    found: dict[int, Once] = {}
    for held in onces(model):
        concerned = [place for place, row in enumerate(rows) if held.concerns(row)]
        times = Counter(held.key(rows[place]) for place in concerned)
        found |= {place: held for place in concerned if times[held.key(rows[place])] > 1}
    return found


def onces(model: type[Row]) -> list[Once]:
    return [each for each in model._meta.constraints if isinstance(each, Once)]
