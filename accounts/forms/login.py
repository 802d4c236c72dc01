"""Forms of the login and of the own account."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    AuthenticationForm,
    PasswordChangeForm,
    UserChangeForm,
    UsernameField,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import lockout
from accounts.models import User
from accounts.names import tidy
from accounts.passwords import LONGEST

_OF_PASSWORD = {"max_length": _("密码过长（最多 1024 个字符）。"), "required": _("请填写密码。")}
_OF_NAME = {"max_length": _("用户名过长（最多 150 个字符）。"), "required": _("请填写用户名。")}


class NameField(UsernameField):
    """A user name as it is kept, whatever was typed around it."""

    def to_python(self, value: Any) -> str:
        return tidy(forms.CharField.to_python(self, value) or "")


def password_field(**terms: Any) -> forms.CharField:
    """Too long a password is refused before anybody hashes it."""
    widget = forms.PasswordInput(attrs={"class": "form-control lgn-i", "autocomplete": terms.pop("autocomplete")})
    return forms.CharField(strip=False, max_length=LONGEST, error_messages=_OF_PASSWORD, widget=widget, **terms)


class LoginForm(AuthenticationForm):
    """The same words for an unknown name, a wrong password and an account that is switched off."""

    username = NameField(max_length=lockout.LONGEST_NAME, error_messages=_OF_NAME)
    password = password_field(autocomplete="current-password")

    def get_invalid_login_error(self) -> ValidationError:
        said = _("用户名或密码不对。")
        if settings.AXES_ENABLED and self.request is not None:
            name = lockout.name_of(self.request, self.cleaned_data)
            left = lockout.tries_left(name, lockout.address_of(self.request))
            said = _("用户名或密码不对，还可以再试 %(n)s 次。") % {"n": left}  # type: ignore[assignment]
        return ValidationError(said, code="invalid_login")


class NewPasswordForm(PasswordChangeForm):
    """A new password for oneself: the old one first, then the new one twice."""

    error_messages = {
        "password_mismatch": _("两次输入的新密码不一样。"),
        "password_incorrect": _("原密码不对。"),
    }
    old_password = password_field(label=_("原密码"), autocomplete="current-password")
    new_password1 = password_field(label=_("新密码"), autocomplete="new-password")
    new_password2 = password_field(label=_("再输一次新密码"), autocomplete="new-password")

    field_order = ["old_password", "new_password1", "new_password2"]


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new user, with a password that is changed at the first login."""

    class Meta:
        model = User
        fields = ("username", "name")
        field_classes = {"username": NameField}

    def save(self, commit: bool = True) -> Any:
        self.instance.must_change_password = bool(self.cleaned_data.get("set_usable_password"))
        return super().save(commit)


class ChangedUserForm(UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = "__all__"
        field_classes = {"username": NameField}


class IssuedPasswordForm(AdminPasswordChangeForm):
    """A password that an administrator gives to somebody, who must change it at the first login."""

    def save(self, commit: bool = True) -> Any:
        self.user.must_change_password = not self.user.is_machine
        return super().save(commit)
