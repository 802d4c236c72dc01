"""Forms of the login and the own account, and of units, posts and accounts."""

from accounts.forms.login import ChangedUserForm, IssuedPasswordForm, LoginForm, NewPasswordForm, NewUserForm
from accounts.forms.records import (
    AccountForm,
    AppointForm,
    EndForm,
    GrantForm,
    HandOverForm,
    NameForm,
    PostForm,
    UnitForm,
)
from accounts.forms.tokens import TokenForm

__all__ = [
    "AccountForm",
    "AppointForm",
    "ChangedUserForm",
    "EndForm",
    "GrantForm",
    "HandOverForm",
    "IssuedPasswordForm",
    "LoginForm",
    "NameForm",
    "NewPasswordForm",
    "NewUserForm",
    "PostForm",
    "TokenForm",
    "UnitForm",
]
