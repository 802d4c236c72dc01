"""On each section's page its registers with their counts."""

from datetime import date
from functools import partial
from typing import Any

from goals.panels import Panel, panel
from ledgers.overview import cards
from ledgers.registry import all_ledgers


def registers(section_code: str, section: Any, as_of: date) -> Panel:
    """The section's registers through the day, in the plan's unit."""
    found = cards(all_ledgers(section_code), section.plan.unit, as_of)
    return Panel("ledgers/_panel.html", {"cards": found}, styles=("ledgers.css",))


for code in dict.fromkeys(ledger.section for ledger in all_ledgers()):
    panel(code)(partial(registers, code))
