"""Addresses of the pages of the ten livelihood projects."""

from django.urls import path

from livelihood.ten import views

urlpatterns = [
    path("plans/<str:slug>/ten/", views.board, name="ten"),
    path("plans/<str:slug>/ten/candidates/", views.candidates, name="candidates"),
    path("plans/<str:slug>/ten/candidates/new/", views.new_candidate, name="new-candidate"),
    path("plans/<str:slug>/ten/ballot/", views.ballot, name="ballot"),
    path("plans/<str:slug>/ten/decision/", views.decision, name="decision"),
    path("plans/<str:slug>/ten/publish/", views.publish, name="publish-ten"),
    path("candidates/<int:pk>/edit/", views.edit_candidate, name="edit-candidate"),
    path("candidates/<int:pk>/delete/", views.delete_candidate, name="delete-candidate"),
    path("candidates/<int:pk>/survey/", views.survey, name="survey"),
]
