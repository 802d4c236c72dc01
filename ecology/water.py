"""The class of water by GB 3838-2002, from the five parameters that are sampled here (按5项评价; total nitrogen is not
among them). Limits belong to the better class; figures are compared exactly."""

from collections.abc import Mapping
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


PARAMETERS = ("ph", "oxygen", "permanganate", "ammonia", "phosphorus")
BEST_SATURATION = 90
LEAST_PH, MOST_PH = 6, 9
_OXYGEN = ("7.5", "6", "5", "3", "2")
_MOST = {
    "permanganate": ("2", "4", "6", "10", "15"),
    "ammonia": ("0.15", "0.5", "1.0", "1.5", "2.0"),
    "phosphorus": ("0.02", "0.1", "0.2", "0.3", "0.4"),
}
_MOST_IN_LAKES = _MOST | {"phosphorus": ("0.01", "0.025", "0.05", "0.1", "0.2")}


def classes(means: Mapping[str, Figure | None], water: str) -> dict[str, WaterClass]:
    """The class by each parameter; `saturation` (%) may be among the means, and makes the best class of oxygen."""
    most = _MOST_IN_LAKES if water == "lake" else _MOST
    found = {name: _at_most(_known(means, name), limits) for name, limits in most.items()}
    found["ph"] = WaterClass.I if LEAST_PH <= _known(means, "ph") <= MOST_PH else WaterClass.WORSE
    found["oxygen"] = _at_least(_known(means, "oxygen"), _OXYGEN)
    saturation = means.get("saturation")
    if saturation is not None and saturation >= BEST_SATURATION:
        found["oxygen"] = WaterClass.I
    return {name: found[name] for name in PARAMETERS}


def worst(found: Mapping[str, WaterClass]) -> WaterClass:
    """The class of the whole: that of the worst parameter."""
    return max(found.values(), key=lambda each: each.value)


def meets(found: str, function: str) -> bool:
    """Is the water as good as its function asks?"""
    return found <= function


def _known(means: Mapping[str, Figure | None], name: str) -> Fraction:
    value = means[name]
    assert value is not None
    return Fraction(value)


def _at_most(value: Fraction, limits: tuple[str, ...]) -> WaterClass:
    good = (each for each, limit in zip(WaterClass, limits, strict=False) if value <= Fraction(limit))
    return next(good, WaterClass.WORSE)


def _at_least(value: Fraction, limits: tuple[str, ...]) -> WaterClass:
    good = (each for each, limit in zip(WaterClass, limits, strict=False) if value >= Fraction(limit))
    return next(good, WaterClass.WORSE)
