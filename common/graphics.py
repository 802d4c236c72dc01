"""The small SVG graphics of the design: written by the server, percent attributes, no style, no script."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

# Shape and colour of each status: the design's keys. Always shown with a word, or a label.
SHAPES: Mapping[str, str] = {
    "achieved": "done",
    "on_track": "ok",
    "at_risk": "risk",
    "behind": "late",
    "missed": "miss",
    "no_data": "none",
}
Number = Decimal | float | int


def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; hidden from screen readers unless it has a label."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="i {}" {}><use href="{}#{}"/></svg>', css, spoken, static("icons.svg"), name)


def pill(status: str, word: str) -> SafeString:
    """A status as shape, colour and word."""
    shape = SHAPES[status]
    return format_html('<span class="pill pill-{}">{}{}</span>', shape, icon(f"st-{shape}"), word)


def glyph(status: str, label: str = "") -> SafeString:
    """A status as its shape alone; with a label where no word stands beside it."""
    shape = SHAPES[status]
    return format_html('<span class="glyph glyph-{}">{}</span>', shape, icon(f"st-{shape}", label=label))


def pace(actual: Number | None, expected: Number | None, status: str, label: str, height: int = 12) -> SafeString:
    """The pace bar: the fill is what is done, the tick where it should be; both in per cent of the whole."""
    thick = 6 if height <= 14 else height - 6
    top = (height - thick) / 2
    bar = f'y="{top:g}" height="{thick}" rx="{thick / 2:g}"'
    tick = ""
    if expected is not None:
        at = min(_within(expected), 99.4)
        tick = f'<rect class="pace-tick" x="{at:.4g}%" y="0" width="2" height="{height}" rx="1"/>'
    fill = f'<rect class="pace-fill" {bar} width="{_within(actual or 0):.4g}%"/>'
    return _svg(
        f"pace pace-{SHAPES[status]}", height, label, f'<rect class="pace-track" {bar} width="100%"/>{fill}{tick}'
    )


def segments(counts: Mapping[str, int], words: Mapping[str, str], height: int = 8) -> SafeString:
    """Counts by status as one bar."""
    total = sum(counts.values()) or 1
    at, parts = 0.0, ""
    for status, shape in SHAPES.items():
        share = 100 * counts.get(status, 0) / total
        if share:
            span = f'x="{at + 0.25:.4g}%" width="{max(share - 0.5, 0.5):.4g}%"'
            parts += f'<rect class="f-{shape}" {span} height="{height}" rx="1.5"/>'
        at += share
    label = "、".join(f"{words[s]} {n}" for s, n in counts.items() if n)
    return _svg("seg", height, label, parts)


def bar(share: Number, height: int = 6) -> SafeString:
    """A plain bar, for comparing things."""
    half = height / 2
    return mark_safe(
        f'<svg class="hb" width="100%" height="{height}" aria-hidden="true">'
        f'<rect class="hb-t" width="100%" height="{height}" rx="{half:g}"/>'
        f'<rect class="hb-f" width="{_within(share):.4g}%" height="{height}" rx="{half:g}"/></svg>'
    )


def sparkline(
    actual: Sequence[Number | None],
    expected: Sequence[Number | None],
    status: str,
    label: str,
    size: tuple[int, int] = (132, 32),
) -> SafeString:
    """A year by months, twelve places wide: the figures so far, and the pace dashed."""
    width, height = size
    known = [float(x) for x in (*actual, *expected) if x is not None]
    if not known:
        return format_html('<span class="muted">{}</span>', _("暂无数据"))
    low, high = min(*known, 0.0), max(known)
    span = (high - low) or 1.0

    def place(month: int, value: Number) -> str:
        return f"{4 + month * (width - 10) / 11:.1f},{height - 4 - (float(value) - low) / span * (height - 8):.1f}"

    dashed = " ".join(place(i, v) for i, v in enumerate(expected) if v is not None)
    points = [place(i, v) for i, v in enumerate(actual) if v is not None]
    body = f'<polyline class="spark-exp" points="{dashed}"/>'
    if points:
        first, last = points[0].split(",")[0], points[-1].split(",")
        floor = height - 4
        area = f"M{first},{floor} L{' L'.join(points)} L{last[0]},{floor}Z"
        body = f'<path class="spark-area" d="{area}"/>{body}<polyline class="spark-act" points="{" ".join(points)}"/>'
        body += f'<circle class="spark-dot" cx="{last[0]}" cy="{last[1]}" r="2.6"/>'
    return mark_safe(
        f'<svg class="spark spark-{SHAPES[status]}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">{body}</svg>'
    )


# A column's place and width, and how many characters of a figure fit above it.
_PLACE, _BROAD, _FITS = 34, 22, 6


def columns(figures: Sequence[tuple[str, str, Number | None]], css: str, label: str) -> SafeString:
    """A few periods as columns, each with its figure above and its name below; the last in the colour of `css`.

    Of figures too long to stand side by side only the last is written. What isn't known leaves its place empty.
    """
    known = [float(value) for _name, _shown, value in figures if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    low, high = min(low, 0.0), max(high, 0.0)
    scale = 54 / ((high - low) or 1.0)
    floor = 72 + low * scale
    crowded = any(len(shown) > _FITS for _name, shown, _value in figures)
    body = ""
    for place, (name, shown, value) in enumerate(figures):
        left, is_last = 6 + place * _PLACE, place == len(figures) - 1
        body += _text("ml", left + _BROAD / 2, 88, "middle", name)
        if value is None:
            continue
        size = max(abs(float(value)) * scale, 1.0)
        top = floor - size if value >= 0 else floor
        kind = f" {css}" if is_last else ""
        span = f'x="{left}" y="{top:.1f}" width="{_BROAD}" height="{size:.1f}"'
        body += f'<rect class="mb{kind}" {span} rx="2"/>'
        if is_last and crowded:
            body += _text(f"mt{kind}", left + _BROAD, top - 4, "end", shown)
        elif not crowded:
            body += _text(f"mt{kind}", left + _BROAD / 2, top - 4, "middle", shown)
    width = max(len(figures) * _PLACE, 60)
    return mark_safe(f'<svg class="mini" viewBox="0 0 {width} 92" role="img" aria-label="{escape(label)}">{body}</svg>')


def _text(css: str, x: float, y: float, anchor: str, text: str) -> str:
    return f'<text class="{css}" x="{x:g}" y="{max(y, 10):.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(css: str, height: int, label: str, body: str) -> SafeString:
    return mark_safe(
        f'<svg class="{css}" width="100%" height="{height}" role="img" aria-label="{escape(label)}">{body}</svg>'
    )


def _within(share: Number) -> float:
    return max(0.0, min(100.0, float(share)))
