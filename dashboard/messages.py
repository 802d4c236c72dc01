"""A list as a message: dated, approved figures alone, short enough to be read at a glance."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from dashboard.items import Item

MOST = 200


def message_of(title: str, items: Sequence[Item], day: date) -> str:
    """The list in at most 200 characters: as many of its items as there is room for, and how many more there are.

    What is said of an item follows from its progress, and progress from approved figures.
    """
    head = _("【%(title)s】截至%(month)s月%(day)s日，%(n)s 项") % {
        "title": title,
        "month": day.month,
        "day": day.day,
        "n": len(items),
    }
    if not items:
        return _cut(head + _("。"))
    said = [_line(number, item) for number, item in enumerate(items, start=1)]
    for count in range(len(said), -1, -1):
        left = len(said) - count
        tail = _("……另 %(n)s 项见平台。") % {"n": left} if left else _("。")
        text = head + (_("：") + _("；").join(said[:count]) if count else "") + tail
        if len(text) <= MOST:
            return text
    return _cut(head)


def _line(number: int, item: Item) -> str:
    facts = [item.said.word]
    if item.lags and item.said.gap_shown != "—":
        facts.append(item.said.gap_shown)
    if item.office is not None:
        facts.append(item.office.name)
    return f"{number}.{item.name}（{'，'.join(facts)}）"


def _cut(text: str) -> str:
    return text if len(text) <= MOST else text[: MOST - 1] + "…"
