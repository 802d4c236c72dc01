"""What a register holds once, when rows come by Excel."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.tests.factories import browser_of
from goals.models import ImportJob
from goals.tests.importing import factories as books
from goals.tests.importing.factories import send, workbook
from ledgers.tests.rows import TODAY, keeper_of, make_village, save
from urban_rural.models import Star
from urban_rural.tests.factories import star

pytestmark = pytest.mark.django_db
HEADS = ["单位", "启动日", "星", "认定日", "摘星日", "外部编号"]
PARTY = ["jingkou", "2022-03-08", "党建星", None, None, None]


@pytest.fixture(autouse=True)
def _place(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.TAOYAN_TODAY = tmp_path, TODAY.isoformat()


def results(*rows: list[Any]) -> list[str]:
    """What the preview says of each row."""
    make_village()
    address = "/ledgers/urban_rural/stars/excel/"
    send(browser_of(keeper_of(Star)), workbook(*rows, heads=HEADS), address=address)
    return [result for _number, result in books.results(ImportJob.objects.latest("created_at"))]


def test_a_row_that_stands_already_is_refused() -> None:
    save(star())

    assert results(["jingkou", "2022-05-01", *PARTY[2:]]) == ["refused"]


def test_two_rows_of_a_sheet_that_say_the_same_are_both_refused() -> None:
    beauty = ["jingkou", "2022-03-08", "美丽星", None, None, None]

    assert results(PARTY, ["jingkou", "2022-05-01", *PARTY[2:]], beauty) == ["refused", "refused", "created"]


def test_a_row_that_is_over_leaves_its_place() -> None:
    save(star(recognised_on=star().day, withdrawn_on=TODAY))

    assert results(PARTY) == ["created"]


def test_a_known_number_changes_its_own_row() -> None:
    save(star(external_no="A-1"))

    assert results([*PARTY[:3], "2022-06-28", None, "A-1"]) == ["changed"]


def test_the_same_row_once_more_changes_nothing() -> None:
    save(star())

    assert results(PARTY) == ["unchanged"]
