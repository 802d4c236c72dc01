"""Forms of webhooks, and of the addresses they may reach. The instances are checked by the service."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from goals.models import AllowedAddress, Hook, Plan


class HookForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where to, of which unit's or plan's facts, and of what."""

    class Meta:
        model = Hook
        fields = ("name", "address", "unit", "plan", "on_status", "on_approval", "is_active")
        widgets = {"address": forms.URLInput(attrs={"placeholder": "https://"})}
        help_texts = {
            "address": _("主机须在系统管理员允许的外发地址之内。"),
            "unit": _("发送这个单位及其下属单位的数据，和它牵头的目标。"),
            "plan": _("不选则不限计划。"),
        }

    def __init__(self, *args: Any, units: "QuerySet[Unit]", plans: "QuerySet[Plan]", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        for name, value in self.cleaned_data.items():
            setattr(self.instance, name, value)


class AddressForm(forms.ModelForm):  # type: ignore[type-arg]
    """A host or a network."""

    class Meta:
        model = AllowedAddress
        fields = ("address", "note")
        help_texts = {"address": _("主机名（如 data.example.cn）、IP 地址或网段（如 10.1.2.0/24）。")}

    def _post_clean(self) -> None:
        for name, value in self.cleaned_data.items():
            setattr(self.instance, name, value)
