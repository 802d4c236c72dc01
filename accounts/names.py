"""User names: one identity, however the name is typed."""

import unicodedata

_UNSEEN = ("Cc", "Cf")


def tidy(name: str) -> str:
    """As a name is kept: full-width letters made narrow, nothing invisible in it, no blanks around it."""
    narrow = unicodedata.normalize("NFKC", name)
    return "".join(c for c in narrow if unicodedata.category(c) not in _UNSEEN).strip()


def normalise(name: str) -> str:
    """As names are compared and failures are counted: tidy, and of one case."""
    return tidy(name).casefold()
