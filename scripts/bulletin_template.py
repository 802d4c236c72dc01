"""Make the portal's own form of the bulletin, `data/bulletin.docx`: the fields stand where an office may move them.

For whoever changes the form; the portal needs the file alone. Same script, same bytes.
"""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from dashboard.bulletin.packing import packed

TO = Path(__file__).resolve().parent.parent / "data" / "bulletin.docx"
BODY, HEAD, TITLE = "仿宋_GB2312", "黑体", "方正小标宋简体"
CENTRE, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
RED = RGBColor(0xC0, 0x1F, 0x1F)
COUNTS = [
    ("项数", "total"),
    ("已完成", "done"),
    ("序时正常", "on_pace"),
    ("进度偏慢", "slow"),
    ("落后", "behind"),
    ("未完成", "missed"),
    ("无数据", "none"),
    ("完成率", "completion"),
    ("序时", "pace"),
]


def lettered(run: Any, font: str, size: float, *, bold: bool = False) -> Any:
    run.font.name, run.font.size, run.font.bold = "Times New Roman", Pt(size), bold
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    # Quotation marks and dashes are Chinese ones, not those of the Latin font.
    fonts.set(qn("w:hint"), "eastAsia")
    return run


def paragraph(to: Any, text: str, font: str = BODY, size: float = 16, align: Any = None, indent: bool = True) -> Any:
    made = to.add_paragraph()
    form = made.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
    form.space_before = form.space_after = Pt(0)
    if indent:
        form.first_line_indent = Pt(2 * size)
    if align is not None:
        made.alignment = align
    lettered(made.add_run(text), font, size)
    return made


def heading(to: Any, text: str) -> None:
    paragraph(to, text, HEAD).paragraph_format.keep_with_next = True


def cell(at: Any, text: str, align: Any = CENTRE, *, bold: bool = False) -> None:
    at.text, at.vertical_alignment = "", WD_ALIGN_VERTICAL.CENTER
    made = at.paragraphs[0]
    made.alignment = align
    made.paragraph_format.space_before = made.paragraph_format.space_after = Pt(2)
    lettered(made.add_run(text), HEAD if bold else BODY, 10.5, bold=bold)


def field_of(table: str, name: str) -> str:
    return "{{ " + f"{table}.{name}" + " }}"


def close_cells(made: Any) -> None:
    """A millimetre beside the text instead of two: four characters then stand in one line of a narrow column."""
    margins = OxmlElement("w:tblCellMar")
    for name in ("left", "right"):
        side = OxmlElement(f"w:{name}")
        side.set(qn("w:w"), "57")
        side.set(qn("w:type"), "dxa")
        margins.append(side)
    made._tbl.tblPr.append(margins)


def table(to: Any, source: str, columns: list[tuple[str, str, float]], total: str = "") -> None:
    """A row for each of `source`, and the totals below where there are any. Column: heading, field, width in cm."""
    made = to.add_table(rows=4 + bool(total), cols=len(columns))
    made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    close_cells(made)
    for index, (name, field, width) in enumerate(columns):
        made.columns[index].width = Cm(width)
        for row in made.rows:
            row.cells[index].width = Cm(width)
        wide = field in ("name", "next", "short")
        cell(made.rows[0].cells[index], name, bold=True)
        cell(made.rows[2].cells[index], field_of("row", field), LEFT if wide else CENTRE)
        if total:
            cell(made.rows[4].cells[index], field_of(total, field), LEFT if wide else CENTRE, bold=True)
    cell(made.rows[1].cells[0], "{%tr for row in " + source + " %}")
    cell(made.rows[3].cells[0], "{%tr endfor %}")
    properties = made.rows[0]._tr.get_or_add_trPr()
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    properties.append(repeated)
    for row in made.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    paragraph(to, "", size=10.5, indent=False).paragraph_format.line_spacing = Pt(12)


