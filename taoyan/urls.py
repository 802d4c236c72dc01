"""All addresses of the portal."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("taoyan.api")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("", include("accounts.urls")),
    path("", include("goals.urls")),
    path("", include("dashboard.urls")),
]

handler400 = "taoyan.errors.bad_request"
handler404 = "taoyan.errors.not_found"
handler500 = "taoyan.errors.server_error"
