"""Plans with a bit of everything, and templates good and bad."""

import zipfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from dashboard.bulletin import pdf, sheet, word
from dashboard.bulletin.facts import Facts, facts_of
from dashboard.tests.factories import make_full_plan
from goals.models import Plan, Target, Theme
from goals.progress.recompute import recompute
from goals.tests.factories import make_indicator, make_office, make_reading, new_target
from projects.models import Project
from projects.standing import PROJECTS
from projects.tests.factories import make_milestone, make_project

FEBRUARY = date(2022, 2, 28)
TODAY = date(2022, 10, 12)


def add_target(plan: Plan, code: str, values: Mapping[date, object], basis: str = "amount", **terms: Any) -> Target:
    """A target of the first section, with approved figures."""
    theme = Theme.objects.filter(plan=plan).order_by("pk")[0]
    indicator = make_indicator(code, make_office(), basis=basis, unit_of_measure="家" if basis == "amount" else "%")
    target = new_target(plan, theme, indicator, **({"lead_office": make_office(), "name": code} | terms))
    target.save()
    for period, value in values.items():
        make_reading(indicator, period, value, unit=make_office())
    recompute([target.pk])
    return target


def make_mixed_plan() -> Plan:
    """Targets of several rules, one without data, and works of which one is late."""
    plan = make_full_plan(4)
    growth = {"rule": "growth", "goal": Decimal(10), "comparator": "at_least"}
    add_target(plan, "growth", {FEBRUARY: "8.5", date(2022, 1, 31): "7"}, basis="rate", **growth)
    add_target(plan, "silent", {}, goal=Decimal(5))
    return plan


def facts(plan: Plan, month: int = 2, day: date = FEBRUARY) -> Facts:
    return facts_of(plan, month, day, TODAY, 1)


def word_of(facts: Facts) -> str:
    """All text of the Word file."""
    return text_of_word(word.written(word.OWN_TEMPLATE.read_bytes(), facts))


def text_of_word(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def tables_of_word(content: bytes) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in Document(BytesIO(content)).tables]


def text_of_pdf(content: bytes) -> str:
    """All text of the PDF, without its line breaks."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def rows_of_sheet(content: bytes) -> list[list[Any]]:
    sheet_ = load_workbook(BytesIO(content))["台账"]
    return [[cell.value for cell in row] for row in sheet_.iter_rows(min_row=sheet.FIRST_ROW + 1)]


def all_files(facts: Facts) -> dict[str, bytes]:
    template = word.OWN_TEMPLATE.read_bytes()
    return {"docx": word.written(template, facts), "pdf": pdf.written(facts), "xlsx": sheet.written(facts)}


def template_of(*paragraphs: str, header: str = "") -> bytes:
    """A Word file with these paragraphs."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_member(content: bytes, name: str, data: bytes) -> bytes:
    """The same zip with a member added or replaced."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            if member != name:
                target.writestr(member, source.read(member))
        target.writestr(name, data)
    return buffer.getvalue()


def member_of(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as source:
        return source.read(name)


def upload(content: bytes, name: str = "通报.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def make_late_project(plan: Plan, name: str = "工程") -> Project:
    """A headline work of the first section of which a milestone is overdue in February."""
    theme = Theme.objects.filter(plan=plan).order_by("pk")[0]
    project = make_project(plan, lead_office=make_office(), theme=theme, name=name)
    make_milestone(project, "设计", date(2022, 1, 20))
    make_milestone(project, "开工", date(2022, 6, 20))
    recompute([project.pk], PROJECTS)
    return project
