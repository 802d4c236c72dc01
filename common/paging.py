"""Pages of long tables."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

MOST_COUNTED = 10_000


class LongPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than MOST_COUNTED: counting 100,000 rows costs more than showing fifty of them, and nobody
    turns so many pages. A list that ends on the page asked for isn't counted at all."""

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        return min(self._counted, MOST_COUNTED)

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: MOST_COUNTED + 1].count())

    @property
    def is_cut(self) -> bool:
        """Are there more rows than are counted, and shown in pages?"""
        return self._counted > MOST_COUNTED

    def get_page(self, number: Any) -> Page:  # type: ignore[type-arg]
        """The page; the last one where there aren't so many, the first one where it is no number."""
        wanted = int(number) if str(number).isascii() and str(number).isdigit() and len(str(number)) < 9 else 1
        start = (max(wanted, 1) - 1) * self.per_page
        if start + self.per_page > MOST_COUNTED:
            return super().get_page(wanted)
        rows = list(self.object_list[start : start + self.per_page + 1])
        if not rows and start:
            return super().get_page(wanted)
        if len(rows) <= self.per_page:
            self._counted = start + len(rows)
        return Page(rows[: self.per_page], max(wanted, 1), self)
