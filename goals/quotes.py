"""A promise in the words of its document: the quote within its paragraph, as it is printed."""

from typing import NamedTuple

from common.display import full_width
from goals.models import Plan, Target


class Quoted(NamedTuple):
    """The paragraph in three parts; `number` counts the document's lines from 1."""

    before: str
    quote: str
    after: str
    number: int | None


def in_paragraph(plan: Plan, target: Target) -> Quoted | None:
    """The target's quote where it stands; alone where the paragraph isn't known; None without a quote."""
    if not target.quote:
        return None
    lines = plan.paragraphs()
    number = target.paragraph
    line = lines[number - 1] if number and number <= len(lines) else ""
    before, found, after = line.partition(target.quote)
    if not found:
        return Quoted("", full_width(target.quote), "", None)
    return Quoted(full_width(before), full_width(found), full_width(after), number)
