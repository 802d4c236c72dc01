"""What the ballot recommends, and which counts of papers can't be."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from livelihood.models import Ballot, Candidate, Survey
from livelihood.ten.ranking import check_ballot, check_survey, ranking
from livelihood.tests.ten import PAPERS

SURVEY = {"issued": 60, "returned": 58, "valid": 56, "satisfied": 41, "fairly": 12, "dissatisfied": 3}


def counted(*votes: int | None) -> list[Candidate]:
    return [Candidate(pk=n, number=n, votes=given) for n, given in enumerate(votes, start=1)]


def faults(votes: tuple[int | None, ...] = (9, 8, 5, 5), **numbers: int) -> dict[str, str | None]:
    candidates = counted(*votes)
    try:
        check_ballot(Ballot(**(PAPERS | numbers)), candidates, {c.pk: c.votes for c in candidates})
    except ValidationError as error:
        return {name: errors[0].code for name, errors in error.error_dict.items()}
    return {}


def test_candidates_stand_by_votes_and_those_with_as_many_share_a_rank() -> None:
    ranked = ranking(counted(5, 9, 8, 5), Ballot(**PAPERS))

    assert [(each.candidate.number, each.rank) for each in ranked] == [(2, 1), (3, 2), (1, 3), (4, 3)]


def test_the_ballot_recommends_as_many_as_there_are_seats() -> None:
    assert [each.recommended for each in ranking(counted(9, 8, 5, 5), Ballot(**PAPERS))] == [True, True, False, False]


def test_a_tie_at_the_cut_leaves_it_open_and_deciding_it_either_way_is_no_difference() -> None:
    ranked = ranking(counted(9, 5, 5, 4), Ballot(**PAPERS))
    for each in ranked:
        each.candidate.is_chosen = each.candidate.number in (1, 3)

    assert [each.recommended for each in ranked] == [True, None, None, False]
    assert not any(each.differs for each in ranked)


def test_a_ballot_that_adds_up_is_taken() -> None:
    assert faults() == {}


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ({"present": 13}, {"present": "above"}),
        ({"issued": 12}, {"issued": "above"}),
        ({"returned": 12, "valid": 11}, {"returned": "above"}),
        ({"spoiled": 0}, {"valid": "sum"}),
        ({"limit": 5}, {"limit": "above_whole"}),
        ({"seats": 5}, {"seats": "above_whole"}),
    ],
)
def test_papers_that_do_not_add_up_are_refused_by_field(numbers: dict[str, int], found: dict[str, str]) -> None:
    assert faults((9, 8, 5, 5), **numbers) == found


@pytest.mark.parametrize(
    ("votes", "found"),
    [
        ((12, 1, 1, 1), {"votes_1": "above_present"}),
        ((1, 10, 1, 1), {"votes_2": "above_valid"}),
        ((1, 1, -1, 1), {"votes_3": "above_valid"}),
        ((1, 1, 1, None), {"votes_4": "required"}),
        ((9, 9, 9, 1), {"limit": "above_limit"}),
    ],
)
def test_votes_above_those_present_the_valid_papers_or_the_limit_are_refused(
    votes: tuple[int | None, ...], found: dict[str, str]
) -> None:
    assert faults(votes) == found


def test_as_many_votes_as_all_papers_allow_are_taken() -> None:
    assert faults((9, 9, 8, 1)) == {}


def test_everything_wrong_is_said_at_once() -> None:
    assert faults((12, 1, 1, None), present=13) == {
        "present": "above",
        "votes_1": "above_valid",
        "votes_4": "required",
    }


def test_the_rate_is_the_first_two_grades_of_the_valid_votes() -> None:
    survey = Survey(**SURVEY)
    check_survey(survey)

    assert round(survey.rate, 2) == Decimal("94.64")


@pytest.mark.parametrize(
    ("numbers", "field"), [({"returned": 61}, "returned"), ({"valid": 59}, "valid"), ({"fairly": 11}, "valid")]
)
def test_a_survey_that_does_not_add_up_is_refused_by_field(numbers: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check_survey(Survey(**(SURVEY | numbers)))

    assert list(refused.value.error_dict) == [field]
