"""How the REST API knows who asks: a token of the portal, or the browser's session.

A spreadsheet that loads from the web can't send a token of its own accord; it asks for a user name and a password.
Where a list is exported (`format=csv`, `format=xlsx`), and only there, a token of scope `read` is taken as that
password (`ExportPassword`): it is in no address, no history and no log, and it can't write.
"""

import base64
import binascii
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import Token, User
from accounts.names import normalise
from common.rest.export import is_export

REALM = 'Basic realm="taoyan", charset="UTF-8"'


class WrongAddress(PermissionDenied):
    default_code = "address_not_allowed"
    default_detail = _("此令牌不能从这个地址使用。")


def token_of(request: Request, key: str) -> Token:
    """The usable token with this key; raises AuthenticationFailed, or WrongAddress. Its use is noted once a minute."""
    token = Token.objects.select_related("user").filter(digest=Token.digest_of(key)).first()
    if token is None or not token.is_usable or not token.user.is_active:
        raise AuthenticationFailed(_("令牌无效、已撤销或已过期。"))
    if not token.may_come_from(request.META.get("REMOTE_ADDR", "")):
        raise WrongAddress
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token …`."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        kind, _space, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if kind.lower() != "token":
            return None
        token = token_of(request, key.strip())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        # A spreadsheet asks for user and password only when it is told so.
        return REALM if is_export(request) else "Token"


class ExportPassword(BaseAuthentication):
    """`Authorization: Basic …`: the own user name, and as password a read token. For exports alone."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        kind, _space, encoded = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if kind.lower() != "basic":
            return None
        if not is_export(request):
            raise AuthenticationFailed(_("用户名和密码只用于导出；请用 Authorization: Token。"))
        try:
            name, _colon, key = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise AuthenticationFailed(_("令牌无效、已撤销或已过期。")) from error
        token = token_of(request, key)
        if normalise(name) != normalise(token.user.username):
            raise AuthenticationFailed(_("令牌无效、已撤销或已过期。"))
        if token.scope != Token.Scope.READ:
            raise AuthenticationFailed(_("用作密码的令牌必须是只读的。"))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return REALM


class PasswordChangeRequired(PermissionDenied):
    default_code = "password_change_required"
    default_detail = _("请先修改密码。")


class PortalSession(SessionAuthentication):
    """The browser's session, with CSRF; 401, not 403, for who isn't logged in. A token asks for no new password."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found = super().authenticate(request)
        if found and found[0].must_renew_password:
            raise PasswordChangeRequired
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class TokenScope(BasePermission):
    """A read token can't write."""

    message = _("此令牌只读。")

    def has_permission(self, request: Request, view: Any) -> bool:
        token = request.auth
        return not isinstance(token, Token) or token.scope == Token.Scope.WRITE or request.method in SAFE_METHODS
