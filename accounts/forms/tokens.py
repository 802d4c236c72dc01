"""The form of a new token. The service checks; the form parses and offers choices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.keys import LIFETIMES
from accounts.models import Token


class TokenForm(forms.Form):
    """What it is for, what it may do, for how long and from where."""

    name = forms.CharField(
        label=_("名称"),
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        help_text=_("用在哪里，例如：区数据平台。"),
    )
    scope = forms.ChoiceField(
        label=_("范围"),
        choices=Token.Scope.choices,
        initial=Token.Scope.READ,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("只取数的选“只读”；在 Excel 里使用的必须只读。"),
    )
    days = forms.TypedChoiceField(
        label=_("有效期"),
        coerce=int,
        choices=[(days, _("%(n)s 天") % {"n": days}) for days in LIFETIMES],
        initial=90,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    networks = forms.CharField(
        label=_("允许的地址"),
        required=False,
        max_length=1_000,
        widget=forms.TextInput(
            attrs={"class": "form-control", "autocomplete": "off", "placeholder": "10.1.2.3, 10.1.0.0/16"}
        ),
        help_text=_("地址或网段，用逗号隔开；不填则不限。"),
    )
