"""The initials by which Chinese names are found: 工业增加值 by `gyzjz`."""

from pypinyin import Style, lazy_pinyin


def initials_of(text: str) -> str:
    """The first letter of each character's reading; letters and digits as they are, everything else left out."""
    letters = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()
    return "".join(letter for letter in letters if letter.isalnum())
