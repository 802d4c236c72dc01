"""CSV that a spreadsheet opens as it is, and codes in addresses."""

import pytest

from common.converters import code_or_nothing
from common.sheet import csv_lines, safe


def test_the_first_line_has_the_mark_and_rows_end_as_spreadsheets_expect() -> None:
    assert list(csv_lines(["甲", "乙"], [["a,b", 1], ['"', None]])) == [
        "\ufeff甲,乙\r\n",
        '"a,b",1\r\n',
        '"""",\r\n',
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\ta", "\ra"])
def test_text_that_would_run_is_held(text: str) -> None:
    assert safe(text) == "'" + text


@pytest.mark.parametrize("cell", ["a=1", "", 5, -5, None, "陶堰"])
def test_all_else_stays_as_it_is(cell: object) -> None:
    assert safe(cell) == cell


def test_rows_are_made_as_they_are_asked_for() -> None:
    def rows() -> object:
        yield [1]
        raise RuntimeError

    lines = csv_lines(["n"], rows())  # type: ignore[arg-type]

    assert [next(lines), next(lines)] == ["\ufeffn\r\n", "1\r\n"]


@pytest.mark.parametrize(
    ("raw", "code"), [("a.b-c_1", "a.b-c_1"), ("a b", ""), ("\x00", ""), (None, ""), ("x" * 101, ""), ("a\n", "")]
)
def test_only_a_code_is_looked_for(raw: str | None, code: str) -> None:
    assert code_or_nothing(raw) == code
