"""The pages of accounts: login and own account; units, posts (planner); users, roles (administrator); the trail
(auditor); help."""

from accounts.views.login import (
    ChangePassword,
    Login,
    Logout,
    account,
    choose_language,
    locked_out,
    login_again,
    sign_out_everywhere,
)

__all__ = [
    "ChangePassword",
    "Login",
    "Logout",
    "account",
    "choose_language",
    "locked_out",
    "login_again",
    "sign_out_everywhere",
]
