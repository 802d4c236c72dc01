"""qo-05: what can't be computed, or kills who tries, is tried three times and parked alone; all else goes on."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from goals.models import Mark, Progress
from goals.progress import recompute as recomputing
from goals.progress.books import TARGETS, Book
from goals.tests.factories import make_office, make_plan, make_targets

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the process catches it."""


@pytest.fixture
def marked() -> list[int]:
    targets = make_targets(make_plan(), [f"t{n}" for n in range(6)], make_office())
    ids = [target.pk for target in targets]
    recomputing.mark(ids, "test")
    return ids


def poison(monkeypatch: pytest.MonkeyPatch, pk: int, death: type[BaseException]) -> list[list[int]]:
    """Let whatever holds this target die; each try."""
    tries: list[list[int]] = []
    real: Callable[..., int] = recomputing.recompute

    def dies(ids: Iterable[int], book: Book = TARGETS, **more: Any) -> int:
        listed = list(ids)
        tries.append(listed)
        if pk in listed:
            raise death
        return real(listed, book, **more)

    monkeypatch.setattr(recomputing, "recompute", dies)
    return tries


def swept(times: int) -> None:
    """So many rounds, each by a worker that may die in it."""
    for _time in range(times):
        try:
            recomputing.sweep()
        except Killed:
            continue


@pytest.mark.parametrize("death", [RuntimeError, Killed])
def test_qo_05_it_alone_is_parked_after_three_tries_and_the_others_are_computed(
    monkeypatch: pytest.MonkeyPatch, marked: list[int], death: type[BaseException]
) -> None:
    tries = poison(monkeypatch, marked[2], death)

    swept(8)

    assert list(Mark.objects.filter(parked=True).values_list("pk", flat=True)) == [marked[2]]
    assert len([ids for ids in tries if marked[2] in ids]) == 3
    computed = set(Progress.objects.values_list("target", flat=True))
    assert computed == set(marked) - {marked[2]}


def test_a_change_that_comes_later_is_tried_anew(monkeypatch: pytest.MonkeyPatch, marked: list[int]) -> None:
    tries = poison(monkeypatch, marked[0], RuntimeError)
    swept(5)
    before = len(tries)

    recomputing.mark([marked[0]], "approve")
    swept(1)

    assert tries[before:] == [[marked[0]]]


def test_what_was_parked_is_not_tried_again_by_itself(monkeypatch: pytest.MonkeyPatch, marked: list[int]) -> None:
    tries = poison(monkeypatch, marked[0], RuntimeError)
    swept(5)
    before = len(tries)

    swept(2)

    assert len(tries) == before
