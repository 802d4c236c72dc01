"""Registers by Excel: template out, preview row by row, one confirmation; a known number updates, never doubles."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.models import Role, Unit
from accounts.tests.factories import browser_of, queries
from audit.models import Event
from goals.models import ImportJob, Mark
from goals.tests.factories import make_plan, make_unit, make_user
from goals.tests.importing import factories as books
from goals.tests.importing import ill
from goals.tests.importing.factories import said, send, workbook
from ledgers.tests.factories import fed_target, keeper, kept_by, register, villager
from safety.models import Accident, Hazard
from safety.tests.factories import dispute, hazard, make_village, save

pytestmark = pytest.mark.django_db
EXCEL = "/ledgers/safety/hazards/excel/"
HEADS = ["单位", "发现日", "隐患", "单位或场所", "来源", "领域", "整改期限", "来源系统", "外部编号"]
ROW = ["jingkou", "2022-09-05", "照明缺失", "3号楼", "街道检查", "消防", "2022-09-25", "四平台", "T-1"]


@pytest.fixture(autouse=True)
def var(settings: SettingsWrapper, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def village() -> Unit:
    kept_by(register("hazards"))
    return make_village()


def confirm(client: Any, job: ImportJob) -> None:
    books.confirm(client, job, "write")


def streamed(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def results(job: ImportJob) -> list[str]:
    return [result for _number, result in books.results(job)]


def row(**changes: Any) -> list[Any]:
    return list((dict(zip(HEADS, ROW, strict=True)) | changes).values())


def upload(village: Unit, *rows: list[Any], client: Any = None) -> ImportJob:
    """The preview of a sheet that an official of the village uploads."""
    send(client or browser_of(villager(village)), workbook(*rows, heads=HEADS), address=EXCEL)
    return ImportJob.objects.latest("created_at")


def test_a_template_has_the_registers_columns_and_choices(village: Unit) -> None:
    content = browser_of(villager(village)).get(f"{EXCEL}?template=1").content

    book = openpyxl.load_workbook(BytesIO(content))
    heads = [cell.value for cell in book.worksheets[0][2]]
    assert [head for head in HEADS if head not in heads] == []
    assert book.worksheets[0].data_validations.count >= 5
    assert book.worksheets[0].protection.sheet


def test_a_template_filled_in_comes_back(village: Unit) -> None:
    client = browser_of(villager(village))
    book = openpyxl.load_workbook(BytesIO(client.get(f"{EXCEL}?template=1").content))
    page = book.worksheets[0]
    heads = [cell.value for cell in page[2]]
    for head, value in zip(HEADS[1:], ROW[1:], strict=True):
        page.cell(3, heads.index(head) + 1, value)
    buffer = BytesIO()
    book.save(buffer)

    send(client, buffer.getvalue(), address=EXCEL)
    job = ImportJob.objects.get()
    confirm(client, job)

    assert (Hazard.objects.get().what, Hazard.objects.get().unit) == ("照明缺失", village)


def test_a_preview_writes_nothing_and_the_confirmation_all(village: Unit) -> None:
    client = browser_of(villager(village))
    job = upload(village, row(), row(外部编号="T-2"), client=client)
    before = Hazard.objects.count()

    confirm(client, job)

    assert (before, Hazard.objects.count()) == (0, 2)


def test_a_known_number_updates_its_row_and_says_what_changes(village: Unit) -> None:
    old = save(hazard(external_no="T-1", source_system="four_platforms", area="traffic"))
    client = browser_of(villager(village))
    job = upload(village, row(), client=client)

    assert results(job) == ["changed"]
    assert "领域：交通 → 消防" in said(job)
    confirm(client, job)

    new = Hazard.objects.get()
    assert (new.pk, new.area, new.version) == (old.pk, "fire", old.version + 1)


def test_the_same_file_twice_is_once(village: Unit) -> None:
    client = browser_of(villager(village))
    confirm(client, upload(village, row(), row(外部编号=""), client=client))

    again = upload(village, row(), row(外部编号=""), client=client)
    confirm(client, again)

    assert results(again) == ["unchanged", "unchanged"]
    assert Hazard.objects.count() == 2


def test_two_rows_of_one_number_are_both_refused(village: Unit) -> None:
    job = upload(village, row(), row(隐患="另一条"))

    assert results(job) == ["refused", "refused"]
    assert "第 2、3 行的编号相同" in said(job)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"单位": "没有的村"}, "没有单位"),
        ({"发现日": "2022-10-13"}, "不能晚于今天"),
        ({"发现日": "2022-02-30"}, "没有这一天"),
        ({"领域": "航天"}, "只能是"),
        ({"整改期限": ""}, "整改期限"),
        ({"整改期限": "2022-09-01"}, "不能早于"),
        ({"隐患": ""}, "请填写"),
        ({"隐患": "a\u202eb"}, "控制字符"),
        ({"来源系统": "火星"}, "只能是"),
    ],
)
def test_a_bad_row_is_refused_with_its_column_named_and_the_file_with_it(
    village: Unit, changes: dict[str, Any], word: str
) -> None:
    client = browser_of(villager(village))
    job = upload(village, row(), row(**({"外部编号": "T-2"} | changes)), client=client)

    assert (job.state, results(job)[1]) == ("refused", "refused")
    assert word in said(job)
    confirm(client, job)
    assert not Hazard.objects.exists()


def test_a_row_of_another_unit_denies_the_whole_file(village: Unit) -> None:
    make_village("nanhu")

    answer = send(
        browser_of(villager(village)), workbook(row(), row(单位="nanhu", 外部编号="T-2"), heads=HEADS), address=EXCEL
    )

    assert (answer.status_code, ImportJob.objects.count()) == (403, 0)
    assert "第 3 行" in answer.content.decode()


def test_a_number_of_another_units_row_is_not_taken_over(village: Unit) -> None:
    save(hazard(external_no="T-1", source_system="four_platforms", unit=make_village("nanhu")))

    job = upload(village, row())

    assert "其他单位登记" in said(job)


def test_a_row_of_a_closed_year_is_refused(village: Unit) -> None:
    make_plan("old", 2021, state="closed")

    job = upload(village, row(发现日="2021-09-05", 整改期限="2021-10-05"))

    assert "年终交账" in said(job)


def test_a_village_imports_nothing_into_what_another_system_keeps() -> None:
    kept_by(register("equipment"))
    client = browser_of(villager(make_village()))

    assert client.get("/ledgers/safety/equipment/excel/").status_code == 403


def test_an_import_tells_the_trail_once_and_each_row_its_story(village: Unit) -> None:
    save(hazard(external_no="T-1", source_system="four_platforms", area="traffic"))
    client = browser_of(villager(village))
    confirm(client, upload(village, row(), row(外部编号="T-2"), client=client))

    assert Event.objects.filter(action="import").count() == 1
    shown = client.get(register("hazards").address_of(Hazard.objects.get(external_no="T-1")))
    assert [(c.name, c.after) for c in shown.context["history"][0].changes if c.name == "领域"] == [("领域", "消防")]


def test_an_import_marks_what_its_rows_feed() -> None:
    target = fed_target()
    kept_by(register())
    client = browser_of(keeper())
    Mark.objects.all().delete()
    make_village()
    heads = ["单位", "事故日", "事故", "类别", "纳入统计", "认定单位"]
    content = workbook(["jingkou", date(2022, 9, 5), "机械伤害", "工矿商贸", "是", "区应急局"], heads=heads)

    send(client, content, address="/ledgers/safety/accidents/excel/")
    confirm(client, ImportJob.objects.get())

    assert Accident.objects.count() == 1
    assert Mark.objects.get().target == target


def test_a_preview_takes_as_many_queries_for_one_row_as_for_many(village: Unit) -> None:
    client = browser_of(villager(village))
    one = queries(lambda: upload(village, row(), client=client))

    many = queries(lambda: upload(village, *[row(外部编号=f"M-{n}") for n in range(20)], client=client))

    assert many == one


@pytest.mark.parametrize("content", [b"", b"text", workbook(ROW, heads=HEADS)[:500], ill.old_binary(), ill.locked()])
def test_what_is_no_workbook_is_refused(village: Unit, content: bytes) -> None:
    answer = send(browser_of(villager(village)), content, address=EXCEL)

    assert (answer.status_code, ImportJob.objects.count()) == (400, 0)
    assert 'role="alert"' in answer.content.decode()


def test_columns_that_are_not_known_are_matched_once_and_remembered(village: Unit) -> None:
    client = browser_of(villager(village))
    heads = ["单位", "发现日", "问题描述", "单位或场所", "来源", "领域", "整改期限", "来源系统", "外部编号"]
    send(client, workbook(row(), heads=heads), address=EXCEL)
    job = ImportJob.objects.get()
    assert job.state == "matching"

    chosen = {"unit": "单位", "day": "发现日", "what": "问题描述", "subject": "单位或场所", "source": "来源"}
    chosen |= {"area": "领域", "due": "整改期限", "source_system": "来源系统", "external_no": "外部编号"}
    client.post(f"/imports/{job.pk}/match/", chosen)
    send(client, workbook(row(外部编号="T-9"), heads=heads), address=EXCEL)

    assert [each.state for each in ImportJob.objects.all()] == ["ready", "ready"]


def test_an_export_has_every_row_that_the_list_shows(village: Unit) -> None:
    save(hazard(what="=1+1"))
    save(hazard(what="乙", area="traffic"))
    client = browser_of(villager(village))

    text = streamed(client.get("/ledgers/safety/hazards/export/?format=csv&area=fire")).decode()
    book = client.get("/ledgers/safety/hazards/export/?format=xlsx")
    page = openpyxl.load_workbook(BytesIO(streamed(book))).worksheets[0]

    assert ("'=1+1" in text, "乙" in text) == (True, False)
    column = [cell.value for cell in page[1]].index("隐患")
    assert sorted(str(r[column]) for r in page.iter_rows(min_row=2, values_only=True)) == ["=1+1", "乙"]


def test_an_export_masks_the_names_that_the_list_masks(village: Unit) -> None:
    save(dispute(petitioner="沈建国"))
    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))

    text = streamed(client.get("/ledgers/safety/disputes/export/?format=csv")).decode()

    assert ("沈建国" in text, "沈**" in text) == (False, True)


def test_an_export_of_many_rows_takes_as_many_queries_as_of_one(village: Unit) -> None:
    client = browser_of(villager(village))
    save(hazard())

    def export() -> None:
        streamed(client.get("/ledgers/safety/hazards/export/?format=csv"))

    one = queries(export)
    for n in range(10):
        save(hazard(unit=make_village(f"v{n}")))
    assert queries(export) == one
