"""Numbers that name a person: identity cards and mobile phones. Warned of on entry, masked in logs."""

import re

_IDENTITY = re.compile(r"(?<!\d)(\d{6})\d{11}([\dXx])(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{6}(\d{2})(?!\d)")


def names_a_person(text: str) -> bool:
    """Does the text hold an identity or a mobile number?"""
    return bool(_IDENTITY.search(text) or _MOBILE.search(text))


def masked(text: str) -> str:
    """The text with the middle of such numbers starred out."""
    return _MOBILE.sub(r"\1******\2", _IDENTITY.sub(r"\1***********\2", text))
