"""The small graphics: well-formed SVG, attributes only, whatever the figures."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import graphics

values = st.one_of(st.none(), st.decimals(-(10**6), 10**6, places=2))
statuses = st.sampled_from(list(graphics.SHAPES))


def well_formed(svg: str) -> ElementTree.Element:
    assert "style=" not in svg and "<script" not in svg
    return ElementTree.fromstring(svg)


@given(values, values, statuses, st.text("<>&\"'一", max_size=5))
def test_a_pace_bar_never_leaves_its_track(
    actual: Decimal | None, expected: Decimal | None, status: str, label: str
) -> None:
    svg = well_formed(graphics.pace(actual, expected, status, label))

    assert svg.get("aria-label") == label
    for part in svg:
        assert 0 <= float((part.get("width") or "0").rstrip("%")) <= 100
        assert 0 <= float((part.get("x") or "0").rstrip("%")) <= 100


@given(st.lists(values, max_size=12), st.lists(values, max_size=12), statuses)
def test_a_sparkline_stays_in_its_frame(
    actual: list[Decimal | None], expected: list[Decimal | None], status: str
) -> None:
    svg = well_formed(graphics.sparkline(actual, expected, status, "走势"))

    for line in svg.iter("polyline"):
        for point in (line.get("points") or "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 132 and 0 <= y <= 32


@given(st.dictionaries(statuses, st.integers(0, 50)))
def test_segments_fill_the_bar_and_no_more(counts: dict[str, int]) -> None:
    svg = well_formed(graphics.segments(counts, dict.fromkeys(graphics.SHAPES, "字")))

    assert sum(float((part.get("width") or "0").rstrip("%")) for part in svg) <= 100.5


def test_a_status_is_always_shape_and_word() -> None:
    assert "st-late" in graphics.pill("behind", "落后") and "落后" in graphics.pill("behind", "落后")


def test_a_shape_alone_has_a_label_or_is_hidden() -> None:
    assert 'aria-label="落后"' in graphics.glyph("behind", "落后")
    assert 'aria-hidden="true"' in graphics.glyph("behind")


@pytest.mark.parametrize("share", [-5, 0, 50, 500])
def test_a_bar_is_between_nothing_and_full(share: int) -> None:
    assert well_formed(graphics.bar(share))[1].get("width") == f"{max(0, min(100, share))}%"


@given(st.lists(st.tuples(st.text("<>&\"'一", max_size=4), st.text("1,<", max_size=9), values), max_size=12))
def test_columns_stay_within_their_frame(figures: list[tuple[str, str, Decimal | None]]) -> None:
    svg = well_formed(graphics.columns(figures, "is-now", "<三>"))

    bars = [part for part in svg if part.tag == "rect"]
    assert len(bars) == sum(1 for _name, _shown, value in figures if value is not None)
    for bar in bars:
        top, height = float(bar.get("y") or 0), float(bar.get("height") or 0)
        assert top >= 16 and top + height <= 74


def test_the_last_column_alone_has_its_colour_and_long_figures_are_left_to_the_table() -> None:
    svg = well_formed(graphics.columns([("8月", "1,234,567", 1_234_567), ("9月", "2", 2)], "is-now", ""))

    assert [part.get("class") for part in svg if part.tag == "rect"] == ["mb", "mb is-now"]
    assert [part.text for part in svg if (part.get("class") or "").startswith("mt")] == ["2"]
