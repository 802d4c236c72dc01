"""Addresses of the pages of progress."""

from django.urls import path

from dashboard import views

urlpatterns = [
    path("", views.home, name="home"),
    path("plans/<str:slug>/", views.overview, name="overview"),
    path("plans/<str:slug>/sections/<str:code>/", views.section, name="section"),
    path("targets/<int:pk>/", views.target, name="target"),
    path("targets/<int:pk>/comment/", views.comment, name="comment-target"),
]
