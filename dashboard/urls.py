"""Addresses of the pages of progress."""

from django.urls import path

from dashboard.views import compared, overview, section, target

urlpatterns = [
    path("", overview.home, name="home"),
    path("compare/", compared.compared, name="compared"),
    path("plans/<str:slug>/", overview.overview, name="overview"),
    path("plans/<str:slug>/sections/<str:code>/", section.section, name="section"),
    path("targets/<int:pk>/", target.target, name="target"),
    path("targets/<int:pk>/comment/", target.comment, name="comment-target"),
]
