"""What free text may hold: visible characters of any language, no control or direction tricks."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 20_000
MOST_MARKS = 8
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# Characters of which no text is refused: what nearly all of it consists of needn't be looked at one by one.
_PLAIN = re.compile("[\n\x20-\x7e\u2014\u2018-\u201d\u2026\u3001-\u301b\u4e00-\u9fff\uff01-\uff5e]*")


@deconstructible
class CleanText:
    """Refuses control characters, bidirectional overrides, lone surrogates, piled-up marks, and too much text."""

    def __init__(self, longest: int = LONGEST_TEXT) -> None:
        self.longest = longest

    def __call__(self, text: str) -> None:
        if len(text) > self.longest:
            raise ValidationError(_("文字过长（最多 %(n)s 字）。") % {"n": self.longest}, code="max_length")
        if _PLAIN.fullmatch(text):
            return
        if _FORBIDDEN.search(text):
            raise ValidationError(_("含有不可见的控制字符。"), code="forbidden_characters")
        marks = 0
        for character in text:
            marks = marks + 1 if unicodedata.combining(character) else 0
            if marks > MOST_MARKS:
                raise ValidationError(_("含有异常叠加的附加符号。"), code="forbidden_characters")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CleanText) and other.longest == self.longest

    def __hash__(self) -> int:
        return hash(self.longest)


def require_visible(text: str) -> str:
    """The text, if anything of it can be seen; a reason of blanks is none."""
    if text[:1].isalnum():
        return text
    if not any(unicodedata.category(c)[0] not in "ZC" for c in text):
        raise ValidationError(_("请写明内容。"), code="blank")
    return text
