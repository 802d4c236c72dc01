"""Template tags and filters of the portal: icons and graphics, figures, and the gloss in the other language."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext as _

from common import clock, display, graphics

register = template.Library()

register.filter("figure", display.figure)
register.filter("percent", display.percent)
register.filter("signed", display.signed)
register.filter("full_width", display.full_width)
register.simple_tag(graphics.icon, name="icon")
register.simple_tag(graphics.pill, name="pill")
register.simple_tag(graphics.glyph, name="glyph")
register.simple_tag(graphics.pace, name="pace")
register.simple_tag(graphics.bar, name="bar")
register.simple_tag(graphics.segments, name="seg")
register.simple_tag(graphics.sparkline, name="spark")


@register.simple_tag
def gloss(message: str) -> str:
    """The message in the other of the two languages: English beside Chinese, Chinese beside English."""
    if (get_language() or "").startswith("en"):
        return message
    with override("en"):
        return gettext(message)


@register.simple_tag
def count_of(status: str, count: int, word: str) -> str:
    """A status's shape with its count, the word for screen readers and as a title."""
    shape = graphics.SHAPES[status]
    return format_html(
        '<span class="ct ct-{}{}" title="{}">{}{}<span class="sr-only">{}</span></span>',
        *(shape, "" if count else " is-0", word, graphics.icon(f"st-{shape}"), count, word),
    )


@register.filter
def at(table: Mapping[Any, Any], key: Any) -> Any:
    """The entry of a mapping."""
    return table[key]


@register.filter
def entry(table: Mapping[Any, Any], key: Any) -> Any:
    """The entry of a mapping, or nothing."""
    return table.get(key, "")


@register.filter
def shape(status: str) -> str:
    """The design's key of a status, for class names."""
    return graphics.SHAPES[status]


@register.filter
def magnitude(value: Decimal | None) -> Decimal | None:
    """Without its sign, where the words say which way."""
    return None if value is None else abs(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """9月5日 in the current year, 2021年9月5日 in another."""
    if value is None:
        return display.UNKNOWN
    when = timezone.localtime(value).date() if isinstance(value, datetime) else value
    pattern = _("n月j日") if when.year == clock.today().year else _("Y年n月j日")
    return date_format(when, pattern)


@register.filter
def moment(value: datetime | None) -> str:
    """9月5日 10:42."""
    if value is None:
        return display.UNKNOWN
    local = timezone.localtime(value)
    return f"{day(local)} {local:%H:%M}"


@register.filter
def month(value: date) -> str:
    """8月, or 2021年8月 in another year."""
    pattern = _("n月") if value.year == clock.today().year else _("Y年n月")
    return date_format(value, pattern)


@register.simple_tag(takes_context=True)
def as_of_link(context: template.Context) -> str:
    """`?as_of=…` to hang on links, so that the chosen day stays chosen; empty for today."""
    asked = context.get("asof")
    return asked.query if asked else ""


@register.simple_tag(takes_context=True)
def permalink(context: template.Context) -> str:
    """The whole address of the page, the day that it shows written out, so that it shows the same one later."""
    request, asked = context.get("request"), context.get("asof")
    if request is None:
        return ""
    query = request.GET.copy()
    query.pop("page", None)
    if asked:
        query["as_of"] = asked.day.isoformat()
    found = f"{request.path}?{query.urlencode()}" if query else request.path
    return str(request.build_absolute_uri(found))
