"""Logging in and out, one's own account; units, posts, users; the trail; help."""

from django.urls import path, register_converter

from accounts import views
from accounts.views import help, posts, tokens, trail, units, users
from common.converters import CodeConverter

register_converter(CodeConverter, "code")

login = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("i18n/setlang/", views.choose_language, name="set_language"),
    # account/
    path("account/", views.account, name="account"),
    path("account/password/", views.ChangePassword.as_view(), name="change-password"),
    path("account/sign-out-everywhere/", views.sign_out_everywhere, name="sign-out-everywhere"),
    path("account/tokens/", tokens.own_tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke_token, name="revoke-token"),
]

planning = [
    path("units/", units.units, name="units"),
    path("units/add/", units.add_unit, name="add-unit"),
    path("units/<code:code>/edit/", units.edit_unit, name="edit-unit"),
    path("units/<code:code>/delete/", units.delete_unit, name="delete-unit"),
    path("posts/", posts.posts, name="posts"),
    path("posts/add/", posts.add_post, name="add-post"),
    path("posts/of/<code:code>/", posts.post, name="post"),
    path("posts/of/<code:code>/edit/", posts.edit_post, name="edit-post"),
    path("posts/of/<code:code>/delete/", posts.delete_post, name="delete-post"),
    path("posts/of/<code:code>/appoint/", posts.appoint, name="appoint"),
    path("holdings/<int:pk>/hand-over/", posts.hand_over, name="hand-over"),
    path("holdings/<int:pk>/end/", posts.end_holding, name="end-holding"),
]

administration = [
    path("users/", users.users, name="users"),
    path("users/add/", users.add_user, name="add-user"),
    path("users/<int:pk>/", users.user, name="user"),
    path("users/<int:pk>/tokens/", tokens.tokens_of, name="user-tokens"),
    path("users/<int:pk>/grant/", users.grant, name="grant"),
    path("users/<int:pk>/active/", users.set_active, name="set-active"),
    path("users/<int:pk>/password/", users.issue_password, name="issue-password"),
    path("grants/<int:pk>/revoke/", users.revoke, name="revoke"),
]

auditing = [
    path("audit/", trail.events, name="audit"),
    path("audit/<int:sequence>/", trail.event, name="audit-event"),
    path("audit/verify/", trail.verify, name="audit-verify"),
    path("audit/export/", trail.export, name="audit-export"),
]

helping = [
    path("help/", help.index, name="help"),
    path("help/<str:role>/", help.of_role, name="help-role"),
]

urlpatterns = [*login, *planning, *administration, *auditing, *helping]
