"""Progress in words, for templates."""

from django import template

from goals.models import Progress
from goals.progress import status_word

register = template.Library()


@register.filter
def status_said(row: Progress, rule: str) -> str:
    """A row's status in the words that fit the rule."""
    return str(status_word(row.status, rule))
