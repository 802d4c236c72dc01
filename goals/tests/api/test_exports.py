"""`?format=csv` and `xlsx`: every row under the list's own filters, as a spreadsheet opens it, in bounded memory."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import connection
from rest_framework.test import APIClient

from common.rest import export
from goals.api.readings import ReadingViewSet
from goals.models import Reading
from goals.progress import period_end
from goals.progress.recompute import recompute
from goals.tests.evidence.factories import attached
from goals.tests.factories import client_of, make_reading, make_user
from goals.tests.pages.factories import SEPTEMBER, Cast, make_cast
from taoyan.api import router

pytestmark = pytest.mark.django_db
READINGS = "/api/v1/readings/"
LISTS = [prefix for prefix, _viewset, _basename in router.registry]


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(frequency="monthly")
    for number in range(1, 10):
        make_reading(cast.indicator, period_end(2022 * 12 + number), f"{number}.5", note=f"第{number}月")
    recompute([cast.target.pk])
    return cast


@pytest.fixture
def client(cast: Cast) -> APIClient:
    return client_of(cast.leader)


def table(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def sheet(answer: Any) -> list[dict[str, Any]]:
    assert answer["Content-Type"] == export.XLSX
    head, *rows = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))["data"].values
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


@pytest.mark.parametrize("name", ["page", "page_size"])
@pytest.mark.parametrize("kind", export.FORMATS)
def test_a_page_that_is_none_is_refused_though_a_table_has_no_pages(client: APIClient, kind: str, name: str) -> None:
    answer = client.get(f"{READINGS}?format={kind}&{name}=x")

    assert answer.status_code == 400
    assert [error["attr"] for error in answer.json()["errors"]] == [name]


@pytest.mark.parametrize("prefix", LISTS)
@pytest.mark.parametrize("kind", export.FORMATS)
def test_every_list_is_a_table_with_the_same_rows(client: APIClient, prefix: str, kind: str) -> None:
    path = f"/api/v1/{prefix}/"
    rows = client.get(path).json()["results"]

    answer = client.get(f"{path}?format={kind}")

    found = table(answer) if kind == "csv" else sheet(answer)
    assert len(found) == len(rows)
    for line, row in zip(found, rows, strict=True):
        assert str(line["version"]) == str(row["version"])
        assert {name.partition(".")[0] for name in line} == set(row)
    assert answer["Content-Disposition"] == f'attachment; filename="{answer_name(prefix)}.{kind}"'


def answer_name(prefix: str) -> str:
    return next(basename for name, _viewset, basename in router.registry if name == prefix)


def test_figures_days_and_names_stand_as_in_the_answer(client: APIClient) -> None:
    row = client.get(f"{READINGS}?ordering=period&page_size=1").json()["results"][0]

    line = table(client.get(f"{READINGS}?ordering=period&format=csv"))[0]

    names = ("indicator", "unit", "period", "state", "note", "updated_at", "reported_at")
    assert [line[n] for n in names] == [row[n] or "" for n in names]
    assert (line["value"], line["numerator"], line["evidence"]) == ("1.5", "", "")


def test_the_filters_the_order_and_the_fields_are_those_of_the_list(client: APIClient) -> None:
    query = "period_after=2022-06-30&ordering=-period&fields=period,value"

    found = table(client.get(f"{READINGS}?{query}&format=csv"))

    assert [line["period"] for line in found] == ["2022-09-30", "2022-08-31", "2022-07-31", "2022-06-30"]
    assert list(found[0]) == ["period", "value"]


def test_a_targets_progress_has_columns_of_its_own(client: APIClient) -> None:
    row = client.get("/api/v1/targets/").json()["results"][0]

    line = sheet(client.get("/api/v1/targets/?format=xlsx"))[0]

    assert line["progress.actual"] == row["progress"]["actual"] == 49.5
    assert line["progress.status"] == row["progress"]["status"]
    assert line["goal"] == row["goal"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", '=HYPERLINK("http://evil")'])
def test_no_cell_runs_as_a_formula(cast: Cast, client: APIClient, text: str) -> None:
    Reading.objects.filter(period=SEPTEMBER).update(note=text)

    line = table(client.get(f"{READINGS}?format=csv&period_after=2022-09-01"))[0]
    cell = sheet(client.get(f"{READINGS}?format=xlsx&period_after=2022-09-01"))[0]

    assert line["note"] == f"'{text}"
    assert cell["note"] == text


def test_a_figure_longer_than_a_spreadsheet_keeps_is_text_there(cast: Cast, client: APIClient) -> None:
    Reading.objects.filter(period=SEPTEMBER).update(value="12345678901234.5678")

    cell = sheet(client.get(f"{READINGS}?format=xlsx&period_after=2022-09-01"))[0]
    line = table(client.get(f"{READINGS}?format=csv&period_after=2022-09-01"))[0]

    assert cell["value"] == line["value"] == "12345678901234.5678"


@pytest.mark.parametrize("kind", ["../../x", "html", "api", "", "CSV", "csv%00"])
def test_rq_14_a_format_that_there_is_not_is_406(client: APIClient, kind: str) -> None:
    assert client.get(f"{READINGS}?format={kind}").status_code == 406


def test_a_record_alone_is_no_table(cast: Cast, client: APIClient) -> None:
    assert client.get(f"/api/v1/targets/{cast.target.pk}/?format=csv").status_code == 406


@pytest.mark.parametrize("query", ["state=odd", "colour=red", "expand=unit", "fields=password", "ordering=password"])
def test_a_wrong_parameter_is_refused_before_anything_is_sent(client: APIClient, query: str) -> None:
    answer = client.get(f"{READINGS}?format=csv&{query}")

    assert answer.status_code == 400
    assert [e["attr"] for e in answer.json()["errors"]] == [query.partition("=")[0]]


def test_nobody_exports_what_they_do_not_see(cast: Cast) -> None:
    assert client_of(make_user("auditor", "auditor")).get(f"{READINGS}?format=csv").status_code == 403
    assert APIClient().get(f"{READINGS}?format=csv").status_code == 401


def test_wf_18_more_rows_than_are_exported_at_once_are_refused(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 8)

    answer = client.get(f"{READINGS}?format=csv")

    assert answer.status_code == 400
    assert answer.json()["errors"][0] | {"detail": ""} == {"code": "too_many_rows", "detail": "", "attr": "format"}
    assert len(table(client.get(f"{READINGS}?format=csv&period_after=2022-02-01"))) == 8


def test_wf_18_five_at_once_hold_no_more_than_a_chunk_of_rows_each() -> None:
    """100,000 rows each, read step by step in turn: a table asks for its next rows only when the last are gone."""
    taken = [0] * 5

    def rows(number: int) -> Iterator[list[Any]]:
        for row in range(100_000):
            taken[number] += 1
            yield [row, date(2022, 1, 31), "陶堰"]

    streams = [export.csv_chunks(["a", "b", "c"], export.csv_lines(rows(number))) for number in range(5)]
    lines = 0
    for turns, chunks in enumerate(zip(*streams, strict=True), start=1):
        assert max(taken) <= turns * export.CHUNK
        assert max(len(chunk) for chunk in chunks) < 200_000
        lines += sum(chunk.count(b"\r\n") for chunk in chunks)

    assert lines == 5 * 100_001


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone writes the lines itself")
@pytest.mark.parametrize("fields", ["", "&fields=note,id,evidence", "&fields=period,value", "&fields=evidence"])
def test_the_quick_way_writes_what_the_common_way_writes(
    cast: Cast, client: APIClient, monkeypatch: pytest.MonkeyPatch, fields: str
) -> None:
    warning = [{"code": "w", "attr": "value", "detail": '偏大，"两倍"'}]
    draft = make_reading(cast.indicator, period_end(2022 * 12 + 10), "-0.05", state="draft", reason="@退", note="-1")
    Reading.objects.filter(pk=draft.pk).update(warnings=warning, rank=1, rank_of=6, reported_by=cast.official)
    Reading.objects.filter(period=SEPTEMBER).update(reported_at="2022-10-01T00:00:00.5Z", supersedes=draft)
    attached(cast, draft)

    def read() -> list[dict[str, Any]]:
        lines = table(client.get(f"{READINGS}?format=csv{fields}"))
        return [line | {"warnings": json.loads(line.get("warnings") or "[]")} for line in lines]

    quick = read()
    monkeypatch.setattr(ReadingViewSet, "csv_lines", lambda _self, _queryset, _wanted: None)

    assert quick == read()
    if not fields:
        assert quick[0]["value"] == "-0.05" and quick[0]["note"] == "'-1"


NOTES = (
    *("=1+1", "-1,2", '@a"b"', '"', "a,b", "两行\n两行", "a-b", "\tx"),
    *(" ", "100%", "%s", "\\", "'quoted'", "a+b=c", "-\n"),
)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone writes the lines itself")
@pytest.mark.parametrize("note", NOTES)
def test_the_quick_way_quotes_and_guards_a_text_to_the_byte(
    cast: Cast, client: APIClient, monkeypatch: pytest.MonkeyPatch, note: str
) -> None:
    Reading.objects.update(note=note)

    def read() -> bytes:
        return b"".join(client.get(f"{READINGS}?format=csv&fields=id,note"))

    quick = read()
    monkeypatch.setattr(ReadingViewSet, "csv_lines", lambda _self, _queryset, _wanted: None)

    assert quick == read()
