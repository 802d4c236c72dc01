"""Excel in: the preview of 5,000 rows against openpyxl's bare reading, its memory; the confirmation against COPY."""

import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

ROWS, INDICATORS = 5_000, 50
RUNS = 7
MONTHS = [date(year, month, 28) for year in range(2013, 2022) for month in range(1, 13)][-ROWS // INDICATORS :]
# What the same rows cost when nothing is asked about them: into a temporary table, and from there into their place.
COLUMNS = (
    "version, updated_at, period, is_share, value, state, note, warnings, revision, entered_at, reported_at, hands, "
    "reason, entered_by_id, indicator_id, reported_by_id, unit_id"
)
UPSERT = f"""
INSERT INTO goals_reading ({COLUMNS}) SELECT {COLUMNS} FROM incoming
ON CONFLICT (indicator_id, unit_id, period, revision) DO UPDATE SET value = excluded.value, note = excluded.note,
    state = excluded.state, updated_at = excluded.updated_at, version = goals_reading.version + 1
"""
IDS = "SELECT id FROM goals_indicator WHERE code LIKE 'import.%'"
Result = Callable[..., dict[str, Any]]


def workbook() -> bytes:
    """A unit's own sheet of 5,000 figures, as Excel writes it."""
    import xlsxwriter

    from goals.progress import month_key, period_end

    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, ["指标代码", "指标", "填报单位", "期", "数值", "说明"])
    slots = [(n, period_end(month_key(month))) for n in range(INDICATORS) for month in MONTHS]
    for row, (n, period) in enumerate(slots, start=1):
        cells = [f"import.{n}", f"import {n}", "taoyan", period.isoformat(), (row * 7 % 900) / 4, "按月报送"]
        page.write_row(row, 0, cells)
    book.close()
    return buffer.getvalue()


def prepare() -> Any:
    """A reporter of the subdistrict, and what there is to report."""
    from accounts.models import Grant, Role, Unit, User
    from goals.models import Indicator, ReportingUnit

    unit = Unit.objects.get(code="taoyan")
    user, _new = User.objects.get_or_create(username="bench")
    Grant.objects.get_or_create(user=user, role=Role.REPORTER, unit=unit)
    indicators = Indicator.objects.bulk_create(
        [Indicator(code=f"import.{n}", name=f"import {n}", basis="amount") for n in range(INDICATORS)]
    )
    ReportingUnit.objects.bulk_create(ReportingUnit(indicator=i, unit=unit) for i in indicators)
    return user


def read_barely(content: bytes) -> int:
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    count = sum(1 for row in book.worksheets[0].iter_rows(values_only=True) if row)
    book.close()
    return count


def preview(user: Any, content: bytes) -> Any:
    """From the uploaded file to the stored preview."""
    from goals.importing.preview import upload
    from goals.importing.registry import importer_of

    job = upload(user, importer_of("readings"), BytesIO(content), "bench.xlsx", unit=None, context={})
    assert len(job.rows) == ROWS, job.problems
    return job


def written() -> list[tuple[Any, ...]]:
    """The rows as the confirmation wrote them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM goals_reading WHERE indicator_id IN ({IDS}) ORDER BY id")
        return list(cursor.fetchall())


def copy_and_upsert(rows: list[tuple[Any, ...]]) -> float:
    """The seconds that COPY and one upsert of the rows take, with their commit."""
    from django.db import connection, transaction

    begun = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE incoming (LIKE goals_reading) ON COMMIT DROP")
        cursor.execute("ALTER TABLE incoming ALTER id DROP NOT NULL")
        lines = StringIO()
        csv.writer(lines).writerows(rows)
        lines.seek(0)
        cursor.copy_expert(f"COPY incoming ({COLUMNS}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (reason))", lines)
        cursor.execute(UPSERT)
        assert cursor.rowcount == ROWS
    return time.perf_counter() - begun


def confirm(job: Any) -> float:
    """The seconds that the confirmation takes."""
    from goals.importing.confirm import confirm as write

    begun = time.perf_counter()
    done = write(job.user, job, "submitted")
    taken = time.perf_counter() - begun
    assert done.result["written"]["created"] == ROWS
    return taken


def clear() -> None:
    from django.db import connection

    from goals.models import ImportJob, Reading

    Reading.objects.filter(indicator__code__startswith="import.")._raw_delete("default")
    ImportJob.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE goals_reading")


def measured(compare: Result, result: Result) -> list[dict[str, Any]]:
    user, content = prepare(), workbook()
    name = "preview of 5,000 Excel rows against openpyxl's bare reading"
    found = [compare(name, lambda: preview(user, content), lambda: read_barely(content), 3, RUNS)]
    found.append(result("peak memory of that preview in a process of its own, in MB", peaks(content), 300))
    clear()
    confirm(preview(user, content))
    rows, ratios = written(), []
    for _run in range(RUNS):
        clear()
        plain = copy_and_upsert(rows)
        clear()
        ratios.append(confirm(preview(user, content)) / plain)
    clear()
    found.append(result("confirmation of 5,000 Excel rows against COPY and upsert of the same rows", ratios, 3))
    return found


def peaks(content: bytes) -> list[float]:
    """The peak resident size of a fresh process that does nothing but one preview, three times."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        command = [sys.executable, str(Path(__file__).resolve()), file.name]
        root = Path(__file__).resolve().parents[1]
        return [float(subprocess.run(command, cwd=root, check=True, capture_output=True).stdout) for _run in range(3)]


def peak() -> float:
    """The largest size that this process had, in MB; `getrusage` would tell that of its parent, were it larger."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main(path: str) -> None:
    """In a process of its own: one preview, then the peak on standard output."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import django

    django.setup()
    from accounts.models import User

    preview(User.objects.get(username="bench"), Path(path).read_bytes())
    print(peak())


if __name__ == "__main__":
    main(sys.argv[1])
