"""The upload of a plan's YAML form and of the text that it quotes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit

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
    """A plan's file, its source, and where one plans for several the unit whose plan it is."""

    unit = forms.ModelChoiceField(Unit.objects.none(), to_field_name="code", label=_("计划单位"), empty_label=None)
    file = TextUpload(label=_("计划文件（YAML）"))
    document = TextUpload(
        required=False, label=_("原文（文本文件）"), help_text=_("计划文件中引用的原文，用来核对引文。")
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.units = units
        if len(units) < 2:
            del self.fields["unit"]
            return
        known = Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path")
        self.fields["unit"].queryset = known  # type: ignore[attr-defined]

    @property
    def unit_code(self) -> str:
        """The unit chosen, or the only one there is; empty before there is any."""
        chosen = self.cleaned_data.get("unit") or next(iter(self.units), None)
        return chosen.code if chosen else ""
