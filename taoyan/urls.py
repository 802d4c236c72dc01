"""All addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

from taoyan.guide import guide

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("taoyan.api")),
    path("developers/", guide, name="api-guide"),
    path("", include("accounts.urls")),
    path("", include("goals.urls")),
    path("", include("ledgers.urls")),
    path("", include("projects.urls")),
    path("", include("supervision.urls")),
    path("", include("livelihood.urls")),
    path("", include("operations.urls")),
    path("", include("dashboard.urls")),
]

handler400 = "taoyan.errors.bad_request"
handler404 = "taoyan.errors.not_found"
handler500 = "taoyan.errors.server_error"
