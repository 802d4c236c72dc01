"""Model fields: figures that stay exact on both databases, initials to find names by, JSON that is read quickly."""

from decimal import Decimal
from typing import Any

import orjson
from django.db import models
from django.db.backends.postgresql.psycopg_any import Jsonb

from common.pinyin import initials_of

SCALE = 10_000


class FigureField(models.DecimalField):  # type: ignore[type-arg]
    """decimal(18,4), stored as whole ten-thousandths in a bigint.

    SQLite keeps decimals as binary floats, which lose the last digits of 18 and add up inexactly;
    whole numbers are exact in both databases, in sums too.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 18, 4
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def from_db_value(self, value: int | None, expression: object, connection: object) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-4)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> int | None:
        return to_scale(self.to_python(value))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return value if hasattr(value, "as_sql") else self.get_db_prep_value(value, connection)


def to_scale(value: Decimal | None) -> int | None:
    """A figure as whole ten-thousandths, the form in which the arithmetic takes it."""
    return None if value is None else int(Decimal(value).scaleb(4).to_integral_exact())


class InitialsField(models.CharField):  # type: ignore[type-arg]
    """The initials of the record's name. Computed with every save, of many records at once too; nobody types them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_length": 200, "blank": True, "default": "", "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "blank", "default", "editable"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        found = initials_of(str(getattr(model_instance, "name", "") or ""))[:200]
        setattr(model_instance, self.attname, found)
        return found


class PlainJSONField(models.JSONField):
    """JSON of thousands of rows that the portal itself writes: by the quicker parser and writer."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return orjson.loads(value) if isinstance(value, str) else super().from_db_value(value, expression, connection)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if not isinstance(value, list | dict):
            return super().get_db_prep_value(value, connection, prepared)
        text = orjson.dumps(value).decode()
        return Jsonb(text, dumps=str) if connection.vendor == "postgresql" else text
