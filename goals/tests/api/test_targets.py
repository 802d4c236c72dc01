"""Targets by REST: filtered by where they stand, as of any day, explained, in series, adjusted."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from goals.models import Adjustment, Plan, Target
from goals.progress.recompute import recompute
from goals.tests.factories import client_of, make_reading, make_target, make_targets
from goals.tests.pages.factories import AUGUST, JANUARY, Cast, make_cast

pytestmark = pytest.mark.django_db
TARGETS = "/api/v1/targets/"
ADJUSTMENT = {
    "category": "policy",
    "applicant": "经济发展办",
    "meeting": "街道办公会",
    "document_number": "〔2022〕1号",
    "in_force_from": "2022-07-01",
}


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(frequency="monthly")
    for month in range(1, 9):
        make_reading(cast.indicator, date(2022, month, 28 if month == 2 else 31 if month in (1, 3, 5, 7, 8) else 30), 5)
    recompute([cast.target.pk])
    return cast


@pytest.fixture
def leader(cast: Cast) -> APIClient:
    return client_of(cast.leader)


def refused(answer: Any, status: int = 400) -> set[str]:
    assert answer.status_code == status, answer.content
    return {e["attr"] for e in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("status=behind", 1),
        ("status=achieved", 0),
        ("stale=true", 1),
        ("stale=false", 0),
        ("status=behind&stale=true", 1),
        ("plan=taoyan-2022", 1),
        ("plan=other", 0),
        ("section=section", 1),
        ("theme=theme", 1),
        ("lead_office=office", 1),
        ("rule=total", 1),
        ("rule=share", 0),
        ("code=firms", 1),
        ("programme=none", 0),
        ("as_of=2022-01-31", 1),
    ],
)
def test_each_filter_finds_and_misses(leader: APIClient, query: str, count: int) -> None:
    assert leader.get(f"{TARGETS}?{query}").json()["count"] == count


@pytest.mark.parametrize(
    "query", ["status=odd", "stale=yes", "as_of=soon", "as_of=2021-12-31", "as_of=2022-10-13", "known=now", "rule=odd"]
)
def test_a_wrong_value_is_named(leader: APIClient, query: str) -> None:
    assert refused(leader.get(f"{TARGETS}?{query}")) == {query.partition("=")[0]}


def test_a_wrong_day_is_named_though_nothing_matches(leader: APIClient) -> None:
    for day in ("soon", "2022-10-13"):
        assert refused(leader.get(f"{TARGETS}?plan=none&as_of={day}")) == {"as_of"}


def test_a_day_in_between_is_computed_like_the_stored_ones(cast: Cast, leader: APIClient) -> None:
    stored = leader.get(f"{TARGETS}{cast.target.pk}/?as_of=2022-08-31").json()["progress"]
    between = leader.get(f"{TARGETS}{cast.target.pk}/?as_of=2022-09-05").json()["progress"]

    assert (stored["actual"], between["actual"], between["as_of"]) == (40, 40, "2022-09-05")


def test_known_then_leaves_out_what_was_approved_later(cast: Cast, leader: APIClient) -> None:
    # The figures were approved on the day that is today here, long after August.
    then = leader.get(f"{TARGETS}{cast.target.pk}/?as_of=2022-08-31&known=then").json()["progress"]

    assert then["status"] == "no_data"


def test_the_series_is_one_row_a_month(cast: Cast, leader: APIClient) -> None:
    found = leader.get(f"{TARGETS}{cast.target.pk}/progress/?from=2022-03-01&to=2022-05-31").json()

    assert [r["as_of"] for r in found["results"]] == ["2022-03-31", "2022-04-30", "2022-05-31"]
    assert [r["actual"] for r in found["results"]] == [15, 20, 25]
    assert refused(leader.get(f"{TARGETS}{cast.target.pk}/progress/?from=soon")) == {"from"}


def test_the_explanation_has_its_terms_and_a_sentence_in_the_readers_language(cast: Cast, leader: APIClient) -> None:
    address = f"{TARGETS}{cast.target.pk}/explanation/?as_of=2022-08-31"

    chinese = leader.get(address).json()
    english = leader.get(address, headers={"accept-language": "en"}).json()

    assert chinese["terms"]["ytd"] == 40
    assert chinese["sentence"] == "1–8月累计 40 家，序时应到 66.67 家，目标 ≥ 100 家 → 落后"
    assert english["sentence"].startswith("Months 1–8: total 40 家")


def adjust(cast: Cast, **changes: Any) -> Any:
    return client_of(cast.planner).post(f"{TARGETS}{cast.target.pk}/adjust/", ADJUSTMENT | changes, format="json")


def test_an_adjustment_holds_from_its_first_day(cast: Cast, leader: APIClient) -> None:
    assert adjust(cast, goal=50).status_code == 201
    recompute([cast.target.pk])

    before = leader.get(f"{TARGETS}{cast.target.pk}/?as_of=2022-06-30").json()["progress"]
    after = leader.get(f"{TARGETS}{cast.target.pk}/?as_of=2022-08-31").json()["progress"]

    assert (before["attainment"], after["attainment"]) == (30, 80)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"in_force_from": "2023-01-01"}, "in_force_from"),
        ({"in_force_from": "2022-12-01", "due": "2022-11-30"}, "in_force_from"),
        ({"due": "2023-06-30"}, "due"),
        ({"goal": None}, "goal"),
        ({"goal": "x"}, "goal"),
        ({"weight": -1}, "weight"),
        ({"category": "whim"}, "category"),
        ({"meeting": ""}, "meeting"),
        ({"planned": {"2022-13-01": 5}}, "planned.2022-13-01"),
        ({"planned": {"2022-12-31": "x"}}, "planned.2022-12-31"),
        ({"planned": []}, "planned"),
    ],
)
def test_a_wrong_adjustment_is_refused_by_field(cast: Cast, changes: dict[str, Any], named: str) -> None:
    assert any(found.startswith(named) for found in refused(adjust(cast, **changes)))
    assert not Adjustment.objects.exists()


def test_a_draft_plans_target_is_edited_not_adjusted(cast: Cast) -> None:
    Plan.objects.update(state=Plan.State.DRAFT)

    assert adjust(cast, goal=50).status_code == 409


@pytest.mark.parametrize("who", ["official", "reviewer", "leader"])
def test_only_a_planner_adjusts(cast: Cast, who: str) -> None:
    answer = client_of(getattr(cast, who)).post(f"{TARGETS}{cast.target.pk}/adjust/", ADJUSTMENT, format="json")

    assert answer.status_code == 403


def test_an_adopted_plans_terms_are_not_patched(cast: Cast) -> None:
    answer = client_of(cast.planner).patch(f"{TARGETS}{cast.target.pk}/", {"goal": 5}, format="json")

    assert answer.status_code == 409


def test_a_closed_plan_is_read_only(cast: Cast) -> None:
    Plan.objects.update(state=Plan.State.CLOSED)
    planner = client_of(cast.planner)

    assert planner.patch(f"{TARGETS}{cast.target.pk}/", {"note": "x"}, format="json").status_code == 409
    assert planner.patch("/api/v1/plans/taoyan-2022/", {"name": "x"}, format="json").status_code == 409
    assert planner.delete(f"{TARGETS}{cast.target.pk}/").status_code == 409


def test_a_plan_is_closed_after_its_year_and_then_shows_what_was_known(cast: Cast, settings: Any) -> None:
    settings.TAOYAN_TODAY = "2023-01-20"
    planner = client_of(cast.planner)

    assert planner.post("/api/v1/plans/taoyan-2022/close/").json()["state"] == "closed"
    assert planner.post("/api/v1/plans/taoyan-2022/close/").status_code == 409
    make_reading(cast.indicator, date(2022, 9, 30), 60)
    recompute([cast.target.pk])
    target = planner.get(f"{TARGETS}{cast.target.pk}/?as_of=2022-12-31").json()
    assert target["progress"]["data_period"] == "2022-08-31"


def test_the_summary_has_counts_worst_and_offices(cast: Cast, leader: APIClient) -> None:
    found = leader.get("/api/v1/plans/taoyan-2022/summary/?as_of=2022-08-31").json()

    assert found["counts"]["behind"] == found["targets"] == found["with_data"] == 1
    assert found["sections"][0]["worst"] == ["firms"]
    assert found["offices"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"theme": "nowhere"}, "theme"),
        ({"indicator": "nowhere"}, "indicator"),
        ({"lead_office": "nowhere"}, "lead_office"),
        ({"responsible_post": "nowhere"}, "responsible_post"),
        ({"cooperating_offices": ["nowhere"]}, "cooperating_offices"),
        ({"programmes": ["nowhere"]}, "programmes"),
        ({"allocations": {"nowhere": 1}}, "allocations"),
        ({"allocations": []}, "allocations"),
        ({"pace": "fast"}, "pace"),
        ({"in_doubt": "yes"}, "in_doubt"),
        ({"plan": "nowhere"}, "plan"),
        ({"weight": "-1"}, "weight"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_term_is_named(cast: Cast, changes: dict[str, Any], named: str) -> None:
    Plan.objects.update(state=Plan.State.DRAFT)

    answer = client_of(cast.planner).patch(f"{TARGETS}{cast.target.pk}/", changes, format="json")

    assert any(found.startswith(named) for found in refused(answer))
    assert Target.objects.get().version == cast.target.version


def test_a_draft_plans_target_is_deleted_by_its_planner(cast: Cast) -> None:
    Plan.objects.update(state=Plan.State.DRAFT)
    spare = make_target(cast.plan, cast.indicator, code="spare")

    assert client_of(cast.planner).delete(f"{TARGETS}{spare.pk}/").status_code == 204
    assert client_of(cast.leader).delete(f"{TARGETS}{cast.target.pk}/").status_code == 403


def test_last_months_are_seen_from_their_own_day(cast: Cast, leader: APIClient) -> None:
    first = leader.get(f"{TARGETS}{cast.target.pk}/?as_of={JANUARY}").json()["progress"]
    last = leader.get(f"{TARGETS}{cast.target.pk}/?as_of={AUGUST}").json()["progress"]

    assert (first["actual"], last["actual"]) == (5, 40)


@pytest.mark.parametrize("query", ["", "?as_of=2022-08-15", "?status=behind"])
def test_its_queries_are_at_most_12_and_do_not_grow_from_29_to_290(cast: Cast, leader: APIClient, query: str) -> None:
    # token, user, grants; count, targets, three prefetches; progress, or the three queries of a computation
    def add(numbers: range) -> None:
        made = make_targets(cast.plan, [f"more.{n}" for n in numbers], cast.office)
        recompute([target.pk for target in made])

    def count() -> int:
        leader.get(f"{TARGETS}{query}")
        with CaptureQueriesContext(connection) as captured:
            assert leader.get(f"{TARGETS}{query}").status_code == 200
        return len(captured)

    add(range(28))
    few = count()
    add(range(28, 289))

    assert count() == few <= 12
