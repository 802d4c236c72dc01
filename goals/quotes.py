"""A promise in the words of its document: the quote within its paragraph, as it is printed."""

from typing import NamedTuple

from goals.models import Plan, Target

# The source has half-width punctuation; shown full-width, one character for one.
_FULL_WIDTH = str.maketrans(",;:()?!", "\uff0c\uff1b\uff1a\uff08\uff09\uff1f\uff01")


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
        return Quoted("", _shown(target.quote), "", None)
    return Quoted(_shown(before), _shown(found), _shown(after), number)


def _shown(text: str) -> str:
    return text.translate(_FULL_WIDTH)
