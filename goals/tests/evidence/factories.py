"""Readings with evidence, and all that a refusal must leave as it was."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from audit.models import Head
from goals import evidence
from goals.models import Evidence, Reading
from goals.models.reading import State
from goals.tests.evidence.files import PDF, upload
from goals.tests.factories import make_reading
from goals.tests.pages.factories import SEPTEMBER, Cast


def make_draft(cast: Cast, period: date = SEPTEMBER, **fields: Any) -> Reading:
    return make_reading(cast.indicator, period, 5, **({"state": State.DRAFT} | fields))


def attached(cast: Cast, reading: Reading, name: str = "厂房租赁协议.pdf", content: bytes = PDF) -> Evidence:
    return evidence.attach(cast.official, reading, upload(name, content))


def files() -> list[Path]:
    """What lies in the storage."""
    return sorted(path for path in Path(settings.EVIDENCE_ROOT).rglob("*") if path.is_file())


def everything() -> tuple[object, ...]:
    """Rows, the head of the audit chain, the readings' versions, and the files on disk."""
    return (
        list(Evidence.objects.order_by("pk").values_list("pk", "key")),
        Head.objects.values_list("sequence", "digest").get(),
        list(Reading.objects.order_by("pk").values_list("pk", "state", "version")),
        files(),
    )