def ruled(made: Any, colour: str) -> None:
    """A line below the paragraph, as under the head of an official paper."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", colour)):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    made._p.get_or_add_pPr().append(borders)


def numbered_foot(section: Any) -> None:
    """— 1 —"""
    made = section.footer.paragraphs[0]
    made.alignment = CENTRE
    lettered(made.add_run("— "), BODY, 14)
    run = lettered(made.add_run(), BODY, 14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._element.append(mark)
    lettered(made.add_run(" —"), BODY, 14)


def head(to: Any) -> None:
    paragraph(to, "工作通报", TITLE, 36, CENTRE, indent=False).paragraph_format.line_spacing = Pt(56)
    to.paragraphs[-1].runs[0].font.color.rgb = RED
    line = paragraph(
        to, "{{ unit }}督查办　　　　{{ issued }}　　　　第{{ edition }}版", BODY, 14, CENTRE, indent=False
    )
    ruled(line, "C01F1F")
    paragraph(to, "", indent=False)
    paragraph(to, "{{ title }}", TITLE, 22, CENTRE, indent=False).paragraph_format.line_spacing = Pt(36)
    paragraph(to, "（数据截至{{ through }}{% if demo %}，{{ demo }}{% endif %}）", BODY, 14, CENTRE, indent=False)
    paragraph(to, "", indent=False)


def body(to: Any) -> None:
    widths = {2: 1.05, 3: 1.4, 4: 1.75}
    counts = [(name, field, 1.5 if field == "pace" else widths[len(name)]) for name, field in COUNTS]
    paragraph(to, "{{ note }}{{ overall.say }}现将有关情况通报如下。")
    heading(to, "一、主要经济指标")
    paragraph(to, "{{ economy.say }}")
    columns = [("序号", "number", 1.0), ("指标", "name", 3.1), ("数据截至", "through", 2.05), ("累计值", "value", 2.3)]
    columns += [
        ("同比", "growth", 1.45),
        ("全年目标", "goal", 2.55),
        ("偏差", "deviation", 1.4),
        ("评价", "status", 1.75),
    ]
    table(to, "economy.rows", columns)
    paragraph(
        to,
        "注：偏差为与序时进度或目标的差，单位为百分点，正数为超前。“—”为不适用：只发布增速的没有累计值，"
        "增速和下降类不计完成率。没有经审核数据的一律写“无数据”。",
        size=10.5,
        indent=False,
    ).paragraph_format.line_spacing = Pt(16)
    heading(to, "二、重点工作和民生实事")
    paragraph(to, "（一）重点工作。{{ work.say }}")
    table(to, "work.rows", [("板块", "name", 2.6), *counts], "work.total")
    paragraph(to, "（二）民生实事。{{ ten.say }}")
    columns = [("序号", "number", 1.0), ("项目", "name", 3.2), ("牵头单位", "office", 1.75), ("节点", "steps", 1.05)]
    columns += [
        ("完成率", "done", 1.4),
        ("应到", "pace", 1.4),
        ("下一节点或逾期节点", "next", 4.0),
        ("评价", "status", 1.75),
    ]
    table(to, "ten.rows", columns)
    heading(to, "三、重点项目")
    paragraph(to, "{{ projects.say }}")
    table(to, "projects.rows", [("板块", "name", 2.6), *counts], "projects.total")
    heading(to, "四、落后事项")
    paragraph(to, "{{ late.say }}")
    columns = [
        ("序号", "number", 1.0),
        ("事项", "name", 3.0),
        ("牵头单位", "office", 1.75),
        ("分管领导", "leader", 2.45),
    ]
    columns += [("实际 / 目标", "figures", 2.3), ("差距与所需", "short", 3.35), ("评价", "status", 1.75)]
    table(to, "late.rows", columns)
    heading(to, "五、数据报送情况")
    paragraph(to, "{{ silent.say }}")
    paragraph(to, "以上数据均以经审核通过的为准。请牵头单位对照落后事项，逐项明确责任和时限，倒排工期，抓紧追赶。")
    paragraph(to, "", indent=False)
    paragraph(to, "{{ unit }}督查办", align=WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
    paragraph(to, "{{ issued }}", align=WD_ALIGN_PARAGRAPH.RIGHT, indent=False)


def make() -> bytes:
    document = Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    head(document)
    body(document)
    numbered_foot(section)
    about = document.core_properties
    about.title, about.author, about.comments = "通报模板", "", ""
    about.created = about.modified = datetime(2022, 1, 1)  # noqa: DTZ001 - the file's format has no zone
    buffer = BytesIO()
    document.save(buffer)
    return packed(buffer.getvalue())


if __name__ == "__main__":
    TO.write_bytes(make())
