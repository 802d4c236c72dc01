"""Tokens made and revoked: by whom they are for, and for machines by an administrator. Each with its audit event.

A token acts in its user's name, so nobody makes one for another person; an administrator may revoke any.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, Token, User
from accounts.permissions import Access
from audit import trail
from common.errors import Conflict, Forbidden
from common.networks import parse_networks

MOST = 20
LIFETIMES = (30, 90, 180, 365)


def may_have_tokens(user: User) -> bool:
    """Only what is business stands in the API: who sees none has no use for a token."""
    return Access.of(user).sees_business


def may_make(user: User, account: User) -> bool:
    """For oneself; for a machine, which can't log in, an administrator."""
    if user.pk == account.pk:
        return may_have_tokens(user)
    return account.is_machine and Access.of(user).has(Role.ADMINISTRATOR)


def may_revoke(user: User, account: User) -> bool:
    return user.pk == account.pk or Access.of(user).has(Role.ADMINISTRATOR)


def tokens_of(account: User) -> "QuerySet[Token]":
    """All that there ever were, usable ones first."""
    return account.tokens.order_by("revoked_at", "-expires_at", "-pk")


@transaction.atomic
def make(
    user: User, account: User, *, name: str, scope: str, days: int, networks: str = "", origin: str = ""
) -> tuple[Token, str]:
    """A token for the account, and its key, which is shown this once. Raises Forbidden, Conflict, ValidationError."""
    if not may_make(user, account):
        raise Forbidden(_("您不能为这一账号建立令牌。"))
    account = User.objects.select_for_update().get(pk=account.pk)
    if not account.is_active:
        raise Conflict(_("账号已停用。"))
    usable = account.tokens.filter(revoked_at=None, expires_at__gt=timezone.now())
    if usable.filter(name=name).exists():
        raise ValidationError({"name": ValidationError(_("已有同名的令牌，请换一个名称，或先撤销它。"), code="unique")})
    if usable.count() >= MOST:
        raise Conflict(_("最多 %(n)s 个令牌，请先撤销不用的。") % {"n": MOST})
    try:
        listed = ", ".join(str(network) for network in parse_networks(networks))
    except ValidationError as error:
        raise ValidationError({"networks": error.error_list}) from error
    token, key = Token.issue(account, name=name, scope=scope, days=days, networks=listed)
    _tell(user, "make_token", token, {}, plain(token), origin)
    return token, key


@transaction.atomic
def revoke(user: User, token: Token, *, origin: str = "") -> Token:
    """From the next request on it opens nothing. Revoking it again changes nothing."""
    if not may_revoke(user, token.user):
        raise Forbidden(_("您不能撤销这一令牌。"))
    token = Token.objects.select_for_update(of=("self",)).select_related("user").get(pk=token.pk)
    if token.revoked_at is not None:
        return token
    before = plain(token)
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    _tell(user, "revoke_token", token, before, plain(token), origin)
    return token


def plain(token: Token) -> dict[str, Any]:
    """A token as the audit trail keeps it; never its key or digest."""
    return {
        "user": token.user.username,
        "name": token.name,
        "scope": token.scope,
        "expires_at": token.expires_at.isoformat(),
        "networks": token.networks,
        "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
    }


def _tell(user: User, action: str, token: Token, before: dict[str, Any], after: dict[str, Any], origin: str) -> None:
    actor = Access.of(user).actor(*Role.values, origin=origin)
    trail.record(actor, [trail.Entry(action, "token", str(token.pk), before, after)])
