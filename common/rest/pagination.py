"""Pages of a list: by number, or after a cursor where rows come and go meanwhile."""

from collections.abc import Sequence
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from common.rest.cursor import Place, keys_of, order_by


class _CountOf(Subquery):
    """How many rows a query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


class Pages(BasePagination):
    """`page` and `page_size` (100 by default, at most 500); what isn't one is 400 with its name.

    A size above the limit, and -1 for "all", give the largest page. A view with `by_cursor` is read by `cursor`
    instead, and so is every list with `updated_since`: rows that others write can't push any from page to page.
    """

    page_size = 100
    max_page_size = 500

    def paginate_queryset(self, queryset: "QuerySet[Any]", request: Request, view: Any = None) -> list[Any] | None:
        self.request, params = request, request.query_params
        self.by_cursor = getattr(view, "by_cursor", False) or "updated_since" in params
        if not self.by_cursor:
            return self._numbered(queryset)
        if "page" in params:
            raise _wrong("page", _("这个清单用 cursor 翻页。"))
        return self._after_cursor(queryset)

    def _numbered(self, queryset: "QuerySet[Any]") -> list[Any]:
        if "cursor" in self.request.query_params:
            raise _wrong("cursor", _("这个清单用 page 翻页；cursor 只与 updated_since 同用。"))
        self.number, size = _whole(self.request, "page", 1), size_of(self.request)
        start = (self.number - 1) * size
        # The count comes with the rows: a list is one query.
        rows = list(queryset.annotate(of_all=_CountOf(queryset.order_by().values("pk")))[start : start + size])
        if not rows and self.number > 1:
            raise _wrong("page", _("没有这一页。"))
        self.count = rows[0].of_all if rows else 0
        self.more = start + size < self.count
        return rows

    def _after_cursor(self, queryset: "QuerySet[Any]") -> list[Any]:
        keys = keys_of(queryset)
        try:
            place = Place.read(self.request.query_params.get("cursor"), keys)
        except ValueError as error:
            raise _wrong("cursor", _("不是这个清单的 cursor，请从头开始。")) from error
        size = size_of(self.request)
        backwards = place is not None and place.backwards
        ordered = queryset.order_by(*order_by(keys, reverse=backwards))
        if place is not None:
            ordered = ordered.filter(place.beyond(keys))
        found = list(ordered[: size + 1])
        rows, more = found[:size], len(found) > size
        if more and "updated_since" in self.request.query_params and not backwards:
            rows, more = self._with_ties(ordered, rows, found[size])
        if backwards:
            rows.reverse()
        self.next = Place.at(rows[-1], keys) if rows and (more or backwards) else None
        self.previous = Place.at(rows[0], keys, backwards=True) if rows and (more if backwards else place) else None
        return rows

    @staticmethod
    def _with_ties(ordered: "QuerySet[Any]", rows: list[Any], following: Any) -> tuple[list[Any], bool]:
        """A page doesn't end between rows of one moment: who goes on by `updated_at` alone would miss the rest."""
        last = rows[-1].updated_at
        if following.updated_at == last:
            rows = rows + list(ordered.filter(updated_at=last, pk__gt=rows[-1].pk))
        return rows, ordered.filter(updated_at__gt=last).exists()

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        if self.by_cursor:
            return Response({"next": self._at(self.next), "previous": self._at(self.previous), "results": data})
        links = {"next": self.number + 1 if self.more else None, "previous": self.number - 1 or None}
        return Response({"count": self.count} | {k: self._page(n) for k, n in links.items()} | {"results": data})

    def _page(self, number: int | None) -> str | None:
        url = self.request.build_absolute_uri()
        if number == 1:
            return remove_query_param(url, "page")
        return None if number is None else replace_query_param(url, "page", str(number))

    def _at(self, cursor: str | None) -> str | None:
        return None if cursor is None else replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "default": self.page_size}
        found = [_parameter("page_size", size, "Rows on a page.")]
        if not getattr(view, "by_cursor", False):
            found.append(_parameter("page", {"type": "integer", "minimum": 1}, "The page's number."))
        return [*found, _parameter("cursor", {"type": "string"}, "Where `next` or `previous` of an answer lead.")]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {"next": link, "previous": link, "results": schema}
        # A list read by cursor has no count.
        return {
            "type": "object",
            "required": list(properties),
            "properties": {"count": {"type": "integer"}, **properties},
        }


def size_of(request: Request) -> int:
    """The rows that a page shall have."""
    raw = request.query_params.get("page_size", "")
    if raw == "-1" or (len(raw) > 9 and raw.isascii() and raw.isdigit()):
        return Pages.max_page_size
    return min(_whole(request, "page_size", Pages.page_size), Pages.max_page_size)


def require_readable(request: Request) -> None:
    """A table has all rows on one page; a page asked for must be one all the same. Raises ValidationError."""
    _whole(request, "page", 1)
    size_of(request)


def _wrong(name: str, said: Any) -> ValidationError:
    return ValidationError({name: [ErrorDetail(str(said), code="invalid")]})


def _whole(request: Request, name: str, default: int) -> int:
    raw = request.query_params.get(name)
    if raw is None:
        return default
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9 or int(raw) < 1:
        raise ValidationError({name: _("应为正整数。")})
    return int(raw)


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
