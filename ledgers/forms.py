"""A register's form, made from its declaration."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from common.fields import FigureField
from common.figures import parse_figure
from common.forms import DayInput
from ledgers.keeping import Keeping
from ledgers.lists import labels_of
from ledgers.registry import Ledger


class FigureInput(forms.CharField):
    """A figure, by the portal's one parser."""

    def to_python(self, value: Any) -> Any:
        return None if value in self.empty_values else parse_figure(value if isinstance(value, str) else f"{value:f}")

    def prepare_value(self, value: Any) -> Any:
        if hasattr(value, "normalize"):
            return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
        return value


def _form_field(field: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    """Days and figures through the portal's own parsers, texts to the letter."""
    options: dict[str, Any] = {"label": field.verbose_name, "required": not field.blank, "help_text": field.help_text}
    if isinstance(field, models.DateField):
        return DayInput(**options)
    if isinstance(field, FigureField):
        return FigureInput(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)
    if isinstance(field, models.TextField):
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), strip=False, **options)
    if isinstance(field, models.CharField) and not field.choices:
        return forms.CharField(strip=False, max_length=field.max_length, **options)
    return field.formfield(**kwargs)


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row as people type it. Checks that need the database's other rows are the service's."""

    ledger: Ledger

    def __init__(self, *args: Any, units: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = None if len(units) == 1 else _("请选择")  # type: ignore[attr-defined]
        self.fields["day"].label = self.ledger.heading("day")
        labels = labels_of(self.ledger.lists.values(), retired=False)
        for name, closed in self.ledger.lists.items():
            held = getattr(self.instance, name, "")
            choices = dict(labels[closed.code])
            if held and held not in choices:
                choices[held] = labels_of([closed])[closed.code].get(held, held)
            field = self.ledger.field(name)
            blank = [("", "—")] if field.blank or not held else []
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label,
                choices=[*blank, *choices.items()],
                required=not field.blank,
                help_text=self.fields[name].help_text,
            )
            self.initial.setdefault(name, held or "")

    def _post_clean(self) -> None:
        """Only put the values in: the service checks the row, once."""
        for name, value in self.cleaned_data.items():
            setattr(self.instance, name, value)


def form_for(ledger: Ledger) -> type[RowForm]:
    """The register's own form, made once."""
    if ledger.key not in _made:
        made = forms.modelform_factory(
            ledger.model, form=RowForm, fields=list(ledger.all_fields), formfield_callback=_form_field
        )
        made.ledger = ledger  # type: ignore[attr-defined]
        _made[ledger.key] = made  # type: ignore[assignment]
    return _made[ledger.key]


_made: dict[str, type[RowForm]] = {}


class VoidForm(forms.Form):
    """Why a row counts no more."""

    reason = forms.CharField(label=_("作废原因"), strip=False, widget=forms.Textarea(attrs={"rows": 3}))


class ConfirmForm(forms.Form):
    """Through which day a register is complete."""

    through = DayInput(label=_("核对至"))


class EntryForm(forms.Form):
    """A list's new entry."""

    name = forms.CharField(label=_("名称"), max_length=100)


class UpkeepForm(forms.Form):
    """The office that keeps a register, and what of it counts."""

    office = forms.ModelChoiceField(
        Unit.objects.none(), label=_("主管单位"), required=False, empty_label=_("按牵头单位")
    )

    def __init__(self, *args: Any, ledger: Ledger, keeping: Keeping, units: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ledger = ledger
        self.fields["office"].queryset = units  # type: ignore[attr-defined]
        for option in ledger.options:
            labels = labels_of([option.closed], retired=False)
            self.fields[option.code] = forms.MultipleChoiceField(
                label=str(option.name),
                choices=list(labels[option.closed.code].items()),
                initial=list(keeping.counts[option.code]),
                widget=forms.CheckboxSelectMultiple,
            )

    def counts(self) -> dict[str, list[str]]:
        return {option.code: self.cleaned_data[option.code] for option in self.ledger.options}
