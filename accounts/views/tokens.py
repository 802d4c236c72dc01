"""令牌: one's own, and for an administrator those of any account."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import keys
from accounts.forms import TokenForm
from accounts.models import Role, Token, User
from accounts.permissions import Access
from common.pages import allowed, done, listed_page, origin


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(keys.may_have_tokens)
def own_tokens(request: HttpRequest) -> HttpResponse:
    """我的令牌; a new one's key is on the answer to this one request and nowhere else."""
    assert isinstance(request.user, User)
    return _tokens(request, request.user, request.user)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(lambda user: Access.of(user).has(Role.ADMINISTRATOR))
def tokens_of(request: HttpRequest, pk: int) -> HttpResponse:
    """An account's tokens: revoked here when they got lost; a machine's are made here."""
    assert isinstance(request.user, User)
    return _tokens(request, request.user, get_object_or_404(User, pk=pk))


def _tokens(request: HttpRequest, user: User, account: User) -> HttpResponse:
    if request.method == "POST" and not keys.may_make(user, account):
        raise PermissionDenied
    form, made = TokenForm(request.POST or None), []

    def make() -> None:
        made.append(keys.make(user, account, origin=origin(request), **form.cleaned_data))

    own = user.pk == account.pk
    context: dict[str, Any] = {"page": "account" if own else "users", "account": account, "own": own}
    context |= {"back": reverse("tokens") if own else reverse("user-tokens", args=[account.pk])}
    if request.method == "POST" and done(form, make):
        token, key = made[0]
        return render(request, "accounts/token.html", context | {"token": token, "key": key})
    context |= {"form": form if keys.may_make(user, account) else None, "most": keys.MOST}
    context |= {"rows": listed_page(request, keys.tokens_of(account))}
    return render(request, "accounts/tokens.html", context, status=400 if form.errors else 200)


@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销: one's own, or by an administrator; whose it is otherwise is nobody's business."""
    assert isinstance(request.user, User)
    token = get_object_or_404(Token.objects.select_related("user"), pk=pk)
    if not keys.may_revoke(request.user, token.user):
        raise Http404
    keys.revoke(request.user, token, origin=origin(request))
    messages.success(request, _("令牌已撤销，用它的程序随即不能再访问。"))
    return redirect("tokens") if token.user_id == request.user.pk else redirect("user-tokens", token.user_id)
