"""The target of ten, counted from the published list."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.tests.factories import queries
from goals.measures import Wanted
from goals.models import Plan
from goals.progress import Counted
from goals.tests.factories import make_unit
from livelihood.models import Candidate, Decision
from livelihood.ten.counting import Determined
from livelihood.tests.ten import Chosen, make_chosen

pytestmark = pytest.mark.django_db
PUBLISHED = date(2022, 10, 12)
INDICATOR = 1


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.TAOYAN_TODAY = PUBLISHED.isoformat()


@pytest.fixture
def ten() -> Chosen:
    found = make_chosen()
    found.publish_all()
    return found


def wanted(year: int = 2022, root: str = "") -> Wanted:
    return Wanted(INDICATOR, root or make_unit().path, year)


def events(asked: Wanted, known_until: datetime | None = None) -> list[tuple[date, int]]:
    counted = Determined().figures([asked], known_until)[asked]
    assert isinstance(counted, Counted)
    return [(event.day, event.value) for event in counted.events]


def test_the_list_counts_whole_on_the_day_of_its_publication(ten: Chosen) -> None:
    assert events(wanted()) == [(PUBLISHED, 20_000)]


def test_what_is_chosen_and_not_published_counts_nothing() -> None:
    ten = make_chosen()
    ten.vote()
    ten.decide()

    assert events(wanted()) == []


def test_it_counts_for_the_plans_year_and_subdistrict_alone(ten: Chosen) -> None:
    elsewhere = make_unit("other_town")

    assert events(wanted(2023)) == []
    assert events(wanted(root=elsewhere.path)) == []


@pytest.mark.parametrize(("day", "counts"), [(date(2021, 12, 20), date(2022, 1, 1)), (date(2022, 3, 1),) * 2])
def test_a_list_published_before_its_year_counts_from_the_first_day(ten: Chosen, day: date, counts: date) -> None:
    Decision.objects.update(published_on=day)

    assert events(wanted()) == [(counts, 20_000)]


def test_what_was_published_later_was_not_known_then(ten: Chosen) -> None:
    published = Decision.objects.get().published_at
    assert published is not None

    assert events(wanted(), published) == []
    assert events(wanted(), datetime(2030, 1, 1, tzinfo=UTC)) == [(PUBLISHED, 20_000)]


def test_behind_the_figure_stand_the_works_with_their_pages_and_the_board(ten: Chosen) -> None:
    source = Determined().source(wanted(), PUBLISHED)

    listed = list(Candidate.objects.published())
    assert [(proof.name, proof.address) for proof in source.rows] == [
        (candidate.name, f"/projects/{candidate.project_id}/") for candidate in listed
    ]
    assert (source.count, source.address) == (2, "/plans/taoyan-2022/ten/")
    assert [(part.unit_id, part.value) for part in source.parts] == [(ten.plan.unit_id, Decimal(2))]


def test_before_the_publication_nothing_stands_behind_it(ten: Chosen) -> None:
    source = Determined().source(wanted(), date(2022, 10, 11))

    assert (source.count, source.rows, source.parts) == (0, [], [])


def test_it_asks_one_query_for_many_indicators_and_one_for_what_is_behind(ten: Chosen) -> None:
    asked = [wanted(year) for year in range(2019, 2024)]

    assert queries(lambda: Determined().figures(asked, None)) == 1
    assert queries(lambda: Determined().source(asked[3], PUBLISHED)) == 1
    assert Plan.objects.count() == 1
