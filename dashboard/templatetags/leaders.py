"""Addresses that the leaders' pages share: every count leads to its list, on the same day."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def listed(context: template.Context, **asked: object) -> str:
    """The plan's items, filtered so."""
    query = urlencode({name: value for name, value in asked.items() if value})
    parts = [part for part in (query, context["asof"].query.lstrip("?")) if part]
    return reverse("items", args=[context["plan"].slug]) + ("?" + "&".join(parts) if parts else "")
