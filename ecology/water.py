"""The class of water by GB 3838-2002, from the five parameters that are sampled here (按5项评价; total nitrogen is not
among them). Limits belong to the better class; figures are compared exactly."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from django.db import models
from django.utils.translation import gettext_lazy as _

Figure = Decimal | Fraction | int


class WaterClass(models.TextChoices):
    """From the best to the worst."""

    I = "1", _("Ⅰ类")  # noqa: E741
    II = "2", _("Ⅱ类")
    III = "3", _("Ⅲ类")
    IV = "4", _("Ⅳ类")
    V = "5", _("Ⅴ类")
    WORSE = "6", _("劣Ⅴ类")


def _limits(*texts: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(text) for text in texts)


PARAMETERS = ("ph", "oxygen", "permanganate", "ammonia", "phosphorus")
BEST_SATURATION = 90
LEAST_PH, MOST_PH = 6, 9
_OXYGEN = _limits("7.5", "6", "5", "3", "2")
_MOST = {
    "permanganate": _limits("2", "4", "6", "10", "15"),
    "ammonia": _limits("0.15", "0.5", "1.0", "1.5", "2.0"),
    "phosphorus": _limits("0.02", "0.1", "0.2", "0.3", "0.4"),
}
_MOST_IN_LAKES = _MOST | {"phosphorus": _limits("0.01", "0.025", "0.05", "0.1", "0.2")}


def classes(means: Mapping[str, Figure], water: str) -> dict[str, WaterClass]:
    """The class by each parameter; `saturation` (%) may be among the means, and makes the best class of oxygen."""
    mean = {name: Fraction(value) for name, value in means.items()}
    most = _MOST_IN_LAKES if water == "lake" else _MOST
    found = {name: _best(mean[name] <= limit for limit in limits) for name, limits in most.items()}
    found["oxygen"] = _best(mean["oxygen"] >= limit for limit in _OXYGEN)
    if mean.get("saturation", 0) >= BEST_SATURATION:
        found["oxygen"] = WaterClass.I
    found["ph"] = WaterClass.I if LEAST_PH <= mean["ph"] <= MOST_PH else WaterClass.WORSE
    return {name: found[name] for name in PARAMETERS}


def _best(kept: Iterable[bool]) -> WaterClass:
    """The best class whose limit is kept."""
    return next((each for each, is_kept in zip(WaterClass, kept, strict=False) if is_kept), WaterClass.WORSE)


def worst(found: Mapping[str, WaterClass]) -> WaterClass:
    """The class of the whole: that of the worst parameter."""
    return max(found.values(), key=lambda each: each.value)


def meets(found: str, function: str) -> bool:
    """Is the water as good as its function asks?"""
    return found <= function
