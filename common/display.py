"""Figures as a page shows them: thousands separators, a true minus, — for what isn't known."""

from decimal import ROUND_HALF_UP, Context, Decimal

UNKNOWN = "—"
MINUS = "−"
# Computed figures have more digits than the default context allows.
_WIDE = Context(prec=80)


# The source document has half-width punctuation; shown full-width, one character for one.
_FULL_WIDTH = str.maketrans(",;:()?!", "\uff0c\uff1b\uff1a\uff08\uff09\uff1f\uff01")


def full_width(text: str) -> str:
    """A quotation from the document, with the punctuation of Chinese print."""
    return text.translate(_FULL_WIDTH)


def figure(value: Decimal | int | str | None, places: int = 2) -> str:
    """At most so many decimals, ROUND_HALF_UP, no trailing zeros, never −0: 5,000 · 31.4 · −2.5."""
    if value is None or value == "":
        return UNKNOWN
    text = f"{_rounded(value, places):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", MINUS)


def percent(value: Decimal | int | None) -> str:
    """One decimal, without the sign: 62.1."""
    return UNKNOWN if value is None else f"{_rounded(value, 1):,f}".replace("-", MINUS)


def signed(value: Decimal | int | None, places: int = 1) -> str:
    """With its sign, + or −; zero has none."""
    if value is None:
        return UNKNOWN
    shown = figure(value, places)
    return shown if shown == "0" or shown.startswith(MINUS) else f"+{shown}"


def _rounded(value: Decimal | int | str, places: int) -> Decimal:
    number = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)
    return number if number else abs(number)
