"""Files without a row: a crash leaves them, the night takes them away."""

import os
import time
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals import evidence_orphans, tasks
from goals.models import Evidence
from goals.tests.evidence.factories import attached, files, make_draft
from goals.tests.pages.factories import AUGUST, Cast, make_cast

pytestmark = pytest.mark.django_db
A_DAY_AND_MORE, LESS = 25 * 3600, 23 * 3600


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def lying(kept: Path, seconds: int = A_DAY_AND_MORE, name: str = "") -> Path:
    """A file as evidence is kept, written so long ago, that no row knows."""
    key = name or uuid4().hex
    path = kept / key[:2] / key[2:4] / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-1.4")
    return aged(path, seconds)


def aged(path: Path, seconds: int = A_DAY_AND_MORE) -> Path:
    then = time.time() - seconds
    os.utime(path, (then, then))
    return path


def test_an_old_file_without_a_row_goes(kept: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = lying(kept)

    assert evidence_orphans.clear() == 1

    assert not path.exists()
    assert "1 files of evidence had no row" in caplog.text


def test_a_file_with_its_row_stays_however_old(cast: Cast) -> None:
    attached(cast, make_draft(cast))
    aged(files()[0])

    assert evidence_orphans.clear() == 0

    assert len(files()) == 1


def test_a_young_file_is_spared_for_its_row_may_be_on_its_way(kept: Path) -> None:
    path = lying(kept, LESS)

    assert evidence_orphans.clear() == 0

    assert path.exists()


@pytest.mark.parametrize("name", ["README", "0" * 31, "G" * 32, "0" * 32 + ".pdf"])
def test_what_is_not_named_as_evidence_is_stays(kept: Path, name: str) -> None:
    path = lying(kept, name=name)

    assert evidence_orphans.clear() == 0

    assert path.exists()


def test_what_lies_elsewhere_stays(kept: Path) -> None:
    path = kept / "ab" / "cd" / ("0" * 32)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    aged(path)

    assert evidence_orphans.clear() == 0

    assert path.exists()


def test_without_a_folder_there_is_nothing_to_do(kept: Path) -> None:
    assert not kept.exists()
    assert evidence_orphans.clear() == 0


def test_what_a_crash_leaves_goes_with_the_next_night(cast: Cast) -> None:
    kept_row, lost_row = attached(cast, make_draft(cast)), attached(cast, make_draft(cast, AUGUST))
    for path in files():
        aged(path)
    Evidence.objects.filter(pk=lost_row.pk).delete()

    tasks.clear_evidence()

    assert [path.name for path in files()] == [kept_row.key.hex]


def test_the_files_of_another_database_stay(kept: Path, caplog: pytest.LogCaptureFixture) -> None:
    paths = [lying(kept) for _each in range(evidence_orphans.A_FEW + 1)]

    assert evidence_orphans.clear() == 0

    assert all(path.exists() for path in paths)
    assert "is this their database?" in caplog.text


def test_a_few_queries_do_for_many_files(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_orphans, "BATCH", 3)
    for _each in range(7):
        lying(kept)

    with CaptureQueriesContext(connection) as captured:
        assert evidence_orphans.clear() == 7

    assert len(captured) == 3
