"""The ballot on pages."""

from django import template
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def vote_bar(share: float, label: str) -> str:
    """A candidate's votes as a part of the valid papers, in per cent."""
    return format_html(
        '<svg width="100%" height="14" role="img" aria-label="{}"><rect class="bl-t" width="100%" height="14" rx="3"/>'
        '<rect class="bl-f" width="{}%" height="14" rx="3"/></svg>',
        label,
        f"{min(share, 100):.4g}",
    )
