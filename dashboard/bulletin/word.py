"""The bulletin as Word, from the office's template or the portal's own."""

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from docxtpl import DocxTemplate

from dashboard.bulletin.packing import packed
from dashboard.bulletin.template_language import environment

OWN_TEMPLATE = Path(settings.BASE_DIR) / "data" / "bulletin.docx"


def written(template: bytes, facts: Mapping[str, Any]) -> bytes:
    """The template with its fields filled. Whatever a name holds is text in it; the same facts make the same bytes."""
    document = DocxTemplate(BytesIO(template))
    document.init_docx()
    # What a template says of itself isn't printed, and is a place for fields that nobody sees.
    about = document.docx.core_properties._element
    for said in list(about):
        about.remove(said)
    document.render(dict(facts), environment(), autoescape=True)
    # Set after the rendering, as text: a name in it is no field either.
    core = document.docx.core_properties
    core.title, core.author = str(facts["title"])[:250], str(facts["unit"])[:250]
    day = date.fromisoformat(facts["issued_on"])
    core.created = core.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the format has no zone
    core.revision = 1
    buffer = BytesIO()
    document.save(buffer)
    return packed(buffer.getvalue())
