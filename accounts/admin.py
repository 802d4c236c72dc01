"""Users, roles, posts and tokens, for administrators only; each change is an audit event."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts import lockout, views
from accounts.forms import ChangedUserForm, IssuedPasswordForm, NewUserForm
from accounts.models import Grant, PostHolder, Role, Token, User
from accounts.permissions import Access
from audit import trail

admin.site.site_header = admin.site.site_title = _("陶堰街道年度工作督查平台")
admin.site.index_title = _("用户与角色")


def _no_login(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """There is one login page, with its lock; who is logged in and comes here may not."""
    if _administers(request):
        return redirect("admin:index")
    raise PermissionDenied


def _own_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    return redirect("change-password")


admin.site.login = login_required(_no_login)  # type: ignore[method-assign,assignment]
admin.site.logout = views.Logout.as_view()  # type: ignore[method-assign,assignment]
admin.site.password_change = _own_password  # type: ignore[method-assign,assignment]


class Administered(admin.ModelAdmin):  # type: ignore[type-arg]
    """Open to administrators alone, whatever Django's own permissions say; keeps the trail."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _administers(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _administers(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _administers(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _administers(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Accounts are switched off, never deleted: the trail and the readings name them.
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        _tell(request, form.instance, sorted(form.changed_data))

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return None

    log_addition = log_change  # the trail is the log


def _administers(request: HttpRequest) -> bool:
    return Access.of(request.user).has(Role.ADMINISTRATOR)


def _tell(request: HttpRequest, record: Model, changed: list[str]) -> None:
    after: dict[str, Any] = {"changed": changed}
    if isinstance(record, User):
        grants = record.grants.select_related("unit")
        after |= {"name": record.name, "active": record.is_active}
        after["roles"] = [[g.role, g.unit.code if g.unit else None] for g in grants]
    entry = trail.Entry("administer", record._meta.model_name or "", str(record), after=after)
    origin = str(request.META.get("REMOTE_ADDR", ""))[:64]
    trail.record(Access.of(request.user).actor(Role.ADMINISTRATOR, origin=origin), [entry])


class GrantFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        super().clean()
        roles = [f.cleaned_data["role"] for f in self.forms if f.cleaned_data.get("role") and not self._leaves(f)]
        if Role.ADMINISTRATOR in roles and len(roles) > 1:
            raise ValidationError(_("系统管理员不得兼任其他角色。"))

    @staticmethod
    def _leaves(form: "forms.ModelForm[Any]") -> bool:
        return bool(form.cleaned_data.get("DELETE"))


class GrantInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Grant
    formset = GrantFormSet
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _administers(request)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _administers(request)


@admin.register(User)
class Users(Administered, UserAdmin):  # type: ignore[type-arg]
    """People and machine accounts. Who administers follows from the role alone."""

    list_display = ("username", "name", "is_active", "is_machine", "last_login")
    list_filter = ("is_active", "is_machine", "grants__role")
    search_fields = ("username", "name")
    ordering = ("username",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password", "name", "is_active", "is_machine", "must_change_password")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "name", "usable_password", "password1", "password2")}),)
    inlines = (GrantInline,)
    form = ChangedUserForm
    add_form = NewUserForm
    change_password_form = IssuedPasswordForm

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        # The own password is changed with the old one at hand.
        if id == str(request.user.pk):
            return redirect("change-password")
        user = self.get_object(request, id)
        with transaction.atomic():
            answer = super().user_change_password(request, id, form_url)
            if user and not User.objects.filter(pk=user.pk, password=user.password).exists():
                _tell(request, user, ["password"])
                lockout.unlock(user.username)
        return answer

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        user = form.instance
        user.is_staff = user.is_superuser = user.grants.filter(role=Role.ADMINISTRATOR).exists()
        user.save(update_fields=["is_staff", "is_superuser"])


@admin.register(PostHolder)
class PostHolders(Administered):
    """Who holds a post from when, to look at: planners appoint on the portal's own pages, by its rules."""

    list_display = ("post", "user", "held_from", "held_to", "is_deputy")
    list_select_related = ("post", "user")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Token)
class Tokens(Administered):
    """Tokens are made with `add_user` or by their owner's request; here they are seen and revoked."""

    list_display = ("name", "user", "scope", "expires_at", "revoked_at", "last_used_at")
    list_select_related = ("user",)
    readonly_fields = ("user", "name", "scope", "created_at", "expires_at", "last_used_at")
    fields = (*readonly_fields, "revoked_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
