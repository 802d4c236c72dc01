"""Progress in words, for templates."""

from decimal import Decimal
from fractions import Fraction

from django import template

from common import display
from goals.models import Progress
from goals.progress import status_word

register = template.Library()


@register.filter
def status_said(row: Progress, rule: str) -> str:
    """A row's status in the words that fit the rule."""
    return str(status_word(row.status, rule))


@register.filter
def per_month(fields: Fraction) -> str:
    """So many fields a month: 3 · 0.33."""
    return display.figure(Decimal(fields.numerator) / fields.denominator)


@register.filter
def signed_per_month(fields: Fraction) -> str:
    """A change of so many fields a month: +0.33 · −1."""
    return display.signed(Decimal(fields.numerator) / fields.denominator, 2)
