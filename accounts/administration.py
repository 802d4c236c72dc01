"""The administrator's writes: accounts and roles. One transaction each, with its audit event.

Nobody changes the own roles or switches the own account off, so the last administrator stays.
"""

import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Grant, Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common.errors import Conflict, Forbidden

# Without what is mistaken for something else when it is read out or copied by hand.
_LOWER, _UPPER, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"
_GROUPS, _GROUP = 4, 4


def issued_password() -> str:
    """A password to hand out: four groups of four, each with a small and a capital letter and a digit."""
    groups = []
    for _each in range(_GROUPS):
        group = [secrets.choice(kind) for kind in (_LOWER, _UPPER, _DIGITS)]
        group += [secrets.choice(_LOWER + _UPPER + _DIGITS) for _more in range(_GROUP - len(group))]
        secrets.SystemRandom().shuffle(group)
        groups.append("".join(group))
    return "-".join(groups)


@transaction.atomic
def add_account(
    user: User, *, username: str, name: str, role: str = "", unit: Unit | None = None, origin: str = ""
) -> tuple[User, str]:
    """A person's account with its first role, and its password, which must be changed at the first login."""
    _require_administrator(user)
    password = issued_password()
    account = User(username=username, name=name, must_change_password=True)
    account.set_password(password)
    account.full_clean(exclude=["password"])
    account.save()
    if role:
        _add(account, role, unit)
    _tell(user, "add_user", account, {}, origin)
    return account, password


@transaction.atomic
def rename(user: User, account: User, name: str, *, origin: str = "") -> User:
    """Another name for the same account."""
    account = _locked(user, account)
    before = plain(account)
    account.name = name
    account.full_clean(exclude=["password"])
    account.save(update_fields=["name"])
    _tell(user, "rename_user", account, before, origin)
    return account


@transaction.atomic
def set_active(user: User, account: User, active: bool, *, origin: str = "") -> User:
    """Switch an account off, or on again. Accounts are never deleted: the trail and the readings name them."""
    account = _locked(user, account, but_own=True)
    before = plain(account)
    account.is_active = active
    account.save(update_fields=["is_active"])
    _tell(user, "activate_user" if active else "deactivate_user", account, before, origin)
    return account


@transaction.atomic
def issue_password(user: User, account: User, *, origin: str = "") -> str:
    """A new password in the old one's place, which must be changed at the next login."""
    account = _locked(user, account, but_own=True)
    if account.is_machine:
        raise Conflict(_("机器账号没有密码。"))
    password = issued_password()
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    _tell(user, "issue_password", account, {}, origin)
    return password


@transaction.atomic
def grant(user: User, account: User, role: str, unit: Unit | None, *, origin: str = "") -> Grant:
    """A role for a unit, or for the whole portal without one."""
    account = _locked(user, account, but_own=True)
    before = plain(account)
    made = _add(account, role, unit)
    _tell(user, "grant", account, before, origin)
    return made


@transaction.atomic
def revoke(user: User, found: Grant, *, origin: str = "") -> None:
    """Take a role away; what the user's posts bring stays."""
    account = _locked(user, found.user, but_own=True)
    before = plain(account)
    found.delete()
    _follow(account)
    _tell(user, "revoke", account, before, origin)


def plain(account: User) -> dict[str, Any]:
    """An account as the audit trail keeps it; never its password."""
    grants = account.grants.select_related("unit").order_by("pk")
    roles = [[g.role, g.unit.code if g.unit else None] for g in grants]
    return {"username": account.username, "name": account.name, "active": account.is_active, "roles": roles}


def _add(account: User, role: str, unit: Unit | None) -> Grant:
    made = Grant(user=account, role=role, unit=unit)
    made.full_clean()
    made.save()
    _follow(account)
    return made


def _follow(account: User) -> None:
    """Who may enter Django's admin follows from the role alone."""
    administers = account.grants.filter(role=Role.ADMINISTRATOR).exists()
    account.is_staff = account.is_superuser = administers
    account.save(update_fields=["is_staff", "is_superuser"])


def _locked(user: User, account: User, *, but_own: bool = False) -> User:
    _require_administrator(user)
    if but_own and account.pk == user.pk:
        raise Forbidden(_("不能更改本人的角色、密码或停用本人的账号，请由其他系统管理员办理。"))
    return User.objects.select_for_update().get(pk=account.pk)


def _require_administrator(user: User) -> None:
    if not Access.of(user).has(Role.ADMINISTRATOR):
        raise Forbidden(_("只有系统管理员可以修改。"))


def _tell(user: User, action: str, account: User, before: dict[str, Any], origin: str) -> None:
    entry = trail.Entry(action, "user", account.username, before, plain(account))
    trail.record(Access.of(user).actor(Role.ADMINISTRATOR, origin=origin), [entry])
