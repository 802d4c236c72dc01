"""Exact numbers: whole ten-thousandths going in, numerator and denominator until something is shown."""

from decimal import Decimal
from typing import NamedTuple

SCALE = 10_000


class Ratio(NamedTuple):
    """The exact value num ÷ den in plain units; den > 0."""

    num: int
    den: int

    def minus(self, other: "Ratio") -> "Ratio":
        if self.den == other.den:
            return Ratio(self.num - other.num, self.den)
        return Ratio(self.num * other.den - other.num * self.den, self.den * other.den)

    def times(self, num: int, den: int = 1) -> "Ratio":
        """Multiplied by num ÷ den, which may be negative below the line."""
        return ratio(self.num * num, self.den * den)

    def compare(self, other: "Ratio") -> int:
        """Negative, zero or positive, as self is less than, equal to or more than other."""
        return self.num * other.den - other.num * self.den


def ratio(num: int, den: int) -> Ratio:
    """num ÷ den with the sign above the line; den is not zero."""
    return Ratio(num, den) if den > 0 else Ratio(-num, -den)


def figure(scaled: int) -> Ratio:
    """A figure in ten-thousandths as an exact number."""
    return Ratio(scaled, SCALE)


def rounded(number: Ratio, places: int) -> Decimal:
    """ROUND_HALF_UP (half away from zero) to so many places, never −0."""
    scaled = 10**places * abs(number.num)
    whole = (2 * scaled + number.den) // (2 * number.den)
    return _decimal(whole, number.num, places)


def truncated(number: Ratio, places: int = 6) -> Decimal:
    """Cut off toward zero: rounding what is left to fewer places gives what rounding the exact value would."""
    return Decimal(truncated_text(number, places))


def truncated_text(number: Ratio, places: int = 6) -> str:
    """`truncated` as text, such as -0.333333: the form that is stored."""
    num, den = number
    if places == 6:  # what is stored, some twenty times a row
        before, after = divmod(1_000_000 * (num if num >= 0 else -num) // den, 1_000_000)
        text = f"{before}.{after:06}"
        return text if num >= 0 or text == "0.000000" else f"-{text}"
    whole = 10**places * abs(num) // den
    before, after = divmod(whole, 10**places)
    sign = "-" if num < 0 and whole else ""
    return f"{sign}{before}.{after:0{places}d}"


def _decimal(whole: int, sign: int, places: int) -> Decimal:
    # By text: Decimal's scaleb rounds to the context's 28 digits.
    return Decimal(f"{'-' if sign < 0 and whole else ''}{whole}e-{places}")
