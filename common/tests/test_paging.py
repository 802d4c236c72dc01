"""Pages of long tables: no row is counted that need not be."""

import pytest

from accounts.models import Unit
from accounts.tests.factories import queries
from common import paging
from common.paging import LongPaginator
from goals.tests.factories import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", 6)


def pages(rows: int) -> LongPaginator:
    """Of two rows each."""
    for number in range(rows):
        make_unit(f"u{number}", "village")
    return LongPaginator(Unit.objects.order_by("code"), 2)


@pytest.mark.parametrize(
    ("rows", "asked", "number", "shown", "count"),
    [
        (0, "1", 1, [], 0),
        (2, None, 1, ["u0", "u1"], 2),
        (3, "2", 2, ["u2"], 3),
        (3, "9", 2, ["u2"], 3),
        (3, "none", 1, ["u0", "u1"], 3),
        (3, "-1", 1, ["u0", "u1"], 3),
        (3, "0", 1, ["u0", "u1"], 3),
        (3, "²", 1, ["u0", "u1"], 3),
        (3, "9" * 30, 1, ["u0", "u1"], 3),
        (8, "3", 3, ["u4", "u5"], 6),
        (8, "4", 3, ["u4", "u5"], 6),
    ],
)
def test_a_page_is_there_whatever_is_asked(
    rows: int, asked: str | None, number: int, shown: list[str], count: int
) -> None:
    paginator = pages(rows)

    page = paginator.get_page(asked)

    assert (page.number, [unit.code for unit in page], paginator.count) == (number, shown, count)


@pytest.mark.parametrize(("rows", "is_cut"), [(5, False), (6, False), (7, True)])
def test_more_rows_than_are_counted_are_told_of(rows: int, is_cut: bool) -> None:
    assert pages(rows).is_cut is is_cut


@pytest.mark.parametrize(("rows", "asked"), [(2, 1), (3, 2)])
def test_a_list_that_ends_on_the_page_is_not_counted(rows: int, asked: int) -> None:
    paginator = pages(rows)

    assert queries(lambda: (paginator.get_page(asked), paginator.count, paginator.is_cut)) == 1
