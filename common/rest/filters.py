"""Filtering, searching and ordering of lists; what isn't known is refused by name."""

from datetime import date, datetime
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.widgets import BooleanWidget
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from common.changes import horizon
from common.dates import parse_date, parse_moment
from common.rest.errors import nested
from common.rest.export import FORMATS

PAGING = {"page", "page_size", "cursor", "ordering", "search", "updated_since", "format", "fields", "expand"}
LONGEST = 200
MOST_WORDS = 10


class _DateField(forms.CharField):
    def clean(self, value: Any) -> date | None:  # type: ignore[override]
        return parse_date(value) if value else None


class DateFilter(django_filters.Filter):
    """A day, YYYY-MM-DD."""

    field_class = _DateField


class _YesNoWidget(BooleanWidget):
    """What is neither is kept, so that the field can refuse it."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        raw = data.get(name)
        return {"true": True, "false": False}.get(raw, raw)


class _YesNoField(forms.NullBooleanField):
    def clean(self, value: Any) -> bool | None:
        if not isinstance(value, bool) and value not in (None, "", "unknown"):
            raise DjangoValidationError(_("应为 true 或 false。"), code="invalid_choice")
        return self.to_python(value)  # type: ignore[no-any-return]


class YesNoFilter(django_filters.BooleanFilter):
    """true or false, nothing that looks like it; `unknown` is what a page's box says for neither."""

    field_class = _YesNoField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"widget": _YesNoWidget} | kwargs))


class StrictFilters(BaseFilterBackend):
    """Applies a view's `filterset_class`, `search_fields`, `ordering_fields` and `updated_since`.

    An unknown parameter, ordering or value is 400 with its name. `extra_parameters` of a view are its own affair.
    """

    def filter_queryset(self, request: Request, queryset: "QuerySet[Any]", view: Any) -> "QuerySet[Any]":
        if getattr(view, "detail", False):
            return queryset
        filterset_class = getattr(view, "filterset_class", None)
        known = PAGING | set(getattr(view, "extra_parameters", ()))
        if filterset_class is not None:
            known |= set(filterset_class.base_filters)
        for name, values in request.query_params.lists():
            if name not in known:
                raise ValidationError({name: [ErrorDetail(str(_("没有这个参数。")), code="unknown_parameter")]})
            if len(values) > 1:
                raise ValidationError({name: _("参数只能给一次。")})
            if any(ord(c) < 32 or c == "\ufffd" for c in values[0]):
                raise ValidationError({name: _("含有不可见的控制字符。")})
        if filterset_class is not None:
            filters = filterset_class(request.query_params, queryset=queryset, request=request)
            if not filters.is_valid():
                raise ValidationError(
                    {name: nested(DjangoValidationError(found)) for name, found in filters.errors.as_data().items()}
                )
            queryset = filters.qs
        queryset = self._search(request, queryset, view)
        return self._since(request, self._order(request, queryset, view))

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """What the schema says of a list's parameters."""
        filterset_class = getattr(view, "filterset_class", None)
        filters = filterset_class.base_filters if filterset_class else {}
        found = [_parameter(name, getattr(each, "extra", {}).get("choices")) for name, each in filters.items()]
        found += [_parameter(name) for name in getattr(view, "extra_parameters", ())]
        orderings = [sign + name for name in getattr(view, "ordering_fields", ()) for sign in ("", "-")]
        found.append(_parameter("ordering", description=", ".join(orderings)))
        if getattr(view, "search_fields", ()):
            found.append(_parameter("search"))
        since = "An ISO date-time: what changed after it, in the order of change. Keep the last `updated_at`."
        found.append(_parameter("updated_since", description=since))
        return [*found, *_shaping(view)]

    @staticmethod
    def _search(request: Request, queryset: "QuerySet[Any]", view: Any) -> "QuerySet[Any]":
        words = request.query_params.get("search", "")[:LONGEST].split()[:MOST_WORDS]
        fields = getattr(view, "search_fields", ())
        for word in words if fields else ():
            condition = Q()
            for field in fields:
                condition |= Q(**{f"{field}__icontains": word})
            queryset = queryset.filter(condition)
        return queryset

    @staticmethod
    def _since(request: Request, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        raw = request.query_params.get("updated_since")
        if raw is None:
            return queryset
        try:
            # A plus sign that wasn't quoted arrives as a blank.
            moment: datetime = parse_moment(raw.replace(" ", "+") if "T" in raw else raw)
        except DjangoValidationError as error:
            raise ValidationError({"updated_since": error.messages}) from error
        if request.query_params.get("ordering", "updated_at") != "updated_at":
            said = _("有 updated_since 时按变动先后排列。")
            raise ValidationError({"ordering": [ErrorDetail(str(said), code="by_change")]})
        final = horizon(queryset.model)
        if final is not None:
            queryset = queryset.filter(updated_at__lt=final)
        return queryset.filter(updated_at__gt=moment).order_by("updated_at", "pk")

    @staticmethod
    def _order(request: Request, queryset: "QuerySet[Any]", view: Any) -> "QuerySet[Any]":
        raw = request.query_params.get("ordering")
        if raw is None:
            return queryset
        names = raw.split(",")
        allowed = set(getattr(view, "ordering_fields", ()))
        if len(names) > 10:
            raise ValidationError({"ordering": _("排序字段过多。")})
        for name in names:
            if name.removeprefix("-") not in allowed:
                message = _("不能按 %(name)s 排序。") % {"name": name[:50]}
                raise ValidationError({"ordering": message})
        return queryset.order_by(*names, "pk")


def _shaping(view: Any) -> list[dict[str, Any]]:
    expandable = ", ".join(getattr(view, "expandable", ()))
    found = [
        _parameter("fields", description="Of each row only these fields, with commas between."),
        _parameter(
            "format", choices=[(f, f) for f in ("json", *FORMATS)], description="A table of all rows: csv, xlsx."
        ),
    ]
    if expandable:
        found.append(_parameter("expand", description=f"What is added to each row, with commas between: {expandable}."))
    return found


def _parameter(name: str, choices: Any = None, description: str = "") -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if choices:
        schema["enum"] = [value for value, _label in choices]
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
