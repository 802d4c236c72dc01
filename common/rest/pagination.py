"""Pages of a list: `page`, `page_size` (100 by default, at most 500)."""

from typing import Any

from django.core.paginator import InvalidPage
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class Pages(PageNumberPagination):
    """A page or size that isn't one is 400 with its name; a size above the limit is capped."""

    page_size = 100
    max_page_size = 500
    page_size_query_param = "page_size"

    def paginate_queryset(self, queryset: "QuerySet[Any]", request: Request, view: Any = None) -> list[Any] | None:
        number = _whole(request, "page", 1)
        size = min(_whole(request, "page_size", self.page_size), self.max_page_size)
        self.request = request
        try:
            self.page = self.django_paginator_class(queryset, size).page(number)
        except InvalidPage:
            raise ValidationError({"page": _("没有这一页。")}) from None
        return list(self.page)


def _whole(request: Request, name: str, default: int) -> int:
    raw = request.query_params.get(name)
    if raw is None:
        return default
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9 or int(raw) < 1:
        raise ValidationError({name: _("应为正整数。")})
    return int(raw)
