"""The initials by which Chinese names are found: 工业增加值 by `gyzjz`."""

from typing import Any

from pypinyin import Style, lazy_pinyin

BATCH = 500


def initials_of(text: str) -> str:
    """The first letter of each character's reading; letters and digits as they are, everything else left out."""
    letters = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()
    return "".join(letter for letter in letters if letter.isalnum())


def fill_initials(model: Any) -> None:
    """For a migration: compute the initials of every row, in batches."""
    last = 0
    while batch := list(model.objects.filter(pk__gt=last).order_by("pk").only("pk", "name")[:BATCH]):
        for record in batch:
            record.initials = initials_of(record.name)[:200]
        model.objects.bulk_update(batch, ["initials"])
        last = batch[-1].pk
