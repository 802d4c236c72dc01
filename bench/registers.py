"""A register of 100,000 rows: a page of its list, 5,000 rows of it by Excel, and all of them out again.

What a confirmation is compared with writes the same rows into the same table: the same columns, keys, triggers and
indexes, those of the search among them. It asks nothing about the rows and tells no audit trail. What a changed row
said before the confirmation keeps as a row of its own: compared with the same rows, and with those that changed alone.
"""

import csv
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from bench.imports import peak, read_barely  # noqa: E402

ROWS, IMPORTED, RUNS = 100_000, 5_000, 7
TODAY = date(2022, 10, 12)
VILLAGES = ("jingkou", "baitatou", "nanhu", "hengdan", "jinshu", "shaojialou")
HEADS = ["单位", "发现日", "隐患", "单位或场所", "来源", "领域", "等级", "当场整改", "整改期限", "来源系统", "外部编号"]
LIST, KIND, EDITOR = "/ledgers/safety/hazards/", "ledger:safety.hazards", "safety_office.reporter"
Result = Callable[..., dict[str, Any]]


def fill() -> None:
    """100,000 hazards of six villages, over five years."""
    from django.db import connection

    from accounts.models import Unit, User
    from common import bulk, clock
    from safety.lists import FIELD
    from safety.models import Hazard

    units, areas = list(Unit.objects.filter(code__in=VILLAGES)), list(FIELD.entries)
    author, now = User.objects.get(username=EDITOR), clock.now()
    rows = []
    for number in range(ROWS):
        day = TODAY - timedelta(days=number % 1_700)
        row = Hazard(
            unit=units[number % len(units)], day=day, what=f"楼梯间照明缺失 {number}", subject=f"{number % 400} 号楼"
        )
        row.source, row.area, row.on_the_spot = "subdistrict", areas[number * 7 % len(areas)], number % 10 < 8
        row.due, row.source_system, row.external_no = day + timedelta(days=20), "four_platforms", f"B-{number}"
        row.author, row.created_at, row.updated_at = author, now, now
        row.clean()
        rows.append(row)
    bulk.insert(rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE safety_hazard")


def pages(compare: Result) -> list[dict[str, Any]]:
    """The list against a plain table page of as many rows, and against the bare view, with the same login."""
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="leader"))

    def get(path: str) -> Callable[[], None]:
        def ask() -> None:
            assert client.get(path).status_code == 200, path

        return ask

    name = f"a page of a register of {ROWS:,} rows against a plain table page of as many rows shown"
    found = [compare(name, get(LIST), get("/bench/rows/"), 2, 40)]
    filtered = f"{LIST}?area=fire&unit=nanhu"
    found.append(compare(f"the same, filtered: {name}", get(filtered), get("/bench/rows/"), 2, 40))
    return found


def workbook(change: int = 0) -> bytes:
    """5,000 hazards as Excel writes them."""
    import xlsxwriter

    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, HEADS)
    for number in range(IMPORTED):
        day = TODAY - timedelta(days=number % 900)
        due = (day + timedelta(days=20)).isoformat()
        cells = [VILLAGES[number % 6], day.isoformat(), f"楼梯间照明缺失 {number + change}", f"{number % 40} 号楼"]
        page.write_row(number + 1, 0, [*cells, "街道检查", "消防", "一般", "否", due, "四平台", f"X-{number}"])
    book.close()
    return buffer.getvalue()


def preview(content: bytes) -> Any:
    """From the uploaded file to the stored preview."""
    from accounts.models import User
    from goals.importing.preview import upload
    from goals.importing.registry import importer_of

    user = User.objects.get(username=EDITOR)
    job = upload(user, importer_of(KIND), BytesIO(content), "bench.xlsx", unit=None, context={})
    assert job.state == "ready" and len(job.rows) == IMPORTED, job.problems
    return job


def confirm(content: bytes) -> float:
    """The seconds that the confirmation takes."""
    from goals.importing.confirm import confirm as write

    job = preview(content)
    begun = time.perf_counter()
    write(job.user, job, "write")
    return time.perf_counter() - begun


def clear() -> None:
    from django.db import connection

    from goals.models import ImportJob
    from safety.models import Hazard

    with connection.cursor() as cursor:
        # Rows are never deleted, so nothing makes it quick to see that none has versions left: for now this does.
        cursor.execute("CREATE INDEX bench_versions ON safety_hazard (version_of_id) WHERE version_of_id IS NOT NULL")
        Hazard.versions.filter(external_no__startswith="X-", version_of__isnull=False)._raw_delete("default")
        Hazard.objects.filter(external_no__startswith="X-")._raw_delete("default")
        ImportJob.objects.all().delete()
        cursor.execute("DROP INDEX bench_versions")
        cursor.execute("VACUUM ANALYZE safety_hazard")


