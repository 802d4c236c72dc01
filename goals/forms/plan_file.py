"""The upload of a plan's YAML form and of the text that it quotes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

LARGEST = 1_000_000


class TextUpload(forms.FileField):
    """A file of UTF-8 text; cleaned it is that text."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if not isinstance(found, UploadedFile):
            return ""
        if (found.size or 0) > LARGEST:
            raise ValidationError(_("文件过大（最多 1 MB）。"), code="too_large")
        try:
            return found.read().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise ValidationError(_("文件不是 UTF-8 文字。"), code="not_text") from error


class PlanFileForm(forms.Form):
    """A plan's file, and its source."""

    file = TextUpload(label=_("计划文件（YAML）"))
    document = TextUpload(
        required=False, label=_("原文（文本文件）"), help_text=_("计划文件中引用的原文，用来核对引文。")
    )
