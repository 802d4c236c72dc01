"""The form of a new link to the wall. The service checks; the form parses and offers choices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.text import CleanText
from dashboard.wall_links import LIFETIMES


class WallLinkForm(forms.Form):
    """Where the screen hangs, and for how long it may show the wall."""

    name = forms.CharField(
        label=_("名称"),
        max_length=100,
        validators=[CleanText(100)],
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        help_text=_("用在哪里，例如：三楼会议室。"),
    )
    days = forms.TypedChoiceField(
        label=_("有效期"),
        coerce=int,
        choices=[(days, _("%(n)s 天") % {"n": days}) for days in LIFETIMES],
        initial=30,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
