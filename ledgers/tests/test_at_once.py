"""Two people at once, on a database that lets both write: one wins, the other is told, and no row is doubled."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from common.tests.together import at_once
from goals.importing.confirm import confirm
from goals.importing.preview import upload
from goals.importing.registry import importer_of
from goals.models import ImportJob
from goals.tests.importing.factories import workbook
from ledgers import services
from ledgers.tests.factories import keeper, kept_by, register, villager
from safety.models import Hazard
from safety.tests.factories import hazard, make_village, save

pytestmark = [
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time"),
    pytest.mark.django_db(transaction=True),
]
HEADS = ["单位", "发现日", "隐患", "单位或场所", "来源", "领域", "整改期限", "来源系统", "外部编号"]


def test_of_two_editors_of_a_row_one_wins_and_the_other_is_told() -> None:
    row = save(hazard())
    user, ledger = villager(row.unit), register("hazards")
    for turn in range(5):
        version = Hazard.objects.get().version

        def edit(word: str, version: int = version) -> None:
            mine = Hazard.objects.select_related("unit__parent").get()
            mine.subject = word
            services.save_row(User.objects.get(pk=user.pk), ledger, mine, version=version)

        ends = at_once(lambda: edit("甲"), lambda: edit("乙"))

        assert ends == ["StaleVersion", "done"]
        assert Hazard.objects.get().version == turn + 2


def test_of_two_rows_of_one_external_number_one_is_stored() -> None:
    village = make_village()
    user, ledger = villager(village), register("hazards")

    def add() -> None:
        row = hazard(unit=village, external_no="T-1")
        services.save_row(User.objects.get(pk=user.pk), ledger, row)

    assert at_once(add, add) == ["ValidationError", "done"]
    assert Hazard.objects.count() == 1


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_of_two_imports_of_one_external_number_one_is_written(known: bool, settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    ledger, village = register("hazards"), make_village()
    kept_by(ledger)
    if known:
        save(hazard(unit=village, external_no="T-1", source_system="four_platforms"))
    user = keeper()

    def previewed(what: str) -> ImportJob:
        cells = ["jingkou", "2022-09-05", what, "3号楼", "街道检查", "消防", "2022-09-25", "四平台", "T-1"]
        path = tmp_path / f"{what}.xlsx"
        path.write_bytes(workbook(cells, heads=HEADS))
        with path.open("rb") as file:
            return upload(user, importer_of(f"ledger:{ledger.key}"), file, path.name, unit=None, context={})

    jobs = [previewed("甲"), previewed("乙")]

    ends = at_once(*(lambda job=job: confirm(User.objects.get(pk=user.pk), job, "write") for job in jobs))  # type: ignore[misc]

    row = Hazard.objects.get()
    states = sorted(ImportJob.objects.values_list("state", flat=True))
    # Who comes when the other has ended updates the row; who comes meanwhile is refused with all rows.
    assert (ends, states) in ((["Conflict", "done"], ["confirmed", "refused"]), (["done", "done"], ["confirmed"] * 2))
    assert row.version == ends.count("done") + known