def written() -> tuple[list[str], list[tuple[Any, ...]]]:
    """The imported rows' columns, and the rows as the confirmation wrote them."""
    from django.db import connection

    from safety.models import Hazard

    columns = [str(field.column) for field in Hazard._meta.concrete_fields if not field.primary_key]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM safety_hazard WHERE external_no LIKE 'X-%%' ORDER BY id")
        rows = list(cursor.fetchall())
    assert len(rows) == IMPORTED
    return columns, [tuple(r"\N" if value is None else value for value in row) for row in rows]


def earlier(names: list[str], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What these rows said, as rows of its own: the versions that a change of them keeps."""
    from safety.models import Hazard

    keys = dict(Hazard.objects.filter(external_no__startswith="X-").values_list("external_no", "pk"))
    number, of, voided = (names.index(name) for name in ("external_no", "version_of_id", "voided_at"))
    now = datetime.now(UTC).isoformat()
    found = []
    for row in rows:
        cells = list(row)
        cells[of], cells[voided] = keys[row[number]], now
        found.append(tuple(cells))
    return found


def copy_and_upsert(
    names: list[str], rows: list[tuple[Any, ...]], kept: Sequence[tuple[Any, ...]] | None = None
) -> float:
    """The seconds that COPY and one upsert of the rows take, with their commit, and COPY of the versions `kept`."""
    from django.db import connection, transaction

    columns, sets = ", ".join(names), ", ".join(f"{name} = excluded.{name}" for name in names)
    begun = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        if kept is not None:
            lines = StringIO()
            csv.writer(lines).writerows(kept)
            lines.seek(0)
            cursor.copy_expert(f"COPY safety_hazard ({columns}) FROM STDIN WITH (FORMAT csv, NULL '\\N')", lines)
        cursor.execute("CREATE TEMP TABLE incoming (LIKE safety_hazard) ON COMMIT DROP")
        cursor.execute("ALTER TABLE incoming ALTER id DROP NOT NULL")
        lines = StringIO()
        csv.writer(lines).writerows(rows)
        lines.seek(0)
        cursor.copy_expert(f"COPY incoming ({columns}) FROM STDIN WITH (FORMAT csv, NULL '\\N')", lines)
        cursor.execute(
            f"INSERT INTO safety_hazard ({columns}) SELECT {columns} FROM incoming ON CONFLICT "
            f"(source_system, external_no) WHERE external_no <> '' AND version_of_id IS NULL DO UPDATE SET {sets}"
        )
        assert cursor.rowcount == IMPORTED
    return time.perf_counter() - begun


def importing(compare: Result, result: Result) -> list[dict[str, Any]]:
    content, changed = workbook(), workbook(1)
    name = "preview of 5,000 rows of a register against openpyxl's bare reading"
    found = [compare(name, lambda: preview(content), lambda: read_barely(content), 3, RUNS)]
    found.append(result("peak memory of that preview in a process of its own, in MB", peaks("preview"), 300))
    clear()
    confirm(content)
    columns, rows = written()
    new, old, bare = [], [], []
    for _run in range(RUNS):
        clear()
        plain = copy_and_upsert(columns, rows)
        alone = copy_and_upsert(columns, rows)
        kept = copy_and_upsert(columns, rows, earlier(columns, rows))
        clear()
        new.append(confirm(content) / plain)
        taken = confirm(changed)
        old.append(taken / kept)
        bare.append(taken / alone)
    clear()
    found.append(result("confirmation of 5,000 new rows of a register against COPY and upsert of them", new, 3))
    name = "confirmation of 5,000 changed rows of a register, whose versions are kept,"
    found.append(result(f"{name} against COPY and upsert of the same 10,000 rows", old, 3))
    found.append(result(f"{name} against COPY and upsert of the 5,000 without versions", bare, 6))
    return found


def peaks(what: str) -> list[float]:
    """Of what a fresh process says of its memory, three times."""
    command = [sys.executable, str(Path(__file__).resolve()), what]
    return [float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout) for _run in range(3)]


def exported(form: str) -> float:
    """How many MB more an export of all rows takes than one of a day's."""
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="leader"))
    sizes = []
    for more in ("&day_after=2022-10-12", ""):
        answer: Any = client.get(f"{LIST}export/?format={form}{more}")
        size = sum(len(chunk) for chunk in answer.streaming_content)
        assert size > (1_000_000 if not more else 1_000), size
        sizes.append(peak())
    return sizes[1] - sizes[0]


def measured(compare: Result, result: Result) -> list[dict[str, Any]]:
    fill()
    found = [*pages(compare), *importing(compare, result)]
    for form in ("csv", "xlsx"):
        found.append(result(f"memory that an export of {ROWS:,} rows as {form} adds, in MB", peaks(form), 100))
    return found


def main(what: str) -> None:
    """In a process of its own: one preview or export, then its memory on standard output."""
    import django

    django.setup()
    if what == "preview":
        preview(workbook())
        print(peak())
    else:
        print(exported(what))


if __name__ == "__main__":
    main(sys.argv[1])
