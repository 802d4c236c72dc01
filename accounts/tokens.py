"""How the REST API knows who asks: a token of the portal, or the browser's session."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import Token, User


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token …`. The last use is noted at most once a minute."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        kind, _space, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if kind.lower() != "token":
            return None
        now = timezone.now()
        token = Token.objects.select_related("user").filter(digest=Token.digest_of(key.strip())).first()
        if token is None or token.revoked_at or token.expires_at <= now or not token.user.is_active:
            raise AuthenticationFailed(_("令牌无效、已撤销或已过期。"))
        if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
            Token.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


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
