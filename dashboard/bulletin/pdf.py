"""The bulletin as PDF, set by typst: its data go in as JSON, and never into the source."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "data"
SOURCE = "bulletin.typ"
FONTS = FOLDER / "fonts"


def written(facts: Mapping[str, Any]) -> bytes:
    """The PDF, with the portal's own fonts alone; the same facts make the same bytes on every machine."""
    day = date.fromisoformat(facts["issued_on"])
    data = {name: value for name, value in facts.items() if name != "ledger"}
    made = typst.compile(
        str(FOLDER / SOURCE),
        root=str(FOLDER),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"facts": json.dumps(data, ensure_ascii=False)},
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    assert isinstance(made, bytes)
    return made


@cache
def _drawn() -> frozenset[str]:
    return frozenset((FONTS / "characters.txt").read_text(encoding="utf-8"))


def not_drawn(facts: Mapping[str, Any]) -> str:
    """The characters that the fonts lack, in their order: a rare one in a name shows as an empty box in the PDF."""
    text = json.dumps({name: value for name, value in facts.items() if name != "ledger"}, ensure_ascii=False)
    return "".join(dict.fromkeys(c for c in text if ord(c) > 0x7F and c not in _drawn()))
