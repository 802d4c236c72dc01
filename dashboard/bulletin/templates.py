"""The office's own form of the bulletin: checked on its way in, kept beside the bulletins, in use until withdrawn."""

import hashlib
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _
from docxtpl import DocxTemplate

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Forbidden
from dashboard.bulletin import word
from dashboard.bulletin.sample import SAMPLE
from dashboard.bulletin.template_language import check as check_language
from dashboard.models import BulletinTemplate
from dashboard.permissions import may_keep_template
from goals import evidence_files
from goals.evidence import storage
from goals.models import Plan

LARGEST = 1024 * 1024
MOST_UNPACKED = 20 * 1024 * 1024
_MACROS = (".docm", ".dotm", ".doc", ".dot")
# Of what lies outside the file, a template may only name addresses to read.
_OUTSIDE = ("hyperlink",)
_NEVER = ("vbaProject", "oleObject", "control", "attachedTemplate", "aFChunk", "subDocument", "frame", "package")


def current_of(unit: Unit) -> BulletinTemplate | None:
    """The template in use; None: the portal's own."""
    return unit.bulletin_templates.filter(withdrawn_at=None).first()


def content_of(template: BulletinTemplate | None) -> bytes:
    if template is None:
        return word.OWN_TEMPLATE.read_bytes()
    with storage().open(path_of(template)) as file:
        content: bytes = file.read()
    return content


def path_of(template: BulletinTemplate) -> str:
    return f"bulletins/templates/{template.key.hex}"


def keep(user: User, plan: Plan, file: "File[Any]", *, origin: str = "") -> BulletinTemplate:
    """Take a template into use. Raises Forbidden, and ValidationError with the reason; then nothing is kept."""
    if not may_keep_template(Access.of(user), plan):
        raise Forbidden(_("模板由计划管理员更换。"))
    name, content = checked(file)
    made = BulletinTemplate(
        unit=plan.unit,
        name=name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=user,
        uploaded_at=clock.now(),
    )
    storage().save(path_of(made), ContentFile(content))
    try:
        with transaction.atomic():
            made.save()
            _tell(user, "keep_template", made, origin)
    except BaseException:
        storage().delete(path_of(made))
        raise
    return made


@transaction.atomic
def withdraw(user: User, plan: Plan, *, origin: str = "") -> None:
    """Back to the portal's own form; bulletins made with the others keep theirs."""
    if not may_keep_template(Access.of(user), plan):
        raise Forbidden(_("模板由计划管理员更换。"))
    for template in plan.unit.bulletin_templates.select_for_update().filter(withdrawn_at=None):
        template.withdrawn_at = clock.now()
        template.save(update_fields=["withdrawn_at"])
        _tell(user, "withdraw_template", template, origin)


def _tell(user: User, action: str, template: BulletinTemplate, origin: str) -> None:
    told = {"unit": template.unit.code, "name": template.name, "size": template.size, "sha256": template.sha256}
    actor = Access.of(user).actor(Role.PLANNER, origin=origin)
    trail.record(actor, [trail.Entry(action, "bulletin_template", str(template.key), after=told)])


def checked(file: "File[Any]") -> tuple[str, bytes]:
    """Name and content of a template that may be used; raises ValidationError saying why it may not."""
    shown = (file.name or "").lower()
    if shown.endswith(_MACROS):
        said = _("只收 .docx：.docm、.dotm 可能含有宏，.doc 是旧格式。请另存为 .docx。")
        raise ValidationError(said, code="extension")
    if not shown.endswith(".docx"):
        raise ValidationError(_("模板应是 .docx 文件。"), code="extension")
    if file.size > LARGEST:
        raise ValidationError(_("模板超过 1 MB。"), code="too_large")
    name = evidence_files.check(file).name
    content: bytes = file.read()
    _check_parts(content)
    try:
        for source in _sources(content):
            check_language(source, SAMPLE)
        word.written(content, SAMPLE)
    except ValidationError:
        raise
    except Exception as error:  # a foreign file can fail in any way
        raise ValidationError(_("模板打不开，或填写后不是有效的 Word 文件。"), code="broken") from error
    return name, content


def _check_parts(content: bytes) -> None:
    """Nothing in it that runs, that is fetched from elsewhere, or that unfolds without end."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
            raise ValidationError(_("模板展开后过大。"), code="unpacked_size")
        for name in archive.namelist():
            if not name.lower().endswith((".xml", ".rels")):
                continue
            try:
                root = fromstring(archive.read(name), forbid_dtd=True)
            except (DefusedXmlException, ParseError) as error:
                raise ValidationError(_("模板已损坏，打不开。"), code="broken") from error
            if name.lower().endswith(".rels"):
                for relation in root:
                    _check_relation(relation.get("Type", ""), relation.get("TargetMode", ""))


def _check_relation(kind: str, mode: str) -> None:
    short = kind.rpartition("/")[2]
    if short in _NEVER:
        raise ValidationError(_("模板里不能有宏、嵌入对象或附加模板（%(what)s）。") % {"what": short}, code="macros")
    if mode == "External" and short not in _OUTSIDE:
        raise ValidationError(_("模板不能引用外部文件（%(what)s）。") % {"what": short}, code="external")


def _sources(content: bytes) -> Iterator[str]:
    """What of it is rendered, as Jinja reads it: the body, headers, footers and footnotes."""
    document = DocxTemplate(BytesIO(content))
    document.init_docx()
    yield document.patch_xml(document.get_xml())
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        for _key, part in document.get_headers_footers(uri):
            yield document.patch_xml(document.get_part_xml(part))
    for part in document.docx.part.package.parts:
        if str(part.partname).endswith(("/footnotes.xml", "/endnotes.xml")):
            yield document.patch_xml(document.get_part_xml(part))


def opened(template: BulletinTemplate | None) -> BytesIO:
    return BytesIO(content_of(template))
